/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* mkdtemp */
#include "bench/compare/compare_black_box.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/npy.h"

enum { FOLDER = PATH_MAX + 64 };

/* What is asked for, the file it comes in, and how many numbers a row. */
struct wish {
    const char *word, *file;
    size_t cols;
};

static int write_rows(const char *folder, size_t rows, size_t cols, const real *x,
                      struct eg_error *error)
{
    char path[FOLDER + 16];
    struct eg_npy array = {.ndim = 2, .shape = {rows, cols}};
    snprintf(path, sizeof path, "%s/x.npy", folder);
    array.data = eg_alloc(rows * cols + 1, sizeof *array.data, error);
    if (!array.data)
        return EG_INTERNAL;
    for (size_t i = 0; i < rows * cols; i++)
        array.data[i] = (double)x[i];
    const int status = eg_npy_write(path, &array, EG_NPY_F8, error);
    eg_npy_free(&array);
    return status;
}

static int read_numbers(const char *folder, const struct wish *wish, size_t rows, real *out,
                        struct eg_error *error)
{
    char path[FOLDER + 32];
    struct eg_matrix said = {0};
    snprintf(path, sizeof path, "%s/%s", folder, wish->file);
    int status = eg_npy_read_matrix(path, &said, error);
    if (!status && (said.rows != rows || said.cols != wish->cols))
        status = eg_fail(error, EG_DATA,
                         "its %s has shape (%zu, %zu) where (%zu, %zu) is needed, %s of each row",
                         wish->file, said.rows, said.cols, rows, wish->cols,
                         wish->cols == 1 ? "one output" : "the gradient");
    for (size_t i = 0; !status && i < rows * wish->cols; i++)
        if (!isfinite(said.data[i]))
            status = eg_fail(error, EG_DATA, "in its %s the number at row %zu is %g", wish->file,
                             i / wish->cols, (double)said.data[i]);
    if (!status)
        memcpy(out, said.data, rows * wish->cols * sizeof *out);
    eg_matrix_free(&said);
    return status;
}

static int ask_in(struct eg_black_box *box, const char *folder, const struct wish *wish,
                  size_t rows, const real *x, real *out, struct eg_error *error)
{
    char line[FOLDER + 32];
    double taken;
    const struct eg_compare_question question = {.whose = "the model (--predict)",
                                                 .command = box->command,
                                                 .line = line,
                                                 .seconds = box->seconds,
                                                 .has_gradients = &box->has_gradients};
    struct eg_error own = {0};
    snprintf(line, sizeof line, "%s %s", wish->word, folder);
    int status = write_rows(folder, rows, box->inputs, x, error);
    if (!status)
        status = eg_compare_ask_worker(box->workers, &question, &taken, error);
    if (status)
        return status;
    status = read_numbers(folder, wish, rows, out, &own);
    return status ? eg_fail(error, status, "%s: %s", question.whose, own.message) : EG_OK;
}

/* out (rows x wish->cols), NAN where the call or one before it failed. */
static void ask(struct eg_black_box *box, const struct wish *wish, size_t rows, const real *x,
                real *out)
{
    const char *above = getenv("TMPDIR");
    struct eg_error error = {0};
    char folder[FOLDER];
    pthread_mutex_lock(&box->lock);
    int status = box->error.status;
    pthread_mutex_unlock(&box->lock);
    snprintf(folder, sizeof folder, "%s/egbench-XXXXXX", above && *above ? above : "/tmp");
    if (!status && !mkdtemp(folder))
        status = eg_fail(&error, EG_DATA, "%s: cannot be made: %s; set TMPDIR", folder,
                         strerror(errno));
    else if (!status) {
        status = ask_in(box, folder, wish, rows, x, out, &error);
        eg_remove_tree(folder);
    }
    if (!status)
        return;
    for (size_t i = 0; i < rows * wish->cols; i++)
        out[i] = NAN;
    pthread_mutex_lock(&box->lock);
    if (!box->error.status)
        box->error = error;
    pthread_mutex_unlock(&box->lock);
}

static void forward(const struct eg_sweep *sweep, const real *in, real *out)
{
    ask(sweep->layer->black_box, &(struct wish){"predict", "outputs.npy", 1}, sweep->m, in, out);
}

/* d_in = d_out times the gradient. */
static void backward(const struct eg_sweep *sweep, const real *in, const real *d_out, real *d_in)
{
    struct eg_black_box *box = sweep->layer->black_box;
    ask(box, &(struct wish){"gradient", "gradients.npy", box->inputs}, sweep->m, in, d_in);
    for (size_t i = 0; i < sweep->m; i++)
        for (size_t j = 0; j < box->inputs; j++)
            d_in[i * box->inputs + j] *= d_out[i];
}

static const struct eg_layer_type black_box = {
    .name = "black_box", .forward = forward, .backward = backward};

struct eg_black_box *eg_black_box_alloc(const struct eg_compare_options *options, size_t inputs,
                                        struct eg_network *network, struct eg_error *error)
{
    struct eg_black_box *box = eg_alloc(1, sizeof *box, error);
    *network = (struct eg_network){.inputs = inputs,
                                   .outputs = 1,
                                   .shape = {1, 1, 1},
                                   .layer_count = 1,
                                   .layers = {{.type = &black_box,
                                               .activation = &eg_identity,
                                               .from = {1, 1, inputs},
                                               .to = {1, 1, 1},
                                               .inputs = inputs,
                                               .outputs = 1,
                                               .work = 1,
                                               .black_box = box}}};
    network->theta = box ? eg_alloc(1, sizeof *network->theta, error) : NULL;
    if (!network->theta) {
        free(box);
        return NULL;
    }
    *box = (struct eg_black_box){.command = options->predict,
                                 .workers = options->workers ? options->workers : &box->own,
                                 .own = {.lock = PTHREAD_MUTEX_INITIALIZER},
                                 .seconds = (double)options->time_limit,
                                 .inputs = inputs,
                                 .lock = PTHREAD_MUTEX_INITIALIZER};
    return box;
}

void eg_black_box_free(struct eg_black_box *box)
{
    if (box)
        eg_compare_end_workers(&box->own);
    free(box);
}

int eg_black_box_judge(struct eg_black_box *box, int status, struct eg_error *error)
{
    if (!box || !box->error.status)
        return status;
    return eg_fail(error, box->error.status, "%s", box->error.message);
}
