/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/image/image_maps.h"
#include "bench/image/image_measures.h"
#include "bench/image/image_scales.h"
#include "bench/image/image_training.h"

enum { LEVELS_MAX = 32, PGD_STEPS = 10 };

#define FIELD(member) EG_FIELD(struct eg_image_cell, member)
const struct eg_field eg_image_fields[] = {
    FIELD(dataset),
    FIELD(data),
    FIELD(protocol),
    FIELD(scale),
    FIELD(seed),
    {.name = "image", .type = EG_FIELD_COUNTS, .offset = offsetof(struct eg_image_cell, image)},
    FIELD(epochs),
    FIELD(batch),
    FIELD(rate),
    FIELD(optimiser),
    FIELD(decay),
    FIELD(decay_epochs),
    FIELD(weight_decay),
    FIELD(scaling),
    FIELD(shift),
    FIELD(shift_by),
    FIELD(degrees),
    FIELD(flips),
    FIELD(outside),
    FIELD(train_images),
    FIELD(validation_images),
    FIELD(test_images),
    FIELD(attack_images),
    FIELD(smooth_images),
    FIELD(map_images),
    FIELD(samples),
    FIELD(attack),
    FIELD(noise_levels),
    FIELD(flipped_levels),
    FIELD(model),
    FIELD(network),
    FIELD(steps),
    FIELD(strength),
    FIELD(replicate),
    EG_OPTIONAL_FIELD(struct eg_image_cell, convolution),
    {0}};

/* --- what the configuration says --- */

static struct eg_image_recipe make_recipe(const struct eg_image_cell *cell,
                                          const struct eg_image_model *model)
{
    const int is_adam = strcmp(cell->optimiser, "adam") == 0;
    struct eg_image_recipe recipe = {.model = model,
                                     .strength = cell->strength,
                                     .seed = cell->seed,
                                     .replicate = cell->replicate,
                                     .network = cell->network,
                                     .is_direct = cell->convolution != NULL,
                                     .initialiser = is_adam ? EG_GLOROT_UNIFORM : EG_HE_NORMAL,
                                     .epochs = cell->epochs,
                                     .batch = cell->batch,
                                     .optimiser = is_adam ? eg_adam(cell->rate)
                                                          : eg_sgd(cell->rate, 0.9),
                                     .moving = {.shift = cell->shift,
                                                .pads = strcmp(cell->shift_by, "padding") == 0,
                                                .degrees = cell->degrees,
                                                .flips = cell->flips != 0,
                                                .extends = strcmp(cell->outside, "nearest") == 0},
                                     .weight_decay = cell->weight_decay};
    recipe.optimiser.nesterov = strcmp(cell->optimiser, "nesterov") == 0;
    recipe.optimiser.decay = cell->decay;
    recipe.optimiser.decay_epochs = cell->decay_epochs;
    recipe.optimiser.bare_epsilon = model->is_released; /* the released code runs on TensorFlow */
    return recipe;
}

static enum eg_image_standardising read_standardising(const char *scaling)
{
    return strcmp(scaling, "standardised") == 0          ? EG_IMAGE_BY_CHANNEL
           : strcmp(scaling, "standardised_pooled") == 0 ? EG_IMAGE_POOLED
                                                         : EG_IMAGE_CENTRED;
}

static const struct eg_image_data *
find_data(const struct eg_run *run, const struct eg_image_cell *cell, struct eg_error *error)
{
    const struct eg_image_dataset *dataset = eg_image_dataset_find(cell->dataset, error);
    const struct eg_image_sizes sizes = {.train = cell->train_images,
                                         .validation = cell->validation_images,
                                         .test = cell->test_images,
                                         .standardising = read_standardising(cell->scaling)};
    return dataset ? eg_cached_image_data(dataset->set, run->data, &sizes, error) : NULL;
}

/* --- accuracy --- */

static int measure_accuracy(const struct eg_image_meter *meter, const struct eg_row *row,
                            struct eg_error *error)
{
    const struct eg_images *test = &meter->data->test, *validation = &meter->data->validation;
    double on_test, on_validation;
    if (eg_image_accuracy(meter, test->x.rows, test->x.data, test->y, &on_test, error) ||
        eg_image_accuracy(meter, validation->x.rows, validation->x.data, validation->y,
                          &on_validation, error))
        return EG_INTERNAL;
    eg_row_set(row, "test_accuracy", on_test);
    eg_row_set(row, "validation_accuracy", on_validation);
    return EG_OK;
}

/* accuracy (LEVELS_MAX): row[name], of all test images */
static int measure_curve(const struct eg_image_meter *meter, enum eg_image_noise noise,
                         const struct eg_numbers *levels, const struct eg_row *row,
                         const char *name, double *accuracy, struct eg_error *error)
{
    if (levels->count < 2 || levels->count > LEVELS_MAX)
        return eg_fail(error, EG_INTERNAL, "%s: %zu levels, not 2 to %d", name, levels->count,
                       LEVELS_MAX);
    const int status = eg_image_noise_curve(meter, noise, meter->data->test.x.rows, levels->count,
                                            levels->at, accuracy, error);
    if (!status)
        eg_row_set_array(row, name, levels->count, accuracy);
    return status;
}

static int measure_robustness(const struct eg_image_cell *cell, const struct eg_image_meter *meter,
                              const struct eg_row *row, struct eg_error *error)
{
    const struct eg_numbers *noise = &cell->noise_levels, *flipped = &cell->flipped_levels;
    double under_noise[LEVELS_MAX], under_flips[LEVELS_MAX];
    if (measure_curve(meter, EG_IMAGE_GAUSSIAN, noise, row, "noisy_accuracy", under_noise, error) ||
        measure_curve(meter, EG_IMAGE_FLIPPED, flipped, row, "flipped_accuracy", under_flips,
                      error))
        return EG_INTERNAL;
    eg_row_set(row, "robustness_area", eg_image_area(noise->count, noise->at, under_noise));
    return EG_OK;
}

static int measure_attacks(const struct eg_image_cell *cell, const struct eg_image_meter *meter,
                           const struct eg_row *row, struct eg_error *error)
{
    const struct {
        const char *name;
        struct eg_image_attack attack;
    } attacks[] = {{"fgsm_accuracy", {cell->attack, cell->attack, 1, 0}},
                   {"pgd_accuracy", {cell->attack, cell->attack / 4, PGD_STEPS, 1}}};
    const size_t n = cell->attack_images;
    real *attacked = eg_alloc(n * meter->data->test.x.cols, sizeof *attacked, error);
    int status = attacked ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < 2 && !status; i++) {
        double accuracy = NAN;
        status = eg_image_attack(meter, &attacks[i].attack, n, attacked, error);
        if (!status)
            status = eg_image_accuracy(meter, n, attacked, meter->data->test.y, &accuracy, error);
        eg_row_set(row, attacks[i].name, accuracy);
    }
    free(attacked);
    return status;
}

/* --- attributions --- */

static void set_images(const struct eg_image_cell *cell, const struct eg_image_set *set,
                       const struct eg_row *row)
{
    const size_t n = cell->map_images, p = eg_image_size(&set->shape);
    json_t *images = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(images, eg_image_pack_bytes(p, set->test_pixels + i * p));
    eg_row_set_json(row, "images", images);
    eg_row_set_json(row, "labels", eg_image_pack_bytes(n, set->test_labels));
    eg_row_set_texts(row, "class_names", set->classes, set->class_names);
    eg_row_set_json(row, "shape",
                    json_pack("[I,I,I]", (json_int_t)set->shape.height,
                              (json_int_t)set->shape.width, (json_int_t)set->shape.channels));
}

static int set_maps(const struct eg_image_cell *cell, const struct eg_image_meter *meter,
                    const real *phi, const struct eg_row *row, struct eg_error *error)
{
    const size_t n = cell->map_images, p = meter->data->test.x.cols;
    size_t *classes = eg_alloc(n, sizeof *classes, error);
    const int status = classes
                           ? eg_image_classify(meter, n, meter->data->test.x.data, classes, error)
                           : EG_INTERNAL;
    json_t *maps = json_array(), *predicted = json_array();
    for (size_t i = 0; i < n && !status; i++) {
        json_array_append_new(maps, eg_image_pack_map(&meter->data->set->shape, phi + i * p));
        json_array_append_new(predicted, json_integer((json_int_t)classes[i]));
    }
    free(classes);
    eg_row_set_json(row, "maps", maps);
    eg_row_set_json(row, "predicted", predicted);
    if (strcmp(cell->model, "baseline") == 0)
        set_images(cell, meter->data->set, row);
    return status;
}

/* The three kinds of total variation, on test and on validation images; phi is room. */
static int measure_smoothness(const struct eg_image_cell *cell, const struct eg_image_meter *meter,
                              const struct eg_row *row, real *phi, struct eg_error *error)
{
    const struct {
        const char *names[2];
        const struct eg_method *method;
        struct eg_method_settings settings;
        enum eg_standardise standardise;
    } kinds[] = {{{"total_variation_gradients", "validation_total_variation_gradients"},
                  &eg_gradients,
                  {.samples = 1},
                  EG_STANDARDISE_SD},
                 {{"total_variation_released", "validation_total_variation_released"},
                  &eg_expected_gradients,
                  {.samples = 1, .references = EG_REFERENCES_SHIFTED},
                  EG_STANDARDISE_RELEASED},
                 {{"total_variation", "validation_total_variation"},
                  &eg_expected_gradients,
                  {.samples = cell->samples},
                  EG_STANDARDISE_SD}};
    const size_t n = cell->smooth_images;
    int status = EG_OK;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (int on_test = 0; on_test < 2 && !status; on_test++) {
            const struct eg_images *images = on_test ? &meter->data->test
                                                     : &meter->data->validation;
            double variation = NAN;
            status = eg_image_explain(meter, kinds[i].method, &kinds[i].settings, n, images, phi,
                                      error);
            if (!status)
                status = eg_image_total_variation(&meter->data->set->shape, kinds[i].standardise, n,
                                                  phi, &variation, error);
            eg_row_set(row, kinds[i].names[!on_test], variation);
        }
    return status;
}

static int measure_attributions(const struct eg_image_cell *cell,
                                const struct eg_image_meter *meter, const struct eg_row *row,
                                struct eg_error *error)
{
    real *phi = eg_alloc(cell->smooth_images * meter->data->test.x.cols, sizeof *phi, error);
    int status = phi ? measure_smoothness(cell, meter, row, phi, error) : EG_INTERNAL;
    /* What is left in phi are the expected gradients of the test images. */
    if (!status && eg_image_model_find(cell->model, NULL)->has_maps && cell->replicate == 0)
        status = set_maps(cell, meter, phi, row, error);
    free(phi);
    return status;
}

int eg_image_run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                      struct eg_error *error)
{
    const struct eg_image_cell *cell = of_cell;
    const struct eg_image_model *model = eg_image_model_find(cell->model, error);
    const struct eg_image_data *data = model ? find_data(run, cell, error) : NULL;
    struct eg_network network = {0};
    double loss;
    if (!data)
        return error->status;
    const struct eg_image_recipe recipe = make_recipe(cell, model);
    const struct eg_image_meter meter = {.network = &network,
                                         .data = data,
                                         .threads = run->threads ? run->threads : 1,
                                         .seed = cell->seed,
                                         .replicate = cell->replicate};
    int status = eg_image_train(run, &recipe, data, &network, &loss, error);
    if (!status) {
        eg_row_set(row, "train_loss", loss);
        status = measure_accuracy(&meter, row, error);
    }
    if (!status)
        status = measure_robustness(cell, &meter, row, error);
    if (!status)
        status = measure_attacks(cell, &meter, row, error);
    if (!status)
        status = measure_attributions(cell, &meter, row, error);
    eg_network_free(&network);
    return status;
}
