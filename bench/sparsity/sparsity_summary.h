/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a cell of the sparsity experiment is, what comes of its rows (means, the
 * paired tests of the sparse prior against every other penalty, curves), and how
 * that is shown.
 */
#ifndef EG_BENCH_SPARSITY_SUMMARY_H
#define EG_BENCH_SPARSITY_SUMMARY_H

#include "bench/frame/view.h"

/* What its outcome depends on: a penalty, a replicate and some of the strengths. */
struct eg_sparsity_cell {
    const char *dataset, *data, *protocol, *scale;
    size_t seed;
    const char *penalty;
    size_t epochs, references, train_rows;
    size_t rows; /* of the simulated cohort; 0: as many as NHANES has */
    size_t replicate;
    struct eg_numbers strengths;
    size_t strengths_in_all; /* of all cells of the replicate */
};

/* As summarise of struct eg_experiment. */
void eg_sparsity_summarise(const struct eg_view *view);

extern const struct eg_table_spec eg_sparsity_tables[];
extern const struct eg_figure_spec eg_sparsity_figures[];

#endif
