/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of named tensors, and how they are written (base/safetensors.h). */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tensor_bytes.h"

struct eg_tensor *eg_tensors_add_bare(struct eg_tensors *tensors, const char *name,
                                      struct eg_error *error)
{
    if (tensors->count == tensors->capacity) {
        const size_t capacity = tensors->capacity ? 2 * tensors->capacity : 16;
        struct eg_tensor *items = eg_alloc(capacity, sizeof *items, error);
        if (!items)
            return NULL;
        if (tensors->count)
            memcpy(items, tensors->items, tensors->count * sizeof *items);
        free(tensors->items);
        tensors->items = items;
        tensors->capacity = capacity;
    }
    struct eg_tensor *tensor = &tensors->items[tensors->count];
    *tensor = (struct eg_tensor){.name = eg_alloc(strlen(name) + 1, 1, error)};
    if (!tensor->name)
        return NULL;
    strcpy(tensor->name, name);
    tensors->count++;
    return tensor;
}

struct eg_tensor *eg_tensors_add(struct eg_tensors *tensors, const char *name, int ndim,
                                 const size_t *shape, struct eg_error *error)
{
    struct eg_tensor *tensor = eg_tensors_add_bare(tensors, name, error);
    if (!tensor)
        return NULL;
    snprintf(tensor->type, sizeof tensor->type, "%s", sizeof(real) == 4 ? "F32" : "F64");
    tensor->ndim = ndim;
    tensor->count = 1;
    for (int i = 0; i < ndim; i++) {
        tensor->shape[i] = shape[i];
        tensor->count *= shape[i];
    }
    tensor->data = eg_alloc(tensor->count + 1, sizeof *tensor->data, error);
    return tensor->data ? tensor : NULL;
}

const struct eg_tensor *eg_tensors_find(const struct eg_tensors *tensors, const char *name)
{
    for (size_t i = 0; i < tensors->count; i++)
        if (strcmp(tensors->items[i].name, name) == 0)
            return &tensors->items[i];
    return NULL;
}

const char *eg_tensors_note(const struct eg_tensors *tensors, const char *key)
{
    return json_string_value(json_object_get(tensors->metadata, key));
}

int eg_tensors_set_note(struct eg_tensors *tensors, const char *key, const char *text,
                        struct eg_error *error)
{
    if (!tensors->metadata)
        tensors->metadata = json_object();
    if (json_object_set_new(tensors->metadata, key, json_string(text)))
        return eg_fail(error, EG_INTERNAL, "safetensors: '%s' cannot be noted", key);
    return EG_OK;
}

void eg_tensors_free(struct eg_tensors *tensors)
{
    for (size_t i = 0; i < tensors->count; i++) {
        free(tensors->items[i].name);
        free(tensors->items[i].data);
    }
    free(tensors->items);
    json_decref(tensors->metadata);
    *tensors = (struct eg_tensors){0};
}

/* The header's text, padded so that the arrays begin at a multiple of 64; NULL when memory is short. */
static char *format_header(const struct eg_tensors *tensors, int is_single)
{
    size_t at = 0;
    json_t *header = json_object();
    if (tensors->metadata)
        json_object_set(header, "__metadata__", tensors->metadata);
    for (size_t i = 0; i < tensors->count; i++) {
        const struct eg_tensor *tensor = &tensors->items[i];
        const size_t end = at + tensor->count * (is_single ? 4 : 8);
        json_t *shape = json_array();
        for (int d = 0; d < tensor->ndim; d++)
            json_array_append_new(shape, json_integer((json_int_t)tensor->shape[d]));
        json_object_set_new(header, tensor->name,
                            json_pack("{s:s, s:o, s:[I, I]}", "dtype", is_single ? "F32" : "F64",
                                      "shape", shape, "data_offsets", (json_int_t)at,
                                      (json_int_t)end));
        at = end;
    }
    char *text = json_dumps(header, JSON_COMPACT);
    json_decref(header);
    const size_t length = text ? strlen(text) : 0, padded = (length + 8 + 63) / 64 * 64 - 8;
    char *wider = text ? realloc(text, padded + 1) : NULL;
    if (!wider) {
        free(text);
        return NULL;
    }
    memset(wider + length, ' ', padded - length);
    wider[padded] = '\0';
    return wider;
}

static int write_numbers(FILE *file, const struct eg_tensor *tensor, int is_single)
{
    for (size_t i = 0; i < tensor->count; i++) {
        const float single = (float)tensor->data[i];
        const double number = (double)tensor->data[i];
        if (fwrite(is_single ? (const void *)&single : &number, is_single ? 4 : 8, 1, file) != 1)
            return 0;
    }
    return 1;
}

static int write_file(const char *path, const char *header, const struct eg_tensors *tensors,
                      int is_single)
{
    const uint64_t length = strlen(header);
    FILE *file = fopen(path, "wb");
    int fine = file && fwrite(&length, sizeof length, 1, file) == 1 &&
               fwrite(header, 1, length, file) == length;
    for (size_t i = 0; fine && i < tensors->count; i++)
        fine = write_numbers(file, &tensors->items[i], is_single);
    const int why = errno;
    if (file && fclose(file))
        return 0;
    errno = why;
    return fine;
}

int eg_safetensors_write(const char *path, const struct eg_tensors *tensors, int is_single,
                         struct eg_error *error)
{
    char temporary[4096];
    const int as_single = is_single || sizeof(real) == 4;
    const int needed = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
    if (needed < 0 || (size_t)needed >= sizeof temporary)
        return eg_fail(error, EG_DATA, "%s: the path is too long", path);
    char *header = format_header(tensors, as_single);
    if (!header)
        return eg_fail(error, EG_INTERNAL, "%s: a tensor's name or a note is not UTF-8", path);
    errno = 0;
    int status = EG_OK;
    if (!write_file(temporary, header, tensors, as_single) || rename(temporary, path)) {
        status = eg_fail(error, EG_DATA, "%s: cannot write it: %s", path, strerror(errno));
        remove(temporary);
    }
    free(header);
    return status;
}
