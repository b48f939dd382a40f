/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_script.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/report/figure_caption.h"
#include "bench/report/report_data.h"

static const struct eg_result accuracy = {.dataset = "made",
                                          .protocol = "fixed",
                                          .scale = "quick",
                                          .method = "eg",
                                          .metric = "test_accuracy",
                                          .x = NAN,
                                          .value = 0.9,
                                          .se = NAN,
                                          .n = 5};

/* The figure's data, to be freed, and in *caption what stands over it; NULL: not asked for. */
static char *data_alloc(const struct eg_part *part, const struct eg_figure_spec *spec,
                        char **caption)
{
    const struct eg_report report = {0};
    struct eg_figure figure;
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    cr_assert(eg_figure_make(&figure, &report, part, spec, &part->results.items[0]));
    cr_assert_eq(eg_figure_write_data(&figure, stream, NULL), EG_OK);
    fclose(stream);
    if (caption)
        cr_assert(*caption = eg_figure_caption_alloc(&figure));
    return text;
}

/* The lines of a figure of that kind that are no comment. */
static size_t count_points(const struct eg_part *part, enum eg_figure_kind kind, char **text)
{
    const struct eg_figure_spec spec = {.kind = kind, .metric = "test_accuracy"};
    size_t count = 0;
    *text = data_alloc(part, &spec, NULL);
    for (const char *line = *text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        count += *line && *line != '#' && *line != '\n';
    }
    return count;
}

/* A metric may be a number and a curve: bars show the one, lines the other. */
Test(figure_data, bars_are_of_plain_numbers_and_lines_of_curves)
{
    struct eg_part part = {0};
    struct eg_result at = accuracy;
    char *text;
    cr_assert_eq(eg_results_add(&part.results, &accuracy, NULL), EG_OK);
    for (int decade = 0; decade < 3; decade++) {
        at.x = pow(10, decade);
        at.value = 0.5;
        cr_assert_eq(eg_results_add(&part.results, &at, NULL), EG_OK);
    }
    cr_expect_eq(count_points(&part, EG_FIGURE_BARS, &text), 1, "%s", text);
    cr_expect(strstr(text, " 0.9 ") && !strstr(text, " 0.5 "), "%s", text);
    free(text);
    cr_expect_eq(count_points(&part, EG_FIGURE_LINES, &text), 3, "%s", text);
    cr_expect(!strstr(text, " 0.9 "), "%s", text);
    free(text);
    eg_results_free(&part.results);
}

static void add(struct eg_part *part, const char *method, const char *metric, double x,
                double value, double se, size_t n, const double *sample)
{
    struct eg_result result = accuracy;
    snprintf(result.method, sizeof result.method, "%s", method);
    snprintf(result.metric, sizeof result.metric, "%s", metric);
    result.x = x;
    result.value = value;
    result.se = se;
    result.n = n;
    result.sample = sample;
    cr_assert_eq(eg_results_add(&part->results, &result, NULL), EG_OK);
}

static void expect_has(const char *text, const char *part)
{
    cr_expect(strstr(text, part), "there is no \"%s\" in:\n%s", part, text);
}

/* Student's t: 2.776445 for five values, 4.302653 for three. */
Test(figure_data, intervals_are_of_95_per_cent_by_students_t)
{
    struct eg_part part = {0};
    const struct eg_figure_spec spec = {.kind = EG_FIGURE_BARS, .metric = "test_accuracy"};
    char *caption;
    add(&part, "five", "test_accuracy", NAN, 0.5, 0.01, 5, NULL);
    add(&part, "three", "test_accuracy", NAN, 0.5, 0.01, 3, NULL);
    add(&part, "one", "test_accuracy", NAN, 0.5, NAN, 1, NULL);
    char *text = data_alloc(&part, &spec, &caption);
    expect_has(text, " 0 0.5 0.4722355489 0.5277644511 ? \"Five\"\n");
    expect_has(text, " -1 0.5 0.4569734727 0.5430265273 ? \"Three\"\n");
    expect_has(text, " -2 0.5 ? ? ? \"One\"\n");
    expect_has(caption, " n = 5; 3 for Three; 1 for One. Whiskers: 95 % interval of the mean over");
    free(text);
    free(caption);
    eg_results_free(&part.results);
}

/* Two runs make no interval: they are drawn as they are, and the caption says so, as it names methods without
 * numbers. */
Test(figure_data, two_runs_are_shown_in_place_of_an_interval)
{
    struct eg_part part = {0};
    static const char *const methods[] = {"eg", "lasso", "dropout", NULL};
    const struct eg_figure_spec spec = {
        .kind = EG_FIGURE_LINES, .metric = "test_accuracy", .methods = methods};
    const double runs[] = {0.4, 0.8};
    char *caption;
    add(&part, "eg", "test_accuracy", 1, 0.6, 0.2, 2, runs);
    char *text = data_alloc(&part, &spec, &caption);
    expect_has(text, " 1 0.6 ? ? ? \"EG\"\n");
    expect_has(text, "# runs of eg\n ? ?\n 1 0.4\n 1 0.8\n");
    expect_has(caption, " n = 2. Where n = 2 small dots are the two runs");
    cr_expect(!strstr(caption, "interval of"), "%s", caption);
    expect_has(caption, " No numbers of LASSO, Dropout.");
    free(text);
    free(caption);
    eg_results_free(&part.results);
}

/* The ends that the table has, not another interval about the same number. */
Test(figure_data, ends_that_the_summary_has_are_those_drawn)
{
    struct eg_part part = {0};
    const struct eg_figure_spec spec = {.kind = EG_FIGURE_BARS,
                                        .metric = "test_accuracy",
                                        .low = "low",
                                        .high = "high",
                                        .interval = "over test patients"};
    char *caption;
    add(&part, "eg", "test_accuracy", NAN, 0.5, 0.1, 5, NULL);
    add(&part, "eg", "low", NAN, 0.25, NAN, 5, NULL);
    add(&part, "eg", "high", NAN, 0.625, NAN, 5, NULL);
    char *text = data_alloc(&part, &spec, &caption);
    expect_has(text, " 0 0.5 0.25 0.625 ? \"EG\"\n");
    expect_has(caption, "Whiskers: 95 % interval over test patients.");
    free(text);
    free(caption);
    eg_results_free(&part.results);
}

/* Strengths come as they were run; a line joins each with the next greater one. */
Test(figure_data, pairs_go_from_strength_to_strength)
{
    struct eg_part part = {0};
    const struct eg_figure_spec spec = {
        .kind = EG_FIGURE_PAIRS, .metric = "gini", .metric_y = "test_accuracy"};
    static const double strengths[] = {10, 0.1, 1}, gini[] = {0.25, 0.5, 1},
                        height[] = {0.5, 0.75, 0.875};
    char *caption;
    for (size_t i = 0; i < 3; i++) {
        add(&part, "eg", "gini", strengths[i], gini[i], NAN, 1, NULL);
        add(&part, "eg", "test_accuracy", strengths[i], height[i], NAN, 1, NULL);
    }
    char *text = data_alloc(&part, &spec, &caption);
    expect_has(text, "# eg\n 0.5 0.75 0.1 ? ? ? ? 0.5 0.125\n 1 0.875 1 ? ? ? ? -0.75 -0.375\n"
                     " 0.25 0.5 10 ? ? ? ? ? ?\n");
    expect_has(caption, "Arrows: to the next greater strength.");
    free(text);
    free(caption);
    eg_results_free(&part.results);
}
