/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cells of a comparison belong together, told from cells that differ in one field each. */
#include "bench/compare/compare_rows.h"

#include <string.h>

#include <criterion/criterion.h>

#include "bench/compare/compare_options.h"

static const struct eg_compare_cell plain = {.dataset = "interactions",
                                             .data = "hash",
                                             .protocol = "fixed",
                                             .scale = "smoke",
                                             .unit = 1,
                                             .method = "lime",
                                             .samples = 20};

static struct eg_compare_options command_of(const char *name)
{
    return (struct eg_compare_options){
        .methods = {{{.kind = EG_OUTSIDE_COMMAND, .what = "tool", .name = name}}, .count = 1}};
}

Test(compare_rows, the_reference_on_the_same_unit_goes_with_a_cell)
{
    const struct eg_compare_options options = {.reference = "deeplift"};
    const struct eg_run run = {.own = &options};
    struct eg_compare_cell others[6];
    for (size_t i = 0; i < 6; i++) {
        others[i] = plain;
        others[i].method = "deeplift";
    }
    others[0].samples = 7; /* how it explains is its own matter */
    cr_expect(eg_compare_goes_with(&run, &plain, &others[0]));
    others[1].method = "expected_gradients";
    others[2].unit = 2;
    others[3].initialisation = 1;
    others[4].measure = "retrain";
    others[5].dataset = "nhanes";
    for (size_t i = 1; i < 6; i++)
        cr_expect(!eg_compare_goes_with(&run, &plain, &others[i]), "other %zu", i);
}

Test(compare_rows, what_a_method_gave_before_stays_on_the_same_unit)
{
    const struct eg_compare_options options = command_of("new");
    const struct eg_run run = {.own = &options};
    struct eg_compare_cell earlier = plain, others[6];
    earlier.method = "old";
    earlier.command = "sh old.sh {dir}";
    earlier.files = "hash of old.sh";
    earlier.kind = "slopes";
    earlier.baseline = "mean";
    earlier.asked_again = 1;
    cr_expect(eg_compare_stays(&run, &plain, &earlier));
    for (size_t i = 0; i < 6; i++)
        others[i] = earlier;
    others[0].method = "new"; /* this run asks it itself */
    others[1].files = NULL;   /* a method of the program's own */
    others[2].unit = 2;
    others[3].samples = 200;
    others[4].data = "another hash";
    others[5].network = "dense 1";
    for (size_t i = 0; i < 6; i++)
        cr_expect(!eg_compare_stays(&run, &plain, &others[i]), "other %zu", i);
}

Test(compare_rows, a_row_that_lacks_a_field_is_named)
{
    const struct eg_outsiders none = {.count = 0};
    struct eg_compare_rows read;
    struct eg_error error = {0};
    json_t *config = eg_fields_pack(eg_compare_fields, &plain, NULL);
    json_t *array = json_pack("[{s:O, s:{s:f}}]", "config", config, "values", "KPM", 0.5);
    cr_assert_eq(eg_compare_rows_read(&(struct eg_rows){.array = array}, &none, &read, &error),
                 EG_OK, "%s", error.message);
    cr_expect(read.count == 1 && read.skipped == 0 && read.items[0].asked == 0);
    cr_expect(strcmp(read.items[0].cell.method, "lime") == 0 && !read.items[0].cell.measure);
    eg_compare_rows_free(&read);
    json_object_del(config, "samples");
    cr_expect_eq(eg_compare_rows_read(&(struct eg_rows){.array = array}, &none, &read, &error),
                 EG_DATA);
    cr_expect(strstr(error.message, "\"samples\" is missing"), "%s", error.message);
    eg_compare_rows_free(&read);
    json_decref(array);
    json_decref(config);
}
