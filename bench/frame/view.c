/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/view.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- views --- */

struct eg_view eg_where_by(const struct eg_view *view,
                           int (*keep)(const struct eg_record *record, const void *context),
                           const void *context)
{
    struct eg_view kept = *view;
    struct eg_record *records = eg_view_alloc(view, view->count, sizeof *records);
    kept.records = records;
    kept.count = 0;
    for (size_t i = 0; records && i < view->count; i++)
        if (keep(&view->records[i], context))
            records[kept.count++] = view->records[i];
    return kept;
}

/* What a member of a cell is to be. */
struct wanted {
    size_t offset;
    const char *text;
    size_t count;
    double number;
};

static const void *member_of(const struct eg_record *record, const struct wanted *wanted)
{
    return (const char *)record->cell + wanted->offset;
}

static int has_text(const struct eg_record *record, const void *wanted)
{
    const char *const *text = member_of(record, wanted);
    return strcmp(*text, ((const struct wanted *)wanted)->text) == 0;
}

static int has_count(const struct eg_record *record, const void *wanted)
{
    const size_t *count = member_of(record, wanted);
    return *count == ((const struct wanted *)wanted)->count;
}

static int has_number(const struct eg_record *record, const void *wanted)
{
    const double *number = member_of(record, wanted);
    return *number == ((const struct wanted *)wanted)->number;
}

struct eg_view eg_where_text(const struct eg_view *view, size_t offset, const char *text)
{
    return eg_where_by(view, has_text, &(struct wanted){.offset = offset, .text = text});
}

struct eg_view eg_where_count(const struct eg_view *view, size_t offset, size_t count)
{
    return eg_where_by(view, has_count, &(struct wanted){.offset = offset, .count = count});
}

struct eg_view eg_where_number(const struct eg_view *view, size_t offset, double number)
{
    return eg_where_by(view, has_number, &(struct wanted){.offset = offset, .number = number});
}

static int by_size(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

struct eg_sample eg_values_of(const struct eg_view *view, size_t offset, enum eg_field_type type)
{
    struct eg_sample values = {.numbers = eg_view_alloc(view, view->count, sizeof(double))};
    for (size_t i = 0; values.numbers && i < view->count; i++) {
        const void *member = (const char *)view->records[i].cell + offset;
        const double own = type == EG_FIELD_COUNT ? (double)*(const size_t *)member
                                                  : *(const double *)member;
        size_t at = 0;
        while (at < values.count && values.numbers[at] != own)
            at++;
        if (at == values.count)
            values.numbers[values.count++] = own;
    }
    if (values.count)
        qsort(values.numbers, values.count, sizeof *values.numbers, by_size);
    return values;
}

/* --- samples --- */

struct place {
    const char *part, *name;
    size_t at;
};

static double read_number(const struct eg_record *record, const void *context)
{
    const struct place *place = context;
    return eg_row_number(record->values, place->part, place->name);
}

static double read_element(const struct eg_record *record, const void *context)
{
    const struct place *place = context;
    return eg_row_element(record->values, place->part, place->name, place->at);
}

struct eg_sample eg_sample_by(const struct eg_view *view,
                              double (*measure)(const struct eg_record *record,
                                                const void *context),
                              const void *context)
{
    struct eg_sample sample = {.numbers = eg_view_alloc(view, view->count, sizeof(double)),
                               .units = eg_view_alloc(view, view->count, sizeof(size_t))};
    for (size_t i = 0; sample.numbers && sample.units && i < view->count; i++) {
        const double number = measure(&view->records[i], context);
        if (isnan(number))
            continue;
        sample.units[sample.count] = view->records[i].unit;
        sample.numbers[sample.count++] = number;
    }
    return sample;
}

struct eg_sample eg_sample_of(const struct eg_view *view, const char *part, const char *name)
{
    return eg_sample_by(view, read_number, &(struct place){part, name, 0});
}

struct eg_sample eg_sample_element(const struct eg_view *view, const char *part, const char *name,
                                   size_t at)
{
    return eg_sample_by(view, read_element, &(struct place){part, name, at});
}

double eg_sample_mean(const struct eg_sample *sample)
{
    double sum = 0;
    for (size_t i = 0; i < sample->count; i++)
        sum += sample->numbers[i];
    return sum / (double)sample->count;
}

struct eg_sample eg_sample_difference(const struct eg_view *view, const struct eg_sample *a,
                                      const struct eg_sample *b)
{
    struct eg_sample difference = {.numbers = eg_view_alloc(view, a->count, sizeof(double)),
                                   .units = eg_view_alloc(view, a->count, sizeof(size_t))};
    for (size_t i = 0; difference.numbers && difference.units && i < a->count; i++)
        for (size_t k = 0; k < b->count; k++)
            if (a->units[i] == b->units[k]) {
                difference.units[difference.count] = a->units[i];
                difference.numbers[difference.count++] = a->numbers[i] - b->numbers[k];
                break;
            }
    return difference;
}
