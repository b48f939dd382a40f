/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_RUN_RUN_CELL_H
#define EG_RUN_RUN_CELL_H

#include "run/experiment.h"

/* Runs a cell (a struct of the experiment's fields) and sets what comes out in values, an object. What run_cell
 * returns, or EG_INTERNAL when memory is short. */
int eg_run_cell(const struct eg_experiment *experiment, const struct eg_run *run, const void *cell,
                json_t *values, struct eg_error *error);

/* The same of a configuration, as a stored row has it. EG_DATA where it lacks a field. */
int eg_run_config(const struct eg_experiment *experiment, const struct eg_run *run,
                  const json_t *config, json_t *values, struct eg_error *error);

#endif
