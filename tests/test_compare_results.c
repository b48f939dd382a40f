/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two small stores held against each other. */
#include "bench/compare/compare_results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_report.h"

/* What a store was made on, and the values of its one cell. */
struct made_store {
    const char *core, *libc, *precision, *values;
    int outcome_version; /* 0: the experiment's */
};

static const struct made_store first = {"Haswell", "2.36", "double",
                                        "{\"second\":{\"score\":0.5,\"p_value\":1e-12}}", 0};

static void make_store(struct made_report *made, const struct made_store *store)
{
    static const char claim[] =
        "id=one|experiment=made|dataset=circles|method=second|metric=score|published=0.5|digits=1";
    char lines[4096];
    const struct made_line row = make_line(store->outcome_version, "circles", "smoke", 0, 0,
                                           store->values);
    snprintf(lines, sizeof lines,
             "{\"receipt\":\"r\",\"blas_core\":\"%s\",\"openblas\":\"0.3\",\"gsl\":\"2.7\","
             "\"libc\":\"%s\",\"precision\":\"%s\"}\n%s",
             store->core, store->libc, store->precision, row.text);
    make_report(made, lines, claim, NULL);
}

/* How the two compare: the exit status, with what was printed. */
struct outcome {
    struct eg_comparison comparison;
    int status;
    char text[2048];
};

static struct outcome compare(const struct made_store *here, const struct made_store *there)
{
    struct made_report ours, theirs;
    struct outcome outcome = {0};
    make_store(&ours, here);
    make_store(&theirs, there);
    outcome.comparison = eg_compare_reports(&ours.report, &theirs.report);
    outcome.status = eg_check_comparison(&outcome.comparison, "there", NULL);
    FILE *out = fmemopen(outcome.text, sizeof outcome.text, "w");
    cr_assert(out);
    eg_print_comparison(&outcome.comparison, &ours.report, &theirs.report, out);
    fclose(out);
    remove_report(&ours);
    remove_report(&theirs);
    return outcome;
}

static void expect_has(const struct outcome *outcome, const char *part)
{
    cr_expect(strstr(outcome->text, part), "there is no \"%s\" in: %s", part, outcome->text);
}

Test(compare_results, equal_stores_are_equal)
{
    const struct outcome outcome = compare(&first, &first);
    cr_expect_eq(outcome.status, EG_OK);
    cr_expect_eq(outcome.comparison.compared, 2);
    cr_expect_eq(outcome.comparison.unequal, 0);
    expect_has(&outcome, "digest equal, core Haswell: 1 rows, 2 results");
}

/* A raised outcome version is meant to move values: these are not compared, but the reference is to be made anew. */
Test(compare_results, another_outcome_version_is_stale)
{
    struct made_store there = first;
    there.outcome_version = 1;
    there.values = "{\"second\":{\"score\":9,\"p_value\":1e-12}}";
    const struct outcome outcome = compare(&first, &there);
    cr_expect_eq(outcome.status, EG_CLAIM_FAILED);
    cr_expect_eq(outcome.comparison.compared, 0);
    expect_has(&outcome, "made: made by outcome version 1, now 2: make reference");
}

Test(compare_results, the_same_make_must_give_the_same_bits)
{
    struct made_store here = first;
    here.values = "{\"second\":{\"score\":0.50000000000000011,\"p_value\":1e-12}}";
    const struct outcome outcome = compare(&here, &first);
    cr_expect_eq(outcome.status, EG_CLAIM_FAILED);
    cr_expect_eq(outcome.comparison.beyond, 1);
    expect_has(&outcome, "made circles paper second score: 0.50000000000000011 here, 0.5 in the");
}

Test(compare_results, values_that_no_result_shows_are_in_the_digest)
{
    struct made_store here = first;
    here.values = "{\"second\":{\"score\":0.5,\"p_value\":1e-12},\"note\":7}";
    const struct outcome outcome = compare(&here, &first);
    cr_expect_eq(outcome.comparison.beyond, 0);
    cr_expect_eq(outcome.status, EG_CLAIM_FAILED);
    here.core = "Nehalem";
    cr_expect_eq(compare(&here, &first).status, EG_OK);
}

Test(compare_results, another_core_may_round_otherwise)
{
    struct made_store here = first;
    here.core = "Nehalem";
    here.values = "{\"second\":{\"score\":0.5000004,\"p_value\":0.9e-9}}";
    struct outcome outcome = compare(&here, &first);
    cr_expect_eq(outcome.status, EG_OK);
    cr_expect_eq(outcome.comparison.unequal, 2);
    cr_expect_float_eq(outcome.comparison.share, 0.9, 1e-2, "%g", outcome.comparison.share);
    expect_has(&outcome, "made on core Haswell, this is Nehalem: values compared by tolerance");
    here.values = "{\"second\":{\"score\":0.500001,\"p_value\":1.1e-9}}";
    outcome = compare(&here, &first);
    cr_expect_eq(outcome.status, EG_CLAIM_FAILED);
    cr_expect_eq(outcome.comparison.beyond, 2);
}

Test(compare_results, another_library_is_named)
{
    struct made_store here = first;
    here.libc = "2.41";
    here.values = "{\"second\":{\"score\":0.5000004,\"p_value\":1e-12}}";
    const struct outcome outcome = compare(&here, &first);
    cr_expect_eq(outcome.status, EG_OK);
    expect_has(&outcome, "made on libc 2.36, this is 2.41: values compared by tolerance");
}

Test(compare_results, single_precision_keeps_half_of_its_digits)
{
    const struct made_store there = {
        "Haswell", "2.36", "single",
        "{\"second\":{\"score\":0.5,\"effect_size_score\":4,\"near_zero\":0}}", 0};
    struct made_store here = there;
    here.core = "SkylakeX";
    here.values = "{\"second\":{\"score\":0.50017,\"effect_size_score\":4.07,\"near_zero\":9e-6}}";
    cr_expect_eq(compare(&here, &there).status, EG_OK);
    here.values = "{\"second\":{\"score\":0.50018,\"effect_size_score\":4.08,\"near_zero\":2e-5}}";
    const struct outcome outcome = compare(&here, &there);
    cr_expect_eq(outcome.comparison.beyond, 3, "%s", outcome.text);
}

Test(compare_results, missing_and_additional_results_are_differences)
{
    struct made_store here = first;
    here.core = "Nehalem";
    here.values = "{\"first_method\":{\"score\":0.5},\"second\":{\"score\":0.5}}";
    const struct outcome outcome = compare(&here, &first);
    cr_expect_eq(outcome.status, EG_CLAIM_FAILED);
    cr_expect_eq(outcome.comparison.beyond, 2);
    cr_expect_eq(outcome.comparison.compared, 3);
    expect_has(&outcome, "p_value: missing here");
    expect_has(&outcome, "first_method score: 0.5 here, missing in the reference");
}

Test(compare_results, points_of_a_curve_are_told_apart)
{
    const struct made_store there = {"Haswell", "2.36", "double",
                                     "{\"second\":{\"score\":0.5,\"curve\":[1,2]}}", 0};
    struct made_store here = there;
    here.core = "Nehalem";
    cr_expect_eq(compare(&here, &there).status, EG_OK);
    here.values = "{\"second\":{\"score\":0.5,\"curve\":[1,3]}}";
    const struct outcome outcome = compare(&here, &there);
    cr_expect_eq(outcome.comparison.beyond, 1);
    expect_has(&outcome, "second curve at 2 (feature <2> & \"more\"): 3 here, 2 in the reference");
}
