/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/data/numpy_*.npy were written by numpy 1.24, those of 16 bits,
 * int8, unsigned of 32 and 64 bits and i4_fortran by numpy 2.4 (numpy.save; numpy.lib.format for versions). */
#include "base/npy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

static struct eg_npy read_fine(const char *path)
{
    struct eg_npy array;
    struct eg_error error = {0};
    cr_assert_eq(eg_npy_read(path, &array, &error), EG_OK, "%s", error.message);
    return array;
}

static void expect(const char *path, int ndim, const size_t *shape, const double *values)
{
    struct eg_npy array = read_fine(path);
    cr_assert_eq(array.ndim, ndim);
    for (int i = 0; i < ndim; i++)
        cr_assert_eq(array.shape[i], shape[i]);
    for (size_t i = 0; i < eg_npy_count(&array); i++)
        cr_assert(array.data[i] == values[i] || (isnan(array.data[i]) && isnan(values[i])),
                  "%s: element %zu is %g", path, i, array.data[i]);
    eg_npy_free(&array);
}

Test(npy, reads_what_numpy_wrote)
{
    expect("tests/data/numpy_f8_2x3.npy", 2, (size_t[]){2, 3},
           (double[]){1.5, -2.25, 3, 4, NAN, 1e300});
    expect("tests/data/numpy_f4_4.npy", 1, (size_t[]){4}, (double[]){0.1f, -1, 2, 3e38f});
    expect("tests/data/numpy_i4_2x2x2.npy", 3, (size_t[]){2, 2, 2},
           (double[]){-4, -3, -2, -1, 0, 1, 2, 3});
    expect("tests/data/numpy_i8_3.npy", 1, (size_t[]){3}, (double[]){-0x1p53, 0, 0x1p53});
    expect("tests/data/numpy_u1_3.npy", 1, (size_t[]){3}, (double[]){0, 128, 255});
    expect("tests/data/numpy_b1_2.npy", 1, (size_t[]){2}, (double[]){1, 0});
    expect("tests/data/numpy_f2_5.npy", 1, (size_t[]){5},
           (double[]){1.5, -0.25, 65504, 0x1p-24, INFINITY});
    expect("tests/data/numpy_i1_3.npy", 1, (size_t[]){3}, (double[]){-128, 0, 127});
    expect("tests/data/numpy_i2_3.npy", 1, (size_t[]){3}, (double[]){-32768, -1, 32767});
    expect("tests/data/numpy_u2_2.npy", 1, (size_t[]){2}, (double[]){0, 65535});
    expect("tests/data/numpy_u4_2.npy", 1, (size_t[]){2}, (double[]){1, 4294967295});
    expect("tests/data/numpy_u8_2.npy", 1, (size_t[]){2}, (double[]){0, 0x1p53});
    expect("tests/data/numpy_fortran.npy", 2, (size_t[]){2, 3}, (double[]){0, 1, 2, 3, 4, 5});
    expect("tests/data/numpy_i4_fortran_2x3x2.npy", 3, (size_t[]){2, 3, 2},
           (double[]){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    expect("tests/data/numpy_f8_scalar.npy", 0, NULL, (double[]){7.25});
    expect("tests/data/numpy_version_2.npy", 2, (size_t[]){1, 2}, (double[]){1, 2});
    expect("tests/data/numpy_version_3.npy", 2, (size_t[]){1, 2}, (double[]){1, 2});
}

Test(npy, reads_matrices_and_columns)
{
    struct eg_matrix matrix;
    struct eg_error error;
    cr_assert_eq(eg_npy_read_matrix("tests/data/numpy_f8_2x3.npy", &matrix, &error), EG_OK);
    cr_assert(matrix.rows == 2 && matrix.cols == 3 && eg_row(&matrix, 1)[2] == 1e300);
    eg_matrix_free(&matrix);
    cr_assert_eq(eg_npy_read_matrix("tests/data/numpy_u1_3.npy", &matrix, &error), EG_OK);
    cr_assert(matrix.rows == 3 && matrix.cols == 1 && eg_row(&matrix, 2)[0] == 255);
    eg_matrix_free(&matrix);
    cr_assert_eq(eg_npy_read_matrix("tests/data/numpy_i4_2x2x2.npy", &matrix, &error), EG_DATA);
    cr_assert_str_eq(
        error.message,
        "tests/data/numpy_i4_2x2x2.npy: shape (2, 2, 2) where rows x columns are needed; "
        "save array.reshape(len(array), -1)");
}

static void refuse_bytes(const void *bytes, size_t size, const char *message)
{
    struct eg_npy array;
    struct eg_error error = {0};
    cr_assert_eq(eg_npy_parse("file.npy", bytes, size, &array, &error), EG_DATA, "%s", message);
    cr_assert_str_eq(error.message, message);
    cr_assert_null(array.data);
}

static void refuse_header(const char *dictionary, size_t data, const char *message)
{
    char bytes[512] = "\x93NUMPY\x01";
    const size_t length = strlen(dictionary);
    bytes[8] = (char)length;
    memcpy(bytes + 10, dictionary, length);
    refuse_bytes(bytes, 10 + length + data, message);
}

Test(npy, images_are_no_matrix_and_the_message_makes_them_one)
{
    struct eg_matrix matrix;
    struct eg_npy array;
    struct eg_error error = {0};
    cr_assert_eq(eg_npy_read("tests/data/numpy_4d.npy", &array, &error), EG_OK, "%s",
                 error.message);
    cr_expect_eq(array.ndim, 4);
    cr_expect_eq(array.shape[3], 2);
    eg_npy_free(&array);
    cr_expect_eq(eg_npy_read_matrix("tests/data/numpy_4d.npy", &matrix, &error), EG_DATA);
    cr_expect_str_eq(error.message,
                     "tests/data/numpy_4d.npy: shape (1, 1, 1, 2) where rows x columns are needed; "
                     "save array.transpose(0, 2, 3, 1).reshape(len(array), -1)");
}

Test(npy, refuses_other_layouts)
{
    static const char *const cases[][2] = {
        {"tests/data/numpy_f8_big_endian.npy",
         "elements are big-endian (>f8); save array.astype('<f8')"},
        {"tests/data/numpy_complex.npy",
         "elements of type '<c16'; floats of 2, 4 and 8 bytes, integers and bool can be read: save "
         "array.astype('<f8')"},
        {"tests/data/numpy_5d.npy",
         "the array has 5 dimensions, shape (1, 1, 1, 1, 2); at most 4 can be read"},
        {"tests/data/numpy_i8_huge.npy",
         "element 1 is 1152921504606846976, beyond 2^53; save it as float64"},
        {"tests/data/numpy_u8_huge.npy",
         "element 0 is 18446744073709551615, beyond 2^53; save it as float64"},
        {"tests/data/absent.npy", "cannot read it: No such file or directory"},
        {"tests/data", "cannot read it: it is a folder; a file is needed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct eg_npy array;
        struct eg_error error = {0};
        char message[512];
        snprintf(message, sizeof message, "%s: %s", cases[i][0], cases[i][1]);
        cr_assert_eq(eg_npy_read(cases[i][0], &array, &error), EG_DATA);
        cr_assert_str_eq(error.message, message);
    }
}

Test(npy, refuses_damaged_bytes)
{
    refuse_bytes("", 0, "file.npy: not an NPY file; write it with numpy.save");
    refuse_bytes("PK\x03\x04....", 8, "file.npy: not an NPY file; write it with numpy.save");
    refuse_bytes("\x93NUMPY\x04\x00\x10\x00\x00\x00", 12,
                 "file.npy: NPY version 4.0; 1.0, 2.0 and 3.0 can be read");
    refuse_bytes("\x93NUMPY\x01\x00\x76\x00{'descr'", 18,
                 "file.npy: the NPY header is cut short; copy the file again");
    refuse_bytes("\x93NUMPY\x02\x00\x76", 9,
                 "file.npy: the NPY header is cut short; copy the file again");
    refuse_header(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 47,
        "file.npy: 47 bytes of data where shape (2, 3) and type ask for 48; the file is cut "
        "short, copy it again");
    refuse_header("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 50,
                  "file.npy: 2 bytes after the end of the data; save one array a file");
    refuse_header("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
                  48, "file.npy: the shape in the header overflows; the file is damaged");
}

/* A file of 4 GB without a block on the disk would be 34 GB of doubles. */
Test(npy, refuses_more_numbers_than_memory_is_for)
{
    static const char bytes[] = "\x93NUMPY\x01\x00\x40\x00{'descr': '|u1', 'fortran_order': False, "
                                "'shape': (4294967000,)}";
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "large.npy");
    struct eg_npy array;
    struct eg_error error = {0};
    write_scratch(&scratch, "large.npy", bytes, sizeof bytes - 1);
    if (truncate(path.text, (off_t)(10 + 64 + 4294967000)))
        cr_skip_test("no large files here");
#ifndef __SANITIZE_ADDRESS__
    const struct rlimit memory = {(rlim_t)2 << 30, (rlim_t)2 << 30};
    cr_assert_eq(setrlimit(RLIMIT_AS, &memory), 0);
#endif
    cr_expect_eq(eg_npy_read(path.text, &array, &error), EG_DATA);
    cr_expect(strstr(error.message, "large.npy: 4294967000 numbers, shape (4294967000), where at "
                                    "most 1073741824 are read; save fewer rows"),
              "%s", error.message);
    remove_scratch(&scratch);
}

Test(npy, refuses_headers_that_are_no_dictionary)
{
    static const char *const headers[] = {
        "",
        "{'descr': '<f8', 'shape': (2,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999999,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (2,), }",
        "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        refuse_header(headers[i], 16,
                      "file.npy: the NPY header is not a dictionary of descr, fortran_order and "
                      "shape; write the file anew with numpy.save");
}

/* What numpy.save writes for these arrays, byte for byte. */
Test(npy, writes_what_numpy_writes)
{
    static const char *const files[] = {"f8_2x3", "f4_4", "f8_scalar"};
    struct scratch scratch = make_scratch();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char original[128], command[512];
        snprintf(original, sizeof original, "tests/data/numpy_%s.npy", files[i]);
        struct eg_npy array = read_fine(original);
        struct eg_error error = {0};
        struct scratch_path copy = find_scratch(&scratch, "copy.npy");
        cr_assert_eq(eg_npy_write(copy.text, &array, i == 1 ? EG_NPY_F4 : EG_NPY_F8, &error), EG_OK,
                     "%s", error.message);
        snprintf(command, sizeof command, "cmp '%s' %s", copy.text, original);
        cr_assert_eq(system(command), 0, "%s", files[i]);
        eg_npy_free(&array);
    }
    remove_scratch(&scratch);
}

Test(npy, says_why_it_cannot_write)
{
    struct eg_npy array = read_fine("tests/data/numpy_f8_2x3.npy");
    struct eg_error error;
    cr_assert_eq(eg_npy_write("tests/data/absent/file.npy", &array, EG_NPY_F8, &error), EG_DATA);
    cr_assert_str_eq(error.message,
                     "tests/data/absent/file.npy: cannot write it: No such file or directory");
    /* A folder stands where the file should go: the temporary file must not stay behind. */
    struct scratch scratch = make_scratch();
    write_scratch(&scratch, "taken/inside", "x", 1);
    struct scratch_path taken = find_scratch(&scratch, "taken");
    cr_assert_eq(eg_npy_write(taken.text, &array, EG_NPY_F8, &error), EG_DATA);
    cr_assert(strstr(error.message, "taken: cannot write it: "), "%s", error.message);
    char command[256];
    snprintf(command, sizeof command, "test \"$(ls '%s')\" = taken", scratch.folder);
    cr_assert_eq(system(command), 0);
    remove_scratch(&scratch);
    eg_npy_free(&array);
}
