/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/drift_test.h"

#include <math.h>
#include <stdlib.h>

#include "stats/binomial.h"
#include "stats/holm.h"
#include "stats/mann_whitney.h"
#include "stats/ttest.h"

/* A thousand measures with gaps give one such run in a thousand. */
static const double vanished_p = 1e-6;

/* The numbers among values, in room; returns how many. */
static size_t copy_numbers(const double *values, size_t count, double *room)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            room[kept++] = values[i];
    return kept;
}

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

/* Means and differences of the numbers compared; EG_DRIFT_TESTED, to begin with. */
static struct eg_drift_test compare_means(const double *reference, size_t reference_count,
                                          const double *current, size_t count)
{
    struct eg_drift_test test = {.kind = EG_DRIFT_TESTED,
                                 .reference_n = reference_count,
                                 .n = count,
                                 .reference_mean = mean_of(reference, reference_count),
                                 .mean = mean_of(current, count),
                                 .p = NAN,
                                 .adjusted = NAN};
    double square = 0;
    for (size_t i = 0; i < reference_count; i++)
        square += reference[i] * reference[i] / (double)reference_count;
    test.difference = test.mean - test.reference_mean;
    test.relative = test.difference / (square > 0 ? sqrt(square) : 1);
    return test;
}

/* Whether so many seeds without a number are more than the reference's share of them makes likely. That
 * share is taken as one in count + 1 more than it was, so that it is never 0. */
static int has_vanished(size_t reference_n, size_t reference_count, size_t n, size_t count)
{
    const double share = (double)reference_n / ((double)reference_count + 1);
    return reference_n >= 2 && eg_binomial_p(count - n, count, 1 - share) <= vanished_p;
}

static struct eg_drift_test no_test(enum eg_drift_kind kind, size_t reference_count, size_t count)
{
    return (struct eg_drift_test){.kind = kind,
                                  .reference_n = reference_count,
                                  .n = count,
                                  .reference_mean = NAN,
                                  .mean = NAN,
                                  .difference = NAN,
                                  .relative = NAN,
                                  .p = NAN,
                                  .adjusted = NAN};
}

static int test_pairs(const double *reference, const double *current, size_t pairs,
                      struct eg_drift_test *test, struct eg_error *error)
{
    struct eg_ttest student;
    size_t equal = 0;
    *test = compare_means(reference, pairs, current, pairs);
    for (size_t i = 0; i < pairs; i++)
        equal += reference[i] == current[i];
    if (equal == pairs) {
        test->kind = EG_DRIFT_EQUAL;
        return EG_OK;
    }
    const int status = eg_ttest_paired(current, reference, pairs, &student, error);
    test->p = status ? NAN : student.p;
    return status;
}

int eg_drift_test_paired(const double *reference, const double *current, size_t count,
                         struct eg_drift_test *test, struct eg_error *error)
{
    size_t pairs = 0, wanted = 0, there = 0;
    double *room = eg_alloc(2 * count, sizeof *room, error);
    if (!room)
        return EG_INTERNAL;
    for (size_t i = 0; i < count; i++) {
        wanted += !isnan(reference[i]);
        there += !isnan(current[i]);
        if (isnan(reference[i]) || isnan(current[i]))
            continue;
        room[pairs] = reference[i];
        room[count + pairs++] = current[i];
    }
    int status = EG_OK;
    /* The same seed gives the same bits, so where the reference has no gap chance makes none. */
    if ((wanted == count && there < count) || has_vanished(wanted, count, there, count))
        *test = no_test(EG_DRIFT_VANISHED, wanted, there);
    else if (pairs < EG_DRIFT_PAIRS)
        *test = no_test(EG_DRIFT_UNKNOWN, wanted, there);
    else
        status = test_pairs(room, room + count, pairs, test, error);
    free(room);
    return status;
}

int eg_drift_test_unpaired(const double *reference, size_t reference_count, const double *current,
                           size_t count, struct eg_drift_test *test, struct eg_error *error)
{
    double *room = eg_alloc(reference_count + count, sizeof *room, error);
    if (!room)
        return EG_INTERNAL;
    double *now = room + reference_count;
    const size_t n = copy_numbers(reference, reference_count, room);
    const size_t m = copy_numbers(current, count, now);
    struct eg_mann_whitney ranks = {NAN, NAN};
    int status = EG_OK;
    if (has_vanished(n, reference_count, m, count))
        *test = no_test(EG_DRIFT_VANISHED, n, m);
    else if (n < 2 || m < 2)
        *test = no_test(EG_DRIFT_UNKNOWN, n, m);
    else {
        *test = compare_means(room, n, now, m);
        status = eg_mann_whitney(room, n, now, m, &ranks, error);
        test->p = ranks.p;
    }
    free(room);
    return status;
}

static int is_of_size(const struct eg_drift_test *test)
{
    return fabs(test->relative) >= EG_DRIFT_SIZE && fabs(test->difference) >= EG_DRIFT_ROUNDING;
}

int eg_drift_decide(struct eg_drift_test *tests, size_t count, double level, size_t *moved,
                    struct eg_error *error)
{
    double *p = eg_alloc(count, sizeof *p, error);
    if (!p)
        return EG_INTERNAL;
    for (size_t i = 0; i < count; i++)
        p[i] = tests[i].p;
    const int status = eg_benjamini_hochberg(p, count, p, error);
    size_t found = 0;
    for (size_t i = 0; i < count && !status; i++) {
        tests[i].adjusted = p[i];
        tests[i].moved = tests[i].kind == EG_DRIFT_VANISHED ||
                         (p[i] <= level && is_of_size(&tests[i]));
        found += tests[i].moved;
    }
    free(p);
    if (moved)
        *moved = found;
    return status;
}
