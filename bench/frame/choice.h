/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The choice of a strength, or of another setting: by which validation measure,
 * among which settings, within which margin of whom; of equal ones the smallest.
 */
#ifndef EG_BENCH_CHOICE_H
#define EG_BENCH_CHOICE_H

#include "bench/frame/view.h"

struct eg_choice_rule {
    const char *part,
        *metric;       /* the mean of values[part][metric] decides; part NULL: values[metric] */
    int takes_least;   /* else the most */
    const char *bound; /* NULL: none. Only settings whose mean of values[bound] is */
    double at_least;   /* no less than this */
    int needs_all;     /* only settings with as many records as any has, */
    int needs_numbers; /* or all of whose records have a number that decides */
};

/* Of the settings, by the values of a member of the cell's struct (a count or a number), the one that the rule
 * takes; *chosen its records. NAN, and no records, where none fits the rule. */
double eg_choose(const struct eg_view *view, size_t offset, enum eg_field_type type,
                 const struct eg_choice_rule *rule, struct eg_view *chosen);

/* eg_choose(view, struct cell, strength, &rule, &chosen) */
#define eg_choose_by(view, type, member, rule, chosen)                                             \
    eg_choose(view, offsetof(type, member), EG_FIELD_TYPE(type, member), rule, chosen)

/* Of each unit the record with the most values[metric], and of equal ones that with the least values[tie]. */
struct eg_view eg_choose_of_unit(const struct eg_view *view, const char *metric, const char *tie);

/* What each setting does: curves of values[metrics[m]] (NULL-terminated) over the values of a member. */
void eg_put_sweep(const struct eg_view *view, size_t offset, enum eg_field_type type,
                  const char *method, const char *const *metrics);

/* eg_put_sweep_by(view, struct cell, strength, "gini", metrics) */
#define eg_put_sweep_by(view, type, member, method, metrics)                                       \
    eg_put_sweep(view, offsetof(type, member), EG_FIELD_TYPE(type, member), method, metrics)

#endif
