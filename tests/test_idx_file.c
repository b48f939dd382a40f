/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/idx_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <zlib.h>

#include "tests/scratch_folder.h"

/* 2 x 3 unsigned bytes. */
static const char two_by_three[] = "\0\0\x08\x02\0\0\0\x02\0\0\0\x03"
                                   "\x00\x01\x7f\x80\xfe\xff";
enum { SIZE = sizeof two_by_three - 1 };
static const size_t shape[] = {2, 3};

static void write_gzipped(const struct scratch *scratch, const char *name, const void *bytes,
                          unsigned size)
{
    gzFile file = gzopen(find_scratch(scratch, name).text, "wb");
    cr_assert_eq(gzwrite(file, bytes, size), (int)size);
    cr_assert_eq(gzclose(file), Z_OK);
}

static void expect_elements(const struct scratch *scratch, const char *name)
{
    uint8_t *data;
    struct eg_sha256 digest;
    struct eg_error error = {0};
    cr_assert_eq(eg_idx_read(find_scratch(scratch, name).text, 2, shape, &data, &digest, &error),
                 EG_OK, "%s", error.message);
    cr_assert_arr_eq(data, "\x00\x01\x7f\x80\xfe\xff", 6);
    /* What sha256sum says of these 18 bytes. */
    cr_assert_str_eq(digest.text,
                     "c86f5e482ec092edbd4b4b111fd03efd540066ccc56498d4e399ddc8bd194786");
    free(data);
}

/* Reads "file" and expects that line after its path, which has that ending. */
static void refuse(const struct scratch *scratch, const char *ending, const char *message)
{
    uint8_t *data;
    struct eg_sha256 digest;
    struct eg_error error = {0};
    char line[600];
    const struct scratch_path path = find_scratch(scratch, "file");
    snprintf(line, sizeof line, "%s%s%s", path.text, ending, message);
    cr_assert_eq(eg_idx_read(path.text, 2, shape, &data, &digest, &error), EG_DATA, "%s", message);
    cr_assert_str_eq(error.message, line);
    cr_assert_null(data);
}

static void refuse_bytes(const void *bytes, size_t size, const char *message)
{
    struct scratch scratch = make_scratch();
    write_scratch(&scratch, "file", bytes, size);
    refuse(&scratch, "", message);
    remove_scratch(&scratch);
}

Test(idx_file, reads_plain_and_gzipped_under_either_name)
{
    struct scratch scratch = make_scratch();
    write_scratch(&scratch, "plain", two_by_three, SIZE);
    write_gzipped(&scratch, "packed", two_by_three, SIZE);
    write_gzipped(&scratch, "apart.gz", two_by_three, SIZE);
    write_scratch(&scratch, "unpacked.gz", two_by_three, SIZE);
    expect_elements(&scratch, "plain");
    expect_elements(&scratch, "packed");
    expect_elements(&scratch, "apart");
    expect_elements(&scratch, "unpacked");
    expect_elements(&scratch, "apart.gz");
    remove_scratch(&scratch);
}

Test(idx_file, takes_the_plain_name_first)
{
    struct scratch scratch = make_scratch();
    write_scratch(&scratch, "file", two_by_three, SIZE);
    write_scratch(&scratch, "file.gz", "other", 5);
    expect_elements(&scratch, "file");
    remove_scratch(&scratch);
}

Test(idx_file, reads_one_to_four_dimensions)
{
    static const size_t wanted[] = {3, 1, 2, 1};
    struct scratch scratch = make_scratch();
    for (uint8_t ndim = 0; ndim <= 5; ndim++) {
        uint8_t bytes[64] = {0, 0, 8, ndim}, *data;
        size_t used = 4, elements = 1;
        for (size_t i = 0; i < ndim && i < 4; i++, used += 4) {
            bytes[used + 3] = (uint8_t)wanted[i];
            elements *= wanted[i];
        }
        for (size_t i = 0; i < elements; i++)
            bytes[used + i] = (uint8_t)(10 + i);
        write_scratch(&scratch, "file", bytes, used + elements);
        struct eg_sha256 digest;
        struct eg_error error = {0};
        const int is_known = ndim >= 1 && ndim <= 4;
        cr_assert_eq(
            eg_idx_read(find_scratch(&scratch, "file").text, ndim, wanted, &data, &digest, &error),
            is_known ? EG_OK : EG_INTERNAL, "%s", error.message);
        if (is_known)
            cr_assert_arr_eq(data, bytes + used, elements);
        else
            cr_assert_null(data);
        free(data);
    }
    remove_scratch(&scratch);
}

Test(idx_file, refuses_what_is_no_idx_file_of_bytes)
{
    refuse_bytes("", 0, ": not an IDX file; put the right one in its place");
    refuse_bytes("\0\0\x08", 3, ": not an IDX file; put the right one in its place");
    refuse_bytes("label,x\n1,2\n", 12, ": not an IDX file; put the right one in its place");
    refuse_bytes("\0\0\x08\0\x05", 5, ": not an IDX file; put the right one in its place");
    refuse_bytes("\0\0\x0d\x02\0\0\0\x02\0\0\0\x03", 12,
                 ": IDX elements of type 0x0d; unsigned bytes (0x08) are needed: put the right "
                 "file in its place");
}

Test(idx_file, refuses_other_shapes_before_it_takes_memory)
{
    refuse_bytes(
        "\0\0\x08\x01\0\0\0\x06......", 14,
        ": an array of 1 dimensions where 2 are needed (2 x 3); put the right file in its place");
    refuse_bytes(
        "\0\0\x08\xff\0\0\0\x06......", 14,
        ": an array of 255 dimensions where 2 are needed (2 x 3); put the right file in its place");
    refuse_bytes("\0\0\x08\x02\0\0\0\x03\0\0\0\x02......", 18,
                 ": an array of 3 x 2 where 2 x 3 is needed; put the right file in its place");
    refuse_bytes("\0\0\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff......", 18,
                 ": an array of 4294967295 x 4294967295 where 2 x 3 is needed; put the right file "
                 "in its place");
    refuse_bytes("\0\0\x08\x02\0\0\0\x02\0\0\0", 11,
                 ": the IDX header is cut short; copy the file again");
}

Test(idx_file, refuses_other_lengths)
{
    refuse_bytes(two_by_three, SIZE - 1,
                 ": 5 bytes of data where the header asks for 6; the file is cut short, copy it "
                 "again");
    refuse_bytes(two_by_three, 12,
                 ": 0 bytes of data where the header asks for 6; the file is cut short, copy it "
                 "again");
    refuse_bytes(two_by_three, SIZE + 1, /* with the end of the text */
                 ": bytes after the 6 of data that the header asks for; the file is damaged, copy "
                 "it again");
}

Test(idx_file, says_what_cannot_be_opened_or_unpacked)
{
    struct scratch scratch = make_scratch();
    refuse(&scratch, "",
           ": cannot open it, nor with .gz after its name: No such file or directory");
    write_gzipped(&scratch, "file.gz", two_by_three, SIZE);
    FILE *file = fopen(find_scratch(&scratch, "file.gz").text, "rb");
    char packed[200];
    const size_t size = fread(packed, 1, sizeof packed, file);
    fclose(file);
    write_scratch(&scratch, "file.gz", packed, size - 10);
    refuse(&scratch, ".gz",
           ": cannot be read to its end (what is compressed is cut short); copy it again");
    packed[size - 8] ^= 1; /* the checksum at the end */
    write_scratch(&scratch, "file.gz", packed, size);
    refuse(&scratch, ".gz",
           ": cannot be read to its end (what is compressed is damaged); copy it again");
    remove_scratch(&scratch);
    scratch = make_scratch();
    write_scratch(&scratch, "file/inside", "", 0);
    refuse(&scratch, "", ": cannot open it: it is a folder; a file is needed");
    remove_scratch(&scratch);
}
