/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes planted into an experiment: its cells run with a configuration that was changed behind its back,
 * while their rows keep the configuration they were listed with. So a fault of known size comes about
 * without any code for it in the experiment.
 */
#ifndef EG_BENCH_DRIFT_PLANT_H
#define EG_BENCH_DRIFT_PLANT_H

#include "bench/frame/nightly_reference.h"

enum eg_plant_kind { EG_PLANT_NEGATE, EG_PLANT_HALVE };

struct eg_plant {
    const char *experiment, *what;
    const char *field; /* of the configuration: a number, or an array of numbers */
    enum eg_plant_kind kind;
    const char *only_field, *only_value; /* only cells with this text there; NULL: all */
};

/* The changes that are replayed; the last has experiment NULL. */
extern const struct eg_plant eg_plants[];

/* A copy of the configuration with the change (a new reference); *applies: whether there was one. Whole
 * numbers are halved downwards, to 1 at least. NULL when memory is short. */
json_t *eg_plant_apply(const struct eg_plant *plant, const json_t *config, int *applies);

/* Runs the smoke scale of the experiment without data from outside for so many seeds, from first on, with the change
 * (NULL: as it is), and sums it up seed by seed, under the names 0 .. seeds-1. Free with eg_nightly_free, also after
 * failure. */
int eg_plant_run(struct eg_nightly *nightly, const struct eg_experiment *experiment,
                 const struct eg_plant *plant, size_t first, size_t seeds, size_t threads,
                 struct eg_error *error);

#endif
