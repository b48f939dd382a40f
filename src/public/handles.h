/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the handles of egbench.h are. Not installed. */
#ifndef EG_PUBLIC_HANDLES_H
#define EG_PUBLIC_HANDLES_H

#include <stdatomic.h>

#include "attribution/explain.h"
#include "datasets/dataset.h"
#include "nn/torch_model.h"
#include "prior/terms.h"
#include "public/egbench.h"

struct egbench_stream {
    struct eg_stream stream;
};

struct egbench_graph {
    struct eg_graph graph;
};

struct egbench_network {
    struct eg_torch_model model; /* the network and its text */
    struct eg_graph propagation; /* of its graph convolutions */
};

struct egbench_explainer {
    struct eg_explainer explainer;
    struct eg_matrix background;
    struct eg_method own; /* where callbacks are the method */
    egbench_explain_callback explain;
    egbench_path_callback draw;
    void *context;
    atomic_size_t stray; /* a row beyond the background that draw chose; 0: none, or seen to */
};

struct egbench_explanation {
    struct eg_explanation explanation;
};

struct egbench_row {
    struct eg_explain_task *task;
    struct egbench_stream stream;
};

struct egbench_prior {
    const struct eg_prior *prior;
    struct eg_prior_settings settings;
    egbench_prior_callback evaluate; /* of a callback */
    void *context;
    atomic_int is_not_finite; /* what evaluate gave; 0 too once it is seen to */
};

struct egbench_dataset {
    struct eg_dataset dataset;
};

/* The two are the same struct under two names, so that no message has to be copied. */
static inline struct eg_error *eg_error_of(struct egbench_error *error)
{
    return (struct eg_error *)error;
}
_Static_assert(sizeof(struct egbench_error) == sizeof(struct eg_error) &&
                   offsetof(struct egbench_error, message) == offsetof(struct eg_error, message),
               "egbench_error.h and base/error.h differ");

/* A handle, zeroed; NULL with *error filled when memory is short. */
#define EG_HANDLE(error, handle) ((handle) = eg_alloc(1, sizeof *(handle), eg_error_of(error)))

/* Rows of the caller's, which are only read. */
static inline struct eg_matrix eg_view_rows(size_t rows, size_t columns, const eg_real *x)
{
    return (struct eg_matrix){rows, columns, (eg_real *)x};
}

/* NULL for what is none. */
const struct eg_loss *eg_loss_of(enum egbench_loss loss);

/* *mean over rows of the loss of network(x) at y. EG_INTERNAL. */
int eg_mean_loss(const struct eg_network *network, const struct eg_loss *loss, size_t rows,
                 const real *x, const real *y, double *mean, struct eg_error *error);

#endif
