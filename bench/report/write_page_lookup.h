/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the report's page looks up, to lead from a claim to what shows it.
 */
#ifndef EG_BENCH_WRITE_PAGE_LOOKUP_H
#define EG_BENCH_WRITE_PAGE_LOOKUP_H

#include "bench/report/write_figures.h"

/* The first drawn figure of the part that shows the claim; claim NULL: any. NULL: none. */
const struct eg_figure *eg_find_figure(const struct eg_figures *figures, const struct eg_part *part,
                                       const struct eg_claim *claim);

/* The first table of the part that shows the claim; claim NULL: any. NULL: none. */
const struct eg_table_spec *eg_find_table(const struct eg_part *part, const struct eg_claim *claim);

#endif
