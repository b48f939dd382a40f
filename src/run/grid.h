/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_RUN_GRID_H
#define EG_RUN_GRID_H

#include "run/experiment.h"

void eg_grid_free(struct eg_grid *grid);

/* A cell's name, "dataset=nhanes1,penalty=gini,...", its fields in the order the experiment gave
 * them; owned by the caller (free). NULL when memory is short. */
char *eg_cell_name_alloc(const json_t *config);

/* The same of the fields whose values are part of it. */
char *eg_cell_part_name_alloc(const json_t *config, int (*is_part)(const json_t *value));

/* Whether the shell pattern fits the cell's name or any text value of its configuration. */
int eg_cell_fits(const json_t *config, const char *name, const char *pattern);

#endif
