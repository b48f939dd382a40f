/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The history of nightly runs: a file of JSON Lines, only ever appended to, a line for each nightly run
 *   {"history": "night", "version": 2, "time": "2026-11-22T03:10:00Z", "commit", "dirty", "scale",
 *    "seeds": [0, 1, ...], "machine": {"blas_core", "openblas", "gsl", "libc", "compiler"},
 *    "code": {EXPERIMENT: its code hash}, "digests": {EXPERIMENT: [one a seed]},
 *    "seconds": {EXPERIMENT: ...}, "peak_rss_mb": {EXPERIMENT: ...}, "failed": {EXPERIMENT: cells},
 *    "calibration": {NAME: rate}, "steps": {NAME: seconds over those of the calibration},
 *    "measures": [{"experiment", "dataset", "protocol", "method", "metric", "label", "mean"}, ...],
 *    "verdict", "moved": [...], "answer"}
 * ("seconds": of all cells of all seeds, added up; "peak_rss_mb": of the largest process), or a line for
 * a baseline that was moved:
 *   {"history": "accepted", "version": 2, "time", "commit", "scale", "seeds", "machine", "code",
 *    "reason", "digests", "old_commit", "old_digests"}
 * "measures" is left out of the file where an earlier nightly run of the same scale, seeds and digests has
 * them; reading puts them back. "dirty", "seconds", "peak_rss_mb", "failed", "calibration", "steps",
 * "measures", "moved", "old_commit" and "old_digests" may be missing. Each line ends with its "check"
 * (run/seal.h); lines of version 1 have none and are taken as they stand.
 */
#ifndef EG_RUN_HISTORY_H
#define EG_RUN_HISTORY_H

#include <stddef.h>

#include <jansson.h>

#include "base/error.h"
#include "run/store.h"

enum { EG_HISTORY_VERSION = 2 };

struct eg_history {
    json_t *lines;    /* array of good lines in the order of the file */
    size_t malformed; /* lines passed over: no JSON object, or a field missing or of a wrong kind */
    size_t torn;      /* a last line that a killed writer left: passed over */
    size_t backwards; /* good lines of an earlier time than one before them */
    size_t unchecked; /* good lines of version 1, which have no check */
};

/* Reads path; a file that is not there is an empty history. Lines passed over and times that go
 * backwards are warned of as file:line and counted. EG_DATA when the file cannot be read, or holds a
 * line of another version of the format. */
int eg_history_read(const char *path, struct eg_warner warner, struct eg_history *history,
                    struct eg_error *error);
void eg_history_free(struct eg_history *history);

/* The last line of that kind, "night" or "accepted"; NULL when there is none. */
const json_t *eg_history_last(const struct eg_history *history, const char *kind);

/* Appends line under a lock, with "version" and, where it has none, "time" (now, UTC) added to it and
 * "measures" taken out where an earlier nightly run has them; makes the file and its folder. EG_INTERNAL
 * when a field is missing or of a wrong kind; EG_DATA when it cannot be written (the file is as
 * before), or eg_history_read would fail. */
int eg_history_append(const char *path, json_t *line, struct eg_error *error);

#endif
