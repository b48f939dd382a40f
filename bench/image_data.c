/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image_data.h"

#include <stdlib.h>
#include <string.h>

struct set_entry {
    struct set_entry *next;
    char *name, *folder;
    struct eg_image_set set;
};

struct data_entry {
    struct data_entry *next;
    struct eg_image_sizes sizes;
    struct eg_image_data data;
};

static struct set_entry *sets;
static struct data_entry *datas;

static void free_set(struct set_entry *entry)
{
    eg_image_set_free(&entry->set);
    free(entry->name);
    free(entry->folder);
    free(entry);
}

static void free_images(struct eg_images *images)
{
    eg_matrix_free(&images->x);
    free(images->y);
}

static void free_data(struct data_entry *entry)
{
    free_images(&entry->data.train);
    free_images(&entry->data.validation);
    free_images(&entry->data.test);
    free(entry);
}

static void free_entries(void)
{
    while (datas) {
        struct data_entry *next = datas->next;
        free_data(datas);
        datas = next;
    }
    while (sets) {
        struct set_entry *next = sets->next;
        free_set(sets);
        sets = next;
    }
}

static const struct eg_image_set *find_or_load(const char *name, const char *folder,
                                               struct eg_error *error)
{
    for (const struct set_entry *entry = sets; entry; entry = entry->next)
        if (strcmp(entry->name, name) == 0 && strcmp(entry->folder, folder ? folder : "") == 0)
            return &entry->set;
    struct set_entry *entry = eg_alloc(1, sizeof *entry, error);
    if (!entry)
        return NULL;
    entry->name = strdup(name);
    entry->folder = strdup(folder ? folder : "");
    int status = entry->name && entry->folder ? EG_OK
                                              : eg_fail(error, EG_INTERNAL, "out of memory");
    if (!status)
        status = eg_image_set_load(name, folder, &entry->set, error);
    if (status) {
        free_set(entry);
        return NULL;
    }
    if (!sets)
        atexit(free_entries);
    entry->next = sets;
    sets = entry;
    return &entry->set;
}

const struct eg_image_set *eg_cached_image_set(const char *name, const char *data_folder,
                                               struct eg_error *error)
{
    const struct eg_image_set *set;
#pragma omp critical(eg_image_data)
    set = find_or_load(name, data_folder, error);
    return set;
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

static int fill_data(struct eg_image_data *data, const struct eg_image_sizes *sizes,
                     struct eg_error *error)
{
    const struct eg_image_set *set = data->set;
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
    data->scaling = sizes->is_standardised ? eg_image_scaling_of(set, train, index)
                                           : eg_image_scaling_centred();
    int status = take_images(set, &data->scaling, 0, train, index, &data->train, error);
    if (!status)
        status = take_images(set, &data->scaling, 0, sizes->validation, index + most,
                             &data->validation, error);
    if (!status)
        status = take_images(set, &data->scaling, 1, test, index, &data->test, error);
    free(index);
    return status;
}

static const struct eg_image_data *find_or_make(const char *name, const char *folder,
                                                const struct eg_image_sizes *sizes,
                                                struct eg_error *error)
{
    const struct eg_image_set *set = find_or_load(name, folder, error);
    for (const struct data_entry *entry = datas; set && entry; entry = entry->next)
        if (entry->data.set == set && entry->sizes.train == sizes->train &&
            entry->sizes.validation == sizes->validation && entry->sizes.test == sizes->test &&
            entry->sizes.is_standardised == sizes->is_standardised)
            return &entry->data;
    struct data_entry *entry = set ? eg_alloc(1, sizeof *entry, error) : NULL;
    if (!entry)
        return NULL;
    entry->sizes = *sizes;
    entry->data.set = set;
    if (fill_data(&entry->data, sizes, error)) {
        free_data(entry);
        return NULL;
    }
    entry->next = datas;
    datas = entry;
    return &entry->data;
}

const struct eg_image_data *eg_cached_image_data(const char *name, const char *data_folder,
                                                 const struct eg_image_sizes *sizes,
                                                 struct eg_error *error)
{
    const struct eg_image_data *data;
#pragma omp critical(eg_image_data)
    data = find_or_make(name, data_folder, sizes, error);
    return data;
}
