/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Photographs from JPEG and PNG files, by libjpeg-turbo and libpng, as Pillow's convert("RGB") gives
 * them: three channels of a byte. Grey is repeated; of 16 bits the upper 8 are kept; palettes are looked
 * up, transparency is dropped, and CMYK goes by Adobe's convention (stored inverted). As in
 * torchvision's folder reader a picture stays as it is stored, whatever its EXIF orientation.
 */
#ifndef EG_DATASETS_PICTURE_H
#define EG_DATASETS_PICTURE_H

#include <stdint.h>

#include "base/error.h"
#include "nn/image.h"

/* What is read at most: pixels of a picture, bytes of a file, passes of a progressive JPEG file. */
#define EG_PICTURE_PIXELS ((uint64_t)100000000)
#define EG_PICTURE_BYTES ((uint64_t)256 << 20)
enum { EG_PICTURE_PASSES = 100 };

struct eg_picture {
    struct eg_image shape; /* 3 channels */
    uint8_t *pixels;       /* owned */
};

/* Reads the file of that path. EG_DATA naming it where it cannot be read, is neither JPEG nor PNG,
 * is damaged or cut short, or larger than the above; EG_INTERNAL when memory is short. Frees nothing
 * that was in *picture; on failure there are no pixels. */
int eg_picture_read(const char *path, struct eg_picture *picture, struct eg_error *error);

/* The same of size bytes in memory; name stands for the file in messages. */
int eg_picture_decode(const char *name, const void *bytes, size_t size, struct eg_picture *picture,
                      struct eg_error *error);

void eg_picture_free(struct eg_picture *picture);

#endif
