/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What summaries of rows share: rows that belong together, and means with their
 * standard errors.
 */
#ifndef EG_BENCH_SUMMARY_H
#define EG_BENCH_SUMMARY_H

#include "run/experiment.h"

/* Rows of one data set, protocol, scale and seed, which every configuration must have. */
struct eg_group {
    const char *dataset, *protocol, *scale;
    uint64_t seed;
    size_t count;
    const json_t **rows; /* count of {"config": ..., "values": ...}, in the order they came */
};

/* Calls summarise for each group of the rows, with results of its own to add to and numbers as room
 * for group->count, and adds up what comes. */
int eg_summarise_groups(const struct eg_rows *rows,
                        int (*summarise)(const struct eg_group *group, double *numbers,
                                         struct eg_results *results, struct eg_error *error),
                        struct eg_results *results, struct eg_error *error);

/* numbers[] = values[method][metric] (values[metric] where method is NULL) of the rows that have it;
 * returns how many. numbers has room for group->count. */
size_t eg_group_numbers(const struct eg_group *group, const char *method, const char *metric,
                        double *numbers);

/* A result of the group: everything but value, se, n filled; value and se are NAN. */
struct eg_result eg_group_result(const struct eg_group *group, const char *method,
                                 const char *metric);

/* Adds the mean of the numbers with its standard error (NAN for one number); nothing when count is
 * 0. */
int eg_add_mean(struct eg_results *results, struct eg_result result, const double *numbers,
                size_t count, struct eg_error *error);

/* The same, with the numbers kept and the unit (replicate or split) that each belongs to; units NULL:
 * they have nothing to do with those of another method. */
int eg_add_sample(struct eg_results *results, struct eg_result result, const double *numbers,
                  const size_t *units, size_t count, struct eg_error *error);

/* What eg_group_numbers finds, added with each row's "replicate" as its unit. numbers is room. */
int eg_add_group_mean(struct eg_results *results, struct eg_result result,
                      const struct eg_group *group, const char *method, const char *metric,
                      double *numbers, struct eg_error *error);

/* The same of element `at` of the array values[field]. */
int eg_add_element_mean(struct eg_results *results, struct eg_result result,
                        const struct eg_group *group, const char *field, size_t at, double *numbers,
                        struct eg_error *error);

/* Adds value as it is. */
int eg_add_value(struct eg_results *results, struct eg_result result, double value, size_t n,
                 struct eg_error *error);

#endif
