/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * Explainers of your own, as callbacks. One that says where on paths from references to rows its
 * gradients are taken can be trained with; one that fills attributions itself can explain alone. */
#ifndef EGBENCH_OWN_METHOD_H
#define EGBENCH_OWN_METHOD_H

#include "egbench_explainer.h"
#include "egbench_stream.h"

/** The row that a callback explains. */
struct egbench_row;

/** Fills phi (egbench_row_features() numbers, 0 before) for one row; returns 0 or what
 * egbench_fail() returned. Called for several rows at once where the explainer has several
 * threads. */
typedef int (*egbench_explain_callback)(void *context, struct egbench_row *row, eg_real *phi,
                                        struct egbench_error *error);

/** An explainer by a callback, not NULL; context is handed to it. As egbench_explainer_alloc()
 * else. */
EGBENCH_API int egbench_explainer_alloc_own(struct egbench_explainer **explainer,
                                            const struct egbench_network *network,
                                            egbench_explain_callback explain, void *context,
                                            struct egbench_error *error);

/** Numbers of the row. */
EGBENCH_API size_t egbench_row_features(const struct egbench_row *row);

/** The row itself. */
EGBENCH_API const eg_real *egbench_row_x(const struct egbench_row *row);

/** Rows of the explainer's background; 0 without one. */
EGBENCH_API size_t egbench_row_background_rows(const struct egbench_row *row);

/** The explainer's background, row-major; NULL without one. */
EGBENCH_API const eg_real *egbench_row_background(const struct egbench_row *row);

/** The explainer's samples. */
EGBENCH_API size_t egbench_row_samples(const struct egbench_row *row);

/** Random numbers of this row alone: the same for the same seed, whatever the threads. */
EGBENCH_API struct egbench_stream *egbench_row_stream(struct egbench_row *row);

/** g[i] = the explained scalar at row i of z (rows x features), with the explained row's label.
 * Returns EGBENCH_DATA when one is not finite, EGBENCH_USAGE when a label is needed and missing,
 * EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_row_predict(struct egbench_row *row, size_t rows, const eg_real *z,
                                    double *g, struct egbench_error *error);

/** Chooses the points of a path method for all rows explained at once: point k of row i lies at
 *
 *     z = x' + alpha[i * samples + k] (x - x'),   x' = background row reference[i * samples + k]
 *
 * and counts as coefficient[k] (x - x'); all coefficients 1 / samples is a mean. A reference beyond
 * background_rows - 1 ends the explanation or the training with EGBENCH_DATA. Called by one thread
 * at a time for each explanation and training step. */
typedef void (*egbench_path_callback)(void *context, size_t rows, size_t samples,
                                      size_t background_rows, struct egbench_stream *stream,
                                      uint32_t *reference, eg_real *alpha, eg_real *coefficient);

/** An explainer whose points a callback, not NULL, draws; it needs a background. As
 * egbench_explainer_alloc() else. */
EGBENCH_API int egbench_explainer_alloc_path(struct egbench_explainer **explainer,
                                             const struct egbench_network *network,
                                             egbench_path_callback draw, void *context,
                                             struct egbench_error *error);

#endif
