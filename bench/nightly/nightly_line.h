/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines that a history (run/history.h) gets.
 */
#ifndef EG_BENCH_NIGHTLY_LINE_H
#define EG_BENCH_NIGHTLY_LINE_H

#include "bench/frame/nightly_reference.h"

/* The line of a nightly run. nightly_run: its runs, as eg_nightly_collect gives them. steps: {"calibration", "steps"}
 * as egbench-kernels prints them, or NULL. verdict: {"verdict", "answer", "moved"} as egbench-drift
 * prints them, whatever else is there. A new reference; NULL with *error filled when memory is short. */
json_t *eg_nightly_line(const struct eg_nightly *nightly_run, const json_t *steps,
                        const json_t *verdict, struct eg_error *error);

/* The line of a baseline that moved from the old reference (NULL: there was none) to the new. */
json_t *eg_nightly_accepted_line(const struct eg_nightly *old, const struct eg_nightly *new,
                                 const char *reason, struct eg_error *error);

#endif
