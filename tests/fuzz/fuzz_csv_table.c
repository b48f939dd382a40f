/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a CSV file: a table whose cells can all be read, or one line of error. */
#include "base/csv_table.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct eg_csv_want wanted[] = {{"label", EG_CSV_TEXT}, {0}};
    struct eg_error error = {0};
    for (int with_text = 0; with_text < 2; with_text++) {
        struct eg_csv_table table;
        const int status = eg_csv_parse("fuzz.csv", (const char *)bytes, size,
                                        with_text ? wanted : NULL, EG_CSV_NUMBER, &table, &error);
        if ((status != EG_OK) != (table.rows == 0))
            __builtin_trap();
        if (status != EG_OK && (!*error.message || strchr(error.message, '\n')))
            __builtin_trap();
        size_t length = 0;
        for (size_t j = 0; j < table.cols; j++)
            for (size_t i = 0; i < table.rows; i++)
                if (table.columns[j].type != EG_CSV_TEXT)
                    length += table.columns[j].numbers[i] > 0;
                else if (table.columns[j].texts[i])
                    length += strlen(table.columns[j].texts[i]);
        if (length > table.cols * table.rows + size)
            __builtin_trap();
        eg_csv_free(&table);
    }
    return 0;
}
