/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CIFAR-10 (Krizhevsky 2009), binary version, from the folder cifar10 of the data folder: the
 * training batches that are there, at least one, and the test batch or else its first 1,000 images.
 */
#include <stdio.h>
#include <stdlib.h>

#include "datasets/cifar_file.h"
#include "datasets/image_set.h"

enum { BATCHES = 5, WHOLE_TEST = 5, SHORT_TEST = 6, BATCH_IMAGES = 10000, SHORT_IMAGES = 1000 };

static const char fix[] = "datasets/fetch.sh cifar10";

static const struct eg_known_file files[] = {
    {"cifar10/data_batch_1.bin",
     "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"},
    {"cifar10/data_batch_2.bin",
     "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"},
    {"cifar10/data_batch_3.bin",
     "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"},
    {"cifar10/data_batch_4.bin",
     "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"},
    {"cifar10/data_batch_5.bin",
     "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"},
    {"cifar10/test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"},
    {"cifar10/test_batch_first1000.bin",
     "8314c96d7cd65618193bab23acdd5d4c4af15bf6dd00a1781d55beedf3be1ef5"},
    {0},
};

static const char *const class_names[EG_CIFAR_CLASSES] = {
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};

/* Which of the files are there, gzipped or not. */
struct found {
    int is_there[SHORT_TEST + 1];
    size_t batches;
};

static struct found find_files(const char *data_folder)
{
    struct found found = {0};
    for (size_t i = 0; files[i].path; i++)
        found.is_there[i] = eg_known_file_exists(&files[i], data_folder);
    for (size_t i = 0; i < BATCHES; i++)
        found.batches += found.is_there[i] != 0;
    return found;
}

static int is_enough(const struct found *found)
{
    return found->batches > 0 && (found->is_there[WHOLE_TEST] || found->is_there[SHORT_TEST]);
}

static int is_available(const char *data_folder)
{
    const struct found found = find_files(data_folder);
    return is_enough(&found);
}

/* Fills images labels, and as many times EG_CIFAR_SIZE pixels. */
static int read_known(const struct eg_known_file *known, const char *data_folder, size_t images,
                      uint8_t *pixels, uint8_t *labels, struct eg_error *error)
{
    struct eg_sha256 digest;
    size_t count;
    char *path;
    int status = eg_known_file_find(known, data_folder, fix, &path, error);
    if (status == EG_OK)
        status = eg_cifar_read(path, images, pixels, labels, &count, &digest, error);
    if (status == EG_OK)
        status = eg_known_file_check(known, path, &digest, fix, error);
    free(path);
    return status;
}

static int alloc_images(struct eg_image_set *set, struct eg_error *error)
{
    set->train_pixels = eg_alloc(set->train_n, EG_CIFAR_SIZE, error);
    set->train_labels = eg_alloc(set->train_n, 1, error);
    set->test_pixels = eg_alloc(set->test_n, EG_CIFAR_SIZE, error);
    set->test_labels = eg_alloc(set->test_n, 1, error);
    return set->train_pixels && set->train_labels && set->test_pixels && set->test_labels
               ? EG_OK
               : EG_INTERNAL;
}

static void describe(struct eg_image_set *set, const struct found *found)
{
    char *text = set->description;
    const size_t size = sizeof set->description;
    if (found->batches == BATCHES && found->is_there[WHOLE_TEST])
        snprintf(text, size, "CIFAR-10, 50,000 + 10,000 images of 32 x 32");
    else
        snprintf(text, size, "CIFAR-10, %zu of %d training batches (%zu,000 images) and %s images",
                 found->batches, BATCHES, found->batches * BATCH_IMAGES / 1000,
                 found->is_there[WHOLE_TEST] ? "all 10,000 test" : "the first 1,000 test");
}

static int read_found(const struct found *found, const char *data_folder, struct eg_image_set *set,
                      struct eg_error *error)
{
    size_t done = 0;
    int status = read_known(&files[found->is_there[WHOLE_TEST] ? WHOLE_TEST : SHORT_TEST],
                            data_folder, set->test_n, set->test_pixels, set->test_labels, error);
    for (size_t i = 0; i < BATCHES && status == EG_OK; i++) {
        if (!found->is_there[i])
            continue;
        status = read_known(&files[i], data_folder, BATCH_IMAGES,
                            set->train_pixels + done * EG_CIFAR_SIZE, set->train_labels + done,
                            error);
        done += BATCH_IMAGES;
    }
    return status;
}

static int load(const char *data_folder, struct eg_image_set *set, struct eg_error *error)
{
    if (!data_folder)
        return eg_fail(error, EG_DATA,
                       "cifar10: no data folder; give --data FOLDER, set EGBENCH_DATA_DIR, or run "
                       "%s",
                       fix);
    const struct found found = find_files(data_folder);
    if (!is_enough(&found))
        return eg_fail(error, EG_DATA,
                       "%s/cifar10: data_batch_1.bin (or another of the five) and test_batch.bin "
                       "are needed, gzipped or not; get them with: %s",
                       data_folder, fix);
    set->shape = (struct eg_image){EG_CIFAR_SIDE, EG_CIFAR_SIDE, EG_CIFAR_CHANNELS};
    set->classes = EG_CIFAR_CLASSES;
    set->class_names = class_names;
    set->train_n = found.batches * BATCH_IMAGES;
    set->test_n = found.is_there[WHOLE_TEST] ? BATCH_IMAGES : SHORT_IMAGES;
    describe(set, &found);
    int status = alloc_images(set, error);
    if (status == EG_OK)
        status = read_found(&found, data_folder, set, error);
    return status;
}

extern const struct eg_image_source eg_cifar10;

const struct eg_image_source eg_cifar10 = {
    .name = "cifar10",
    .summary = "CIFAR-10, colour images of ten classes, 32 x 32",
    .files = files,
    .is_available = is_available,
    .load = load,
};
