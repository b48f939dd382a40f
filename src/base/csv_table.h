/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV files with a header row, read into typed columns. Plain or gzipped.
 *
 * A cell of a number column is a finite decimal number or empty (missing: NAN). Every error names
 * the file, the line and the column. Lines that are blank are passed over.
 */
#ifndef EG_BASE_CSV_TABLE_H
#define EG_BASE_CSV_TABLE_H

#include <stddef.h>

#include "base/error.h"

enum eg_csv_type {
    EG_CSV_SKIP,   /* not kept, not looked at */
    EG_CSV_NUMBER, /* an empty cell is NAN */
    EG_CSV_FILLED, /* a number; an empty cell is an error */
    EG_CSV_TEXT,   /* an empty cell is NULL */
    EG_CSV_NAME    /* a text; an empty cell is an error */
};

struct eg_csv_column {
    char *name; /* as in the header; "" where that cell is empty */
    enum eg_csv_type type;
    double *numbers; /* rows of them for the number types */
    char **texts;    /* rows of them for the text types */
};

struct eg_csv_table {
    size_t rows, cols; /* cols counts the kept columns only, which are in the file's order */
    struct eg_csv_column *columns;
    size_t *lines; /* rows: the line of the file that a row begins on, from 1 */
};

/* A column that the caller cannot do without. */
struct eg_csv_want {
    const char *name;
    enum eg_csv_type type;
};

/* In place of a wanted column's name: the first one, whatever the header calls it. */
extern const char eg_csv_first[];

/* Reads the columns that wanted (ends with a NULL name; may be NULL) lists, and all others as rest.
 * A file, or a pipe, is read once and in pieces; only what is kept takes memory. EG_DATA for anything
 * wrong with the file (base/unpacked_input.h), a wanted column that is not there (all of those are named) or no data row. */
int eg_csv_read(const char *path, const struct eg_csv_want *wanted, enum eg_csv_type rest,
                struct eg_csv_table *table, struct eg_error *error);

/* The same from size bytes in memory, not gzipped; name stands for the file in messages. */
int eg_csv_parse(const char *name, const char *bytes, size_t size, const struct eg_csv_want *wanted,
                 enum eg_csv_type rest, struct eg_csv_table *table, struct eg_error *error);

/* The kept column of that name, or NULL. */
const struct eg_csv_column *eg_csv_find(const struct eg_csv_table *table, const char *name);

/* Returns EG_DATA with "FILE:LINE: column 'NAME': " and the text, for a cell of that row that the
 * caller cannot use. */
__attribute__((format(printf, 6, 7))) int eg_csv_fail(struct eg_error *error, const char *name,
                                                      const struct eg_csv_table *table,
                                                      const struct eg_csv_column *column,
                                                      size_t row, const char *format, ...);

void eg_csv_free(struct eg_csv_table *table);

#endif
