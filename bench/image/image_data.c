/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_data.h"

#include <stdlib.h>

#include "bench/frame/load_once.h"

/* --- the sets --- */

struct set_request {
    const char *name, *folder;
};

static int load_set(const void *asked, void *set, struct eg_error *error)
{
    const struct set_request *request = asked;
    return eg_image_set_load(request->name, request->folder, set, error);
}

static void release_set(void *set)
{
    eg_image_set_free(set);
}

static const struct eg_loaded_kind set_kind = {sizeof(struct eg_image_set), load_set, release_set};

const struct eg_image_set *eg_cached_image_set(const char *name, const char *data_folder,
                                               struct eg_error *error)
{
    const struct set_request request = {name, data_folder};
    return eg_load_once(&set_kind, &request, error, "%s %s", name, data_folder ? data_folder : "");
}

/* --- what is taken of them --- */

struct request {
    const struct eg_image_set *set;
    const struct eg_image_sizes *sizes;
};

static void free_images(struct eg_images *images)
{
    eg_matrix_free(&images->x);
    free(images->y);
}

static void release_data(void *made)
{
    struct eg_image_data *data = made;
    free_images(&data->train);
    free_images(&data->validation);
    free_images(&data->test);
}

/* Images first .. first + count - 1. */
static int take_images(const struct eg_image_set *set, const struct eg_image_scaling *scaling,
                       int is_test, size_t count, const size_t *index, struct eg_images *images,
                       struct eg_error *error)
{
    images->y = eg_alloc(count, sizeof *images->y, error);
    if (!images->y || eg_matrix_alloc(&images->x, count, eg_image_size(&set->shape), error))
        return EG_INTERNAL;
    eg_image_take(&set->shape, is_test ? set->test_pixels : set->train_pixels,
                  is_test ? set->test_labels : set->train_labels, scaling, count, index,
                  images->x.data, images->y);
    return EG_OK;
}

static struct eg_image_scaling choose_scaling(const struct eg_image_set *set,
                                              enum eg_image_standardising standardising,
                                              size_t train, const size_t *index)
{
    struct eg_image_scaling scaling = eg_image_scaling_centred();
    if (standardising == EG_IMAGE_CENTRED)
        return scaling;
    if (standardising == EG_IMAGE_UNIT) {
        for (size_t c = 0; c < EG_IMAGE_CHANNELS; c++)
            scaling.mean[c] = 0;
        return scaling;
    }
    scaling = eg_image_scaling_of(set, train, index);
    return standardising == EG_IMAGE_POOLED ? eg_image_scaling_pooled(&scaling, set->shape.channels)
                                            : scaling;
}

static int make_data(const void *asked, void *made, struct eg_error *error)
{
    const struct request *request = asked;
    const struct eg_image_set *set = request->set;
    const struct eg_image_sizes *sizes = request->sizes;
    struct eg_image_data *data = made;
    data->set = set;
    const size_t most = set->train_n > sizes->validation ? set->train_n - sizes->validation : 0;
    const size_t train = sizes->train ? sizes->train : most;
    const size_t test = sizes->test ? sizes->test : set->test_n;
    if (train == 0 || train > most || test > set->test_n)
        return eg_fail(error, EG_DATA,
                       "%s has %zu training and %zu test images: too few for %zu to train on, %zu "
                       "to choose by and %zu to test on",
                       set->name, set->train_n, set->test_n, train, sizes->validation, test);
    const size_t longest = set->train_n > set->test_n ? set->train_n : set->test_n;
    size_t *index = eg_alloc(longest, sizeof *index, error);
    if (!index)
        return EG_INTERNAL;
    for (size_t i = 0; i < longest; i++)
        index[i] = i;
    data->scaling = choose_scaling(set, sizes->standardising, train, index);
    int status = take_images(set, &data->scaling, 0, train, index, &data->train, error);
    if (!status)
        status = take_images(set, &data->scaling, 0, sizes->validation, index + most,
                             &data->validation, error);
    if (!status)
        status = take_images(set, &data->scaling, 1, test, index, &data->test, error);
    free(index);
    return status;
}

static const struct eg_loaded_kind data_kind = {sizeof(struct eg_image_data), make_data,
                                                release_data};

const struct eg_image_data *eg_cached_image_data(const char *name, const char *data_folder,
                                                 const struct eg_image_sizes *sizes,
                                                 struct eg_error *error)
{
    const struct eg_image_set *set = eg_cached_image_set(name, data_folder, error);
    const struct request request = {set, sizes};
    return set ? eg_load_once(&data_kind, &request, error, "%s %zu %zu %zu %d %s", name,
                              sizes->train, sizes->validation, sizes->test, sizes->standardising,
                              data_folder ? data_folder : "")
               : NULL;
}
