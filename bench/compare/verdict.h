/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verdict of comparing attribution methods on one data set: what each method
 * scores, how far that is from a reference method (expected gradients), and what
 * the numbers allow one to say. A unit is one trained model on one split of the
 * rows; all methods are scored on the same units, so they are compared in pairs.
 */
#ifndef EG_BENCH_VERDICT_H
#define EG_BENCH_VERDICT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* In place of a method's number: there is none. */
#define EG_NO_METHOD ((size_t)-1)

/* Fewer units with numbers of both methods say nothing. */
enum { EG_LEAST_UNITS = 5 };

/* Units are reckoned so that a difference is found with this power, and up to so many. */
#define EG_POWER 0.8
enum { EG_MOST_UNITS = 1000 };

/* A method whose attributions change less when the model's weights are drawn anew, as a share of
 * what unrelated numbers would, is flagged: they say little of what the model has learned. */
#define EG_LEAST_RANDOMISATION 0.5

struct eg_score_metric {
    const char *name; /* "KPM" */
    int lower_is_better;
    int is_blind_to_sign; /* the same for phi and -phi: not checked with the flipped oracle */
};

/* What a method took on a unit; NaN where not known. */
struct eg_unit_cost {
    double seconds, gradient_evaluations, bytes;
};

/* A unit, as its rows tell. */
struct eg_unit_fact {
    const char *name, *network; /* NULL: not known */
    const char *labels;         /* how they were taken; NULL: as they are */
    int is_classes;             /* the score is a ROC-AUC, else R2 */
    double score;               /* of the network on the rows explained; NaN: not known */
};

/* The numbers to judge. Owned by the caller, who keeps them as long as the comparison. */
struct eg_score_table {
    const char *dataset, *model;
    const char *title; /* for readers, in place of data set and model; NULL: these */
    const char *const *methods;
    size_t method_count;
    const struct eg_score_metric *metrics;
    size_t metric_count, unit_count;
    const double *scores;             /* method x metric x unit; not finite: missing */
    const struct eg_unit_cost *costs; /* method x unit; NULL: not known */
    /* method x unit: how much attributions change when the model's weights are drawn anew, 0 not at
     * all, 1 as much as unrelated numbers would; not finite: not known. NULL: of none. */
    const double *randomisation;
    const struct eg_unit_fact *facts; /* unit; NULL: not known */
    size_t reference;                 /* the method the others are compared with */
    size_t floor;                     /* random attributions, or EG_NO_METHOD */
    size_t ceiling;                   /* the oracle, or EG_NO_METHOD */
    size_t flipped;                   /* the oracle with its sign turned, or EG_NO_METHOD */
    size_t candidate;                 /* the method that all is about; the reference: none */
    size_t candidates;                /* such methods, the last ones; 0: that one */
    const char *const *remarks; /* what is to be said beside the numbers; printed after the notes */
    size_t remark_count;
    size_t notices;            /* the last remarks, so many, are of use beside the program alone */
    const char *ceiling_title; /* for readers; NULL: as bench/frame/names.h has it */
    /* Rows of a unit where units are splits of the same rows: tests are then corrected for what the
     * units share. 0: the units are independent. */
    size_t n_train, n_test;
    /* Where units are parts of the test rows of so many models, the same in each part: no model is
     * trained anew, n_train is 0 and all parts together have part_rows rows. 0: each its own. */
    size_t part_models, part_rows;
    int are_classes; /* each part has the rows of a class, and explains its output */
    /* The split of each unit, where several models stand on the same split: such units say much the
     * same, so all is averaged over them first and n counts splits. NULL: each unit is its own. */
    const size_t *splits;
    double
        level; /* of tests; 0: 0.05. Less where one may look several times, as with --units auto */
    uint64_t seed;    /* of the bootstrap */
    size_t resamples; /* of the bootstrap; 0: 10000 */
    int is_brief; /* standings and overall verdicts alone: no units_needed, wins_p, ranks and duels, no intervals of
                     normalised and cost */
};

/* Of a method on a metric, beside the reference. */
enum eg_standing {
    EG_STANDING_NONE,      /* no unit has numbers of both */
    EG_STANDING_TOO_FEW,   /* fewer than EG_LEAST_UNITS have */
    EG_STANDING_SAME,      /* equal numbers on all of them */
    EG_STANDING_UNDECIDED, /* Holm's p is the level or more */
    EG_STANDING_BETTER,
    EG_STANDING_WORSE
};

/* A method on a metric. Differences are method less reference, turned so that more is better; such
 * within 1e-12 + 1e-9 of the larger number are taken as 0. NaN wherever there is nothing to say.
 * Intervals take the pairs as independent; only judged_p allows for rows that splits share. */
struct eg_score_cell {
    double mean, se;   /* of the metric itself, over its n units, or splits where these are given */
    size_t n, missing; /* missing counts units */
    size_t pairs;      /* units, or splits, with numbers of both method and reference */
    double difference; /* mean over the pairs */
    double low, high;  /* 95 % over the pairs (stats/mean_interval.h); NaN where they do not vary */
    double effect;     /* difference in standard deviations of the pairs (Cohen's d); NaN as low */
    /* Units, or splits, that would find a difference of that size with EG_POWER at Holm's hardest
     * step; 0: more than EG_MOST_UNITS, or no number of splits of the same rows. */
    size_t units_needed;
    double t, p;                     /* paired t-test, two-sided */
    double corrected_t, corrected_p; /* corrected resampled t-test; NaN without n_train */
    /* The p judged: corrected_p, else p. Where the pairs do not vary, of the sign test. */
    double judged_p;
    double holm_p; /* judged_p adjusted for all metrics of the method with EG_LEAST_UNITS pairs */
    double improvement; /* share of pairs in which the method is better; ties count half */
    double
        normalised; /* (method - floor) / (ceiling - floor), of means over the units that have all
                           three; NaN where the ceiling is not above the floor (p < 0.05) */
    enum eg_standing standing;
};

/* A method on all metrics. */
struct eg_method_verdict {
    size_t counts[EG_STANDING_WORSE + 1]; /* metrics of each standing */
    size_t fewest_pairs, most_pairs;      /* of the metrics that have any */
    /* Numbers missing of those wanted: one a unit on each metric that it has any number of; on all
     * metrics, where it has none at all. */
    size_t missing, wanted;
    size_t wins, losses, ties; /* metrics by the sign of the difference of means alone */
    double wins_p,
        losses_p;     /* how often so many more wins than losses, or losses than wins, come about
                                when the differences of each unit, on all metrics together, take the
                                other sign or not by a coin: metrics that measure much the same stay
                                together. Of all signs for up to 12 units, else of 4095 drawn ones */
    double mean_rank; /* 1: best; over the rank_count pairs of metric and unit on which all
                                methods but the flipped one have a number */
    /* Probability of improvement (Agarwal et al. 2021) over the reference: share of metrics in
     * which a unit is better, mean over units, with 95 % over units (stats/mean_interval.h) */
    double improvement, improvement_low, improvement_high;
    /* The one question before all others: better, or worse, all in all? By one test of that share
     * less a half over the units, at the level; and of the measures that are decided, at least
     * twice as many must be better as worse, or worse as better. Not corrected for other methods.
     * */
    enum eg_standing overall;
    double overall_p, overall_effect;
    size_t overall_units_needed; /* as units_needed, at the level itself */
    double rank_low, rank_high;  /* 95 % of unit_rank over units */
    double
        unit_rank; /* as mean_rank, each unit's own mean first; of units in which all have a number */
    double normalised; /* mean over normalised_count metrics */
    size_t normalised_count;
    double normalised_low, normalised_high;  /* 95 % over units; NaN where they do not vary */
    struct eg_unit_cost cost;                /* means over units */
    struct eg_unit_cost cost_low, cost_high; /* 95 % over units; NaN where they do not vary */
    double randomisation;                    /* mean over units; NaN: not known */
    int ignores_model;                       /* that is below EG_LEAST_RANDOMISATION */
};

enum eg_check_state {
    EG_CHECK_ABSENT,     /* oracle, random or flipped oracle is not there */
    EG_CHECK_NO_NUMBERS, /* they are, but have no numbers on this metric */
    EG_CHECK_TOO_FEW,    /* fewer than EG_LEAST_UNITS units */
    EG_CHECK_FAILED,     /* the metric cannot tell them apart on this data set */
    EG_CHECK_PASSED /* oracle above random above flipped oracle (which a metric blind to sign is
                         spared), each with one-sided p < 0.05 */
};

/* A difference, more is better, its one-sided p, and over how many pairs; NaN and 0: not tested. */
struct eg_check_step {
    double difference, p;
    size_t pairs;
};

/* Does a metric put a planted oracle above random, and random above the flipped oracle? */
struct eg_metric_check {
    struct eg_check_step above, below; /* oracle less random, random less flipped */
    enum eg_check_state state;
};

/* A method against another: measures on which it is better, on which it is not, and those that are
 * not decided, by Holm over the measures at the level. */
struct eg_duel {
    size_t wins, losses, ties;
    double
        rank_p; /* of the difference of their units' mean ranks, by Holm over all pairs; NaN: not tested */
};

struct eg_contest {
    const struct eg_score_table *table;
    struct eg_score_cell *cells; /* method x metric */
    struct eg_method_verdict *methods;
    struct eg_metric_check *checks; /* a metric each */
    struct eg_duel *duels;          /* method x method */
    size_t rank_count, rank_units;
};

/* The place of the method of that name; method_count where there is none. */
size_t eg_score_method(const struct eg_score_table *table, const char *name);

/* Judges *table. The same table gives the same bits. EG_USAGE when there is no method, metric or
 * unit or a role names no method; EG_INTERNAL when memory is short. Nothing is owned on failure. */
int eg_contest_make(const struct eg_score_table *table, struct eg_contest *comparison,
                    struct eg_error *error);

void eg_contest_free(struct eg_contest *comparison);

const struct eg_score_cell *eg_contest_cell(const struct eg_contest *comparison, size_t method,
                                            size_t metric);

/* "better than Expected gradients on 3, worse on 12 and undecided on 3 of 18 metrics (Holm, 5 %; 10
 * units)": one line that claims no more than the tests do. Returns text. */
char *eg_contest_conclude(const struct eg_contest *comparison, size_t method, char *text,
                          size_t size);

/* "worse than Expected gradients overall: better on 21 % of the measures (12 to 30 %; p 0.003, 6
 * units)": one sentence on the one question. Returns text. */
char *eg_contest_headline(const struct eg_contest *comparison, size_t method, char *text,
                          size_t size);

/* Measures of a method by what can be said of them. */
enum eg_finding {
    EG_FINDING_BETTER,
    EG_FINDING_WORSE,
    EG_FINDING_SAME,
    EG_FINDING_UNDECIDED, /* up to twice the units there are would find such a difference */
    EG_FINDING_BEYOND,    /* it takes more, or there are fewer than EG_LEAST_UNITS */
    EG_FINDING_NONE,      /* no numbers of both */
    EG_FINDINGS
};

enum eg_finding eg_contest_find(const struct eg_contest *comparison, size_t method, size_t metric);

/* "KPM ↑, infidelity ↓": the measures of that finding; of those beyond reach with the units it
 * takes, "KPM ↑ (14)". Returns how many. */
size_t eg_contest_name_measures(const struct eg_contest *comparison, size_t method,
                                enum eg_finding finding, char *text, size_t size);

/* Whether all is about the method. */
int eg_is_candidate(const struct eg_score_table *table, size_t method);

/* The level of the table's tests. */
double eg_level_of(const struct eg_score_table *table);

/* "KPM cannot tell the oracle from random (...)", or "" for a metric that has not failed its check.
 * Returns text. */
char *eg_contest_warn(const struct eg_contest *comparison, size_t metric, char *text, size_t size);

/* What to read the numbers with care for, one of so many notes: a metric that failed its check,
 * those that could not be checked, a method that ignores the model's weights. Many are "". Returns
 * text. */
size_t eg_contest_note_count(const struct eg_contest *comparison);
char *eg_contest_note(const struct eg_contest *comparison, size_t note, char *text, size_t size);

#endif
