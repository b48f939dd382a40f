/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the image experiment's results are shown. */
#ifndef EG_BENCH_IMAGE_VIEWS_H
#define EG_BENCH_IMAGE_VIEWS_H

#include "run/experiment.h"

extern const struct eg_table_spec eg_image_tables[];
extern const struct eg_figure_spec eg_image_figures[];

#endif
