/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * An attribution method as a shared object. This header is all it needs:
 *
 *     static int explain(const struct egbench_task *task, char *message, size_t size) { ... }
 *     static const struct egbench_plugin plugin = {
 *         EGBENCH_ABI, sizeof plugin, "mine", "what it does", 0, explain};
 *     const struct egbench_plugin *egbench_get_plugin(void) { return &plugin; }
 *
 *     cc -shared -fPIC -o mine.so mine.c
 *
 * All arrays are row-major doubles and belong to the host. The plug-in runs in a process of its own,
 * on one thread.
 */
#ifndef EGBENCH_PLUGIN_H
#define EGBENCH_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Changes when something here changes its meaning or place. New fields come at the end, and the size
 * that begins each struct tells whether they are there; a host that does not know a flag says so. */
#define EGBENCH_ABI 1u

#define EGBENCH_NEEDS_BACKGROUND 1u /**< it cannot do without background rows */
#define EGBENCH_IS_STOCHASTIC 2u    /**< another seed, other numbers */
#define EGBENCH_IS_COMPLETE 4u      /**< phi sum to f(x) less f at the background, in the limit */
/** What phi is, where it is not shares of f(x) less the mean of f over the background: */
#define EGBENCH_IS_SLOPES 8u         /**< a slope in each feature, as gradients are */
#define EGBENCH_COUNTS_FROM_MEAN 16u /**< shares of f(x) less f at the mean of the background */
#define EGBENCH_COUNTS_FROM_ZERO 32u /**< shares of f(x) less f at a row of zeros */

/** The model. Each call takes `rows` rows of x (rows x inputs) and returns 0, or not 0 when memory is
 * short: return that from explain. */
struct egbench_model {
    size_t size;    /**< of this struct, in bytes */
    size_t inputs;  /**< numbers in, per row */
    size_t outputs; /**< numbers out, per row */
    void *context;  /**< the first argument of the calls */
    /** f (rows x outputs) = the raw outputs */
    int (*forward)(void *context, size_t rows, const double *x, double *f);
    /** gradient (rows x inputs) = d f[output[r]] / dx for each row r; output NULL: output 0 */
    int (*gradient)(void *context, size_t rows, const double *x, const size_t *output,
                    double *gradient);
    /** slope (rows x outputs) = the derivative of f at x along direction (rows x inputs) */
    int (*tangent)(void *context, size_t rows, const double *x, const double *direction,
                   double *slope);
};

/** Random numbers: the same ones for the same seed and split. */
struct egbench_random {
    size_t size;                      /**< of this struct, in bytes */
    void *context;                    /**< the first argument of the calls */
    double (*uniform)(void *context); /**< on the open interval (0,1) */
    double (*normal)(void *context);  /**< mean 0, variance 1 */
};

/** What is to be explained, and where phi goes. */
struct egbench_task {
    size_t size;                         /**< of this struct, in bytes */
    size_t rows;                         /**< of x */
    size_t features;                     /**< of a row */
    const double *x;                     /**< rows x features: to be explained */
    const size_t *output;                /**< rows: which output of the model */
    size_t background_rows;              /**< of the background; 0: there is none */
    const double *background;            /**< background_rows x features */
    size_t samples;                      /**< what may be spent on a row, in gradients */
    const struct egbench_model *model;   /**< what is explained */
    const struct egbench_random *random; /**< for methods that draw */
    double *phi;                         /**< rows x features: to be filled. Zero at first */
};

/** A method, as a plug-in describes it. */
struct egbench_plugin {
    uint32_t abi;        /**< EGBENCH_ABI */
    uint32_t size;       /**< sizeof(struct egbench_plugin) */
    const char *name;    /**< in messages; tables have the file's name, or --name's */
    const char *summary; /**< one line */
    uint64_t flags;      /**< EGBENCH_NEEDS_BACKGROUND and so on, joined by | */
    /** Fills task->phi and returns 0, or writes one line of at most size characters into message and
     * returns something else. */
    int (*explain)(const struct egbench_task *task, char *message, size_t size);
};

/** The one function that a plug-in exports. */
const struct egbench_plugin *egbench_get_plugin(void);

#ifdef __cplusplus
}
#endif

#endif
