/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/safetensors.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/half.h"
#include "base/input_file.h"
#include "base/tensor_bytes.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "numbers are copied as they lie in the file, which needs a little-endian machine"
#endif

/* What the format's own library allows. */
enum { LONGEST_HEADER = 100000000 };

/* A name is quoted in messages: no control characters, and not without end. */
static int is_printable(const char *text)
{
    size_t length = 0;
    for (; text[length]; length++)
        if ((unsigned char)text[length] < ' ' || text[length] == 0x7f)
            return 0;
    return length > 0 && length < 200;
}

struct eg_shape_text eg_format_shape(int ndim, const size_t *shape)
{
    struct eg_shape_text formatted = {"("};
    size_t used = 1;
    for (int i = 0; i < ndim; i++)
        used += (size_t)snprintf(formatted.text + used, sizeof formatted.text - used, "%s%zu",
                                 i ? ", " : "", shape[i]);
    snprintf(formatted.text + used, sizeof formatted.text - used, ")");
    return formatted;
}

/* Bytes of an element; 0: no such type. */
static size_t size_of_type(const char *type)
{
    static const struct {
        char name[8];
        size_t size;
    } types[] = {{"F64", 8},  {"F32", 4}, {"F16", 2},     {"BF16", 2},   {"I64", 8}, {"I32", 4},
                 {"I16", 2},  {"I8", 1},  {"U64", 8},     {"U32", 4},    {"U16", 2}, {"U8", 1},
                 {"BOOL", 1}, {"C64", 8}, {"F8_E4M3", 1}, {"F8_E5M2", 1}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strncmp(type, types[i].name, sizeof types[i].name) == 0 &&
            strlen(type) < sizeof types[i].name)
            return types[i].size;
    return 0;
}

/* A file that is being read: its name, and where its arrays begin. */
struct source {
    const char *name;
    const unsigned char *data;
    size_t size; /* of the arrays, in bytes */
};

static int read_size(const json_t *number, size_t *size)
{
    if (!json_is_integer(number) || json_integer_value(number) < 0)
        return 0;
    *size = (size_t)json_integer_value(number);
    return 1;
}

static int read_shape(const struct source *source, const json_t *entry, struct eg_tensor *tensor,
                      struct eg_error *error)
{
    const json_t *shape = json_object_get(entry, "shape");
    const size_t ndim = json_array_size(shape);
    if (!json_is_array(shape))
        return eg_fail(error, EG_DATA, "%s: tensor '%s' has no shape", source->name, tensor->name);
    if (ndim > EG_TENSOR_DIMENSIONS)
        return eg_fail(error, EG_DATA, "%s: tensor '%s' has %zu dimensions; at most %d can be read",
                       source->name, tensor->name, ndim, EG_TENSOR_DIMENSIONS);
    tensor->ndim = (int)ndim;
    tensor->count = 1;
    for (size_t i = 0; i < ndim; i++)
        if (!read_size(json_array_get(shape, i), &tensor->shape[i]) ||
            __builtin_mul_overflow(tensor->count, tensor->shape[i], &tensor->count))
            return eg_fail(error, EG_DATA,
                           "%s: the shape of tensor '%s' is no list of sizes; the file is damaged",
                           source->name, tensor->name);
    return EG_OK;
}

/* Bytes of a float of that type; 0: another type. */
static size_t size_of_float(const char *type)
{
    const int is_float = strcmp(type, "F64") == 0 || strcmp(type, "F32") == 0 ||
                         strcmp(type, "F16") == 0 || strcmp(type, "BF16") == 0;
    return is_float ? size_of_type(type) : 0;
}

static double load_float(const char *type, const unsigned char *bytes, size_t size)
{
    uint16_t half;
    float single;
    double number;
    if (size == 2) {
        memcpy(&half, bytes, sizeof half);
        return *type == 'B' ? eg_widen_bfloat(half) : eg_widen_half(half);
    }
    if (size == 4) {
        memcpy(&single, bytes, sizeof single);
        return (double)single;
    }
    memcpy(&number, bytes, sizeof number);
    return number;
}

static int copy_numbers(const struct source *source, size_t begin, struct eg_tensor *tensor,
                        struct eg_error *error)
{
    const size_t size = size_of_float(tensor->type);
    if (size == 0)
        return EG_OK;
    tensor->data = eg_alloc(tensor->count + 1, sizeof *tensor->data, error);
    if (!tensor->data)
        return EG_INTERNAL;
    for (size_t i = 0; i < tensor->count; i++) {
        const double number = load_float(tensor->type, source->data + begin + i * size, size);
        tensor->data[i] = (real)number;
        if (!isfinite(tensor->data[i]))
            return eg_fail(error, EG_DATA,
                           "%s: tensor '%s': number %zu is %g; a model's weights must be finite",
                           source->name, tensor->name, i, isnan(number) ? (double)NAN : number);
    }
    return EG_OK;
}

/* A tensor's entry in the header; *begin and *end get its offsets. */
static int read_entry(const struct source *source, const json_t *entry, struct eg_tensor *tensor,
                      size_t *begin, size_t *end, struct eg_error *error)
{
    const char *type = json_string_value(json_object_get(entry, "dtype"));
    const json_t *offsets = json_object_get(entry, "data_offsets");
    size_t bytes;
    if (!type || size_of_type(type) == 0)
        return eg_fail(error, EG_DATA, "%s: tensor '%s' has a dtype that safetensors do not have",
                       source->name, tensor->name);
    snprintf(tensor->type, sizeof tensor->type, "%s", type);
    if (read_shape(source, entry, tensor, error))
        return EG_DATA;
    if (json_array_size(offsets) != 2 || !read_size(json_array_get(offsets, 0), begin) ||
        !read_size(json_array_get(offsets, 1), end) || *begin > *end || *end > source->size)
        return eg_fail(error, EG_DATA,
                       "%s: the offsets of tensor '%s' are not within the %zu bytes of data; the "
                       "file is cut short or damaged, copy it again",
                       source->name, tensor->name, source->size);
    if (__builtin_mul_overflow(tensor->count, size_of_type(type), &bytes) || bytes != *end - *begin)
        return eg_fail(error, EG_DATA,
                       "%s: tensor '%s' has %zu bytes, which are not what %s of %s takes",
                       source->name, tensor->name, *end - *begin, type,
                       eg_format_shape(tensor->ndim, tensor->shape).text);
    return copy_numbers(source, *begin, tensor, error);
}

struct span {
    size_t begin, end;
    struct eg_tensor tensor;
};

static int compare_spans(const void *a, const void *b)
{
    const struct span *left = a, *right = b;
    if (left->begin != right->begin)
        return left->begin < right->begin ? -1 : 1;
    return (left->end > right->end) - (left->end < right->end);
}

/* Sorted by their bytes, the tensors must fill the file without gap or overlap. */
static int order_tensors(const struct source *source, struct span *spans,
                         struct eg_tensors *tensors, struct eg_error *error)
{
    size_t at = 0;
    for (size_t i = 0; i < tensors->count; i++)
        spans[i].tensor = tensors->items[i];
    if (tensors->count)
        qsort(spans, tensors->count, sizeof *spans, compare_spans);
    for (size_t i = 0; i < tensors->count; i++) {
        tensors->items[i] = spans[i].tensor;
        if (spans[i].begin != at && error->status == EG_OK)
            eg_fail(error, EG_DATA, "%s: %s before the bytes of tensor '%s'; the file is damaged",
                    source->name, spans[i].begin < at ? "two tensors overlap" : "there is a gap",
                    spans[i].tensor.name);
        at = spans[i].end;
    }
    if (at != source->size && error->status == EG_OK)
        eg_fail(error, EG_DATA, "%s: %zu bytes after the end of the last tensor", source->name,
                source->size - at);
    return error->status;
}

static int read_metadata(const struct source *source, json_t *metadata, struct eg_tensors *tensors,
                         struct eg_error *error)
{
    const char *key;
    json_t *text;
    json_object_foreach(metadata, key, text)
    {
        if (!json_is_string(text))
            return eg_fail(error, EG_DATA, "%s: __metadata__ may hold only texts", source->name);
    }
    if (!json_is_object(metadata))
        return eg_fail(error, EG_DATA, "%s: __metadata__ is no object of texts", source->name);
    tensors->metadata = json_incref(metadata);
    return EG_OK;
}

static int read_entries(const struct source *source, json_t *header, struct eg_tensors *tensors,
                        struct eg_error *error)
{
    struct eg_error own = {0};
    const char *name;
    json_t *entry;
    int status = EG_OK;
    struct span *spans = eg_alloc(json_object_size(header) + 1, sizeof *spans, error);
    if (!spans)
        return EG_INTERNAL;
    json_object_foreach(header, name, entry)
    {
        const size_t i = tensors->count;
        if (status)
            break;
        if (strcmp(name, "__metadata__") == 0)
            status = read_metadata(source, entry, tensors, error);
        else if (!is_printable(name))
            status = eg_fail(error, EG_DATA,
                             "%s: a tensor's name is empty, too long or has control characters",
                             source->name);
        else if (!eg_tensors_add_bare(tensors, name, error))
            status = EG_INTERNAL;
        else
            status = read_entry(source, entry, &tensors->items[i], &spans[i].begin, &spans[i].end,
                                error);
    }
    if (!status && order_tensors(source, spans, tensors, &own))
        status = eg_fail(error, own.status, "%s", own.message);
    free(spans);
    return status;
}

/* Whether a file of that size can begin with these bytes; *length gets that of its header. */
static int check_length(const char *name, const void *bytes, size_t size, uint64_t *length,
                        struct eg_error *error)
{
    if (size < sizeof *length)
        return eg_fail(error, EG_DATA, "%s: %zu bytes are too few for a safetensors file", name,
                       size);
    memcpy(length, bytes, sizeof *length);
    if (*length < 2 || *length > LONGEST_HEADER || *length > size - sizeof *length)
        return eg_fail(error, EG_DATA,
                       "%s: not a safetensors file, or cut short: it says that its header has %llu "
                       "bytes; save it with safetensors.torch.save_file",
                       name, (unsigned long long)*length);
    return EG_OK;
}

int eg_safetensors_parse(const char *name, const void *bytes, size_t size,
                         struct eg_tensors *tensors, struct eg_error *error)
{
    uint64_t length = 0;
    json_error_t fault;
    *tensors = (struct eg_tensors){0};
    if (check_length(name, bytes, size, &length, error))
        return EG_DATA;
    const char *text = (const char *)bytes + sizeof length;
    json_t *header = *text == '{' ? json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &fault)
                                  : NULL;
    if (!header)
        return eg_fail(error, EG_DATA,
                       "%s: the header is no JSON object with each name once; save it with "
                       "safetensors.torch.save_file",
                       name);
    const struct source source = {name, (const unsigned char *)text + length,
                                  size - sizeof length - (size_t)length};
    const int status = read_entries(&source, header, tensors, error);
    json_decref(header);
    if (status)
        eg_tensors_free(tensors);
    return status;
}

/* The header's length, before memory is taken for the whole file. */
static int check_file(const char *path, struct eg_error *error)
{
    struct eg_input_reason why;
    struct stat facts;
    uint64_t length = 0;
    char head[sizeof length];
    FILE *file = eg_input_stream(path, &why);
    if (!file)
        return eg_fail(error, why.status, "%s: cannot read it: %s", path, why.text);
    const size_t got = fread(head, 1, sizeof head, file);
    const size_t size = fstat(fileno(file), &facts) ? 0 : (size_t)facts.st_size;
    fclose(file);
    return check_length(path, head, got < sizeof head ? got : size, &length, error);
}

int eg_safetensors_read(const char *path, struct eg_tensors *tensors, struct eg_error *error)
{
    size_t size;
    *tensors = (struct eg_tensors){0};
    char *bytes = NULL;
    int status = check_file(path, error);
    if (!status)
        status = eg_read_file(path, EG_INPUT_MOST, &bytes, &size, error);
    if (!status)
        status = eg_safetensors_parse(path, bytes, size, tensors, error);
    free(bytes);
    return status;
}
