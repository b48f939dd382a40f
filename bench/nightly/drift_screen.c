/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/drift_screen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A nightly run as it is compared with the reference: room for the values of both, seed by seed where paired. */
struct pairing {
    const struct eg_nightly *reference, *nightly_run;
    size_t *positions;  /* of the nightly run's seeds in the reference; NULL: unpaired */
    double *values;     /* of the reference at these */
    const double *none; /* NAN for each of the nightly run's seeds */
};

int eg_drift_is_tested(const struct eg_measure *measure)
{
    static const char difference[] = "difference"; /* and the ends of its interval */
    if (*measure->statistic)
        return strncmp(measure->statistic, difference, strlen(difference)) == 0;
    return strncmp(measure->metric, "q_", 2) != 0 && strncmp(measure->metric, "times_", 6) != 0;
}

static void free_pairing(struct pairing *pairing)
{
    free(pairing->positions);
    free(pairing->values);
    free((double *)pairing->none);
}

static int make_pairing(struct pairing *pairing, const struct eg_nightly *reference,
                        const struct eg_nightly *nightly_run, struct eg_error *error)
{
    const size_t count = nightly_run->seed_count;
    size_t found = 0;
    double *none = eg_alloc(count, sizeof *none, error);
    *pairing = (struct pairing){.reference = reference, .nightly_run = nightly_run, .none = none};
    pairing->positions = eg_alloc(count, sizeof *pairing->positions, error);
    pairing->values = eg_alloc(count, sizeof *pairing->values, error);
    if (!none || !pairing->positions || !pairing->values)
        return EG_INTERNAL;
    for (size_t i = 0; i < count; i++) {
        none[i] = NAN;
        pairing->positions[i] = eg_nightly_seed(reference, nightly_run->seeds[i]);
        found += pairing->positions[i] < reference->seed_count;
    }
    if (found < count) {
        free(pairing->positions);
        pairing->positions = NULL;
    }
    return EG_OK;
}

/* Night and reference list their measures in the same order, but for what is new or gone. */
static const double *find_values(const struct pairing *pairing, size_t guess,
                                 const struct eg_measure *like)
{
    const struct eg_nightly *nightly_run = pairing->nightly_run;
    if (guess < nightly_run->count && eg_measure_is_like(&nightly_run->measures[guess], like))
        return nightly_run->measures[guess].values;
    const struct eg_measure *found = eg_nightly_find(nightly_run, like);
    return found ? found->values : pairing->none;
}

static int test_measure(const struct pairing *pairing, size_t index, struct eg_drift_test *test,
                        struct eg_error *error)
{
    const struct eg_measure *measure = &pairing->reference->measures[index];
    const double *now = find_values(pairing, index, measure);
    const size_t count = pairing->nightly_run->seed_count;
    if (!pairing->positions)
        return eg_drift_test_unpaired(measure->values, pairing->reference->seed_count, now, count,
                                      test, error);
    for (size_t i = 0; i < count; i++)
        pairing->values[i] = measure->values[pairing->positions[i]];
    return eg_drift_test_paired(pairing->values, now, count, test, error);
}

/* Decides for the tests together, which lie in entries: the first of each, or the second. */
static int decide(struct eg_drift_screen *screen, int second, double level, struct eg_error *error)
{
    struct eg_drift_test *tests = eg_alloc(screen->count, sizeof *tests, error);
    size_t count = 0;
    if (!tests)
        return EG_INTERNAL;
    for (size_t i = 0; i < screen->count; i++)
        if (!second || screen->entries[i].test.moved)
            tests[count++] = second ? screen->entries[i].second : screen->entries[i].test;
    const int status = eg_drift_decide(tests, count, level, NULL, error);
    count = 0;
    for (size_t i = 0; i < screen->count; i++)
        if (!second)
            screen->entries[i].test = tests[count++];
        else if (screen->entries[i].test.moved)
            screen->entries[i].second = tests[count++];
    free(tests);
    return status;
}

static size_t count_new(const struct eg_nightly *reference, const struct eg_nightly *nightly_run)
{
    size_t count = 0;
    for (size_t i = 0; i < nightly_run->count; i++) {
        const struct eg_measure *measure = &nightly_run->measures[i];
        const int is_there = i < reference->count &&
                             eg_measure_is_like(&reference->measures[i], measure);
        count += !is_there && !eg_nightly_find(reference, measure);
    }
    return count;
}

static void count_outcomes(struct eg_drift_screen *screen)
{
    for (size_t i = 0; i < screen->count; i++) {
        const struct eg_drift_test *test = &screen->entries[i].test;
        screen->compared += test->kind != EG_DRIFT_UNKNOWN;
        screen->equal += test->kind == EG_DRIFT_EQUAL;
        screen->suspects += test->moved != 0;
    }
}

int eg_drift_look(struct eg_drift_screen *screen, const struct eg_nightly *reference,
                  const struct eg_nightly *current, struct eg_error *error)
{
    struct pairing pairing;
    *screen = (struct eg_drift_screen){0};
    int status = make_pairing(&pairing, reference, current, error);
    if (!status && !(screen->entries = eg_alloc(reference->count, sizeof *screen->entries, error)))
        status = EG_INTERNAL;
    for (size_t i = 0; i < reference->count && !status; i++) {
        if (!eg_drift_is_tested(&reference->measures[i]))
            continue;
        struct eg_drift_entry *entry = &screen->entries[screen->count++];
        entry->measure = &reference->measures[i];
        status = test_measure(&pairing, i, &entry->test, error);
    }
    screen->paired = pairing.positions != NULL;
    free_pairing(&pairing);
    if (!status)
        status = decide(screen, 0, EG_DRIFT_SCREEN, error);
    if (!status) {
        count_outcomes(screen);
        screen->appeared = count_new(reference, current);
    }
    return status;
}

static int agree(const struct eg_drift_test *first, const struct eg_drift_test *second)
{
    return first->moved && second->moved && first->kind == second->kind &&
           (first->kind == EG_DRIFT_VANISHED ||
            (first->difference > 0) == (second->difference > 0));
}

int eg_drift_look_again(struct eg_drift_screen *screen, const struct eg_nightly *reference,
                        const struct eg_nightly *confirming, struct eg_error *error)
{
    struct pairing pairing;
    int status = make_pairing(&pairing, reference, confirming, error);
    for (size_t i = 0; i < screen->count && !status; i++)
        if (screen->entries[i].test.moved)
            status = test_measure(&pairing,
                                  (size_t)(screen->entries[i].measure - reference->measures),
                                  &screen->entries[i].second, error);
    free_pairing(&pairing);
    if (!status)
        status = decide(screen, 1, EG_DRIFT_CONFIRM, error);
    screen->confirming = !status;
    screen->confirmed = 0;
    for (size_t i = 0; i < screen->count && !status; i++) {
        struct eg_drift_entry *entry = &screen->entries[i];
        entry->confirmed = agree(&entry->test, &entry->second);
        screen->confirmed += entry->confirmed != 0;
    }
    return status;
}

int eg_drift_look_twice(struct eg_drift_screen *screen, const struct eg_nightly *reference,
                        const struct eg_nightly *current, const struct eg_nightly *confirming,
                        struct eg_error *error)
{
    const int status = eg_drift_look(screen, reference, current, error);
    return status || !screen->suspects ? status
                                       : eg_drift_look_again(screen, reference, confirming, error);
}

void eg_drift_screen_free(struct eg_drift_screen *screen)
{
    free(screen->entries);
    *screen = (struct eg_drift_screen){0};
}
