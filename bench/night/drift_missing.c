/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/night/drift_missing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/missing_cells.h"
#include "datasets/data_folder.h"

/* What the stores are looked through for. */
struct looking {
    struct eg_drift_change *change;
    const struct eg_experiment *experiment;
    const struct eg_nightly *reference, *night;
    const char *data; /* folder of data sets; NULL: none */
    struct eg_warner warner;
};

/* Whether the measure is the reference's first of its experiment and data set. */
static int begins_grid(const struct eg_nightly *reference, size_t index)
{
    const struct eg_measure *measure = &reference->measures[index];
    for (size_t i = 0; i < index; i++)
        if (strcmp(reference->measures[i].experiment, measure->experiment) == 0 &&
            strcmp(reference->measures[i].dataset, measure->dataset) == 0)
            return 0;
    return 1;
}

static void look_at_grid(const struct looking *looking, const struct eg_store *store,
                         const struct eg_measure *measure, uint64_t seed)
{
    struct eg_drift_change *change = looking->change;
    struct eg_result grid = {.protocol = "both", .seed = seed};
    struct eg_missing missing;
    struct eg_error why;
    snprintf(grid.dataset, sizeof grid.dataset, "%s", measure->dataset);
    snprintf(grid.scale, sizeof grid.scale, "%s", looking->night->scale);
    if (eg_find_missing(looking->experiment, &grid, store, looking->data, (struct eg_warner){0},
                        &missing, &why)) {
        eg_warn(&looking->warner, "%s: what seed %llu lacks of %s is not known: %s",
                change->experiment, (unsigned long long)seed, grid.dataset, why.message);
        return;
    }
    if (missing.missing && !change->lacking)
        snprintf(change->first_lacking, sizeof change->first_lacking, "%s", missing.first);
    change->lacking += missing.missing;
    change->lacking_of += missing.cells;
}

static int look_at_seed(const struct looking *looking, const char *folder, uint64_t seed,
                        struct eg_error *error)
{
    const struct eg_nightly *reference = looking->reference;
    const char *name = looking->experiment->name;
    struct eg_store store;
    char own[4096];
    snprintf(own, sizeof own, "%s/seed-%llu", folder, (unsigned long long)seed);
    int status = eg_store_make(&store, name, (struct eg_warner){0}, error);
    if (!status)
        status = eg_store_load(&store, own, error);
    for (size_t i = 0; !status && i < reference->count; i++)
        if (strcmp(reference->measures[i].experiment, name) == 0 && begins_grid(reference, i))
            look_at_grid(looking, &store, &reference->measures[i], seed);
    eg_store_free(&store);
    return status;
}

int eg_drift_find_missing(struct eg_drift_change *change, const struct eg_experiment *experiment,
                          const struct eg_nightly *reference, const struct eg_nightly *night,
                          const char *folder, struct eg_warner warner, struct eg_error *error)
{
    char *data = NULL;
    (void)eg_find_data_folder(NULL, &data, NULL);
    const struct looking looking = {.change = change,
                                    .experiment = experiment,
                                    .reference = reference,
                                    .night = night,
                                    .data = data,
                                    .warner = warner};
    int status = EG_OK;
    for (size_t i = 0; i < night->seed_count && !status; i++)
        status = look_at_seed(&looking, folder, night->seeds[i], error);
    free(data);
    return status;
}
