/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict for programs: JSON Lines and CSV, from lists of fields. */
#include <math.h>

#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"
#include "bench/page/markup.h"
#include "run/fields.h"
#include "run/row.h"

enum { TEXT = 1024 };

/* A method on a metric, and on all. */
struct score {
    struct eg_score_cell cell;
    struct eg_unit_cost cost;
};
struct whole {
    struct eg_method_verdict verdict;
    size_t rank_count;
};

/* clang-format off */
#define IN(type, name, member)                                                                     \
    {name, EG_FIELD_TYPE(struct type, member), offsetof(struct type, member), 0}

static const struct eg_field score_fields[] = {
    IN(score, "value", cell.mean), IN(score, "se", cell.se),
    IN(score, "n", cell.n), IN(score, "missing", cell.missing),
    IN(score, "seconds", cost.seconds),
    IN(score, "gradient_evaluations", cost.gradient_evaluations), IN(score, "bytes", cost.bytes),
    IN(score, "pairs", cell.pairs), IN(score, "difference", cell.difference),
    IN(score, "low", cell.low), IN(score, "high", cell.high),
    IN(score, "t", cell.t), IN(score, "p", cell.p),
    IN(score, "corrected_t", cell.corrected_t), IN(score, "corrected_p", cell.corrected_p),
    IN(score, "judged_p", cell.judged_p), IN(score, "holm_p", cell.holm_p),
    IN(score, "improvement", cell.improvement), IN(score, "normalised", cell.normalised), {0}};

static const struct eg_field method_fields[] = {
    IN(whole, "better", verdict.counts[EG_STANDING_BETTER]),
    IN(whole, "worse", verdict.counts[EG_STANDING_WORSE]),
    IN(whole, "undecided", verdict.counts[EG_STANDING_UNDECIDED]),
    IN(whole, "same", verdict.counts[EG_STANDING_SAME]),
    IN(whole, "too_few", verdict.counts[EG_STANDING_TOO_FEW]),
    IN(whole, "none", verdict.counts[EG_STANDING_NONE]), IN(whole, "missing", verdict.missing),
    IN(whole, "wins", verdict.wins), IN(whole, "losses", verdict.losses),
    IN(whole, "ties", verdict.ties),
    IN(whole, "wins_p", verdict.wins_p), IN(whole, "losses_p", verdict.losses_p),
    IN(whole, "mean_rank", verdict.mean_rank), IN(whole, "rank_count", rank_count),
    IN(whole, "improvement", verdict.improvement),
    IN(whole, "improvement_low", verdict.improvement_low),
    IN(whole, "improvement_high", verdict.improvement_high),
    IN(whole, "normalised", verdict.normalised),
    IN(whole, "normalised_count", verdict.normalised_count),
    IN(whole, "seconds", verdict.cost.seconds),
    IN(whole, "gradient_evaluations", verdict.cost.gradient_evaluations),
    IN(whole, "bytes", verdict.cost.bytes), IN(whole, "randomisation", verdict.randomisation), {0}};
/* clang-format on */

/* A field of a number, NAN too. */
static double number_of(const struct eg_field *field, const void *of)
{
    const void *member = (const char *)of + field->offset;
    return field->type == EG_FIELD_COUNT ? (double)*(const size_t *)member
                                         : *(const double *)member;
}

static struct score score_of(const struct eg_contest *comparison, size_t method, size_t metric)
{
    return (struct score){*eg_contest_cell(comparison, method, metric),
                          comparison->methods[method].cost};
}

static const char *better_of(const struct eg_contest *comparison, size_t metric)
{
    return comparison->table->metrics[metric].lower_is_better ? "lower" : "higher";
}

static const char *verdict_of(const struct eg_contest *comparison, size_t method, size_t metric)
{
    if (method == comparison->table->reference)
        return "reference";
    return eg_standing_name(eg_contest_cell(comparison, method, metric)->standing);
}

/* --- JSON Lines --- */

/* Where lines go. Nothing is printed any more after a failure. */
struct printer {
    const struct eg_contest *comparison;
    FILE *out;
    int failed;
};

static struct eg_row begin_line(struct printer *printer, const char *kind)
{
    const struct eg_score_table *table = printer->comparison->table;
    const struct eg_row line = {json_object(), &printer->failed};
    eg_row_set_text(&line, "kind", kind);
    eg_row_set_text(&line, "dataset", table->dataset);
    eg_row_set_text(&line, "model", table->model ? table->model : "");
    eg_row_set_text(&line, "reference", table->methods[table->reference]);
    return line;
}

static void set_fields(const struct eg_row *line, const struct eg_field *fields, const void *of)
{
    for (; fields->name; fields++)
        if (fields->type == EG_FIELD_COUNT)
            eg_row_set_count(line, fields->name, (size_t)number_of(fields, of));
        else
            eg_row_set(line, fields->name, number_of(fields, of));
}

static void end_line(struct printer *printer, const struct eg_row *line)
{
    if (!printer->failed &&
        json_dumpf(line->values, printer->out, JSON_COMPACT | JSON_REAL_PRECISION(17)) == 0)
        fputc('\n', printer->out);
    json_decref(line->values);
}

static void print_score(struct printer *printer, size_t method, size_t metric)
{
    const struct eg_contest *comparison = printer->comparison;
    const struct score score = score_of(comparison, method, metric);
    const struct eg_row line = begin_line(printer, "score");
    eg_row_set_text(&line, "method", comparison->table->methods[method]);
    eg_row_set_text(&line, "metric", comparison->table->metrics[metric].name);
    eg_row_set_text(&line, "better", better_of(comparison, metric));
    eg_row_set_text(&line, "verdict", verdict_of(comparison, method, metric));
    set_fields(&line, score_fields, &score);
    end_line(printer, &line);
}

static void print_method(struct printer *printer, size_t method)
{
    const struct eg_contest *comparison = printer->comparison;
    const struct whole whole = {comparison->methods[method], comparison->rank_count};
    char text[TEXT];
    const struct eg_row line = begin_line(printer, "method");
    eg_row_set_text(&line, "method", comparison->table->methods[method]);
    eg_row_set_text(&line, "conclusion",
                    eg_contest_conclude(comparison, method, text, sizeof text));
    set_fields(&line, method_fields, &whole);
    eg_row_set_count(&line, "ignores_model", (size_t)whole.verdict.ignores_model);
    end_line(printer, &line);
}

static void print_check(struct printer *printer, size_t metric)
{
    static const char *const states[] = {"absent", "no numbers", "too few units", "failed",
                                         "passed"};
    const struct eg_contest *comparison = printer->comparison;
    const struct eg_metric_check *check = &comparison->checks[metric];
    const struct eg_check_step *above = &check->above, *below = &check->below;
    char text[TEXT];
    const struct eg_row line = begin_line(printer, "check");
    eg_row_set_text(&line, "metric", comparison->table->metrics[metric].name);
    eg_row_set_text(&line, "state", states[check->state]);
    eg_row_set_text(&line, "warning", eg_contest_warn(comparison, metric, text, sizeof text));
    eg_row_set(&line, "oracle_less_random", above->difference);
    eg_row_set(&line, "oracle_less_random_p", above->p);
    eg_row_set(&line, "random_less_flipped", below->difference);
    eg_row_set(&line, "random_less_flipped_p", below->p);
    eg_row_set_count(&line, "n", above->pairs < below->pairs ? above->pairs : below->pairs);
    end_line(printer, &line);
}

static void print_unit(struct printer *printer, const struct eg_unit_fact *fact)
{
    const struct eg_row line = begin_line(printer, "unit");
    eg_row_set_text(&line, "unit", fact->name);
    eg_row_set_text(&line, "network", fact->network);
    eg_row_set_text(&line, "labels", fact->labels ? fact->labels : "");
    eg_row_set_text(&line, "score_name", fact->is_classes ? "roc_auc" : "r2");
    eg_row_set(&line, "score", fact->score);
    eg_row_set_count(&line, "worse_than_constant", (size_t)eg_unit_is_misfit(fact));
    end_line(printer, &line);
}

static void print_remark(struct printer *printer, const char *remark)
{
    const struct eg_row line = begin_line(printer, "remark");
    eg_row_set_text(&line, "text", remark);
    end_line(printer, &line);
}

int eg_contests_print_json(const struct eg_contest *items, size_t count, FILE *out,
                           struct eg_error *error)
{
    struct printer printer = {.out = out};
    for (size_t i = 0; i < count && !printer.failed; i++) {
        const struct eg_score_table *table = items[i].table;
        printer.comparison = &items[i];
        for (size_t unit = 0; table->facts && unit < table->unit_count; unit++)
            if (table->facts[unit].network)
                print_unit(&printer, &table->facts[unit]);
        for (size_t method = 0; method < table->method_count; method++)
            for (size_t metric = 0; metric < table->metric_count; metric++)
                print_score(&printer, method, metric);
        for (size_t method = 0; method < table->method_count; method++)
            print_method(&printer, method);
        for (size_t metric = 0; metric < table->metric_count; metric++)
            print_check(&printer, metric);
        for (size_t remark = 0; remark < table->remark_count; remark++)
            print_remark(&printer, table->remarks[remark]);
    }
    return printer.failed ? eg_fail(error, EG_INTERNAL,
                                    "a line of the comparison cannot be made: out of memory, or a "
                                    "name that is not UTF-8")
                          : EG_OK;
}

/* --- CSV --- */

static void print_csv_line(const struct eg_contest *comparison, size_t method, size_t metric,
                           FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    const struct score score = score_of(comparison, method, metric);
    const char *const texts[] = {table->dataset,
                                 table->model ? table->model : "",
                                 table->methods[method],
                                 table->methods[table->reference],
                                 table->metrics[metric].name,
                                 better_of(comparison, metric),
                                 verdict_of(comparison, method, metric)};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fputs(i ? "," : "", out);
        eg_write_csv(out, texts[i]);
    }
    for (const struct eg_field *field = score_fields; field->name; field++)
        if (isnan(number_of(field, &score)))
            fputc(',', out);
        else
            fprintf(out, ",%.17g", number_of(field, &score));
    fputc('\n', out);
}

void eg_contests_print_csv(const struct eg_contest *items, size_t count, FILE *out)
{
    fputs("dataset,model,method,reference,metric,better,verdict", out);
    for (const struct eg_field *field = score_fields; field->name; field++)
        fprintf(out, ",%s", field->name);
    fputc('\n', out);
    for (size_t i = 0; i < count; i++)
        for (size_t method = 0; method < items[i].table->method_count; method++)
            for (size_t metric = 0; metric < items[i].table->metric_count; metric++)
                print_csv_line(&items[i], method, metric, out);
}
