/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/drift_screen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_nightly.h"

enum { SEEDS = 20, MEASURES = 40 };

/* Seeds first .. first + count - 1 of a reference with metrics m0, m1, ..., drawn about 1 with sd 0.1. */
static struct eg_nightly make_run(uint64_t first, size_t count)
{
    return make_nightly(first, count, MEASURES);
}

static void scale_metric(struct eg_nightly *run, const char *metric, double factor)
{
    for (size_t k = 0; k < run->count; k++)
        for (size_t i = 0; i < run->seed_count; i++)
            if (strcmp(run->measures[k].metric, metric) == 0)
                run->measures[k].values[i] *= factor;
}

struct looked {
    struct eg_nightly reference, current, confirming;
    struct eg_drift_screen screen;
};

static struct looked make_looked(void)
{
    return (struct looked){.reference = make_run(0, SEEDS),
                           .current = make_run(0, SEEDS / 2),
                           .confirming = make_run(SEEDS / 2, SEEDS / 2)};
}

static void look(struct looked *looked)
{
    struct eg_error error = {0};
    cr_assert_eq(eg_drift_look(&looked->screen, &looked->reference, &looked->current, &error),
                 EG_OK, "%s", error.message);
}

static void look_again(struct looked *looked)
{
    cr_assert_eq(
        eg_drift_look_again(&looked->screen, &looked->reference, &looked->confirming, NULL), EG_OK);
}

static void free_looked(struct looked *looked)
{
    eg_drift_screen_free(&looked->screen);
    eg_nightly_free(&looked->reference);
    eg_nightly_free(&looked->current);
    eg_nightly_free(&looked->confirming);
}

Test(drift_screen, the_same_numbers_are_equal)
{
    struct looked looked = make_looked();
    look(&looked);
    cr_expect(looked.screen.paired);
    cr_expect_eq(looked.screen.compared, MEASURES);
    cr_expect_eq(looked.screen.equal, MEASURES);
    cr_expect_eq(looked.screen.suspects, 0);
    free_looked(&looked);
}

Test(drift_screen, a_metric_off_by_one_percent_is_confirmed)
{
    struct looked looked = make_looked();
    scale_metric(&looked.current, "m7", 0.99);
    scale_metric(&looked.confirming, "m7", 0.99);
    look(&looked);
    cr_expect_eq(looked.screen.suspects, 1);
    look_again(&looked);
    cr_expect_eq(looked.screen.confirmed, 1);
    cr_expect(looked.screen.entries[7].confirmed);
    free_looked(&looked);
}

Test(drift_screen, what_the_other_seeds_do_not_say_is_no_drift)
{
    for (int back = 0; back < 2; back++) {
        struct looked looked = make_looked();
        scale_metric(&looked.current, "m7", 1.01);
        scale_metric(&looked.confirming, "m7", back ? 0.99 : 1);
        look(&looked);
        look_again(&looked);
        cr_expect_eq(looked.screen.suspects, 1);
        cr_expect_eq(looked.screen.confirmed, 0, "%d", back);
        free_looked(&looked);
    }
}

Test(drift_screen, a_measure_that_is_gone_and_one_that_is_new)
{
    struct looked looked = make_looked();
    strcpy(looked.current.measures[3].metric, "new");
    strcpy(looked.confirming.measures[3].metric, "new");
    look(&looked);
    cr_expect_eq(looked.screen.suspects, 1);
    cr_expect_eq(looked.screen.appeared, 1);
    look_again(&looked);
    cr_expect_eq(looked.screen.confirmed, 1);
    cr_expect_eq(looked.screen.entries[3].test.kind, EG_DRIFT_VANISHED);
    free_looked(&looked);
}

Test(drift_screen, seeds_that_the_reference_lacks)
{
    struct looked looked = make_looked();
    eg_nightly_free(&looked.current);
    looked.current = make_run(100, SEEDS / 2);
    look(&looked);
    cr_expect_not(looked.screen.paired);
    cr_expect_eq(looked.screen.suspects, 0);
    eg_drift_screen_free(&looked.screen);
    scale_metric(&looked.current, "m9", 2);
    look(&looked);
    cr_expect_eq(looked.screen.suspects, 1);
    free_looked(&looked);
}

Test(drift_screen, functions_of_what_is_tested_are_not)
{
    static const struct {
        struct eg_measure measure;
        int is_tested;
    } cases[] = {{{.metric = "test_roc_auc", .statistic = "paired_p"}, 0},
                 {{.metric = "test_r2", .statistic = "t"}, 0},
                 {{.metric = "test_r2", .statistic = "difference_low"}, 1},
                 {{.metric = "q_with_prior"}, 0},
                 {{.metric = "test_r2"}, 1},
                 {{.metric = "total_variation"}, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(eg_drift_is_tested(&cases[i].measure), cases[i].is_tested, "%s %s",
                     cases[i].measure.metric, cases[i].measure.statistic);
}
