/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/manual.h"

#include <stdio.h>

static const struct eg_term environment[] = {
    {"EGBENCH_CLAIM_SECONDS", "how long cells that another process on the same store holds may "
                              "bring no row until they are run here too, at "
                              "least 20 times as long as the longest cell took (default 600)"},
    {"EGBENCH_DATA_DIR", "folder of data sets, where --data is not given"},
    {"OMP_NUM_THREADS", "threads, where --threads is not given"},
    {"SLURM_ARRAY_TASK_ID, SLURM_PROCID, OMPI_COMM_WORLD_RANK, PMI_RANK",
     "which shard to run, where --shard is not given; each with its count"},
    {"XDG_CACHE_HOME", "where the fetched data sets are, in its folder egbench"},
    {NULL, NULL},
};

int eg_answer_experiment(const struct eg_common_options *common,
                         const struct eg_experiment *experiment, const char *program,
                         const struct eg_option *options)
{
    char description[4096], rows[128], claims[128], shards[160], smoke[128], array[160];
    if (experiment->description)
        snprintf(description, sizeof description, "%s", experiment->description);
    else
        snprintf(
            description, sizeof description,
            "%s: %s.\n\nReproduces %s of Erion et al. (2021). The experiment is a grid of cells; "
            "each is stored as soon as it is done, and one that is in the store is not run again, "
            "so a run that was killed goes on with the same command. The tables are printed to "
            "standard output.",
            program, experiment->title, experiment->reproduces);
    snprintf(rows, sizeof rows, "DIR/runs/%s.jsonl", experiment->name);
    snprintf(shards, sizeof shards, "DIR/runs/%s.shard-I-of-N.jsonl", experiment->name);
    snprintf(claims, sizeof claims, "DIR/runs/%s.claims", experiment->name);
    snprintf(smoke, sizeof smoke, "%s --scale smoke", program);
    snprintf(array, sizeof array, "sbatch --array=1-50 --wrap '%s --scale paper'", program);
    const struct eg_term files[] = {
        {rows, "the store: one JSON object a line for each cell, under the folder of --out"},
        {shards, "the same for a shard; egbench-report merges them"},
        {claims, "which process is at work on which cell, by locks; always empty"},
        {"DIR/checkpoints", "where long cells keep their progress, so that a killed run goes on "
                            "there; emptied as they "
                            "end, and what versions before have left may be deleted"},
        {NULL, NULL}};
    const struct eg_term examples[] = {
        {smoke, "a run of seconds, its tables on standard output"},
        {array, "the paper's own counts, spread over fifty tasks of a cluster"},
        {NULL, NULL}};
    const struct eg_manual manual = {.program = program,
                                     .title = experiment->title,
                                     .description = description,
                                     .options = options,
                                     .exit_codes = eg_exit_codes,
                                     .environment = environment,
                                     .files = files,
                                     .examples = experiment->examples ? experiment->examples
                                                                      : examples,
                                     .see_also = "egbench egbench-report egbench-reproduce",
                                     .version = EG_BUILD_VERSION,
                                     .date = EG_MANUAL_DATE};
    return eg_answer_common(common, &manual);
}
