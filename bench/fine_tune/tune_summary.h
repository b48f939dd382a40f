/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_TUNE_SUMMARY_H
#define EG_BENCH_TUNE_SUMMARY_H

#include "bench/frame/view.h"

/*
 * As summarise of struct eg_experiment: for each network before and after, its measures (bench/fine_tune/tune_cell.h),
 * means over replicates, and tests of those after against the one before, against the control of as many
 * steps, and of more steps against fewer; for each way to draw maps black_pixel_attribution, whose units are
 * images, each a mean over replicates, and tests of the others against integrated gradients from black.
 */
void eg_tune_summarise(const struct eg_view *view);

extern const struct eg_table_spec eg_tune_tables[];
extern const struct eg_figure_spec eg_tune_figures[];

/* Networks in the order of Supplementary Table 2, then the control; NULL-terminated. */
extern const char *const eg_tune_models[];

#endif
