/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "onnx/onnx_torchvision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/options.h"
#include "nn/torch_names.h"
#include "nn/torchvision_model.h"
#include "onnx/onnx_network.h"

enum { MODULES_MOST = 200 };

/* What a VGG network is made of, as the reader of ONNX writes it, with a number between, and what it comes after. */
static const struct part {
    const char *word, *begin, *end, *after;
} parts[] = {
    {"conv", "conv 3x3x", " same", "image relu pool"}, {"batchnorm", "batchnorm", "", "conv"},
    {"relu", "relu", "", "conv batchnorm dense"},      {"pool", "pool 2x2 stride", " 2", "relu"},
    {"flatten", "flatten", "", "relu pool"},           {"dense", "dense ", "", "flatten relu"}};

static const struct part *find_part(const char *item, const char *before)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const size_t length = strlen(parts[i].begin);
        const char *rest = item + length;
        if (strncmp(item, parts[i].begin, length) == 0 &&
            strcmp(rest + strspn(rest, "0123456789"), parts[i].end) == 0)
            return eg_word_in_list(before, parts[i].after) ? &parts[i] : NULL;
    }
    return NULL;
}

/*
 * names[m] = what torchvision calls the text's module m: "features.3", "classifier.0". There a dropout counts after
 * each ReLU between dense layers, and the Flatten does not.
 */
static int name_modules(const char *path, char *text, char names[MODULES_MOST][32],
                        struct eg_error *error)
{
    const char *folder = "features", *before = "image";
    size_t number = 0, module = 0;
    char *rest = NULL, *item = strtok_r(text, ",", &rest);
    if (!item || strncmp(item, "image ", 6) != 0)
        return eg_fail(error, EG_DATA, "%s: it is no network of images", path);
    while ((item = strtok_r(NULL, ",", &rest))) {
        item += strspn(item, " ");
        const struct part *part = find_part(item, before);
        if (!part || module == MODULES_MOST)
            return eg_fail(error, EG_DATA,
                           "%s: '%s' after '%s' is of no VGG network of torchvision's vgg11 to "
                           "vgg19_bn",
                           path, item, before);
        const int is_flatten = strcmp(part->word, "flatten") == 0;
        if (is_flatten) {
            folder = "classifier";
            number = 0;
        }
        snprintf(names[module++], sizeof names[0], "%s.%zu", folder, number);
        number += is_flatten ? 0 : strcmp(before, "dense") == 0 ? 2 : 1;
        before = part->word;
    }
    return strcmp(before, "dense") == 0
               ? EG_OK
               : eg_fail(error, EG_DATA,
                         "%s: its last layer is '%s' where a VGG network has a "
                         "dense one",
                         path, before);
}

static int rename_tensors(const char *path, char names[MODULES_MOST][32],
                          struct eg_tensors *tensors, struct eg_error *error)
{
    for (size_t i = 0; i < tensors->count; i++) {
        char *rest, *made, *name = tensors->items[i].name;
        const size_t module = strtoul(name, &rest, 10);
        if (asprintf(&made, "%s%s", names[module], rest) < 0)
            return eg_fail(error, EG_INTERNAL, "%s: out of memory", path);
        free(name);
        tensors->items[i].name = made;
    }
    return EG_OK;
}

/* The classifier's columns alone tell a torchvision file the images' size: as of squares that pools halve evenly. */
static int check_shape(const char *path, const struct eg_image *own, const struct eg_image *told,
                       struct eg_error *error)
{
    if (own->height == told->height && own->width == told->width)
        return EG_OK;
    return eg_fail(error, EG_DATA,
                   "%s: its images are of %zu x %zu pixels where this network's would be of %zu x "
                   "%zu: export it for these",
                   path, own->height, own->width, told->height, told->width);
}

int eg_onnx_torchvision_read(const char *path, struct eg_torch_model *model, struct eg_image *shape,
                             struct eg_error *error)
{
    struct eg_onnx_network network;
    struct eg_image own;
    char names[MODULES_MOST][32];
    *model = (struct eg_torch_model){0};
    int status = eg_onnx_network_read(path, 0, &network, error);
    if (!status) {
        eg_torch_read_shape(network.text, &own);
        status = name_modules(path, network.text, names, error);
    }
    if (!status)
        status = rename_tensors(path, names, &network.tensors, error);
    if (!status)
        status = eg_torchvision_of(path, &network.tensors, model, shape, error);
    if (!status)
        status = check_shape(path, &own, shape, error);
    eg_onnx_network_free(&network);
    return status;
}
