/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/claims.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/frame/names.h"
#include "stats/ttest.h"
#include "tests/made_results.h"
#include "tests/oracle_file.h"

static const char published[] = "results/published/claims.csv";
static const char *const metrics[] = {"KPM", "KPR", "KPI", "KNM", "KNR", "KNI",
                                      "KAM", "KAR", "KAI", "RPM", "RPR", "RPI",
                                      "RNM", "RNR", "RNI", "RAM", "RAR", "RAI"};
static const char *const methods[] = {"expected_gradients", "integrated_gradients", "gradients",
                                      "random"};

static void expect_table(const struct eg_claims *claims, const char *dataset, const char *oracle)
{
    size_t rows, cols;
    double *table = read_oracle(oracle, &rows, &cols);
    cr_assert(rows == 4 && cols == 18);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++) {
            const struct eg_result_name name = {methods[i], "", metrics[j], ""};
            const struct eg_claim *claim = eg_claims_find_number(claims, dataset, &name, NAN);
            cr_assert(claim, "%s: no claim for %s of %s", dataset, metrics[j], methods[i]);
            cr_expect_float_eq(claim->published, table[i * cols + j], 1e-12, "%s: %s of %s",
                               dataset, metrics[j], methods[i]);
            cr_expect_float_eq(claim->half_unit, 0.0005, 1e-12);
        }
    free(table);
}

Test(claims, the_two_tables_are_as_printed)
{
    struct eg_claims claims;
    struct eg_error error = {0};
    cr_assert_eq(eg_claims_read(published, &claims, &error), EG_OK, "%s", error.message);
    expect_table(&claims, "corrgroups60", "metrics/paper_c60");
    expect_table(&claims, "independentlinear60", "metrics/paper_i60");
    eg_claims_free(&claims);
}

Test(claims, every_experiment_has_claims)
{
    static const char *const experiments[] = {"keep-remove",        "convergence", "sparsity",
                                              "image-noise",        "graph-prior", "training-cost",
                                              "robust-attribution", "fine-tune"};
    enum { EXPERIMENTS = sizeof experiments / sizeof *experiments };
    size_t counts[EXPERIMENTS] = {0}, tests = 0;
    struct eg_claims claims;
    cr_assert_eq(eg_claims_read(published, &claims, NULL), EG_OK);
    for (size_t i = 0; i < claims.count; i++) {
        size_t e = 0;
        while (e < EXPERIMENTS && strcmp(experiments[e], claims.items[i].experiment) != 0)
            e++;
        cr_assert_lt(e, EXPERIMENTS, "%s", claims.items[i].experiment);
        counts[e]++;
        tests += strcmp(claims.items[i].place, "Supplement I.3") == 0;
    }
    for (size_t e = 0; e < EXPERIMENTS; e++)
        cr_expect_gt(counts[e], 3, "%s", experiments[e]);
    cr_expect_eq(tests, 26); /* each a t with its p */
    eg_claims_free(&claims);
}

/* A slip of the pen in t or p would show: of those printed, with the degrees of freedom of the design, as
 * far as the digits of t go. */
static int expect_p_of_t(const struct eg_claim *claim)
{
    const double df = (claim->has_two_samples ? 2 : 1) * (claim->published_n - 1);
    const double t = fabs(claim->published), p = atof(claim->published_p_text);
    const double slope = t * (df + 1) / (df + t * t);
    if (claim->tolerance != EG_T_VALUE || claim->relation == EG_GREATER)
        return 0;
    cr_expect_float_eq(log(eg_ttest_p(t, df)), log(p),
                       1.1 * slope * claim->half_unit + (claim->has_two_samples ? 0.05 : 0.001),
                       "%s: t %g, p %g", claim->id, t, p);
    cr_expect_eq(claim->relation, p > 0.05 ? EG_P_ABOVE : EG_P_BELOW, "%s", claim->id);
    return 1;
}

Test(claims, printed_p_and_t_agree)
{
    struct eg_claims claims;
    int compared = 0;
    cr_assert_eq(eg_claims_read(published, &claims, NULL), EG_OK);
    for (size_t i = 0; i < claims.count; i++)
        compared += expect_p_of_t(&claims.items[i]);
    cr_expect_eq(compared, 26 + 4 + 3, "Supplement I.3, the notebook, Methods 5.1: %d", compared);
    eg_claims_free(&claims);
}

/* A test is one claim, however many of its numbers are printed in however many places. */
Test(claims, no_test_is_counted_twice)
{
    struct eg_claims claims;
    cr_assert_eq(eg_claims_read(published, &claims, NULL), EG_OK);
    for (size_t i = 0; i < claims.count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct eg_claim *a = &claims.items[i], *b = &claims.items[j];
            const int are_tests = eg_claim_is_test(a) && eg_claim_is_test(b) &&
                                  a->relation == b->relation;
            cr_expect(!are_tests || strcmp(a->method, b->method) || strcmp(a->versus, b->versus) ||
                          strcmp(a->metric, b->metric),
                      "%s and %s", a->id, b->id);
        }
    eg_claims_free(&claims);
}

Test(claims, printed_digits_and_exponents)
{
    struct eg_claims claims;
    const char *lines = "relation=p<|published=1.602e+01|digits=3|published_n=200|published_p=1e-9|"
                        "method=l|versus=o|metric=q|statistic=paired_t|tolerance=t\n"
                        "id=b|statement=with, comma|class=significance|metric=l|x=0.05|"
                        "published=7.2e-5|digits=1|gate=yes|note=note\n";
    cr_assert_eq(try_columns(lines, &claims, NULL), EG_OK);
    cr_assert_eq(claims.count, 2);
    cr_expect_float_eq(claims.items[0].published, 16.02, 1e-12);
    cr_expect_float_eq(claims.items[0].half_unit, 0.005, 1e-12);
    cr_expect_float_eq(claims.items[0].published_n, 200, 0);
    cr_expect(isnan(claims.items[0].published_se));
    cr_expect_eq(claims.items[0].tolerance, EG_T_VALUE);
    cr_expect_float_eq(claims.items[1].half_unit, 0.05e-5, 1e-18);
    cr_expect_str_eq(claims.items[1].statement, "with, comma");
    cr_expect_eq(claims.items[1].gate, 1);
    const struct eg_result_name point = {"m", "", "l", ""}, t = {"l", "o", "q", "paired_t"},
                                p = {"l", "o", "q", "paired_p"}, mean = {"l", "", "q", ""};
    cr_expect(eg_claims_find_number(&claims, "d", &point, 0.05) == &claims.items[1]);
    cr_expect_null(eg_claims_find_number(&claims, "d", &point, NAN));
    cr_expect_null(eg_claims_find_number(&claims, "other", &t, NAN));
    cr_expect_null(eg_claims_find_number(&claims, "d", &mean, NAN));
    cr_expect(eg_claims_find_number(&claims, "d", &t, NAN) == &claims.items[0]);
    cr_expect(eg_claims_find_number(&claims, "d", &p, NAN) == &claims.items[0]);
    cr_expect_str_eq(eg_claim_printed(&claims.items[0], "paired_p"), "1e-9");
    cr_expect_str_eq(eg_claim_printed(&claims.items[0], "paired_t"), "1.602e+01");
    eg_claims_free(&claims);
}

Test(claims, what_a_claim_takes_at_the_least)
{
    struct eg_claims claims;
    const char *lines = "published=1.0|digits=1|status=from night\n"
                        "id=b|published=1.0|digits=1|status=from 3 points\n"
                        "id=c|published=1.0|digits=1|status=not built yet\n";
    cr_assert_eq(try_columns(lines, &claims, NULL), EG_OK);
    cr_expect_str_eq(claims.items[0].least_scale, "night");
    cr_expect_eq(claims.items[0].least_points, 0);
    cr_expect_null(claims.items[1].least_scale);
    cr_expect_eq(claims.items[1].least_points, 3);
    cr_expect(!claims.items[2].least_scale && !claims.items[2].least_points);
    eg_claims_free(&claims);
    cr_assert_eq(eg_claims_read(published, &claims, NULL), EG_OK);
    for (size_t i = 0; i < claims.count; i++)
        cr_expect(!strstr(claims.items[i].statement, "elbow") || claims.items[i].least_points == 3,
                  "%s", claims.items[i].id);
    eg_claims_free(&claims);
}

Test(claims, an_ordering_may_ask_for_a_lead)
{
    struct eg_claims claims;
    cr_assert_eq(try_columns("relation=>|versus=o|tolerance=order 5\n"
                             "id=b|relation=>|versus=o|tolerance=order\n",
                             &claims, NULL),
                 EG_OK);
    cr_expect_eq(claims.items[0].tolerance, EG_BY_SIGN);
    cr_expect_float_eq(claims.items[0].slack, 5, 0);
    cr_expect_float_eq(claims.items[1].slack, 0, 0);
    eg_claims_free(&claims);
}

/* Where place and statement are those of another claim, method and metric as readers see them are not. */
Test(claims, a_reader_can_tell_them_apart)
{
    struct eg_claims claims;
    char text[4][128];
    cr_assert_eq(eg_claims_read(published, &claims, NULL), EG_OK);
    for (size_t i = 0; i < claims.count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct eg_claim *a = &claims.items[i], *b = &claims.items[j];
            if (strcmp(a->place, b->place) || strcmp(a->statement, b->statement))
                continue;
            cr_expect(strcmp(eg_name_title(a->method, text[0], sizeof text[0]),
                             eg_name_title(b->method, text[1], sizeof text[1])) ||
                          strcmp(eg_name_title(a->metric, text[2], sizeof text[2]),
                                 eg_name_title(b->metric, text[3], sizeof text[3])),
                      "%s and %s", a->id, b->id);
        }
    eg_claims_free(&claims);
}

static void expect_refused(const char *lines, const char *named)
{
    struct eg_claims claims;
    struct eg_error error = {0};
    cr_assert_eq(try_columns(lines, &claims, &error), EG_DATA, "%s", lines);
    cr_expect(strstr(error.message, named), "\"%s\" does not name %s", error.message, named);
    cr_expect_null(claims.items);
}

Test(claims, what_is_wrong_is_named)
{
    expect_refused("class=guess|published=1.0|digits=1", "'guess'");
    expect_refused("relation=?|published=1.0|digits=1", "'?'");
    expect_refused("published=one|digits=1", "'one'");
    expect_refused("published=1.0", "digits");
    expect_refused("digits=1", "published");
    expect_refused("relation=>|tolerance=order", "published");
    expect_refused("published=1.0|digits=1|tolerance=mc -2", "'mc -2'");
    expect_refused("published=1.0|digits=1|tolerance=factor 0.5", "'factor 0.5'");
    expect_refused("published=1.0|digits=1|tolerance=about", "'about'");
    expect_refused("published=1.0|digits=1|tolerance=t 2", "'t 2'");
    expect_refused("published=1.0|digits=1|tolerance=regenerated", "'regenerated'");
    expect_refused("relation=>|versus=o|tolerance=order 5x", "'order 5x'");
    expect_refused("published=1.0|digits=1|x=Last", "'Last'");
    expect_refused("published=1.0|digits=1|x=0;5", "'0;5'");
    expect_refused("method=|published=1.0|digits=1", "method");
    expect_refused("published=1.0|digits=1|status=from nihgt", "'from nihgt'");
    expect_refused("published=1.0|digits=1|status=from 0 points", "'from 0 points'");
    expect_refused("published=1.0|digits=1|status=from 3 pionts", "'from 3 pionts'");
    expect_refused("published=1.0|digits=1\npublished=2.0|digits=1\n", "a is there twice");
}

Test(claims, a_test_says_who_is_held_against_whom)
{
    static const char who[] = "versus=o|published_n=9";
    char line[256];
    expect_refused("relation=p<|published=0.05|tolerance=significance", "versus");
    expect_refused("relation=p<|published=3|tolerance=t|published_n=9", "versus");
    snprintf(line, sizeof line, "%s|published=3|digits=0|tolerance=t", who);
    expect_refused(line, "relation");
    expect_refused("relation=p<|published=3|tolerance=t|versus=o", "published_n");
}

Test(claims, a_missing_file_is_an_error)
{
    struct eg_claims claims;
    struct eg_error error = {0};
    cr_assert_eq(eg_claims_read("tests/no_such.csv", &claims, &error), EG_DATA);
    cr_expect(strstr(error.message, "tests/no_such.csv"), "%s", error.message);
}
