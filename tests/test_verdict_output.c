/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: every format holds the same numbers, is well formed, and takes names as text alone. */
#define _GNU_SOURCE /* open_memstream */
#include "bench/compare/verdict_output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "base/stream.h"
#include "tests/scratch_folder.h"

enum { METHODS = 7, METRICS = 8, UNITS = 8 };

static const char *const methods[METHODS] = {
    "expected_gradients", "random",           "oracle", "flipped_oracle",
    "deep_lift",          "mine <b>&_\"1\",", "slow"};
static const struct eg_score_metric metrics[METRICS] = {
    {"KPM", 0, 0},        {"KPR", 0, 0},      {"infidelity", 1, 0}, {"max_sensitivity", 1, 0},
    {"pure_noise", 0, 0}, {"deletion", 1, 0}, {"insertion", 0, 0},  {"residual", 1, 0}};

struct made {
    double scores[METHODS * METRICS * UNITS];
    struct eg_unit_cost costs[METHODS * UNITS];
    double randomisation[METHODS * UNITS];
    struct eg_score_table table;
    struct eg_contest comparison;
};

static void make(struct made *made)
{
    static const double advantages[METHODS] = {3, 0, 4, -4, 2.6, 3.4, 1};
    struct eg_stream stream = eg_stream_make(7, 0, EG_PURPOSE_DATA, 0, 0);
    for (size_t i = 0; i < METHODS * METRICS * UNITS; i++) {
        const size_t metric = i / UNITS % METRICS;
        const double advantage = metric == 4 ? 0 : advantages[i / UNITS / METRICS];
        made->scores[i] = (metrics[metric].lower_is_better ? 5 - advantage : advantage) +
                          0.4 * eg_stream_normal(&stream);
    }
    made->scores[(6 * METRICS + 7) * UNITS + 3] = NAN;
    for (size_t i = 0; i < METHODS * UNITS; i++)
        made->costs[i] = (struct eg_unit_cost){0.01 * pow(4, (double)(i / UNITS)),
                                               i / UNITS ? 100.0 * (double)(i / UNITS) : 2000,
                                               i / UNITS == 2 ? NAN : 1e7};
    for (size_t i = 0; i < METHODS * UNITS; i++)
        made->randomisation[i] = i / UNITS == 2 ? NAN : i / UNITS == 6 ? 0.031 : 0.93;
    made->table = (struct eg_score_table){.dataset = "nhanes",
                                          .model = "mlp",
                                          .methods = methods,
                                          .method_count = METHODS,
                                          .metrics = metrics,
                                          .metric_count = METRICS,
                                          .unit_count = UNITS,
                                          .scores = made->scores,
                                          .costs = made->costs,
                                          .randomisation = made->randomisation,
                                          .floor = 1,
                                          .ceiling = 2,
                                          .flipped = 3,
                                          .candidate = 5,
                                          .n_train = 800,
                                          .n_test = 200};
    cr_assert_eq(eg_contest_make(&made->table, &made->comparison, NULL), EG_OK);
}

/* The file of that name in the folder; owned by the caller. */
static char *read_alloc(const struct scratch *scratch, const char *name)
{
    FILE *file = fopen(find_scratch(scratch, name).text, "r");
    cr_assert_not_null(file, "%s is not there", name);
    char *text = calloc(1, 1 << 20);
    cr_assert(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static void expect_has(const char *text, const char *part)
{
    cr_expect(strstr(text, part), "there is no \"%s\"", part);
}

static void expect_lacks(const char *text, const char *part)
{
    cr_expect(!strstr(text, part), "there is \"%s\"", part);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

/* Commas of the line that are not in quotes. */
static size_t count_columns(const char *line)
{
    size_t columns = 1;
    for (int quoted = 0; *line && *line != '\n'; line++) {
        quoted ^= *line == '"';
        columns += *line == ',' && !quoted;
    }
    return columns;
}

static void check_json(const struct made *made, char *text)
{
    size_t lines[3] = {0};
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        json_t *object = json_loads(line, 0, NULL);
        cr_assert_not_null(object, "%s", line);
        const char *kind = json_string_value(json_object_get(object, "kind"));
        if (strcmp(kind, "score") == 0) {
            const struct eg_score_cell *cell = &made->comparison.cells[lines[0]++];
            cr_expect_eq(json_number_value(json_object_get(object, "value")), cell->mean);
            cr_expect_eq(json_number_value(json_object_get(object, "se")), cell->se);
            cr_expect_eq(json_integer_value(json_object_get(object, "n")), (json_int_t)cell->n);
            cr_expect(json_object_get(object, "seconds") &&
                      json_object_get(object, "gradient_evaluations"));
        } else if (strcmp(kind, "method") == 0) {
            cr_expect_eq(json_integer_value(json_object_get(object, "ignores_model")),
                         lines[1] == 6);
            if (lines[1]++ == 2)
                cr_expect(json_is_null(json_object_get(object, "bytes")), "not known");
        } else {
            const char *state = json_string_value(json_object_get(object, "state"));
            cr_expect_str_eq(state, lines[2]++ == 4 ? "failed" : "passed");
        }
        json_decref(object);
    }
    cr_expect(lines[0] == METHODS * METRICS && lines[1] == METHODS && lines[2] == METRICS);
}

static void check_csv(const char *text)
{
    const size_t columns = count_columns(text);
    size_t lines = 0;
    for (; text && *text; text = strchr(text, '\n') + 1, lines++)
        cr_expect_eq(count_columns(text), columns, "line %zu", lines + 1);
    cr_expect_eq(lines, 1 + METHODS * METRICS);
}

static const struct eg_warner silent = {0};

static void check_figure(const struct scratch *scratch, const char *name)
{
    char *text = read_alloc(scratch, name);
    cr_expect_eq(strncmp(text, "<svg xmlns", 10), 0, "%s", name);
    cr_expect_eq(count_of(text, "</svg>"), 1, "%s", name);
    expect_lacks(text, "nan");
    expect_has(text, "Slow");
    free(text);
}

Test(verdict_output, every_format_is_whole)
{
    static struct made made;
    struct eg_error error = {0};
    const struct scratch scratch = make_scratch();
    make(&made);
    cr_assert_eq(eg_contests_write(&made.comparison, 1, scratch.folder, silent, &error), EG_OK,
                 "%s", error.message);
    char *csv = read_alloc(&scratch, "comparison.csv"),
         *tex = read_alloc(&scratch, "comparison.tex"),
         *page = read_alloc(&scratch, "comparison.html"),
         *text = read_alloc(&scratch, "comparison.txt"),
         *json = read_alloc(&scratch, "comparison.jsonl");
    check_json(&made, json);
    check_csv(csv);
    expect_has(csv, "\"mine <b>&_\"\"1\"\",\"");
    expect_has(tex, "mine $<$b$>$\\&\\_\"1\",");
    cr_expect_eq(count_of(tex, "\\begin{tabular}"), count_of(tex, "\\end{tabular}"));
    expect_has(page, "<b>mine &lt;b&gt;&amp;_&quot;1&quot;,</b>: <span class=v0>better than "
                     "Expected gradients overall: better on ");
    expect_lacks(page, "<b>&");
    cr_expect_eq(count_of(page, "<svg"), 4);
    cr_expect(count_of(page, "<figure>") == 4 && count_of(page, "</figure>") == 4);
    cr_expect_eq(count_of(page, "<tr>"), count_of(page, "</tr>"));
    expect_lacks(page, "\"nan");
    expect_lacks(page, "http://www.w3.org/2000/svg\" src");
    cr_expect_eq(count_of(page, "Lines: 95 % intervals over units of quality and cost, of each "
                                "method alone, cut at the frame."),
                 2);
    expect_has(page, "KPM↑");
    expect_has(page, "residual↓");
    check_figure(&scratch, "nhanes-ranks.svg");
    check_figure(&scratch, "nhanes-differences.svg");
    check_figure(&scratch, "nhanes-seconds.svg");
    check_figure(&scratch, "nhanes-gradients.svg");
    expect_has(text, "pure_noise cannot tell the oracle from random");
    expect_has(page, "1 of its 64 numbers is missing");
    expect_has(page, "Slow changes little when the model&#39;s weights are drawn anew (0.03 ");
    expect_has(text, "Slow changes little when");
    expect_has(tex, "Slow changes little when");
    expect_has(page, "pure_noise cannot tell the oracle from random");
    free(csv);
    free(tex);
    free(page);
    free(text);
    free(json);
    remove_scratch(&scratch);
    eg_contest_free(&made.comparison);
}

Test(verdict_output, names_steer_no_terminal)
{
    static struct made made;
    static const char *const remarks[] = {"a\x1b[2Jb of c\xe2\x80\xae was skipped"};
    char *text = NULL;
    size_t size = 0;
    make(&made);
    made.table.model = "m\x1b[1mlp";
    made.table.remarks = remarks;
    made.table.remark_count = 1;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(eg_contests_print(&made.comparison, 1, out, NULL), EG_OK);
    fclose(out);
    expect_has(text, "a?[2Jb of c? was skipped");
    expect_has(text, "m?[1mlp");
    expect_lacks(text, "\x1b");
    expect_lacks(text, "\xe2\x80\xae");
    free(text);
    eg_contest_free(&made.comparison);
}

/* As wide as a terminal at most, whatever there is to say; less is said of more data sets. */
Test(verdict_output, a_screen_is_one_screen)
{
    static struct made made;
    struct eg_contest items[8];
    make(&made);
    for (size_t i = 0; i < 8; i++)
        items[i] = made.comparison;
    for (size_t count = 1; count <= 8; count++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        cr_assert_eq(eg_contests_print_screen(items, count, "out/report", out, NULL), EG_OK);
        fclose(out);
        cr_expect_leq(count_of(text, "\n"), EG_SCREEN_LINES, "%zu data sets", count);
        expect_has(text, "better than Expected gradients overall: better on ");
        expect_has(text, "out/report/comparison.html");
        if (count == 1)
            expect_has(text, "  cannot be decided with 8 units (8): KPM↑, ");
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
            cr_expect_leq(strlen(line), 130, "%s", line);
        free(text);
    }
    eg_contest_free(&made.comparison);
}

Test(verdict_output, one_method_and_one_unit_have_their_page_too)
{
    const double score = 1;
    const struct eg_score_table table = {.dataset = "circles",
                                         .methods = methods,
                                         .method_count = 1,
                                         .metrics = metrics,
                                         .metric_count = 1,
                                         .unit_count = 1,
                                         .scores = &score,
                                         .floor = EG_NO_METHOD,
                                         .ceiling = EG_NO_METHOD,
                                         .flipped = EG_NO_METHOD};
    struct eg_contest comparison;
    const struct scratch scratch = make_scratch();
    cr_assert_eq(eg_contest_make(&table, &comparison, NULL), EG_OK);
    cr_assert_eq(eg_contests_write(&comparison, 1, scratch.folder, silent, NULL), EG_OK);
    char *page = read_alloc(&scratch, "comparison.html");
    expect_lacks(page, "<svg");
    expect_lacks(page, "nan");
    free(page);
    remove_scratch(&scratch);
    eg_contest_free(&comparison);
}

Test(verdict_output, a_folder_that_cannot_be_made_is_named)
{
    static struct made made;
    struct eg_error error = {0};
    make(&made);
    cr_expect_eq(eg_contests_write(&made.comparison, 1, "/dev/null/x", silent, &error), EG_DATA);
    cr_expect(strstr(error.message, "/dev/null"), "%s", error.message);
    eg_contest_free(&made.comparison);
}
