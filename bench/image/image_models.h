/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The models that the image experiment compares, and the strengths that each is
 * trained at. Two of them, weight decay and noise on the training images, are not
 * the paper's: what one would try first against noise.
 */
#ifndef EG_BENCH_IMAGE_MODELS_H
#define EG_BENCH_IMAGE_MODELS_H

#include "attribution/method.h"
#include "prior/weight_penalty.h"

enum { EG_IMAGE_STRENGTHS_MAX = 20 };

struct eg_image_model {
    const char *name;
    const struct eg_method *method;          /* whose maps the prior keeps smooth; NULL: no prior */
    const struct eg_weight_penalty *penalty; /* on the weights; NULL: none */
    int adds_noise;  /* to the training images; its strength is the sd, in units of
                                       the full range of a pixel */
    int is_released; /* the released code's network, standardisation and alternating updates; for
                        MNIST and its like alone */
    int has_strengths;
    int has_maps; /* those of its first replicate are kept */
};

/* NULL-terminated; the first is the baseline. */
extern const struct eg_image_model *const eg_image_models[];

/* NULL with *error listing the names when there is none. */
const struct eg_image_model *eg_image_model_find(const char *name, struct eg_error *error);

/*
 * strengths[0 ..], ascending; returns how many. Without a strength: 0 alone. paper: for the priors
 * the 20 decades 1e-20 to 1e-1. quick: 1e-4 to 1e-2, a decade apart; night: the same range a third of a
 * decade apart, since which strength keeps within 1 % of the baseline decides which prior seems the
 * more robust. smoke: one. The released prior has the one that was released. On CIFAR-10,
 * whose maps vary more, quick and night have one strength of each prior, and one of noise in training.
 */
size_t eg_image_strengths(const struct eg_image_model *model, const char *dataset,
                          const char *scale, double strengths[EG_IMAGE_STRENGTHS_MAX]);

/* How many of so many replicates this strength is trained in: all, but of the paper's sweep the
 * strengths below 1e-6, which do nothing, in the first alone. */
size_t eg_image_replicates(const struct eg_image_model *model, double strength, size_t replicates);

/* A name under which a model stands in the results, and how far below the baseline's its accuracy may
 * be; infinite where there is nothing to choose. */
struct eg_image_choice {
    const char *method, *model;
    double within;
};

/*
 * Ends with an entry whose method is NULL. The paper's rule is 0.10 in the text, but 0.01 where
 * Supplement F.1 speaks of MNIST; each data set has the other one too, as "_loose" or "_strict".
 */
enum { EG_IMAGE_CHOICES_MAX = 16 };
const struct eg_image_choice *eg_image_choices(const char *dataset);

#endif
