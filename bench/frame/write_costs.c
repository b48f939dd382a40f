/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/write_costs.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/folder.h"
#include "base/progress.h"
#include "bench/frame/output_file.h"
#include "run/receipt.h"

static void write_line(FILE *stream, const struct eg_cost *cost, size_t threads,
                       const json_t *receipt)
{
    char duration[32];
    fprintf(stream, "%s,%s,%.0f MB,%zu,\"%s\",%s\n", cost->command,
            eg_format_duration(cost->seconds, duration, sizeof duration),
            (double)cost->peak_memory / 1e6, threads,
            json_string_value(json_object_get(receipt, "cpu")),
            json_string_value(json_object_get(receipt, "blas_core")));
}

int eg_write_costs(const struct eg_cost *costs, size_t count, size_t threads, const char *scale,
                   const char *folder, struct eg_error *error)
{
    char key[EG_KEY_SIZE], name[64];
    struct eg_output output;
    json_t *receipt = eg_receipt_make("", threads, key, error);
    char *times = receipt ? eg_join_path_alloc(folder, "times", error) : NULL;
    snprintf(name, sizeof name, "%s.csv", scale);
    int status = times ? eg_output_open(&output, times, name, error) : EG_INTERNAL;
    if (!status) {
        fputs("command,time,peak memory,threads,processor,core\n", output.stream);
        for (size_t i = 0; i < count; i++)
            write_line(output.stream, &costs[i], threads, receipt);
        status = eg_output_close(&output, EG_OK, error);
    }
    free(times);
    json_decref(receipt);
    return status;
}
