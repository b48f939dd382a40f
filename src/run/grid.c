/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/grid.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for one more cell. */
static int grow(struct eg_grid *grid)
{
    const size_t capacity = grid->capacity ? 2 * grid->capacity : 64;
    if (!grid->configs)
        grid->configs = json_array();
    if (grid->count < grid->capacity)
        return grid->configs != NULL;
    double *costs = realloc(grid->costs, capacity * sizeof *costs);
    if (!costs)
        return 0;
    grid->costs = costs;
    char *cells = realloc(grid->cells, capacity * grid->cell_size + 1);
    if (!cells)
        return 0;
    grid->cells = cells;
    grid->capacity = capacity;
    return grid->configs != NULL;
}

int eg_grid_add(struct eg_grid *grid, const void *cell, double cost, struct eg_error *error)
{
    if (!isfinite(cost) || cost <= 0)
        return eg_fail(error, EG_INTERNAL, "cell %zu of the grid: cost %g must be above 0",
                       grid->count, cost);
    json_t *config = eg_fields_pack(grid->fields, cell, error);
    if (!config)
        return EG_INTERNAL;
    if (!grow(grid) || json_array_append_new(grid->configs, config))
        return eg_fail(error, EG_INTERNAL, "out of memory at cell %zu of the grid", grid->count);
    char *own = grid->cells + grid->count * grid->cell_size;
    memcpy(own, cell, grid->cell_size);
    /* Texts of the configuration live as long as the grid; those of the caller may not. */
    for (const struct eg_field *field = grid->fields; field->name; field++)
        if (field->type == EG_FIELD_TEXT)
            *(const char **)(void *)(own + field->offset) = json_string_value(
                json_object_get(config, field->name));
    grid->costs[grid->count++] = cost;
    return EG_OK;
}

void eg_grid_free(struct eg_grid *grid)
{
    json_decref(grid->configs);
    free(grid->costs);
    free(grid->cells);
    *grid = (struct eg_grid){0};
}

/* A number in the fewest digits that give it back. */
static void write_number(FILE *out, double number)
{
    char text[32];
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    fputs(text, out);
}

static void write_value(FILE *out, const json_t *value)
{
    if (json_is_string(value))
        fputs(json_string_value(value), out);
    else if (json_is_real(value))
        write_number(out, json_real_value(value));
    else
        json_dumpf(value, out, JSON_COMPACT | JSON_ENCODE_ANY);
}

char *eg_cell_part_name_alloc(const json_t *config, int (*is_part)(const json_t *value))
{
    char *name = NULL;
    size_t length;
    FILE *out = open_memstream(&name, &length);
    if (!out)
        return NULL;
    const char *field, *comma = "";
    json_t *value;
    json_object_foreach((json_t *)config, field, value)
    {
        if (!is_part(value))
            continue;
        fprintf(out, "%s%s=", comma, field);
        write_value(out, value);
        comma = ",";
    }
    if (fclose(out)) {
        free(name);
        return NULL;
    }
    return name;
}

static int is_any(const json_t *value)
{
    return value != NULL;
}

char *eg_cell_name_alloc(const json_t *config)
{
    return eg_cell_part_name_alloc(config, is_any);
}

int eg_cell_fits(const json_t *config, const char *name, const char *pattern)
{
    if (fnmatch(pattern, name, 0) == 0)
        return 1;
    const char *field;
    json_t *value;
    json_object_foreach((json_t *)config, field,
                        value) if (json_is_string(value) &&
                                   fnmatch(pattern, json_string_value(value), 0) == 0) return 1;
    return 0;
}
