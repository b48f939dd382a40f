/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What comes of the image experiment's rows, and how it is shown.
 */
#ifndef EG_BENCH_IMAGE_SUMMARY_H
#define EG_BENCH_IMAGE_SUMMARY_H

#include "bench/frame/view.h"

/*
 * For both protocols, from the same rows, the strength of each model by that protocol's rule and, of
 * the replicates trained with it: means of all plain numbers, the curves noisy_accuracy and
 * flipped_accuracy, chosen_strength, the paired test of the robustness area against the baseline's
 * (suffix _to_baseline) and of the EG prior's against the model's (suffix _of_eg_prior), and
 * of replicate 0 the maps of the first images that all drawn models classify correctly. For protocol
 * paper also accuracy, total variation and area of every strength tried, at x = strength.
 */
void eg_image_summarise(const struct eg_view *view);

extern const struct eg_table_spec eg_image_tables[];
extern const struct eg_figure_spec eg_image_figures[];

#endif
