/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict for programs, JSON Lines; for a terminal; and all formats as files. */
#define _GNU_SOURCE /* open_memstream */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"
#include "bench/frame/output_file.h"
#include "bench/frame/write_pdf.h"
#include "bench/page/template.h"
#include "bench/page/text_layout.h"
#include "bench/page/view_values.h"

enum { TEXT = 1024, LINE_WIDTH = 100 };

static const char *verdict_of(const struct eg_contest *comparison, size_t method, size_t metric)
{
    if (method == comparison->table->reference)
        return "reference";
    return eg_standing_name(eg_contest_cell(comparison, method, metric)->standing);
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* 0: there is none. */
static json_t *whole(size_t value)
{
    return value ? json_integer((json_int_t)value) : json_null();
}

/* What every line begins with, and more, which is taken over. NULL when either cannot be made. */
static json_t *make_line(const struct eg_contest *comparison, const char *kind, json_t *more)
{
    const struct eg_score_table *table = comparison->table;
    return eg_merge(json_pack("{s:s, s:s, s:s, s:s}", "kind", kind, "dataset", table->dataset,
                              "model", table->model ? table->model : "", "reference",
                              table->methods[table->reference]),
                    more);
}

static json_t *score_line(const struct eg_contest *comparison, size_t method, size_t metric)
{
    const struct eg_score_metric *of = &comparison->table->metrics[metric];
    const struct eg_score_cell *cell = eg_contest_cell(comparison, method, metric);
    const struct eg_unit_cost *cost = &comparison->methods[method].cost;
    static const char *const findings[EG_FINDINGS] = {"better",    "worse",  "same",
                                                      "undecided", "beyond", "none"};
    const int is_reference = method == comparison->table->reference;
    return eg_merge(
        make_line(comparison, "score",
                  json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:i, s:i, s:o, s:o, s:o, s:i, s:o, "
                            "s:o, s:o, s:o, s:o, "
                            "s:o, s:o, s:o, s:o, s:o, s:o}",
                            "method", comparison->table->methods[method], "metric", of->name,
                            "better", of->lower_is_better ? "lower" : "higher", "verdict",
                            verdict_of(comparison, method, metric), "value", number(cell->mean),
                            "se", number(cell->se), "n", (int)cell->n, "missing",
                            (int)cell->missing, "seconds", number(cost->seconds),
                            "gradient_evaluations", number(cost->gradient_evaluations), "bytes",
                            number(cost->bytes), "pairs", (int)cell->pairs, "difference",
                            number(cell->difference), "low", number(cell->low), "high",
                            number(cell->high), "t", number(cell->t), "p", number(cell->p),
                            "corrected_t", number(cell->corrected_t), "corrected_p",
                            number(cell->corrected_p), "judged_p", number(cell->judged_p), "holm_p",
                            number(cell->holm_p), "improvement", number(cell->improvement),
                            "normalised", number(cell->normalised))),
        json_pack("{s:o, s:o, s:s}", "effect", number(cell->effect), "units_needed",
                  whole(cell->units_needed), "finding",
                  is_reference ? "reference"
                               : findings[eg_contest_find(comparison, method, metric)]));
}

static json_t *method_line(const struct eg_contest *comparison, size_t method)
{
    const struct eg_method_verdict *verdict = &comparison->methods[method];
    const size_t *counts = verdict->counts;
    char text[TEXT], headline[TEXT];
    return eg_merge(
        make_line(
            comparison, "method",
            json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:o, "
                      "s:i, s:o, "
                      "s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:i}",
                      "method", comparison->table->methods[method], "conclusion",
                      eg_contest_conclude(comparison, method, text, sizeof text), "better",
                      (int)counts[EG_STANDING_BETTER], "worse", (int)counts[EG_STANDING_WORSE],
                      "undecided", (int)counts[EG_STANDING_UNDECIDED], "same",
                      (int)counts[EG_STANDING_SAME], "too_few", (int)counts[EG_STANDING_TOO_FEW],
                      "none", (int)counts[EG_STANDING_NONE], "missing", (int)verdict->missing,
                      "wins", (int)verdict->wins, "losses", (int)verdict->losses, "ties",
                      (int)verdict->ties, "wins_p", number(verdict->wins_p), "losses_p",
                      number(verdict->losses_p), "mean_rank", number(verdict->mean_rank),
                      "rank_count", (int)comparison->rank_count, "improvement",
                      number(verdict->improvement), "improvement_low",
                      number(verdict->improvement_low), "improvement_high",
                      number(verdict->improvement_high), "normalised", number(verdict->normalised),
                      "normalised_count", (int)verdict->normalised_count, "seconds",
                      number(verdict->cost.seconds), "gradient_evaluations",
                      number(verdict->cost.gradient_evaluations), "bytes",
                      number(verdict->cost.bytes), "randomisation", number(verdict->randomisation),
                      "ignores_model", verdict->ignores_model)),
        json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "headline",
                  eg_contest_headline(comparison, method, headline, sizeof headline), "overall",
                  method == comparison->table->reference ? "reference"
                                                         : eg_standing_name(verdict->overall),
                  "overall_p", number(verdict->overall_p), "overall_effect",
                  number(verdict->overall_effect), "overall_units_needed",
                  whole(verdict->overall_units_needed), "unit_rank", number(verdict->unit_rank),
                  "rank_low", number(verdict->rank_low), "rank_high", number(verdict->rank_high)));
}

static json_t *check_line(const struct eg_contest *comparison, size_t metric)
{
    static const char *const states[] = {"absent", "no numbers", "too few units", "failed",
                                         "passed"};
    const struct eg_metric_check *check = &comparison->checks[metric];
    const struct eg_check_step *above = &check->above, *below = &check->below;
    char text[TEXT];
    return make_line(
        comparison, "check",
        json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:i}", "metric",
                  comparison->table->metrics[metric].name, "state", states[check->state], "warning",
                  eg_contest_warn(comparison, metric, text, sizeof text), "oracle_less_random",
                  number(above->difference), "oracle_less_random_p", number(above->p),
                  "random_less_flipped", number(below->difference), "random_less_flipped_p",
                  number(below->p), "n",
                  (int)(above->pairs < below->pairs ? above->pairs : below->pairs)));
}

static json_t *unit_line(const struct eg_contest *comparison, const struct eg_unit_fact *fact)
{
    return make_line(comparison, "unit",
                     json_pack("{s:s, s:s, s:s, s:s, s:o, s:i}", "unit", fact->name, "network",
                               fact->network, "labels", fact->labels ? fact->labels : "",
                               "score_name", fact->is_classes ? "roc_auc" : "r2", "score",
                               number(fact->score), "worse_than_constant",
                               eg_unit_is_misfit(fact)));
}

static json_t *append_scores(json_t *lines, const struct eg_contest *comparison)
{
    for (size_t method = 0; method < comparison->table->method_count; method++)
        for (size_t metric = 0; metric < comparison->table->metric_count; metric++)
            lines = eg_append(lines, score_line(comparison, method, metric));
    return lines;
}

json_t *eg_contests_scores(const struct eg_contest *items, size_t count)
{
    json_t *lines = json_array();
    for (size_t i = 0; i < count; i++)
        lines = append_scores(lines, &items[i]);
    return lines;
}

static json_t *list_lines(const struct eg_contest *comparison)
{
    const struct eg_score_table *table = comparison->table;
    json_t *lines = json_array();
    for (size_t i = 0; table->facts && i < table->unit_count; i++)
        if (table->facts[i].network)
            lines = eg_append(lines, unit_line(comparison, &table->facts[i]));
    lines = append_scores(lines, comparison);
    for (size_t i = 0; i < table->method_count; i++)
        lines = eg_append(lines, method_line(comparison, i));
    for (size_t i = 0; i < table->metric_count; i++)
        lines = eg_append(lines, check_line(comparison, i));
    for (size_t i = 0; i < table->remark_count; i++)
        lines = eg_append(
            lines, make_line(comparison, "remark", json_pack("{s:s}", "text", table->remarks[i])));
    return lines;
}

int eg_contests_print_json(const struct eg_contest *items, size_t count, FILE *out,
                           struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; i < count && !status; i++) {
        json_t *lines = list_lines(&items[i]);
        for (size_t k = 0; k < json_array_size(lines); k++)
            if (json_dumpf(json_array_get(lines, k), out, JSON_COMPACT | JSON_REAL_PRECISION(17)) ==
                0)
                fputc('\n', out);
        if (!lines)
            status = eg_fail(error, EG_INTERNAL,
                             "a line of the comparison cannot be made: out of memory, or a name "
                             "that is not UTF-8");
        json_decref(lines);
    }
    return status;
}

/* The template, laid out; *text is owned by the caller. */
static int lay_out(const char *template, const json_t *data, char **text, struct eg_error *error)
{
    char *filled = NULL;
    size_t size;
    int status = EG_OK;
    *text = NULL;
    FILE *buffer = open_memstream(&filled, &size), *out = open_memstream(text, &size);
    if (buffer && out)
        status = eg_template_fill(template, data, buffer, error);
    if (!buffer || !out || fflush(buffer))
        status = eg_fail(error, EG_INTERNAL, "out of memory printing the comparison");
    if (!status)
        eg_lay_out(filled, LINE_WIDTH, out);
    if (buffer)
        fclose(buffer);
    if (out && fclose(out) && !status)
        status = eg_fail(error, EG_INTERNAL, "out of memory printing the comparison");
    free(filled);
    return status;
}

int eg_contests_print(const struct eg_contest *items, size_t count, FILE *out,
                      struct eg_error *error)
{
    char *text;
    json_t *data = eg_contests_data(items, count);
    const int status = lay_out("comparison.txt", data, &text, error);
    if (!status)
        fputs(text, out);
    free(text);
    json_decref(data);
    return status;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* Leaves the lines of the first `most` methods, and of those that all is about; *left out: how
 * many. */
static void shorten(json_t *comparison, size_t most)
{
    json_t *methods = json_object_get(comparison, "methods"), *kept = json_array(), *method;
    size_t i, left_out = 0;
    json_array_foreach(methods, i, method)
    {
        if (i < most || json_is_true(json_object_get(method, "is_candidate")) ||
            json_is_true(json_object_get(method, "is_reference")))
            json_array_append(kept, method);
        else
            left_out++;
    }
    json_object_set_new(comparison, "methods", kept);
    json_object_set_new(comparison, "left_out", json_integer((json_int_t)left_out));
}

int eg_contests_print_screen(const struct eg_contest *items, size_t count, const char *folder,
                             FILE *out, struct eg_error *error)
{
    /* Methods in the table, and whether measures are named: less, until it is one screen. */
    static const struct {
        size_t most;
        int has_names, has_table;
    } levels[] = {{99, 1, 1}, {8, 1, 1}, {4, 1, 1}, {8, 0, 1}, {3, 0, 1}, {0, 0, 0}};
    json_t *data = eg_contests_data(items, count), *comparison;
    int status = data ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory printing the verdict");
    char *text = NULL;
    size_t i;
    json_object_set_new(data, "folder", eg_text(folder));
    for (size_t k = 0; k < sizeof levels / sizeof *levels && !status; k++) {
        json_object_set_new(data, "has_names", json_boolean(levels[k].has_names));
        json_object_set_new(data, "has_table", json_boolean(levels[k].has_table));
        json_t *shown = json_deep_copy(data);
        json_array_foreach(json_object_get(shown, "comparisons"), i, comparison)
            shorten(comparison, levels[k].most);
        free(text);
        status = lay_out("verdict.txt", shown, &text, error);
        json_decref(shown);
        if (!status && count_lines(text) <= EG_SCREEN_LINES)
            break;
    }
    if (!status)
        fputs(text, out);
    free(text);
    json_decref(data);
    return status;
}

/* Where figures are written as files of their own, for a paper. */
struct drawer {
    const char *folder;
    const struct eg_warner *warner;
    int has_pdf;
};

/* Not one that has nothing to show. */
static int write_figure(const struct drawer *drawer, const char *template, const json_t *figure,
                        const char *of, const char *dataset, const char *kind,
                        struct eg_error *error)
{
    char name[200], drawn[210];
    if (!json_array_size(json_object_get(figure, of)))
        return EG_OK;
    snprintf(name, sizeof name, "%s-%s", dataset, kind);
    snprintf(drawn, sizeof drawn, "%s.svg", name);
    const int status = eg_template_write(template, figure, drawer->folder, drawn, error);
    return status || !drawer->has_pdf ? status
                                      : eg_write_pdf(drawer->folder, name, drawer->warner, error);
}

static int write_figures(const struct drawer *drawer, const struct eg_contest *contest,
                         const json_t *data, struct eg_error *error)
{
    const char *dataset = contest->table->dataset;
    const json_t *figures = json_object_get(data, "figures");
    const json_t *tradeoffs = json_object_get(figures, "tradeoffs");
    int status = write_figure(drawer, "ranks.svg", json_object_get(data, "ranks"), "lines", dataset,
                              "ranks", error);
    if (!status)
        status = write_figure(drawer, "differences.svg", json_object_get(figures, "differences"),
                              "panels", dataset, "differences", error);
    for (size_t by = 0; by < 2 && !status; by++)
        status = write_figure(drawer, "tradeoff.svg", json_array_get(tradeoffs, by), "points",
                              dataset, by ? "gradients" : "seconds", error);
    return status;
}

int eg_contests_write(const struct eg_contest *items, size_t count, const char *folder,
                      struct eg_warner warner, struct eg_error *error)
{
    static const struct {
        const char *name;
        int (*print)(const struct eg_contest *, size_t, FILE *, struct eg_error *);
    } prints[] = {{"comparison.jsonl", eg_contests_print_json},
                  {"comparison.txt", eg_contests_print}};
    static const char *const templates[] = {"comparison.csv", "comparison.tex", "comparison.html"};
    int status = EG_OK;
    for (size_t i = 0; i < sizeof prints / sizeof *prints && !status; i++) {
        struct eg_output output;
        status = eg_output_open(&output, folder, prints[i].name, error);
        if (!status)
            status = eg_output_close(&output, prints[i].print(items, count, output.stream, error),
                                     error);
    }
    json_t *data = status ? NULL : eg_contests_data(items, count);
    for (size_t i = 0; i < sizeof templates / sizeof *templates && !status; i++)
        status = eg_template_write(templates[i], data, folder, templates[i], error);
    const struct drawer drawer = {folder, &warner, !status && count && eg_can_write_pdf(&warner)};
    for (size_t i = 0; i < count && !status; i++)
        status = write_figures(&drawer, &items[i],
                               json_array_get(json_object_get(data, "comparisons"), i), error);
    json_decref(data);
    return status;
}
