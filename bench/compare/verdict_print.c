/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict for a terminal, and all formats as files. */
#define _GNU_SOURCE /* open_memstream */
#include <stdlib.h>

#include "bench/compare/verdict_output.h"
#include "bench/frame/output_file.h"
#include "bench/page/template.h"
#include "bench/page/text_layout.h"

enum { LINE_WIDTH = 100 };

int eg_contests_print(const struct eg_contest *items, size_t count, FILE *out,
                      struct eg_error *error)
{
    char *text = NULL;
    size_t size;
    json_t *data = eg_contests_data(items, count);
    FILE *buffer = open_memstream(&text, &size);
    int status = buffer ? eg_template_fill("comparison.txt", data, buffer, error)
                        : eg_fail(error, EG_INTERNAL, "out of memory printing the comparison");
    if (buffer && fclose(buffer) && !status)
        status = eg_fail(error, EG_INTERNAL, "out of memory printing the comparison");
    if (!status)
        eg_lay_out(text, LINE_WIDTH, out);
    free(text);
    json_decref(data);
    return status;
}

int eg_contests_write(const struct eg_contest *items, size_t count, const char *folder,
                      struct eg_error *error)
{
    static const struct {
        const char *name;
        int (*print)(const struct eg_contest *, size_t, FILE *, struct eg_error *);
    } prints[] = {{"comparison.jsonl", eg_contests_print_json},
                  {"comparison.txt", eg_contests_print}};
    static const char *const templates[] = {"comparison.csv", "comparison.tex", "comparison.html"};
    int status = EG_OK;
    for (size_t i = 0; i < sizeof prints / sizeof *prints && !status; i++) {
        struct eg_output output;
        status = eg_output_open(&output, folder, prints[i].name, error);
        if (!status)
            status = eg_output_close(&output, prints[i].print(items, count, output.stream, error),
                                     error);
    }
    json_t *data = status ? NULL : eg_contests_data(items, count);
    for (size_t i = 0; i < sizeof templates / sizeof *templates && !status; i++)
        status = eg_template_write(templates[i], data, folder, templates[i], error);
    json_decref(data);
    return status;
}
