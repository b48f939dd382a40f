/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/patient_split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

enum { PATIENTS = 73, DRUGS = 6, GENES = 4, CONSTANT = 2 };

static struct eg_stream stream_of(uint64_t seed)
{
    return eg_stream_make(seed, 0, EG_PURPOSE_SPLIT, 0, 0);
}

/* Patient i has the drugs d with (i + d) % 3 > 0; gene CONSTANT differs in patient 0 alone. */
static struct eg_drug_cohort make_cohort(size_t patients)
{
    struct eg_drug_cohort cohort;
    struct eg_error error = {0};
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, 0, 0);
    cr_assert_eq(eg_drug_cohort_alloc(&cohort, patients, DRUGS, GENES, patients * DRUGS, &error),
                 EG_OK);
    cohort.name = "made";
    cohort.responses = 0;
    for (uint32_t i = 0; i < patients; i++) {
        for (size_t j = 0; j < GENES; j++)
            eg_row(&cohort.expression, i)[j] = j == CONSTANT ? 0.1 + (i == 0)
                                                             : 5 + 3 * eg_stream_normal(&stream);
        for (uint32_t d = 0; d < DRUGS; d++)
            if ((i + d) % 3 > 0)
                cohort.response[cohort.responses++] = (struct eg_response){
                    i, d, 2 + d + eg_stream_normal(&stream)};
    }
    return cohort;
}

static struct eg_patient_split draw(const struct eg_drug_cohort *cohort, uint64_t seed,
                                    size_t train_rows)
{
    const struct eg_patient_split_settings settings = {.train_rows = train_rows};
    struct eg_patient_split split;
    struct eg_error error = {0};
    cr_assert_eq(eg_patient_split_draw(cohort, stream_of(seed), &settings, &split, &error), EG_OK,
                 "%s", error.message);
    return split;
}

/* part_of (patients) = the part that each patient is in; a patient in two parts fails. */
static void find_parts(const struct eg_patient_split *split, size_t patients, int *part_of)
{
    for (size_t i = 0; i < patients; i++)
        part_of[i] = -1;
    for (int part = 0; part < EG_PARTS; part++)
        for (size_t i = 0; i < split->parts[part].x.rows; i++) {
            int *found = &part_of[split->parts[part].patient[i]];
            cr_assert(*found == -1 || *found == part, "patient %u is in two parts",
                      split->parts[part].patient[i]);
            *found = part;
        }
}

Test(patient_split, is_by_patient_and_of_a_fifth_each)
{
    struct eg_drug_cohort cohort = make_cohort(PATIENTS);
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct eg_patient_split split = draw(&cohort, seed, 0);
        int part_of[PATIENTS];
        size_t count[EG_PARTS] = {0}, rows = 0;
        find_parts(&split, PATIENTS, part_of);
        for (size_t i = 0; i < PATIENTS; i++) {
            cr_assert(part_of[i] >= 0, "patient %zu is in no part", i);
            count[part_of[i]]++;
        }
        for (int part = 0; part < EG_PARTS; part++) {
            cr_assert_eq(count[part], split.patients[part]);
            rows += split.parts[part].x.rows;
        }
        cr_assert(count[EG_TEST] == 15 && count[EG_VALIDATION] == 12); /* 14.6 and 11.6 */
        cr_assert_eq(rows, cohort.responses, "every response is in one part");
        eg_patient_split_free(&split);
    }
    eg_drug_cohort_free(&cohort);
}

/* Over 200 draws a patient is a test patient in a fifth of them, within four standard errors. */
Test(patient_split, draws_every_patient_alike)
{
    enum { DRAWS = 200 };
    struct eg_drug_cohort cohort = make_cohort(PATIENTS);
    size_t tested[PATIENTS] = {0};
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        struct eg_patient_split split = draw(&cohort, seed, 0);
        int part_of[PATIENTS];
        find_parts(&split, PATIENTS, part_of);
        for (size_t i = 0; i < PATIENTS; i++)
            tested[i] += part_of[i] == EG_TEST;
        eg_patient_split_free(&split);
    }
    const double share = 15.0 / PATIENTS, bound = 4 * sqrt(share * (1 - share) / DRAWS);
    for (size_t i = 0; i < PATIENTS; i++)
        cr_expect_float_eq((double)tested[i] / DRAWS, share, bound, "patient %zu", i);
    eg_drug_cohort_free(&cohort);
}

Test(patient_split, rows_say_drug_genes_and_response)
{
    struct eg_drug_cohort cohort = make_cohort(PATIENTS);
    struct eg_patient_split split = draw(&cohort, 5, 0);
    size_t at[EG_PARTS] = {0};
    int part_of[PATIENTS];
    find_parts(&split, PATIENTS, part_of);
    for (size_t i = 0; i < cohort.responses; i++) {
        const struct eg_response *response = &cohort.response[i];
        const int part = part_of[response->patient];
        const struct eg_response_rows *rows = &split.parts[part];
        const size_t row = at[part]++;
        cr_assert(rows->patient[row] == response->patient && rows->drug[row] == response->drug);
        cr_expect_float_eq(split.y_mean + split.y_sd * rows->y[row], response->value, 1e-12);
        for (size_t j = 0; j < DRUGS + GENES; j++) {
            const double value = eg_row(&rows->x, row)[j] * split.scaler.sd[j];
            const double raw = j < DRUGS ? j == response->drug
                                         : eg_row(&cohort.expression, response->patient)[j - DRUGS];
            if (j != DRUGS + CONSTANT)
                cr_expect_float_eq(value + split.scaler.mean[j], raw, 1e-12);
        }
        cr_assert_eq(rows->x.cols, DRUGS + GENES);
    }
    eg_patient_split_free(&split);
    eg_drug_cohort_free(&cohort);
}

Test(patient_split, standardises_all_columns_over_training_rows)
{
    struct eg_drug_cohort cohort = make_cohort(PATIENTS);
    struct eg_patient_split split = draw(&cohort, 6, 0);
    const struct eg_matrix *x = &split.parts[EG_TRAIN].x;
    const double n = (double)x->rows;
    for (size_t j = 0; j < DRUGS + GENES; j++) {
        double sum = 0, square = 0;
        for (size_t i = 0; i < x->rows; i++) {
            sum += eg_row(x, i)[j];
            square += eg_row(x, i)[j] * eg_row(x, i)[j];
        }
        cr_expect_float_eq(sum / n, 0, 1e-12);
        if (j != DRUGS + CONSTANT)
            cr_expect_float_eq(square / n, 1, 1e-12);
    }
    eg_patient_split_free(&split);
    eg_drug_cohort_free(&cohort);
}

/* As the authors' notebook has it: scaled by all that are trained on, too. */
Test(patient_split, validation_may_be_trained_on_and_test_stand_for_it)
{
    const struct eg_patient_split_settings settings = {.validation_in_training = 1};
    struct eg_drug_cohort cohort = make_cohort(PATIENTS);
    struct eg_patient_split apart = draw(&cohort, 3, 0), joined;
    cr_assert_eq(eg_patient_split_draw(&cohort, stream_of(3), &settings, &joined, NULL), EG_OK);
    const struct eg_response_rows *test = &joined.parts[EG_TEST],
                                  *validation = &joined.parts[EG_VALIDATION];
    const size_t rows = test->x.rows;
    cr_assert(rows == apart.parts[EG_TEST].x.rows && rows == validation->x.rows);
    cr_expect_arr_eq(test->patient, apart.parts[EG_TEST].patient, rows * sizeof *test->patient);
    cr_expect_arr_eq(test->x.data, validation->x.data, rows * test->x.cols * sizeof(real));
    cr_expect_arr_eq(test->y, validation->y, rows * sizeof *test->y);
    cr_expect_eq(joined.parts[EG_TRAIN].x.rows + rows, cohort.responses);
    cr_expect_eq(joined.patients[EG_TRAIN] + joined.patients[EG_TEST], PATIENTS);
    cr_expect_eq(joined.patients[EG_VALIDATION], joined.patients[EG_TEST]);
    eg_patient_split_free(&apart);
    eg_patient_split_free(&joined);
    eg_drug_cohort_free(&cohort);
}

/* One affine map of each column serves all parts: that of the training rows. */
Test(patient_split, other_parts_follow_the_training_patients)
{
    struct eg_drug_cohort cohort = make_cohort(PATIENTS);
    struct eg_patient_split before = draw(&cohort, 7, 0);
    int part_of[PATIENTS];
    find_parts(&before, PATIENTS, part_of);
    for (size_t i = 0; i < PATIENTS; i++)
        for (size_t j = 0; j < GENES && part_of[i] != EG_TRAIN; j++)
            eg_row(&cohort.expression, i)[j] += 100;
    for (size_t i = 0; i < cohort.responses; i++)
        cohort.response[i].value += part_of[cohort.response[i].patient] == EG_TRAIN ? 0 : 100;
    struct eg_patient_split after = draw(&cohort, 7, 0);
    const struct eg_matrix *train = &before.parts[EG_TRAIN].x;
    cr_expect(before.y_mean == after.y_mean && before.y_sd == after.y_sd);
    cr_expect_arr_eq(train->data, after.parts[EG_TRAIN].x.data,
                     train->rows * train->cols * sizeof *train->data);
    cr_expect_gt(eg_row(&after.parts[EG_TEST].x, 0)[DRUGS], 10);
    eg_patient_split_free(&before);
    eg_patient_split_free(&after);
    eg_drug_cohort_free(&cohort);
}

/* Patient 0, who alone differs, is no training patient in some of the draws. */
Test(patient_split, gene_that_does_not_vary_in_training_is_0_for_all)
{
    struct eg_drug_cohort cohort = make_cohort(PATIENTS);
    size_t seen = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct eg_patient_split split = draw(&cohort, seed, 0);
        int part_of[PATIENTS];
        find_parts(&split, PATIENTS, part_of);
        seen += part_of[0] != EG_TRAIN;
        for (int part = 0; part < EG_PARTS && part_of[0] != EG_TRAIN; part++)
            for (size_t i = 0; i < split.parts[part].x.rows; i++)
                cr_assert_eq(eg_row(&split.parts[part].x, i)[DRUGS + CONSTANT], 0);
        eg_patient_split_free(&split);
    }
    cr_assert_gt(seen, 0);
    eg_drug_cohort_free(&cohort);
}

Test(patient_split, scales_responses_and_averages_drugs_over_training_rows)
{
    struct eg_drug_cohort cohort = make_cohort(PATIENTS);
    struct eg_patient_split split = draw(&cohort, 8, 0);
    const struct eg_response_rows *train = &split.parts[EG_TRAIN];
    double sum = 0, square = 0, of_drug[DRUGS] = {0}, count[DRUGS] = {0};
    for (size_t i = 0; i < train->x.rows; i++) {
        sum += train->y[i];
        square += train->y[i] * train->y[i];
        of_drug[train->drug[i]] += train->y[i];
        count[train->drug[i]]++;
    }
    cr_expect_float_eq(sum / (double)train->x.rows, 0, 1e-12);
    cr_expect_float_eq(square / (double)train->x.rows, 1, 1e-12);
    for (size_t d = 0; d < DRUGS; d++)
        cr_expect_float_eq(split.drug_mean[d], of_drug[d] / count[d], 1e-12);
    eg_patient_split_free(&split);
    eg_drug_cohort_free(&cohort);
}

Test(patient_split, keeps_as_many_training_rows_as_asked)
{
    struct eg_drug_cohort cohort = make_cohort(PATIENTS);
    struct eg_patient_split all = draw(&cohort, 9, 0), some = draw(&cohort, 9, 3),
                            many = draw(&cohort, 9, 100000);
    const struct eg_response_rows *kept = &some.parts[EG_TRAIN], *whole = &all.parts[EG_TRAIN];
    size_t found = 0, drugs = 0;
    cr_assert_eq(kept->x.rows, 3);
    for (size_t i = 0; i < whole->x.rows && found < 3; i++)
        if (whole->patient[i] == kept->patient[found] && whole->drug[i] == kept->drug[found]) {
            found++;
        }
    cr_expect_eq(found, 3, "the rows kept are some of all, in their order");
    for (size_t d = 0; d < DRUGS; d++)
        drugs += some.drug_mean[d] != 0;
    cr_expect_leq(drugs, 3, "a drug without training rows has mean 0");
    for (size_t j = 0; j < DRUGS + GENES; j++) {
        double sum = 0;
        for (size_t i = 0; i < 3; i++)
            sum += eg_row(&kept->x, i)[j];
        cr_expect_float_eq(sum, 0, 1e-12, "columns are scaled by the rows that are kept");
    }
    cr_expect_eq(some.parts[EG_TEST].x.rows, all.parts[EG_TEST].x.rows);
    cr_expect_eq(many.parts[EG_TRAIN].x.rows, whole->x.rows);
    eg_patient_split_free(&all);
    eg_patient_split_free(&some);
    eg_patient_split_free(&many);
    eg_drug_cohort_free(&cohort);
}

/* Which patients are in which part is a matter of the stream, not of the responses there are. */
Test(patient_split, does_not_depend_on_the_responses)
{
    struct eg_drug_cohort cohort = make_cohort(PATIENTS);
    struct eg_patient_split all = draw(&cohort, 10, 0);
    int before[PATIENTS], after[PATIENTS];
    size_t kept = 0;
    for (size_t i = 0; i < cohort.responses; i++) /* one of each patient's */
        if (i == 0 || cohort.response[i].patient != cohort.response[i - 1].patient)
            cohort.response[kept++] = cohort.response[i];
    cohort.responses = kept;
    struct eg_patient_split few = draw(&cohort, 10, 0);
    find_parts(&all, PATIENTS, before);
    find_parts(&few, PATIENTS, after);
    cr_expect_arr_eq(before, after, sizeof before);
    eg_patient_split_free(&all);
    eg_patient_split_free(&few);
    eg_drug_cohort_free(&cohort);
}

Test(patient_split, equal_responses_are_0)
{
    struct eg_drug_cohort cohort = make_cohort(PATIENTS);
    for (size_t i = 0; i < cohort.responses; i++)
        cohort.response[i].value = 0.1;
    struct eg_patient_split split = draw(&cohort, 11, 0);
    cr_expect_eq(split.y_sd, 1);
    for (size_t i = 0; i < split.parts[EG_TEST].x.rows; i++)
        cr_expect_float_eq(split.parts[EG_TEST].y[i], 0, 1e-12);
    eg_patient_split_free(&split);
    eg_drug_cohort_free(&cohort);
}

Test(patient_split, refuses_cohorts_that_are_too_small)
{
    for (size_t patients = 1; patients < 8; patients++) {
        struct eg_drug_cohort cohort = make_cohort(patients);
        struct eg_patient_split split;
        struct eg_error error = {0};
        const struct eg_patient_split_settings settings = {0};
        const int status = eg_patient_split_draw(&cohort, stream_of(1), &settings, &split, &error);
        /* a fifth of 3 is 1, but of the 2 left 0; a fifth of 4 is 1, of the 3 left 1 */
        cr_expect_eq(status, patients < 4 ? EG_DATA : EG_OK, "%zu patients", patients);
        if (patients == 3)
            cr_expect_str_eq(error.message,
                             "made: of 3 patients none with a response is left for the validation "
                             "part; take more patients");
        eg_patient_split_free(&split);
        eg_drug_cohort_free(&cohort);
    }
}
