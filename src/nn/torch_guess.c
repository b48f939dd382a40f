/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/torch_guess.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

/* How many characters stand before the module's number: 4 in "net.0.weight". Without one, all do. */
static size_t find_number(const char *name)
{
    for (const char *part = name; *part;) {
        const size_t length = strcspn(part, ".");
        size_t digits = 0;
        while (digits < length && is_digit(part[digits]))
            digits++;
        if (length > 0 && digits == length && part[length] == '.')
            return (size_t)(part - name);
        part += length + (part[length] == '.');
    }
    return strlen(name);
}

static int is_wrapper(const char *prefix, size_t length)
{
    static const char *const wrappers[] = {"module.", "_orig_mod."};
    for (size_t at = 0, i = 0; at < length; i++) {
        if (i == sizeof wrappers / sizeof *wrappers)
            return 0;
        if (strncmp(prefix + at, wrappers[i], strlen(wrappers[i])) != 0)
            continue;
        at += strlen(wrappers[i]);
        i = (size_t)-1; /* from the first one again */
    }
    return 1;
}

enum eg_torch_place eg_torch_strip_prefix(struct eg_tensors *tensors)
{
    if (!tensors->count)
        return EG_TORCH_BARE;
    const char *first = tensors->items[0].name;
    const size_t length = find_number(first);
    for (size_t i = 0; i < tensors->count; i++) {
        const char *name = tensors->items[i].name;
        if (!name[find_number(name)] || find_number(name) != length ||
            strncmp(name, first, length) != 0)
            return EG_TORCH_BARE;
    }
    const enum eg_torch_place place = is_wrapper(first, length) ? EG_TORCH_BARE : EG_TORCH_INSIDE;
    for (size_t i = 0; i < tensors->count; i++) {
        char *name = tensors->items[i].name;
        memmove(name, name + length, strlen(name + length) + 1);
    }
    return place;
}

size_t eg_torch_list_modules(const struct eg_tensors *tensors, size_t modules[EG_LAYERS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < tensors->count; i++) {
        char *end;
        const char *name = tensors->items[i].name;
        const size_t module = is_digit(*name) ? strtoul(name, &end, 10) : 0;
        size_t at = count;
        if (!is_digit(*name) || *end != '.')
            continue;
        while (at > 0 && modules[at - 1] > module)
            at--;
        if ((at > 0 && modules[at - 1] == module) || count == EG_LAYERS_MAX)
            continue;
        memmove(modules + at + 1, modules + at, (count++ - at) * sizeof *modules);
        modules[at] = module;
    }
    return count;
}

static const struct eg_tensor *find_part(const struct eg_tensors *tensors, size_t module,
                                         const char *part)
{
    char name[64];
    snprintf(name, sizeof name, "%zu.%s", module, part);
    return eg_tensors_find(tensors, name);
}

/* "dense 32" */
static int write_layer(const struct eg_tensors *tensors, size_t module, FILE *out)
{
    const struct eg_tensor *weight = find_part(tensors, module, "weight");
    if (find_part(tensors, module, "running_mean"))
        fputs("batchnorm", out);
    else if (weight && weight->ndim == 2)
        fprintf(out, "dense %zu", weight->shape[0]);
    else if (weight && weight->ndim == 4)
        fprintf(out, "conv %zux%zux%zu", weight->shape[2], weight->shape[3], weight->shape[0]);
    else
        return 0;
    return 1;
}

/* What stands between the last layer and module number `to`, of which `from` is the first. */
static void write_gap(size_t from, size_t to, int flattens, FILE *out)
{
    for (size_t module = from; module < to; module++)
        fputs(flattens && module + 1 == to ? ", flatten"
              : module == from             ? ", relu"
                                           : ", dropout 0",
              out);
}

static int write_text(const struct eg_tensors *tensors, const size_t *modules, size_t count,
                      int *is_certain, FILE *out)
{
    int is_image = 0, fine = 1;
    for (size_t l = 0; l < count && fine; l++) {
        const struct eg_tensor *weight = find_part(tensors, modules[l], "weight");
        const int is_convolution = weight && weight->ndim == 4;
        *is_certain &= !is_convolution && modules[l] == l;
        if (l == 0 && is_convolution)
            fprintf(out, "image HEIGHTxWIDTHx%zu, ", weight->shape[1]);
        if (l > 0) {
            write_gap(modules[l - 1] + 1, modules[l], is_image && weight && weight->ndim == 2, out);
            fputs(", ", out);
        }
        is_image = is_convolution || (is_image && weight && weight->ndim == 1);
        fine = write_layer(tensors, modules[l], out);
    }
    return fine;
}

char *eg_torch_guess_alloc(const char *path, const struct eg_tensors *tensors,
                           const size_t *modules, size_t count, int *is_certain,
                           struct eg_error *error)
{
    char *text = NULL;
    size_t size;
    FILE *out = count && modules[count - 1] < 10 * EG_LAYERS_MAX ? open_memstream(&text, &size)
                                                                 : NULL;
    *is_certain = 1;
    const int fine = out && write_text(tensors, modules, count, is_certain, out);
    if (out && fclose(out) == 0 && fine)
        return text;
    free(text);
    eg_fail(error, EG_DATA,
            "%s: its layers cannot be told from its tensors; name them (\"image 28x28x1, conv "
            "5x5x32, relu, flatten, dense 10\")",
            path);
    return NULL;
}
