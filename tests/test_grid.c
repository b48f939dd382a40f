/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

struct cell {
    const char *name;
    size_t i;
};
static const struct eg_field fields[] = {
    EG_FIELD(struct cell, name), EG_FIELD(struct cell, i), {0}};

Test(grid, keeps_cells_in_order)
{
    struct eg_grid grid = {.fields = fields, .cell_size = sizeof(struct cell)};
    struct eg_error error = {0};
    char name[16];
    for (size_t i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "cell %zu", i); /* the grid keeps texts of its own */
        cr_assert_eq(eg_grid_add(&grid, &(struct cell){name, i}, 1 + (double)i, &error), EG_OK);
    }
    cr_assert_eq(grid.count, 200);
    cr_assert_eq(json_array_size(grid.configs), 200);
    for (size_t i = 0; i < 200; i++) {
        const json_t *config = json_array_get(grid.configs, i);
        const struct cell *cell = (const struct cell *)(const void *)grid.cells + i;
        snprintf(name, sizeof name, "cell %zu", i);
        cr_assert_str_eq(cell->name, name);
        cr_assert_str_eq(json_string_value(json_object_get(config, "name")), name);
        cr_assert_eq(json_integer_value(json_object_get(config, "i")), (json_int_t)i);
        cr_assert(cell->i == i && grid.costs[i] == 1 + (double)i);
    }
    eg_grid_free(&grid);
}

Test(grid, refuses_what_is_no_cell)
{
    struct eg_grid grid = {.fields = fields, .cell_size = sizeof(struct cell)};
    struct eg_error error = {0};
    const struct cell cell = {"a", 1};
    cr_assert_eq(eg_grid_add(&grid, &cell, 0, &error), EG_INTERNAL);
    cr_assert_eq(eg_grid_add(&grid, &cell, NAN, &error), EG_INTERNAL);
    cr_assert_eq(eg_grid_add(&grid, &(struct cell){"\xff", 1}, 1, &error), EG_INTERNAL);
    cr_assert(strstr(error.message, "\"name\""), "%s", error.message);
    cr_assert_eq(grid.count, 0);
    eg_grid_free(&grid);
}

Test(grid, names_and_patterns)
{
    json_t *config = json_pack("{s:s, s:f, s:i, s:b, s:[i,i]}", "dataset", "nhanes1", "strength",
                               0.1, "replicate", 3, "deep", 1, "sizes", 4, 5);
    char *name = eg_cell_name_alloc(config);
    cr_assert_str_eq(name, "dataset=nhanes1,strength=0.1,replicate=3,deep=true,sizes=[4,5]");
    cr_assert(eg_cell_fits(config, name, "*strength=0.1,*") &&
              eg_cell_fits(config, name, "nhanes*") && eg_cell_fits(config, name, "nhanes1"));
    cr_assert(!eg_cell_fits(config, name, "strength*") && !eg_cell_fits(config, name, "3"));
    free(name);
    json_decref(config);
    config = json_pack("{s:f, s:f, s:f}", "a", 0.1 + 0.2, "b", 1e-7, "c", 2.0);
    name = eg_cell_name_alloc(config);
    cr_assert_str_eq(name, "a=0.30000000000000004,b=1e-07,c=2");
    free(name);
    json_decref(config);
}
