/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a claim came back. Two questions are kept apart: does our number agree with the printed one,
 * and do our own data establish what is claimed.
 *
 *   equal           a number equal at the printed digits
 *   reproduced      a number inside the 95 % prediction interval of a replication, where that interval
 *                   is narrow enough to mean something; an ordering, a bound, "significantly", "nearly
 *                   the same", "no difference" that our own data establish at 5 %, whose printed
 *                   effect, where there is one, lies inside its prediction interval
 *   close           a number without an error model, or regenerated, within the stated slack
 *   inconclusive    neither: and how many replicates would decide
 *   not reproduced  a number outside its prediction interval; the opposite is established; an effect
 *                   shown to be smaller than any the paper's own n could have seen
 *   not attempted   either shown, not judged: measured on other data, or at too small a scale; or not
 *                   measured; and why (enum eg_absence)
 *
 * Numbers (m measured, s its standard error over n replicates, q published over N):
 *   |m - q| <= t s_c, s_c^2 = s^2 + s_q^2 (Patil, Peng and Leek 2016), t of Student's at 97.5 % and our
 *   n - 1 degrees of freedom, s_q as printed, else ours scaled to N (1 where that is not known); wider
 *   by half a unit of the last place printed, or by what reading a figure may be off. Narrow enough:
 *   that is no more than the width of the rule.
 *     exact      equal at the printed digits, or not reproduced
 *     mc [W]     width W, without one a tenth of q; W is the slack of "close" where our number has no error
 *     regenerated W   the same, and "close" outside the interval too: of what was computed again from
 *                the paper's own seeds, whose rounding no interval knows
 *     factor F   the same of logarithms, with width and slack log F
 *
 * Orderings and tests rest on bench/report/evidence.h; claims of one family are adjusted together after
 * Holm, in each direction. Reproduced: one-sided p <= 0.05 that it holds. Not reproduced: one-sided
 * p <= 0.05 of the opposite, or ("small telescopes", Simonsohn 2015) that our effect is below one that the
 * paper's own n finds with power 1/3. On a whole curve it must be established at each point, and is
 * contradicted where one point is, after Bonferroni.
 *     order, significance  nothing more
 *     order LEAD  the value is ahead by more than that
 *     t, t2      t is printed, of pairs or of two samples, and published_p beside it: one claim. Its
 *                effect d = t sqrt(samples / n) must lie where a replication of our n falls in 95 % of
 *                cases (eg_replication_chance), which then stands in place of the opposite and of
 *                the small telescopes
 *     p, p2      the same where p alone is printed
 *   A bound on t is a bound on d, from either side at 5 %. Two values are nearly the same (~ F) where two
 *   one-sided tests show their ratio to be within F; there is no difference (p>) where they show the effect
 *   to be smaller than one the paper's own n finds with power 1/3, and there is one where a two-sided
 *   test at 5 % finds it.
 *
 * Where the data differ from the paper's (column data) orderings are judged, without the printed effect,
 * and numbers are not attempted, with both shown. Where only a stand-in for the data was measured on
 * (eg_dataset_stand_in), stand_in says what came of an ordering there by the same rules.
 *
 * The reason names the test that decided, its statistic and n; where the paper made another, that too.
 */
#ifndef EG_BENCH_JUDGE_H
#define EG_BENCH_JUDGE_H

#include "bench/report/claims.h"
#include "bench/report/evidence.h"
#include "run/experiment.h"

enum eg_verdict {
    EG_EQUAL_DIGITS,
    EG_REPRODUCED,
    EG_CLOSE,
    EG_INCONCLUSIVE,
    EG_NOT_REPRODUCED,
    EG_NOT_ATTEMPTED,
    EG_VERDICTS
};

/* Why a claim is not attempted. */
enum eg_absence {
    EG_ATTEMPTED,  /* it is */
    EG_OTHER_DATA, /* a number, measured on other data than the paper's */
    EG_TOO_SMALL,  /* measured at a smaller scale, or with fewer points, than the claim takes */
    EG_NO_DATA,    /* not measured: its data are not here */
    EG_NOT_RUN,    /* not measured: not run, or not at this scale */
    EG_NO_OUTCOME, /* not measured: nothing here to compare with, as the claim's status says */
    EG_ABSENCES
};

struct eg_judgement {
    const struct eg_claim *claim;
    enum eg_verdict verdict;
    enum eg_absence absence; /* of EG_NOT_ATTEMPTED */
    char reason[512];        /* why; "" where the verdict says all */
    char detail[80];         /* "17 against 16"; "" where there is none */
    double
        measured; /* NAN where there is nothing; of a whole curve the share of points that hold; of a
                         test our t */
    double se;    /* NAN where there is none */
    size_t n;
    double p; /* one-sided, that the claim holds, adjusted for its family; of a number how often a
                       replication is as far off; NAN where there is none */
    size_t
        needed; /* inconclusive: replicates that would decide with power 0.8; 0: not known, or none */
    char dataset[64], scale[16]; /* measured on; "" when there is nothing */
    char stand_in
        [96]; /* "holds on simulated_cohort": an ordering on a stand-in for its data, which is no
                          verdict; "" where there is none */
    struct eg_evidence evidence;      /* of orderings and tests */
    double p_for, p_against, p_small; /* of the evidence, adjusted for the family */
    size_t relatives;                 /* other tests of the family that were made */
};

/* Holds the claim against the results of its experiment, as a family of its own; results NULL or empty:
 * there are none. */
struct eg_judgement eg_judge_claim(const struct eg_claim *claim, const struct eg_results *results);

/* Judges anew the claims that are of one family with others. EG_INTERNAL when memory is short. */
int eg_judge_families(struct eg_judgement *judgements, size_t count, struct eg_error *error);

/* Says of each claim whose data nothing was measured on what came of it on their stand-in, by the same rules.
 * results (count): those of each claim's experiment, NULL where there are none. EG_INTERNAL when memory is
 * short. */
int eg_judge_stand_ins(struct eg_judgement *judgements, const struct eg_results *const *results,
                       size_t count, struct eg_error *error);

/* "not reproduced" */
const char *eg_verdict_name(enum eg_verdict verdict);

/* "shown, not judged: other data"; "" of EG_ATTEMPTED. */
const char *eg_absence_name(enum eg_absence absence);

/* Whether there is a measurement that is shown and not judged. */
int eg_is_shown(enum eg_absence absence);

/* Whether a claim came back: equal, reproduced or close. */
int eg_came_back(enum eg_verdict verdict);

/* The verdict with all that qualifies it: "reproduced (quick scale; 17 against 16)". Returns text. */
char *eg_judgement_text(const struct eg_judgement *judgement, char *text, size_t size);

#endif
