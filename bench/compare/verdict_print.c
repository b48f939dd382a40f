/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict for programs, JSON Lines; for a terminal; and all formats as files. */
#define _GNU_SOURCE /* open_memstream */
#include <math.h>
#include <stdlib.h>

#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"
#include "bench/frame/output_file.h"
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
    return make_line(
        comparison, "score",
        json_pack(
            "{s:s, s:s, s:s, s:s, s:o, s:o, s:i, s:i, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, "
            "s:o, s:o, s:o, s:o, s:o, s:o}",
            "method", comparison->table->methods[method], "metric", of->name, "better",
            of->lower_is_better ? "lower" : "higher", "verdict",
            verdict_of(comparison, method, metric), "value", number(cell->mean), "se",
            number(cell->se), "n", (int)cell->n, "missing", (int)cell->missing, "seconds",
            number(cost->seconds), "gradient_evaluations", number(cost->gradient_evaluations),
            "bytes", number(cost->bytes), "pairs", (int)cell->pairs, "difference",
            number(cell->difference), "low", number(cell->low), "high", number(cell->high), "t",
            number(cell->t), "p", number(cell->p), "corrected_t", number(cell->corrected_t),
            "corrected_p", number(cell->corrected_p), "judged_p", number(cell->judged_p), "holm_p",
            number(cell->holm_p), "improvement", number(cell->improvement), "normalised",
            number(cell->normalised)));
}

static json_t *method_line(const struct eg_contest *comparison, size_t method)
{
    const struct eg_method_verdict *verdict = &comparison->methods[method];
    const size_t *counts = verdict->counts;
    char text[TEXT];
    return make_line(
        comparison, "method",
        json_pack(
            "{s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:i, s:o, "
            "s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:i}",
            "method", comparison->table->methods[method], "conclusion",
            eg_contest_conclude(comparison, method, text, sizeof text), "better",
            (int)counts[EG_STANDING_BETTER], "worse", (int)counts[EG_STANDING_WORSE], "undecided",
            (int)counts[EG_STANDING_UNDECIDED], "same", (int)counts[EG_STANDING_SAME], "too_few",
            (int)counts[EG_STANDING_TOO_FEW], "none", (int)counts[EG_STANDING_NONE], "missing",
            (int)verdict->missing, "wins", (int)verdict->wins, "losses", (int)verdict->losses,
            "ties", (int)verdict->ties, "wins_p", number(verdict->wins_p), "losses_p",
            number(verdict->losses_p), "mean_rank", number(verdict->mean_rank), "rank_count",
            (int)comparison->rank_count, "improvement", number(verdict->improvement),
            "improvement_low", number(verdict->improvement_low), "improvement_high",
            number(verdict->improvement_high), "normalised", number(verdict->normalised),
            "normalised_count", (int)verdict->normalised_count, "seconds",
            number(verdict->cost.seconds), "gradient_evaluations",
            number(verdict->cost.gradient_evaluations), "bytes", number(verdict->cost.bytes),
            "randomisation", number(verdict->randomisation), "ignores_model",
            verdict->ignores_model));
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

int eg_contests_print(const struct eg_contest *items, size_t count, FILE *out,
                      struct eg_error *error)
{
    char *text = NULL;
    size_t size;
    json_t *data = eg_contests_data(items, count);
    FILE *buffer = open_memstream(&text, &size);
    int status = buffer ? eg_template_fill("comparison.txt", data, buffer, error)
                        : eg_fail(error, EG_INTERNAL, "out of memory printing the comparison");
    if (buffer && fclose(buffer) && !status)
        status = eg_fail(error, EG_INTERNAL, "out of memory printing the comparison");
    if (!status)
        eg_lay_out(text, LINE_WIDTH, out);
    free(text);
    json_decref(data);
    return status;
}

int eg_contests_write(const struct eg_contest *items, size_t count, const char *folder,
                      struct eg_error *error)
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
    json_decref(data);
    return status;
}
