/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small folders of the same form, and the real files where EGBENCH_DATA_DIR has them. */
#include "datasets/nhanes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/csv_table.h"
#include "base/npy.h"
#include "tests/scratch_folder.h"

static struct eg_dataset load(struct eg_dataset_options options)
{
    struct eg_dataset dataset;
    struct eg_error error = {0};
    cr_assert_eq(eg_dataset_load("nhanes", &options, &dataset, &error), EG_OK, "%s", error.message);
    return dataset;
}

static void refuse(struct eg_dataset_options options, int status, const char *message)
{
    struct eg_dataset dataset;
    struct eg_error error = {0};
    cr_assert_eq(eg_dataset_load("nhanes", &options, &dataset, &error), status, "%s",
                 error.message);
    cr_assert(strstr(error.message, message), "'%s' lacks '%s'", error.message, message);
}

static void write_text(const struct scratch *scratch, const char *name, const char *text)
{
    write_scratch(scratch, name, text, strlen(text));
}

static void write_labels(const struct scratch *scratch, const double *labels, size_t count)
{
    const struct eg_npy array = {.ndim = 1, .shape = {count}, .data = (double *)labels};
    const struct scratch_path path = find_scratch(scratch, "nhanes1/y_sparsity.npy");
    struct eg_error error = {0};
    cr_assert_eq(eg_npy_write(path.text, &array, EG_NPY_F8, &error), EG_OK, "%s", error.message);
}

static struct scratch make_reduced(void)
{
    struct scratch scratch = make_scratch();
    write_text(&scratch, "nhanes1/X_large.csv", "sex,age,iron\n1,30,\n0,50,2.5\n1,70,3\n0,60,\n");
    write_text(&scratch, "nhanes1/follow_up.csv",
               "seqn,follow_up_years,alive_10y,alive_15y\n1,3,0,0\n2,-4,,1\n3,-20,1,1\n4,12,1,0\n");
    return scratch;
}

Test(nhanes, reads_the_reduced_form_with_labels_of_15_years)
{
    struct scratch scratch = make_reduced();
    struct eg_dataset d = load((struct eg_dataset_options){.data_folder = scratch.folder});
    cr_assert(d.n == 4 && d.p == 3);
    cr_assert_str_eq(d.source, "real");
    cr_assert_str_eq(d.description, "NHANES I (4 people, 3 columns, alive after 15 years)");
    cr_assert_str_eq(d.feature_names[2], "iron");
    cr_assert(isnan(eg_row(&d.x, 0)[2]) && eg_row(&d.x, 1)[2] == 2.5 && eg_row(&d.x, 3)[1] == 60);
    cr_assert(d.y[0] == 0 && d.y[1] == 1 && d.y[2] == 1 && d.y[3] == 0);
    eg_dataset_free(&d);
    remove_scratch(&scratch);
}

Test(nhanes, reads_gzipped_tables)
{
    struct scratch scratch = make_reduced();
    char command[128];
    snprintf(command, sizeof command, "gzip '%s'/nhanes1/*.csv", scratch.folder);
    cr_assert_eq(system(command), 0);
    struct eg_dataset d = load((struct eg_dataset_options){.data_folder = scratch.folder});
    cr_assert(d.n == 4 && d.p == 3 && d.y[2] == 1);
    eg_dataset_free(&d);
    remove_scratch(&scratch);
}

Test(nhanes, leaves_out_and_counts_unknown_outcomes)
{
    struct scratch scratch = make_reduced();
    struct eg_dataset d = load((struct eg_dataset_options){
        .data_folder = scratch.folder, .label_years = 10, .missing_flags = 1});
    cr_assert(d.n == 3 && d.x.rows == 3 && d.p == 4);
    cr_assert_str_eq(d.description, "NHANES I (3 people, 4 columns, alive after 10 years; 1 of "
                                    "unknown outcome left out)");
    cr_assert_str_eq(d.feature_names[3], "missing_iron");
    cr_assert(eg_row(&d.x, 1)[1] == 70 && eg_row(&d.x, 1)[3] == 0 && eg_row(&d.x, 2)[3] == 1);
    cr_assert(d.y[0] == 0 && d.y[1] == 1 && d.y[2] == 1);
    eg_dataset_free(&d);
    remove_scratch(&scratch);
}

Test(nhanes, prefers_the_authors_files)
{
    struct scratch scratch = make_reduced();
    write_text(&scratch, "nhanes1/X_sparsity.csv", ",sex,age\n0,1,30\n1,0,\n2,1,70\n3,0,60\n");
    write_labels(&scratch, (double[]){1, 1, 0, 0}, 4);
    struct eg_dataset d = load((struct eg_dataset_options){.data_folder = scratch.folder});
    cr_assert(d.n == 4 && d.p == 2);
    cr_assert_str_eq(d.feature_names[0], "sex");
    cr_assert(eg_row(&d.x, 2)[1] == 70 && isnan(eg_row(&d.x, 1)[1]));
    cr_assert(d.y[0] == 1 && d.y[3] == 0);
    eg_dataset_free(&d);
    remove_scratch(&scratch);
}

Test(nhanes, says_whether_it_is_there)
{
    struct scratch scratch = make_scratch();
    const struct eg_dataset_options nowhere = {0}, there = {.data_folder = scratch.folder};
    cr_assert_not(eg_nhanes_available(&nowhere));
    cr_assert_not(eg_nhanes_available(&there));
    refuse(nowhere, EG_DATA, "nhanes: no data folder; give --data FOLDER, set EGBENCH_DATA_DIR");
    refuse(there, EG_DATA, "/nhanes1: neither X_sparsity.csv nor X_large.csv is there");
    write_text(&scratch, "nhanes1/X_large.csv", "a\n1\n");
    cr_assert(eg_nhanes_available(&there));
    refuse(
        there, EG_DATA,
        "/nhanes1: no labels of survival to 15 years; y_sparsity.npy or follow_up.csv is needed");
    remove_scratch(&scratch);
}

Test(nhanes, refuses_files_that_do_not_fit)
{
    struct scratch scratch = make_reduced();
    const struct eg_dataset_options options = {.data_folder = scratch.folder};
    write_labels(&scratch, (double[]){1, 1, 0}, 3);
    refuse(options, EG_DATA, "nhanes1/X_large.csv has 4 rows but ");
    refuse(options, EG_DATA, "nhanes1/y_sparsity.npy has 3; both must list the same people");
    write_labels(&scratch, (double[]){1, 1, 0, 2}, 4);
    refuse(options, EG_DATA,
           "nhanes1/y_sparsity.npy: the label of row 3 (from 0) is 2; 1 (alive) or 0 is needed");
    write_labels(&scratch, (double[]){1, NAN, 0, 1}, 4);
    refuse(options, EG_DATA, "the label of row 1 (from 0) is nan");
    write_text(&scratch, "nhanes1/follow_up.csv", "seqn,alive_10y\n1,0\n2,0.5\n3,1\n4,1\n");
    refuse((struct eg_dataset_options){.data_folder = scratch.folder, .label_years = 10}, EG_DATA,
           "nhanes1/follow_up.csv: the label of row 1 (from 0) is 0.5");
    write_text(&scratch, "nhanes1/follow_up.csv", "seqn\n1\n");
    refuse((struct eg_dataset_options){.data_folder = scratch.folder, .label_years = 10}, EG_DATA,
           "nhanes1/follow_up.csv:1: the header lacks these columns: 'alive_10y'");
    write_text(&scratch, "nhanes1/X_large.csv", "age,iron\n30,1\n40,abc\n");
    refuse(options, EG_DATA, "nhanes1/X_large.csv:3: column 'iron': 'abc' is not a number");
    refuse((struct eg_dataset_options){.data_folder = scratch.folder, .label_years = 12}, EG_USAGE,
           "label horizon of 12 years: 10 and 15 are known");
    remove_scratch(&scratch);
}

static struct eg_dataset_options find_real(void)
{
    struct eg_dataset_options options = {.data_folder = getenv("EGBENCH_DATA_DIR")};
    if (!eg_nhanes_available(&options))
        cr_skip("EGBENCH_DATA_DIR does not hold NHANES I");
    return options;
}

static double average(const struct eg_dataset *dataset)
{
    double sum = 0;
    for (size_t i = 0; i < dataset->n; i++)
        sum += dataset->y[i];
    return sum / (double)dataset->n;
}

Test(nhanes, real_files_hold_what_is_known_of_them)
{
    struct eg_dataset_options options = find_real();
    struct eg_dataset d = load(options);
    cr_assert_eq(d.n, 13442);
    cr_assert(d.p == 51 || d.p == 118, "%zu columns", d.p);
    cr_assert_float_eq(average(&d), 10071.0 / 13442, 1e-12);
    eg_dataset_free(&d);
}

Test(nhanes, real_reduced_file_has_27_missing_patterns_and_127_unknown_outcomes)
{
    struct eg_dataset_options options = find_real();
    for (unsigned years = 10; years <= 15; years += 5) {
        options.label_years = years;
        options.missing_flags = 1;
        struct eg_dataset d = load(options);
        if (strcmp(d.feature_names[0], "sex_isFemale") != 0)
            cr_skip("these are the authors' files");
        cr_assert_eq(d.p, 78);
        cr_assert_eq(d.n, years == 10 ? 13442u - 127 : 13442u);
        cr_assert_float_eq(average(&d), years == 10 ? 11309.0 / 13315 : 10071.0 / 13442, 1e-12);
        /* Everybody was between 25 and 75 years old; age and sex are never missing. */
        for (size_t i = 0; i < d.n; i++)
            cr_assert(eg_row(&d.x, i)[1] >= 25 && eg_row(&d.x, i)[1] <= 75);
        eg_dataset_free(&d);
    }
}

Test(nhanes, released_labels_are_survival_to_15_years)
{
    const struct eg_dataset_options options = find_real();
    const struct eg_csv_want wanted[] = {{"alive_15y", EG_CSV_FILLED}, {0}};
    char path[1024];
    struct eg_csv_table table;
    struct eg_error error = {0};
    snprintf(path, sizeof path, "%s/nhanes1/follow_up.csv", options.data_folder);
    if (eg_csv_read(path, wanted, EG_CSV_SKIP, &table, &error))
        cr_skip("no follow_up.csv beside the released labels");
    struct eg_dataset d = load(options);
    cr_assert_eq(d.n, table.rows);
    for (size_t i = 0; i < d.n; i++)
        cr_assert_eq(d.y[i], table.columns[0].numbers[i], "row %zu", i);
    eg_csv_free(&table);
    eg_dataset_free(&d);
}
