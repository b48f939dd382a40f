/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often the verdict errs and how often it finds a difference, on made differences. Truth: an
 * error of at most 5 % where there is none, with --units auto over all looks together; and
 * results/power/power.json, which docs/power.md shows. With EGBENCH_POWER=FILE that file is made
 * (make power): more tables, and 100 comparisons of expected gradients with themselves under
 * another seed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "attribution/explain.h"
#include "bench/compare/compare_auto.h"
#include "bench/compare/compare_data.h"
#include "bench/compare/compare_measures.h"

enum { METRICS = 26, MOST = 50, SHOWN = 4000, TESTED = 400, NULLS = 100, ROWS = 40 };

static const char *const names[] = {"expected_gradients", "mine"};
static const size_t units[] = {6, 10, 20, 50};
static const double effects[] = {0, 0.5, 1, 2}, shares[] = {0, 1.0 / 9};
enum { UNITS = sizeof units / sizeof *units, EFFECTS = sizeof effects / sizeof *effects };

struct rates {
    double better, worse, measure, any; /* overall; a measure named better; any named either */
};

/* Scores: none of the reference, of the other the differences: an effect in their standard
 * deviations over units; half of the variance is common to the measures of a unit, and shared / (1
 * + shared) to all units, as Nadeau and Bengio (2003) have it. */
static void draw(struct eg_stream *stream, double effect, double shared,
                 double scores[2][METRICS][MOST])
{
    const double common = sqrt(shared), half = sqrt(0.5), of_all = eg_stream_normal(stream);
    double of_unit[MOST];
    for (size_t i = 0; i < MOST; i++)
        of_unit[i] = eg_stream_normal(stream);
    for (size_t m = 0; m < METRICS; m++) {
        const double of_measure = eg_stream_normal(stream);
        for (size_t i = 0; i < MOST; i++)
            scores[1][m][i] = effect + common * half * (of_all + of_measure) +
                              half * (of_unit[i] + eg_stream_normal(stream));
    }
}

/* The verdict after so many units. */
static struct eg_contest judge(struct eg_score_table *table, double scores[2][METRICS][MOST],
                               size_t count, double *room)
{
    struct eg_contest contest;
    table->unit_count = count;
    table->scores = room;
    for (size_t k = 0; k < 2 * (size_t)METRICS; k++)
        for (size_t i = 0; i < count; i++)
            room[k * count + i] = scores[k / METRICS][k % METRICS][i];
    cr_assert_eq(eg_contest_make(table, &contest, NULL), EG_OK);
    return contest;
}

static void make_table(struct eg_score_table *table, struct eg_score_metric metrics[METRICS],
                       double shared)
{
    for (size_t m = 0; m < METRICS; m++)
        metrics[m] = (struct eg_score_metric){"measure", 0, 0};
    *table = (struct eg_score_table){.dataset = "made",
                                     .methods = names,
                                     .method_count = 2,
                                     .metrics = metrics,
                                     .metric_count = METRICS,
                                     .floor = EG_NO_METHOD,
                                     .ceiling = EG_NO_METHOD,
                                     .flipped = EG_NO_METHOD,
                                     .candidate = 1,
                                     .n_train = shared > 0 ? 900 : 0,
                                     .n_test = 100,
                                     .resamples = 2,
                                     .is_brief = 1};
}

static void count(const struct eg_contest *contest, double of, struct rates *rates)
{
    const struct eg_method_verdict *verdict = &contest->methods[1];
    const size_t better = verdict->counts[EG_STANDING_BETTER],
                 worse = verdict->counts[EG_STANDING_WORSE];
    rates->better += (verdict->overall == EG_STANDING_BETTER) / of;
    rates->worse += (verdict->overall == EG_STANDING_WORSE) / of;
    rates->measure += (double)better / METRICS / of;
    rates->any += (better + worse > 0) / of;
}

static struct rates simulate(size_t count_units, double effect, double shared, size_t tables)
{
    static double scores[2][METRICS][MOST], room[2 * METRICS * MOST];
    struct eg_score_metric metrics[METRICS];
    struct eg_score_table table;
    struct rates rates = {0};
    make_table(&table, metrics, shared);
    for (size_t k = 0; k < tables; k++) {
        struct eg_stream stream = eg_stream_make(117, 0, EG_PURPOSE_DATA, k, count_units);
        draw(&stream, effect, shared, scores);
        struct eg_contest contest = judge(&table, scores, count_units, room);
        count(&contest, (double)tables, &rates);
        eg_contest_free(&contest);
    }
    return rates;
}

/* As --units auto goes on; *used: the mean of the units it took. */
static struct rates simulate_looks(double effect, double shared, size_t tables, double *used)
{
    static double scores[2][METRICS][MOST], room[2 * METRICS * MOST];
    struct eg_score_metric metrics[METRICS];
    struct eg_score_table table;
    struct rates rates = {0};
    size_t looks[EG_MOST_LOOKS];
    const size_t look_count = eg_compare_looks(0, looks);
    make_table(&table, metrics, shared);
    table.level = eg_compare_look_level(look_count);
    *used = 0;
    for (size_t k = 0; k < tables; k++) {
        struct eg_stream stream = eg_stream_make(118, 0, EG_PURPOSE_DATA, k, 0);
        draw(&stream, effect, shared, scores);
        for (size_t look = 0; look < look_count; look++) {
            struct eg_contest contest = judge(&table, scores, looks[look], room);
            const int ends = contest.methods[1].overall != EG_STANDING_UNDECIDED ||
                             look + 1 == look_count;
            if (ends) {
                count(&contest, (double)tables, &rates);
                *used += (double)looks[look] / (double)tables;
                look = look_count;
            }
            eg_contest_free(&contest);
        }
    }
    return rates;
}

/* The most that may come out of so many tables if the rate is at most that: 3 standard errors above
 * it. */
static double bound(double rate, size_t tables)
{
    return rate + 3 * sqrt(rate * (1 - rate) / (double)tables);
}

Test(verdict_power, errs_in_five_per_cent)
{
    for (size_t k = 0; k < 2; k++) {
        const struct rates rates = simulate(10, 0, shares[k], TESTED);
        cr_expect_leq(rates.better + rates.worse, bound(0.05, TESTED), "%g", rates.better);
        cr_expect_leq(rates.any, bound(0.05, TESTED), "%g", rates.any);
    }
}

Test(verdict_power, looking_again_errs_in_five_per_cent)
{
    double used;
    for (size_t k = 0; k < 2; k++) {
        const struct rates rates = simulate_looks(0, shares[k], TESTED, &used);
        cr_expect_leq(rates.better + rates.worse, bound(0.05, TESTED), "%g", rates.better);
        cr_expect_leq(rates.any, bound(0.05, TESTED), "%g", rates.any);
    }
    const struct rates rates = simulate_looks(2, 0, 50, &used);
    cr_expect_geq(rates.better, 0.9);
    cr_expect_leq(used, 12, "it goes on to %g units where six say it", used);
}

/* --- the stored numbers --- */

static json_t *pack_rates(const struct rates *rates)
{
    return json_pack("{s:f, s:f, s:f, s:f}", "better", rates->better, "worse", rates->worse,
                     "measure", rates->measure, "any", rates->any);
}

static json_t *list_powers(void)
{
    json_t *list = json_array();
    for (size_t s = 0; s < 2; s++)
        for (size_t u = 0; u < UNITS; u++)
            for (size_t e = 0; e < EFFECTS; e++) {
                const struct rates rates = simulate(units[u], effects[e], shares[s], SHOWN);
                json_t *row = pack_rates(&rates);
                json_object_set_new(row, "units", json_integer((json_int_t)units[u]));
                json_object_set_new(row, "effect", json_real(effects[e]));
                json_object_set_new(row, "shares_rows", json_boolean(s));
                json_array_append_new(list, row);
            }
    return list;
}

static json_t *list_looks(void)
{
    json_t *list = json_array();
    for (size_t s = 0; s < 2; s++)
        for (size_t e = 0; e < EFFECTS; e++) {
            double used;
            const struct rates rates = simulate_looks(effects[e], shares[s], SHOWN, &used);
            json_t *row = pack_rates(&rates);
            json_object_set_new(row, "effect", json_real(effects[e]));
            json_object_set_new(row, "shares_rows", json_boolean(s));
            json_object_set_new(row, "units", json_real(used));
            json_array_append_new(list, row);
        }
    return list;
}

/* values = all measures of expected gradients with that seed. */
static void measure(const struct eg_compare_unit *unit, uint64_t seed, double values[METRICS])
{
    struct eg_compare_explainer made;
    struct eg_compare_unit seeded = *unit;
    struct eg_matrix phi;
    int failed = 0;
    const struct eg_row row = {json_object(), &failed};
    seeded.seed = seed;
    cr_assert_eq(eg_compare_explainer_make(&made, &seeded, "expected_gradients", 50, 50, 1, NULL),
                 EG_OK);
    cr_assert_eq(eg_matrix_alloc(&phi, unit->test.x.rows, unit->test.x.cols, NULL), EG_OK);
    cr_assert_eq(eg_explain_phi(&made.explainer, &unit->test.x, NULL, made.stream, &phi, NULL),
                 EG_OK);
    cr_assert_eq(eg_compare_measure(unit, &phi, EG_PHI_SHARES, 0, &row, NULL), EG_OK);
    for (size_t m = 0; m < METRICS; m++)
        values[m] = eg_row_number(row.values, NULL, eg_compare_metrics[m].name);
    json_decref(row.values);
    eg_matrix_free(&phi);
    eg_compare_explainer_free(&made);
}

/* Each of 100 comparisons of one seed with the next, on the same six networks of the interactions.
 * */
static json_t *compare_with_itself(void)
{
    enum { OWN_UNITS = 6 };
    static double values[OWN_UNITS][NULLS + 1][METRICS], scores[2 * METRICS * OWN_UNITS];
    const struct eg_run run = {.scale = "quick", .protocol = "fixed"};
    struct eg_score_metric metrics[METRICS];
    struct eg_score_table table;
    struct rates rates = {0};
    for (size_t u = 0; u < OWN_UNITS; u++) {
        struct eg_compare_unit unit;
        cr_assert_eq(eg_compare_prepare(&unit, &eg_compare_interactions, &run, u, 0, 0, NULL),
                     EG_OK);
        unit.test.x.rows = ROWS;
        cr_assert_eq(eg_compare_finish_unit(&unit, 50, NULL), EG_OK);
        unit.oracle_is_exact = 0;
        for (size_t seed = 0; seed <= NULLS; seed++)
            measure(&unit, seed, values[u][seed]);
        eg_compare_unit_free(&unit);
    }
    make_table(&table, metrics, 1);
    table.metrics = eg_compare_metrics;
    table.unit_count = OWN_UNITS;
    table.scores = scores;
    for (size_t run_of = 0; run_of < NULLS; run_of++) {
        struct eg_contest contest;
        for (size_t k = 0; k < 2 * METRICS * OWN_UNITS; k++)
            scores[k] = values[k % OWN_UNITS][run_of + k / OWN_UNITS / METRICS]
                              [k / OWN_UNITS % METRICS];
        cr_assert_eq(eg_contest_make(&table, &contest, NULL), EG_OK);
        count(&contest, 1, &rates);
        eg_contest_free(&contest);
    }
    return json_pack("{s:i, s:i, s:i, s:i}", "runs", NULLS, "better", (int)rates.better, "worse",
                     (int)rates.worse, "any", (int)rates.any);
}

static void write_powers(const char *path)
{
    json_t *all = json_pack("{s:i, s:i, s:o, s:o, s:o}", "tables", SHOWN, "measures", METRICS,
                            "power", list_powers(), "looks", list_looks(), "itself",
                            compare_with_itself());
    cr_assert_eq(json_dump_file(all, path, JSON_INDENT(1) | JSON_REAL_PRECISION(4)), 0, "%s", path);
    json_decref(all);
}

/* A few of the stored rates, of as many tables as were stored for the null, of fewer for the
 * others. */
Test(verdict_power, stored_numbers_are_of_this_code, .timeout = 600)
{
    const char *path = getenv("EGBENCH_POWER");
    if (path)
        write_powers(path);
    json_t *all = json_load_file(path ? path : "results/power/power.json", 0, NULL), *row;
    size_t i;
    cr_assert_not_null(all, "results/power/power.json: make power");
    json_array_foreach(json_object_get(all, "power"), i, row)
    {
        const size_t of = (size_t)json_integer_value(json_object_get(row, "units"));
        const double effect = json_real_value(json_object_get(row, "effect"));
        const double stored = json_number_value(json_object_get(row, "better"));
        if (of > 10 || effect > 1 || json_is_true(json_object_get(row, "shares_rows")))
            continue;
        const double own = simulate(of, effect, 0, TESTED).better;
        cr_expect_float_eq(own, stored, 4 * sqrt(0.25 / TESTED), "%zu units, effect %g: %g, %g", of,
                           effect, own, stored);
    }
    const json_t *itself = json_object_get(all, "itself");
    cr_expect_leq(json_integer_value(json_object_get(itself, "better")) +
                      json_integer_value(json_object_get(itself, "worse")),
                  5, "expected gradients against themselves");
    json_decref(all);
}
