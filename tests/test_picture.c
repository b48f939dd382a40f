/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/data/pictures/NAME.rgb is what Pillow 13.0 and torchvision's formulas make of a picture of the
 * fuzz corpus: convert("RGB"), the short side resized to 32 (bilinear), 28 x 28 cropped from the middle.
 */
#include "datasets/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/input_file.h"
#include "datasets/resize.h"
#include "tests/scratch_folder.h"

enum { SHORT = 32, CROP = 28, BYTES = CROP * CROP * 3 };

static void read_corpus(const char *name, char **bytes, size_t *size)
{
    char path[200];
    struct eg_error error = {0};
    snprintf(path, sizeof path, "tests/fuzz/corpus/picture/%s", name);
    cr_assert_eq(eg_read_file(path, 1 << 20, bytes, size, &error), EG_OK, "%s", error.message);
}

static struct eg_picture decode(const char *name)
{
    struct eg_error error = {0};
    struct eg_picture picture;
    char *bytes;
    size_t size;
    read_corpus(name, &bytes, &size);
    cr_assert_eq(eg_picture_decode(name, bytes, size, &picture, &error), EG_OK, "%s",
                 error.message);
    free(bytes);
    return picture;
}

Test(picture, comes_to_the_numbers_of_pillow)
{
    static const char *const names[] = {"colour.jpg", "full.jpg",    "progressive.jpg", "grey.jpg",
                                        "inks.jpg",   "turned.jpg",  "colour.png",      "clear.png",
                                        "grey.png",   "palette.png", "bits.png",        "dot.png",
                                        "ribbon.png", "deep.png",    "deep-grey.png"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct eg_error error = {0};
        uint8_t own[BYTES];
        char path[200], *expected;
        size_t size;
        struct eg_picture picture = decode(names[i]);
        const struct eg_image to = eg_resized(&picture.shape, SHORT);
        const struct eg_cut cut = eg_central_cut(&to, CROP, CROP);
        cr_assert_eq(eg_resize_cut(&picture.shape, picture.pixels, SHORT, &cut, own, &error),
                     EG_OK);
        snprintf(path, sizeof path, "tests/data/pictures/%s.rgb", names[i]);
        cr_assert_eq(eg_read_file(path, BYTES, &expected, &size, &error), EG_OK, "%s",
                     error.message);
        cr_assert_eq(size, BYTES);
        double away = 0;
        for (size_t k = 0; k < BYTES; k++)
            away += abs((int)own[k] - (int)(uint8_t)expected[k]);
        cr_expect_lt(away / BYTES, 1e-3, "%s: %g grey levels on average", names[i], away / BYTES);
        free(expected);
        eg_picture_free(&picture);
    }
}

/* A window is the same numbers as there in the whole. */
Test(picture, a_window_is_a_part_of_the_whole)
{
    struct eg_picture picture = decode("full.jpg");
    const struct eg_image to = eg_resized(&picture.shape, 24);
    const struct eg_cut all = {0, 0, to.height, to.width}, part = {3, 11, 5, 7};
    struct eg_error error = {0};
    uint8_t *whole = malloc(eg_image_size(&to)), window[5 * 7 * 3];
    cr_assert(to.height == 24 && to.width == 54 && to.channels == 3);
    cr_assert_eq(eg_resize_cut(&picture.shape, picture.pixels, 24, &all, whole, &error), EG_OK);
    cr_assert_eq(eg_resize_cut(&picture.shape, picture.pixels, 24, &part, window, &error), EG_OK);
    for (size_t y = 0; y < part.height; y++)
        cr_expect_arr_eq(window + y * part.width * 3,
                         whole + ((part.top + y) * to.width + part.left) * 3, part.width * 3);
    free(whole);
    eg_picture_free(&picture);
}

/* Python rounds halves to the even number: (33 - 28) / 2 is 2, (35 - 28) / 2 is 4. */
Test(picture, a_central_cut_goes_to_the_even_side)
{
    const struct eg_image shape = {33, 35, 3};
    const struct eg_cut cut = eg_central_cut(&shape, 28, 28);
    cr_expect(cut.top == 2 && cut.left == 4);
}

static void refuse(const void *bytes, size_t size, const char *words)
{
    struct eg_error error = {0};
    struct eg_picture picture;
    cr_expect_eq(eg_picture_decode("a.jpg", bytes, size, &picture, &error), EG_DATA);
    cr_expect_null(picture.pixels);
    cr_expect(strstr(error.message, "a.jpg: ") && strstr(error.message, words), "%s",
              error.message);
}

Test(picture, names_what_is_cut_short_damaged_or_no_picture)
{
    char *bytes;
    size_t size;
    refuse("", 0, "neither JPEG nor PNG");
    refuse("GIF89a", 6, "neither JPEG nor PNG");
    read_corpus("colour.jpg", &bytes, &size);
    refuse(bytes, size / 2, "cut short");
    refuse(bytes, 30, "JPEG");
    free(bytes);
    read_corpus("colour.png", &bytes, &size);
    refuse(bytes, size / 2, "cut short");
    bytes[size / 2] ^= 1;
    refuse(bytes, size, "damaged PNG");
    free(bytes);
}

/* A header of 65,000 x 65,000 in a small file is told before memory is taken. */
Test(picture, names_what_is_too_large)
{
    char *bytes;
    size_t size, at = 2;
    read_corpus("colour.jpg", &bytes, &size);
    while ((uint8_t)bytes[at + 1] != 0xc0)
        at += 2 + (size_t)(uint8_t)bytes[at + 2] * 256 + (uint8_t)bytes[at + 3];
    memcpy(bytes + at + 5, "\xfd\xe8\xfd\xe8", 4);
    refuse(bytes, size, "65000 x 65000");
    free(bytes);
    read_corpus("colour.png", &bytes, &size);
    memcpy(bytes + 16, "\x7f\xff\xff\xff\x7f\xff\xff\xff", 8);
    refuse(bytes, size, "PNG");
    free(bytes);
}

Test(picture, reads_files_and_nothing_that_waits)
{
    struct eg_error error = {0};
    struct eg_picture picture;
    const struct scratch scratch = make_scratch();
    cr_assert_eq(eg_picture_read("tests/fuzz/corpus/picture/dot.png", &picture, &error), EG_OK);
    cr_expect(picture.shape.height == 1 && picture.shape.width == 1);
    eg_picture_free(&picture);
    cr_expect_eq(eg_picture_read(scratch.folder, &picture, &error), EG_DATA);
    cr_expect(strstr(error.message, "it is a folder"), "%s", error.message);
    cr_expect_eq(eg_picture_read("/nowhere/a.png", &picture, &error), EG_DATA);
    remove_scratch(&scratch);
}
