/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/report_data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_report.h"

static const char claims[] =
    "id=right|experiment=made|dataset=circles|method=first_method|metric=score|published=2.0|"
    "digits=1|"
    "gate=yes\n"
    "id=wrong|experiment=made|dataset=circles|method=second|metric=score|published=9.0|digits=1\n"
    "id=absent|experiment=made|dataset=squares|method=second|metric=score|published=9.0|digits=1\n"
    "id=later|experiment=unbuilt|dataset=squares|protocol=|method=second|metric=score|published=9."
    "0|"
    "digits=1|status=not attempted: not built yet\n";

static double score(const struct made_report *made, const char *dataset, const char *method)
{
    const struct eg_result *result = eg_results_find(&made->report.parts[0].results, dataset,
                                                     "paper", method, "score", NAN);
    cr_assert(result, "no score of %s on %s", method, dataset);
    return result->value;
}

static void append(char *lines, size_t size, struct made_line line)
{
    const size_t used = strlen(lines);
    snprintf(lines + used, size - used, "%s", line.text);
}

Test(report_data, every_claim_is_judged)
{
    static const enum eg_verdict wanted[] = {EG_EQUAL_DIGITS, EG_NOT_REPRODUCED, EG_NOT_ATTEMPTED,
                                             EG_NOT_ATTEMPTED};
    struct made_report made;
    char lines[4096] = "";
    append(lines, sizeof lines,
           make_line(NULL, "circles", "paper", 0, 0,
                     "{\"first_method\":{\"score\":1.9},\"second\":{\"score\":1}}"));
    append(lines, sizeof lines,
           make_line(NULL, "circles", "paper", 0, 1,
                     "{\"first_method\":{\"score\":2.1},\"second\":{\"score\":1.1}}"));
    make_report(&made, lines, claims, NULL);
    cr_expect_float_eq(score(&made, "circles", "first_method"), 2, 1e-15);
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(made.report.judgements[i].verdict, wanted[i], "claim %zu: %s", i,
                     eg_verdict_name(made.report.judgements[i].verdict));
    cr_expect_eq(eg_report_count(&made.report, NULL, EG_NOT_ATTEMPTED), 2);
    cr_expect_eq(eg_report_count(&made.report, "made", EG_NOT_ATTEMPTED), 1);
    cr_expect_eq(eg_report_count_kind(&made.report, EG_KIND_NUMBER, EG_NOT_ATTEMPTED), 2);
    cr_expect_eq(eg_report_count_kind(&made.report, EG_KIND_ORDERING, EG_NOT_ATTEMPTED), 0);
    cr_expect_eq(made.report.digest_rows, 2);
    cr_expect_str_eq(made.warnings, "");
    remove_report(&made);
}

Test(report_data, the_largest_scale_and_lowest_seed_stand)
{
    struct made_report made;
    char lines[8192] = "";
    append(lines, sizeof lines,
           make_line(NULL, "circles", "smoke", 0, 0, "{\"second\":{\"score\":1}}"));
    append(lines, sizeof lines,
           make_line(NULL, "circles", "quick", 1, 0, "{\"second\":{\"score\":3}}"));
    append(lines, sizeof lines,
           make_line(NULL, "circles", "quick", 0, 0, "{\"second\":{\"score\":2}}"));
    append(lines, sizeof lines,
           make_line(NULL, "moons", "smoke", 0, 0, "{\"second\":{\"score\":4}}"));
    make_report(&made, lines, claims, NULL);
    cr_expect_float_eq(score(&made, "circles", "second"), 2, 0);
    cr_expect_float_eq(score(&made, "moons", "second"), 4, 0);
    cr_expect_eq(made.report.parts[0].results.count, 2);
    remove_report(&made);
    make_report(&made, lines, claims, "smoke");
    cr_expect_float_eq(score(&made, "circles", "second"), 1, 0);
    cr_expect_eq(made.report.digest_rows, 2, "the digest is of that scale alone");
    remove_report(&made);
}

Test(report_data, rows_of_other_code_do_not_mix_in)
{
    struct made_report made;
    char lines[4096] = "";
    append(lines, sizeof lines,
           make_line("old", "circles", "paper", 0, 0, "{\"second\":{\"score\":7}}"));
    make_report(&made, lines, claims, NULL);
    cr_expect_float_eq(score(&made, "circles", "second"), 7, 0);
    cr_expect(strstr(made.warnings, "another version of the code"), "%s", made.warnings);
    remove_report(&made);
    append(lines, sizeof lines,
           make_line(NULL, "circles", "paper", 0, 1, "{\"second\":{\"score\":1}}"));
    make_report(&made, lines, claims, NULL);
    cr_expect_float_eq(score(&made, "circles", "second"), 1, 0);
    cr_expect_eq(made.report.parts[0].left_out, 1);
    remove_report(&made);
}

static void expect_score(const char *lines, double value, double se, size_t n)
{
    struct made_report made;
    make_report(&made, lines, claims, NULL);
    const struct eg_part *part = &made.report.parts[0];
    const struct eg_result *result = eg_results_find(&part->results, "circles", "paper", "second",
                                                     "score", NAN);
    cr_assert(result);
    cr_expect_float_eq(result->value, value, 1e-15);
    cr_expect_float_eq(result->se, se, 1e-15, "se %g, not %g", result->se, se);
    cr_expect_eq(result->n, n, "n %zu, not %zu", result->n, n);
    cr_expect_eq(part->rows, n);
    cr_expect_eq(part->left_out, 1);
    cr_expect_eq(part->old_code, 1);
    remove_report(&made);
}

/* A mean over two replicates, of which one was run by two older versions of the code: it has one
 * vote, that of the later row, whichever version that is of and wherever it stands in the file. */
Test(report_data, a_cell_that_two_old_versions_ran_counts_once)
{
    const struct made_line first = make_line("old", "circles", "paper", 0, 0,
                                             "{\"second\":{\"score\":70}}"),
                           again = make_line("older", "circles", "paper", 0, 0,
                                             "{\"second\":{\"score\":1}}"),
                           other = make_line("old", "circles", "paper", 0, 1,
                                             "{\"second\":{\"score\":3}}");
    char lines[4096] = "";
    append(lines, sizeof lines, first);
    append(lines, sizeof lines, other);
    append(lines, sizeof lines, again);
    expect_score(lines, 2, 1, 2); /* of 1 and 3: sd sqrt(2), se sqrt(2) / sqrt(2) */
    *lines = '\0';
    append(lines, sizeof lines, again);
    append(lines, sizeof lines, first);
    append(lines, sizeof lines, other);
    expect_score(lines, 36.5, 33.5, 2); /* of 70 and 3 */
}

Test(report_data, an_empty_store_attempts_nothing)
{
    struct made_report made;
    make_report(&made, "", claims, NULL);
    cr_expect_eq(eg_report_count(&made.report, NULL, EG_NOT_ATTEMPTED), 4);
    cr_expect_eq(made.report.digest_rows, 0);
    remove_report(&made);
}
