/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The models of Figure 3, and how each is trained (Methods 5.3).
 */
#ifndef EG_BENCH_GRAPH_MODELS_H
#define EG_BENCH_GRAPH_MODELS_H

#include <stddef.h>

#include "attribution/method.h"

/* Models that come out of one cell. */
enum eg_graph_family {
    EG_GRAPH_LINEAR,      /* the drugs' means, with a ridge on genes, LASSO, Graph LASSO */
    EG_GRAPH_NETWORK,     /* the network, and what fine-tuning makes of it */
    EG_GRAPH_CONVOLUTION, /* the graph convolutional network */
    EG_GRAPH_NOTEBOOK,    /* the one run of the authors' notebook */
    EG_GRAPH_SEARCH, /* the network alone, at a setting that is tried, for its validation error */
    EG_GRAPH_FAMILIES
};

extern const char *const eg_graph_families[EG_GRAPH_FAMILIES];

/* EG_GRAPH_FAMILIES where there is none of that name. */
enum eg_graph_family eg_graph_family_named(const char *name);

enum eg_graph_control {
    EG_GRAPH_TRUE,   /* the cohort's graph */
    EG_GRAPH_RANDOM, /* as many edges, at random places */
    EG_GRAPH_REWIRED /* every gene keeps its number of edges */
};

/* Some more epochs of the trained network, alternating with a graph prior or without one. */
struct eg_fine_tuning {
    const char *name;
    const struct eg_method *method; /* whose attributions are penalised; NULL: no prior */
    enum eg_graph_control graph;
};

/* graph_prior is the first; the one without a prior takes as many epochs as that did. Ends with a NULL
 * name. */
enum { EG_FINE_TUNINGS = 5 };
extern const struct eg_fine_tuning eg_fine_tunings[EG_FINE_TUNINGS + 1];

/* All models in the paper's order, NULL-terminated. */
extern const char *const eg_graph_models[];

/* The family whose cells have that model. */
enum eg_graph_family eg_graph_family_of(const char *model);

/* What a training depends on besides data and streams. */
struct eg_graph_recipe {
    size_t first_layer, second_layer; /* units */
    size_t filters;                   /* of the graph convolution; 0: there is none */
    double l1, l2;                    /* times the sum of |w|, of w^2, over all weights */
    double dropout, rate;
    size_t batch, epochs, patience;
    size_t fine_epochs; /* at most; those with the least validation error are kept */
    double nu;          /* strength of the graph prior */
    size_t samples;     /* k of expected gradients in training */
    /* Habits of the authors' notebook, 0 or 1. */
    size_t l1_on_biases;        /* L1 over all that is trained, biases too */
    size_t he_normal_cut;       /* first weights of a normal distribution cut at 2 sd */
    size_t training_references; /* EG's are training rows, drawn anew for each step (the notebook: a
                                   shuffled stream of them), not cyclic shifts of the batch */
    size_t prior_on_next_batch; /* its step takes the batch after that of the loss */
    /* Trained on the patients of validation too; those of test stand for validation. */
    size_t validation_in_training;
};

/* The number of settings that are tried: 1, or with a grid those of Methods 5.3; those of the network are
 * tried by the search. Setting 0 is the one that the paper chose. */
size_t eg_graph_count_settings(enum eg_graph_family family, int has_grid);

/* The setting of the graph convolution with layers of 256 and 128 units. */
enum { EG_GRAPH_SMALL_CONVOLUTION = 2 };

/* Changes *recipe to that setting. */
void eg_graph_apply_setting(enum eg_graph_family family, size_t setting,
                            struct eg_graph_recipe *recipe);

#endif
