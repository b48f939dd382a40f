/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a cell's row says of a network: its measures, and the maps that figures show. */
#ifndef EG_BENCH_TUNE_RECORD_H
#define EG_BENCH_TUNE_RECORD_H

#include "bench/fine_tune/tune_measures.h"

struct eg_tune_record {
    const struct eg_tune_meter *meter;
    const char *model;                             /* part of the row */
    size_t test_images, smooth_images, map_images; /* as in struct eg_tune_cell */
    size_t black_images, black_among;
};

/* row[model] as bench/fine_tune/tune_cell.h has it; where there are maps of the baseline, pictures too. */
int eg_tune_record_model(const struct eg_tune_record *record, const struct eg_row *row,
                         struct eg_error *error);

/* What the row says of black pixels. */
int eg_tune_record_black(const struct eg_tune_record *record, const struct eg_row *row,
                         struct eg_error *error);

#endif
