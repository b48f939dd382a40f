/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

Test(grid, keeps_cells_in_order)
{
    struct eg_grid grid = {0};
    struct eg_error error = {0};
    for (int i = 0; i < 200; i++)
        cr_assert_eq(eg_grid_add_config(&grid, json_pack("{s:i}", "i", i), 1 + i, &error), EG_OK);
    cr_assert_eq(grid.count, 200);
    cr_assert_eq(json_array_size(grid.configs), 200);
    for (int i = 0; i < 200; i++) {
        size_t number;
        cr_assert_eq(eg_config_count(json_array_get(grid.configs, (size_t)i), "i", &number, &error),
                     EG_OK);
        cr_assert(number == (size_t)i && grid.costs[i] == 1 + i);
    }
    eg_grid_free(&grid);
}

Test(grid, refuses_what_is_no_cell)
{
    struct eg_grid grid = {0};
    struct eg_error error = {0};
    cr_assert_eq(eg_grid_add_config(&grid, NULL, 1, &error), EG_INTERNAL);
    cr_assert_eq(eg_grid_add_config(&grid, json_array(), 1, &error), EG_INTERNAL);
    cr_assert_eq(eg_grid_add_config(&grid, json_object(), 0, &error), EG_INTERNAL);
    cr_assert_eq(eg_grid_add_config(&grid, json_object(), NAN, &error), EG_INTERNAL);
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
