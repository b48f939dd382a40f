/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The nightly runs of a history (run/history.h) as series, for the report's page: each measure, the time of
 * each step, the time and memory of each experiment.
 */
#ifndef EG_BENCH_TRENDS_H
#define EG_BENCH_TRENDS_H

#include "bench/frame/nightly_reference.h"
#include "run/history.h"

enum { EG_TREND_NIGHTLY_RUNS = 90 }; /* so many of the last are shown */

struct eg_trend {
    /* Where in a nightly run's line: "measures", else "steps", "seconds", "peak_rss_mb" or "calibration". */
    const char *field;
    /* Names of a measure; of any other only metric, which is its name there, the others "". */
    struct eg_measure names;
    double
        values[EG_TREND_NIGHTLY_RUNS]; /* one for each nightly run shown; NAN where it has none */
    unsigned char moved[EG_TREND_NIGHTLY_RUNS];   /* whether the nightly run's verdict names it */
    double expected, expected_low, expected_high; /* see eg_trends_load; NAN where not known */
};

struct eg_trends {
    struct eg_history history;
    struct eg_nightly reference; /* without measures where there is none of that scale */
    /* The last nightly runs of the last one's scale and seeds, oldest first. */
    const json_t *nightly_runs[EG_TREND_NIGHTLY_RUNS];
    size_t lines[EG_TREND_NIGHTLY_RUNS]; /* where in history.lines each stands */
    size_t nightly_run_count;
    struct eg_trend *items; /* in the order of the lines */
    size_t count, capacity;
};

/* Reads the history, and the reference beside it: reference/nightly.jsonl, for a scale other than smoke
 * reference/nightly-SCALE.jsonl; one that cannot be read is warned of and left out. Expected is
 *   of a measure: the reference's mean over the nightly run's seeds (over all of its seeds where it lacks one),
 *     low and high 2 standard errors of such a mean away, as far as other seeds would take it;
 *   of a time or size: the median of the nightly runs before the last EG_STEP_NIGHTLY_RUNS, of those of the last one's
 *     machine and baseline, low and high a step of EG_STEP_SIZE away.
 * EG_DATA when the history cannot be read. */
int eg_trends_load(struct eg_trends *trends, const char *history, struct eg_warner warner,
                   struct eg_error *error);

void eg_trends_free(struct eg_trends *trends);

/* Of a series the last nightly run shown with a value; nightly_run_count when there is none. */
size_t eg_trend_last(const struct eg_trends *trends, const struct eg_trend *trend);

/* How many of the nightly runs shown name the series. */
size_t eg_trend_times_moved(const struct eg_trends *trends, const struct eg_trend *trend);

/* What a reader has to know first. */
enum eg_alarm {
    EG_NIGHTLY_RUN_NONE,     /* there is no nightly run yet */
    EG_NIGHTLY_RUN_FINE,     /* verdict "same" or "quiet" */
    EG_NIGHTLY_RUN_ACCEPTED, /* the last nightly run moved, and the baseline was moved after it */
    EG_NIGHTLY_RUN_UNCLEAR,  /* a verdict that is none of these */
    EG_NIGHTLY_RUN_BROKEN,
    EG_NIGHTLY_RUN_DRIFT
};

/* The state after the last line. */
enum eg_alarm eg_trends_alarm(const struct eg_trends *trends);

/* The state of one nightly run by its verdict. */
enum eg_alarm eg_nightly_run_alarm(const json_t *nightly_run);

/* Whether a baseline was accepted after the nightly run shown before this one (nightly run 0: always no). */
int eg_trends_accepted_before(const struct eg_trends *trends, size_t nightly_run);

/* The text of a line's field; "" where it has none. */
const char *eg_history_text(const json_t *line, const char *field);

/* The mark of a state, one character of UTF-8, and its class in the style sheet: "v0" to "v4". */
const char *eg_alarm_mark(enum eg_alarm alarm);
const char *eg_alarm_class(enum eg_alarm alarm);

#endif
