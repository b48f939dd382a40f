/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A folder of labelled pictures as torchvision's ImageFolder has it: one subfolder a class, with files
 * named .jpg, .jpeg or .png in it. Others are passed over, and so are hidden ones. Classes and files are in
 * the order of their bytes; a list, one name a line, gives classes another order.
 */
#ifndef EG_DATASETS_IMAGE_FOLDER_H
#define EG_DATASETS_IMAGE_FOLDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct eg_image_folder {
    char *folder;
    size_t classes;
    char **class_names; /* classes */
    size_t count, room;
    char **paths;     /* count; below the folder: "class/name.jpg" */
    uint32_t *labels; /* count: 0 .. classes-1 */
    char content_hash
        [33]; /* XXH3-128, hexadecimal, of classes, names and sizes of files: no file is opened for it */
};

/* Lists the folder. list_path: a file of class names, or NULL: the subfolders are the classes. EG_DATA
 * naming what is missing, empty, listed twice, or a subfolder that the list lacks. Free it after failure too. */
int eg_image_folder_list(const char *folder, const char *list_path, struct eg_image_folder *images,
                         struct eg_error *error);

/* The same where the classes are those of another folder. */
int eg_image_folder_list_like(const char *folder, const struct eg_image_folder *like,
                              struct eg_image_folder *images, struct eg_error *error);

void eg_image_folder_free(struct eg_image_folder *images);

#endif
