/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/image_folder.h"

#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

static struct scratch made(void)
{
    const struct scratch scratch = make_scratch();
    write_scratch(&scratch, "dog/b.JPG", "12", 2);
    write_scratch(&scratch, "dog/a.png", "1", 1);
    write_scratch(&scratch, "dog/notes.txt", "1", 1);
    write_scratch(&scratch, "cat/c.jpeg", "123", 3);
    write_scratch(&scratch, "cat/.hidden.png", "1", 1);
    write_scratch(&scratch, "names.txt", "dog\r\ncat\n", 9);
    return scratch;
}

Test(image_folder, lists_classes_and_pictures_in_order)
{
    const struct scratch scratch = made();
    struct eg_error error = {0};
    struct eg_image_folder images;
    cr_assert_eq(eg_image_folder_list(scratch.folder, NULL, &images, &error), EG_OK, "%s",
                 error.message);
    cr_assert(images.classes == 2 && images.count == 3);
    cr_expect_str_eq(images.class_names[0], "cat");
    cr_expect_str_eq(images.paths[0], "cat/c.jpeg");
    cr_expect_str_eq(images.paths[1], "dog/a.png");
    cr_expect_str_eq(images.paths[2], "dog/b.JPG");
    cr_expect(images.labels[0] == 0 && images.labels[1] == 1 && images.labels[2] == 1);
    eg_image_folder_free(&images);
    remove_scratch(&scratch);
}

Test(image_folder, a_list_gives_the_order_and_its_hash_knows_names_and_sizes)
{
    const struct scratch scratch = made();
    struct eg_error error = {0};
    struct eg_image_folder images, other;
    cr_assert_eq(eg_image_folder_list(scratch.folder, find_scratch(&scratch, "names.txt").text,
                                      &images, &error),
                 EG_OK, "%s", error.message);
    cr_expect_str_eq(images.class_names[0], "dog");
    cr_expect_eq(images.labels[0], 0);
    cr_expect_str_eq(images.paths[2], "cat/c.jpeg");
    cr_assert_eq(eg_image_folder_list_like(scratch.folder, &images, &other, &error), EG_OK);
    cr_expect_str_eq(other.content_hash, images.content_hash);
    eg_image_folder_free(&other);
    write_scratch(&scratch, "cat/c.jpeg", "1234", 4);
    cr_assert_eq(eg_image_folder_list_like(scratch.folder, &images, &other, &error), EG_OK);
    cr_expect_str_neq(other.content_hash, images.content_hash);
    eg_image_folder_free(&other);
    eg_image_folder_free(&images);
    remove_scratch(&scratch);
}

static void refuse(const struct scratch *scratch, const char *list, const char *words)
{
    struct eg_error error = {0};
    struct eg_image_folder images;
    write_scratch(scratch, "names.txt", list, strlen(list));
    cr_expect_eq(eg_image_folder_list(scratch->folder,
                                      *list ? find_scratch(scratch, "names.txt").text : NULL,
                                      &images, &error),
                 EG_DATA);
    cr_expect(strstr(error.message, words), "%s", error.message);
    eg_image_folder_free(&images);
}

Test(image_folder, refuses_what_does_not_fit)
{
    const struct scratch scratch = made(), empty = make_scratch();
    refuse(&scratch, "dog\ndog\n", "'dog' is listed twice");
    refuse(&scratch, "dog\n", "cat: no such class is known");
    refuse(&scratch, "dog\ncat\n../x\n", "no name of a folder");
    refuse(&empty, "", "no subfolder");
    refuse(&empty, "dog\n", "no picture in any of its classes");
    remove_scratch(&scratch);
    remove_scratch(&empty);
}
