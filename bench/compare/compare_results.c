/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_results.h"

#include <math.h>
#include <string.h>

#include "run/tolerance.h"

/* The text that all receipts of a report have in that field. */
static const char *receipts_text(const struct eg_report *report, const char *field)
{
    const char *common = "unknown", *hash;
    int first = 1;
    json_t *receipt;
    for (size_t i = 0; i < report->part_count; i++)
        json_object_foreach(report->parts[i].receipts, hash, receipt)
        {
            const char *text = json_string_value(json_object_get(receipt, field));
            if (!text)
                return "unknown";
            if (!first && strcmp(text, common) != 0)
                return "several";
            common = text;
            first = 0;
        }
    return common;
}

static int is_known(const char *text)
{
    return strcmp(text, "unknown") != 0 && strcmp(text, "several") != 0;
}

/* What the bits of a result hang on beside the code. */
static void compare_receipts(struct eg_comparison *comparison, const struct eg_report *here,
                             const struct eg_report *there)
{
    comparison->alike = 1;
    size_t count = 0;
    while (eg_bit_fields[count])
        count++;
    for (size_t i = count; i-- > 0;) {
        const char *ours = receipts_text(here, eg_bit_fields[i]),
                   *theirs = receipts_text(there, eg_bit_fields[i]);
        const int same = strcmp(ours, theirs) == 0 && is_known(ours);
        if (comparison->field && (same || !comparison->alike))
            continue;
        comparison->alike = same;
        comparison->field = eg_bit_fields[i];
        comparison->here = ours;
        comparison->there = theirs;
    }
}

static int is_single(const struct eg_part *part)
{
    const char *hash;
    json_t *receipt;
    json_object_foreach(part->receipts, hash, receipt)
    {
        const char *precision = json_string_value(json_object_get(receipt, "precision"));
        if (precision && strcmp(precision, "single") == 0)
            return 1;
    }
    return 0;
}

static struct eg_bound bound_of(const struct eg_part *part, const char *metric)
{
    return eg_bound_of(is_single(part) ? "single" : "double", metric);
}

static int same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

/* Whether both results are the same number of the paper, whatever its value. */
static int same_place(const struct eg_result *a, const struct eg_result *b)
{
    return strcmp(a->metric, b->metric) == 0 && same_number(a->x, b->x) &&
           strcmp(a->method, b->method) == 0 && strcmp(a->dataset, b->dataset) == 0 &&
           strcmp(a->protocol, b->protocol) == 0 && strcmp(a->scale, b->scale) == 0 &&
           a->seed == b->seed;
}

static const struct eg_result *find_place(const struct eg_results *results, size_t guess,
                                          const struct eg_result *result)
{
    if (guess < results->count && same_place(&results->items[guess], result))
        return &results->items[guess];
    for (size_t i = 0; i < results->count; i++)
        if (same_place(&results->items[i], result))
            return &results->items[i];
    return NULL;
}

static double relative_difference(double a, double b)
{
    return same_number(a, b) ? 0 : fabs(a - b) / fmax(fabs(a), fabs(b));
}

static void note(struct eg_comparison *comparison, struct eg_difference difference)
{
    if (comparison->beyond < EG_MOST_DIFFERENCES)
        comparison->first[comparison->beyond] = difference;
    comparison->beyond++;
}

static void compare_pair(struct eg_comparison *comparison, struct eg_difference pair,
                         struct eg_bound bound)
{
    const struct eg_result *a = pair.here, *b = pair.there;
    double value_share, se_share;
    const int same_label = strcmp(a->label, b->label) == 0;
    const int value_agrees = eg_agree(a->value, b->value, bound, &value_share);
    /* It comes of differences of values, so that it has their rounding errors whatever its own size. */
    const struct eg_bound se_bound = {bound.relative,
                                      fmax(bound.absolute, bound.relative * fabs(b->value))};
    const int se_agrees = eg_agree(a->se, b->se, se_bound, &se_share);
    comparison->unequal += !same_number(a->value, b->value) || !same_number(a->se, b->se) ||
                           a->n != b->n || !same_label;
    comparison->largest = fmax(comparison->largest, fmax(relative_difference(a->value, b->value),
                                                         relative_difference(a->se, b->se)));
    comparison->share = fmax(comparison->share, fmax(value_share, se_share));
    if (!value_agrees || !se_agrees || a->n != b->n || (comparison->alike && !same_label))
        note(comparison, pair);
}

static void note_single(struct eg_comparison *comparison, struct eg_difference difference)
{
    comparison->compared++;
    comparison->unequal++;
    note(comparison, difference);
}

/* Whether both have rows, of different outcome versions: their results are meant to differ. */
static int is_stale(const struct eg_part *here, const struct eg_part *there)
{
    return here->rows && there->rows && here->outcome_version != there->outcome_version;
}

static void compare_parts(struct eg_comparison *comparison, const struct eg_part *here,
                          const struct eg_part *there)
{
    struct eg_difference pair = {.experiment = here->experiment->name};
    if (is_stale(here, there)) {
        comparison->stale++;
        return;
    }
    for (size_t i = 0; i < there->results.count; i++) {
        pair.there = &there->results.items[i];
        pair.here = find_place(&here->results, i, pair.there);
        if (!pair.here) {
            note_single(comparison, pair);
            continue;
        }
        comparison->compared++;
        compare_pair(comparison, pair,
                     comparison->alike ? eg_no_slack : bound_of(there, pair.there->metric));
    }
    pair.there = NULL;
    for (size_t i = 0; i < here->results.count; i++) {
        pair.here = &here->results.items[i];
        if (!find_place(&there->results, i, pair.here))
            note_single(comparison, pair);
    }
}

struct eg_comparison eg_compare_reports(const struct eg_report *here, const struct eg_report *there)
{
    struct eg_comparison comparison = {.same_digest = strcmp(here->digest, there->digest) == 0};
    compare_receipts(&comparison, here, there);
    for (size_t i = 0; i < here->part_count && i < there->part_count; i++)
        compare_parts(&comparison, &here->parts[i], &there->parts[i]);
    return comparison;
}

static void print_difference(const struct eg_difference *difference, FILE *out)
{
    const struct eg_result *here = difference->here, *there = difference->there;
    const struct eg_result *any = here ? here : there;
    fprintf(out, "  %s %s %s %s %s", difference->experiment, any->dataset, any->protocol,
            any->method, any->metric);
    if (!isnan(any->x))
        fprintf(out, " at %g", any->x);
    if (any->label[0])
        fprintf(out, " (%s)", any->label);
    if (!here)
        fprintf(out, ": missing here, %.17g in the reference\n", there->value);
    else if (!there)
        fprintf(out, ": %.17g here, missing in the reference\n", here->value);
    else if (here->n != there->n)
        fprintf(out, ": over %zu replicates here, %zu in the reference\n", here->n, there->n);
    else if (same_number(here->value, there->value) && !same_number(here->se, there->se))
        fprintf(out, ": standard error %.17g here, %.17g in the reference\n", here->se, there->se);
    else if (same_number(here->value, there->value))
        fprintf(out, ": it is %s in the reference\n", there->label[0] ? there->label : "unnamed");
    else
        fprintf(out, ": %.17g here, %.17g in the reference\n", here->value, there->value);
}

void eg_print_comparison(const struct eg_comparison *comparison, const struct eg_report *here,
                         const struct eg_report *there, FILE *out)
{
    const char *name = strcmp(comparison->field, "blas_core") == 0 ? "core" : comparison->field;
    if (comparison->same_digest) {
        fprintf(out, "digest equal, %s %s", name, comparison->here);
        if (!comparison->alike)
            fprintf(out, " (the reference: %s)", comparison->there);
        fprintf(out, ": %zu rows, %zu results, %s\n", here->digest_rows, comparison->compared,
                here->digest);
    } else if (comparison->alike && !comparison->stale)
        fprintf(out,
                "both made on %s %s, so that bits must be equal, but the digest is %s, not %s\n",
                name, comparison->here, here->digest, there->digest);
    else
        fprintf(out, "made on %s %s, this is %s: values compared by tolerance\n", name,
                comparison->there, comparison->here);
    for (size_t i = 0; i < here->part_count && i < there->part_count; i++)
        if (is_stale(&here->parts[i], &there->parts[i]))
            fprintf(out, "%s: made by outcome version %d, now %d: make reference\n",
                    here->parts[i].experiment->name, there->parts[i].outcome_version,
                    here->parts[i].outcome_version);
    if (comparison->same_digest && comparison->beyond == 0)
        return;
    fprintf(out,
            "%zu results, %zu of them not the same bits, %zu beyond tolerance; largest relative "
            "difference %.2g",
            comparison->compared, comparison->unequal, comparison->beyond, comparison->largest);
    if (!comparison->alike)
        fprintf(out, "; at most %.2g of its tolerance", comparison->share);
    fputc('\n', out);
    for (size_t i = 0; i < comparison->beyond && i < EG_MOST_DIFFERENCES; i++)
        print_difference(&comparison->first[i], out);
    if (comparison->beyond > EG_MOST_DIFFERENCES)
        fprintf(out, "  and %zu more\n", comparison->beyond - EG_MOST_DIFFERENCES);
}

int eg_check_comparison(const struct eg_comparison *comparison, const char *folder,
                        struct eg_error *error)
{
    if (comparison->beyond)
        return eg_fail(error, EG_CLAIM_FAILED, "%zu of %zu results are not those of %s",
                       comparison->beyond, comparison->compared, folder);
    if (comparison->stale)
        return eg_fail(
            error, EG_CLAIM_FAILED,
            "%s has rows of other outcome versions of %zu experiments: make reference, once "
            "the change is committed",
            folder, comparison->stale);
    if (comparison->alike && !comparison->same_digest)
        return eg_fail(
            error, EG_CLAIM_FAILED,
            "the results are those of %s, but the rows are not: they hold values that no "
            "result shows, or cells more or fewer",
            folder);
    return EG_OK;
}
