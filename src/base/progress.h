/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much is done and how long the rest takes: one rewritten line on a terminal, a line a minute elsewhere.
 */
#ifndef EG_BASE_PROGRESS_H
#define EG_BASE_PROGRESS_H

#include <stddef.h>
#include <stdio.h>

struct eg_progress {
    FILE *stream; /* NULL: silent */
    int is_terminal;
    const char *label;
    size_t count, done;
    double cost, cost_done; /* remaining time is reckoned by cost, not by count */
    double cost_given;      /* of cost_done: what an earlier run did and this one found */
    double started, drawn;  /* seconds of eg_clock() */
};

/* Whom a long piece of work tells how far it is. */
struct eg_listener {
    void *context;
    double part; /* of the listener's whole that this work is */
    /* A further share of the whole, from 0 to 1, is done; is_given: it was there before. Any thread
     * may call. */
    void (*hear)(void *context, double share, int is_given);
};

/* Tells that a further share of the work is done; listener NULL: nobody. */
void eg_tell(const struct eg_listener *listener, double share, int is_given);

/* Seconds of a clock that only goes forward. */
double eg_clock(void);

/* Begins; stream NULL: nothing is ever written. A terminal has its line at once, what is none (a file, a pipe)
 * has one from a minute on. */
struct eg_progress eg_progress_start(FILE *stream, const char *label, size_t count, double cost);

/* One item is done, the rest of it of that cost: tells, on a terminal ten times a second at most. One thread at a time. */
void eg_progress_step(struct eg_progress *progress, double cost);

/* A part of an item, of that cost, is done; is_given: an earlier run did it. One thread at a time. */
void eg_progress_advance(struct eg_progress *progress, double cost, int is_given);

/* Wipes the line of a terminal. */
void eg_progress_end(struct eg_progress *progress);

/* seconds as "12.3 s", "4 min 05 s", "3 h 20 min" or "2 d 4 h", into text; returns text. */
const char *eg_format_duration(double seconds, char *text, size_t size);

#endif
