/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/image_set.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

/* Every image set has one line here. */
#define SOURCES(SOURCE)                                                                            \
    SOURCE(eg_mnist)                                                                               \
    SOURCE(eg_fashion_mnist)                                                                       \
    SOURCE(eg_decoy_mnist)                                                                         \
    SOURCE(eg_decoy_fashion_mnist)                                                                 \
    SOURCE(eg_cifar10)

#define DECLARE(name) extern const struct eg_image_source name;
#define ADDRESS(name) &name,
SOURCES(DECLARE)

const struct eg_image_source *const eg_image_sources[] = {SOURCES(ADDRESS) NULL};

const struct eg_image_source *eg_image_source_find(const char *name, struct eg_error *error)
{
    char known[256] = "";
    size_t used = 0;
    for (size_t i = 0; eg_image_sources[i]; i++) {
        if (strcmp(name, eg_image_sources[i]->name) == 0)
            return eg_image_sources[i];
        if (used < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                     eg_image_sources[i]->name);
    }
    eg_fail(error, EG_USAGE, "no image set is called '%.60s'; there are: %s", name, known);
    return NULL;
}

void eg_image_set_free(struct eg_image_set *set)
{
    free(set->train_pixels);
    free(set->test_pixels);
    free(set->train_labels);
    free(set->test_labels);
    *set = (struct eg_image_set){0};
}

static int hash_content(struct eg_image_set *set, struct eg_error *error)
{
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return eg_fail(error, EG_INTERNAL, "out of memory");
    const struct eg_image *shape = &set->shape;
    const size_t size = eg_image_size(shape);
    const uint64_t numbers[] = {shape->height, shape->width, shape->channels,
                                set->classes,  set->train_n, set->test_n};
    XXH3_128bits_reset(state);
    XXH3_128bits_update(state, numbers, sizeof numbers);
    XXH3_128bits_update(state, set->train_pixels, set->train_n * size);
    XXH3_128bits_update(state, set->train_labels, set->train_n);
    XXH3_128bits_update(state, set->test_pixels, set->test_n * size);
    XXH3_128bits_update(state, set->test_labels, set->test_n);
    const XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    snprintf(set->content_hash, sizeof set->content_hash, "%016llx%016llx",
             (unsigned long long)hash.high64, (unsigned long long)hash.low64);
    return EG_OK;
}

int eg_image_set_load(const char *name, const char *data_folder, struct eg_image_set *set,
                      struct eg_error *error)
{
    *set = (struct eg_image_set){0};
    const struct eg_image_source *source = eg_image_source_find(name, error);
    if (!source)
        return EG_USAGE;
    int status = source->load(data_folder, set, error);
    if (status == EG_OK)
        status = hash_content(set, error);
    if (status)
        eg_image_set_free(set);
    else
        set->name = source->name;
    return status;
}

struct eg_image_scaling eg_image_scaling_centred(void)
{
    struct eg_image_scaling scaling;
    for (size_t c = 0; c < EG_IMAGE_CHANNELS; c++) {
        scaling.mean[c] = 0.5;
        scaling.sd[c] = 1;
    }
    return scaling;
}

/* Mean and population sd of bytes, of which histogram says how many of each there are. */
static void summarise(const uint64_t histogram[256], double *mean, double *sd)
{
    uint64_t count = 0, sum = 0;
    double squares = 0;
    for (size_t byte = 0; byte < 256; byte++) {
        count += histogram[byte];
        sum += histogram[byte] * byte;
    }
    *mean = (double)sum / (double)count;
    for (size_t byte = 0; byte < 256; byte++)
        squares += (double)histogram[byte] * ((double)byte - *mean) * ((double)byte - *mean);
    *sd = sqrt(squares / (double)count);
}

struct eg_image_scaling eg_image_scaling_of(const struct eg_image_set *set, size_t count,
                                            const size_t *index)
{
    struct eg_image_scaling scaling = eg_image_scaling_centred();
    const size_t channels = set->shape.channels, size = eg_image_size(&set->shape);
    uint64_t histogram[EG_IMAGE_CHANNELS][256] = {0};
    for (size_t i = 0; i < count; i++) {
        const uint8_t *image = set->train_pixels + (index ? index[i] : i) * size;
        for (size_t k = 0; k < size; k += channels)
            for (size_t c = 0; c < channels; c++)
                histogram[c][image[k + c]]++;
    }
    for (size_t c = 0; c < channels && count; c++) {
        double mean, sd;
        summarise(histogram[c], &mean, &sd);
        scaling.mean[c] = mean / 255;
        scaling.sd[c] = sd > 0 ? sd / 255 : 1;
    }
    return scaling;
}

/* A channel that does not vary has sd 1 in of_each and variance 0. That of all: the mean square less
 * the square of the mean. */
struct eg_image_scaling eg_image_scaling_pooled(const struct eg_image_scaling *of_each,
                                                size_t channels)
{
    struct eg_image_scaling pooled = *of_each;
    double mean = 0, variance = 0;
    for (size_t c = 0; c < channels; c++)
        mean += of_each->mean[c] / (double)channels;
    for (size_t c = 0; c < channels; c++) {
        const double away = of_each->mean[c] - mean, sd = of_each->sd[c] < 1 ? of_each->sd[c] : 0;
        variance += (sd * sd + away * away) / (double)channels;
    }
    for (size_t c = 0; c < channels; c++) {
        pooled.mean[c] = mean;
        pooled.sd[c] = variance > 0 ? sqrt(variance) : 1;
    }
    return pooled;
}

real eg_image_scale(const struct eg_image_scaling *scaling, size_t channel, uint8_t byte)
{
    return (real)((byte / 255.0 - scaling->mean[channel]) / scaling->sd[channel]);
}

void eg_image_take(const struct eg_image *shape, const uint8_t *pixels, const uint8_t *labels,
                   const struct eg_image_scaling *scaling, size_t count, const size_t *index,
                   real *x, real *y)
{
    const size_t channels = shape->channels, size = eg_image_size(shape);
    real scaled[EG_IMAGE_CHANNELS][256];
    for (size_t c = 0; c < channels; c++)
        for (size_t byte = 0; byte < 256; byte++)
            scaled[c][byte] = eg_image_scale(scaling, c, (uint8_t)byte);
    for (size_t i = 0; i < count; i++) {
        const size_t row = index ? index[i] : i;
        const uint8_t *from = pixels + row * size;
        real *to = x + i * size;
        for (size_t k = 0; k < size; k += channels)
            for (size_t c = 0; c < channels; c++)
                to[k + c] = scaled[c][from[k + c]];
        y[i] = (real)labels[row];
    }
}
