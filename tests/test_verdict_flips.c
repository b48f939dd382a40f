/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How likely so many wins are by chance. */
#include "bench/compare/verdict.h"

#include <math.h>

#include <criterion/criterion.h>

#include "base/stream.h"
#include "tests/made_contest.h"

static const char *const two[] = {"expected_gradients", "mine"};

/* Eighteen metrics that always agree are no eighteen coins: of two units, which differ as they do here, all
 * signs are as likely, and in one of four patterns there are so many wins. */
Test(verdict_flips, wins_are_told_by_units_and_not_by_metrics)
{
    struct eg_score_metric metrics[18];
    double scores[2 * 18 * 2] = {0};
    for (int i = 0; i < 18; i++) {
        metrics[i] = (struct eg_score_metric){"m", i % 2, 0};
        scores[36 + 2 * i] = scores[36 + 2 * i + 1] = (i % 2) != (i == 7) ? -1 : 1;
    }
    const struct eg_score_table table = make_table(two, 2, metrics, 18, 2, scores);
    struct eg_contest comparison = judge(&table);
    cr_expect(comparison.methods[1].wins == 17 && comparison.methods[1].losses == 1);
    expect_near(comparison.methods[1].wins_p, 1 / 4.0, "p of 17 of 18");
    expect_near(comparison.methods[1].losses_p, 1, "p of 1 of 18");
    eg_contest_free(&comparison);
}

/* Of methods that do not differ, on 20 metrics that measure much the same over 10 units, the p of the wins is
 * 0.05 or less in at most 5 of 100 tables, where the binomial one was in 30. */
Test(verdict_flips, wins_by_chance)
{
    enum { TABLES = 400, METRICS = 20, UNITS = 10 };
    struct eg_score_metric metrics[METRICS];
    double scores[2 * METRICS * UNITS] = {0};
    int found = 0;
    for (int i = 0; i < METRICS; i++)
        metrics[i] = (struct eg_score_metric){"m", 0, 0};
    for (uint64_t t = 0; t < TABLES; t++) {
        struct eg_stream stream = eg_stream_make(5, 1, EG_PURPOSE_BOOTSTRAP, t, 0);
        for (int unit = 0; unit < UNITS; unit++) {
            const double common = eg_stream_normal(&stream);
            for (int i = 0; i < METRICS; i++)
                scores[(METRICS + i) * UNITS + unit] = common + 0.5 * eg_stream_normal(&stream);
        }
        struct eg_score_table table = make_table(two, 2, metrics, METRICS, UNITS, scores);
        table.resamples = 10;
        struct eg_contest comparison = judge(&table);
        found += comparison.methods[1].wins_p <= 0.05;
        eg_contest_free(&comparison);
    }
    cr_expect(found <= TABLES * 0.05 + 3 * sqrt(TABLES * 0.05 * 0.95), "%d of %d", found, TABLES);
}
