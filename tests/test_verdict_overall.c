/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: small tables worked by hand; units needed as SciPy's noncentral t has them. */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/compare/compare_auto.h"
#include "tests/made_contest.h"

static const char *const two[] = {"expected_gradients", "mine"};
static const struct eg_score_metric up_down[] = {{"up", 0, 0}, {"down", 1, 0}};

/* As in test_verdict.c: better by 1 to 6 on "up"; on "down" by -1 2 -3 4 -5 1. */
static const double worked[] = {10, 20, 30, 40, 50, 60, 0, 0,  0, 0,  0, 0,
                                11, 22, 33, 44, 55, 66, 1, -2, 3, -4, 5, -1};

static void expect_headline(const struct eg_contest *contest, size_t method, const char *wanted)
{
    char text[512];
    cr_expect_str_eq(eg_contest_headline(contest, method, text, sizeof text), wanted);
}

static void expect_named(const struct eg_contest *contest, enum eg_finding finding,
                         const char *wanted)
{
    char text[512];
    eg_contest_name_measures(contest, 1, finding, text, sizeof text);
    cr_expect_str_eq(text, wanted);
}

Test(verdict_overall, worked_example)
{
    const struct eg_score_table table = make_table(two, 2, up_down, 2, 6, worked);
    struct eg_contest contest = judge(&table);
    const struct eg_method_verdict *mine = &contest.methods[1];
    /* Shares of 1/2 and 1 by turns. */
    expect_near(mine->improvement, 0.75, "share");
    expect_near(mine->overall_effect, 0.25 / sqrt(0.075), "effect");
    cr_expect_eq(mine->overall, EG_STANDING_UNDECIDED);
    cr_expect_eq(mine->overall_units_needed, 14);
    expect_headline(
        &contest, 1,
        "not told from Expected gradients overall: better on 75 % of the measures (46 to 100 "
        "%; p 0.12, 6 units), which may be chance; if that is the share, it takes 14 units");
    expect_headline(&contest, 0, "the reference that the others are compared with");
    expect_near(eg_contest_cell(&contest, 1, 0)->effect, 3.5 / sqrt(3.5), "effect on up");
    expect_named(&contest, EG_FINDING_BETTER, "up↑");
    expect_named(&contest, EG_FINDING_BEYOND, "down↓ (950)");
    expect_named(&contest, EG_FINDING_WORSE, "");
    const struct eg_duel *duel = &contest.duels[2];
    cr_expect(duel->wins == 1 && duel->ties == 1 && duel->losses == 0, "mine against the other");
    cr_expect(contest.duels[1].wins == 0 && contest.duels[1].losses == 1, "and the other way");
    expect_near(mine->unit_rank, (1 + 1.5) / 2, "rank");
    eg_contest_free(&contest);
}

enum { MANY = 15, UNITS = 8 };

/* On the first `better` metrics always ahead by about 1, on the others always behind. */
static struct eg_contest judge_split(size_t better, double scores[2 * MANY * UNITS],
                                     struct eg_score_table *table)
{
    static struct eg_score_metric metrics[MANY];
    for (size_t m = 0; m < MANY; m++) {
        metrics[m] = (struct eg_score_metric){"measure", 0, 0};
        for (size_t i = 0; i < UNITS; i++) {
            scores[m * UNITS + i] = 0;
            scores[(MANY + m) * UNITS + i] = (m < better ? 1 : -1) * (1 + 0.01 * (double)i);
        }
    }
    *table = make_table(two, 2, metrics, MANY, UNITS, scores);
    return judge(table);
}

Test(verdict_overall, measures_that_point_both_ways_are_no_overall_verdict)
{
    static const struct {
        size_t better;
        enum eg_standing standing;
    } cases[] = {{15, EG_STANDING_BETTER},   {10, EG_STANDING_BETTER}, {9, EG_STANDING_UNDECIDED},
                 {7, EG_STANDING_UNDECIDED}, {5, EG_STANDING_WORSE},   {0, EG_STANDING_WORSE}};
    double scores[2 * MANY * UNITS];
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct eg_score_table table;
        struct eg_contest contest = judge_split(cases[k].better, scores, &table);
        cr_expect_eq(contest.methods[1].overall, cases[k].standing, "%zu", cases[k].better);
        if (cases[k].better == 7)
            expect_headline(&contest, 1,
                            "better than Expected gradients on 7, worse on 8, no overall verdict: "
                            "better on 47 % of the measures (p 0.012, 8 units); a "
                            "verdict takes twice as many decided measures one way as the other");
        eg_contest_free(&contest);
    }
}

Test(verdict_overall, measures_that_point_both_ways_on_too_few_units)
{
    double scores[2 * MANY * UNITS];
    struct eg_score_table table;
    struct eg_contest contest = judge_split(7, scores, &table);
    eg_contest_free(&contest);
    table.level = 0.005; /* below the 2 / 2^8 / 0.64 of eight units that agree */
    contest = judge(&table);
    expect_headline(&contest, 1,
                    "better than Expected gradients on 7, worse on 8, no overall verdict: better "
                    "on 47 % of the measures (p 0.012, 8 units), which may be chance; if that is "
                    "the share, it takes 10 units");
    eg_contest_free(&contest);
}

Test(verdict_overall, a_lower_level_decides_less)
{
    double scores[2 * MANY * UNITS];
    struct eg_score_table table;
    struct eg_contest contest = judge_split(15, scores, &table);
    /* The shares do not vary: a sign test, 2 / 2^8. */
    expect_near(contest.methods[1].overall_p, 2.0 / 256 / 0.64, "p");
    eg_contest_free(&contest);
    table.level = 0.005;
    contest = judge(&table);
    cr_expect_eq(contest.methods[1].overall, EG_STANDING_UNDECIDED);
    eg_contest_free(&contest);
}

Test(verdict_overall, looks)
{
    size_t looks[EG_MOST_LOOKS];
    cr_assert_eq(eg_compare_looks(0, looks), 5);
    cr_expect(looks[0] == 6 && looks[1] == 9 && looks[4] == 32);
    cr_assert_eq(eg_compare_looks(20, looks), 4);
    cr_expect(looks[2] == 14 && looks[3] == 20);
    cr_assert_eq(eg_compare_looks(6, looks), 1);
    cr_assert_eq(eg_compare_looks(500, looks), 5, "not more than the levels are for");
    cr_expect_lt(eg_compare_look_level(5), eg_compare_look_level(1));
}
