/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done with a table once it is read; csv_table.c reads it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv_table.h"

const struct eg_csv_column *eg_csv_find(const struct eg_csv_table *table, const char *name)
{
    for (size_t i = 0; i < table->cols; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}

int eg_csv_fail(struct eg_error *error, const char *name, const struct eg_csv_table *table,
                const struct eg_csv_column *column, size_t row, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *at = text; *at; at++) /* a cell that is quoted may hold line ends */
        if ((unsigned char)*at < 32 || *at == 127)
            *at = '?';
    return eg_fail(error, EG_DATA, "%s:%zu: column '%s': %s", name, table->lines[row], column->name,
                   text);
}

void eg_csv_free(struct eg_csv_table *table)
{
    for (size_t i = 0; i < table->cols; i++) {
        struct eg_csv_column *column = &table->columns[i];
        for (size_t row = 0; column->texts && row < table->rows; row++)
            free(column->texts[row]);
        free(column->texts);
        free(column->numbers);
        free(column->name);
    }
    free(table->columns);
    free(table->lines);
    *table = (struct eg_csv_table){0};
}
