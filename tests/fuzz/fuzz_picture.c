/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a picture: pixels of its shape, or one line of error. */
#include "datasets/picture.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct eg_error error = {0};
    struct eg_picture picture;
    const int status = eg_picture_decode("fuzz", bytes, size, &picture, &error);
    if (status != EG_OK && (picture.pixels || !*error.message || strchr(error.message, '\n')))
        __builtin_trap();
    size_t light = 0;
    for (size_t i = 0; status == EG_OK && i < eg_image_size(&picture.shape); i++)
        light += picture.pixels[i];
    if (light > 255 * eg_image_size(&picture.shape))
        __builtin_trap();
    eg_picture_free(&picture);
    return 0;
}
