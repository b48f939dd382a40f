/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/input_file.h"
#include "datasets/picture_formats.h"

enum { CHANNELS = 3 };

int eg_picture_make_room(struct eg_picture_input *input, uint64_t height, uint64_t width)
{
    struct eg_picture *picture = input->picture;
    if (height == 0 || width == 0 || height > EG_PICTURE_PIXELS / width)
        return eg_fail(input->error, EG_DATA,
                       "%s: a picture of %llu x %llu, where up to %llu pixels are read; scale it "
                       "down",
                       input->name, (unsigned long long)width, (unsigned long long)height,
                       (unsigned long long)EG_PICTURE_PIXELS);
    picture->shape = (struct eg_image){(size_t)height, (size_t)width, CHANNELS};
    picture->pixels = eg_alloc((size_t)(height * width), CHANNELS, input->error);
    return picture->pixels ? EG_OK : EG_INTERNAL;
}

int eg_picture_decode(const char *name, const void *bytes, size_t size, struct eg_picture *picture,
                      struct eg_error *error)
{
    static const uint8_t jpeg[] = {0xff, 0xd8, 0xff}, png[] = {0x89, 'P', 'N', 'G'};
    struct eg_picture_input input = {name, bytes, size, picture, error};
    int status;
    *picture = (struct eg_picture){0};
    if (size >= sizeof jpeg && memcmp(bytes, jpeg, sizeof jpeg) == 0)
        status = eg_picture_decode_jpeg(&input);
    else if (size >= sizeof png && memcmp(bytes, png, sizeof png) == 0)
        status = eg_picture_decode_png(&input);
    else
        status = eg_fail(error, EG_DATA, "%s: neither JPEG nor PNG by its first bytes; convert it",
                         name);
    if (status)
        eg_picture_free(picture);
    return status;
}

int eg_picture_read(const char *path, struct eg_picture *picture, struct eg_error *error)
{
    char *bytes;
    size_t size;
    *picture = (struct eg_picture){0};
    int status = eg_read_file(path, EG_PICTURE_BYTES, &bytes, &size, error);
    if (!status)
        status = eg_picture_decode(path, bytes, size, picture, error);
    free(bytes);
    return status;
}

void eg_picture_free(struct eg_picture *picture)
{
    free(picture->pixels);
    *picture = (struct eg_picture){0};
}
