/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/cifar_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <zlib.h>

#include "tests/scratch_folder.h"

enum { ROOM = 3, RECORD = 3073, PLANE = 1024 };

struct batch {
    uint8_t pixels[ROOM * EG_CIFAR_SIZE], labels[ROOM];
    size_t count;
    struct eg_sha256 digest;
};

/* What a byte of a made image is: all three channels and neighbours differ. */
static uint8_t make_byte(size_t image, size_t channel, size_t pixel)
{
    return (uint8_t)(100 * image + 31 * channel + 7 * pixel);
}

static void make_records(uint8_t *records, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        records[k * RECORD] = (uint8_t)(9 - k);
        for (size_t c = 0; c < 3; c++)
            for (size_t i = 0; i < PLANE; i++)
                records[k * RECORD + 1 + c * PLANE + i] = make_byte(k, c, i);
    }
}

static void expect_images(const struct scratch *scratch, const char *name, size_t count)
{
    static struct batch b;
    struct eg_error error = {0};
    cr_assert_eq(eg_cifar_read(find_scratch(scratch, name).text, ROOM, b.pixels, b.labels, &b.count,
                               &b.digest, &error),
                 EG_OK, "%s", error.message);
    cr_assert_eq(b.count, count);
    for (size_t k = 0; k < count; k++) {
        cr_assert_eq(b.labels[k], 9 - k);
        for (size_t i = 0; i < PLANE; i++)
            for (size_t c = 0; c < 3; c++)
                cr_assert_eq(b.pixels[(k * PLANE + i) * 3 + c], make_byte(k, c, i));
    }
}

static void refuse_bytes(const void *bytes, size_t size, const char *message)
{
    static struct batch b;
    struct scratch scratch = make_scratch();
    struct eg_error error = {0};
    char line[600];
    const struct scratch_path path = find_scratch(&scratch, "file");
    write_scratch(&scratch, "file", bytes, size);
    snprintf(line, sizeof line, "%s: %s", path.text, message);
    cr_assert_eq(eg_cifar_read(path.text, ROOM, b.pixels, b.labels, &b.count, &b.digest, &error),
                 EG_DATA, "%s", message);
    cr_assert_str_eq(error.message, line);
    remove_scratch(&scratch);
}

Test(cifar_file, puts_the_channels_of_a_pixel_together)
{
    uint8_t records[ROOM * RECORD];
    make_records(records, ROOM);
    struct scratch scratch = make_scratch();
    for (size_t count = 1; count <= ROOM; count++) {
        write_scratch(&scratch, "plain", records, count * RECORD);
        expect_images(&scratch, "plain", count);
    }
    gzFile file = gzopen(find_scratch(&scratch, "packed.gz").text, "wb");
    cr_assert_eq(gzwrite(file, records, 2 * RECORD), 2 * RECORD);
    cr_assert_eq(gzclose(file), Z_OK);
    expect_images(&scratch, "packed", 2);
    remove_scratch(&scratch);
}

/* head -c 3073 /dev/zero | sha256sum */
Test(cifar_file, takes_the_hash_of_the_content)
{
    static const uint8_t zeros[RECORD];
    static struct batch b;
    struct scratch scratch = make_scratch();
    struct eg_error error = {0};
    gzFile file = gzopen(find_scratch(&scratch, "zeros.gz").text, "wb");
    cr_assert_eq(gzwrite(file, zeros, RECORD), RECORD);
    cr_assert_eq(gzclose(file), Z_OK);
    cr_assert_eq(eg_cifar_read(find_scratch(&scratch, "zeros").text, ROOM, b.pixels, b.labels,
                               &b.count, &b.digest, &error),
                 EG_OK, "%s", error.message);
    cr_assert_str_eq(b.digest.text,
                     "5fbf904d9c5cb6f356cb9eb1ee1d1511051088e1f08551ccbe753e4334fa6d9f");
    remove_scratch(&scratch);
}

Test(cifar_file, refuses_other_labels_and_lengths)
{
    uint8_t records[4 * RECORD];
    make_records(records, 4);
    refuse_bytes("", 0, "the file is empty; copy it again");
    refuse_bytes(records, RECORD - 1,
                 "3072 bytes after 0 whole images of 3073 bytes; the file is cut short or no "
                 "CIFAR-10 file");
    refuse_bytes(records, 2 * RECORD + 5,
                 "5 bytes after 2 whole images of 3073 bytes; the file is cut short or no CIFAR-10 "
                 "file");
    refuse_bytes(records, sizeof records, "more than the 3 images that it should hold");
    refuse_bytes(records, 3 * RECORD + 1, "more than the 3 images that it should hold");
    records[RECORD] = 10;
    refuse_bytes(records, 2 * RECORD,
                 "label 10 of image 1 (from 0), where 0 to 9 are known; this is no CIFAR-10 file");
}

Test(cifar_file, says_that_a_file_is_missing)
{
    static struct batch b;
    struct eg_error error = {0};
    cr_assert_eq(eg_cifar_read("tests/data/absent.bin", ROOM, b.pixels, b.labels, &b.count,
                               &b.digest, &error),
                 EG_DATA);
    cr_assert_str_eq(error.message, "tests/data/absent.bin: cannot open it, nor with .gz after its "
                                    "name: No such file or directory");
}
