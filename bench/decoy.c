/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decoy MNIST: can a regulariser keep a network from a square that tells the class in training and lies in testing? Right
 * for the right reasons (Ross et al. 2017), contextual decomposition (Rieger et al. 2020), gradients and expected
 * gradients under a mask of the corners, robust attribution without one; beside them no regulariser, and corners blanked.
 * A cell is one training: a model, its strength, a replicate. The strength that stands for a model is chosen in the
 * summary by validation images whose corners were permuted.
 */
#include <stdlib.h>
#include <string.h>

#include "base/sizes.h"
#include "bench/experiments.h"
#include "bench/frame/choice.h"
#include "bench/frame/convolution_option.h"
#include "bench/frame/attribution_regularisers.h"
#include "bench/image/image_measures.h"
#include "datasets/decoy_mnist.h"

/* --- the grid --- */

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

/* No claim of the paper is decided here, so the night is as quick. */
static const struct scale scales[] = {
    {"smoke", TINY, 2, 1, 600, 100, 200},
    {"quick", SMALL, 5, 4, 6000, 1000, 2000},
    {"night", SMALL, 5, 4, 6000, 1000, 2000},
    {"paper", LENET, 10, 10, 0, 5000, 0},
    {0},
};

/* Strengths a decade apart, from the first on. */
struct model {
    const char *name;
    double first;
    int decades; /* 0: it has no strength */
    double cost;
};

static const struct model models[] = {
    {"none", 0, 0, 1},    {"blanked", 0, 0, 1}, {"gradients", 0.1, 4, 2}, {"rrr", 0.001, 4, 2},
    {"cdep", 0.01, 4, 2}, {"eg", 0.1, 4, 2},    {"robust", 0.1, 3, 12},   {0}};

/* What a cell's outcome depends on. */
struct cell {
    const char *dataset, *data, *protocol, *scale, *network, *model;
    size_t seed, epochs, batch, train_images, validation_images, test_images, replicate;
    double rate, strength;
    const char *convolution; /* "direct", or NULL: as it is fastest for the batch */
};
#define FIELD(member) EG_FIELD(struct cell, member)
#define OPTIONAL(member) EG_OPTIONAL_FIELD(struct cell, member)
static const struct eg_field fields[16 + 1] = {FIELD(dataset),      FIELD(data),
                                               FIELD(protocol),     FIELD(scale),
                                               FIELD(seed),         FIELD(network),
                                               FIELD(epochs),       FIELD(batch),
                                               FIELD(train_images), FIELD(validation_images),
                                               FIELD(test_images),  FIELD(rate),
                                               FIELD(model),        FIELD(strength),
                                               FIELD(replicate),    OPTIONAL(convolution)};

/* Of a model's strengths the smoke scale has the middle one. */
static int add_model(const struct eg_run *run, struct cell cell, const struct model *model,
                     size_t replicates, struct eg_grid *grid, struct eg_error *error)
{
    int status = EG_OK;
    cell.model = model->name;
    cell.strength = model->first;
    for (int decade = 0; decade == 0 || decade < model->decades; decade++) {
        if (strcmp(run->scale, "smoke") != 0 || decade == model->decades / 2)
            for (cell.replicate = 0; cell.replicate < replicates && !status; cell.replicate++)
                status = eg_grid_add(grid, &cell, model->cost, error);
        cell.strength *= 10;
    }
    return status;
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const struct scale *scale = scales;
    /* Smoke is the same everywhere. */
    const int has_mnist = strcmp(run->scale, "smoke") != 0 &&
                          eg_image_source_find("decoy_mnist", NULL)->is_available(run->data);
    const char *found = has_mnist ? "decoy_mnist" : "decoy_fashion_mnist";
    const char *name = run->dataset ? run->dataset : found;
    if (strncmp(name, "decoy_", strlen("decoy_")) != 0)
        return eg_fail(error, EG_USAGE,
                       "--dataset %s: decoy has decoy_mnist and decoy_fashion_mnist", name);
    const struct eg_image_set *set = eg_cached_image_set(name, run->data, error);
    if (!set)
        return error->status;
    while (strcmp(scale->name, run->scale) != 0)
        scale++;
    const struct cell cell = {.dataset = set->name,
                              .data = set->content_hash,
                              .protocol = "fixed",
                              .scale = run->scale,
                              .seed = run->seed,
                              .network = scale->network,
                              .epochs = scale->epochs,
                              .batch = 50,
                              .train_images = scale->train ? scale->train
                                                           : set->train_n - scale->validation,
                              .validation_images = scale->validation,
                              .test_images = scale->test ? scale->test : set->test_n,
                              .rate = 1e-3,
                              .convolution = eg_convolution_of(run)};
    const size_t replicates = run->replicates ? run->replicates : scale->replicates;
    int status = EG_OK;
    for (const struct model *model = models; model->name && !status; model++)
        status = add_model(run, cell, model, replicates, grid, error);
    return status;
}

static int count_images(const void *of_cell, double *cost, struct eg_error *error)
{
    const struct cell *cell = of_cell;
    (void)error;
    *cost = (double)(cell->epochs * cell->train_images);
    return EG_OK;
}

/* One epoch of few images. */
static void shorten(void *of_cell)
{
    struct cell *cell = of_cell;
    cell->epochs = 1;
    cell->train_images = eg_least(cell->train_images, 1000);
}

/* Ascent that fits pixels in [-0.5, 0.5]. */
static const struct eg_robust_settings robust = {.radius = 0.1,
                                                 .steps = 1,
                                                 .loss = &eg_softmax_cross_entropy,
                                                 .clips = 1,
                                                 .low = -0.5,
                                                 .high = 0.5};

/* Points for each row: k = 1 as the paper trains images; the robust regulariser needs more. */
enum { SAMPLES = 1, ROBUST_SAMPLES = 3 };

struct task {
    const struct cell *cell;
    const struct eg_image_data *data;
    real *mask; /* 1 in the corners */
};

/* Trained and tested with black corners: the plain remedy where one knows the mask. */
static int is_blanked(const struct task *task)
{
    return strcmp(task->cell->model, "blanked") == 0;
}

/* An augmentation: corners become black. */
static void blank_corners(void *context, struct eg_stream stream, const real *row, real *out)
{
    static const real black = (real)-0.5;
    const struct task *task = context;
    (void)stream;
    for (size_t j = 0; j < task->data->train.x.cols; j++)
        out[j] = task->mask[j] > 0 ? black : row[j];
}

static struct eg_stream stream_of(const struct task *task, enum eg_purpose purpose)
{
    return eg_stream_make(task->cell->seed, EG_STREAM_DECOY, purpose, task->cell->replicate, 0);
}

static int make_regulariser(const struct eg_run *run, const struct task *task,
                            const struct eg_network *network, struct eg_regulariser_term *term,
                            struct eg_error *error)
{
    const char *name = is_blanked(task) ? "none" : task->cell->model;
    const struct eg_attribution_regulariser *regulariser = eg_attribution_regulariser_find(name,
                                                                                           error);
    if (!regulariser)
        return EG_INTERNAL;
    const size_t samples = regulariser->kind == EG_REGULARISER_ROBUST ? ROBUST_SAMPLES : SAMPLES;
    const struct eg_regulariser_settings settings = {.network = network,
                                                     .batch = task->cell->batch,
                                                     .threads = run->threads,
                                                     .mask = task->mask,
                                                     .background = &task->data->train.x,
                                                     .samples = samples,
                                                     .robust = robust};
    return eg_regulariser_term_alloc(term, regulariser, &settings, error);
}

static int train(const struct eg_run *run, const struct task *task,
                 struct eg_regulariser_term *regulariser, struct eg_network *network,
                 const struct eg_row *row, struct eg_error *error)
{
    const struct cell *cell = task->cell;
    const int is_regularised = regulariser->regulariser->kind != EG_REGULARISER_NONE;
    const struct eg_objective_term term = is_regularised
                                              ? eg_regulariser_as_term(regulariser, cell->strength)
                                              : (struct eg_objective_term){0};
    const struct eg_augmentation blank = {(void *)task, blank_corners};
    const struct eg_checkpoint checkpoint = {run->checkpoint, run->key};
    const struct eg_training training = {
        .loss = &eg_softmax_cross_entropy,
        .optimiser = eg_adam(cell->rate),
        .epochs = cell->epochs,
        .batch = cell->batch,
        .terms = &term,
        .terms_count = is_regularised,
        .augmentation = is_blanked(task) ? &blank : NULL,
        .checkpoint = run->checkpoint ? &checkpoint : NULL,
        .stop = run->stop,
        .threads = run->threads,
        .shuffle = stream_of(task, EG_PURPOSE_SHUFFLE),
        .dropout = stream_of(task, EG_PURPOSE_DROPOUT),
        .attribution = stream_of(task, EG_PURPOSE_TRAIN_ATTRIBUTION),
        .augment = stream_of(task, EG_PURPOSE_AUGMENT)};
    struct eg_training_outcome outcome = {0};
    const int status = eg_train(network, &training, &task->data->train.x, task->data->train.y,
                                &outcome, error);
    eg_row_set(row, "train_loss", outcome.loss);
    return status;
}

/* --- what is measured --- */

/* row[name] = the accuracy on these images, each with the corners of image order[i] (NULL: its own) */
static int measure(const struct task *task, const struct eg_network *network,
                   const struct eg_images *images, const size_t *order, const struct eg_row *row,
                   const char *name, struct eg_error *error)
{
    const size_t n = images->x.rows;
    struct eg_matrix x = {0};
    size_t right = 0, *classes = eg_alloc(n, sizeof *classes, error);
    int status = classes ? eg_matrix_alloc(&x, n, images->x.cols, error) : EG_INTERNAL;
    for (size_t i = 0; i < n && !status; i++) {
        real *image = eg_row(&x, i);
        for (size_t j = 0; j < x.cols; j++)
            image[j] = eg_row(&images->x, order && task->mask[j] > 0 ? order[i] : i)[j];
        if (is_blanked(task))
            blank_corners((void *)task, (struct eg_stream){0}, image, image);
    }
    if (!status)
        status = eg_image_classify_rows(network, n, x.data, classes, error);
    for (size_t i = 0; i < n && !status; i++)
        right += classes[i] == (size_t)images->y[i];
    eg_row_set(row, name, (double)right / (double)n);
    eg_matrix_free(&x);
    free(classes);
    return status;
}

/* Who knows the mask can deal out what is under it anew among the validation images: what the decoy
 * tells is then wrong for nine in ten, with no look at the test part, where it lies. */
static int measure_all(const struct task *task, const struct eg_network *network,
                       const struct eg_row *row, struct eg_error *error)
{
    const struct eg_images *validation = &task->data->validation;
    struct eg_stream stream = stream_of(task, EG_PURPOSE_MASKING);
    size_t *order = eg_alloc(validation->x.rows, sizeof *order, error);
    if (!order)
        return EG_INTERNAL;
    for (size_t i = 0; i < validation->x.rows; i++)
        order[i] = i;
    eg_stream_shuffle(&stream, order, validation->x.rows);
    int status = measure(task, network, validation, NULL, row, "validation_accuracy", error);
    if (!status)
        status = measure(task, network, validation, order, row, "dealt_accuracy", error);
    if (!status)
        status = measure(task, network, &task->data->test, NULL, row, "test_accuracy", error);
    free(order);
    return status;
}

static int run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                    struct eg_error *error)
{
    const struct cell *cell = of_cell;
    const struct eg_image_sizes sizes = {.train = cell->train_images,
                                         .validation = cell->validation_images,
                                         .test = cell->test_images};
    struct task task = {cell, eg_cached_image_data(cell->dataset, run->data, &sizes, error), NULL};
    struct eg_network network = {0};
    struct eg_regulariser_term regulariser = {0};
    if (!task.data)
        return error->status;
    const size_t inputs = task.data->train.x.cols;
    int status = eg_network_alloc(&network, inputs, cell->network, error);
    if (!status && !(task.mask = eg_alloc(inputs, sizeof *task.mask, error)))
        status = EG_INTERNAL;
    if (!status) {
        eg_network_choose_convolutions(&network, cell->convolution ? 0 : cell->batch);
        eg_decoy_mask(&task.data->set->shape, task.mask);
        eg_network_initialise(&network, EG_GLOROT_UNIFORM, stream_of(&task, EG_PURPOSE_WEIGHTS));
        status = make_regulariser(run, &task, &network, &regulariser, error);
    }
    if (!status)
        status = train(run, &task, &regulariser, &network, row, error);
    if (!status)
        status = measure_all(&task, &network, row, error);
    eg_regulariser_term_free(&regulariser);
    eg_network_free(&network);
    free(task.mask);
    return status;
}

/* --- the summary --- */

static const char *const shown[] = {"none", "blanked",   "rrr",    "cdep",
                                    "eg",   "gradients", "robust", NULL};
static const char *const regularised[] = {"rrr", "cdep", "eg", "gradients", "robust", NULL};
static const char *const measures[] = {"test_accuracy", "dealt_accuracy", "validation_accuracy",
                                       NULL};

/* The accuracies over strengths, those at the strength that is best on permuted corners, and what is
 * gained there over no regulariser in the same replicate. */
static void summarise(const struct eg_view *view)
{
    static const struct eg_choice_rule rule = {.metric = "dealt_accuracy"};
    const struct eg_view plain = eg_where(view, struct cell, model, "none");
    const struct eg_sample unregularised = eg_sample_of(&plain, NULL, "test_accuracy");
    for (size_t s = 0; shown[s]; s++) {
        const struct eg_view tried = eg_where(view, struct cell, model, shown[s]);
        struct eg_view chosen;
        const double strength = eg_choose_by(&tried, struct cell, strength, &rule, &chosen);
        const struct eg_sample own = eg_sample_of(&chosen, NULL, "test_accuracy");
        if (strength > 0)
            eg_put_sweep_by(&tried, struct cell, strength, shown[s], measures);
        for (size_t m = 0; measures[m]; m++)
            eg_put_mean(&chosen, shown[s], NULL, measures[m]);
        if (strcmp(shown[s], "none") != 0)
            eg_put_sample(view, eg_view_result(view, shown[s], "gained_accuracy"),
                          eg_sample_difference(view, &own, &unregularised));
        if (strength > 0)
            eg_put_value(view, eg_view_result(view, shown[s], "chosen_strength"), strength,
                         chosen.count);
    }
}

static const char *const metrics[] = {"test_accuracy",       "gained_accuracy", "dealt_accuracy",
                                      "validation_accuracy", "chosen_strength", NULL};

static const struct eg_table_spec tables[] = {
    {.id = "decoy",
     .title = "A square in a corner tells the class in training and lies in testing",
     .methods = shown,
     .metrics = metrics,
     .digits = 3},
    {0},
};

static const struct eg_figure_spec figures[] = {
    {.id = "decoy-accuracy",
     .title = "Decoys: test accuracy where the square lies",
     .kind = EG_FIGURE_BARS,
     .methods = shown,
     .metric = "test_accuracy",
     .y_title = "test accuracy"},
    {.id = "decoy-strength",
     .title = "Decoys: test accuracy against strength",
     .kind = EG_FIGURE_LINES,
     .methods = regularised,
     .metric = "test_accuracy",
     .x_title = "strength",
     .y_title = "test accuracy",
     .log_x = 1},
    {0},
};

const struct eg_experiment decoy_experiment = {
    .name = "decoy",
    .title =
        "whether regularisers keep a network from a square that tells the class in training alone",
    .reproduces = "nothing of the paper; the task of Ross et al. (2017), named in Supplement B",
    .protocols = "fixed",
    .outcome_version = 3,
    .precision = "single",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .fields = fields,
    .cell_size = sizeof(struct cell),
    .run_cell = run_cell,
    .cost = count_images,
    .shorten = shorten,
    .make_options = eg_convolution_make_options,
    .summarise = summarise,
    .tables = tables,
    .figures = figures,
};
