/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx/onnx_numbers.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/half.h"
#include "base/input_file.h"

#define TYPE(NAME) ONNX__TENSOR_PROTO__DATA_TYPE__##NAME

/* Bytes of a number in raw data; 0: a type that is not read. */
static size_t size_of_type(int type)
{
    switch (type) {
    case TYPE(DOUBLE):
    case TYPE(INT64):
    case TYPE(UINT64):
        return 8;
    case TYPE(FLOAT):
    case TYPE(INT32):
    case TYPE(UINT32):
        return 4;
    case TYPE(FLOAT16):
    case TYPE(BFLOAT16):
    case TYPE(INT16):
    case TYPE(UINT16):
        return 2;
    case TYPE(INT8):
    case TYPE(UINT8):
    case TYPE(BOOL):
        return 1;
    default:
        return 0;
    }
}

#define LOAD(TYPE_OF)                                                                              \
    {                                                                                              \
        TYPE_OF number;                                                                            \
        memcpy(&number, bytes, sizeof number);                                                     \
        return (double)number;                                                                     \
    }

static double load_number(int type, const uint8_t *bytes)
{
    uint16_t half;
    switch (type) {
    case TYPE(DOUBLE):
        LOAD(double)
    case TYPE(FLOAT):
        LOAD(float)
    case TYPE(INT64):
        LOAD(int64_t)
    case TYPE(UINT64):
        LOAD(uint64_t)
    case TYPE(INT32):
        LOAD(int32_t)
    case TYPE(UINT32):
        LOAD(uint32_t)
    case TYPE(INT16):
        LOAD(int16_t)
    case TYPE(UINT16):
        LOAD(uint16_t)
    case TYPE(INT8):
        LOAD(int8_t)
    case TYPE(FLOAT16):
    case TYPE(BFLOAT16):
        memcpy(&half, bytes, sizeof half);
        return type == TYPE(FLOAT16) ? eg_widen_half(half) : eg_widen_bfloat(half);
    default:
        return *bytes;
    }
}

/* How many numbers the message's own fields hold. */
static size_t count_fields(const Onnx__TensorProto *tensor)
{
    switch (tensor->data_type) {
    case TYPE(DOUBLE):
        return tensor->n_double_data;
    case TYPE(FLOAT):
        return tensor->n_float_data;
    case TYPE(INT64):
        return tensor->n_int64_data;
    case TYPE(UINT64):
    case TYPE(UINT32):
        return tensor->n_uint64_data;
    default:
        return tensor->n_int32_data;
    }
}

static double load_field(const Onnx__TensorProto *tensor, size_t i)
{
    switch (tensor->data_type) {
    case TYPE(DOUBLE):
        return tensor->double_data[i];
    case TYPE(FLOAT):
        return (double)tensor->float_data[i];
    case TYPE(INT64):
        return (double)tensor->int64_data[i];
    case TYPE(UINT64):
    case TYPE(UINT32):
        return (double)tensor->uint64_data[i];
    case TYPE(FLOAT16):
        return eg_widen_half((uint16_t)tensor->int32_data[i]);
    case TYPE(BFLOAT16):
        return eg_widen_bfloat((uint16_t)tensor->int32_data[i]);
    default:
        return tensor->int32_data[i];
    }
}

static const char *name_of(const Onnx__TensorProto *tensor, struct eg_onnx_name *room)
{
    *room = eg_onnx_quote(tensor->name ? tensor->name : "");
    return room->text;
}

static int read_shape(const struct eg_onnx_file *file, const Onnx__TensorProto *tensor,
                      struct eg_onnx_array *array, struct eg_error *error)
{
    struct eg_onnx_name name;
    if (tensor->n_dims > EG_ONNX_DIMENSIONS)
        return eg_fail(error, EG_DATA, "%s: tensor '%s' has %zu dimensions; at most %d can be read",
                       file->path, name_of(tensor, &name), tensor->n_dims, EG_ONNX_DIMENSIONS);
    array->ndim = (int)tensor->n_dims;
    array->count = 1;
    for (size_t i = 0; i < tensor->n_dims; i++) {
        array->dims[i] = (size_t)tensor->dims[i];
        if (tensor->dims[i] < 0 ||
            __builtin_mul_overflow(array->count, array->dims[i], &array->count))
            return eg_fail(error, EG_DATA, "%s: the shape of tensor '%s' is no list of sizes",
                           file->path, name_of(tensor, &name));
    }
    return EG_OK;
}

/* --- numbers in another file --- */

static const char *find_word(const Onnx__TensorProto *tensor, const char *key)
{
    for (size_t i = 0; i < tensor->n_external_data; i++)
        if (tensor->external_data[i]->key && strcmp(tensor->external_data[i]->key, key) == 0)
            return tensor->external_data[i]->value;
    return NULL;
}

/* *number stays where the key is not there. */
static int find_number(const Onnx__TensorProto *tensor, const char *key, uint64_t *number)
{
    const char *word = find_word(tensor, key);
    char *end;
    if (!word)
        return 1;
    *number = strtoull(word, &end, 10);
    return *word >= '0' && *word <= '9' && !*end && *number <= INT64_MAX;
}

int eg_onnx_name_outside(const struct eg_onnx_file *file, const Onnx__TensorProto *tensor,
                         char *path, size_t size, struct eg_error *error)
{
    struct eg_onnx_name name;
    const char *location = find_word(tensor, "location");
    const char *slash = strrchr(file->path, '/');
    const int length = slash ? (int)(slash - file->path) + 1 : 0;
    const int fine = file->has_folder && location && *location && *location != '/' &&
                     !strstr(location, "..") &&
                     (size_t)snprintf(path, size, "%.*s%s", length, file->path, location) < size;
    if (fine)
        return EG_OK;
    return eg_fail(
        error, EG_DATA,
        "%s: the numbers of tensor '%s' are in another file, '%s', that is not beside this "
        "one: save the model as one file",
        file->path, name_of(tensor, &name), eg_onnx_quote(location ? location : "").text);
}

/* length bytes of another file, from offset on; NULL with *error filled. */
static uint8_t *read_part(const char *path, uint64_t offset, size_t length, struct eg_error *error)
{
    struct eg_input_reason why;
    const int descriptor = eg_input_open(path, EG_INPUT_MOST, 0, &why);
    if (descriptor < 0) {
        eg_fail(error, why.status, "%s: cannot read it: %s", path, why.text);
        return NULL;
    }
    const off_t end = lseek(descriptor, 0, SEEK_END);
    uint8_t *bytes = NULL;
    if (end < 0 || offset > (uint64_t)end || length > (uint64_t)end - offset)
        eg_fail(error, EG_DATA, "%s: it is too short: %zu bytes from %llu on are needed", path,
                length, (unsigned long long)offset);
    else
        bytes = eg_alloc(length + 1, 1, error);
    for (size_t got = 0; bytes && got < length;) {
        const ssize_t count = pread(descriptor, bytes + got, length - got, (off_t)(offset + got));
        if (count <= 0) {
            eg_fail(error, EG_DATA, "%s: cannot be read", path);
            free(bytes);
            bytes = NULL;
        }
        got += count > 0 ? (size_t)count : 0;
    }
    close(descriptor);
    return bytes;
}

static int read_outside(const struct eg_onnx_file *file, const Onnx__TensorProto *tensor,
                        size_t length, uint8_t **bytes, struct eg_error *error)
{
    char path[PATH_MAX];
    struct eg_onnx_name name;
    uint64_t offset = 0, said = length;
    const int status = eg_onnx_name_outside(file, tensor, path, sizeof path, error);
    if (status)
        return status;
    if (!find_number(tensor, "offset", &offset) || !find_number(tensor, "length", &said) ||
        said != length)
        return eg_fail(error, EG_DATA, "%s: tensor '%s' has %zu bytes, and not what it says of %s",
                       file->path, name_of(tensor, &name), length, path);
    *bytes = read_part(path, offset, length, error);
    return *bytes ? EG_OK : EG_DATA;
}

/* --- arrays --- */

static int fill(const struct eg_onnx_file *file, const Onnx__TensorProto *tensor, size_t size,
                struct eg_onnx_array *array, struct eg_error *error)
{
    struct eg_onnx_name name;
    uint8_t *outside = NULL;
    const int is_outside = tensor->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
    const size_t bytes = array->count * size;
    int status = EG_OK;
    if (is_outside)
        status = read_outside(file, tensor, bytes, &outside, error);
    else if (tensor->has_raw_data ? tensor->raw_data.len != bytes
                                  : count_fields(tensor) != array->count)
        status = eg_fail(error, EG_DATA,
                         "%s: tensor '%s' does not hold the %zu numbers of its shape", file->path,
                         name_of(tensor, &name), array->count);
    if (!status)
        status = eg_onnx_array_alloc(array, array->ndim, array->dims, error);
    const uint8_t *raw = is_outside ? outside : tensor->raw_data.data;
    for (size_t i = 0; i < array->count && !status; i++)
        array->data[i] = is_outside || tensor->has_raw_data
                             ? load_number(tensor->data_type, raw + i * size)
                             : load_field(tensor, i);
    free(outside);
    return status;
}

int eg_onnx_read_tensor(const struct eg_onnx_file *file, const Onnx__TensorProto *tensor,
                        struct eg_onnx_array *array, struct eg_error *error)
{
    struct eg_onnx_name name;
    const size_t size = size_of_type(tensor->data_type);
    *array = (struct eg_onnx_array){0};
    const int status = read_shape(file, tensor, array, error);
    if (status)
        return status;
    if (!size || tensor->segment)
        return eg_fail(error, EG_DATA,
                       "%s: tensor '%s' is of ONNX's type %d where floats or integers are needed",
                       file->path, name_of(tensor, &name), tensor->data_type);
    if (array->count > SIZE_MAX / 8 / sizeof(double))
        return eg_fail(error, EG_DATA, "%s: tensor '%s' is too large", file->path,
                       name_of(tensor, &name));
    return fill(file, tensor, size, array, error);
}

int eg_onnx_array_alloc(struct eg_onnx_array *array, int ndim, const size_t *dims,
                        struct eg_error *error)
{
    struct eg_onnx_array made = {.ndim = ndim, .count = 1};
    for (int i = 0; i < ndim; i++) {
        made.dims[i] = dims[i];
        made.count *= dims[i];
    }
    made.data = eg_alloc(made.count + 1, sizeof *made.data, error);
    *array = made;
    return made.data ? EG_OK : EG_INTERNAL;
}

int eg_onnx_array_copy(const struct eg_onnx_array *from, struct eg_onnx_array *array,
                       struct eg_error *error)
{
    const int status = eg_onnx_array_alloc(array, from->ndim, from->dims, error);
    if (!status)
        memcpy(array->data, from->data, from->count * sizeof *from->data);
    return status;
}

int eg_onnx_array_transpose(const struct eg_onnx_array *from, const size_t *perm,
                            struct eg_onnx_array *to, struct eg_error *error)
{
    size_t dims[EG_ONNX_DIMENSIONS], steps[EG_ONNX_DIMENSIONS] = {0}, step = 1;
    for (int i = from->ndim; i-- > 0; step *= from->dims[i])
        steps[i] = step;
    for (int i = 0; i < from->ndim; i++)
        dims[i] = from->dims[perm[i]];
    const int status = eg_onnx_array_alloc(to, from->ndim, dims, error);
    for (size_t n = 0; n < from->count && !status; n++) {
        size_t at = 0, rest = n;
        for (int i = from->ndim; i-- > 0; rest /= dims[i])
            at += rest % dims[i] * steps[perm[i]];
        to->data[n] = from->data[at];
    }
    return status;
}

void eg_onnx_array_free(struct eg_onnx_array *array)
{
    free(array->data);
    *array = (struct eg_onnx_array){0};
}
