/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/dataset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "datasets/interactions.h"
#include "datasets/linear60.h"
#include "datasets/nhanes.h"
#include "datasets/simulated_cohort.h"

/* Every data set has one line here. */
#define SOURCES(SOURCE)                                                                            \
    SOURCE(eg_corrgroups60)                                                                        \
    SOURCE(eg_independentlinear60)                                                                 \
    SOURCE(eg_interactions)                                                                        \
    SOURCE(eg_nhanes)                                                                              \
    SOURCE(eg_simulated_cohort)

#define DECLARE(name) extern const struct eg_dataset_source name;
#define ADDRESS(name) &name,
SOURCES(DECLARE)

const struct eg_dataset_source *const eg_dataset_sources[] = {SOURCES(ADDRESS) NULL};

int eg_dataset_alloc(struct eg_dataset *dataset, size_t n, size_t p, struct eg_error *error)
{
    *dataset = (struct eg_dataset){.n = n, .p = p};
    dataset->y = eg_alloc(n, sizeof *dataset->y, error);
    dataset->feature_names = eg_alloc(p, sizeof *dataset->feature_names, error);
    if (!dataset->y || !dataset->feature_names ||
        eg_matrix_alloc(&dataset->x, n, p, error) != EG_OK) {
        eg_dataset_free(dataset);
        return EG_INTERNAL;
    }
    return EG_OK;
}

void eg_dataset_free(struct eg_dataset *dataset)
{
    for (size_t j = 0; dataset->feature_names && j < dataset->p; j++)
        free(dataset->feature_names[j]);
    free(dataset->feature_names);
    free(dataset->beta);
    free(dataset->y);
    eg_matrix_free(&dataset->x);
    *dataset = (struct eg_dataset){0};
}

int eg_dataset_name_feature(struct eg_dataset *dataset, size_t column, const char *name,
                            struct eg_error *error)
{
    dataset->feature_names[column] = strdup(name);
    return dataset->feature_names[column] ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory");
}

static int have_same_pattern(const struct eg_matrix *x, size_t a, size_t b)
{
    for (size_t i = 0; i < x->rows; i++)
        if (!isnan(eg_row(x, i)[a]) != !isnan(eg_row(x, i)[b]))
            return 0;
    return 1;
}

static int has_missing(const struct eg_matrix *x, size_t column)
{
    for (size_t i = 0; i < x->rows; i++)
        if (isnan(eg_row(x, i)[column]))
            return 1;
    return 0;
}

/* The columns whose pattern no column before them has; returns how many. */
static size_t find_patterns(const struct eg_matrix *x, size_t *patterns)
{
    size_t count = 0;
    for (size_t j = 0; j < x->cols; j++) {
        int seen = !has_missing(x, j);
        for (size_t k = 0; k < count && !seen; k++)
            seen = have_same_pattern(x, patterns[k], j);
        if (!seen)
            patterns[count++] = j;
    }
    return count;
}

static int copy_names(struct eg_dataset *wide, const struct eg_dataset *narrow,
                      const size_t *patterns, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t j = 0; j < wide->p && status == EG_OK; j++) {
        char name[256];
        const int is_flag = j >= narrow->p;
        snprintf(name, sizeof name, "%s%s", is_flag ? "missing_" : "",
                 narrow->feature_names[is_flag ? patterns[j - narrow->p] : j]);
        status = eg_dataset_name_feature(wide, j, name, error);
    }
    return status;
}

int eg_dataset_add_missing_flags(struct eg_dataset *dataset, struct eg_error *error)
{
    struct eg_dataset wide;
    size_t *patterns = eg_alloc(dataset->p, sizeof *patterns, error);
    if (!patterns)
        return EG_INTERNAL;
    const size_t flags = find_patterns(&dataset->x, patterns), p = dataset->p;
    int status = eg_dataset_alloc(&wide, dataset->n, p + flags, error);
    if (status == EG_OK && (status = copy_names(&wide, dataset, patterns, error)) != EG_OK)
        eg_dataset_free(&wide);
    if (status == EG_OK) {
        for (size_t i = 0; i < dataset->n; i++) {
            const real *from = eg_row(&dataset->x, i);
            real *to = eg_row(&wide.x, i);
            memcpy(to, from, p * sizeof *to);
            for (size_t k = 0; k < flags; k++)
                to[p + k] = isnan(from[patterns[k]]) ? 1 : 0;
        }
        memcpy(wide.y, dataset->y, dataset->n * sizeof *wide.y);
        eg_dataset_free(dataset);
        *dataset = wide;
    }
    free(patterns);
    return status;
}

static void hash_numbers(XXH3_state_t *state, const real *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        /* There are many bit patterns of NAN; one stands for all. Single precision, so that both
         * builds of the library know a data set by the same name. */
        const float number = isnan(numbers[i]) ? NAN : (float)numbers[i];
        XXH3_128bits_update(state, &number, sizeof number);
    }
}

static int hash_content(struct eg_dataset *dataset, struct eg_error *error)
{
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return eg_fail(error, EG_INTERNAL, "out of memory");
    const uint64_t shape[2] = {dataset->n, dataset->p};
    XXH3_128bits_reset(state);
    XXH3_128bits_update(state, shape, sizeof shape);
    for (size_t j = 0; j < dataset->p; j++)
        XXH3_128bits_update(state, dataset->feature_names[j],
                            strlen(dataset->feature_names[j]) + 1);
    hash_numbers(state, dataset->x.data, dataset->n * dataset->p);
    hash_numbers(state, dataset->y, dataset->n);
    const XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    snprintf(dataset->content_hash, sizeof dataset->content_hash, "%016llx%016llx",
             (unsigned long long)hash.high64, (unsigned long long)hash.low64);
    return EG_OK;
}

static int refuse_name(const char *name, struct eg_error *error)
{
    char known[512] = "";
    size_t used = 0;
    for (size_t i = 0; eg_dataset_sources[i] && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 eg_dataset_sources[i]->name);
    return eg_fail(error, EG_USAGE, "no data set is called '%.60s'; there are: %s", name, known);
}

int eg_dataset_load(const char *name, const struct eg_dataset_options *options,
                    struct eg_dataset *dataset, struct eg_error *error)
{
    const struct eg_dataset_source *source = NULL;
    *dataset = (struct eg_dataset){0};
    for (size_t i = 0; eg_dataset_sources[i] && !source; i++)
        if (strcmp(name, eg_dataset_sources[i]->name) == 0)
            source = eg_dataset_sources[i];
    if (!source)
        return refuse_name(name, error);
    int status = source->load(options, dataset, error);
    if (status == EG_OK)
        status = hash_content(dataset, error);
    if (status)
        eg_dataset_free(dataset);
    else
        dataset->name = source->name;
    return status;
}
