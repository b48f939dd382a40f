/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the experiments gave for several seeds: the reference that nightly runs are compared with, a nightly run's
 * own runs, and the runs that confirm it. Read from stores, FOLDER/seed-N/runs/EXPERIMENT.jsonl for each seed N, or
 * from a file of JSON Lines that eg_nightly_write wrote:
 *   {"reference": "nightly", "version": 3, "scale": "smoke", "seeds": [0, 1, ...],
 *    "machine": {"blas_core", "openblas", "gsl", "libc", "compiler"}, "commit", "dirty", "made",
 *    "code": {EXPERIMENT: its code hash}, "digests": {EXPERIMENT: [one a seed]},
 *    "cpu", "measures": how many lines follow}
 * and a line for each measure,
 *   {"experiment", "dataset", "protocol", "method", "versus", "metric", "statistic", "label", "values": [one a seed]}
 * where a value is null when the seed has none. Every line ends with its "check" (run/seal.h).
 */
#ifndef EG_BENCH_NIGHTLY_REFERENCE_H
#define EG_BENCH_NIGHTLY_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "run/experiment.h"
#include "run/store.h"

enum { EG_NIGHTLY_VERSION = 3, EG_NIGHTLY_SEEDS = 1000 };

/* A plain result of a summary, of each seed's rows alone. */
struct eg_measure {
    char experiment[32], dataset[64], protocol[16], method[128], versus[128], metric[64],
        statistic[24], label[64]; /* as in struct eg_result */
    double *values;               /* one a seed; NAN where the seed has none */
};

struct eg_nightly {
    json_t *facts;     /* the first line of the file; from stores also "seconds", "peak_rss_mb" and
                      "failed": {EXPERIMENT: over all seeds}, and no "made" */
    const char *scale; /* in facts */
    uint64_t *seeds;
    size_t seed_count;
    struct eg_measure *measures; /* in the order of the experiments and of their summaries */
    size_t count, capacity;
};

/* Sums up the stores of these seeds, as the command line gives them, of this code alone, seed by seed. A store with no
 * such row is no error: its digest is "" and its values are NAN. EG_DATA when a store cannot be read, has rows of
 * other code or another scale beside them, or no seed has any row, of whatever code. */
int eg_nightly_collect(struct eg_nightly *nightly, const char *folder, const char *scale,
                       const char *seeds, const struct eg_experiment *const *experiments,
                       struct eg_warner warner, struct eg_error *error);

/* Reads a file. EG_DATA when it is not there, of another version, or a line of it is gone or changed, naming
 * the line. */
int eg_nightly_read(struct eg_nightly *nightly, const char *path, struct eg_error *error);

/* Writes the file, whole or not at all; numbers keep every bit. "made" is the time, UTC. */
int eg_nightly_write(const struct eg_nightly *nightly, const char *path, struct eg_error *error);

void eg_nightly_free(struct eg_nightly *nightly);

/* Appends a measure of these names, its values NAN; valid until the next is added. NULL with *error
 * filled when memory is short. */
struct eg_measure *eg_nightly_add(struct eg_nightly *nightly, const struct eg_measure *names,
                                  struct eg_error *error);

/* The names of a result of that experiment. */
struct eg_measure eg_measure_name(const char *experiment, const struct eg_result *result);

/* The names as JSON, {"experiment", ..., "label"}; NULL when memory is short. */
json_t *eg_measure_pack(const struct eg_measure *names);

/* The names in a JSON object; -1 where one is missing or too long, which is "" then. */
int eg_measure_read(struct eg_measure *names, const json_t *object);

/* Whether the names are the same, whatever the values. */
int eg_measure_is_like(const struct eg_measure *a, const struct eg_measure *b);

/* The measure of the same names, or NULL. */
const struct eg_measure *eg_nightly_find(const struct eg_nightly *nightly,
                                         const struct eg_measure *like);

/* Where the seed stands among the seeds; seed_count when it is none of them. */
size_t eg_nightly_seed(const struct eg_nightly *nightly, uint64_t seed);

/* The experiment's digest of the seed at that position, 32 characters; "" when it has none. */
const char *eg_nightly_digest(const struct eg_nightly *nightly, const char *experiment,
                              size_t position);

/* Reads seeds as the command line gives them, "0..9" or "3,5,8..10": ascending, each once. *seeds is the
 * caller's (free). EG_USAGE naming what is wrong. */
int eg_parse_seeds(const char *text, uint64_t **seeds, size_t *count, struct eg_error *error);

#endif
