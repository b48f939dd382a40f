/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Remove and retrain, keep and retrain (ROAR, KAR; Hooker et al. 2019). In each row, of training and
 * test part alike, the share t of features with the largest |phi| becomes the training mean (ROAR), or
 * all others do (KAR); the same model is trained anew on such rows and scored on such test rows. A
 * good method has a low ROAR and a high KAR.
 */
#ifndef EG_BENCH_RETRAIN_CURVES_H
#define EG_BENCH_RETRAIN_CURVES_H

#include "metrics/metric_info.h"
#include "nn/train.h"

extern const struct eg_metric_info eg_retrain_remove_info,
    eg_retrain_keep_info; /* in metrics/retrain_info.c */

enum { EG_RETRAIN_POINTS = 11 }; /* the most shares */

/* How a model is trained: the same weights to start from and the same streams each time. */
struct eg_retrain_recipe {
    const char *network; /* text form, for eg_network_alloc */
    enum eg_initialiser initialiser;
    struct eg_stream weights;    /* what the initialiser draws from */
    struct eg_training training; /* loss, optimiser, epochs, batch, streams, threads */
};

struct eg_retrain_input {
    const struct eg_matrix *x_train, *phi_train; /* n x p */
    const struct eg_matrix *x_test, *phi_test;   /* m x p */
    const real *y_train, *y_test;                /* n, m: numbers, or 0 and 1 */
    int is_classes;                              /* scored by ROC-AUC, else by R2 */
    size_t points;                               /* shares t: 1 .. EG_RETRAIN_POINTS */
    double shares[EG_RETRAIN_POINTS];            /* ascending, in [0, 1]; round(t p) features */
    struct eg_stream stream; /* breaks ties; its item becomes the row's number */
    /* Trains on x and y and foretells prediction (x_test->rows) for x_test. eg_retrain_network with an
     * eg_retrain_recipe as context, or the caller's own. */
    int (*fit)(const void *context, const struct eg_matrix *x, const real *y,
               const struct eg_matrix *x_test, real *prediction, struct eg_error *error);
    const void *context;
};

struct eg_retrain_result {
    double roar,
        kar; /* areas over t by the trapezoid rule, divided by the range of t; the mean score
                         where there is one share alone */
    double roar_curve[EG_RETRAIN_POINTS], kar_curve[EG_RETRAIN_POINTS]; /* scores at the shares */
};

/* A fit of eg_retrain_input; the network must have one output. */
int eg_retrain_network(const void *recipe, const struct eg_matrix *x, const real *y,
                       const struct eg_matrix *x_test, real *prediction, struct eg_error *error);

/* 2 points trainings. EG_USAGE when shares are not as they should be, EG_DATA when shapes disagree or
 * a number is not finite; what fit and the score fail with. */
int eg_retrain_curves(const struct eg_retrain_input *input, struct eg_retrain_result *result,
                      struct eg_error *error);

#endif
