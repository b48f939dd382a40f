/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps that train nothing: expected gradients of many rows, and the Keep/Remove metrics of some. */
#include "bench/kernel/kernel_explain.h"

#include "attribution/attribution.h"
#include "attribution/explain.h"
#include "base/progress.h"
#include "bench/kernel/kernel_files.h"
#include "metrics/keep_remove_metrics.h"

enum { FEATURES = 60, BACKGROUND = 900, EXPLAINED = 1000, TEST = 100, REFERENCES = 200 };

static const char network_text[] = "dense 32, relu, dense 20, relu, dense 20, relu, dense 1";

/* An untrained network and normal rows. */
struct scene {
    struct eg_network network;
    struct eg_matrix background, x, phi;
    struct eg_attribution attribution; /* of explanations */
    real y[TEST];                      /* of metrics */
};

static void fill_normal(struct eg_matrix *matrix, struct eg_stream *stream)
{
    for (size_t i = 0; i < matrix->rows * matrix->cols; i++)
        matrix->data[i] = (real)eg_stream_normal(stream);
}

static int alloc_scene(struct scene *scene, size_t rows, uint64_t experiment, uint64_t replicate,
                       struct eg_error *error)
{
    *scene = (struct scene){0};
    if (eg_network_alloc(&scene->network, FEATURES, network_text, error) ||
        eg_matrix_alloc(&scene->background, BACKGROUND, FEATURES, error) ||
        eg_matrix_alloc(&scene->x, rows, FEATURES, error) ||
        eg_matrix_alloc(&scene->phi, rows, FEATURES, error))
        return EG_INTERNAL;
    eg_network_initialise(&scene->network, EG_GLOROT_UNIFORM,
                          eg_stream_make(experiment, 0, EG_PURPOSE_WEIGHTS, replicate, 0));
    return EG_OK;
}

static void free_scene(struct scene *scene)
{
    eg_attribution_free(&scene->attribution);
    eg_matrix_free(&scene->phi);
    eg_matrix_free(&scene->x);
    eg_matrix_free(&scene->background);
    eg_network_free(&scene->network);
}

static struct eg_explainer explainer_of(const struct scene *scene, size_t threads)
{
    return (struct eg_explainer){.network = &scene->network,
                                 .method = &eg_expected_gradients,
                                 .settings = {.samples = REFERENCES},
                                 .background = &scene->background,
                                 .threads = threads};
}

/* What both kinds of scene are made of. */
static int write_scene(const struct scene *scene, const char *folder, struct eg_error *error)
{
    if (eg_write_parameters(folder, "model", &scene->network, network_text, NULL, error) ||
        eg_write_array(folder, "x", scene->x.rows, FEATURES, scene->x.data, error) ||
        eg_write_array(folder, "phi", scene->x.rows, FEATURES, scene->phi.data, error))
        return error->status;
    return EG_OK;
}

/* ---- explanations ---- */

static int set_up_explanation(struct scene *scene, uint64_t replicate, size_t threads,
                              struct eg_error *error)
{
    struct eg_stream stream = eg_stream_make(2, 0, EG_PURPOSE_DATA, replicate, 0);
    if (alloc_scene(scene, EXPLAINED, 2, replicate, error))
        return EG_INTERNAL;
    fill_normal(&scene->x, &stream);
    fill_normal(&scene->background, &stream);
    const struct eg_explainer explainer = explainer_of(scene, threads);
    return eg_attribution_alloc(&scene->attribution, &explainer, EXPLAINED, 0, error);
}

static void explain(struct scene *scene)
{
    eg_attribution_explain(&scene->attribution, EXPLAINED, scene->x.data, NULL,
                           eg_stream_make(2, 0, EG_PURPOSE_EXPLAIN, 0, 0), scene->phi.data, NULL,
                           NULL);
}

/* The first layer's map is made of rows and background; every point goes through the others forward
 * and backward, and backward through the first. */
static double count_explaining(const struct eg_network *network)
{
    const double points = (double)EXPLAINED * REFERENCES, first = (double)network->layers[0].work;
    double others = 0;
    for (size_t l = 1; l < network->layer_count; l++)
        others += (double)network->layers[l].work;
    return 2 * ((EXPLAINED + BACKGROUND) * first + points * (first + 2 * others));
}

int eg_time_explanation(const struct eg_step *step, uint64_t replicate, size_t threads,
                        struct eg_step_timing *timing, struct eg_error *error)
{
    struct scene scene;
    (void)step;
    const int status = set_up_explanation(&scene, replicate, threads, error);
    if (!status) {
        const double arrays = sizeof(real) * FEATURES * (2.0 * EXPLAINED + BACKGROUND);
        explain(&scene);
        struct eg_regions regions;
        const double start = eg_clock();
        eg_regions_begin();
        explain(&scene);
        eg_regions_end(&regions);
        *timing = (struct eg_step_timing){
            .seconds = eg_clock() - start,
            .steps = 1,
            .regions = regions,
            .operations = count_explaining(&scene.network),
            .direct = count_explaining(&scene.network),
            .traffic = arrays,
            .arrays = arrays,
            .bytes = (double)eg_attribution_bytes(&scene.attribution)};
    }
    free_scene(&scene);
    return status;
}

int eg_write_explanation(const struct eg_step *step, size_t threads, const char *folder,
                         struct eg_error *error)
{
    struct scene scene;
    const struct eg_path *path = &scene.attribution.path;
    (void)step;
    int status = set_up_explanation(&scene, 0, threads, error);
    if (!status) {
        explain(&scene);
        status = write_scene(&scene, folder, error);
    }
    if (!status &&
        (eg_write_array(folder, "background", BACKGROUND, FEATURES, scene.background.data, error) ||
         eg_write_indices(folder, "reference", EXPLAINED, REFERENCES, path->reference, error) ||
         eg_write_array(folder, "alpha", EXPLAINED, REFERENCES, path->alpha, error)))
        status = error->status;
    free_scene(&scene);
    return status;
}

/* ---- metrics ---- */

/* Scores expected gradients of the network, with its own outputs and some noise as labels. */
static int set_up_metrics(struct scene *scene, uint64_t replicate, struct eg_error *error)
{
    struct eg_stream stream = eg_stream_make(3, 0, EG_PURPOSE_DATA, replicate, 0);
    if (alloc_scene(scene, TEST, 3, replicate, error))
        return EG_INTERNAL;
    fill_normal(&scene->background, &stream);
    fill_normal(&scene->x, &stream);
    if (eg_network_predict(&scene->network, TEST, scene->x.data, scene->y, error))
        return EG_INTERNAL;
    for (size_t i = 0; i < TEST; i++)
        scene->y[i] += (real)(0.1 * eg_stream_normal(&stream));
    const struct eg_explainer explainer = explainer_of(scene, 0);
    return eg_explain_phi(&explainer, &scene->x, NULL,
                          eg_stream_make(3, 0, EG_PURPOSE_EXPLAIN, replicate, 0), &scene->phi,
                          error);
}

/* The network's predictor, and how many rows it is asked for: whole ones, and sums of layer 1. */
struct counter {
    struct eg_predictor network;
    size_t *rows, *sums;
};

static int predict_and_count(const void *context, size_t rows, const real *x, real *output,
                             struct eg_error *error)
{
    const struct counter *counter = context;
    *counter->rows += rows;
    return counter->network.predict(counter->network.context, rows, x, output, error);
}

static int predict_rest_and_count(const void *context, size_t rows, const real *sums, real *output,
                                  struct eg_error *error)
{
    const struct counter *counter = context;
    *counter->sums += rows;
    return counter->network.predict_rest(counter->network.context, rows, sums, output, error);
}

static int score(const struct scene *scene, size_t *rows, size_t *sums,
                 struct eg_keep_remove_result *result, struct eg_error *error)
{
    const struct counter counter = {eg_network_predictor(&scene->network), rows, sums};
    struct eg_predictor predictor = counter.network;
    predictor.context = &counter;
    predictor.predict = predict_and_count;
    predictor.predict_rest = predict_rest_and_count;
    *rows = *sums = 0;
    const struct eg_keep_remove_input input = {.predictor = &predictor,
                                               .x_train = &scene->background,
                                               .x_test = &scene->x,
                                               .y_test = scene->y,
                                               .attributions = &scene->phi,
                                               .convention = &eg_convention_paper};
    return eg_keep_remove(&input, result, error);
}

/*
 * The rows and sums predicted; and for each test row four orders of observation, in each of which every
 * feature moves the sums of the backgrounds (63 different ones of 100 drawn), and imputing takes a
 * factorisation, p^3 / 6 multiplications.
 */
static double count_scoring(const struct eg_network *network, size_t rows, size_t sums)
{
    enum { ORDERS = 4, BACKGROUNDS = 63 };
    const double p = FEATURES, hidden = (double)network->layers[0].outputs;
    const double first = (double)network->layers[0].work;
    double work = 0;
    for (size_t l = 0; l < network->layer_count; l++)
        work += (double)network->layers[l].work;
    const double observing = p * hidden * BACKGROUNDS + p * p * p / 6;
    return 2 * ((double)rows * work + (double)sums * (work - first) + TEST * ORDERS * observing);
}

int eg_time_metrics(const struct eg_step *step, uint64_t replicate, size_t threads,
                    struct eg_step_timing *timing, struct eg_error *error)
{
    struct scene scene;
    struct eg_keep_remove_result result;
    size_t rows, sums;
    (void)step;
    (void)threads;
    int status = set_up_metrics(&scene, replicate, error);
    if (!status)
        status = score(&scene, &rows, &sums, &result, error);
    if (!status) {
        const double arrays = sizeof(real) * FEATURES * (BACKGROUND + 2.0 * TEST);
        const double start = eg_clock();
        status = score(&scene, &rows, &sums, &result, error);
        *timing = (struct eg_step_timing){.seconds = eg_clock() - start,
                                          .operations = count_scoring(&scene.network, rows, sums),
                                          .direct = count_scoring(&scene.network, rows, sums),
                                          .traffic = arrays,
                                          .arrays = arrays};
    }
    free_scene(&scene);
    return status;
}

int eg_write_metrics(const struct eg_step *step, size_t threads, const char *folder,
                     struct eg_error *error)
{
    struct scene scene;
    struct eg_keep_remove_result result;
    size_t rows, sums;
    real area[EG_KEEP_REMOVE_METRICS];
    (void)step;
    (void)threads;
    int status = set_up_metrics(&scene, 0, error);
    if (!status)
        status = score(&scene, &rows, &sums, &result, error);
    for (size_t i = 0; i < EG_KEEP_REMOVE_METRICS && !status; i++)
        area[i] = (real)result.area[i];
    if (!status &&
        (write_scene(&scene, folder, error) ||
         eg_write_array(folder, "area", 1, EG_KEEP_REMOVE_METRICS, area, error) ||
         eg_write_array(folder, "x_train", BACKGROUND, FEATURES, scene.background.data, error) ||
         eg_write_array(folder, "y", TEST, 1, scene.y, error)))
        status = error->status;
    free_scene(&scene);
    return status;
}
