/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/run_cell.h"

#include <stdlib.h>

int eg_run_cell(const struct eg_experiment *experiment, const struct eg_run *run, const void *cell,
                json_t *values, struct eg_error *error)
{
    int failed = values == NULL;
    const struct eg_row row = {values, &failed};
    const int status = failed ? EG_OK : experiment->run_cell(run, cell, &row, error);
    return !status && failed ? eg_fail(error, EG_INTERNAL, "out of memory keeping a cell's values")
                             : status;
}

int eg_run_config(const struct eg_experiment *experiment, const struct eg_run *run,
                  const json_t *config, json_t *values, struct eg_error *error)
{
    void *cell = eg_alloc(1, experiment->cell_size, error);
    int status = cell ? eg_fields_read(experiment->fields, config, cell, error) : EG_INTERNAL;
    if (!status)
        status = eg_run_cell(experiment, run, cell, values, error);
    free(cell);
    return status;
}
