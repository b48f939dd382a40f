/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/kernel/kernel_explain.h"

#include "attribution/attribution.h"
#include "base/progress.h"
#include "bench/kernel/kernel_files.h"

enum { FEATURES = 60, ROWS = 1000, BACKGROUND = 900, REFERENCES = 200 };

static const char network_text[] = "dense 32, relu, dense 20, relu, dense 20, relu, dense 1";

struct scene {
    struct eg_network network;
    struct eg_matrix x, background;
    struct eg_attribution attribution;
    struct eg_matrix phi;
};

static void fill_normal(struct eg_matrix *matrix, struct eg_stream *stream)
{
    for (size_t i = 0; i < matrix->rows * matrix->cols; i++)
        matrix->data[i] = (real)eg_stream_normal(stream);
}

static int set_up(struct scene *scene, uint64_t replicate, size_t threads, struct eg_error *error)
{
    struct eg_stream stream = eg_stream_make(2, 0, EG_PURPOSE_DATA, replicate, 0);
    *scene = (struct scene){0};
    if (eg_network_alloc(&scene->network, FEATURES, network_text, error) ||
        eg_matrix_alloc(&scene->x, ROWS, FEATURES, error) ||
        eg_matrix_alloc(&scene->background, BACKGROUND, FEATURES, error) ||
        eg_matrix_alloc(&scene->phi, ROWS, FEATURES, error))
        return EG_INTERNAL;
    eg_network_initialise(&scene->network, EG_GLOROT_UNIFORM,
                          eg_stream_make(2, 0, EG_PURPOSE_WEIGHTS, replicate, 0));
    fill_normal(&scene->x, &stream);
    fill_normal(&scene->background, &stream);
    const struct eg_explainer explainer = {.network = &scene->network,
                                           .method = &eg_expected_gradients,
                                           .settings = {.samples = REFERENCES},
                                           .background = &scene->background,
                                           .threads = threads};
    return eg_attribution_alloc(&scene->attribution, &explainer, ROWS, 0, error);
}

static void clear(struct scene *scene)
{
    eg_attribution_free(&scene->attribution);
    eg_matrix_free(&scene->phi);
    eg_matrix_free(&scene->background);
    eg_matrix_free(&scene->x);
    eg_network_free(&scene->network);
}

static void explain(struct scene *scene)
{
    eg_attribution_explain(&scene->attribution, ROWS, scene->x.data, NULL,
                           eg_stream_make(2, 0, EG_PURPOSE_EXPLAIN, 0, 0), scene->phi.data, NULL,
                           NULL);
}

/* The first layer's map is made of rows and background; every point goes through the others forward
 * and backward, and backward through the first. */
static double count_operations(const struct eg_network *network)
{
    const double points = (double)ROWS * REFERENCES, first = (double)network->layers[0].work;
    double others = 0;
    for (size_t l = 1; l < network->layer_count; l++)
        others += (double)network->layers[l].work;
    return 2 * ((ROWS + BACKGROUND) * first + points * (first + 2 * others));
}

int eg_time_explanation(const void *settings, uint64_t replicate, size_t threads,
                        struct eg_step_timing *timing, struct eg_error *error)
{
    struct scene scene;
    (void)settings;
    const int status = set_up(&scene, replicate, threads, error);
    if (!status) {
        const double arrays = sizeof(real) * FEATURES * (2.0 * ROWS + BACKGROUND);
        explain(&scene);
        const double start = eg_clock();
        explain(&scene);
        *timing = (struct eg_step_timing){
            .seconds = eg_clock() - start,
            .operations = count_operations(&scene.network),
            .traffic = arrays,
            .arrays = arrays,
            .bytes = (double)eg_attribution_bytes(&scene.attribution)};
    }
    clear(&scene);
    return status;
}

static int write_scene(const struct scene *scene, const char *folder, struct eg_error *error)
{
    const struct eg_path *path = &scene->attribution.path;
    int status = eg_write_parameters(folder, "model", &scene->network, network_text, NULL, error);
    if (!status)
        status = eg_write_array(folder, "x", ROWS, FEATURES, scene->x.data, error);
    if (!status)
        status = eg_write_array(folder, "background", BACKGROUND, FEATURES, scene->background.data,
                                error);
    if (!status)
        status = eg_write_indices(folder, "reference", ROWS, REFERENCES, path->reference, error);
    if (!status)
        status = eg_write_array(folder, "alpha", ROWS, REFERENCES, path->alpha, error);
    return status ? status : eg_write_array(folder, "phi", ROWS, FEATURES, scene->phi.data, error);
}

int eg_write_explanation(const void *settings, const char *folder, struct eg_error *error)
{
    struct scene scene;
    (void)settings;
    int status = set_up(&scene, 0, 1, error);
    if (!status) {
        explain(&scene);
        status = write_scene(&scene, folder, error);
    }
    clear(&scene);
    return status;
}
