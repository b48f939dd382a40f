/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "nn/torchvision_model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODULES_MOST = 200, TEXT_MOST = 4000 };

static const char features[] = "features.", classifier[] = "classifier.";

/* The network's text as it grows, and what the next layer takes. */
struct draft {
    const char *path;
    const struct eg_tensors *tensors;
    char text[TEXT_MOST];
    size_t used, modules; /* of the text: modules of the part at hand */
    size_t channels, pools;
};

__attribute__((format(printf, 2, 3))) static void write_item(struct draft *draft,
                                                             const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (draft->used < TEXT_MOST)
        draft->used += (size_t)vsnprintf(draft->text + draft->used, TEXT_MOST - draft->used, format,
                                         arguments);
    va_end(arguments);
    draft->modules++;
}

/* The weight of that module, or NULL. */
static const struct eg_tensor *find_weight(const struct draft *draft, const char *part,
                                           size_t module)
{
    char name[64];
    snprintf(name, sizeof name, "%s%zu.weight", part, module);
    return eg_tensors_find(draft->tensors, name);
}

/* The first module with a weight from that one on; MODULES_MOST where there is none. */
static size_t next_module(const struct draft *draft, const char *part, size_t module)
{
    while (module < MODULES_MOST && !find_weight(draft, part, module))
        module++;
    return module;
}

static int fail_module(const struct draft *draft, const char *part, size_t module,
                       struct eg_error *error)
{
    return eg_fail(error, EG_DATA,
                   "%s: tensor '%s%zu.weight' has no place in a VGG network of torchvision's "
                   "vgg11 to vgg19_bn",
                   draft->path, part, module);
}

/* One convolution, its batch norm, its ReLU and, where a number is left out, a pool. */
static int write_convolution(struct draft *draft, size_t module, struct eg_error *error)
{
    const struct eg_tensor *weight = find_weight(draft, features, module);
    if (weight->ndim != 4 || weight->shape[2] != 3 || weight->shape[3] != 3 ||
        module != draft->modules)
        return fail_module(draft, features, module, error);
    draft->channels = weight->shape[0];
    write_item(draft, ", conv 3x3x%zu same", draft->channels);
    const struct eg_tensor *norm = find_weight(draft, features, module + 1);
    if (norm && norm->ndim == 1)
        write_item(draft, ", batchnorm");
    write_item(draft, ", relu");
    const size_t next = next_module(draft, features, draft->modules);
    if (next == draft->modules)
        return EG_OK;
    draft->pools++;
    write_item(draft, ", pool 2");
    return EG_OK;
}

static int write_classifier(struct draft *draft, struct eg_error *error)
{
    draft->modules = 0;
    for (size_t module = next_module(draft, classifier, 0); module < MODULES_MOST;) {
        const struct eg_tensor *weight = find_weight(draft, classifier, module);
        const size_t next = next_module(draft, classifier, module + 1);
        if (weight->ndim != 2 || module != draft->modules)
            return fail_module(draft, classifier, module, error);
        write_item(draft, ", dense %zu", weight->shape[0]);
        if (next < MODULES_MOST) {
            write_item(draft, ", relu");
            write_item(draft, ", dropout 0.5");
        }
        module = next;
    }
    return EG_OK;
}

/* The image's side: that of the last feature maps, doubled by each pool. */
static int find_side(const struct draft *draft, size_t *side, struct eg_error *error)
{
    const struct eg_tensor *first = find_weight(draft, classifier, 0);
    const size_t columns = first && first->ndim == 2 ? first->shape[1] : 0;
    const size_t last = (size_t)lround(sqrt((double)columns / (double)draft->channels));
    if (columns == 0 || last * last * draft->channels != columns || draft->pools > 16)
        return eg_fail(error, EG_DATA,
                       "%s: tensor 'classifier.0.weight' takes %zu numbers, no square of maps of "
                       "%zu channels",
                       draft->path, columns, draft->channels);
    *side = last << draft->pools;
    return EG_OK;
}

/* model's text: "image 224x224x3, conv 3x3x64 same, relu, ..." */
static int write_text(const char *path, const struct eg_tensors *tensors, char **text,
                      size_t *first_dense, struct eg_image *shape, struct eg_error *error)
{
    struct draft draft = {.path = path, .tensors = tensors};
    size_t side = 0;
    int status = EG_OK;
    const struct eg_tensor *first = find_weight(&draft, features, 0);
    if (!first || first->ndim != 4)
        return eg_fail(error, EG_DATA,
                       "%s: no tensor 'features.0.weight' of a convolution; save "
                       "torchvision.models.vgg16(...).state_dict()",
                       path);
    for (size_t module = 0; module < MODULES_MOST && !status;
         module = next_module(&draft, features, draft.modules))
        status = write_convolution(&draft, module, error);
    *first_dense = draft.modules + 1; /* a Flatten that counts is between */
    if (!status)
        status = write_classifier(&draft, error);
    if (!status)
        status = find_side(&draft, &side, error);
    if (status)
        return status;
    *shape = (struct eg_image){side, side, first->shape[1]};
    if (draft.used >= TEXT_MOST)
        return eg_fail(error, EG_DATA, "%s: more layers than can be read", path);
    return asprintf(text, "image %zux%zux%zu%s", side, side, shape->channels, draft.text) < 0
               ? eg_fail(error, EG_INTERNAL, "out of memory")
               : EG_OK;
}

/* "features.N." and "classifier.N." become the numbers of one Sequential. */
static int rename_tensors(const char *path, struct eg_tensors *tensors, size_t first_dense,
                          struct eg_error *error)
{
    for (size_t i = 0; i < tensors->count; i++) {
        char *name = tensors->items[i].name, *rest = NULL, *made = NULL;
        const int is_dense = strncmp(name, classifier, strlen(classifier)) == 0;
        const size_t skipped = strlen(is_dense ? classifier : features);
        if (!is_dense && strncmp(name, features, strlen(features)) != 0)
            return eg_fail(error, EG_DATA, "%s: tensor '%.100s' is of no part of a VGG network",
                           path, name);
        const unsigned long module = strtoul(name + skipped, &rest, 10);
        if (asprintf(&made, "%lu%s", module + (is_dense ? first_dense : 0), rest) < 0)
            return eg_fail(error, EG_INTERNAL, "out of memory");
        free(name);
        tensors->items[i].name = made;
    }
    return EG_OK;
}

int eg_torchvision_of(const char *path, struct eg_tensors *tensors, struct eg_torch_model *model,
                      struct eg_image *shape, struct eg_error *error)
{
    size_t first_dense = 0;
    char *text = NULL;
    *model = (struct eg_torch_model){0};
    int status = write_text(path, tensors, &text, &first_dense, shape, error);
    if (!status)
        status = rename_tensors(path, tensors, first_dense, error);
    if (!status)
        status = eg_torch_model_of(path, tensors, text, model, error);
    free(text);
    return status;
}

int eg_torchvision_read(const char *path, struct eg_torch_model *model, struct eg_image *shape,
                        struct eg_error *error)
{
    struct eg_tensors tensors;
    *model = (struct eg_torch_model){0};
    int status = eg_safetensors_read(path, &tensors, error);
    if (status)
        return status;
    status = eg_torchvision_of(path, &tensors, model, shape, error);
    eg_tensors_free(&tensors);
    return status;
}
