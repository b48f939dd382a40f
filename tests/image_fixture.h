/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The small convolutional network of tests/oracle/gradients/cnn, with its data.
 * The oracle has channels first; all that is here has channels last.
 */
#ifndef EG_TESTS_IMAGE_FIXTURE_H
#define EG_TESTS_IMAGE_FIXTURE_H

#include "attribution/attribution.h"
#include "given_points.h"

enum { IMAGE_N = 4, IMAGE_K = 2, IMAGE_SIDE = 8, IMAGE_CHANNELS = 2, IMAGE_CLASSES = 3 };
enum { IMAGE_P = IMAGE_SIDE * IMAGE_SIDE * IMAGE_CHANNELS };

struct image_fixture {
    const char *activation; /* "relu", "tanh" or "softplus" */
    struct eg_network network;
    struct eg_matrix x;          /* n x p */
    struct eg_matrix references; /* n k x p: the references of sample i are rows i k and up */
    double *labels;              /* n */
};

void image_fixture_load(struct image_fixture *fixture, const char *activation);
void image_fixture_free(struct image_fixture *fixture);

/* Largest |a - b| / max |b| of n x p maps, b from cnn/ACTIVATION/NAME. */
double image_map_distance(const struct image_fixture *fixture, const char *name, const real *maps);

/* The same of the logits (n x classes). */
double image_logits_distance(const struct image_fixture *fixture, const real *logits);

/* The same over all tensors of a gradient: NAME.dK1, .dc1, ... */
double image_gradient_distance(const struct image_fixture *fixture, const char *name,
                               const real *gradient);

/* The number in cnn/ACTIVATION/NAME.val */
double image_oracle_value(const struct image_fixture *fixture, const char *name);

#endif
