/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_bootstrap.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "metrics/r_squared.h"

enum { PATIENTS = 400, MOST = 8, RESAMPLES = 4000 };

/* Rows of patients, and their sums. */
struct sample {
    size_t rows;
    real y[PATIENTS * MOST], prediction[PATIENTS * MOST];
    double drug_sse_all;
    struct eg_graph_patient patients[PATIENTS];
};

static struct eg_stream make_stream(uint64_t seed)
{
    return eg_stream_make(seed, 0, EG_PURPOSE_BOOTSTRAP, 0, 0);
}

static void add_row(struct sample *sample, size_t patient, double y, double prediction, double drug)
{
    sample->y[sample->rows] = (real)y;
    sample->prediction[sample->rows++] = (real)prediction;
    struct eg_graph_patient *own = &sample->patients[patient];
    own->rows += 1;
    own->sum += y;
    own->square += y * y;
    own->sse += (y - prediction) * (y - prediction);
    own->drug_sse += (y - drug) * (y - drug);
    sample->drug_sse_all += (y - drug) * (y - drug);
}

static struct eg_graph_interval bootstrap(const struct sample *sample, size_t count, uint64_t seed)
{
    const struct eg_stream stream = make_stream(seed);
    struct eg_graph_interval interval;
    struct eg_error error = {0};
    cr_assert_eq(eg_graph_bootstrap(sample->patients, count, RESAMPLES, &stream, &interval, &error),
                 EG_OK, "%s", error.message);
    return interval;
}

/* Patients of 1 to 8 rows. */
static struct sample draw_sample(uint64_t seed, double noise)
{
    static struct sample sample;
    struct eg_stream stream = eg_stream_make(seed, 0, EG_PURPOSE_DATA, 0, 0);
    sample = (struct sample){0};
    for (size_t p = 0; p < PATIENTS; p++)
        for (size_t i = 0; i < 1 + p % MOST; i++) {
            const double guess = 2 + eg_stream_normal(&stream);
            const double y = guess + noise * eg_stream_normal(&stream);
            add_row(&sample, p, y, guess, 2);
        }
    return sample;
}

Test(graph_bootstrap, r2_is_that_of_the_rows)
{
    const struct sample sample = draw_sample(1, 0.7);
    const struct eg_graph_interval interval = bootstrap(&sample, PATIENTS, 1);
    double r2, sse = 0;
    for (size_t p = 0; p < PATIENTS; p++)
        sse += sample.patients[p].sse;
    cr_assert_eq(eg_r_squared(sample.rows, sample.y, sample.prediction, &r2, NULL), EG_OK);
    cr_expect_float_eq(interval.r2, r2, 1e-12);
    cr_expect_float_eq(interval.within_r2, 1 - sse / sample.drug_sse_all, 1e-12);
    cr_expect(interval.low < interval.r2 && interval.r2 < interval.high);
    cr_expect(interval.within_low < interval.within_r2 &&
              interval.within_r2 < interval.within_high);
}

/*
 * One row a patient, y = z + 0.5 e with z, e standard normal: R2 is 1 - S / T with S = mean (y - z)^2
 * and T the variance of y. By the delta method its variance is mean (d^2) / n, with
 * d = (y - z)^2 / T - (S / T) (y - mean y)^2 / T over the rows at hand.
 */
Test(graph_bootstrap, the_interval_is_as_wide_as_theory_says)
{
    static struct sample sample;
    struct eg_stream stream = eg_stream_make(2, 0, EG_PURPOSE_DATA, 0, 0);
    double mean = 0, total = 0, error = 0, variance = 0;
    for (size_t p = 0; p < PATIENTS; p++) {
        const double guess = eg_stream_normal(&stream);
        add_row(&sample, p, guess + 0.5 * eg_stream_normal(&stream), guess, 0);
        mean += (double)sample.y[p] / PATIENTS;
    }
    for (size_t p = 0; p < PATIENTS; p++) {
        total += pow((double)sample.y[p] - mean, 2) / PATIENTS;
        error += sample.patients[p].sse / PATIENTS;
    }
    for (size_t p = 0; p < PATIENTS; p++)
        variance += pow((sample.patients[p].sse -
                         error / total * pow((double)sample.y[p] - mean, 2)) /
                            total,
                        2) /
                    PATIENTS / PATIENTS;
    const struct eg_graph_interval interval = bootstrap(&sample, PATIENTS, 2);
    cr_expect_float_eq(interval.sd / sqrt(variance), 1, 0.07, "sd %g, by theory %g", interval.sd,
                       sqrt(variance));
    cr_expect_float_eq((interval.high - interval.low) / (2 * 1.96 * sqrt(variance)), 1, 0.1);
}

/* Rows of one patient are drawn together: eight copies of each row tell no more than one. */
Test(graph_bootstrap, rows_of_a_patient_are_no_patients)
{
    static struct sample once, eightfold;
    struct eg_stream stream = eg_stream_make(3, 0, EG_PURPOSE_DATA, 0, 0);
    for (size_t p = 0; p < PATIENTS; p++) {
        const double guess = eg_stream_normal(&stream), y = guess + eg_stream_normal(&stream);
        add_row(&once, p, y, guess, 0);
        for (size_t i = 0; i < MOST; i++)
            add_row(&eightfold, p, y, guess, 0);
    }
    const struct eg_graph_interval a = bootstrap(&once, PATIENTS, 3),
                                   b = bootstrap(&eightfold, PATIENTS, 3);
    cr_expect_float_eq(a.r2, b.r2, 1e-12);
    cr_expect_float_eq(a.sd, b.sd, 1e-12);
    cr_expect_float_eq(a.low, b.low, 1e-12);
    cr_expect_float_eq(a.within_high, b.within_high, 1e-12);
}

Test(graph_bootstrap, a_model_without_error_has_no_spread)
{
    const struct sample sample = draw_sample(4, 0);
    const struct eg_graph_interval interval = bootstrap(&sample, PATIENTS, 4);
    cr_expect(interval.r2 == 1 && interval.low == 1 && interval.high == 1 && interval.sd == 0);
    cr_expect(interval.within_low == 1 && interval.within_high == 1);
}

Test(graph_bootstrap, depends_on_the_stream_alone)
{
    const struct sample sample = draw_sample(5, 1);
    const struct eg_graph_interval a = bootstrap(&sample, PATIENTS, 5),
                                   again = bootstrap(&sample, PATIENTS, 5),
                                   other = bootstrap(&sample, PATIENTS, 6);
    cr_expect_eq(memcmp(&a, &again, sizeof a), 0);
    cr_expect_neq(a.low, other.low);
}

Test(graph_bootstrap, refuses_one_patient_and_one_resample)
{
    const struct sample sample = draw_sample(6, 1);
    const struct eg_stream stream = make_stream(6);
    struct eg_graph_interval interval;
    struct eg_error error = {0};
    cr_expect_eq(eg_graph_bootstrap(sample.patients, 1, 100, &stream, &interval, &error), EG_DATA);
    cr_expect(strstr(error.message, "1 patients"), "%s", error.message);
    cr_expect_eq(eg_graph_bootstrap(sample.patients, 2, 1, &stream, &interval, &error), EG_DATA);
    cr_expect_eq(eg_graph_bootstrap(sample.patients, 2, 100, &stream, &interval, &error), EG_OK);
}
