/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The current run's measures against the reference's: first a look at all of them, then a second one at those
 * suspected, on other seeds. What both see moving in the same direction has drifted.
 *
 * Where all of a nightly run's seeds are among the reference's, values are compared seed by seed; else all of the
 * nightly run with all of the reference (stats/drift_test.h). Not tested are test statistics, p-values and
 * effect sizes: they are functions of values that are, with longer tails than these, and would only
 * spread the level thinner.
 */
#ifndef EG_BENCH_DRIFT_SCREEN_H
#define EG_BENCH_DRIFT_SCREEN_H

#include "bench/frame/nightly_reference.h"
#include "stats/drift_test.h"

struct eg_drift_entry {
    const struct eg_measure *measure; /* the reference's */
    struct eg_drift_test test,
        second;    /* the current run; the confirming seeds, where the current run's test moved */
    int confirmed; /* both moved, the same way */
};

struct eg_drift_screen {
    struct eg_drift_entry *entries; /* one for each measure of the reference that is tested */
    size_t count;
    int paired, confirming; /* how the current run was compared; whether there was a second look */
    size_t compared, equal, suspects, confirmed;
    size_t
        appeared; /* measures of the current run that the reference does not have: told, no drift */
};

/* Takes the first look. reference must live as long as the screen; free it after failure too. */
int eg_drift_look(struct eg_drift_screen *screen, const struct eg_nightly *reference,
                  const struct eg_nightly *current, struct eg_error *error);

/* Takes the second. */
int eg_drift_look_again(struct eg_drift_screen *screen, const struct eg_nightly *reference,
                        const struct eg_nightly *confirming, struct eg_error *error);

/* The first look and, where that is suspect, the second. */
int eg_drift_look_twice(struct eg_drift_screen *screen, const struct eg_nightly *reference,
                        const struct eg_nightly *current, const struct eg_nightly *confirming,
                        struct eg_error *error);

void eg_drift_screen_free(struct eg_drift_screen *screen);

/* Whether a metric of that name is tested. */
int eg_drift_is_tested(const struct eg_measure *measure);

#endif
