/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/npy.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/whole_file.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "NPY elements are copied as they lie in the file, which needs a little-endian machine"
#endif

#define MAGIC "\x93NUMPY"
#define MAGIC_LENGTH 6

struct header {
    char descr[16];
    int fortran_order; /* -1: not seen yet */
    int ndim;          /* -1: not seen yet */
    size_t shape[3];
};

struct cursor {
    const char *at, *end;
};

size_t eg_npy_count(const struct eg_npy *array)
{
    size_t count = 1;
    for (int i = 0; i < array->ndim; i++)
        count *= array->shape[i];
    return count;
}

void eg_npy_free(struct eg_npy *array)
{
    free(array->data);
    *array = (struct eg_npy){0};
}

/* The header is a dictionary as Python prints it. The take_ functions step over what they name and
 * return 1, or return 0. */
static void skip_blanks(struct cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\n'))
        cursor->at++;
}

static int take_char(struct cursor *cursor, char wanted)
{
    skip_blanks(cursor);
    if (cursor->at == cursor->end || *cursor->at != wanted)
        return 0;
    cursor->at++;
    return 1;
}

static int take_word(struct cursor *cursor, const char *word)
{
    const size_t length = strlen(word);
    skip_blanks(cursor);
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0)
        return 0;
    cursor->at += length;
    return 1;
}

static int take_string(struct cursor *cursor, char *text, size_t size)
{
    if (!take_char(cursor, '\'') && !take_char(cursor, '"'))
        return 0;
    const char quote = cursor->at[-1];
    const char *close = memchr(cursor->at, quote, (size_t)(cursor->end - cursor->at));
    if (!close || (size_t)(close - cursor->at) >= size)
        return 0;
    const size_t length = (size_t)(close - cursor->at);
    for (size_t i = 0; i < length; i++) {
        if (cursor->at[i] < ' ' || cursor->at[i] > '~') /* it is quoted in messages */
            return 0;
        text[i] = cursor->at[i];
    }
    text[length] = '\0';
    cursor->at = close + 1;
    return 1;
}

static int take_size(struct cursor *cursor, size_t *size)
{
    skip_blanks(cursor);
    const char *start = cursor->at;
    *size = 0;
    while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9') {
        const size_t digit = (size_t)(*cursor->at++ - '0');
        if (__builtin_mul_overflow(*size, 10, size) || __builtin_add_overflow(*size, digit, size))
            return 0;
    }
    return cursor->at > start;
}

static int take_shape(struct cursor *cursor, struct header *header)
{
    if (!take_char(cursor, '('))
        return 0;
    header->ndim = 0;
    while (!take_char(cursor, ')')) {
        size_t length;
        if (!take_size(cursor, &length))
            return 0;
        if (header->ndim < 3)
            header->shape[header->ndim] = length;
        header->ndim++;
        if (!take_char(cursor, ',')) {
            if (!take_char(cursor, ')'))
                return 0;
            break;
        }
    }
    return 1;
}

static int take_entry(struct cursor *cursor, struct header *header)
{
    char key[16];
    if (!take_string(cursor, key, sizeof key) || !take_char(cursor, ':'))
        return 0;
    if (strcmp(key, "descr") == 0)
        return take_string(cursor, header->descr, sizeof header->descr);
    if (strcmp(key, "shape") == 0)
        return take_shape(cursor, header);
    if (strcmp(key, "fortran_order") != 0)
        return 0;
    header->fortran_order = take_word(cursor, "True");
    return header->fortran_order || take_word(cursor, "False");
}

static int parse_header(const char *name, const char *text, size_t size, struct header *header,
                        struct eg_error *error)
{
    struct cursor cursor = {text, text + size};
    *header = (struct header){.fortran_order = -1, .ndim = -1};
    int fine = take_char(&cursor, '{');
    while (fine && !take_char(&cursor, '}')) {
        fine = take_entry(&cursor, header);
        if (fine && !take_char(&cursor, ',')) {
            fine = take_char(&cursor, '}');
            break;
        }
    }
    if (!fine || !header->descr[0] || header->fortran_order < 0 || header->ndim < 0)
        return eg_fail(error, EG_DATA,
                       "%s: the NPY header is not a dictionary of descr, fortran_order and shape; "
                       "write the file anew with numpy.save",
                       name);
    if (header->ndim > 3)
        return eg_fail(error, EG_DATA, "%s: the array has %d dimensions; at most 3 can be read",
                       name, header->ndim);
    if (header->fortran_order)
        return eg_fail(error, EG_DATA,
                       "%s: the array is in Fortran order; save numpy.ascontiguousarray(array)",
                       name);
    return EG_OK;
}

/* The length of an element of that type in the file; 0 when the type cannot be read. */
static size_t find_element_size(const char *descr)
{
    static const struct {
        const char *descr;
        size_t size;
    } types[] = {{"<f4", 4}, {"<f8", 8}, {"<i4", 4}, {"<i8", 8}, {"|u1", 1}, {"|b1", 1}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(descr, types[i].descr) == 0)
            return types[i].size;
    return 0;
}

static double load_element(const char *descr, const unsigned char *bytes)
{
    float f4;
    double f8;
    int32_t i4;
    if (strcmp(descr, "<f8") == 0) {
        memcpy(&f8, bytes, sizeof f8);
        return f8;
    }
    if (strcmp(descr, "<f4") == 0) {
        memcpy(&f4, bytes, sizeof f4);
        return (double)f4;
    }
    if (strcmp(descr, "<i4") == 0) {
        memcpy(&i4, bytes, sizeof i4);
        return (double)i4;
    }
    return (double)*bytes;
}

static int load_data(const char *name, const char *descr, const unsigned char *bytes,
                     struct eg_npy *array, struct eg_error *error)
{
    const size_t size = find_element_size(descr), count = eg_npy_count(array);
    const int is_i8 = strcmp(descr, "<i8") == 0;
    array->data = eg_alloc(count, sizeof *array->data, error);
    if (!array->data)
        return EG_INTERNAL;
    for (size_t i = 0; i < count; i++) {
        if (!is_i8) {
            array->data[i] = load_element(descr, bytes + i * size);
            continue;
        }
        int64_t i8;
        memcpy(&i8, bytes + i * size, sizeof i8);
        array->data[i] = (double)i8;
        if (i8 > INT64_C(1) << 53 || i8 < -(INT64_C(1) << 53)) {
            eg_npy_free(array);
            return eg_fail(error, EG_DATA,
                           "%s: element %zu is %lld, beyond 2^53; save it as float64", name, i,
                           (long long)i8);
        }
    }
    return EG_OK;
}

/* Where the data begins, after a header that *header then holds; 0 with *error filled otherwise. */
static size_t open_header(const char *name, const unsigned char *bytes, size_t size,
                          struct header *header, struct eg_error *error)
{
    if (size < MAGIC_LENGTH || memcmp(bytes, MAGIC, MAGIC_LENGTH) != 0) {
        eg_fail(error, EG_DATA, "%s: not an NPY file; write it with numpy.save", name);
        return 0;
    }
    const int major = size > 6 ? bytes[6] : 0, minor = size > 7 ? bytes[7] : 0;
    if (size > 7 && (major < 1 || major > 3 || minor != 0)) {
        eg_fail(error, EG_DATA, "%s: NPY version %d.%d; 1.0, 2.0 and 3.0 can be read", name, major,
                minor);
        return 0;
    }
    const size_t prefix = major == 1 ? 10 : 12;
    size_t length = 0;
    if (size >= prefix)
        for (size_t i = prefix; i > 8; i--)
            length = length << 8 | bytes[i - 1];
    if (size < prefix || size - prefix < length) {
        eg_fail(error, EG_DATA, "%s: the NPY header is cut short; copy the file again", name);
        return 0;
    }
    if (parse_header(name, (const char *)bytes + prefix, length, header, error))
        return 0;
    return prefix + length;
}

int eg_npy_parse(const char *name, const void *bytes, size_t size, struct eg_npy *array,
                 struct eg_error *error)
{
    struct header header;
    *array = (struct eg_npy){0};
    const size_t start = open_header(name, bytes, size, &header, error);
    if (start == 0)
        return EG_DATA;
    const size_t element = find_element_size(header.descr);
    if (header.descr[0] == '>')
        return eg_fail(error, EG_DATA, "%s: elements are big-endian (%s); save array.astype('<f8')",
                       name, header.descr);
    if (element == 0)
        return eg_fail(error, EG_DATA,
                       "%s: elements of type '%s'; <f4, <f8, <i4, <i8, |u1 and |b1 can be read",
                       name, header.descr);
    size_t needed = element;
    for (int i = 0; i < header.ndim; i++) {
        array->shape[i] = header.shape[i];
        if (__builtin_mul_overflow(needed, header.shape[i], &needed))
            return eg_fail(error, EG_DATA,
                           "%s: the shape in the header overflows; the file is damaged", name);
    }
    array->ndim = header.ndim;
    if (size - start < needed)
        return eg_fail(error, EG_DATA,
                       "%s: %zu bytes of data where shape and type ask for %zu; the file is cut "
                       "short, copy it again",
                       name, size - start, needed);
    if (size - start > needed)
        return eg_fail(error, EG_DATA,
                       "%s: %zu bytes after the end of the data; save one array a file", name,
                       size - start - needed);
    snprintf(array->type, sizeof array->type, "%.3s", header.descr);
    return load_data(name, header.descr, (const unsigned char *)bytes + start, array, error);
}

int eg_npy_read(const char *path, struct eg_npy *array, struct eg_error *error)
{
    size_t size;
    *array = (struct eg_npy){0};
    char *bytes;
    int status = eg_read_file(path, &bytes, &size, error);
    if (!status)
        status = eg_npy_parse(path, bytes, size, array, error);
    free(bytes);
    return status;
}

int eg_npy_read_matrix(const char *path, struct eg_matrix *matrix, struct eg_error *error)
{
    struct eg_npy array;
    *matrix = (struct eg_matrix){0};
    int status = eg_npy_read(path, &array, error);
    if (status)
        return status;
    if (array.ndim != 1 && array.ndim != 2)
        status = eg_fail(error, EG_DATA, "%s: %d dimensions where a matrix needs 1 or 2", path,
                         array.ndim);
    else
        status = eg_matrix_alloc(matrix, array.shape[0], array.ndim == 2 ? array.shape[1] : 1,
                                 error);
    for (size_t i = 0; status == EG_OK && i < eg_npy_count(&array); i++)
        matrix->data[i] = (real)array.data[i];
    eg_npy_free(&array);
    return status;
}

/* Version 1.0; returns the length, a multiple of 64. */
static size_t format_header(const struct eg_npy *array, enum eg_npy_type type, char header[256])
{
    char shape[80] = "";
    size_t used = 0;
    for (int i = 0; i < array->ndim; i++)
        used += (size_t)snprintf(shape + used, sizeof shape - used, "%s%zu%s", i ? " " : "",
                                 array->shape[i], i + 1 < array->ndim || i == 0 ? "," : "");
    memcpy(header, MAGIC "\x01\x00", 8);
    const size_t end = 10 +
                       (size_t)snprintf(header + 10, 246,
                                        "{'descr': '<%s', 'fortran_order': False, 'shape': (%s), }",
                                        type == EG_NPY_F4 ? "f4" : "f8", shape);
    const size_t length = (end + 1 + 63) / 64 * 64;
    memset(header + end, ' ', length - end - 1);
    header[length - 1] = '\n';
    header[8] = (char)((length - 10) & 0xff);
    header[9] = (char)((length - 10) >> 8);
    return length;
}

static int write_elements(FILE *file, const struct eg_npy *array, enum eg_npy_type type)
{
    const size_t count = eg_npy_count(array);
    if (type == EG_NPY_F8)
        return fwrite(array->data, sizeof *array->data, count, file) == count;
    for (size_t i = 0; i < count; i++) {
        const float element = (float)array->data[i];
        if (fwrite(&element, sizeof element, 1, file) != 1)
            return 0;
    }
    return 1;
}

int eg_npy_write(const char *path, const struct eg_npy *array, enum eg_npy_type type,
                 struct eg_error *error)
{
    char header[256], temporary[4096];
    const size_t length = format_header(array, type, header);
    const int needed = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
    if (needed < 0 || (size_t)needed >= sizeof temporary)
        return eg_fail(error, EG_DATA, "%s: the path is too long", path);
    FILE *file = fopen(temporary, "wb");
    int fine = file && fwrite(header, 1, length, file) == length &&
               write_elements(file, array, type);
    int why = errno;
    if (file && fclose(file) && fine) {
        fine = 0;
        why = errno;
    }
    if (fine && rename(temporary, path)) {
        fine = 0;
        why = errno;
    }
    if (fine)
        return EG_OK;
    if (file)
        remove(temporary);
    return eg_fail(error, EG_DATA, "%s: cannot write it: %s", path, strerror(why));
}
