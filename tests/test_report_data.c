/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/report_data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/report/origin.h"
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
           make_line(0, "circles", "paper", 0, 0,
                     "{\"first_method\":{\"score\":1.9},\"second\":{\"score\":1}}"));
    append(lines, sizeof lines,
           make_line(0, "circles", "paper", 0, 1,
                     "{\"first_method\":{\"score\":2.1},\"second\":{\"score\":1.1}}"));
    make_report(&made, lines, claims, NULL);
    cr_expect_float_eq(score(&made, "circles", "first_method"), 2, 1e-15);
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(made.report.judgements[i].verdict, wanted[i], "claim %zu: %s", i,
                     eg_verdict_name(made.report.judgements[i].verdict));
    cr_expect_eq(eg_report_count(&made.report, NULL, EG_KINDS, EG_NOT_ATTEMPTED), 2);
    cr_expect_eq(eg_report_count(&made.report, "made", EG_KINDS, EG_NOT_ATTEMPTED), 1);
    cr_expect_eq(eg_report_count(&made.report, NULL, EG_KIND_NUMBER, EG_NOT_ATTEMPTED), 2);
    cr_expect_eq(eg_report_count(&made.report, NULL, EG_KIND_ORDERING, EG_NOT_ATTEMPTED), 0);
    cr_expect_eq(made.report.digest_rows, 2);
    cr_expect_str_eq(made.warnings, "");
    remove_report(&made);
}

Test(report_data, the_largest_scale_and_lowest_seed_stand)
{
    struct made_report made;
    char lines[8192] = "";
    append(lines, sizeof lines,
           make_line(0, "circles", "smoke", 0, 0, "{\"second\":{\"score\":1}}"));
    append(lines, sizeof lines,
           make_line(0, "circles", "quick", 1, 0, "{\"second\":{\"score\":3}}"));
    append(lines, sizeof lines,
           make_line(0, "circles", "quick", 0, 0, "{\"second\":{\"score\":2}}"));
    append(lines, sizeof lines, make_line(0, "moons", "smoke", 0, 0, "{\"second\":{\"score\":4}}"));
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

Test(report_data, rows_of_other_versions_do_not_mix_in)
{
    struct made_report made;
    char lines[4096] = "";
    append(lines, sizeof lines,
           make_line(1, "circles", "paper", 0, 0, "{\"second\":{\"score\":7}}"));
    make_report(&made, lines, claims, NULL);
    cr_expect_float_eq(score(&made, "circles", "second"), 7, 0);
    cr_expect(strstr(made.warnings, "all 1 rows are of outcome version 1 or of another precision, "
                                    "and the program is of version 2, double"),
              "%s", made.warnings);
    cr_expect(made.report.parts[0].other_version);
    remove_report(&made);
    append(lines, sizeof lines,
           make_line(0, "circles", "paper", 0, 1, "{\"second\":{\"score\":1}}"));
    make_report(&made, lines, claims, NULL);
    cr_expect_float_eq(score(&made, "circles", "second"), 1, 0);
    cr_expect_eq(made.report.parts[0].left_out, 1);
    cr_expect(!made.report.parts[0].other_version);
    remove_report(&made);
}

struct wanted {
    double value, se;
    size_t n, left_out;
};

static void expect_score(const char *lines, struct wanted wanted, const char *warning)
{
    struct made_report made;
    make_report(&made, lines, claims, NULL);
    const struct eg_part *part = &made.report.parts[0];
    const struct eg_result *result = eg_results_find(&part->results, "circles", "paper", "second",
                                                     "score", NAN);
    cr_assert(result);
    cr_expect_float_eq(result->value, wanted.value, 1e-15);
    cr_expect(isnan(wanted.se) ? isnan(result->se) : fabs(result->se - wanted.se) < 1e-15,
              "se %g, not %g", result->se, wanted.se);
    cr_expect_eq(result->n, wanted.n, "n %zu, not %zu", result->n, wanted.n);
    cr_expect_eq(part->rows, wanted.n);
    cr_expect_eq(part->left_out, wanted.left_out);
    cr_expect(strstr(made.warnings, warning), "%s", made.warnings);
    remove_report(&made);
}

/* The paper scale of one data set and the quick one of another are summed up: 1 + 2 of 5 rows. */
Test(report_data, counts_the_rows_that_are_summed_up)
{
    static const char values[] = "{\"second\":{\"score\":1}}";
    struct made_report made;
    char lines[4096] = "";
    append(lines, sizeof lines, make_line(0, "circles", "paper", 0, 0, values));
    for (int replicate = 0; replicate < 2; replicate++) {
        append(lines, sizeof lines, make_line(0, "circles", "quick", 0, replicate, values));
        append(lines, sizeof lines, make_line(0, "squares", "quick", 0, replicate, values));
    }
    make_report(&made, lines, claims, NULL);
    cr_expect_eq(made.report.parts[0].rows, 3);
    cr_expect_eq(made.report.parts[0].left_out, 2);
    remove_report(&made);
}

static struct made_line row_of(struct made_origin origin, int replicate, const char *score_text)
{
    char values[64];
    snprintf(values, sizeof values, "{\"second\":{\"score\":%s}}", score_text);
    return make_line_of(origin, "circles", "paper", 0, replicate, values);
}

/* Two replicates of version 4 and one of version 3, where the experiment is of version 2: the mean is that of the
 * newest, whichever stands where in the file. */
Test(report_data, of_two_other_versions_the_newest_stands_alone)
{
    const struct made_line old = row_of((struct made_origin){.outcome_version = 3}, 2, "70"),
                           one = row_of((struct made_origin){.outcome_version = 4}, 0, "1"),
                           two = row_of((struct made_origin){.outcome_version = 4}, 1, "3");
    const struct wanted wanted = {2, 1, 2, 1}; /* of 1 and 3: sd sqrt(2), se sqrt(2) / sqrt(2) */
    char lines[4096] = "";
    append(lines, sizeof lines, one);
    append(lines, sizeof lines, old);
    append(lines, sizeof lines, two);
    expect_score(lines, wanted, "of outcome version 4");
    *lines = '\0';
    append(lines, sizeof lines, one);
    append(lines, sizeof lines, two);
    append(lines, sizeof lines, old);
    expect_score(lines, wanted, "of outcome version 4");
}

Test(report_data, precisions_do_not_mix)
{
    const struct made_origin single = {.precision = "single"};
    char lines[4096] = "";
    append(lines, sizeof lines, row_of((struct made_origin){0}, 0, "1"));
    append(lines, sizeof lines, row_of((struct made_origin){0}, 1, "3"));
    append(lines, sizeof lines, row_of(single, 1, "70"));
    append(lines, sizeof lines, row_of(single, 2, "80"));
    append(lines, sizeof lines, row_of(single, 3, "90"));
    expect_score(lines, (struct wanted){2, 1, 2, 3}, "");
}

#define FIRST "00000000000000000000000000000001"
#define SECOND "00000000000000000000000000000002"

/* Of two contents of the data that of most rows stands, of equals the later; both are named. */
Test(report_data, contents_of_the_data_do_not_mix)
{
    const struct made_origin first = {.data = FIRST}, second = {.data = SECOND};
    char lines[4096] = "";
    append(lines, sizeof lines, row_of(first, 0, "1"));
    append(lines, sizeof lines, row_of(second, 0, "70"));
    append(lines, sizeof lines, row_of(first, 1, "3"));
    expect_score(lines, (struct wanted){2, 1, 2, 1},
                 "those of data=" FIRST " stand, 1 rows of data=" SECOND " are left out");
    append(lines, sizeof lines, row_of(second, 1, "72"));
    expect_score(lines, (struct wanted){71, 1, 2, 2},
                 "those of data=" SECOND " stand, 2 rows of data=" FIRST " are left out");
}

#define OTHER "{\"receipt\":\"o\",\"code_hash\":\"other\",\"blas_core\":\"Haswell\"}\n"
#define VOUCH(outcome)                                                                             \
    "{\"vouches\":\"now\",\"for\":\"other\",\"kinds\":[\"dataset=circles,protocol=paper,scale="    \
    "paper\"],"                                                                                    \
    "\"cells\":[\"k\"],\"outcome\":\"" outcome "\",\"receipt\":\"r\",\"check\":\"\"}\n"

/* Rows of other code stand, and the report says whether this one vouches for them; those that did not come out
 * again are left out. */
Test(report_data, rows_of_other_code)
{
    const struct made_line other = row_of((struct made_origin){.receipt = "o"}, 0, "5");
    char lines[4096];
    struct made_report made;
    snprintf(lines, sizeof lines, OTHER "%s", other.text);
    expect_score(lines, (struct wanted){5, NAN, 1, 0}, "not verified: 1 rows of other code");
    make_report(&made, lines, claims, NULL);
    struct eg_origin origin = eg_origin_of(made.report.parts[0].origins, NULL, NULL, NULL);
    cr_expect_str_eq(origin.code, "other: none of 1 cell recomputed");
    cr_expect_str_eq(origin.core, "Haswell");
    remove_report(&made);
    snprintf(lines, sizeof lines, OTHER "%s" VOUCH("equal"), other.text);
    make_report(&made, lines, claims, NULL);
    cr_expect(!strstr(made.warnings, "verified"), "%s", made.warnings);
    remove_report(&made);
    const struct made_line own = row_of((struct made_origin){0}, 1, "1");
    snprintf(lines, sizeof lines, OTHER "%s" VOUCH("equal") VOUCH("different") "%s", other.text,
             own.text);
    expect_score(lines, (struct wanted){1, NAN, 1, 1}, "1 rows of other code are left out");
}

/* The line of a code that ran the row's cell anew. */
static void append_vouch(char *lines, size_t size, const char *code, const struct made_line *row)
{
    const size_t used = strlen(lines);
    snprintf(lines + used, size - used,
             "{\"vouches\":\"%s\",\"for\":\"other\",\"kinds\":[\"k\"],\"cells\":[\"%.32s\"],"
             "\"outcome\":\"equal\",\"receipt\":\"r\",\"check\":\"\"}\n",
             code, row->text + strlen("{\"key\":\""));
}

/* Of each source hash once how many of the cells shown were recomputed, whichever code reads the store; cells of
 * another seed are not shown. */
Test(report_data, recomputed_cells_are_counted_by_source_hash)
{
    const struct made_origin other = {.receipt = "o"};
    const char *const values = "{\"second\":{\"score\":1}}";
    struct made_line rows[3];
    struct made_report made;
    char lines[8192] = OTHER;
    for (int i = 0; i < 3; i++) {
        rows[i] = row_of(other, i, "1");
        append(lines, sizeof lines, rows[i]);
    }
    const struct made_line seed = make_line_of(other, "circles", "paper", 7, 0, values);
    append(lines, sizeof lines, seed);
    append(lines, sizeof lines, make_line(0, "circles", "paper", 0, 3, values));
    append_vouch(lines, sizeof lines, "second", &rows[0]);
    append_vouch(lines, sizeof lines, "first", &rows[0]);
    append_vouch(lines, sizeof lines, "first", &rows[2]);
    append_vouch(lines, sizeof lines, "third", &seed);
    make_report(&made, lines, claims, NULL);
    const struct eg_origin origin = eg_origin_of(made.report.parts[0].origins, NULL, NULL, NULL);
    cr_expect_str_eq(origin.code, "now: none of 1 cell recomputed; "
                                  "other: 2 of 3 cells recomputed by first, second");
    cr_expect_str_eq(origin.core, "Haswell");
    remove_report(&made);
}

Test(report_data, an_empty_store_attempts_nothing)
{
    struct made_report made;
    make_report(&made, "", claims, NULL);
    cr_expect_eq(eg_report_count(&made.report, NULL, EG_KINDS, EG_NOT_ATTEMPTED), 4);
    cr_expect_eq(made.report.digest_rows, 0);
    remove_report(&made);
}
