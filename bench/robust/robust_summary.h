/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes of the robust attribution experiment's rows, and how it is shown. */
#ifndef EG_BENCH_ROBUST_SUMMARY_H
#define EG_BENCH_ROBUST_SUMMARY_H

#include "bench/frame/view.h"

/* Means of all values of a row for each training, and of attack_top, attack_kendall and
 * random_kendall the paired tests against the natural training and against Madry's. */
void eg_robust_summarise(const struct eg_view *view);

extern const struct eg_table_spec eg_robust_tables[];
extern const struct eg_figure_spec eg_robust_figures[];

#endif
