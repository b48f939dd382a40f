/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether anything is wrong after a night, and how that is shown.
 */
#ifndef EG_BENCH_NIGHT_ALARM_H
#define EG_BENCH_NIGHT_ALARM_H

#include "bench/report/trends.h"

/* What a reader has to know first. */
enum eg_alarm {
    EG_NIGHT_NONE,     /* there is no night yet */
    EG_NIGHT_FINE,     /* verdict "same" or "quiet" */
    EG_NIGHT_ACCEPTED, /* the last night moved, and the baseline was moved after it */
    EG_NIGHT_UNCLEAR,  /* a verdict that is none of these */
    EG_NIGHT_BROKEN,
    EG_NIGHT_DRIFT
};

/* The state after the last line. */
enum eg_alarm eg_trends_alarm(const struct eg_trends *trends);

/* The state of one night by its verdict. */
enum eg_alarm eg_night_alarm(const json_t *night);

/* Whether a baseline was accepted after the night shown before this one (night 0: always no). */
int eg_trends_accepted_before(const struct eg_trends *trends, size_t night);

/* The text of a line's field; "" where it has none. */
const char *eg_history_text(const json_t *line, const char *field);

/* The mark of a state, one character of UTF-8, and its class in the style sheet: "v0" to "v4". */
const char *eg_alarm_mark(enum eg_alarm alarm);
const char *eg_alarm_class(enum eg_alarm alarm);

#endif
