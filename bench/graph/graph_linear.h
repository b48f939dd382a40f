/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The linear models of the graph-prior experiment (Methods 5.3), each as a
 * network of one unit, so that all models are measured by the same code.
 */
#ifndef EG_BENCH_GRAPH_LINEAR_H
#define EG_BENCH_GRAPH_LINEAR_H

#include "datasets/patient_split.h"
#include "nn/network.h"
#include "run/fields.h"

struct eg_graph_linear {
    struct eg_network drug_mean;  /* the training mean of the row's drug alone */
    struct eg_network gene_ridge; /* 1/(2n) |Xw - y|^2 + ridge/2 |genes of w|^2: drugs are free */
    struct eg_network lasso;      /* 1/(2n) |Xw - y|^2 + alpha |w|_1, as in scikit-learn */
    struct eg_network
        graph_lasso;         /* the same with nu/2 w'Lw over the genes, at the LASSO's alpha */
    double ridge, alpha, nu; /* with the least validation error, of those solved */
    size_t alphas_solved, nus_solved; /* no nu: graph_lasso is the LASSO */
};

struct eg_graph_strengths {
    struct eg_numbers alphas; /* falling */
    struct eg_numbers nus, ridges;
};

/* Fits all four on the training rows; graph: over the features from number `drugs` on. Free after
 * failure too. */
int eg_graph_fit_linear(const struct eg_patient_split *split, size_t drugs,
                        const struct eg_graph *graph, const struct eg_graph_strengths *strengths,
                        struct eg_graph_linear *linear, struct eg_error *error);
void eg_graph_linear_free(struct eg_graph_linear *linear);

#endif
