/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the user's own: CSV with names and without, images in both orders, and what is refused. */
#include "bench/compare/compare_user_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/npy.h"
#include "tests/scratch_folder.h"

static struct scratch_path write_text(const struct scratch *scratch, const char *name,
                                      const char *text)
{
    write_scratch(scratch, name, text, strlen(text));
    return find_scratch(scratch, name);
}

static void expect_rows(const char *path, const char *label, const double *x, const double *y)
{
    struct eg_user_rows rows;
    struct eg_error error = {0};
    cr_assert_eq(eg_user_rows_read(path, label, &rows, &error), EG_OK, "%s", error.message);
    cr_expect_eq(rows.x.rows, 2);
    cr_expect_eq(rows.x.cols, 2);
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq((double)rows.x.data[i], x[i], "%zu", i);
    cr_expect_eq(rows.labels != NULL, y != NULL);
    for (size_t i = 0; i < 2 && y; i++)
        cr_expect_eq((double)rows.labels[i], y[i]);
    eg_user_rows_free(&rows);
}

static void refuse(const char *path, const char *label, int status, const char *message)
{
    struct eg_user_rows rows;
    struct eg_error error = {0};
    cr_expect_eq(eg_user_rows_read(path, label, &rows, &error), status, "%s", message);
    cr_expect(strstr(error.message, message) && strstr(error.message, path), "%s\nnot %s",
              error.message, message);
    eg_user_rows_free(&rows);
}

Test(compare_user_rows, reads_csv_with_names_and_without)
{
    const struct scratch scratch = make_scratch();
    const double x[] = {1, 2.5, -3, 4e-1};
    expect_rows(write_text(&scratch, "a.csv", "age,dose\n1,2.5\n-3,4e-1\n").text, NULL, x, NULL);
    expect_rows(write_text(&scratch, "b.csv", "1,2.5\r\n-3,4e-1\r\n").text, NULL, x, NULL);
    expect_rows(write_text(&scratch, "c.csv", "\n\"1\", 2.5\n-3,4e-1").text, NULL, x, NULL);
    expect_rows(write_text(&scratch, "d.csv", "age,y,dose\n1,7,2.5\n-3,8,4e-1\n").text, "y", x,
                (double[]){7, 8});
    remove_scratch(&scratch);
}

Test(compare_user_rows, names_what_is_wrong_with_a_file)
{
    const struct scratch scratch = make_scratch();
    refuse(write_text(&scratch, "a.csv", "age,dose\n1,2\n1,high\n").text, NULL, EG_DATA,
           ".csv:3: column 'dose': 'high' is not a number");
    refuse(write_text(&scratch, "b.csv", "1,2\n1,high\n").text, NULL, EG_DATA,
           ".csv:2: column '2': 'high' is not a number");
    refuse(write_text(&scratch, "c.csv", "1,2\n1,2,3\n").text, NULL, EG_DATA,
           ".csv:2: 3 cells where the header has 2");
    refuse(write_text(&scratch, "d.csv", ",age\n0,1\n1,2\n").text, NULL, EG_DATA,
           "its first column has no name, as pandas writes the rows' numbers: save it with "
           "index=False");
    refuse(write_text(&scratch, "e.csv", "age,dose\n1,2\n3,4\n").text, "y", EG_DATA,
           "there is no column 'y' (--label)");
    refuse(write_text(&scratch, "f.csv", "1,2\n3,4\n").text, "y", EG_DATA,
           "there is no column 'y': its first line is numbers and not names (--label)");
    refuse(write_text(&scratch, "g.csv", "y\n1\n2\n").text, "y", EG_DATA,
           "there is no column but 'y'");
    refuse(write_text(&scratch, "h.npy", "x").text, "y", EG_USAGE,
           "--label names a column of CSV files, and ");
    refuse(write_text(&scratch, "i.csv", "").text, NULL, EG_DATA,
           "no header row; the file is empty");
    remove_scratch(&scratch);
}

Test(compare_user_rows, columns_must_be_those_trained_on)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path a = write_text(&scratch, "a.csv", "age,dose\n1,2\n3,4\n"),
                              b = write_text(&scratch, "b.csv", "dose,age\n1,2\n3,4\n"),
                              c = write_text(&scratch, "c.csv", "1,2\n3,4\n");
    struct eg_user_rows train, test;
    struct eg_error error = {0};
    cr_assert_eq(eg_user_rows_read(a.text, NULL, &train, &error), EG_OK);
    cr_assert_eq(eg_user_rows_read(b.text, NULL, &test, &error), EG_OK);
    cr_expect_eq(eg_user_rows_fit(&test, &train, &error), EG_DATA);
    cr_expect(strstr(error.message, "column 1 is 'dose' where "));
    cr_expect(strstr(error.message, " has 'age': save the same columns in the same order"));
    eg_user_rows_free(&test);
    cr_assert_eq(eg_user_rows_read(c.text, NULL, &test, &error), EG_OK);
    cr_expect_eq(eg_user_rows_fit(&test, &train, &error), EG_OK);
    eg_user_rows_free(&test);
    eg_user_rows_free(&train);
    remove_scratch(&scratch);
}

/* --- images --- */

static struct scratch_path write_images(const struct scratch *scratch, int ndim, size_t a, size_t b,
                                        size_t c)
{
    double data[2 * 12];
    const struct scratch_path path = find_scratch(scratch, "images.npy");
    struct eg_npy array = {.ndim = ndim, .shape = {2, a, b, c}, .data = data};
    if (ndim == 2)
        array.shape[1] = a * b * c;
    for (size_t i = 0; i < 24; i++)
        data[i] = (double)i;
    cr_assert_eq(eg_npy_write(path.text, &array, EG_NPY_F8, NULL), EG_OK);
    return path;
}

/* The second image's numbers, all of them 12 and more, in the order of the network. */
static void expect_order(const char *path, const struct eg_image *image, const char *channels,
                         const double *second)
{
    struct eg_user_rows rows;
    struct eg_error error = {0};
    cr_assert_eq(eg_user_rows_read(path, NULL, &rows, &error), EG_OK, "%s", error.message);
    cr_assert_eq(eg_user_rows_order(&rows, image, channels, &error), EG_OK, "%s", error.message);
    for (size_t i = 0; i < 12; i++)
        cr_expect_eq((double)rows.x.data[12 + i], 12 + second[i], "%zu", i);
    eg_user_rows_free(&rows);
}

static void refuse_order(const char *path, const struct eg_image *image, const char *channels,
                         int status, const char *message)
{
    struct eg_user_rows rows;
    struct eg_error error = {0};
    cr_assert_eq(eg_user_rows_read(path, NULL, &rows, &error), EG_OK, "%s", error.message);
    cr_expect_eq(eg_user_rows_order(&rows, image, channels, &error), status);
    cr_expect(strstr(error.message, message), "%s\nnot %s", error.message, message);
    eg_user_rows_free(&rows);
}

Test(compare_user_rows, puts_channels_last)
{
    const struct scratch scratch = make_scratch();
    const struct eg_image image = {3, 2, 2}; /* 3 rows of 2 pixels with 2 channels */
    const double same[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
                 turned[] = {0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11};
    expect_order(write_images(&scratch, 4, 2, 3, 2).text, &image, NULL, turned);
    expect_order(write_images(&scratch, 4, 3, 2, 2).text, &image, NULL, same);
    expect_order(write_images(&scratch, 4, 2, 3, 2).text, &image, "first", turned);
    expect_order(write_images(&scratch, 2, 2, 3, 2).text, &image, "first", turned);
    expect_order(write_images(&scratch, 2, 3, 2, 2).text, &image, "last", same);
    expect_order(write_images(&scratch, 2, 3, 2, 2).text, &image, NULL, same);
    remove_scratch(&scratch);
}

Test(compare_user_rows, refuses_images_of_another_shape)
{
    const struct scratch scratch = make_scratch();
    const struct eg_image image = {3, 2, 2}, cube = {2, 2, 2}, none = {1, 1, 12};
    refuse_order(
        write_images(&scratch, 4, 2, 3, 2).text, &image, "last", EG_DATA,
        "images of shape (2, 3, 2) where the network takes (2, 3, 2), channels first, or (3, "
        "2, 2), last, with --channels last");
    refuse_order(write_images(&scratch, 4, 2, 2, 3).text, &image, NULL, EG_DATA,
                 "images of shape (2, 2, 3) where the network takes");
    refuse_order(write_images(&scratch, 4, 2, 2, 2).text, &cube, NULL, EG_USAGE,
                 "images of shape (2, 2, 2) have their channels first or last: say which with "
                 "--channels");
    refuse_order(write_images(&scratch, 2, 2, 3, 2).text, &none, "first", EG_USAGE,
                 "--channels first: the network takes rows of features and no images");
    remove_scratch(&scratch);
}
