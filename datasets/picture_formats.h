/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal to picture: one decoder for each format. */
#ifndef EG_DATASETS_PICTURE_FORMATS_H
#define EG_DATASETS_PICTURE_FORMATS_H

#include "datasets/picture.h"

/* What a decoder is at. */
struct eg_picture_input {
    const char *name;
    const uint8_t *bytes;
    size_t size;
    struct eg_picture *picture; /* its pixels are freed by the caller after a failure */
    struct eg_error *error;
};

/* As eg_picture_decode. */
int eg_picture_decode_jpeg(struct eg_picture_input *input);
int eg_picture_decode_png(struct eg_picture_input *input);

/* Makes room for pixels of that size. EG_DATA naming the file where there are too many. */
int eg_picture_make_room(struct eg_picture_input *input, uint64_t height, uint64_t width);

#endif
