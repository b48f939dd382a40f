/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_export.h"

#include <stdlib.h>

#include "base/folder.h"
#include "bench/compare/compare_outside.h"
#include "bench/compare/compare_places.h"

static int export_unit(const struct eg_run *run, const struct eg_compare_place *place, FILE *out,
                       struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    const struct eg_compare_scale *scale = eg_compare_find_scale(run->scale);
    struct eg_compare_unit unit;
    char *folder = eg_join_path_alloc(options->export_folder, place->name, error);
    if (!folder)
        return EG_INTERNAL;
    int status = eg_compare_load_place(run, place, &unit, error);
    if (!status) {
        const size_t rows = unit.train.x.rows;
        const size_t most = scale->retrain_rows < rows ? scale->retrain_rows : rows;
        const struct eg_exchange exchange = eg_compare_exchange(&unit, scale->samples,
                                                                options->retrain ? most : 0);
        status = eg_exchange_write(folder, &exchange, error);
    }
    if (!status)
        fprintf(out, "%s\n", folder);
    eg_compare_unit_free(&unit);
    free(folder);
    return status;
}

int eg_compare_export(const struct eg_run *run, FILE *out, int *done, struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    struct eg_compare_places places;
    if (!options->export_folder)
        return EG_OK;
    *done = 1;
    int status = eg_compare_find_places(run, &places, error);
    for (size_t i = 0; i < places.count && !status; i++)
        status = export_unit(run, &places.items[i], out, error);
    eg_compare_places_free(&places);
    return status;
}
