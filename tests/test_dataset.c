/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/dataset.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

static struct eg_dataset make_small(void)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    static const double x[3][5] = {{1, NAN, NAN, 4, NAN}, {5, 6, 7, NAN, 8}, {9, NAN, NAN, 1, 2}};
    struct eg_dataset dataset;
    cr_assert_eq(eg_dataset_alloc(&dataset, 3, 5, NULL), EG_OK);
    for (size_t j = 0; j < 5; j++)
        cr_assert_eq(eg_dataset_name_feature(&dataset, j, names[j], NULL), EG_OK);
    for (size_t i = 0; i < 3; i++) {
        dataset.y[i] = (real)i;
        for (size_t j = 0; j < 5; j++)
            eg_row(&dataset.x, i)[j] = (real)x[i][j];
    }
    return dataset;
}

Test(dataset, flags_each_missing_pattern_once)
{
    static const char *const names[] = {"a", "b",         "c",         "d",
                                        "e", "missing_b", "missing_d", "missing_e"};
    static const double flags[3][3] = {{1, 0, 1}, {0, 1, 0}, {1, 0, 0}};
    struct eg_dataset dataset = make_small();
    cr_assert_eq(eg_dataset_add_missing_flags(&dataset, NULL), EG_OK);
    cr_assert(dataset.n == 3 && dataset.p == 8 && dataset.x.cols == 8);
    for (size_t j = 0; j < 8; j++)
        cr_assert_str_eq(dataset.feature_names[j], names[j]);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++)
            cr_assert_eq(eg_row(&dataset.x, i)[5 + k], flags[i][k]);
    cr_assert(eg_row(&dataset.x, 1)[2] == 7 && isnan(eg_row(&dataset.x, 1)[3]) &&
              dataset.y[2] == 2);
    eg_dataset_free(&dataset);
}

Test(dataset, adds_no_flag_where_nothing_is_missing)
{
    struct eg_dataset dataset = make_small();
    for (size_t i = 0; i < 15; i++)
        dataset.x.data[i] = 1;
    cr_assert_eq(eg_dataset_add_missing_flags(&dataset, NULL), EG_OK);
    cr_assert_eq(dataset.p, 5);
    eg_dataset_free(&dataset);
}

Test(dataset, lists_the_known_names)
{
    struct eg_dataset dataset;
    struct eg_error error;
    const struct eg_dataset_options options = {0};
    cr_assert_eq(eg_dataset_load("mnsit", &options, &dataset, &error), EG_USAGE);
    cr_assert_not_null(strstr(error.message, "no data set is called 'mnsit'; there are: "));
    for (size_t i = 0; eg_dataset_sources[i]; i++)
        cr_assert_not_null(strstr(error.message, eg_dataset_sources[i]->name));
}

Test(dataset, every_generated_set_names_itself_and_its_features)
{
    static const char *const names[] = {"corrgroups60", "independentlinear60", "simulated_cohort"};
    for (size_t k = 0; k < 3; k++) {
        struct eg_dataset d;
        struct eg_error error = {0};
        const struct eg_dataset_options options = {.rows = 100};
        cr_assert_eq(eg_dataset_load(names[k], &options, &d, &error), EG_OK, "%s", error.message);
        cr_assert_str_eq(d.name, names[k]);
        cr_assert(d.n == 100 && d.x.rows == 100 && d.x.cols == d.p && *d.description);
        cr_assert_eq(strspn(d.content_hash, "0123456789abcdef"), 32);
        for (size_t a = 0; a < d.p; a++)
            for (size_t b = 0; b < a; b++)
                cr_assert_str_neq(d.feature_names[a], d.feature_names[b]);
        eg_dataset_free(&d);
    }
}

static struct eg_dataset load_table(const char *x, const char *labels)
{
    struct scratch scratch = make_scratch();
    struct eg_dataset dataset;
    struct eg_error error = {0};
    write_scratch(&scratch, "nhanes1/X_large.csv", x, strlen(x));
    write_scratch(&scratch, "nhanes1/follow_up.csv", labels, strlen(labels));
    const struct eg_dataset_options options = {.data_folder = scratch.folder};
    cr_assert_eq(eg_dataset_load("nhanes", &options, &dataset, &error), EG_OK, "%s", error.message);
    remove_scratch(&scratch);
    return dataset;
}

/* It follows each of x, y and the names, and nothing else. */
Test(dataset, hash_follows_the_content)
{
    static const char *const tables[][2] = {
        {"a,b\n1,2\n3,\n", "alive_15y\n0\n1\n"},   {"a,b\n1,2\n3,4\n", "alive_15y\n0\n1\n"},
        {"a,b\n1,2.5\n3,\n", "alive_15y\n0\n1\n"}, {"a,b\n1,2\n3,\n", "alive_15y\n1\n1\n"},
        {"a,c\n1,2\n3,\n", "alive_15y\n0\n1\n"},
    };
    enum { TABLES = sizeof tables / sizeof *tables };
    char hashes[TABLES][33];
    for (size_t i = 0; i < TABLES; i++) {
        struct eg_dataset dataset = load_table(tables[i][0], tables[i][1]);
        strcpy(hashes[i], dataset.content_hash);
        eg_dataset_free(&dataset);
        for (size_t j = 0; j < i; j++)
            cr_assert_str_neq(hashes[i], hashes[j], "%zu and %zu", i, j);
    }
    struct eg_dataset again = load_table("a,b\r\n\"1\",2.0\r\n3,", tables[0][1]);
    cr_assert_str_eq(again.content_hash, hashes[0]);
    eg_dataset_free(&again);
}
