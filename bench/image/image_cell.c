/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/image/image_measures.h"
#include "bench/image/image_scales.h"
#include "bench/image/image_training.h"
#include "run/values.h"

enum { LEVELS_MAX = 32, PGD_STEPS = 10 };

struct cell {
    const struct eg_image_model *model;
    const struct eg_image_data *data;
    struct eg_image_recipe recipe;
    struct eg_image_counts counts;
    double strength, attack;
    size_t seed, replicate;
    size_t noise_count, flipped_count;
    double noise_levels[LEVELS_MAX], flipped_levels[LEVELS_MAX];
};

/* --- what the configuration says --- */

static int read_levels(const json_t *config, const char *field, size_t *count, double *levels,
                       struct eg_error *error)
{
    const json_t *array = json_object_get(config, field);
    *count = json_array_size(array);
    if (*count < 2 || *count > LEVELS_MAX)
        return eg_fail(error, EG_INTERNAL, "%s: %zu levels, not 2 to %d", field, *count,
                       LEVELS_MAX);
    for (size_t i = 0; i < *count; i++)
        levels[i] = json_number_value(json_array_get(array, i));
    return EG_OK;
}

static int read_counts(const json_t *config, struct eg_image_counts *counts, struct eg_error *error)
{
    const struct {
        const char *field;
        size_t *count;
    } fields[] = {{"train_images", &counts->train},   {"validation_images", &counts->validation},
                  {"test_images", &counts->test},     {"attack_images", &counts->attack},
                  {"smooth_images", &counts->smooth}, {"map_images", &counts->maps},
                  {"samples", &counts->samples}};
    int status = EG_OK;
    for (size_t i = 0; i < sizeof fields / sizeof *fields && !status; i++)
        status = eg_config_count(config, fields[i].field, fields[i].count, error);
    return status;
}

static int read_moving(const json_t *config, struct eg_moving *moving, struct eg_error *error)
{
    const char *shift_by, *outside;
    size_t flips;
    if (eg_config_count(config, "shift", &moving->shift, error) ||
        eg_config_text(config, "shift_by", &shift_by, error) ||
        eg_config_number(config, "degrees", &moving->degrees, error) ||
        eg_config_count(config, "flips", &flips, error) ||
        eg_config_text(config, "outside", &outside, error))
        return EG_INTERNAL;
    moving->pads = strcmp(shift_by, "padding") == 0;
    moving->flips = flips != 0;
    moving->extends = strcmp(outside, "nearest") == 0;
    return EG_OK;
}

static int read_recipe(const json_t *config, int is_released, struct eg_image_recipe *recipe,
                       struct eg_error *error)
{
    const char *optimiser;
    double rate, decay;
    size_t decay_epochs;
    if (eg_config_text(config, "network", &recipe->network, error) ||
        eg_config_text(config, "optimiser", &optimiser, error) ||
        eg_config_count(config, "epochs", &recipe->epochs, error) ||
        eg_config_count(config, "batch", &recipe->batch, error) ||
        eg_config_number(config, "rate", &rate, error) ||
        eg_config_number(config, "decay", &decay, error) ||
        eg_config_count(config, "decay_epochs", &decay_epochs, error) ||
        eg_config_number(config, "weight_decay", &recipe->weight_decay, error) ||
        read_moving(config, &recipe->moving, error))
        return EG_INTERNAL;
    const int is_adam = strcmp(optimiser, "adam") == 0;
    recipe->initialiser = is_adam ? EG_GLOROT_UNIFORM : EG_HE_NORMAL;
    recipe->optimiser = is_adam ? eg_adam(rate) : eg_sgd(rate, 0.9);
    recipe->optimiser.nesterov = strcmp(optimiser, "nesterov") == 0;
    recipe->optimiser.decay = decay;
    recipe->optimiser.decay_epochs = decay_epochs;
    recipe->optimiser.bare_epsilon = is_released; /* the released code runs on TensorFlow */
    return EG_OK;
}

static enum eg_image_standardising read_standardising(const char *scaling)
{
    return strcmp(scaling, "standardised") == 0          ? EG_IMAGE_BY_CHANNEL
           : strcmp(scaling, "standardised_pooled") == 0 ? EG_IMAGE_POOLED
                                                         : EG_IMAGE_CENTRED;
}

static int read_data(const struct eg_run *run, const json_t *config, struct cell *cell,
                     struct eg_error *error)
{
    const char *name, *scaling;
    if (eg_config_text(config, "dataset", &name, error) ||
        eg_config_text(config, "scaling", &scaling, error))
        return EG_INTERNAL;
    const struct eg_image_dataset *dataset = eg_image_dataset_find(name, error);
    if (!dataset)
        return EG_INTERNAL;
    const struct eg_image_counts *counts = &cell->counts;
    const struct eg_image_sizes sizes = {.train = counts->train,
                                         .validation = counts->validation,
                                         .test = counts->test,
                                         .standardising = read_standardising(scaling)};
    cell->data = eg_cached_image_data(dataset->set, run->data, &sizes, error);
    return cell->data ? EG_OK : error->status;
}

static int read_cell(const struct eg_run *run, const json_t *config, struct cell *cell,
                     struct eg_error *error)
{
    const char *model;
    if (eg_config_text(config, "model", &model, error) ||
        eg_config_count(config, "seed", &cell->seed, error) ||
        eg_config_count(config, "replicate", &cell->replicate, error) ||
        eg_config_number(config, "strength", &cell->strength, error) ||
        eg_config_number(config, "attack", &cell->attack, error) ||
        read_levels(config, "noise_levels", &cell->noise_count, cell->noise_levels, error) ||
        read_levels(config, "flipped_levels", &cell->flipped_count, cell->flipped_levels, error) ||
        read_counts(config, &cell->counts, error))
        return EG_INTERNAL;
    cell->model = eg_image_model_find(model, error);
    if (!cell->model || read_recipe(config, cell->model->is_released, &cell->recipe, error))
        return EG_INTERNAL;
    return read_data(run, config, cell, error);
}

/* --- accuracy --- */

static int measure_accuracy(const struct cell *cell, const struct eg_image_meter *meter,
                            json_t *values, struct eg_error *error)
{
    const struct eg_images *test = &cell->data->test, *validation = &cell->data->validation;
    double on_test, on_validation;
    if (eg_image_accuracy(meter, test->x.rows, test->x.data, test->y, &on_test, error) ||
        eg_image_accuracy(meter, validation->x.rows, validation->x.data, validation->y,
                          &on_validation, error))
        return EG_INTERNAL;
    const int status = eg_values_set(values, "test_accuracy", on_test, error);
    return status ? status : eg_values_set(values, "validation_accuracy", on_validation, error);
}

static int measure_robustness(const struct cell *cell, const struct eg_image_meter *meter,
                              json_t *values, struct eg_error *error)
{
    const size_t n = cell->counts.test;
    double noisy[LEVELS_MAX], flipped[LEVELS_MAX];
    if (eg_image_noise_curve(meter, EG_IMAGE_GAUSSIAN, n, cell->noise_count, cell->noise_levels,
                             noisy, error) ||
        eg_image_noise_curve(meter, EG_IMAGE_FLIPPED, n, cell->flipped_count, cell->flipped_levels,
                             flipped, error) ||
        eg_values_set_array(values, "noisy_accuracy", cell->noise_count, noisy, error) ||
        eg_values_set_array(values, "flipped_accuracy", cell->flipped_count, flipped, error))
        return EG_INTERNAL;
    return eg_values_set(values, "robustness_area",
                         eg_image_area(cell->noise_count, cell->noise_levels, noisy), error);
}

static int measure_attacks(const struct cell *cell, const struct eg_image_meter *meter,
                           json_t *values, struct eg_error *error)
{
    const struct {
        const char *name;
        struct eg_image_attack attack;
    } attacks[] = {{"fgsm_accuracy", {cell->attack, cell->attack, 1, 0}},
                   {"pgd_accuracy", {cell->attack, cell->attack / 4, PGD_STEPS, 1}}};
    const size_t n = cell->counts.attack;
    real *attacked = eg_alloc(n * cell->data->test.x.cols, sizeof *attacked, error);
    int status = attacked ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < 2 && !status; i++) {
        double accuracy;
        status = eg_image_attack(meter, &attacks[i].attack, n, attacked, error);
        if (!status)
            status = eg_image_accuracy(meter, n, attacked, cell->data->test.y, &accuracy, error);
        if (!status)
            status = eg_values_set(values, attacks[i].name, accuracy, error);
    }
    free(attacked);
    return status;
}

/* --- attributions --- */

/* Thousandths of the map's largest magnitude, channels added up. */
static json_t *pack_map(const struct eg_image *shape, const real *phi)
{
    const size_t pixels = shape->height * shape->width;
    double largest = 0;
    json_t *map = json_array();
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < pixels; i++) {
            double sum = 0;
            for (size_t c = 0; c < shape->channels; c++)
                sum += (double)phi[i * shape->channels + c];
            if (pass == 0)
                largest = fabs(sum) > largest ? fabs(sum) : largest;
            else
                json_array_append_new(map,
                                      json_integer(largest > 0 ? lround(1000 * sum / largest) : 0));
        }
    return map;
}

static json_t *pack_bytes(size_t count, const uint8_t *bytes)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_integer(bytes[i]));
    return array;
}

static int store_images(const struct cell *cell, json_t *values, struct eg_error *error)
{
    const struct eg_image_set *set = cell->data->set;
    const size_t n = cell->counts.maps, p = eg_image_size(&set->shape);
    json_t *images = json_array(), *names = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(images, pack_bytes(p, set->test_pixels + i * p));
    for (size_t i = 0; i < set->classes; i++)
        json_array_append_new(names, json_string(set->class_names[i]));
    const int failed = json_object_update_new(
        values, json_pack("{s:o, s:o, s:o, s:[I,I,I]}", "images", images, "labels",
                          pack_bytes(n, set->test_labels), "class_names", names, "shape",
                          (json_int_t)set->shape.height, (json_int_t)set->shape.width,
                          (json_int_t)set->shape.channels));
    return failed ? eg_fail(error, EG_INTERNAL, "out of memory") : EG_OK;
}

static int store_maps(const struct cell *cell, const struct eg_image_meter *meter, const real *phi,
                      json_t *values, struct eg_error *error)
{
    const size_t n = cell->counts.maps, p = cell->data->test.x.cols;
    size_t *classes = eg_alloc(n, sizeof *classes, error);
    if (!classes || eg_image_classify(meter, n, cell->data->test.x.data, classes, error)) {
        free(classes);
        return EG_INTERNAL;
    }
    json_t *maps = json_array(), *predicted = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(maps, pack_map(&cell->data->set->shape, phi + i * p));
        json_array_append_new(predicted, json_integer((json_int_t)classes[i]));
    }
    free(classes);
    if (json_object_update_new(values,
                               json_pack("{s:o, s:o}", "maps", maps, "predicted", predicted)))
        return eg_fail(error, EG_INTERNAL, "out of memory");
    return strcmp(cell->model->name, "baseline") ? EG_OK : store_images(cell, values, error);
}

/* The three kinds of total variation, on test and on validation images; phi is room. */
static int measure_smoothness(const struct cell *cell, const struct eg_image_meter *meter,
                              json_t *values, real *phi, struct eg_error *error)
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
                  {.samples = 1, .references = EG_REFERENCES_ROLLED},
                  EG_STANDARDISE_RELEASED},
                 {{"total_variation", "validation_total_variation"},
                  &eg_expected_gradients,
                  {.samples = cell->counts.samples},
                  EG_STANDARDISE_SD}};
    const size_t n = cell->counts.smooth;
    int status = EG_OK;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (int on_test = 0; on_test < 2 && !status; on_test++) {
            const struct eg_images *images = on_test ? &cell->data->test : &cell->data->validation;
            double variation;
            status = eg_image_explain(meter, kinds[i].method, &kinds[i].settings, n, images, phi,
                                      error);
            if (!status)
                status = eg_image_total_variation(&cell->data->set->shape, kinds[i].standardise, n,
                                                  phi, &variation, error);
            if (!status)
                status = eg_values_set(values, kinds[i].names[!on_test], variation, error);
        }
    return status;
}

static int measure_attributions(const struct cell *cell, const struct eg_image_meter *meter,
                                json_t *values, struct eg_error *error)
{
    real *phi = eg_alloc(cell->counts.smooth * cell->data->test.x.cols, sizeof *phi, error);
    int status = phi ? measure_smoothness(cell, meter, values, phi, error) : EG_INTERNAL;
    /* What is left in phi are the expected gradients of the test images. */
    if (!status && cell->model->has_maps && cell->replicate == 0)
        status = store_maps(cell, meter, phi, values, error);
    free(phi);
    return status;
}

int eg_image_run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                      struct eg_error *error)
{
    struct cell cell = {0};
    struct eg_network network = {0};
    double loss;
    int status = read_cell(run, config, &cell, error);
    if (!status)
        status = eg_image_train(run, &cell.recipe, cell.model, cell.strength, cell.seed,
                                cell.replicate, cell.data, &network, &loss, error);
    const struct eg_image_meter meter = {.network = &network,
                                         .data = cell.data,
                                         .threads = run->threads ? run->threads : 1,
                                         .seed = cell.seed,
                                         .replicate = cell.replicate};
    if (!status)
        status = eg_values_set(values, "train_loss", loss, error);
    if (!status)
        status = measure_accuracy(&cell, &meter, values, error);
    if (!status)
        status = measure_robustness(&cell, &meter, values, error);
    if (!status)
        status = measure_attacks(&cell, &meter, values, error);
    if (!status)
        status = measure_attributions(&cell, &meter, values, error);
    eg_network_free(&network);
    return status;
}
