/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/text_layout.h"

#include <string.h>

enum { COLUMNS_MOST = 128 };

struct table {
    const char *start, *end; /* its lines */
    size_t widths[COLUMNS_MOST], columns;
};

/* Letters of UTF-8 in so many bytes. */
static size_t count_letters(const char *text, size_t size)
{
    size_t letters = 0;
    for (size_t i = 0; i < size; i++)
        letters += ((unsigned char)text[i] & 0xc0) != 0x80;
    return letters;
}

/* The next cell of a line begins at *at and has so many bytes; moves *at behind it and its tab. */
static size_t read_cell(const char **at)
{
    const size_t size = strcspn(*at, "\t\n");
    *at += size + ((*at)[size] == '\t');
    return size;
}

static int is_row(const char *line)
{
    return line[strcspn(line, "\t\n")] == '\t';
}

static void measure_table(const char *text, struct table *table)
{
    *table = (struct table){.start = text};
    while (is_row(text)) {
        for (size_t column = 0; *text && *text != '\n' && column < COLUMNS_MOST; column++) {
            const char *cell = text;
            const size_t letters = count_letters(cell, read_cell(&text));
            if (letters > table->widths[column])
                table->widths[column] = letters;
            if (column >= table->columns)
                table->columns = column + 1;
        }
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    table->end = text;
}

static void write_columns(const struct table *table, size_t first, size_t last, FILE *out)
{
    for (const char *text = table->start; text < table->end; text += *text == '\n') {
        for (size_t column = 0; column < table->columns; column++) {
            const char *cell = text;
            const size_t size = read_cell(&text);
            const int blanks = (int)(table->widths[column] - count_letters(cell, size));
            if (column == 0)
                fprintf(out, "%.*s%*s", (int)size, cell, blanks, "");
            else if (column >= first && column < last)
                fprintf(out, "  %*s%.*s", blanks, "", (int)size, cell);
        }
        text += strcspn(text, "\n");
        fputc('\n', out);
    }
}

static void write_table(const struct table *table, size_t width, FILE *out)
{
    for (size_t first = 1, last; first < table->columns; first = last) {
        size_t used = table->widths[0];
        for (last = first; last < table->columns; last++) {
            used += 2 + table->widths[last];
            if (last > first && used > width)
                break;
        }
        fputs(first > 1 ? "\n" : "", out);
        write_columns(table, first, last, out);
    }
}

static void write_line(const char *line, size_t size, size_t width, FILE *out)
{
    const size_t margin = strspn(line, " "), indent = margin ? margin + 2 : 0;
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        const size_t blanks = strspn(line + at, " ");
        const char *word = line + at + blanks;
        const size_t length = strcspn(word, " \n"), letters = count_letters(word, length);
        const int breaks = at > 0 && used + blanks + letters > width;
        fprintf(out, "%s%*s%.*s", breaks ? "\n" : "", (int)(breaks ? indent : blanks), "",
                (int)length, word);
        used = (breaks ? indent : used + blanks) + letters;
        at += blanks + length;
    }
    fputc('\n', out);
}

void eg_lay_out(const char *text, size_t width, FILE *out)
{
    while (*text)
        if (is_row(text)) {
            struct table table;
            measure_table(text, &table);
            write_table(&table, width, out);
            text = table.end;
        } else {
            const size_t size = strcspn(text, "\n");
            write_line(text, size, width, out);
            text += size + (text[size] == '\n');
        }
}
