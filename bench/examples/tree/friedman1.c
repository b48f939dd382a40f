/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A data set of your own. On failure just return: the caller frees what was allocated.
 *   place: datasets/friedman1.c
 *   line:  datasets/dataset.c: SOURCE(eg_friedman1)
 *
 * Friedman's first function (Friedman 1991, section 4.3): x uniform on (0,1), 10 features,
 *
 *     y = 10 sin(pi x_1 x_2) + 20 (x_3 - 1/2)^2 + 10 x_4 + 5 x_5 + e,   e normal with sd 1
 *
 * so that five features say nothing. Options used: seed, rows.
 */
#include "datasets/dataset.h"

#include <math.h>
#include <stdio.h>

#include "base/stream.h"

enum { FEATURES = 10, ROWS = 1000 };

static double draw_row(struct eg_stream stream, real *row)
{
    double x[FEATURES];
    for (size_t j = 0; j < FEATURES; j++) {
        x[j] = eg_stream_uniform(&stream);
        row[j] = (real)x[j];
    }
    return 10 * sin(M_PI * x[0] * x[1]) + 20 * (x[2] - 0.5) * (x[2] - 0.5) + 10 * x[3] + 5 * x[4] +
           eg_stream_normal(&stream);
}

static int load_friedman1(const struct eg_dataset_options *options, struct eg_dataset *dataset,
                          struct eg_error *error)
{
    const size_t rows = options->rows ? options->rows : ROWS;
    const struct eg_stream stream = eg_stream_make(options->seed, 0, EG_PURPOSE_DATA, 0, 0);
    int status = eg_dataset_alloc(dataset, rows, FEATURES, error);
    if (status)
        return status;
    for (size_t j = 0; j < FEATURES && !status; j++) {
        char name[16];
        snprintf(name, sizeof name, "x_%zu", j + 1);
        status = eg_dataset_name_feature(dataset, j, name, error);
    }
    for (size_t i = 0; i < rows; i++)
        dataset->y[i] = (real)draw_row(eg_stream_item(&stream, i), eg_row(&dataset->x, i));
    dataset->source = "generated";
    snprintf(dataset->description, sizeof dataset->description, "Friedman 1 (%zu rows, generated)",
             rows);
    return status;
}

const struct eg_dataset_source eg_friedman1 = {
    "friedman1", "Friedman 1: five features make a curved target, five say nothing",
    load_friedman1};
