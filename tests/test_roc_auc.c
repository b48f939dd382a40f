/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/roc_auc.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"

enum { MOST = 400 };

static double auc_of(size_t count, const real *labels, const real *scores)
{
    size_t order[MOST];
    double auc = NAN;
    struct eg_error error = {0};
    cr_assert_eq(eg_roc_auc(count, labels, scores, order, &auc, &error), EG_OK, "%s",
                 error.message);
    return auc;
}

/* The definition, pair by pair. */
static double auc_by_pairs(size_t count, const real *labels, const real *scores)
{
    double won = 0, pairs = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            if (labels[i] == 1 && labels[j] == 0) {
                pairs++;
                won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
            }
    return won / pairs;
}

/* Scores with many ties when levels is small. */
static void draw_rows(uint64_t seed, uint64_t levels, size_t count, real *labels, real *scores)
{
    struct eg_stream stream = eg_stream_make(seed, 0, EG_PURPOSE_DATA, 0, 0);
    for (size_t i = 0; i < count; i++) {
        labels[i] = (real)(i < 2 ? i : eg_stream_below(&stream, 2));
        scores[i] = (real)eg_stream_below(&stream, levels) - 3 + labels[i];
    }
}

Test(roc_auc, small_cases_by_hand)
{
    const real labels[] = {0, 0, 1, 1};
    cr_assert_eq(auc_of(4, labels, (real[]){1, 2, 3, 4}), 1);
    cr_assert_eq(auc_of(4, labels, (real[]){4, 3, 2, 1}), 0);
    cr_assert_eq(auc_of(4, labels, (real[]){7, 7, 7, 7}), 0.5);
    /* Pairs: 0.1<0.35, 0.1<0.8, 0.4>0.35, 0.4<0.8: three of four. */
    cr_assert_eq(auc_of(4, labels, (real[]){0.1, 0.4, 0.35, 0.8}), 0.75);
    /* One win, one tie, one win, one loss. */
    cr_assert_eq(auc_of(4, labels, (real[]){1, 3, 2, 3}), (1 + 1 + 0 + 0.5) / 4);
}

/* Mann and Whitney's statistic for Rosenbaum's tortoise and hare, six each, in the order of arrival
 * T H H H H H T T T T T H: U = 11 for the tortoise, 25 for the hare (25 wins of 36). */
Test(roc_auc, tortoise_and_hare)
{
    const char *arrival = "THHHHHTTTTTH";
    real hare[12], place[12];
    for (int i = 0; i < 12; i++) {
        hare[i] = arrival[i] == 'H';
        place[i] = (real)(12 - i);
    }
    cr_assert_eq(auc_of(12, hare, place), 25.0 / 36);
}

Test(roc_auc, equals_its_definition)
{
    real labels[MOST], scores[MOST];
    for (uint64_t seed = 0; seed < 20; seed++) {
        const size_t count = 5 + 19 * (size_t)seed;
        draw_rows(seed, seed % 2 ? 4 : 1000, count, labels, scores);
        cr_assert_float_eq(auc_of(count, labels, scores), auc_by_pairs(count, labels, scores),
                           1e-14, "seed %d", (int)seed);
    }
}

Test(roc_auc, depends_on_ranks_only)
{
    real labels[MOST], scores[MOST], turned[MOST];
    draw_rows(5, 12, MOST, labels, scores);
    for (size_t i = 0; i < MOST; i++)
        turned[i] = (real)exp(0.3 * scores[i]) - 100;
    cr_assert_eq(auc_of(MOST, labels, turned), auc_of(MOST, labels, scores));
}

Test(roc_auc, flipped_labels_or_signs_give_the_complement)
{
    real labels[MOST], scores[MOST], flipped[MOST], negated[MOST];
    draw_rows(6, 7, MOST, labels, scores);
    for (size_t i = 0; i < MOST; i++) {
        flipped[i] = 1 - labels[i];
        negated[i] = -scores[i];
    }
    const double auc = auc_of(MOST, labels, scores);
    cr_assert_float_eq(auc_of(MOST, flipped, scores), 1 - auc, 1e-14);
    cr_assert_float_eq(auc_of(MOST, labels, negated), 1 - auc, 1e-14);
}

static void assert_refused(size_t count, const real *labels, const real *scores, const char *words)
{
    size_t order[MOST];
    double auc;
    struct eg_error error = {0};
    cr_assert_eq(eg_roc_auc(count, labels, scores, order, &auc, &error), EG_DATA);
    cr_assert_not_null(strstr(error.message, words), "\"%s\" lacks \"%s\"", error.message, words);
}

Test(roc_auc, what_has_no_area_is_refused)
{
    const real scores[] = {1, 2, 3};
    assert_refused(3, (real[]){1, 1, 1}, scores, "both classes; all 3 have label 1");
    assert_refused(3, (real[]){0, 0, 0}, scores, "label 0");
    assert_refused(0, scores, scores, "both classes");
    assert_refused(3, (real[]){0, 2, 1}, scores, "row 1 has label 2");
    assert_refused(3, (real[]){0, (real)NAN, 1}, scores, "row 1");
    assert_refused(3, (real[]){0, 1, 1}, (real[]){1, 2, (real)NAN}, "row 2");
}
