/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_cost.h"

#include "bench/image/image_models.h"
#include "nn/network.h"

/* Sweeps over the network for each training image: forward, backward, weights, and for a prior
 * forward, backward, tangent, weights. */
enum { SWEEPS_PLAIN = 3, SWEEPS_PRIOR = 7 };

/* Of the 1 + 10 attacks each explains, which is two sweeps; total variation takes two sweeps for each
 * sample, of three kinds, on test and on validation images. */
enum { ATTACKS = 11, SWEEPS_EXPLAIN = 2, SIDES = 2, OTHER_KINDS = 2 };

static int count_sweeps(const json_t *config, double *sweeps, struct eg_error *error)
{
    size_t epochs, train, validation, test, attack, smooth, samples;
    const char *name;
    if (eg_config_count(config, "epochs", &epochs, error) ||
        eg_config_count(config, "train_images", &train, error) ||
        eg_config_count(config, "validation_images", &validation, error) ||
        eg_config_count(config, "test_images", &test, error) ||
        eg_config_count(config, "attack_images", &attack, error) ||
        eg_config_count(config, "smooth_images", &smooth, error) ||
        eg_config_count(config, "samples", &samples, error) ||
        eg_config_text(config, "model", &name, error))
        return EG_INTERNAL;
    const struct eg_image_model *model = eg_image_model_find(name, error);
    if (!model)
        return EG_INTERNAL;
    const size_t levels = json_array_size(json_object_get(config, "noise_levels")) +
                          json_array_size(json_object_get(config, "flipped_levels"));
    *sweeps = (double)(epochs * train) * (model->method ? SWEEPS_PRIOR : SWEEPS_PLAIN) +
              (double)(test + validation + test * levels) +
              (double)(SWEEPS_EXPLAIN * ATTACKS * attack) +
              (double)(SWEEPS_EXPLAIN * SIDES * smooth * (samples + OTHER_KINDS));
    return EG_OK;
}

static int count_work(const json_t *config, double *work, struct eg_error *error)
{
    const char *text;
    json_int_t height, width, channels;
    struct eg_network network;
    if (eg_config_text(config, "network", &text, error))
        return EG_INTERNAL;
    if (json_unpack((json_t *)config, "{s:[I,I,I]}", "image", &height, &width, &channels))
        return eg_fail(error, EG_INTERNAL, "image: not three numbers");
    const int status = eg_network_alloc(&network, (size_t)(height * width * channels), text, error);
    *work = 0;
    for (size_t l = 0; l < network.layer_count && !status; l++)
        *work += (double)network.layers[l].work;
    eg_network_free(&network);
    return status;
}

int eg_image_cost(const json_t *config, double *cost, struct eg_error *error)
{
    double sweeps, work;
    if (count_sweeps(config, &sweeps, error) || count_work(config, &work, error))
        return EG_INTERNAL;
    *cost = sweeps * work;
    return EG_OK;
}

int eg_image_shorten(const json_t *config, json_t **shorter, double *times, struct eg_error *error)
{
    static const struct {
        const char *field;
        json_int_t most;
    } few[] = {{"epochs", 1},        {"train_images", 1000}, {"validation_images", 100},
               {"test_images", 100}, {"attack_images", 20},  {"smooth_images", 5},
               {"map_images", 1}};
    double whole, part;
    int failed = 0;
    *shorter = json_deep_copy(config);
    for (size_t i = 0; i < sizeof few / sizeof *few && *shorter; i++) {
        const json_int_t own = json_integer_value(json_object_get(config, few[i].field));
        failed |= json_object_set_new(*shorter, few[i].field,
                                      json_integer(own < few[i].most ? own : few[i].most));
    }
    if (!*shorter || failed)
        return eg_fail(error, EG_INTERNAL, "out of memory");
    if (eg_image_cost(config, &whole, error) || eg_image_cost(*shorter, &part, error))
        return EG_INTERNAL;
    *times = whole / part;
    return EG_OK;
}
