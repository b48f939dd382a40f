/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict for programs: JSON Lines and CSV, from one list of fields. */
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "bench/page/markup.h"
#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"
#include "run/values.h"

enum { TEXT = 1024, FIELDS = 24 };

struct field {
    const char *name;
    double value;
    int is_count;
};

static const char *verdict_of(const struct eg_contest *comparison, size_t method, size_t metric)
{
    if (method == comparison->table->reference)
        return "reference";
    return eg_standing_name(eg_contest_cell(comparison, method, metric)->standing);
}

/* What there is to say of a method on a metric. Returns how many fields. */
static size_t list_fields(const struct eg_contest *comparison, size_t method, size_t metric,
                          struct field fields[FIELDS])
{
    const struct eg_score_cell *cell = eg_contest_cell(comparison, method, metric);
    const struct eg_unit_cost *cost = &comparison->methods[method].cost;
    const struct field all[] = {
        {"value", cell->mean, 0},
        {"se", cell->se, 0},
        {"n", (double)cell->n, 1},
        {"missing", (double)cell->missing, 1},
        {"seconds", cost->seconds, 0},
        {"gradient_evaluations", cost->gradient_evaluations, 0},
        {"bytes", cost->bytes, 0},
        {"pairs", (double)cell->pairs, 1},
        {"difference", cell->difference, 0},
        {"low", cell->low, 0},
        {"high", cell->high, 0},
        {"t", cell->t, 0},
        {"p", cell->p, 0},
        {"corrected_t", cell->corrected_t, 0},
        {"corrected_p", cell->corrected_p, 0},
        {"judged_p", cell->judged_p, 0},
        {"holm_p", cell->holm_p, 0},
        {"improvement", cell->improvement, 0},
        {"normalised", cell->normalised, 0},
    };
    _Static_assert(sizeof all / sizeof *all <= FIELDS, "more fields than there is room for");
    memcpy(fields, all, sizeof all);
    return sizeof all / sizeof *all;
}

static int set_fields(json_t *line, const struct field *fields, size_t count,
                      struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; i < count && !status; i++)
        if (!fields[i].is_count)
            status = eg_values_set(line, fields[i].name, fields[i].value, error);
        else if (json_object_set_new(line, fields[i].name,
                                     json_integer((json_int_t)fields[i].value)))
            status = EG_INTERNAL;
    return status;
}

static json_t *begin_line(const struct eg_contest *comparison, const char *kind)
{
    const struct eg_score_table *table = comparison->table;
    return json_pack("{s:s, s:s, s:s, s:s}", "kind", kind, "dataset", table->dataset, "model",
                     table->model ? table->model : "", "reference",
                     table->methods[table->reference]);
}

/* Sets a text and, where that and all before went well, the fields, and prints the line. */
static int end_line(json_t *line, int failed, const struct field *fields, size_t count, FILE *out,
                    struct eg_error *error)
{
    int status = !line || failed ? EG_INTERNAL : set_fields(line, fields, count, error);
    if (!status && json_dumpf(line, out, JSON_COMPACT | JSON_REAL_PRECISION(17)) == 0)
        fputc('\n', out);
    json_decref(line);
    return status ? eg_fail(error, EG_INTERNAL,
                            "a line of the comparison cannot be made: out of "
                            "memory, or a name that is not UTF-8")
                  : EG_OK;
}

static int set_text(json_t *line, const char *name, const char *text)
{
    return json_object_set_new(line, name, json_string(text));
}

static int print_score(const struct eg_contest *comparison, size_t method, size_t metric, FILE *out,
                       struct eg_error *error)
{
    const struct eg_score_metric *of = &comparison->table->metrics[metric];
    struct field fields[FIELDS];
    const size_t count = list_fields(comparison, method, metric, fields);
    json_t *line = begin_line(comparison, "score");
    const int failed = set_text(line, "method", comparison->table->methods[method]) ||
                       set_text(line, "metric", of->name) ||
                       set_text(line, "better", of->lower_is_better ? "lower" : "higher") ||
                       set_text(line, "verdict", verdict_of(comparison, method, metric));
    return end_line(line, failed, fields, count, out, error);
}

static int print_method(const struct eg_contest *comparison, size_t method, FILE *out,
                        struct eg_error *error)
{
    const struct eg_method_verdict *verdict = &comparison->methods[method];
    const struct field fields[] = {
        {"better", (double)verdict->counts[EG_STANDING_BETTER], 1},
        {"worse", (double)verdict->counts[EG_STANDING_WORSE], 1},
        {"undecided", (double)verdict->counts[EG_STANDING_UNDECIDED], 1},
        {"same", (double)verdict->counts[EG_STANDING_SAME], 1},
        {"too_few", (double)verdict->counts[EG_STANDING_TOO_FEW], 1},
        {"none", (double)verdict->counts[EG_STANDING_NONE], 1},
        {"missing", (double)verdict->missing, 1},
        {"wins", (double)verdict->wins, 1},
        {"losses", (double)verdict->losses, 1},
        {"ties", (double)verdict->ties, 1},
        {"wins_p", verdict->wins_p, 0},
        {"losses_p", verdict->losses_p, 0},
        {"mean_rank", verdict->mean_rank, 0},
        {"rank_count", (double)comparison->rank_count, 1},
        {"improvement", verdict->improvement, 0},
        {"improvement_low", verdict->improvement_low, 0},
        {"improvement_high", verdict->improvement_high, 0},
        {"normalised", verdict->normalised, 0},
        {"normalised_count", (double)verdict->normalised_count, 1},
        {"seconds", verdict->cost.seconds, 0},
        {"gradient_evaluations", verdict->cost.gradient_evaluations, 0},
        {"bytes", verdict->cost.bytes, 0},
        {"randomisation", verdict->randomisation, 0},
        {"ignores_model", verdict->ignores_model, 1},
    };
    char text[TEXT];
    json_t *line = begin_line(comparison, "method");
    const int failed = set_text(line, "method", comparison->table->methods[method]) ||
                       set_text(line, "conclusion",
                                eg_contest_conclude(comparison, method, text, sizeof text));
    return end_line(line, failed, fields, sizeof fields / sizeof *fields, out, error);
}

static int print_check(const struct eg_contest *comparison, size_t metric, FILE *out,
                       struct eg_error *error)
{
    static const char *const states[] = {"absent", "no numbers", "too few units", "failed",
                                         "passed"};
    const struct eg_metric_check *check = &comparison->checks[metric];
    const struct field fields[] = {
        {"oracle_less_random", check->above, 0},
        {"oracle_less_random_p", check->above_p, 0},
        {"random_less_flipped", check->below, 0},
        {"random_less_flipped_p", check->below_p, 0},
        {"n",
         (double)(check->above_pairs < check->below_pairs ? check->above_pairs
                                                          : check->below_pairs),
         1},
    };
    char text[TEXT];
    json_t *line = begin_line(comparison, "check");
    const int failed = set_text(line, "metric", comparison->table->metrics[metric].name) ||
                       set_text(line, "state", states[check->state]) ||
                       set_text(line, "warning",
                                eg_contest_warn(comparison, metric, text, sizeof text));
    return end_line(line, failed, fields, sizeof fields / sizeof *fields, out, error);
}

static int print_unit(const struct eg_contest *comparison, size_t unit, FILE *out,
                      struct eg_error *error)
{
    const struct eg_unit_fact *fact = &comparison->table->facts[unit];
    const struct field fields[] = {{"score", fact->score, 0},
                                   {"worse_than_constant", eg_unit_is_misfit(fact), 1}};
    if (!fact->network)
        return EG_OK;
    json_t *line = begin_line(comparison, "unit");
    const int failed = set_text(line, "unit", fact->name) ||
                       set_text(line, "network", fact->network) ||
                       set_text(line, "labels", fact->labels ? fact->labels : "") ||
                       set_text(line, "score_name", fact->is_classes ? "roc_auc" : "r2");
    return end_line(line, failed, fields, sizeof fields / sizeof *fields, out, error);
}

static int print_remark(const struct eg_contest *comparison, size_t remark, FILE *out,
                        struct eg_error *error)
{
    json_t *line = begin_line(comparison, "remark");
    const int failed = set_text(line, "text", comparison->table->remarks[remark]);
    return end_line(line, failed, NULL, 0, out, error);
}

int eg_contests_print_json(const struct eg_contest *items, size_t count, FILE *out,
                           struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; i < count; i++) {
        const struct eg_score_table *table = items[i].table;
        for (size_t unit = 0; table->facts && unit < table->unit_count && !status; unit++)
            status = print_unit(&items[i], unit, out, error);
        for (size_t method = 0; method < table->method_count && !status; method++)
            for (size_t metric = 0; metric < table->metric_count && !status; metric++)
                status = print_score(&items[i], method, metric, out, error);
        for (size_t method = 0; method < table->method_count && !status; method++)
            status = print_method(&items[i], method, out, error);
        for (size_t metric = 0; metric < table->metric_count && !status; metric++)
            status = print_check(&items[i], metric, out, error);
        for (size_t remark = 0; remark < table->remark_count && !status; remark++)
            status = print_remark(&items[i], remark, out, error);
    }
    return status;
}

static void print_csv_line(const struct eg_contest *comparison, size_t method, size_t metric,
                           FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    const char *const texts[] = {table->dataset,
                                 table->model ? table->model : "",
                                 table->methods[method],
                                 table->methods[table->reference],
                                 table->metrics[metric].name,
                                 table->metrics[metric].lower_is_better ? "lower" : "higher",
                                 verdict_of(comparison, method, metric)};
    struct field fields[FIELDS];
    const size_t count = list_fields(comparison, method, metric, fields);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fputs(i ? "," : "", out);
        eg_write_csv(out, texts[i]);
    }
    for (size_t i = 0; i < count; i++)
        if (isnan(fields[i].value))
            fputc(',', out);
        else
            fprintf(out, ",%.17g", fields[i].value);
    fputc('\n', out);
}

void eg_contests_print_csv(const struct eg_contest *items, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct eg_score_table *table = items[i].table;
        if (i == 0) {
            struct field fields[FIELDS];
            const size_t names = list_fields(&items[i], 0, 0, fields);
            fputs("dataset,model,method,reference,metric,better,verdict", out);
            for (size_t name = 0; name < names; name++)
                fprintf(out, ",%s", fields[name].name);
            fputc('\n', out);
        }
        for (size_t method = 0; method < table->method_count; method++)
            for (size_t metric = 0; metric < table->metric_count; metric++)
                print_csv_line(&items[i], method, metric, out);
    }
}
