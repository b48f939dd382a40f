/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How an experiment sums up its rows: views of rows with their cells as structs,
 * samples of numbers from them, and results made of samples.
 *
 * Nothing here returns a status. The first failure is kept in the summary, which
 * then takes no more results and gives empty views; who summarises asks once at
 * the end. Views and samples live as long as the summary.
 */
#ifndef EG_BENCH_VIEW_H
#define EG_BENCH_VIEW_H

#include "run/experiment.h"

struct eg_summary;

struct eg_record {
    const void *cell;     /* a struct of the experiment's fields */
    const json_t *values; /* what came out; read it by eg_row_number and its like */
    size_t unit;          /* the replicate: records of one unit are compared with each other */
};

/* Rows of one data set, protocol, scale and seed, by canonical configuration. */
struct eg_view {
    struct eg_summary *summary;
    const char *dataset, *protocol, *scale;
    uint64_t seed;
    size_t count;
    const struct eg_record *records;
};

/* Numbers with the unit that each belongs to. */
struct eg_sample {
    size_t count;
    double *numbers;
    size_t *units; /* NULL: they have nothing to do with those of another sample */
};

/* Sums the rows up by the experiment's summarise, once for each data set, protocol, scale and seed. EG_DATA
 * where a row lacks a field, EG_INTERNAL when memory is short, or what a summary failed with. */
int eg_summarise(const struct eg_experiment *experiment, const struct eg_rows *rows,
                 struct eg_results *results, struct eg_error *error);

/* --- views --- */

/* The records whose member of the struct type is value: eg_where(view, struct cell, model, "gini"). */
/* clang-format off */
#define eg_where(view, type, member, value)                                                        \
    _Generic((type){0}.member, const char *: eg_where_text, size_t: eg_where_count,                \
             double: eg_where_number)(view, offsetof(type, member), value)
/* clang-format on */
struct eg_view eg_where_text(const struct eg_view *view, size_t offset, const char *text);
struct eg_view eg_where_count(const struct eg_view *view, size_t offset, size_t count);
struct eg_view eg_where_number(const struct eg_view *view, size_t offset, double number);

/* The records that keep() wants. */
struct eg_view eg_where_kept(const struct eg_view *view,
                             int (*keep)(const struct eg_record *record));

/* The distinct values of that member (a number or a count) over the records, ascending. */
struct eg_sample eg_values_of(const struct eg_view *view, size_t offset, enum eg_field_type type);

/* count items of a size, zeroed, that live as long as the summary; NULL after a failure. */
void *eg_view_alloc(const struct eg_view *view, size_t count, size_t size);

/* Keeps the failure, where none was kept before. */
__attribute__((format(printf, 3, 4))) void eg_view_fail(const struct eg_view *view, int status,
                                                        const char *format, ...);

/* Where the failure of a library function goes: `eg_view_check(view, eg_moments(..., eg_view_error(view)))`.
 * Returns whether all is well. */
struct eg_error *eg_view_error(const struct eg_view *view);
int eg_view_check(const struct eg_view *view, int status);

/* --- samples --- */

/* values[part][name] (values[name] where part is NULL) of the records that have it. */
struct eg_sample eg_sample_of(const struct eg_view *view, const char *part, const char *name);

/* Element `at` of the array there. */
struct eg_sample eg_sample_element(const struct eg_view *view, const char *part, const char *name,
                                   size_t at);

/* measure(record, context) of each record; records for which it is NAN are left out. */
struct eg_sample eg_sample_by(const struct eg_view *view,
                              double (*measure)(const struct eg_record *record,
                                                const void *context),
                              const void *context);

/* NAN of an empty sample. */
double eg_sample_mean(const struct eg_sample *sample);

/* a - b of the units that both have, in the order of a. */
struct eg_sample eg_sample_difference(const struct eg_view *view, const struct eg_sample *a,
                                      const struct eg_sample *b);

/* --- results --- */

/* A result of the view: all but value, se, n filled; x, value and se are NAN. */
struct eg_result eg_view_result(const struct eg_view *view, const char *method, const char *metric);

/* Adds the sample's mean with its standard error (NAN for one number), the sample and its units kept; nothing
 * for an empty one. */
void eg_put_sample(const struct eg_view *view, struct eg_result result, struct eg_sample sample);

/* Adds value as it is. */
void eg_put_value(const struct eg_view *view, struct eg_result result, double value, size_t n);

/* eg_put_sample of eg_sample_of under the names method and metric: values[part][metric]. */
void eg_put_mean(const struct eg_view *view, const char *method, const char *part,
                 const char *metric);

/* A curve: the means of the array values[part][name] element by element, at x[0 ..], as far as there are any;
 * result gives all but x. */
void eg_put_curve(const struct eg_view *view, struct eg_result result, const char *part,
                  const char *name, const double *x, size_t count);

/* A picture; copied. */
void eg_put_map(const struct eg_view *view, const struct eg_map *map);

/* The result of this summary that fits, as eg_results_find does; NULL where there is none. */
const struct eg_result *eg_view_find(const struct eg_view *view, const char *method,
                                     const char *metric, double x);

/* All results of this data set, protocol, scale and seed so far. */
const struct eg_results *eg_view_results(const struct eg_view *view);

#endif
