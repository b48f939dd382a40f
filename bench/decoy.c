/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decoy MNIST: can a guide keep a network from a square that tells the class in training and lies in
 * testing? Right for the right reasons (Ross et al. 2017), contextual decomposition (Rieger et al.
 * 2020), gradients and expected gradients under a mask of the corners, robust attribution without
 * one, and two rows beside them: no guide, and corners blanked.
 *
 * A cell is one training: a model, its strength, a replicate. The strength that stands for a model is
 * chosen in the summary by validation images whose corners were dealt out anew.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/decoy/decoy_cell.h"
#include "bench/decoy/decoy_summary.h"
#include "bench/frame/guides.h"
#include "bench/image/image_data.h"

struct scale {
    const char *name, *network;
    size_t replicates, epochs, train, validation, test; /* train and test 0: all */
};

/* That of the CDEP authors for the longer scales. */
#define LENET                                                                                      \
    "image 28x28x1, conv 5x5x20, relu, pool 2, conv 5x5x50, relu, pool 2, dense 256, relu, "       \
    "dense 10"
#define SMALL                                                                                      \
    "image 28x28x1, conv 5x5x8 same stride 2, relu, pool 2, conv 3x3x16 same, relu, dense 64, "    \
    "relu, dense 10"
#define TINY "image 28x28x1, conv 5x5x4 stride 2, relu, pool 2, dense 16, relu, dense 10"

static const struct scale scales[] = {
    {"smoke", TINY, 2, 1, 600, 100, 200},
    {"quick", SMALL, 5, 4, 6000, 1000, 2000},
    {"night", LENET, 5, 4, 20000, 2000, 0},
    {"paper", LENET, 10, 10, 0, 5000, 0},
    {0},
};

/* Strengths a decade apart, from the first on. */
struct model {
    const char *name;
    double first;
    int decades; /* 0: it has no strength */
};
static const struct model models[] = {
    {"none", 0, 0},    {eg_decoy_blanked, 0, 0}, {"gradients", 0.1, 4}, {"rrr", 0.001, 4},
    {"cdep", 0.01, 4}, {"eg", 0.1, 4},           {"robust", 0.1, 3},    {0}};
enum { BATCH = 50 };
static const double rate = 1e-3;

/* A new reference, or NULL when memory is short. */
static json_t *make_config(const struct eg_run *run, const struct scale *scale,
                           const struct eg_image_set *set, const char *model, double strength,
                           size_t replicate)
{
    const size_t train = scale->train ? scale->train : set->train_n - scale->validation;
    const size_t test = scale->test ? scale->test : set->test_n;
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:I, s:I, s:I, s:I, s:I, s:f, s:s, s:f, s:I}",
                     "dataset", set->name, "data", set->content_hash, "protocol", "fixed", "scale",
                     run->scale, "seed", (json_int_t)run->seed, "network", scale->network, "epochs",
                     (json_int_t)scale->epochs, "batch", (json_int_t)BATCH, "train_images",
                     (json_int_t)train, "validation_images", (json_int_t)scale->validation,
                     "test_images", (json_int_t)test, "rate", rate, "model", model, "strength",
                     strength, "replicate", (json_int_t)replicate);
}

static int add_model(const struct eg_run *run, const struct scale *scale,
                     const struct eg_image_set *set, const struct model *model,
                     struct eg_grid *grid, struct eg_error *error)
{
    const size_t replicates = run->replicates ? run->replicates : scale->replicates;
    const int is_smoke = strcmp(run->scale, "smoke") == 0;
    const double cost = strcmp(model->name, "robust") == 0 ? 12 : model->decades ? 2 : 1;
    double strength = model->first;
    int status = EG_OK;
    for (int decade = 0; decade == 0 || decade < model->decades; decade++) {
        for (size_t r = 0; r < replicates && !status; r++)
            if (!is_smoke || decade == model->decades / 2)
                status = eg_grid_add_config(
                    grid, make_config(run, scale, set, model->name, strength, r), cost, error);
        strength *= 10;
    }
    return status;
}

static const char *choose_dataset(const struct eg_run *run)
{
    const struct eg_image_source *mnist = eg_image_source_find("decoy_mnist", NULL);
    const int is_smoke = strcmp(run->scale, "smoke") == 0; /* the same everywhere */
    if (run->dataset)
        return run->dataset;
    return !is_smoke && mnist->is_available(run->data) ? "decoy_mnist" : "decoy_fashion_mnist";
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const struct scale *scale = scales;
    const char *name = choose_dataset(run);
    if (strncmp(name, "decoy_", strlen("decoy_")) != 0)
        return eg_fail(error, EG_USAGE,
                       "--dataset %s: decoy has decoy_mnist and decoy_fashion_mnist", name);
    const struct eg_image_set *set = eg_cached_image_set(name, run->data, error);
    if (!set)
        return error->status;
    while (strcmp(scale->name, run->scale) != 0)
        scale++;
    int status = EG_OK;
    for (const struct model *model = models; model->name && !status; model++)
        status = add_model(run, scale, set, model, grid, error);
    return status;
}

/* One epoch of few images. */
static int shorten(const json_t *config, json_t **shorter, double *times, struct eg_error *error)
{
    enum { FEW = 1000 };
    size_t epochs, train;
    if (eg_config_count(config, "epochs", &epochs, error) ||
        eg_config_count(config, "train_images", &train, error))
        return EG_INTERNAL;
    const size_t few = train < FEW ? train : FEW;
    *times = (double)(epochs * train) / (double)few;
    *shorter = json_deep_copy(config);
    if (!*shorter || json_object_set_new(*shorter, "epochs", json_integer(1)) ||
        json_object_set_new(*shorter, "train_images", json_integer((json_int_t)few)))
        return eg_fail(error, EG_INTERNAL, "out of memory");
    return EG_OK;
}

const struct eg_experiment decoy_experiment = {
    .name = "decoy",
    .title = "whether guides keep a network from a square that tells the class in training alone",
    .reproduces =
        "nothing of the paper; the task of Ross et al. (2017) that Supplement B speaks of",
    .protocols = "fixed",
    .outcome_version = 1,
    .precision = "single",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .run_config = eg_decoy_run_cell,
    .shorten_config = shorten,
    .summarise_rows = eg_decoy_summarise,
    .tables = eg_decoy_tables,
    .figures = eg_decoy_figures,
};
