/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sums of a small dense layer against plain loops of fma(), bit by bit, with each kind of
 * instructions that this processor has and for several counts of parts. tests/single does the
 * same with float.
 */
#include "tests/convolution_problem.h"

#include "nn/dense_columns.h"
#include "nn/dense_sums.h"

static real chain_at(const struct problem *problem, enum sums sums, size_t row, size_t column,
                     size_t first, size_t end)
{
    const size_t from = problem->layer->inputs, to = problem->layer->outputs;
    const real *in = problem->in, *d_out = problem->d_out, *theta = problem->theta;
    real chain = 0;
    for (size_t k = first; k < end; k++)
        chain = sums == WEIGHTS    ? fuse(d_out[k * to + row], in[k * from + column], chain)
                : sums == BACKWARD ? fuse(d_out[row * to + k], theta[k * from + column], chain)
                                   : fuse(in[row * from + k], theta[column * from + k], chain);
    return chain;
}

static void sum_plainly(const struct problem *problem, enum sums sums, real *out)
{
    const size_t from = problem->layer->inputs, to = problem->layer->outputs;
    const size_t columns = sums == WEIGHTS || sums == BACKWARD ? from : to;
    const size_t terms = sums == WEIGHTS ? problem->m : sums == BACKWARD ? to : from;
    for (size_t i = 0; i < size_of(problem, sums); i++) {
        out[i] = sums == WEIGHTS   ? problem->gradient[i]
                 : sums == FORWARD ? problem->theta[from * to + i % columns]
                                   : 0;
        for (size_t k = 0; k < terms; k += EG_DENSE_CHAIN)
            out[i] += chain_at(problem, sums, i / columns, i % columns, k,
                               k + EG_DENSE_CHAIN < terms ? k + EG_DENSE_CHAIN : terms);
    }
}

static void sum_part(const struct problem *problem, const struct eg_tile_product *product,
                     enum sums sums, const struct eg_sweep *sweep, real *out)
{
    if (sums == WEIGHTS)
        eg_dense_sum_weights(sweep, product, problem->in, problem->d_out, out);
    else if (sums == BACKWARD)
        eg_dense_sum_back(sweep, product, problem->d_out, out);
    else
        eg_dense_sum(sweep, product, problem->in,
                     sums == FORWARD ? problem->theta + problem->layer->weights : NULL, out);
}

/* With NaN for scratch and before each sum, where none is added to. */
static void check_shape(const struct problem *problem, enum sums sums, const char *text)
{
    const struct eg_layer *layer = problem->layer;
    const size_t bytes = size_of(problem, sums) * sizeof(real);
    real *plain = malloc(bytes), *ours = malloc(bytes);
    real *scratch = malloc(layer->scratch * sizeof(real));
    const struct eg_tile_product *product;
    sum_plainly(problem, sums, plain);
    for (size_t rank = 0; (product = eg_tile_product_at(rank)) != NULL; rank++)
        for (size_t parts = 1; parts < 9; parts += 2) {
            struct eg_sweep sweep = {layer, problem->theta, problem->m, 0, parts, scratch};
            memset(ours, 0xff, bytes);
            if (sums == WEIGHTS)
                memcpy(ours, problem->gradient, bytes);
            for (; sweep.part < parts; sweep.part++) {
                memset(scratch, 0xff, layer->scratch * sizeof(real));
                sum_part(problem, product, sums, &sweep, ours);
            }
            cr_expect_eq(memcmp(ours, plain, bytes), 0, "%s, %s, %s, %zu parts: other bits", text,
                         titles[sums], product->name, parts);
        }
    free(scratch);
    free(plain);
    free(ours);
}

Test(dense_bits, are_those_of_plain_loops)
{
    static const struct {
        size_t inputs, units, m;
    } shapes[] = {{60, 32, 100}, {32, 20, 7},  {20, 1, 300}, {1, 5, 3},
                  {118, 64, 25}, {300, 33, 5}, {9, 530, 12}, {64, 8, 1}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char text[64];
        struct problem problem;
        snprintf(text, sizeof text, "dense %zu", shapes[i].units);
        open_problem(&problem, text, shapes[i].inputs, shapes[i].m);
        cr_assert(eg_dense_is_small(problem.layer));
        snprintf(text, sizeof text, "%zu x (%zu to %zu)", shapes[i].m, shapes[i].inputs,
                 shapes[i].units);
        for (enum sums sums = FORWARD; sums <= WEIGHTS; sums++)
            check_shape(&problem, sums, text);
        close_problem(&problem);
    }
}

/* Columns hold what rows hold. */
static void check_columns(const struct problem *problem, const struct eg_tile_product *product,
                          int is_backward, const char *text)
{
    const struct eg_layer *layer = problem->layer;
    const size_t width = product->columns;
    const size_t from = is_backward ? layer->outputs : layer->inputs;
    const size_t to = is_backward ? layer->inputs : layer->outputs;
    const real *values = is_backward ? problem->d_out : problem->in;
    real *plain = malloc(problem->m * to * sizeof(real));
    real *in = calloc(from * width, sizeof(real)), *out = malloc(to * width * sizeof(real));
    sum_plainly(problem, is_backward ? BACKWARD : FORWARD, plain);
    cr_assert_leq(problem->m, width);
    for (size_t i = 0; i < problem->m * from; i++)
        in[i % from * width + i / from] = values[i];
    memset(out, 0xff, to * width * sizeof(real));
    if (is_backward)
        eg_dense_columns_back(layer, problem->theta, product, in, out);
    else
        eg_dense_columns(layer, problem->theta, product, in, out);
    size_t others = 0;
    for (size_t i = 0; i < problem->m * to; i++)
        others += memcmp(&out[i % to * width + i / to], &plain[i], sizeof(real)) != 0;
    cr_expect_eq(others, 0, "%s, %s, backward %d: %zu other bits", text, product->name, is_backward,
                 others);
    free(plain);
    free(in);
    free(out);
}

Test(dense_bits, of_columns_are_those_of_rows)
{
    static const size_t inputs[] = {32, 20, 300, 1}, units[] = {20, 1, 31, 270};
    const struct eg_tile_product *product;
    for (size_t i = 0; i < 4; i++) {
        char text[64];
        struct problem problem;
        snprintf(text, sizeof text, "dense %zu", units[i]);
        open_problem(&problem, text, inputs[i], 4);
        for (size_t rank = 0; (product = eg_tile_product_at(rank)) != NULL; rank++)
            for (int is_backward = 0; is_backward < 2; is_backward++)
                check_columns(&problem, product, is_backward, text);
        close_problem(&problem);
    }
}

/* A view of some inputs (layer.h) has the numbers that the whole layer has there. */
Test(dense_bits, of_a_view_are_those_of_the_layer)
{
    enum { INPUTS = 90, UNITS = 37, ROWS = 30, FIRST = 11, SEEN = 50 };
    struct problem problem;
    open_problem(&problem, "dense 37", INPUTS, ROWS);
    const struct eg_layer *layer = problem.layer;
    struct eg_layer view = *layer;
    view.inputs = SEEN;
    real *scratch = malloc(layer->scratch * sizeof(real));
    real *whole = malloc(ROWS * INPUTS * sizeof(real)), *part = malloc(ROWS * SEEN * sizeof(real));
    const struct eg_sweep all = {layer, problem.theta, ROWS, 0, 1, scratch};
    const struct eg_sweep some = {&view, problem.theta + FIRST, ROWS, 0, 1, scratch};
    eg_dense_sum_back(&all, eg_tile_product_at(0), problem.d_out, whole);
    eg_dense_sum_back(&some, eg_tile_product_at(0), problem.d_out, part);
    for (size_t i = 0; i < ROWS; i++)
        cr_expect_eq(memcmp(part + i * SEEN, whole + i * INPUTS + FIRST, SEEN * sizeof(real)), 0);
    cr_expect_eq(eg_dense_is_small(&view), eg_dense_is_small(layer));
    free(scratch);
    free(whole);
    free(part);
    close_problem(&problem);
}
