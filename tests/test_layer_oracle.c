/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Networks of elementwise functions, normalisations, grouped convolutions and residual additions,
 * read from PyTorch's tensors: outputs, attributions, and the gradients of loss and priors for each
 * weight equal what PyTorch's automatic differentiation gave (tests/oracle/gradients/layers).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "given_points.h"
#include "layer_probe.h"
#include "nn/backprop.h"
#include "nn/torch_model.h"
#include "oracle_file.h"
#include "prior/terms.h"

enum { ROWS = 4, REFERENCES = 2, OUTPUTS = 3, INPUTS_MOST = 144 };

static const struct oracle_case {
    const char *name, *text;
} cases[] = {
    {"activations",
     "dense 12, gelu, dense 10, silu, dense 8, elu 1.3, dense 8, gelu_tanh, dense 7, leaky_relu "
     "0.2, dense 6, softplus 2, dense 3"},
    {"norms",
     "image 6x6x4, conv 3x3x8 same, groupnorm 2, leaky_relu 0.1, conv 3x3x8 same groups 4, "
     "layernorm, gelu_tanh, conv 3x3x8 pad 1 stride 2 groups 8, groupnorm 4 epsilon 0.01, softplus "
     "2, global_mean_pool, dense 6, layernorm, gelu, dense 3"},
    {"residual",
     "image 6x6x3, conv 3x3x4 same, batchnorm, tanh, mark a, conv 3x3x4 same, batchnorm, silu, "
     "conv 3x3x4 same, batchnorm, add a, softplus, mark a, conv 3x3x6 pad 1 stride 2, batchnorm, "
     "silu, conv 3x3x6 same, batchnorm, mark b, from a, conv 1x1x6 stride 2, batchnorm, add b, "
     "silu, pool 2 pad 1 stride 1, mark a, gelu, add a, global_mean_pool, dense 3"},
};
enum { CASES = sizeof cases / sizeof *cases };

static double *read_part(const struct oracle_case *oracle, const char *part, size_t *cols)
{
    char name[256];
    snprintf(name, sizeof name, "gradients/layers/%s.%s", oracle->name, part);
    return read_oracle(name, NULL, cols);
}

/* The network of the file, or numbers of the same names and shapes. */
static struct eg_torch_model read_tensors(const struct oracle_case *oracle, const char *part)
{
    char name[256], path[1024];
    struct eg_torch_model model;
    struct eg_error error = {0};
    snprintf(name, sizeof name, "gradients/layers/%s%s.safetensors", oracle->name, part);
    find_oracle(name, path, sizeof path);
    cr_assert_eq(eg_torch_model_read(path, 0, oracle->text, &model, &error), EG_OK, "%s",
                 error.message);
    return model;
}

struct problem {
    const struct oracle_case *oracle;
    struct eg_torch_model model;
    const struct eg_network *network;
    double *x, *references;
    real y[ROWS];
    size_t inputs;
};

static void open_problem(struct problem *problem, size_t which)
{
    size_t alphas;
    *problem = (struct problem){.oracle = &cases[which], .y = {0, 1, 2, 0}};
    problem->model = read_tensors(problem->oracle, "");
    problem->network = &problem->model.network;
    problem->x = read_part(problem->oracle, "X", &problem->inputs);
    problem->references = read_part(problem->oracle, "R", NULL);
    double *alpha = read_part(problem->oracle, "alpha", &alphas);
    give_points(alpha, ROWS * REFERENCES, REFERENCES);
    free(alpha);
    cr_assert_eq(problem->inputs, problem->network->inputs);
}

static void close_problem(struct problem *problem)
{
    eg_torch_model_free(&problem->model);
    free(problem->x);
    free(problem->references);
}

/* Statistics of batch norm have no gradient. */
static void check_gradient(const struct problem *problem, const char *part, const real *gradient)
{
    struct eg_torch_model theirs = read_tensors(problem->oracle, part);
    const struct eg_network *network = problem->network;
    double largest = 0, scale = 0;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        const size_t count = layer->type == &eg_batch_norm ? layer->parameters / 2
                                                           : layer->parameters;
        for (size_t i = layer->offset; i < layer->offset + count; i++) {
            largest = fmax(largest, fabs(gradient[i] - theirs.network.theta[i]));
            scale = fmax(scale, fabs(theirs.network.theta[i]));
            cr_assert(isfinite(gradient[i]));
        }
    }
    cr_expect_lt(largest, 1e-9 * scale, "%s%s: off by %.3g", problem->oracle->name, part,
                 largest / scale);
    eg_torch_model_free(&theirs);
}

Test(layer_oracle, outputs_equal)
{
    for (size_t which = 0; which < CASES; which++) {
        struct problem problem;
        real logits[ROWS * OUTPUTS];
        open_problem(&problem, which);
        double *theirs = read_part(problem.oracle, "logits", NULL);
        cr_assert_eq(eg_network_predict(problem.network, ROWS, problem.x, logits, NULL), EG_OK);
        const double gap = gap_of(ROWS * OUTPUTS, logits, theirs);
        cr_expect_lt(gap, 1e-12, "%s: off by %.3g", problem.oracle->name, gap);
        for (size_t row = 0; row < ROWS; row++) { /* no row's bits depend on its batch */
            real alone[OUTPUTS];
            cr_assert_eq(eg_network_predict(problem.network, 1, problem.x + row * problem.inputs,
                                            alone, NULL),
                         EG_OK);
            cr_expect_arr_eq(alone, logits + row * OUTPUTS, sizeof alone, "%s: row %zu",
                             problem.oracle->name, row);
        }
        free(theirs);
        close_problem(&problem);
    }
}

static struct eg_explainer explain_by(const struct problem *problem, const struct eg_matrix *rows,
                                      const struct eg_method *method, size_t threads)
{
    return (struct eg_explainer){.network = problem->network,
                                 .method = method,
                                 .target = {.kind = method == &eg_gradients
                                                        ? EG_TARGET_LOG_PROBABILITY_SUM
                                                        : EG_TARGET_OUTPUT},
                                 .background = method == &eg_gradients ? NULL : rows,
                                 .threads = threads};
}

Test(layer_oracle, attributions_equal)
{
    for (size_t which = 0; which < CASES; which++) {
        struct problem problem;
        struct eg_attribution attribution;
        struct eg_error error = {0};
        real phi[ROWS * INPUTS_MOST];
        open_problem(&problem, which);
        const struct eg_matrix rows = {ROWS * REFERENCES, problem.inputs, problem.references};
        const struct eg_explainer explainer = explain_by(&problem, &rows, &given_expected_gradients,
                                                         1);
        double *theirs = read_part(problem.oracle, "eg", NULL);
        cr_assert_eq(eg_attribution_alloc(&attribution, &explainer, ROWS, 0, &error), EG_OK, "%s",
                     error.message);
        eg_attribution_explain(&attribution, ROWS, problem.x, problem.y, (struct eg_stream){0}, phi,
                               NULL, NULL);
        const double gap = gap_of(ROWS * problem.inputs, phi, theirs);
        cr_expect_lt(gap, 1e-11, "%s: off by %.3g", problem.oracle->name, gap);
        eg_attribution_free(&attribution);
        free(theirs);
        close_problem(&problem);
    }
}

Test(layer_oracle, gradients_of_the_loss_equal)
{
    for (size_t which = 0; which < CASES; which++) {
        struct problem problem;
        struct eg_backprop pass;
        open_problem(&problem, which);
        real *gradient = calloc(problem.network->parameters, sizeof *gradient);
        cr_assert_eq(eg_backprop_alloc(&pass, problem.network, ROWS, 2, NULL), EG_OK);
        eg_backprop_run(&pass, problem.network, &eg_softmax_cross_entropy, ROWS, problem.x,
                        problem.y, NULL, gradient);
        check_gradient(&problem, ".ce", gradient);
        eg_backprop_free(&pass);
        free(gradient);
        close_problem(&problem);
    }
}

/* What moving the rows does to the sum of squares of attributions. */
Test(layer_oracle, slopes_for_the_rows_equal)
{
    for (size_t which = 0; which < CASES; which++) {
        struct problem problem;
        struct eg_attribution attribution;
        real phi[ROWS * INPUTS_MOST], slope[ROWS * INPUTS_MOST];
        open_problem(&problem, which);
        const struct eg_matrix rows = {ROWS * REFERENCES, problem.inputs, problem.references};
        const struct eg_explainer explainer = explain_by(&problem, &rows, &given_expected_gradients,
                                                         1);
        double *theirs = read_part(problem.oracle, "squares_x", NULL);
        cr_assert_eq(eg_attribution_alloc(&attribution, &explainer, ROWS, 1, NULL), EG_OK);
        eg_attribution_explain(&attribution, ROWS, problem.x, problem.y, (struct eg_stream){0}, phi,
                               NULL, NULL);
        for (size_t i = 0; i < ROWS * problem.inputs; i++)
            phi[i] *= 2;
        eg_attribution_pull_back_input(&attribution, ROWS, phi, slope);
        const double gap = gap_of(ROWS * problem.inputs, slope, theirs);
        cr_expect_lt(gap, 1e-9, "%s: off by %.3g", problem.oracle->name, gap);
        eg_attribution_free(&attribution);
        free(theirs);
        close_problem(&problem);
    }
}

/* The sum of squares of attributions, cut into pieces of so many points (0: as it is allocated). */
static void check_prior(const struct problem *problem, const struct eg_method *method,
                        const char *part, size_t threads, size_t piece)
{
    real mask[INPUTS_MOST];
    struct eg_prior_term term;
    struct eg_error error = {0};
    for (size_t i = 0; i < problem->inputs; i++)
        mask[i] = 1;
    const struct eg_prior_settings settings = {.mask = mask, .mask_rows = 1};
    const struct eg_matrix rows = {ROWS * REFERENCES, problem->inputs, problem->references};
    const struct eg_explainer explainer = explain_by(problem, &rows, method, threads);
    cr_assert_eq(eg_prior_term_alloc(&term, &eg_mask_prior, &settings, &explainer, ROWS, &error),
                 EG_OK, "%s", error.message);
    if (piece && piece < term.attribution.piece)
        term.attribution.piece = piece;
    real *gradient = calloc(problem->network->parameters, sizeof *gradient);
    const struct eg_batch batch = {.n = ROWS, .x = problem->x, .y = problem->y};
    const struct eg_objective_term as_term = eg_prior_as_term(&term, 1);
    as_term.add(as_term.context, problem->network, &batch, 1, gradient);
    check_gradient(problem, part, gradient);
    eg_prior_term_free(&term);
    free(gradient);
}

Test(layer_oracle, gradients_of_priors_equal)
{
    static const size_t pieces[] = {0, 1, 2};
    for (size_t which = 0; which < CASES; which++) {
        struct problem problem;
        open_problem(&problem, which);
        for (size_t i = 0; i < 3; i++) {
            check_prior(&problem, &given_expected_gradients, ".squares", 1 + i, pieces[i]);
            check_prior(&problem, &eg_gradients, ".rrr", 1 + i, pieces[i]);
        }
        close_problem(&problem);
    }
}
