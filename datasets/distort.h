/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes to images: shifts and rotations for training, noise for training and testing. Each draws
 * from the stream it is given and from nothing else, in double precision: both builds of the
 * library make the same draws. How many draws are made depends on the shape alone, so that with the
 * same stream a larger sd stretches the same noise, and a larger fraction flips the same pixels and
 * further ones.
 */
#ifndef EG_DATASETS_DISTORT_H
#define EG_DATASETS_DISTORT_H

#include "base/real.h"
#include "base/stream.h"
#include "nn/image.h"

/*
 * Whole pixels down and across, and an angle uniform on -degrees .. degrees about the centre,
 * bilinear. A shift is uniform on -shift .. shift; or, with pads, what is left of padding and a crop:
 * 0 to shift pixels are put before the image and as many, drawn anew, behind it, and of what that
 * makes a piece of the image's size is taken, each as likely: of a shift of 4, 26 % of the images keep
 * their place down, and likewise across, and 3 % move by 4 each way.
 */
struct eg_moving {
    struct eg_image shape;
    size_t shift;
    int pads;
    double degrees;
    int flips;    /* left and right change places after that, in every second image */
    int extends;  /* what comes from outside is the nearest pixel of the image, else fill */
    real fill[4]; /* of each channel */
};

/* context: a struct eg_moving. As in struct eg_augmentation. out must not overlap row. */
void eg_move_image(void *context, struct eg_stream stream, const real *row, real *out);

/* What eg_move_image does once the draws are made, but for flips: rotates about the centre of the
 * image, a positive angle taking the right side up, then shifts. Where all three are 0 the bits
 * stay. */
void eg_rotate_and_shift(const struct eg_moving *moving, double degrees, long down, long across,
                         const real *row, real *out);

/* Salt and pepper: each pixel, with all its channels, is changed with probability `fraction` to the
 * lowest or the highest value, as likely one as the other. */
struct eg_flipping {
    struct eg_image shape;
    double fraction;
    real lowest[4], highest[4]; /* of each channel */
};
/* context: a struct eg_flipping. out may be row. */
void eg_flip_pixels(void *context, struct eg_stream stream, const real *row, real *out);

#endif
