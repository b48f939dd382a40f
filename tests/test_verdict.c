/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: small tables worked by hand; Student's t with 5 degrees of freedom in closed form. */
#include "bench/compare/verdict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_contest.h"

static const char *const two[] = {"expected_gradients", "mine"};

/* Two-sided p of t with 5 degrees of freedom. */
static double p_of_t5(double t)
{
    const double angle = atan(fabs(t) / sqrt(5)), c = cos(angle);
    return 1 - 2 / M_PI * (angle + sin(angle) * (c + 2.0 / 3 * c * c * c));
}

static void expect_conclusion(const struct eg_contest *comparison, size_t method,
                              const char *wanted)
{
    char text[512];
    cr_expect_str_eq(eg_contest_conclude(comparison, method, text, sizeof text), wanted);
}

/* Differences 1 to 6 on "up"; on "down", where less is better, -1 2 -3 4 -5 1: mean -1/3. */
static const struct eg_score_metric up_down[] = {{"up", 0, 0}, {"down", 1, 0}};
static const double worked[] = {10, 20, 30, 40, 50, 60, 0, 0,  0, 0,  0, 0,
                                11, 22, 33, 44, 55, 66, 1, -2, 3, -4, 5, -1};

Test(verdict, worked_example)
{
    const struct eg_score_table table = make_table(two, 2, up_down, 2, 6, worked);
    struct eg_contest comparison = judge(&table);
    const struct eg_score_cell *up = eg_contest_cell(&comparison, 1, 0),
                               *down = eg_contest_cell(&comparison, 1, 1);
    const double t_up = sqrt(21), t_down = -1.0 / 3 / sqrt((56 - 6.0 / 9) / 30);
    expect_near(up->mean, 38.5, "mean");
    expect_near(up->se, sqrt(11 * 11 * 3.5 / 6), "standard error");
    expect_near(up->difference, 3.5, "difference");
    expect_near(up->t, t_up, "t");
    expect_near(up->p, p_of_t5(t_up), "p");
    expect_near(down->difference, -1.0 / 3, "difference where less is better");
    expect_near(down->t, t_down, "t where less is better");
    expect_near(down->holm_p, p_of_t5(t_down), "larger p after Holm");
    expect_near(up->holm_p, 2 * p_of_t5(t_up), "smaller p after Holm");
    cr_expect(isnan(up->corrected_t), "no n_train");
    cr_expect(up->low > 1 && up->low < 3 && up->high > 4 && up->high < 6, "%g %g", up->low,
              up->high);
    expect_near(up->improvement, 1, "improvement");
    expect_near(down->improvement, 0.5, "improvement where less is better");
    cr_expect(up->standing == EG_STANDING_BETTER && down->standing == EG_STANDING_UNDECIDED);
    expect_conclusion(&comparison, 1,
                      "better than Expected gradients on 1, worse on 0, undecided on 1 of 2 "
                      "metrics (Holm, 5 %; 6 units)");
    expect_conclusion(&comparison, 0, "the reference that the others are compared with");
    eg_contest_free(&comparison);
}

Test(verdict, shared_rows_are_allowed_for)
{
    struct eg_score_table table = make_table(two, 2, up_down, 2, 6, worked);
    table.n_train = 800;
    table.n_test = 200;
    struct eg_contest comparison = judge(&table);
    const struct eg_score_cell *up = eg_contest_cell(&comparison, 1, 0);
    const double t = 3.5 / sqrt((1.0 / 6 + 0.25) * 3.5);
    expect_near(up->t, sqrt(21), "plain t");
    expect_near(up->corrected_t, t, "corrected t");
    expect_near(up->judged_p, p_of_t5(t), "p judged");
    expect_near(up->holm_p, 2 * p_of_t5(t), "Holm p");
    cr_expect_eq(up->standing, EG_STANDING_UNDECIDED, "0.068");
    eg_contest_free(&comparison);
}

Test(verdict, missing_numbers_are_counted)
{
    double scores[sizeof worked / sizeof *worked];
    memcpy(scores, worked, sizeof worked);
    scores[0] = NAN;           /* of the reference */
    scores[2 * 6 + 5] = NAN;   /* of mine */
    scores[3 * 6] = -INFINITY; /* no number either */
    const struct eg_score_table table = make_table(two, 2, up_down, 2, 6, scores);
    struct eg_contest comparison = judge(&table);
    const struct eg_score_cell *up = eg_contest_cell(&comparison, 1, 0);
    cr_expect(up->n == 5 && up->pairs == 4 && up->standing == EG_STANDING_TOO_FEW);
    expect_near(up->mean, 33, "mean of what is there");
    expect_near(up->difference, 3.5, "mean of 2 3 4 5");
    cr_expect(isnan(up->holm_p), "not tested");
    cr_expect(comparison.methods[1].missing == 2 && comparison.methods[0].missing == 1);
    cr_expect_eq(comparison.rank_count, 9, "of 12 pairs of metric and unit");
    expect_conclusion(&comparison, 1,
                      "better than Expected gradients on 0, worse on 0, undecided on 1, too few "
                      "units to tell on 1 of 2 metrics (Holm, 5 %; 4 to 5 units); 2 of its 12 "
                      "numbers are missing");
    eg_contest_free(&comparison);
}

Test(verdict, a_method_without_numbers)
{
    double scores[sizeof worked / sizeof *worked];
    memcpy(scores, worked, sizeof worked);
    for (int i = 12; i < 24; i++)
        scores[i] = NAN;
    const struct eg_score_table table = make_table(two, 2, up_down, 2, 6, scores);
    struct eg_contest comparison = judge(&table);
    cr_expect(isnan(comparison.methods[1].mean_rank) && isnan(comparison.methods[1].wins_p));
    cr_expect(isnan(eg_contest_cell(&comparison, 1, 0)->mean));
    expect_conclusion(&comparison, 1,
                      "no unit has numbers of both it and Expected gradients; 12 of its 12 numbers "
                      "are missing");
    eg_contest_free(&comparison);
}

Test(verdict, one_unit_says_nothing)
{
    const double scores[] = {1, 1, 5, -5};
    const struct eg_score_table table = make_table(two, 2, up_down, 2, 1, scores);
    struct eg_contest comparison = judge(&table);
    const struct eg_score_cell *up = eg_contest_cell(&comparison, 1, 0);
    cr_expect(up->difference == 4 && isnan(up->se) && isnan(up->p) && isnan(up->low));
    cr_expect_eq(up->standing, EG_STANDING_TOO_FEW);
    expect_conclusion(&comparison, 1,
                      "too few units to tell it from Expected gradients (1 unit; at least 5 are "
                      "needed)");
    eg_contest_free(&comparison);
}

Test(verdict, equal_but_for_rounding_is_the_same)
{
    double scores[sizeof worked / sizeof *worked];
    for (int i = 0; i < 12; i++) {
        scores[i] = worked[i];
        scores[12 + i] = worked[i] * (1 + 1e-13 * (i + 1));
    }
    const struct eg_score_table table = make_table(two, 2, up_down, 2, 6, scores);
    struct eg_contest comparison = judge(&table);
    expect_conclusion(&comparison, 1,
                      "the same numbers as Expected gradients on all 2 metrics (6 units)");
    expect_near(comparison.methods[1].improvement, 0.5, "improvement");
    cr_expect(comparison.methods[1].ties == 2 && comparison.methods[1].mean_rank == 1.5);
    eg_contest_free(&comparison);
}

Test(verdict, a_difference_that_does_not_vary_has_the_sign_test)
{
    const double scores[] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
    const struct eg_score_table table = make_table(two, 2, up_down, 1, 6, scores);
    struct eg_contest comparison = judge(&table);
    const struct eg_score_cell *cell = eg_contest_cell(&comparison, 1, 0);
    cr_expect(isnan(cell->t) && isnan(cell->low));
    expect_near(cell->judged_p, 2.0 / 64, "both tails of six heads");
    cr_expect_eq(cell->standing, EG_STANDING_BETTER);
    eg_contest_free(&comparison);
}

Test(verdict, ranks_and_improvement)
{
    static const char *const three[] = {"expected_gradients", "a", "b"};
    /* Ranks on up: 1 2.5 2.5, then 3 2 1; on down: 3 2 1; the last unit lacks b. */
    const double scores[] = {9, 1, 5, 0, /* of the reference: up, down */
                             5, 2, 3, 0, /* of a */
                             5, 3, 1, NAN /* of b */};
    const struct eg_score_table table = make_table(three, 3, up_down, 2, 2, scores);
    struct eg_contest comparison = judge(&table);
    cr_expect_eq(comparison.rank_count, 3);
    expect_near(comparison.methods[0].mean_rank, (1 + 3 + 3) / 3.0, "rank of the reference");
    expect_near(comparison.methods[1].mean_rank, (2.5 + 2 + 2) / 3.0, "rank of a");
    expect_near(comparison.methods[2].mean_rank, (2.5 + 1 + 1) / 3.0, "rank of b");
    /* a: unit 0 loses up, wins down; unit 1 wins up, equal down. */
    expect_near(comparison.methods[1].improvement, (0.5 + 0.75) / 2, "improvement of a");
    /* b: unit 0 loses up, wins down; unit 1 wins up, has no down. */
    expect_near(comparison.methods[2].improvement, (0.5 + 1) / 2, "improvement of b");
    eg_contest_free(&comparison);
}

Test(verdict, normalised_between_random_and_oracle)
{
    static const char *const four[] = {"expected_gradients", "random", "oracle", "half"};
    /* On up the oracle is above random; on down it is not. */
    double scores[4 * 2 * 6];
    const double levels[4][2] = {{9, 0}, {2, 0}, {10, 0}, {6, 0}};
    for (int i = 0; i < 4 * 2 * 6; i++)
        scores[i] = levels[i / 12][i / 6 % 2] + 0.1 * ((i * 7) % 5);
    struct eg_score_table table = make_table(four, 4, up_down, 2, 6, scores);
    table.floor = 1;
    table.ceiling = 2;
    struct eg_contest comparison = judge(&table);
    double means[4];
    for (size_t i = 0; i < 4; i++)
        means[i] = eg_contest_cell(&comparison, i, 0)->mean;
    expect_near(eg_contest_cell(&comparison, 1, 0)->normalised, 0, "random");
    expect_near(eg_contest_cell(&comparison, 2, 0)->normalised, 1, "oracle");
    expect_near(eg_contest_cell(&comparison, 3, 0)->normalised,
                (means[3] - means[1]) / (means[2] - means[1]), "half");
    cr_expect(fabs(comparison.methods[3].normalised - 0.5) < 0.1, "about half");
    cr_expect(isnan(eg_contest_cell(&comparison, 3, 1)->normalised), "no oracle above random");
    cr_expect_eq(comparison.methods[3].normalised_count, 1);
    /* The standard error of a ratio of means to first order; t of 5 degrees of freedom. */
    const double ratio = eg_contest_cell(&comparison, 3, 0)->normalised;
    double squares = 0;
    for (int i = 0; i < 6; i++) {
        const double floor = scores[12 + i];
        squares += pow(scores[36 + i] - floor - ratio * (scores[24 + i] - floor), 2);
    }
    const double half = 2.570581835636314 * sqrt(squares / 30) / (means[2] - means[1]);
    cr_expect(half > 0.01);
    expect_near(comparison.methods[3].normalised_low, ratio - half, "low");
    expect_near(comparison.methods[3].normalised_high, ratio + half, "high");
    for (int i = 1; i < 3; i++)
        cr_expect(isnan(comparison.methods[i].normalised_low), "0 and 1 by definition");
    eg_contest_free(&comparison);
}

Test(verdict, refuses_what_is_no_table)
{
    struct eg_contest comparison;
    struct eg_error error = {0};
    struct eg_score_table table = make_table(two, 2, up_down, 2, 0, worked);
    cr_expect_eq(eg_contest_make(&table, &comparison, &error), EG_USAGE);
    cr_expect(strstr(error.message, "0 units"), "%s", error.message);
    table.unit_count = 6;
    table.floor = 2;
    cr_expect_eq(eg_contest_make(&table, &comparison, &error), EG_USAGE);
    cr_expect(strstr(error.message, "floor"), "%s", error.message);
    table.floor = EG_NO_METHOD;
    table.reference = EG_NO_METHOD;
    cr_expect_eq(eg_contest_make(&table, &comparison, &error), EG_USAGE);
}

Test(verdict, models_of_one_split_are_averaged_first)
{
    /* Ten units on the five splits 0 1 2 3 4 0 1 2 3 4: split means of the differences 1 2 3 4 5. */
    const double scores[2 * 10] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 3, 0, 9, 1, 3, 3, 8, 1};
    const size_t splits[] = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4};
    struct eg_score_table table = make_table(two, 2, up_down, 1, 10, scores);
    table.splits = splits;
    struct eg_contest comparison = judge(&table);
    const struct eg_score_cell *cell = eg_contest_cell(&comparison, 1, 0);
    cr_expect(cell->n == 5 && cell->pairs == 5 && cell->missing == 0);
    expect_near(cell->difference, 3, "mean");
    expect_near(cell->se, sqrt(0.5), "standard error");
    expect_near(cell->t, 3 / sqrt(0.5), "t");
    expect_conclusion(&comparison, 1,
                      "better than Expected gradients on 1, worse on 0, undecided on 0 of 1 metric "
                      "(Holm, 5 %; 5 splits)");
    eg_contest_free(&comparison);
    double missing[20];
    memcpy(missing, scores, sizeof missing);
    missing[10 + 4] = missing[10 + 9] = missing[10 + 3] = NAN;
    table.scores = missing;
    comparison = judge(&table);
    cell = eg_contest_cell(&comparison, 1, 0);
    cr_expect(cell->n == 4 && cell->missing == 3 && cell->standing == EG_STANDING_TOO_FEW);
    expect_near(cell->difference, (1 + 2 + 3 + 8) / 4.0, "mean of what is there");
    eg_contest_free(&comparison);
}

Test(verdict, the_check_is_one_sided)
{
    static const char *const four[] = {"expected_gradients", "flipped", "random", "oracle"};
    /* Oracle less random is 1 to 6, random less flipped 1 -2 3 -4 5 -1 on average above 0. */
    const double scores[] = {0,  0,  0,  0,  0,  0,  9,  22, 27, 44, 45, 61,
                             10, 20, 30, 40, 50, 60, 11, 22, 33, 44, 55, 66};
    const double t_below = 1.0 / 3 / sqrt((56 - 6.0 / 9) / 30);
    struct eg_score_table table = make_table(four, 4, up_down, 1, 6, scores);
    char text[512];
    table.flipped = 1;
    table.floor = 2;
    table.ceiling = 3;
    struct eg_contest comparison = judge(&table);
    const struct eg_metric_check *check = &comparison.checks[0];
    expect_near(check->above.difference, 3.5, "oracle less random");
    expect_near(check->above.p, p_of_t5(sqrt(21)) / 2, "one-sided p");
    expect_near(check->below.p, p_of_t5(t_below) / 2, "one-sided p of what is not significant");
    cr_expect_eq(check->state, EG_CHECK_FAILED);
    eg_contest_warn(&comparison, 0, text, sizeof text);
    cr_expect(strstr(text, "up cannot tell random attributions from the oracle with its sign "),
              "%s", text);
    cr_expect(!strstr(text, "the oracle from random"), "%s", text);
    eg_contest_free(&comparison);
    /* The other way about: what was significant is as far from it as can be. */
    table.floor = 3;
    table.ceiling = 2;
    comparison = judge(&table);
    expect_near(comparison.checks[0].above.p, 1 - p_of_t5(sqrt(21)) / 2, "p of the wrong order");
    eg_contest_free(&comparison);
    table.ceiling = EG_NO_METHOD;
    comparison = judge(&table);
    cr_expect_eq(comparison.checks[0].state, EG_CHECK_ABSENT);
    cr_expect_str_eq(eg_contest_warn(&comparison, 0, text, sizeof text), "");
    eg_contest_free(&comparison);
}

/* What the notes say, one after the other. */
static void expect_notes(const struct eg_contest *comparison, const char *wanted)
{
    char text[2048] = "", note[1024];
    for (size_t i = 0; i < eg_contest_note_count(comparison); i++) {
        eg_contest_note(comparison, i, note, sizeof note);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", note, *note ? "\n" : "");
    }
    cr_expect_str_eq(text, wanted);
}

/* The oracle has no number on "down", which is no number missing, but leaves "down" unchecked. */
Test(verdict, notes_and_what_was_not_measured)
{
    static const char *const four[] = {"expected_gradients", "flipped", "random", "oracle"};
    double scores[4 * 2 * 6];
    for (int i = 0; i < 48; i++)
        scores[i] = i >= 42 ? NAN : i / 12 + (i % 6) / 100.0;
    const double changes[] = {0.9, 0.9, 0.9, 0.9, 0.9,  0.9, NAN, NAN, NAN, NAN, NAN, NAN,
                              0.3, NAN, 0.5, 0.7, 0.25, 0.5, NAN, NAN, NAN, NAN, NAN, NAN};
    struct eg_score_table table = make_table(four, 4, up_down, 2, 6, scores);
    table.flipped = 1;
    table.floor = 2;
    table.ceiling = 3;
    table.randomisation = changes;
    struct eg_contest comparison = judge(&table);
    expect_near(comparison.methods[2].randomisation, 0.45, "mean of what is known");
    cr_expect(comparison.methods[2].ignores_model && !comparison.methods[0].ignores_model);
    cr_expect(isnan(comparison.methods[3].randomisation) && !comparison.methods[3].ignores_model);
    cr_expect(comparison.methods[3].missing == 0 && comparison.methods[3].wanted == 6);
    cr_expect(comparison.checks[0].state == EG_CHECK_PASSED &&
              comparison.checks[1].state == EG_CHECK_NO_NUMBERS);
    expect_notes(&comparison,
                 "down: not checked whether it can tell the oracle from random attributions: the "
                 "oracle is not measured on it\n"
                 "Random changes little when the model's weights are drawn anew (0.45 of what "
                 "unrelated numbers would): it says little of what the model has learned\n");
    eg_contest_free(&comparison);
    table.unit_count = 1;
    table.metric_count = 1;
    table.randomisation = NULL;
    comparison = judge(&table);
    expect_notes(&comparison, "up: not checked whether it can tell the oracle from random "
                              "attributions: too few units, at least 5 are needed\n");
    eg_contest_free(&comparison);
}
