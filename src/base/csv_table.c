/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv_table.h"

#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "base/unpacked_input.h"

#define LARGEST_CELL ((size_t)1 << 20)

const char eg_csv_first[] = "the first column";

struct reader {
    const char *name;
    const struct eg_csv_want *wanted;
    enum eg_csv_type rest;
    struct eg_csv_table *table;
    struct eg_error *error;
    int status;
    struct csv_parser parser;
    locale_t c_locale, old_locale; /* strtod would read a decimal comma in some others */

    size_t line;     /* the physical line being fed, from 1 */
    size_t row_line; /* the line that the current row began on */
    int between_rows;
    int after_return; /* the last byte was a CR, so that an LF ends no further line */
    int started;

    struct eg_csv_column *header; /* every column of the file */
    size_t header_count, header_capacity;
    int header_done;
    size_t *keep;    /* header column -> kept column; (size_t)-1: not kept */
    size_t cell;     /* cells of the current row so far */
    size_t capacity; /* rows there is room for */
};

__attribute__((format(printf, 2, 3))) static void fail(struct reader *reader, const char *format,
                                                       ...)
{
    char text[800];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    reader->status = eg_fail(reader->error, EG_DATA, "%s:%zu: %s", reader->name, reader->row_line,
                             text);
}

static int no_memory(struct reader *reader)
{
    reader->status = eg_fail(reader->error, EG_INTERNAL, "%s:%zu: out of memory", reader->name,
                             reader->row_line);
    return 0;
}

/* What a message quotes of a cell or a name: short, on one line. */
struct quote {
    char text[48];
};

static struct quote quote_text(const char *text)
{
    struct quote quote;
    snprintf(quote.text, sizeof quote.text, "%.43s%s", text, strlen(text) > 43 ? "..." : "");
    for (char *at = quote.text; *at; at++)
        if ((unsigned char)*at < 32 || *at == 127)
            *at = '?';
    return quote;
}

static int add_header_cell(struct reader *reader, const char *text)
{
    if (reader->header_count == reader->header_capacity) {
        const size_t capacity = reader->header_capacity ? 2 * reader->header_capacity : 64;
        struct eg_csv_column *header = realloc(reader->header, capacity * sizeof *header);
        if (!header)
            return no_memory(reader);
        reader->header = header;
        reader->header_capacity = capacity;
    }
    char *name = strdup(text ? text : "");
    if (!name)
        return no_memory(reader);
    reader->header[reader->header_count++] = (struct eg_csv_column){.name = name,
                                                                    .type = reader->rest};
    return 1;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void refuse_duplicates(struct reader *reader)
{
    const size_t count = reader->header_count;
    const char **names = malloc(count * sizeof *names);
    if (!names) {
        no_memory(reader);
        return;
    }
    for (size_t i = 0; i < count; i++)
        names[i] = reader->header[i].name;
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 1; i < count && !reader->status; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            fail(reader, "the header names column '%s' twice; rename one of them",
                 quote_text(names[i]).text);
    free(names);
}

static void set_wanted_types(struct reader *reader)
{
    char missing[512] = "";
    size_t used = 0;
    for (const struct eg_csv_want *want = reader->wanted; want && want->name; want++) {
        size_t i = 0;
        while (i < reader->header_count && want->name != eg_csv_first &&
               strcmp(reader->header[i].name, want->name) != 0)
            i++;
        if (i < reader->header_count)
            reader->header[i].type = want->type;
        else if (used < sizeof missing)
            used += (size_t)snprintf(missing + used, sizeof missing - used, "%s'%s'",
                                     used ? ", " : "", want->name);
    }
    if (used)
        fail(reader, "the header lacks these columns: %s", missing);
}

static void end_header(struct reader *reader)
{
    struct eg_csv_table *table = reader->table;
    const size_t count = reader->header_count;
    reader->header_done = 1;
    refuse_duplicates(reader);
    if (!reader->status)
        set_wanted_types(reader);
    if (reader->status)
        return;
    table->columns = calloc(count, sizeof *table->columns);
    reader->keep = malloc(count * sizeof *reader->keep);
    if (!table->columns || !reader->keep) {
        no_memory(reader);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        reader->keep[i] = (size_t)-1;
        if (reader->header[i].type == EG_CSV_SKIP)
            continue;
        reader->keep[i] = table->cols;
        table->columns[table->cols++] = reader->header[i];
        reader->header[i].name = NULL; /* the table's now */
    }
}

static int is_text(const struct eg_csv_column *column)
{
    return column->type == EG_CSV_TEXT || column->type == EG_CSV_NAME;
}

static int make_room(struct reader *reader)
{
    struct eg_csv_table *table = reader->table;
    if (table->rows < reader->capacity)
        return 1;
    const size_t capacity = reader->capacity ? 2 * reader->capacity : 16;
    size_t *lines = realloc(table->lines, capacity * sizeof *lines);
    if (!lines)
        return no_memory(reader);
    table->lines = lines;
    for (size_t i = 0; i < table->cols; i++) {
        struct eg_csv_column *column = &table->columns[i];
        void *block = is_text(column)
                          ? realloc(column->texts, capacity * sizeof *column->texts)
                          : realloc(column->numbers, capacity * sizeof *column->numbers);
        if (!block)
            return no_memory(reader);
        if (is_text(column)) {
            column->texts = block;
            /* So that the cells of an unfinished row can be freed. */
            memset(column->texts + reader->capacity, 0,
                   (capacity - reader->capacity) * sizeof *column->texts);
        } else {
            column->numbers = block;
        }
    }
    reader->capacity = capacity;
    return 1;
}

/* Of columns that every row must have. */
static const char without_gaps[] = "every cell here needs a number: give it, or leave this row out";

static double parse_number(struct reader *reader, const struct eg_csv_column *column,
                           const char *text)
{
    if (!text || !*text) {
        if (column->type == EG_CSV_FILLED)
            fail(reader, "column '%s': the cell is empty; %s", quote_text(column->name).text,
                 without_gaps);
        return NAN;
    }
    char *end;
    const double number = strtod(text, &end);
    if (*end || end == text || text[strspn(text, "0123456789+-.eEinfatyINFATY")])
        fail(reader, "column '%s': '%s' is not a number", quote_text(column->name).text,
             quote_text(text).text);
    else if (!isfinite(number))
        fail(reader, "column '%s': '%s' is not a finite number; %s", quote_text(column->name).text,
             quote_text(text).text,
             column->type == EG_CSV_FILLED ? without_gaps
                                           : "leave the cell empty where a value is missing");
    return number;
}

static void on_cell(void *bytes, size_t length, void *context)
{
    struct reader *reader = context;
    const char *text = bytes;
    if (reader->status)
        return;
    if (text && memchr(text, '\0', length)) {
        fail(reader, "cell %zu holds a NUL byte; this is not a text file", reader->cell + 1);
        return;
    }
    const size_t cell = reader->cell++;
    if (!reader->header_done) {
        add_header_cell(reader, text);
        return;
    }
    if (cell >= reader->header_count || reader->keep[cell] == (size_t)-1)
        return;
    if (!make_room(reader))
        return;
    struct eg_csv_column *column = &reader->table->columns[reader->keep[cell]];
    if (!is_text(column)) {
        column->numbers[reader->table->rows] = parse_number(reader, column, text);
        return;
    }
    if (column->type == EG_CSV_NAME && (!text || !*text))
        fail(reader, "column '%s': the cell is empty; a name is needed here",
             quote_text(column->name).text);
    column->texts[reader->table->rows] = text && *text ? strdup(text) : NULL;
    if (text && *text && !column->texts[reader->table->rows])
        no_memory(reader);
}

static void on_row(int terminator, void *context)
{
    struct reader *reader = context;
    (void)terminator;
    reader->between_rows = 1;
    if (reader->status)
        return;
    if (!reader->header_done)
        end_header(reader);
    else if (reader->cell != reader->header_count)
        fail(reader, "%zu cells where the header has %zu", reader->cell, reader->header_count);
    else if (make_room(reader)) /* there is none yet where no column is kept */
        reader->table->lines[reader->table->rows++] = reader->row_line;
    reader->cell = 0;
}

static void count_line(struct reader *reader, char byte)
{
    if (byte == '\r' || (byte == '\n' && !reader->after_return))
        reader->line++;
    reader->after_return = byte == '\r';
}

static void explain_parser(struct reader *reader)
{
    const int why = csv_error(&reader->parser);
    reader->row_line = reader->line;
    if (why == CSV_EPARSE)
        fail(reader, "a stray quote: quote the whole cell and double the quotes inside it");
    else
        no_memory(reader);
}

/* Hands libcsv one line at a time, so that line numbers are known and an error stops at once. */
static void feed(struct reader *reader, const char *bytes, size_t size)
{
    size_t at = 0;
    if (!reader->started && size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        at = 3; /* the mark that spreadsheets put before UTF-8 */
    reader->started = 1;
    while (at < size && !reader->status) {
        if (reader->between_rows) {
            if (memchr(" \t\r\n", bytes[at], 4)) {
                count_line(reader, bytes[at++]);
                continue;
            }
            reader->between_rows = 0;
            reader->row_line = reader->line;
        }
        size_t end = at;
        while (end < size && bytes[end] != '\n' && bytes[end] != '\r')
            end++;
        end += end < size;
        const size_t length = end - at;
        if (csv_parse(&reader->parser, bytes + at, length, on_cell, on_row, reader) != length)
            explain_parser(reader);
        else if (!reader->status && csv_get_buffer_size(&reader->parser) > LARGEST_CELL)
            fail(reader, "a cell of this row is longer than %zu bytes; is a quote left open?",
                 LARGEST_CELL);
        count_line(reader, bytes[end - 1]);
        at = end;
    }
}

static int begin_reader(struct reader *reader, const char *name, const struct eg_csv_want *wanted,
                        enum eg_csv_type rest, struct eg_csv_table *table, struct eg_error *error)
{
    *table = (struct eg_csv_table){0};
    *reader = (struct reader){.name = name,
                              .wanted = wanted,
                              .rest = rest,
                              .table = table,
                              .error = error,
                              .between_rows = 1};
    reader->line = reader->row_line = 1;
    csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_EMPTY_IS_NULL);
    reader->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!reader->c_locale)
        return eg_fail(error, EG_INTERNAL, "%s: out of memory", name);
    reader->old_locale = uselocale(reader->c_locale);
    return EG_OK;
}

static int end_reader(struct reader *reader)
{
    struct eg_csv_table *table = reader->table;
    if (!reader->status && csv_fini(&reader->parser, on_cell, on_row, reader))
        fail(reader, "a quote that this row opens is never closed");
    if (!reader->status && !reader->header_done)
        fail(reader, "no header row; the file is empty");
    if (!reader->status && table->rows == 0)
        fail(reader, "no rows after the header");
    for (size_t i = 0; i < reader->header_count; i++)
        free(reader->header[i].name);
    free(reader->header);
    free(reader->keep);
    csv_free(&reader->parser);
    uselocale(reader->old_locale);
    freelocale(reader->c_locale);
    if (reader->status) {
        for (size_t i = 0; i < table->cols; i++)
            if (table->columns[i].texts && table->rows < reader->capacity)
                free(table->columns[i].texts[table->rows]);
        eg_csv_free(table);
    }
    return reader->status;
}

int eg_csv_parse(const char *name, const char *bytes, size_t size, const struct eg_csv_want *wanted,
                 enum eg_csv_type rest, struct eg_csv_table *table, struct eg_error *error)
{
    struct reader reader;
    const int status = begin_reader(&reader, name, wanted, rest, table, error);
    if (status)
        return status;
    feed(&reader, bytes, size);
    return end_reader(&reader);
}

int eg_csv_read(const char *path, const struct eg_csv_want *wanted, enum eg_csv_type rest,
                struct eg_csv_table *table, struct eg_error *error)
{
    struct reader reader;
    struct eg_input_reason why;
    char piece[1 << 16];
    size_t count = 1;
    const int status = begin_reader(&reader, path, wanted, rest, table, error);
    if (status)
        return status;
    struct eg_unpacked *file = eg_unpacked_open(path, &why);
    if (!file)
        reader.status = eg_fail(error, why.status, "%s: cannot open it: %s", path, why.text);
    while (!reader.status && count > 0) {
        if (eg_unpacked_read(file, piece, sizeof piece, &count, &why))
            reader.status = eg_fail(error, why.status, "%s:%zu: cannot read on: %s", path,
                                    reader.line, why.text);
        else
            feed(&reader, piece, count);
    }
    eg_unpacked_close(file);
    return end_reader(&reader);
}
