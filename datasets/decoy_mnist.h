/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decoy MNIST (Ross et al. 2017): each image has a square of one grey in a corner drawn at random.
 * In the training part the grey tells the class, 255 - 25 y; in the test part it is that of a class
 * drawn at random. A network that goes by the square is right in training and wrong in testing.
 * The image sets "decoy_mnist" and "decoy_fashion_mnist" are made from those without.
 */
#ifndef EG_DATASETS_DECOY_MNIST_H
#define EG_DATASETS_DECOY_MNIST_H

#include "datasets/image_set.h"

enum { EG_DECOY_SIDE = 4 }; /* pixels */

/* mask (size of shape) = 1 in the four corners, where squares may be, 0 elsewhere. */
void eg_decoy_mask(const struct eg_image *shape, real *mask);

#endif
