/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options that all experiment programs share.
 */
#ifndef EG_BENCH_SETTINGS_H
#define EG_BENCH_SETTINGS_H

#include "bench/frame/start.h"
#include "run/experiment.h"
#include "run/shard.h"
#include "run/verify.h"

struct eg_settings {
    struct eg_run run;
    size_t threads;
    size_t nodes; /* to estimate for; 0: for several counts */
    const char *out, *only;
    struct eg_shard shard;
    struct eg_verify_extent verify;
    int force, unchecked, dry_run, estimate, list, json, quiet;
    struct eg_common_options common;
    char *data;       /* what run.data points to; owned */
    void *own;        /* what run.own points to; owned */
    int lacks_memory; /* for it */
    char out_help[256];
    char protocol_choices[64]; /* the experiment's, and "both" where there are several */
};

enum { EG_OPTION_COUNT = 66 };

/* Sets *settings to the defaults, threads being that of --threads, and fills table with the options of
 * the experiment's program, whose targets are in *settings. */
void eg_settings_options(struct eg_settings *settings, const struct eg_experiment *experiment,
                         size_t threads, struct eg_option table[EG_OPTION_COUNT]);

/* Reads the command line by that table, and fills in what it does not give: shard and data folder
 * from the environment. EG_USAGE, or EG_DATA when a data folder that was named
 * cannot be read. */
int eg_settings_read(struct eg_settings *settings, const struct eg_option *table, int argc,
                     char **argv, struct eg_error *error);

void eg_settings_free(struct eg_settings *settings);

#endif
