/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/print_estimate.h"

#include <string.h>

#include <criterion/criterion.h>

#include "tests/fake_experiment.h"

/* What is printed of the fake experiment's 24 cells of cost 1 .. 4, 60 in all, at a minute for each unit
 * of cost. */
static void print(size_t nodes, size_t threads, char text[1024])
{
    const struct eg_run run = {.scale = "smoke", .protocol = "both", .replicates = 4};
    struct eg_error error = {0};
    struct eg_plan plan;
    double seconds[24];
    FILE *out = tmpfile();
    cr_assert_eq(eg_plan_make(&plan, &fake_experiment, &run, NULL, &error), EG_OK);
    cr_assert(out && plan.count == 24);
    for (size_t i = 0; i < 24; i++)
        seconds[i] = 60 * plan.cells[i].cost;
    const struct eg_estimate estimate = {24, 3, 3600, 240, seconds};
    cr_assert_eq(eg_print_estimate(&plan, &estimate, nodes, threads, out, &error), EG_OK, "%s",
                 error.message);
    rewind(out);
    text[fread(text, 1, 1023, out)] = '\0';
    fclose(out);
    eg_plan_free(&plan);
}

Test(print_estimate, as_many_nodes_as_help)
{
    char text[1024];
    print(0, 2, text);
    /* 60 minutes on 2 threads: 30; on 8 threads 7.5, so 8 in whole cells; then the longest cell. */
    cr_expect_str_eq(text,
                     "24 of 24 cells to run (3 timed): 1 core hours, the longest cell 4 min 00 s\n"
                     "     nodes  wall time       busy; 2 threads a node\n"
                     "         1  30 min 00 s     100 %\n"
                     "         4  8 min 00 s       94 %\n"
                     "        16  4 min 00 s       47 %\n");
}

Test(print_estimate, the_number_that_was_asked_for)
{
    char text[1024];
    print(3, 1, text);
    cr_expect(strstr(text, "1 thread a node\n         3  20 min 00 s     100 %\n"), "%s", text);
    print(1000, 1, text);
    cr_expect(strstr(text, "\n      1000  4 min 00 s        2 %\n"), "%s", text);
}
