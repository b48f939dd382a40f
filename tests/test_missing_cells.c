/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/missing_cells.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_report.h"

static const char claims[] =
    "id=right|experiment=made|dataset=circles|method=a|metric=score|published=1.0|digits=1";

/* Warnings of a report on replicates first .. last of the made experiment. */
static void report_replicates(struct made_report *made, int first, int last)
{
    char lines[4096] = "";
    for (int replicate = first; replicate <= last; replicate++) {
        const struct made_line line = make_line(0, "corrgroups60", "quick", 0, replicate,
                                                "{\"a\":{\"score\":1}}");
        strcat(lines, line.text);
    }
    make_report(made, lines, claims, NULL);
}

Test(missing_cells, a_whole_grid_is_not_complained_of)
{
    struct made_report made;
    report_replicates(&made, 0, MADE_REPLICATES - 1);
    cr_expect_str_eq(made.warnings, "");
    remove_report(&made);
}

Test(missing_cells, a_hole_is_counted_and_named)
{
    struct made_report made;
    report_replicates(&made, 1, MADE_REPLICATES - 1);
    cr_expect(strstr(made.warnings, "made: 1 of the 2 cells of corrgroups60"), "%s", made.warnings);
    cr_expect(strstr(made.warnings, "replicate=0"), "%s", made.warnings);
    remove_report(&made);
}

static int fail_without_data(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    (void)run;
    (void)grid;
    eg_fail(error, EG_DATA, "the files are not here");
    return error->status;
}

/* As on a machine that reports on what another one measured. */
Test(missing_cells, a_grid_that_is_not_known_is_no_crash)
{
    struct eg_experiment experiment = made_experiment;
    struct eg_store store;
    struct eg_missing missing;
    const struct eg_result block = {.dataset = "nhanes", .protocol = "paper", .scale = "quick"};
    experiment.list_cells = fail_without_data;
    cr_assert_eq(eg_store_make(&store, "made", (struct eg_warner){0}, NULL), EG_OK);
    cr_expect_eq(
        eg_find_missing(&experiment, &block, &store, NULL, (struct eg_warner){0}, &missing, NULL),
        EG_DATA);
    eg_store_free(&store);
}
