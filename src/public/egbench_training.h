/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * Training: minimises mean loss + sum over terms of strength * term, where terms are attribution
 * priors (Erion et al. 2021, Methods 1) and penalties on weights. The same seed gives the same
 * bits for any number of threads, and after an interruption too where there is a checkpoint. */
#ifndef EGBENCH_TRAINING_H
#define EGBENCH_TRAINING_H

#include "egbench_explainer.h"
#include "egbench_prior.h"

/** A network, how it is trained, and what came of it. */
struct egbench_training;

/** *score of the network as it is after an epoch, larger is better; returns 0 or what
 * egbench_fail() returned. */
typedef int (*egbench_score_callback)(void *context, const struct egbench_network *network,
                                      double *score, struct egbench_error *error);

/** A further share of the training, of 1 in all, is done. May be called by any thread. */
typedef void (*egbench_progress_callback)(void *context, double share);

/** A training of the network (borrowed), from the weights that it then has: 100 epochs, batches of
 * 128, Adam at 0.001, seed 0, one thread. Settings are checked by egbench_train(). Returns
 * EGBENCH_USAGE where network is NULL or loss none of the enum, EGBENCH_INTERNAL when memory is
 * short. */
EGBENCH_API int egbench_training_alloc(struct egbench_training **training,
                                       struct egbench_network *network, enum egbench_loss loss,
                                       struct egbench_error *error);

/** Releases a training, not its network; NULL is allowed. */
EGBENCH_API void egbench_training_free(struct egbench_training *training);

/** Times that all rows are gone through, 1 at least. */
EGBENCH_API void egbench_training_set_epochs(struct egbench_training *training, size_t epochs);

/** Rows of a step; 0: all of them. */
EGBENCH_API void egbench_training_set_batch(struct egbench_training *training, size_t rows);

/** The seed of the order of rows, of dropout and of what explainers draw. */
EGBENCH_API void egbench_training_set_seed(struct egbench_training *training, uint64_t seed);

/** Threads; 0 and 1: the caller's alone. They change no bit. */
EGBENCH_API void egbench_training_set_threads(struct egbench_training *training, size_t threads);

/** Adam (Kingma and Ba 2015) with beta 0.9 and 0.999, epsilon 1e-8. */
EGBENCH_API void egbench_training_set_adam(struct egbench_training *training, double rate);

/** SGD with momentum: v <- momentum v - rate g, theta <- theta + v. is_nesterov: theta <- theta +
 * momentum v - rate g. */
EGBENCH_API void egbench_training_set_sgd(struct egbench_training *training, double rate,
                                          double momentum, int is_nesterov);

/** Multiplies the rate of learning by factor after every so many epochs; 0: never. Call it after
 * the optimiser is set. */
EGBENCH_API void egbench_training_set_decay(struct egbench_training *training, double factor,
                                            size_t epochs);

/** Minimises priors in alternating updates: after each step on the loss one of this Adam on the
 * priors alone, on the same batch. Without this call they are added to the loss. */
EGBENCH_API void egbench_training_set_alternating(struct egbench_training *training, double rate);

/** Adds strength * Omega of the explainer's attributions of each batch. Prior and explainer are
 * borrowed; the explainer's network is the one trained, its method one that comes from gradients,
 * which is checked when training begins; integrated_gradients takes one background row. strength is
 * any finite number. Returns EGBENCH_USAGE for another network or target, or where one is NULL. */
EGBENCH_API int egbench_training_add_prior(struct egbench_training *training,
                                           const struct egbench_prior *prior,
                                           const struct egbench_explainer *explainer,
                                           double strength, struct egbench_error *error);

/** The name of weight penalty number i from 0; NULL beyond the last. */
EGBENCH_API const char *egbench_weight_penalty_name(size_t i);

/** What that penalty is, in one line; NULL beyond the last. */
EGBENCH_API const char *egbench_weight_penalty_summary(size_t i);

/** Adds strength * the penalty of that name on the weights w of dense layers and of windows (biases
 * are left alone unless said, and all of a batch norm); scaled as in the released code:
 *
 * - `weight_decay`: 1/2 sum of w^2
 * - `l1_all`, `l1_first`: mean |w| of all layers, of the first that has weights; `l1_biased`: of
 *   all layers with their biases
 * - `l2_all`, `l2_first`: sqrt(sum of w^2)
 * - `sgl_all`, `sgl_first`: sparse group lasso of dense layers, sum of |w| + sqrt(units) * sum over
 *   inputs of the norm of their weights; `sgl_all`: and 2 mean |b| of each layer's biases
 *
 * Returns EGBENCH_USAGE, listing the names, for another one, or a strength that is not finite. */
EGBENCH_API int egbench_training_add_weight_penalty(struct egbench_training *training,
                                                    const char *name, double strength,
                                                    struct egbench_error *error);

/** Keeps the weights of the epoch of least mean loss on x (rows x inputs, 1 row at least) and y,
 * both borrowed, in place of the last one's. patience: stop after so many epochs without a better
 * one; 0: never. */
EGBENCH_API void egbench_training_set_validation(struct egbench_training *training, size_t rows,
                                                 const eg_real *x, const eg_real *y,
                                                 size_t patience);

/** Keeps the weights of the epoch of the best score by a callback, likewise. */
EGBENCH_API void egbench_training_set_score(struct egbench_training *training,
                                            egbench_score_callback score, void *context,
                                            size_t patience);

/** Keeps all in the file at path after each epoch, making its folder where that is missing. A
 * training whose file is there goes on from it, bit for bit, where key, network, loss, x and y,
 * sizes and precision are the same; one that was finished is given back as it is. A checkpoint of
 * another training is replaced; a file that is none is refused by egbench_train(). key: a text
 * that names what else the outcome depends on: seed, rates, priors. Both are copied. The file
 * stays after the training: remove it. Returns EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_training_set_checkpoint(struct egbench_training *training, const char *path,
                                                const char *key, struct egbench_error *error);

/** Has a callback hear how far the training is. */
EGBENCH_API void egbench_training_set_progress(struct egbench_training *training,
                                               egbench_progress_callback hear, void *context);

/** Trains on x (rows x inputs) and y (rows x outputs targets; rows class numbers for the softmax).
 * Returns EGBENCH_USAGE when settings do not fit, EGBENCH_DATA, naming the place, when a number of
 * x, y, the background or the weights is not finite, or a label not what the loss takes;
 * EGBENCH_DATA, naming the epoch, when loss or weights cease to be finite (weights are then as
 * before), or a checkpoint cannot be written; EGBENCH_INTERRUPTED after egbench_training_stop(),
 * EGBENCH_INTERNAL when memory is short. */
EGBENCH_API int egbench_train(struct egbench_training *training, size_t rows, const eg_real *x,
                              const eg_real *y, struct egbench_error *error);

/** Has egbench_train() end after the epoch in hand with EGBENCH_INTERRUPTED; weights are those of
 * that epoch. With a checkpoint the same call goes on from there. Called before a training, it ends
 * the next one after its first epoch. Any thread and any signal handler may call it. */
EGBENCH_API void egbench_training_stop(struct egbench_training *training);

/** Epochs that the last training ran. */
EGBENCH_API size_t egbench_training_epochs(const struct egbench_training *training);

/** The epoch, from 0, whose weights were kept. */
EGBENCH_API size_t egbench_training_best_epoch(const struct egbench_training *training);

/** That epoch's score, minus the loss on validation rows; NAN without either. */
EGBENCH_API double egbench_training_best_score(const struct egbench_training *training);

/** The mean loss over the last epoch's steps, before each update, without terms. */
EGBENCH_API double egbench_training_loss(const struct egbench_training *training);

#endif
