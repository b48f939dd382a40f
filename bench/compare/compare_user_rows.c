/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_user_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv_table.h"
#include "base/npy.h"
#include "base/safetensors.h"
#include "base/unpacked_input.h"

/* --- CSV --- */

static int ends_in(const char *path, const char *end)
{
    const size_t length = strlen(path), own = strlen(end);
    return length > own && strcmp(path + length - own, end) == 0;
}

static int is_csv(const char *path)
{
    return ends_in(path, ".csv") || ends_in(path, ".csv.gz");
}

/* All of the file, with a zero after it. */
static int read_all(const char *path, char **bytes, size_t *size, struct eg_error *error)
{
    struct eg_input_reason why;
    size_t room = 1 << 16, count = 1;
    struct eg_unpacked *file = eg_unpacked_open(path, &why);
    if (!file)
        return eg_fail(error, why.status, "%s: cannot open it: %s", path, why.text);
    int status = EG_OK;
    *bytes = malloc(room);
    for (*size = 0; *bytes && !status && count > 0; *size += count) {
        if (room - *size < 1 << 15) {
            char *larger = realloc(*bytes, room *= 2);
            if (!larger)
                free(*bytes);
            *bytes = larger;
        }
        count = 0;
        if (*bytes && eg_unpacked_read(file, *bytes + *size, room - *size - 1, &count, &why))
            status = eg_fail(error, why.status, "%s: cannot read it: %s", path, why.text);
    }
    eg_unpacked_close(file);
    if (!*bytes)
        return eg_fail(error, EG_INTERNAL, "%s: out of memory", path);
    (*bytes)[*size] = '\0';
    return status;
}

/* How many cells the line has if all are numbers or empty; 0: a line of names. */
static size_t count_numbers(const char *line)
{
    size_t count = 0, filled = 0;
    for (const char *at = line + strspn(line, " \t\r\n");; at++) {
        const char quote = *at == '"';
        char *end;
        at += quote;
        strtod(at, &end);
        filled += end > at;
        at = end + (quote && *end == '"');
        at += strspn(at, " \t");
        count++;
        if (*at == '\0' || *at == '\n' || *at == '\r')
            return filled ? count : 0;
        if (*at != ',')
            return 0;
    }
}

/* "1", "2", ... for so many columns, as a line before the bytes. */
static char *name_columns(size_t columns, const char *bytes, size_t *size)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    for (size_t i = 0; out && i < columns; i++)
        fprintf(out, "%s%zu", i ? "," : "", i + 1);
    if (out)
        fputc('\n', out);
    const int fine = out && fwrite(bytes, 1, *size, out) == *size;
    if (!out || fclose(out) || !fine) {
        free(text);
        return NULL;
    }
    *size = length;
    return text;
}

/* The line of names is not the file's: the line in the message is one further than the file's. */
static void count_back(const char *path, struct eg_error *error)
{
    const size_t length = strlen(path);
    struct eg_error own = *error;
    char *end;
    if (strncmp(error->message, path, length) != 0 || error->message[length] != ':')
        return;
    const unsigned long line = strtoul(own.message + length + 1, &end, 10);
    if (end > own.message + length + 1 && line > 0)
        eg_fail(error, own.status, "%s:%lu%s", path, line - 1, end);
}

static int parse_csv(const char *path, struct eg_csv_table *table, int *has_names,
                     struct eg_error *error)
{
    char *bytes = NULL;
    size_t size = 0;
    struct eg_error own = {0};
    int status = read_all(path, &bytes, &size, error);
    const size_t columns = status ? 0 : count_numbers(bytes);
    *has_names = columns == 0;
    if (!status && columns) {
        char *named = name_columns(columns, bytes, &size);
        free(bytes);
        bytes = named;
        status = named ? EG_OK : eg_fail(error, EG_INTERNAL, "%s: out of memory", path);
    }
    if (!status) {
        status = eg_csv_parse(path, bytes, size, NULL, EG_CSV_FILLED, table, &own);
        if (status && columns)
            count_back(path, &own);
        if (status)
            status = eg_fail(error, status, "%s", own.message);
    }
    free(bytes);
    return status;
}

static int take_names(struct eg_csv_table *table, const struct eg_csv_column *label,
                      struct eg_user_rows *rows, struct eg_error *error)
{
    size_t used = 0;
    rows->names = eg_alloc(table->cols + 1, sizeof *rows->names, error);
    if (!rows->names)
        return EG_INTERNAL;
    for (size_t i = 0; i < table->cols; i++)
        if (&table->columns[i] != label) {
            rows->names[used++] = table->columns[i].name;
            table->columns[i].name = NULL;
        }
    return EG_OK;
}

static int take_table(struct eg_csv_table *table, const struct eg_csv_column *label,
                      struct eg_user_rows *rows, struct eg_error *error)
{
    const size_t cols = table->cols - (label != NULL);
    if (cols == 0)
        return eg_fail(error, EG_DATA, "%s: there is no column but '%s'", rows->path, label->name);
    const int status = eg_matrix_alloc(&rows->x, table->rows, cols, error);
    if (status)
        return status;
    for (size_t c = 0, used = 0; c < table->cols; c++) {
        const struct eg_csv_column *column = &table->columns[c];
        for (size_t i = 0; i < table->rows && column != label; i++)
            rows->x.data[i * cols + used] = (real)column->numbers[i];
        used += column != label;
    }
    if (!label)
        return EG_OK;
    rows->labels = eg_alloc(table->rows, sizeof *rows->labels, error);
    for (size_t i = 0; i < table->rows && rows->labels; i++)
        rows->labels[i] = (real)label->numbers[i];
    return rows->labels ? EG_OK : EG_INTERNAL;
}

static int read_csv(const char *path, const char *label, struct eg_user_rows *rows,
                    struct eg_error *error)
{
    struct eg_csv_table table = {0};
    int has_names, status = parse_csv(path, &table, &has_names, error);
    if (status)
        return status;
    const struct eg_csv_column *found = label && has_names ? eg_csv_find(&table, label) : NULL;
    if (label && !found)
        status = eg_fail(error, EG_DATA, "%s: there is no column '%s'%s (--label)", path, label,
                         has_names ? "" : ": its first line is numbers and not names");
    if (!status && has_names && !*table.columns[0].name)
        status = eg_fail(
            error, EG_DATA,
            "%s: its first column has no name, as pandas writes the rows' numbers: save "
            "it with index=False",
            path);
    if (!status)
        status = take_table(&table, found, rows, error);
    if (!status && has_names)
        status = take_names(&table, found, rows, error);
    eg_csv_free(&table);
    return status;
}

/* --- NPY --- */

static int read_npy(const char *path, struct eg_user_rows *rows, struct eg_error *error)
{
    struct eg_npy array;
    int status = eg_npy_read(path, &array, error);
    if (status)
        return status;
    if (array.ndim == 4) {
        memcpy(rows->dims, array.shape + 1, sizeof rows->dims);
        array.shape[1] *= array.shape[2] * array.shape[3];
        array.ndim = 2;
    }
    if (array.ndim != 1 && array.ndim != 2)
        status = eg_fail(error, EG_DATA,
                         "%s: shape %s where rows x columns are needed; save "
                         "array.reshape(len(array), -1)",
                         path, eg_format_shape(array.ndim, array.shape).text);
    else
        status = eg_matrix_alloc(&rows->x, array.shape[0], array.ndim == 2 ? array.shape[1] : 1,
                                 error);
    for (size_t i = 0; !status && i < eg_npy_count(&array); i++)
        rows->x.data[i] = (real)array.data[i];
    eg_npy_free(&array);
    return status;
}

static int check_finite(const char *path, const struct eg_matrix *matrix, struct eg_error *error)
{
    for (size_t i = 0; i < matrix->rows * matrix->cols; i++)
        if (!isfinite(matrix->data[i]))
            return eg_fail(error, EG_DATA, "%s: the number at row %zu, column %zu is not finite",
                           path, i / matrix->cols, i % matrix->cols);
    return EG_OK;
}

int eg_user_rows_read(const char *path, const char *label, struct eg_user_rows *rows,
                      struct eg_error *error)
{
    *rows = (struct eg_user_rows){.path = path};
    if (label && !is_csv(path))
        return eg_fail(error, EG_USAGE,
                       "--label names a column of CSV files, and %s is none: give labels with "
                       "--y-train and --y-test",
                       path);
    const int status = is_csv(path) ? read_csv(path, label, rows, error)
                                    : read_npy(path, rows, error);
    return status ? status : check_finite(path, &rows->x, error);
}

void eg_user_rows_free(struct eg_user_rows *rows)
{
    for (size_t i = 0; rows->names && rows->names[i]; i++)
        free(rows->names[i]);
    free(rows->names);
    free(rows->labels);
    eg_matrix_free(&rows->x);
    *rows = (struct eg_user_rows){0};
}

int eg_user_rows_fit(const struct eg_user_rows *rows, const struct eg_user_rows *trained,
                     struct eg_error *error)
{
    const size_t cols = trained->x.cols;
    if (rows->x.cols != cols)
        return eg_fail(
            error, EG_DATA,
            "%s: shape (%zu, %zu) where the training rows have %zu columns; save rows of "
            "the same features in the same order%s",
            rows->path, rows->x.rows, rows->x.cols, cols,
            rows->x.rows == cols ? ": perhaps array.T" : "");
    for (size_t i = 0; i < cols && rows->names && trained->names; i++)
        if (strcmp(rows->names[i], trained->names[i]) != 0)
            return eg_fail(error, EG_DATA,
                           "%s: column %zu is '%s' where %s has '%s': save the same columns in the "
                           "same order",
                           rows->path, i + 1, rows->names[i], trained->path, trained->names[i]);
    if (rows->x.rows < 2)
        return eg_fail(error, EG_DATA, "%s: shape (%zu, %zu); two rows at least are needed",
                       rows->path, rows->x.rows, rows->x.cols);
    return EG_OK;
}

/* --- images --- */

static int is_shape(const size_t *dims, size_t a, size_t b, size_t c)
{
    return dims[0] == a && dims[1] == b && dims[2] == c;
}

static int turn_images(struct eg_user_rows *rows, const struct eg_image *image,
                       struct eg_error *error)
{
    const size_t pixels = image->height * image->width, channels = image->channels;
    real *row = eg_alloc(rows->x.cols, sizeof *row, error);
    for (size_t i = 0; row && i < rows->x.rows; i++) {
        real *own = rows->x.data + i * rows->x.cols;
        memcpy(row, own, rows->x.cols * sizeof *row);
        for (size_t c = 0; c < channels; c++)
            for (size_t p = 0; p < pixels; p++)
                own[p * channels + c] = row[c * pixels + p];
    }
    free(row);
    return row ? EG_OK : EG_INTERNAL;
}

int eg_user_rows_order(struct eg_user_rows *rows, const struct eg_image *image,
                       const char *channels, struct eg_error *error)
{
    const size_t h = image->height, w = image->width, c = image->channels;
    const int are_images = rows->dims[0] != 0;
    if (h * w <= 1)
        return !channels
                   ? EG_OK
                   : eg_fail(error, EG_USAGE,
                             "--channels %s: the network takes rows of features and no images",
                             channels);
    const int may_be_first = is_shape(rows->dims, c, h, w),
              may_be_last = is_shape(rows->dims, h, w, c);
    int is_first = channels ? strcmp(channels, "first") == 0 : may_be_first;
    if (are_images && !channels && may_be_first && may_be_last && c > 1)
        return eg_fail(error, EG_USAGE,
                       "%s: images of shape %s have their channels first or last: say which with "
                       "--channels",
                       rows->path, eg_format_shape(3, rows->dims).text);
    if (are_images &&
        !(channels ? is_first ? may_be_first : may_be_last : may_be_first || may_be_last))
        return eg_fail(error, EG_DATA,
                       "%s: images of shape %s where the network takes (%zu, %zu, %zu), channels "
                       "first, or (%zu, %zu, %zu), last%s%s",
                       rows->path, eg_format_shape(3, rows->dims).text, c, h, w, h, w, c,
                       channels ? ", with --channels " : "", channels ? channels : "");
    return is_first ? turn_images(rows, image, error) : EG_OK;
}

int eg_user_labels_read(const char *path, const char *of, size_t rows, real **labels,
                        struct eg_error *error)
{
    struct eg_user_rows column;
    int status = eg_user_rows_read(path, NULL, &column, error);
    const struct eg_matrix *x = &column.x;
    if (!status && (x->rows != rows || x->cols != 1))
        status = eg_fail(error, EG_DATA,
                         "%s: shape (%zu, %zu) where %s has %zu rows, a label each%s", path,
                         x->rows, x->cols, of, rows,
                         x->rows == 1 && x->cols == rows  ? ": save labels.ravel()"
                         : x->rows == rows && x->cols > 1 ? ": of columns of classes save "
                                                            "labels.argmax(axis=1)"
                                                          : "");
    if (!status) {
        *labels = column.x.data;
        column.x.data = NULL;
    }
    eg_user_rows_free(&column);
    return status;
}
