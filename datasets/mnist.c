/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * MNIST (LeCun et al. 1998) from the folder mnist of the data folder, and Fashion-MNIST (Xiao et
 * al. 2017), which has the same form, from its folder fashion-mnist; where there is none, from
 * where Debian's package puts it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/folder.h"
#include "datasets/idx_file.h"
#include "datasets/image_set.h"

enum { SIDE = 28, CLASSES = 10, TRAIN = 60000, TEST = 10000 };

/* Above Debian's fashion-mnist. */
#define SYSTEM_FOLDER "/usr/share/datasets"

/* Of both: training images and labels, test images and labels. */
static const struct eg_known_file mnist_files[] = {
    {"mnist/train-images-idx3-ubyte",
     "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
    {"mnist/train-labels-idx1-ubyte",
     "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
    {"mnist/t10k-images-idx3-ubyte",
     "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
    {"mnist/t10k-labels-idx1-ubyte",
     "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
    {0},
};
static const struct eg_known_file fashion_files[] = {
    {"fashion-mnist/train-images-idx3-ubyte",
     "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
    {"fashion-mnist/train-labels-idx1-ubyte",
     "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
    {"fashion-mnist/t10k-images-idx3-ubyte",
     "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
    {"fashion-mnist/t10k-labels-idx1-ubyte",
     "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
    {0},
};

static const char *const digits[CLASSES] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
static const char *const clothes[CLASSES] = {"T-shirt/top", "trouser",   "pullover", "dress",
                                             "coat",        "sandal",    "shirt",    "sneaker",
                                             "bag",         "ankle boot"};

static int read_known(const struct eg_known_file *known, const char *folder, const char *fix,
                      size_t ndim, size_t images, uint8_t **data, struct eg_error *error)
{
    const size_t shape[] = {images, SIDE, SIDE};
    struct eg_sha256 digest;
    char *path;
    int status = eg_known_file_find(known, folder, fix, &path, error);
    if (status == EG_OK)
        status = eg_idx_read(path, ndim, shape, data, &digest, error);
    if (status == EG_OK)
        status = eg_known_file_check(known, path, &digest, fix, error);
    free(path);
    return status;
}

/* The small files come first: what is wrong with a folder as a whole shows soon. */
static int load_files(const struct eg_known_file *files, const char *folder, const char *fix,
                      struct eg_image_set *set, struct eg_error *error)
{
    set->shape = (struct eg_image){SIDE, SIDE, 1};
    set->classes = CLASSES;
    set->train_n = TRAIN;
    set->test_n = TEST;
    int status = read_known(&files[3], folder, fix, 1, TEST, &set->test_labels, error);
    if (status == EG_OK)
        status = read_known(&files[1], folder, fix, 1, TRAIN, &set->train_labels, error);
    if (status == EG_OK)
        status = read_known(&files[2], folder, fix, 3, TEST, &set->test_pixels, error);
    if (status == EG_OK)
        status = read_known(&files[0], folder, fix, 3, TRAIN, &set->train_pixels, error);
    return status;
}

static int have_files(const struct eg_known_file *files, const char *folder)
{
    for (size_t i = 0; files[i].path; i++)
        if (!eg_known_file_exists(&files[i], folder))
            return 0;
    return 1;
}

static int is_mnist_available(const char *data_folder)
{
    return have_files(mnist_files, data_folder);
}

static int load_mnist(const char *data_folder, struct eg_image_set *set, struct eg_error *error)
{
    if (!data_folder)
        return eg_fail(error, EG_DATA,
                       "mnist: no data folder; give --data FOLDER, set EGBENCH_DATA_DIR, or run "
                       "datasets/fetch.sh mnist");
    set->class_names = digits;
    snprintf(set->description, sizeof set->description, "MNIST, 60,000 + 10,000 images of 28 x 28");
    return load_files(mnist_files, data_folder, "datasets/fetch.sh mnist", set, error);
}

static const char *find_fashion_folder(const char *data_folder)
{
    char *own = data_folder ? eg_join_path_alloc(data_folder, "fashion-mnist", NULL) : NULL;
    const int is_there = own && access(own, F_OK) == 0;
    free(own);
    return is_there ? data_folder : SYSTEM_FOLDER;
}

static int is_fashion_available(const char *data_folder)
{
    return have_files(fashion_files, find_fashion_folder(data_folder));
}

static int load_fashion(const char *data_folder, struct eg_image_set *set, struct eg_error *error)
{
    set->class_names = clothes;
    snprintf(set->description, sizeof set->description,
             "Fashion-MNIST, 60,000 + 10,000 images of 28 x 28");
    return load_files(fashion_files, find_fashion_folder(data_folder),
                      "apt-get install --reinstall dataset-fashion-mnist", set, error);
}

extern const struct eg_image_source eg_mnist, eg_fashion_mnist;

const struct eg_image_source eg_mnist = {
    .name = "mnist",
    .summary = "MNIST, handwritten digits, 28 x 28",
    .files = mnist_files,
    .is_available = is_mnist_available,
    .load = load_mnist,
};

const struct eg_image_source eg_fashion_mnist = {
    .name = "fashion_mnist",
    .summary = "Fashion-MNIST, clothes, 28 x 28, in the form of MNIST",
    .files = fashion_files,
    .is_available = is_fashion_available,
    .load = load_fashion,
};
