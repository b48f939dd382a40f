/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: made scores whose differences are known. Rates are held to 3 standard errors. */
#include "bench/compare/verdict.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"

enum { METRICS = 18, UNITS = 10, TABLES = 400, SEED = 20211 };

static const char *const names[] = {"expected_gradients", "mine", "random", "oracle", "flipped"};

static struct eg_score_table make_table(size_t methods, const struct eg_score_metric *metrics,
                                        const double *scores)
{
    return (struct eg_score_table){.dataset = "made",
                                   .methods = names,
                                   .method_count = methods,
                                   .metrics = metrics,
                                   .metric_count = METRICS,
                                   .unit_count = UNITS,
                                   .scores = scores,
                                   .floor = methods > 2 ? 2 : EG_NO_METHOD,
                                   .ceiling = methods > 3 ? 3 : EG_NO_METHOD,
                                   .flipped = methods > 4 ? 4 : EG_NO_METHOD,
                                   .resamples = 2};
}

/* Half of the metrics have less as better. */
static void make_metrics(struct eg_score_metric *metrics)
{
    for (size_t i = 0; i < METRICS; i++)
        metrics[i] = (struct eg_score_metric){"metric", i % 2 == 1, 0};
}

/* Scores of methods: a part of the unit's own, the method's advantage (turned by direction), noise,
 * of which the share `shared` of the variance is common to all units of a table. */
static void draw_scores(size_t table, size_t methods, const double *advantages, double shared,
                        double *scores)
{
    struct eg_stream stream = eg_stream_make(SEED, 0, EG_PURPOSE_DATA, table, 0);
    for (size_t metric = 0; metric < METRICS; metric++) {
        double units[UNITS];
        for (size_t i = 0; i < UNITS; i++)
            units[i] = 5 * eg_stream_normal(&stream);
        for (size_t method = 0; method < methods; method++) {
            const double common = sqrt(shared) * eg_stream_normal(&stream);
            const double advantage = metric % 2 ? -advantages[method] : advantages[method];
            for (size_t i = 0; i < UNITS; i++)
                scores[(method * METRICS + metric) * UNITS + i] = units[i] + advantage + common +
                                                                  sqrt(1 - shared) *
                                                                      eg_stream_normal(&stream);
        }
    }
}

/* The share of tables in which the second method is called better or worse on any metric. */
static double measure_rate(double shared, size_t n_train, size_t n_test)
{
    struct eg_score_metric metrics[METRICS];
    static double scores[2 * METRICS * UNITS];
    size_t found = 0;
    make_metrics(metrics);
    for (size_t i = 0; i < TABLES; i++) {
        struct eg_contest comparison;
        draw_scores(i, 2, (const double[]){0, 0}, shared, scores);
        struct eg_score_table table = make_table(2, metrics, scores);
        table.n_train = n_train;
        table.n_test = n_test;
        cr_assert_eq(eg_contest_make(&table, &comparison, NULL), EG_OK);
        const size_t *counts = comparison.methods[1].counts;
        found += counts[EG_STANDING_BETTER] + counts[EG_STANDING_WORSE] > 0;
        eg_contest_free(&comparison);
    }
    return (double)found / TABLES;
}

Test(verdict_simulated, under_the_null_few_tables_have_any_finding)
{
    const double rate = measure_rate(0, 0, 0), slack = 3 * sqrt(0.05 * 0.95 / TABLES);
    cr_expect(rate < 0.05 + slack, "%g of tables have a finding where there is none", rate);
    cr_expect(rate > 0.05 - slack, "%g: the test wastes its 5 %%", rate);
}

Test(verdict_simulated, splits_of_the_same_rows_need_the_correction)
{
    /* With 200 of 1000 rows to test on, Nadeau and Bengio take the correlation as 0.2. */
    const double plain = measure_rate(0.2, 0, 0), corrected = measure_rate(0.2, 800, 200);
    cr_expect(plain > 0.15, "%g: nothing to correct", plain);
    cr_expect(corrected < 0.05 + 3 * sqrt(0.05 * 0.95 / TABLES), "%g", corrected);
}

Test(verdict_simulated, a_known_advantage_is_found_and_its_interval_holds_it)
{
    struct eg_score_metric metrics[METRICS];
    static double scores[2 * METRICS * UNITS];
    size_t better = 0, held = 0, tables = 20;
    make_metrics(metrics);
    for (size_t i = 0; i < tables; i++) {
        struct eg_contest comparison;
        draw_scores(i, 2, (const double[]){0, 4}, 0, scores);
        struct eg_score_table table = make_table(2, metrics, scores);
        table.resamples = 1000;
        cr_assert_eq(eg_contest_make(&table, &comparison, NULL), EG_OK);
        better += comparison.methods[1].counts[EG_STANDING_BETTER];
        for (size_t metric = 0; metric < METRICS; metric++) {
            const struct eg_score_cell *cell = eg_contest_cell(&comparison, 1, metric);
            held += cell->low < 4 && cell->high > 4;
        }
        eg_contest_free(&comparison);
    }
    cr_expect(better > 0.97 * (double)tables * METRICS, "%zu of %zu", better, tables * METRICS);
    /* Bootstrap intervals of ten values are known to be somewhat short. */
    cr_expect(held > 0.85 * (double)tables * METRICS && held < tables * METRICS, "%zu", held);
}

Test(verdict_simulated, the_check_passes_sound_metrics_and_flags_noise)
{
    struct eg_score_metric metrics[METRICS];
    static double scores[5 * METRICS * UNITS], noise[5 * METRICS * UNITS];
    size_t passed[2] = {0}, tables = 60;
    char text[512];
    make_metrics(metrics);
    for (size_t i = 0; i < tables; i++) {
        struct eg_contest comparison;
        draw_scores(i, 5, (const double[]){2, 1, 0, 4, -4}, 0, scores);
        draw_scores(tables + i, 5, (const double[]){0, 0, 0, 0, 0}, 0, noise);
        for (size_t j = 0; j < sizeof noise / sizeof *noise; j++)
            if (j / UNITS % METRICS < METRICS / 2)
                scores[j] = noise[j];
        const struct eg_score_table table = make_table(5, metrics, scores);
        cr_assert_eq(eg_contest_make(&table, &comparison, NULL), EG_OK);
        for (size_t metric = 0; metric < METRICS; metric++) {
            const int is_sound = metric >= METRICS / 2;
            const enum eg_check_state state = comparison.checks[metric].state;
            cr_assert(state == EG_CHECK_PASSED || state == EG_CHECK_FAILED);
            passed[is_sound] += state == EG_CHECK_PASSED;
            eg_contest_warn(&comparison, metric, text, sizeof text);
            cr_assert_eq(strstr(text, "cannot tell") != NULL, state == EG_CHECK_FAILED, "%s", text);
        }
        eg_contest_free(&comparison);
    }
    const double each = (double)(tables * METRICS / 2);
    cr_expect((double)passed[0] < 0.05 * each, "%zu of %g of noise passed", passed[0], each);
    cr_expect((double)passed[1] > 0.97 * each, "%zu of %g sound ones passed", passed[1], each);
}

Test(verdict_simulated, another_method_changes_no_interval)
{
    struct eg_score_metric metrics[METRICS];
    static double scores[5 * METRICS * UNITS];
    struct eg_contest few, many;
    make_metrics(metrics);
    draw_scores(0, 5, (const double[]){0, 1, 0, 0, 0}, 0, scores);
    struct eg_score_table two = make_table(2, metrics, scores),
                          five = make_table(5, metrics, scores);
    two.resamples = five.resamples = 100;
    cr_assert(!eg_contest_make(&two, &few, NULL) && !eg_contest_make(&five, &many, NULL));
    for (size_t metric = 0; metric < METRICS; metric++) {
        const struct eg_score_cell *a = eg_contest_cell(&few, 1, metric),
                                   *b = eg_contest_cell(&many, 1, metric);
        cr_expect(a->low == b->low && a->high == b->high && a->holm_p == b->holm_p);
    }
    eg_contest_free(&few);
    eg_contest_free(&many);
}
