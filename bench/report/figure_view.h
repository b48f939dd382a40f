/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_FIGURE_VIEW_H
#define EG_BENCH_FIGURE_VIEW_H

#include <jansson.h>

#include "bench/report/figure_head.h"

/* The drawn figure FOLDER/figures/NAME.svg for templates: name, title, caption and svg, the element with its ids made
 * unique. NULL: EG_DATA when the file cannot be read, EG_INTERNAL when memory is short. */
json_t *eg_figure_data(const struct eg_figure *figure, const char *folder, struct eg_error *error);

#endif
