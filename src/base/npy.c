/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/npy.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/half.h"
#include "base/input_file.h"
#include "base/safetensors.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "NPY elements are copied as they lie in the file, which needs a little-endian machine"
#endif

#define MAGIC "\x93NUMPY"
#define MAGIC_LENGTH 6

/* What is read of a file before it is known how much more must follow. */
enum { MOST_HEADER = 1 << 16, DIMENSIONS = 8 };

struct header {
    char descr[16];
    int fortran_order; /* -1: not seen yet */
    int ndim;          /* -1: not seen yet */
    size_t shape[DIMENSIONS];
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
        if (header->ndim < DIMENSIONS)
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
    if (header->ndim > EG_NPY_DIMENSIONS)
        return eg_fail(
            error, EG_DATA, "%s: the array has %d dimensions, shape %s; at most %d can be read",
            name, header->ndim,
            eg_format_shape(header->ndim < DIMENSIONS ? header->ndim : DIMENSIONS, header->shape)
                .text,
            EG_NPY_DIMENSIONS);
    return EG_OK;
}

/* The types that can be read, by numpy's names of them; a byte has no order. */
static const struct element {
    char descr[4];
    size_t size;
    char kind; /* f: float, i: signed, u: unsigned */
} elements[] = {{"<f2", 2, 'f'}, {"<f4", 4, 'f'}, {"<f8", 8, 'f'}, {"|i1", 1, 'i'},
                {"<i2", 2, 'i'}, {"<i4", 4, 'i'}, {"<i8", 8, 'i'}, {"|u1", 1, 'u'},
                {"<u2", 2, 'u'}, {"<u4", 4, 'u'}, {"<u8", 8, 'u'}, {"|b1", 1, 'u'}};

/* NULL: it cannot be read. */
static const struct element *find_element(const char *descr)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (strcmp(descr, elements[i].descr) == 0)
            return &elements[i];
    return NULL;
}

static double load_float(const unsigned char *bytes, size_t size)
{
    uint16_t half;
    float single;
    double number;
    if (size == 2) {
        memcpy(&half, bytes, sizeof half);
        return eg_widen_half(half);
    }
    if (size == 4) {
        memcpy(&single, bytes, sizeof single);
        return (double)single;
    }
    memcpy(&number, bytes, sizeof number);
    return number;
}

/* Magnitude and sign of an integer. */
static uint64_t load_integer(const unsigned char *bytes, const struct element *element,
                             int *is_negative)
{
    uint64_t bits = 0;
    memcpy(&bits, bytes, element->size); /* little-endian, as this machine */
    const unsigned shift = (unsigned)(64 - 8 * element->size);
    *is_negative = element->kind == 'i' && bits << shift >> 63;
    if (!*is_negative)
        return bits;
    return (~bits + 1) << shift >> shift;
}

/* Number i of the file in Fortran order is this one in C order. */
static size_t find_place(const struct eg_npy *array, size_t i)
{
    size_t place = 0, index[EG_NPY_DIMENSIONS] = {0};
    for (int d = 0; d < array->ndim; d++) {
        index[d] = i % array->shape[d];
        i /= array->shape[d];
    }
    for (int d = 0; d < array->ndim; d++)
        place = place * array->shape[d] + index[d];
    return place;
}

static int load_data(const char *name, const struct header *header, const unsigned char *bytes,
                     struct eg_npy *array, struct eg_error *error)
{
    const struct element *element = find_element(header->descr);
    const size_t count = eg_npy_count(array);
    array->data = eg_alloc(count, sizeof *array->data, error);
    if (!array->data)
        return EG_INTERNAL;
    for (size_t i = 0; i < count; i++, bytes += element->size) {
        const size_t place = header->fortran_order ? find_place(array, i) : i;
        int is_negative;
        if (element->kind == 'f') {
            array->data[place] = load_float(bytes, element->size);
            continue;
        }
        const uint64_t size = load_integer(bytes, element, &is_negative);
        array->data[place] = is_negative ? -(double)size : (double)size;
        if (size > UINT64_C(1) << 53) {
            eg_npy_free(array);
            return eg_fail(error, EG_DATA,
                           "%s: element %zu is %s%llu, beyond 2^53; save it as float64", name,
                           place, is_negative ? "-" : "", (unsigned long long)size);
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

/* Fills in shape and type; size is that of the whole file, whose data begin at start. */
static int check_sizes(const char *name, const struct header *header, size_t start, size_t size,
                       struct eg_npy *array, struct eg_error *error)
{
    const struct element *element = find_element(header->descr);
    if (header->descr[0] == '>')
        return eg_fail(error, EG_DATA, "%s: elements are big-endian (%s); save array.astype('<f8')",
                       name, header->descr);
    if (!element)
        return eg_fail(
            error, EG_DATA,
            "%s: elements of type '%s'; floats of 2, 4 and 8 bytes, integers and bool can "
            "be read: save array.astype('<f8')",
            name, header->descr);
    size_t needed = element->size;
    for (int i = 0; i < header->ndim; i++) {
        array->shape[i] = header->shape[i];
        if (__builtin_mul_overflow(needed, header->shape[i], &needed))
            return eg_fail(error, EG_DATA,
                           "%s: the shape in the header overflows; the file is damaged", name);
    }
    array->ndim = header->ndim;
    const uint64_t numbers = needed / element->size;
    if (numbers > EG_NPY_MOST / sizeof *array->data)
        return eg_fail(error, EG_DATA,
                       "%s: %llu numbers, shape %s, where at most %llu are read; save fewer rows",
                       name, (unsigned long long)numbers,
                       eg_format_shape(array->ndim, array->shape).text,
                       (unsigned long long)(EG_NPY_MOST / sizeof *array->data));
    if (size - start < needed)
        return eg_fail(error, EG_DATA,
                       "%s: %zu bytes of data where shape %s and type ask for %zu; the file is cut "
                       "short, copy it again",
                       name, size - start, eg_format_shape(array->ndim, array->shape).text, needed);
    if (size - start > needed)
        return eg_fail(error, EG_DATA,
                       "%s: %zu bytes after the end of the data; save one array a file", name,
                       size - start - needed);
    memcpy(array->type, element->descr, sizeof array->type);
    return EG_OK;
}

int eg_npy_parse(const char *name, const void *bytes, size_t size, struct eg_npy *array,
                 struct eg_error *error)
{
    struct header header;
    *array = (struct eg_npy){0};
    const size_t start = open_header(name, bytes, size, &header, error);
    if (start == 0)
        return EG_DATA;
    const int status = check_sizes(name, &header, start, size, array, error);
    return status ? status
                  : load_data(name, &header, (const unsigned char *)bytes + start, array, error);
}

int eg_npy_peek(const char *path, struct eg_npy *array, struct eg_error *error)
{
    struct eg_input_reason why;
    struct stat facts;
    unsigned char head[MOST_HEADER];
    struct header header;
    *array = (struct eg_npy){0};
    FILE *file = eg_input_stream(path, &why);
    if (!file)
        return eg_fail(error, why.status, "%s: cannot read it: %s", path, why.text);
    const size_t got = fread(head, 1, sizeof head, file);
    const size_t size = fstat(fileno(file), &facts) ? 0 : (size_t)facts.st_size;
    fclose(file);
    const size_t start = open_header(path, head, got, &header, error);
    return start ? check_sizes(path, &header, start, size > got ? size : got, array, error)
                 : EG_DATA;
}

int eg_npy_read(const char *path, struct eg_npy *array, struct eg_error *error)
{
    size_t size;
    char *bytes = NULL;
    int status = eg_npy_peek(path, array, error);
    if (!status)
        status = eg_read_file(path, EG_INPUT_MOST, &bytes, &size, error);
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
        status = eg_fail(error, EG_DATA,
                         "%s: shape %s where rows x columns are needed; save "
                         "array.%sreshape(len(array), -1)",
                         path, eg_format_shape(array.ndim, array.shape).text,
                         array.ndim == 4 ? "transpose(0, 2, 3, 1)." : "");
    else
        status = eg_matrix_alloc(matrix, array.shape[0], array.ndim == 2 ? array.shape[1] : 1,
                                 error);
    for (size_t i = 0; status == EG_OK && i < eg_npy_count(&array); i++)
        matrix->data[i] = (real)array.data[i];
    eg_npy_free(&array);
    return status;
}
