/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fashion-MNIST is one of the packages that make installs; MNIST and CIFAR-10 are tested where they
 * are. */
#include "datasets/image_set.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

static struct eg_image_set load(const char *name, const char *data_folder)
{
    struct eg_image_set set;
    struct eg_error error = {0};
    cr_assert_eq(eg_image_set_load(name, data_folder, &set, &error), EG_OK, "%s", error.message);
    cr_assert_str_eq(set.name, name);
    cr_assert_eq(strlen(set.content_hash), 32);
    return set;
}

static void refuse(const char *name, const char *data_folder, int status, const char *part)
{
    struct eg_image_set set;
    struct eg_error error = {0};
    cr_assert_eq(eg_image_set_load(name, data_folder, &set, &error), status, "%s", part);
    cr_assert(strstr(error.message, part), "%s", error.message);
    cr_assert(!set.train_pixels && !set.test_pixels && !set.train_labels && !set.test_labels);
    cr_assert(!set.name && set.train_n == 0);
}

static const char *find_real(const char *name)
{
    const char *folder = getenv("EGBENCH_DATA_DIR");
    if (!eg_image_source_find(name, NULL)->is_available(folder))
        cr_skip("EGBENCH_DATA_DIR does not hold %s", name);
    return folder;
}

/* Each class as often as the set's authors say. */
static void expect_balanced(const uint8_t *labels, size_t count, size_t classes)
{
    for (size_t k = 0; k < classes; k++) {
        size_t seen = 0;
        for (size_t i = 0; i < count; i++)
            seen += labels[i] == k;
        cr_assert_eq(seen, count / classes, "class %zu: %zu", k, seen);
    }
}

Test(image_set, finds_sources_by_name)
{
    struct eg_error error = {0};
    cr_assert_str_eq(eg_image_source_find("cifar10", &error)->name, "cifar10");
    cr_assert_null(eg_image_source_find("imagenet", &error));
    cr_assert_eq(error.status, EG_USAGE);
    cr_assert_str_eq(error.message, "no image set is called 'imagenet'; there are: mnist, "
                                    "fashion_mnist, decoy_mnist, decoy_fashion_mnist, cifar10");
    refuse("imagenet", NULL, EG_USAGE, "no image set is called 'imagenet'");
}

/* Every file's hash is the manifest's, and the manifest names no file that no source reads. */
Test(image_set, hashes_are_those_of_the_manifest)
{
    static char manifest[1 << 16];
    FILE *file = fopen("datasets/manifest", "r");
    cr_assert(file);
    const size_t length = fread(manifest, 1, sizeof manifest - 1, file);
    fclose(file);
    cr_assert(length > 0 && length < sizeof manifest - 1);
    size_t files = 0, named = 0;
    for (size_t i = 0; eg_image_sources[i]; i++)
        for (const struct eg_known_file *known = eg_image_sources[i]->files; known->path; known++) {
            char begin[200], path[100], hash[100];
            snprintf(begin, sizeof begin, "\nfile: %s ", known->path);
            const char *line = strstr(manifest, begin);
            cr_assert(line, "%s", known->path);
            cr_assert_eq(sscanf(line, " file: %99s %*s sha256:%99s", path, hash), 2);
            cr_assert_str_eq(hash, known->sha256, "%s", known->path);
            files++;
        }
    for (const char *line = strstr(manifest, "\nfile: "); line; line = strstr(line + 1, "\nfile: "))
        named += !strncmp(line + 7, "mnist/", 6) || !strncmp(line + 7, "cifar10/", 8) ||
                 !strncmp(line + 7, "fashion-mnist/", 14);
    cr_assert_eq(files, 15);
    cr_assert_eq(named, files);
}

/* Mean and sd of all training pixels are published in many places as 0.2860 and 0.3530. */
Test(image_set, fashion_mnist_is_what_is_known_of_it)
{
    struct eg_image_set set = load("fashion_mnist", NULL);
    cr_assert_str_eq(set.description, "Fashion-MNIST, 60,000 + 10,000 images of 28 x 28");
    cr_assert(set.shape.height == 28 && set.shape.width == 28 && set.shape.channels == 1);
    cr_assert(set.train_n == 60000 && set.test_n == 10000 && set.classes == 10);
    expect_balanced(set.train_labels, set.train_n, 10);
    expect_balanced(set.test_labels, set.test_n, 10);
    cr_assert_str_eq(set.class_names[set.train_labels[0]], "ankle boot");
    const struct eg_image_scaling scaling = eg_image_scaling_of(&set, set.train_n, NULL);
    cr_assert_float_eq(scaling.mean[0], 0.2860, 5e-5);
    cr_assert_float_eq(scaling.sd[0], 0.3530, 5e-5);
    eg_image_set_free(&set);
    cr_assert_null(set.train_pixels);
}

/* Published: 0.1307 and 0.3081. The first training image is a 5; there are 5,421 of them. */
Test(image_set, mnist_is_what_is_known_of_it)
{
    struct eg_image_set set = load("mnist", find_real("mnist"));
    static const size_t counts[] = {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949};
    size_t seen[10] = {0};
    for (size_t i = 0; i < set.train_n; i++)
        seen[set.train_labels[i]]++;
    cr_assert_arr_eq(seen, counts, sizeof counts);
    cr_assert_str_eq(set.description, "MNIST, 60,000 + 10,000 images of 28 x 28");
    cr_assert_str_eq(set.class_names[set.train_labels[0]], "5");
    cr_assert(set.test_n == 10000 && set.test_labels[0] == 7);
    const struct eg_image_scaling scaling = eg_image_scaling_of(&set, set.train_n, NULL);
    cr_assert_float_eq(scaling.mean[0], 0.1307, 5e-5);
    cr_assert_float_eq(scaling.sd[0], 0.3081, 5e-5);
    eg_image_set_free(&set);
}

/* Published for all 50,000: 0.4914, 0.4822, 0.4465 and 0.2470, 0.2435, 0.2616; some batches come
 * near. The first image of the first batch is a frog, of the test set a cat. */
Test(image_set, cifar10_is_what_is_known_of_it)
{
    static const double mean[] = {0.4914, 0.4822, 0.4465}, sd[] = {0.2470, 0.2435, 0.2616};
    const char *folder = find_real("cifar10");
    struct eg_image_set set = load("cifar10", folder);
    cr_assert(set.shape.height == 32 && set.shape.width == 32 && set.shape.channels == 3);
    cr_assert(set.train_n >= 10000 && set.train_n <= 50000 && set.train_n % 10000 == 0);
    cr_assert(set.test_n == 1000 || set.test_n == 10000);
    if (set.train_n == 20000 && set.test_n == 1000)
        cr_assert_str_eq(set.description, "CIFAR-10, 2 of 5 training batches (20,000 images) and "
                                          "the first 1,000 test images");
    if (eg_known_file_exists(&eg_image_source_find("cifar10", NULL)->files[0], folder))
        cr_assert_str_eq(set.class_names[set.train_labels[0]], "frog");
    cr_assert_str_eq(set.class_names[set.test_labels[0]], "cat");
    const struct eg_image_scaling scaling = eg_image_scaling_of(&set, set.train_n, NULL);
    for (size_t c = 0; c < 3; c++) {
        cr_assert_float_eq(scaling.mean[c], mean[c], 0.005);
        cr_assert_float_eq(scaling.sd[c], sd[c], 0.005);
    }
    /* Neighbouring pixels of a channel are alike, which they would not be in another order. */
    double across = 0, down = 0;
    for (size_t i = 0; i < 100 * 3072; i++) {
        const size_t k = i % 3072;
        across += k % 96 < 93 ? abs(set.train_pixels[i] - set.train_pixels[i + 3]) : 0;
        down += k < 3072 - 96 ? abs(set.train_pixels[i] - set.train_pixels[i + 96]) : 0;
    }
    cr_assert(across / (100 * 3072) < 20 && down / (100 * 3072) < 20, "%g %g", across, down);
    eg_image_set_free(&set);
}

Test(image_set, says_what_is_missing_and_how_to_get_it)
{
    struct scratch scratch = make_scratch();
    refuse("mnist", NULL, EG_DATA,
           "mnist: no data folder; give --data FOLDER, set EGBENCH_DATA_DIR, or run "
           "datasets/fetch.sh mnist");
    refuse("mnist", scratch.folder, EG_DATA,
           "/mnist/t10k-labels-idx1-ubyte: not there, nor with .gz after its name; get it with: "
           "datasets/fetch.sh mnist");
    refuse("cifar10", NULL, EG_DATA, "cifar10: no data folder;");
    refuse("cifar10", scratch.folder, EG_DATA,
           "/cifar10: data_batch_1.bin (or another of the five) and test_batch.bin are needed, "
           "gzipped or not; get them with: datasets/fetch.sh cifar10");
    /* A folder of one's own goes before the package's. */
    write_scratch(&scratch, "fashion-mnist/other", "", 0);
    refuse("fashion_mnist", scratch.folder, EG_DATA,
           "/fashion-mnist/t10k-labels-idx1-ubyte: not there, nor with .gz after its name; get it "
           "with: apt-get install --reinstall dataset-fashion-mnist");
    remove_scratch(&scratch);
}

Test(image_set, availability_is_presence)
{
    const struct eg_image_source *mnist = eg_image_source_find("mnist", NULL),
                                 *cifar10 = eg_image_source_find("cifar10", NULL),
                                 *fashion = eg_image_source_find("fashion_mnist", NULL);
    struct scratch scratch = make_scratch();
    cr_assert(!mnist->is_available(NULL) && !cifar10->is_available(NULL));
    cr_assert(fashion->is_available(NULL) && fashion->is_available(scratch.folder));
    static const char *const names[] = {
        "mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte",
        "mnist/t10k-images-idx3-ubyte.gz", "mnist/t10k-labels-idx1-ubyte"};
    for (size_t i = 0; i < 4; i++) {
        cr_assert(!mnist->is_available(scratch.folder));
        write_scratch(&scratch, names[i], "", 0);
    }
    cr_assert(mnist->is_available(scratch.folder));
    write_scratch(&scratch, "cifar10/data_batch_4.bin.gz", "", 0);
    cr_assert(!cifar10->is_available(scratch.folder));
    write_scratch(&scratch, "cifar10/test_batch_first1000.bin", "", 0);
    cr_assert(cifar10->is_available(scratch.folder));
    write_scratch(&scratch, "fashion-mnist/other", "", 0);
    cr_assert(!fashion->is_available(scratch.folder));
    remove_scratch(&scratch);
}

/* Of the right form, but other numbers: only the hash tells. */
Test(image_set, refuses_files_of_another_content)
{
    static uint8_t labels[8 + 10000] = {0, 0, 8, 1, 0, 0, 0x27, 0x10};
    struct scratch scratch = make_scratch();
    write_scratch(&scratch, "mnist/t10k-labels-idx1-ubyte", labels, sizeof labels);
    refuse("mnist", scratch.folder, EG_DATA,
           "/mnist/t10k-labels-idx1-ubyte: not the file it should be (the SHA-256 of its content "
           "begins with ");
    refuse("mnist", scratch.folder, EG_DATA,
           ", that of the right one with ff7bcfd416de); get it anew with: datasets/fetch.sh mnist");
    write_scratch(&scratch, "mnist/t10k-labels-idx1-ubyte", labels, sizeof labels - 1);
    refuse("mnist", scratch.folder, EG_DATA,
           ": 9999 bytes of data where the header asks for 10000");

    uint8_t *records = calloc(1000, 3073);
    write_scratch(&scratch, "cifar10/test_batch_first1000.bin", records, 1000 * 3073);
    write_scratch(&scratch, "cifar10/data_batch_2.bin", records, 3073);
    refuse("cifar10", scratch.folder, EG_DATA,
           "/cifar10/test_batch_first1000.bin: not the file it should be");
    free(records);
    remove_scratch(&scratch);
}

static uint8_t small_pixels[] = {0, 10, 255, 10, 51, 10, 102, 10}, small_labels[] = {3, 7};
/* Two images of 1 x 2 pixels of 2 channels, the second of which does not vary. */
static const struct eg_image_set small = {
    .shape = {1, 2, 2}, .train_n = 2, .train_pixels = small_pixels, .train_labels = small_labels};

Test(image_set, scaling_is_mean_and_sd_of_each_channel)
{
    struct eg_image_scaling scaling = eg_image_scaling_of(&small, 2, NULL);
    /* 0, 1, 0.2, 0.4 */
    cr_assert_float_eq(scaling.mean[0], 0.4, 1e-15);
    cr_assert_float_eq(scaling.sd[0], sqrt(0.14), 1e-15);
    cr_assert_float_eq(scaling.mean[1], 10 / 255.0, 1e-15);
    cr_assert_eq(scaling.sd[1], 1);
    scaling = eg_image_scaling_of(&small, 1, (size_t[]){1});
    cr_assert_float_eq(scaling.mean[0], 0.3, 1e-15);
    cr_assert_float_eq(scaling.sd[0], 0.1, 1e-15);
    scaling = eg_image_scaling_of(&small, 0, NULL);
    cr_assert(scaling.mean[0] == 0.5 && scaling.sd[0] == 1);
}

/* 0, 1, 0.2, 0.4 in one channel, 10 / 255 four times in the other: eight numbers. */
Test(image_set, pooled_scaling_is_that_of_all_channels_together)
{
    const struct eg_image_scaling of_each = eg_image_scaling_of(&small, 2, NULL);
    const struct eg_image_scaling pooled = eg_image_scaling_pooled(&of_each, 2);
    const double grey = 10 / 255.0, numbers[] = {0, 1, 0.2, 0.4, grey, grey, grey, grey};
    double mean = 0, square = 0;
    for (size_t i = 0; i < 8; i++) {
        mean += numbers[i] / 8;
        square += numbers[i] * numbers[i] / 8;
    }
    for (size_t c = 0; c < 2; c++) {
        cr_assert_float_eq(pooled.mean[c], mean, 1e-15);
        cr_assert_float_eq(pooled.sd[c], sqrt(square - mean * mean), 1e-15);
    }
    const struct eg_image_scaling still = {.mean = {0.25, 0.25}, .sd = {1, 1}};
    cr_assert_eq(eg_image_scaling_pooled(&still, 2).sd[0], 1);
}

Test(image_set, takes_images_in_the_order_of_the_index)
{
    struct eg_image_scaling scaling = eg_image_scaling_centred();
    real x[12], y[3];
    eg_image_take(&small.shape, small_pixels, small_labels, &scaling, 3, (size_t[]){1, 0, 1}, x, y);
    static const double wanted[] = {-0.3, 10 / 255.0 - 0.5, -0.1, 10 / 255.0 - 0.5,
                                    -0.5, 10 / 255.0 - 0.5, 0.5,  10 / 255.0 - 0.5};
    for (size_t i = 0; i < 12; i++)
        cr_assert_float_eq(x[i], wanted[i % 8], 1e-15);
    cr_assert(y[0] == 7 && y[1] == 3 && y[2] == 7);
    scaling.mean[1] = 0;
    scaling.sd[1] = 2;
    eg_image_take(&small.shape, small_pixels, small_labels, &scaling, 1, NULL, x, y);
    cr_assert_float_eq(x[1], 5 / 255.0, 1e-15);
    cr_assert_eq(x[1], eg_image_scale(&scaling, 1, 10));
    cr_assert_eq(y[0], 3);
}
