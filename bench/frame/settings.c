/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/settings.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/data_folder.h"

enum { MOST_THREADS = 4096, MOST_NODES = 1000000, MOST_REPLICATES = 1000000000 };

static void set_defaults(struct eg_settings *settings, const struct eg_experiment *experiment,
                         size_t threads)
{
    const int several = strchr(experiment->protocols, ' ') != NULL;
    *settings = (struct eg_settings){
        .run = {.scale = "quick", .protocol = several ? "both" : experiment->protocols},
        .threads = threads,
        .out = experiment->out ? experiment->out : "results",
    };
    snprintf(settings->protocol_choices, sizeof settings->protocol_choices, "%s%s",
             experiment->protocols, several ? " both" : "");
}

void eg_settings_options(struct eg_settings *settings, const struct eg_experiment *experiment,
                         size_t threads, struct eg_option table[EG_OPTION_COUNT])
{
    struct eg_settings *s = settings;
    set_defaults(s, experiment, threads);
    snprintf(s->out_help, sizeof s->out_help, "folder of results (default %s)", s->out);
    const struct eg_option options[] = {
        {"scale", 's', "SCALE",
         "how much to run: smoke (seconds), quick (minutes; the default), night (hours on "
         "2 cores) or paper (the paper's own counts)",
         eg_parse_choice, &s->run.scale, 0, 0, "smoke quick night paper"},
        {"protocol", 'p', "PROTOCOL",
         "paper: as the published numbers were made; fixed: without "
         "their defects; both (the default, where there are both)",
         eg_parse_choice, &s->run.protocol, 0, 0, s->protocol_choices},
        {"seed", 0, "N", "seed of all random streams (default 0)", eg_parse_seed, &s->run.seed, 0,
         INT64_MAX, NULL},
        {"replicates", 'r', "N", "independent replicates, in place of the scale's own number",
         eg_parse_count, &s->run.replicates, 1, MOST_REPLICATES, NULL},
        {"threads", 't', "N",
         "threads (default: OMP_NUM_THREADS, else all cores); results do not "
         "depend on it",
         eg_parse_count, &s->threads, 1, MOST_THREADS, NULL},
        {"data", 'd', "DIR",
         "folder of data sets (default: EGBENCH_DATA_DIR, else the cache of "
         "fetched data)",
         eg_parse_text, &s->run.data, 0, 0, NULL},
        {"dataset", 0, "NAME", "data set, in place of the experiment's own choice", eg_parse_text,
         &s->run.dataset, 0, 0, NULL},
        {"out", 'o', "DIR", s->out_help, eg_parse_text, &s->out, 0, 0, NULL},
        {"only", 0, "GLOB",
         "only the cells whose name (see --list), or a text value in it, fits "
         "this shell pattern",
         eg_parse_text, &s->only, 0, 0, NULL},
        {"shard", 0, "I/N", "only part I of N (default: from Slurm's or MPI's environment)",
         eg_parse_shard, &s->shard, 0, 0, NULL},
        {"force", 'f', NULL, "run cells again that are in the store already", eg_parse_flag,
         &s->force, 0, 0, NULL},
        {"verify", 0, "N|all|none",
         "rows in the store that other code made are compared with this code: run N cells of each "
         "kind anew, all of the run's, or none (default: one of each kind that takes 10 seconds "
         "at most, and more while all take no longer)",
         eg_parse_verify, &s->verify, 0, 0, NULL},
        {"unchecked", 0, NULL,
         "take rows of the store without a check too: of an older version, or made by hand",
         eg_parse_flag, &s->unchecked, 0, 0, NULL},
        {"dry-run", 'n', NULL, "name the cells that would run, and run none", eg_parse_flag,
         &s->dry_run, 0, 0, NULL},
        {"estimate", 'e', NULL,
         "time a few cells, say how long the run would take, and store "
         "nothing",
         eg_parse_flag, &s->estimate, 0, 0, NULL},
        {"nodes", 0, "N",
         "with --estimate: on N machines of --threads threads each (default: 1, 4, 16, ... as long "
         "as more help)",
         eg_parse_count, &s->nodes, 1, MOST_NODES, NULL},
        {"list", 'l', NULL, "name all cells, each with its outcome in the store", eg_parse_flag,
         &s->list, 0, 0, NULL},
        {"json", 'j', NULL, "print the results as JSON, one object a line", eg_parse_flag, &s->json,
         0, 0, NULL},
        {"quiet", 'q', NULL, "no progress and no closing line on standard error", eg_parse_flag,
         &s->quiet, 0, 0, NULL},
        EG_COMMON_OPTIONS(&s->common)};
    enum { SHARED = sizeof options / sizeof *options };
    _Static_assert(SHARED + EG_OWN_OPTIONS < EG_OPTION_COUNT, "table too small");
    struct eg_option own[EG_OWN_OPTIONS] = {0};
    memset(table, 0, EG_OPTION_COUNT * sizeof *table);
    if (experiment->make_options)
        s->own = experiment->make_options(own);
    s->run.own = s->own;
    s->lacks_memory = experiment->make_options && !s->own;
    memcpy(table, own, sizeof own);
    size_t count = 0;
    while (count < EG_OWN_OPTIONS && own[count].name)
        count++;
    /* Where nothing is published there is no other protocol to ask for. */
    const int has_choice = strcmp(experiment->protocols, "fixed") != 0;
    for (const struct eg_option *option = options; option->name; option++)
        if (has_choice || strcmp(option->name, "protocol") != 0)
            table[count++] = *option;
}

int eg_settings_read(struct eg_settings *settings, const struct eg_option *table, int argc,
                     char **argv, struct eg_error *error)
{
    if (settings->lacks_memory)
        return eg_fail(error, EG_INTERNAL, "out of memory reading the options");
    int status = eg_options_read(table, 0, argc, argv, NULL, error);
    if (status || eg_asks_common(&settings->common))
        return status;
    if (settings->dry_run + settings->estimate + settings->list > 1)
        return eg_fail(error, EG_USAGE, "--dry-run, --estimate and --list: give one of them only");
    if (settings->nodes && !settings->estimate)
        return eg_fail(error, EG_USAGE, "--nodes %zu: it belongs to --estimate; give that too",
                       settings->nodes);
    if (settings->shard.count == 0)
        status = eg_shard_from_environment(&settings->shard, error);
    if (!status && settings->nodes && settings->shard.count > 1)
        status = eg_fail(
            error, EG_USAGE,
            "--nodes %zu estimates for a whole run, and this is shard %zu of %zu (%s); "
            "give --shard 1/1",
            settings->nodes, settings->shard.index, settings->shard.count, settings->shard.source);
    if (!status)
        status = eg_find_data_folder(settings->run.data, &settings->data, error);
    settings->run.data = settings->data;
    settings->run.out = settings->out;
    return status;
}

void eg_settings_free(struct eg_settings *settings)
{
    free(settings->data);
    free(settings->own);
    settings->data = NULL;
    settings->own = NULL;
}
