/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Methods and measures against what captum, SHAP, LIME and Quantus say of the same model and rows: their numbers are
 * in tests/oracle/peers, written by bench/peer/peer_measures.py, and `make peer-test` holds the packages against them.
 * Numbers without draws agree to rounding, those with draws to five standard errors of both sides. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "attribution/explain.h"
#include "metrics/deletion_insertion.h"
#include "metrics/faithfulness_correlation.h"
#include "metrics/max_sensitivity.h"
#include "metrics/monotonicity.h"
#include "metrics/randomisation.h"
#include "metrics/relevance.h"
#include "metrics/row_concentration.h"
#include "tests/small_network.h"

static const char file_name[] = "tests/oracle/peers/numbers.json";

struct problem {
    json_t *file, *numbers;
    struct eg_network network;
    struct eg_predictor predictor;
    struct eg_matrix train, x, phi, slopes, zero;
};

static double *read_numbers(const json_t *array, size_t *count)
{
    double *numbers = NULL;
    *count = 0;
    if (json_is_number(array)) {
        *count = 1;
        numbers = malloc(sizeof *numbers);
        *numbers = json_number_value(array);
        return numbers;
    }
    for (size_t i = 0; i < json_array_size(array); i++) {
        size_t more;
        double *part = read_numbers(json_array_get(array, i), &more);
        numbers = realloc(numbers, (*count + more) * sizeof *numbers);
        memcpy(numbers + *count, part, more * sizeof *numbers);
        *count += more;
        free(part);
    }
    return numbers;
}

static struct eg_matrix read_matrix(const json_t *rows)
{
    size_t count;
    double *numbers = read_numbers(rows, &count);
    struct eg_matrix matrix;
    cr_assert_eq(
        eg_matrix_alloc(&matrix, json_array_size(rows), count / json_array_size(rows), NULL),
        EG_OK);
    for (size_t i = 0; i < count; i++)
        matrix.data[i] = (real)numbers[i];
    free(numbers);
    return matrix;
}

static void load(struct problem *s)
{
    json_error_t why;
    size_t count;
    s->file = json_load_file(file_name, 0, &why);
    cr_assert(s->file, "%s: %s", file_name, why.text);
    const json_t *problem = json_object_get(s->file, "problem");
    s->numbers = json_object_get(s->file, "numbers");
    s->train = read_matrix(json_object_get(problem, "x_train"));
    s->x = read_matrix(json_object_get(problem, "x"));
    s->phi = read_matrix(json_object_get(problem, "phi"));
    s->slopes = read_matrix(json_object_get(problem, "slopes"));
    cr_assert_eq(eg_matrix_alloc(&s->zero, 1, s->x.cols, NULL), EG_OK);
    cr_assert_eq(eg_network_alloc(&s->network, s->x.cols,
                                  json_string_value(json_object_get(problem, "network")), NULL),
                 EG_OK);
    double *theta = read_numbers(json_object_get(problem, "theta"), &count);
    cr_assert_eq(count, s->network.parameters);
    for (size_t i = 0; i < count; i++)
        s->network.theta[i] = (real)theta[i];
    free(theta);
    s->predictor = eg_network_predictor(&s->network);
}

static void release(struct problem *s)
{
    json_decref(s->file);
    eg_matrix_free(&s->train);
    eg_matrix_free(&s->x);
    eg_matrix_free(&s->phi);
    eg_matrix_free(&s->slopes);
    eg_matrix_free(&s->zero);
    eg_network_free(&s->network);
}

/* Captum weighs points and windows in single precision, whatever the network's. */
static double find_rounding(const char *name)
{
    return strcmp(name, "integrated_gradients") == 0 || strcmp(name, "occlusion") == 0 ? 2e-7
                                                                                       : 1e-9;
}

/* Holds ours (of so many draws; 0: of none) against the peer's number, or numbers, of that name. */
static void expect_peer(const struct problem *s, const char *name, const double *ours, size_t count,
                        double draws)
{
    const json_t *peer = json_object_get(s->numbers, name);
    size_t values, spreads;
    double *value = read_numbers(json_object_get(peer, "value"), &values);
    double *sd = read_numbers(json_object_get(peer, "sd"), &spreads);
    const double of = json_number_value(json_object_get(peer, "draws"));
    cr_assert(peer && values == count, "%s: %zu numbers in place of %zu", name, values, count);
    for (size_t i = 0; i < count; i++) {
        const double error = spreads ? sd[i] * sqrt(1 / of + (draws > 0 ? 1 / draws : 0)) : 0;
        cr_expect_float_eq(ours[i], value[i],
                           find_rounding(name) * (1 + fabs(value[i])) + 5 * error,
                           "%s, %zu: %.12g, the peer %.12g", name, i, ours[i], value[i]);
    }
    free(value);
    free(sd);
}

static void expect_number(const struct problem *s, const char *name, double ours, double draws)
{
    expect_peer(s, name, &ours, 1, draws);
}

/* --- methods --- */

static void expect_method(const struct problem *s, const char *name, const struct eg_method *method,
                          const struct eg_matrix *background, struct eg_method_settings settings,
                          double draws)
{
    const struct eg_explainer explainer = {
        .network = &s->network, .method = method, .settings = settings, .background = background};
    struct eg_matrix phi;
    struct eg_error error = {0};
    cr_assert_eq(eg_matrix_alloc(&phi, s->x.rows, s->x.cols, NULL), EG_OK);
    cr_assert_eq(
        eg_explain_phi(&explainer, &s->x, NULL, (struct eg_stream){.key = {9}}, &phi, &error),
        EG_OK, "%s: %s", name, error.message);
    expect_peer(s, name, phi.data, phi.rows * phi.cols, draws);
    eg_matrix_free(&phi);
}

Test(peers, methods_without_draws_agree_to_rounding)
{
    struct problem s;
    load(&s);
    const struct eg_method_settings none = {0}, steps = {.samples = 50, .rule = EG_RULE_MIDPOINT},
                                    all = {.samples = s.train.rows,
                                           .references = EG_REFERENCES_ALL},
                                    coalitions = {.samples = 254};
    expect_method(&s, "gradients", &eg_gradients, NULL, none, 0);
    expect_method(&s, "gradient_x_input", &eg_gradient_x_input, NULL, none, 0);
    expect_method(&s, "integrated_gradients", &eg_integrated_gradients, &s.zero, steps, 0);
    expect_method(&s, "occlusion", &eg_occlusion, &s.zero, none, 0);
    expect_method(&s, "deeplift", &eg_deeplift, &s.train, all, 0);
    expect_method(&s, "deeplift_of_shap", &eg_deeplift, &s.train, all, 0);
    expect_method(&s, "shapley_exact", &eg_shapley_exact, &s.train, none, 0);
    expect_method(&s, "kernel_shap", &eg_kernel_shap, &s.train, coalitions, 0);
    release(&s);
}

/* The same sum by PyTorch's own operations, in double precision throughout. */
Test(peers, integrated_gradients_are_those_of_torch)
{
    struct problem s;
    struct eg_matrix phi;
    load(&s);
    const struct eg_explainer explainer = {.network = &s.network,
                                           .method = &eg_integrated_gradients,
                                           .settings = {.samples = 50, .rule = EG_RULE_MIDPOINT},
                                           .background = &s.zero};
    cr_assert_eq(eg_matrix_alloc(&phi, s.x.rows, s.x.cols, NULL), EG_OK);
    cr_assert_eq(eg_explain_phi(&explainer, &s.x, NULL, (struct eg_stream){0}, &phi, NULL), EG_OK);
    cr_expect_lt(largest_gap(&phi, &s.phi), 1e-12);
    eg_matrix_free(&phi);
    release(&s);
}

Test(peers, methods_with_draws_agree_within_their_error)
{
    enum { DRAWS = 20000, PERTURBED = 400, RUNS = 1 };
    struct problem s;
    load(&s);
    const struct eg_method_settings plain = {.samples = DRAWS},
                                    noisy = {.samples = DRAWS, .noise = 0.1},
                                    rows = {.samples = PERTURBED};
    expect_method(&s, "expected_gradients", &eg_expected_gradients, &s.train, plain, DRAWS);
    expect_method(&s, "expected_gradients_of_shap", &eg_expected_gradients, &s.train, plain, DRAWS);
    expect_method(&s, "gradient_shap", &eg_gradient_shap, &s.train, noisy, DRAWS);
    expect_method(&s, "smoothgrad", &eg_smoothgrad, NULL, noisy, DRAWS);
    expect_method(&s, "shapley_sampling_of_one", &eg_shapley_sampling, &s.zero, plain, DRAWS);
    /* A ridge's mean moves with the number of rows: as many as the peer's. */
    expect_method(&s, "lime", &eg_lime, &s.train, rows, PERTURBED);
    release(&s);
}

/* --- measures --- */

/* The mean over runs of plain, or of scaled, whose factor hangs on the draws of a run. */
static double find_infidelity(const struct problem *s, const struct eg_matrix *phi,
                              enum eg_phi_kind kind, enum eg_moves moves, int is_scaled)
{
    enum { RUNS = 200 };
    double sum = 0;
    for (uint32_t run = 0; run < RUNS; run++) {
        const struct eg_infidelity_input input = {.predictor = &s->predictor,
                                                  .x_train = &s->train,
                                                  .x = &s->x,
                                                  .phi = phi,
                                                  .kind = kind,
                                                  .moves = moves,
                                                  .size = 0.5,
                                                  .draws = 100,
                                                  .stream = {.key = {run, 7}}};
        struct eg_infidelity result;
        cr_assert_eq(eg_infidelity(&input, &result, NULL), EG_OK);
        sum += is_scaled ? result.scaled : result.plain;
    }
    return sum / RUNS;
}

Test(peers, infidelity_is_captums)
{
    struct problem s;
    load(&s);
    expect_number(&s, "infidelity_yeh",
                  find_infidelity(&s, &s.phi, EG_PHI_SHARES, EG_MOVES_REMOVE, 0), 20000);
    expect_number(&s, "infidelity_yeh_of_slopes",
                  find_infidelity(&s, &s.slopes, EG_PHI_SLOPES, EG_MOVES_REMOVE, 0), 20000);
    expect_number(&s, "infidelity_before_normalising",
                  find_infidelity(&s, &s.slopes, EG_PHI_SLOPES, EG_MOVES_NORMAL, 0), 20000);
    expect_number(&s, "infidelity_scaled_before_normalising",
                  find_infidelity(&s, &s.slopes, EG_PHI_SLOPES, EG_MOVES_NORMAL, 1), 20000);
    release(&s);
}

static int explain_slopes(void *context, const struct eg_matrix *x, struct eg_matrix *phi,
                          struct eg_error *error)
{
    const struct problem *s = context;
    const struct eg_explainer explainer = {.network = &s->network, .method = &eg_gradients};
    return eg_explain_phi(&explainer, x, NULL, (struct eg_stream){0}, phi, error);
}

/* A mean over rows of maxima of ten: one run of ours has the spread of one of captum's. */
Test(peers, max_sensitivity_is_captums)
{
    struct problem s;
    load(&s);
    double sum = 0;
    enum { RUNS = 100 };
    for (uint32_t run = 0; run < RUNS; run++) {
        const struct eg_max_sensitivity_input input = {.x_train = &s.train,
                                                       .x = &s.x,
                                                       .phi = &s.slopes,
                                                       .context = &s,
                                                       .explain = explain_slopes,
                                                       .radius = 0.1,
                                                       .draws = 10,
                                                       .stream = {.key = {run, 3}}};
        struct eg_max_sensitivity result;
        cr_assert_eq(eg_max_sensitivity(&input, &result, NULL), EG_OK);
        sum += result.mean;
    }
    expect_number(&s, "max_sensitivity_of_slopes", sum / RUNS, RUNS);
    release(&s);
}

/* Quantus leaves the whole row out of the curve. */
Test(peers, deletion_curve_is_quantus_pixel_flipping)
{
    struct problem s;
    load(&s);
    const struct eg_deletion_input input = {.predictor = &s.predictor,
                                            .x_train = &s.zero,
                                            .x = &s.x,
                                            .phi = &s.phi,
                                            .form = EG_DELETION_AREA,
                                            .stream = {.key = {1}}};
    struct eg_deletion result;
    cr_assert_eq(eg_deletion_insertion(&input, &result, NULL), EG_OK);
    expect_peer(&s, "deletion_curve", result.deletion_curve + 1, result.points - 1, 0);
    release(&s);
}

/* Quantus adds 1e-7 to what it sorts and 1e-12 within the logarithm. */
static void expect_near(const struct problem *s, const char *name, double ours)
{
    const double peer = json_number_value(
        json_object_get(json_object_get(s->numbers, name), "value"));
    cr_expect_float_eq(ours, peer, 1e-6, "%s: %.12g, Quantus %.12g", name, ours, peer);
}

Test(peers, other_measures_are_those_of_quantus)
{
    struct problem s;
    struct eg_row_concentration concentration;
    struct eg_relevance relevance;
    const char planted[] = {1, 1, 1, 0, 0, 0, 0, 0};
    double monotonicity = NAN, difference = NAN, faithfulness, sum = 0;
    enum { RUNS = 100 };
    load(&s);
    cr_assert_eq(eg_row_concentration(&s.phi, &concentration, NULL), EG_OK);
    expect_near(&s, "sparseness", concentration.sparseness);
    expect_near(&s, "complexity", concentration.complexity);
    cr_assert_eq(eg_monotonicity(&s.predictor, &s.train, &s.x, &s.phi, &monotonicity, NULL), EG_OK);
    expect_number(&s, "monotonicity", monotonicity, 0);
    cr_assert_eq(eg_relevance(&s.phi, planted, (struct eg_stream){0}, &relevance, NULL), EG_OK);
    expect_number(&s, "relevance_mass", relevance.mass, 0);
    expect_number(&s, "relevance_rank", relevance.rank, 0);
    cr_assert_eq(eg_randomisation(&s.phi, &s.slopes, &difference, NULL), EG_OK);
    expect_number(&s, "randomisation", difference, 0);
    for (uint32_t run = 0; run < RUNS; run++) {
        const struct eg_faithfulness_input input = {.predictor = &s.predictor,
                                                    .x_train = &s.train,
                                                    .x = &s.x,
                                                    .phi = &s.phi,
                                                    .subset = 2,
                                                    .draws = 50,
                                                    .stream = {.key = {run, 4}}};
        cr_assert_eq(eg_faithfulness_correlation(&input, &faithfulness, NULL), EG_OK);
        sum += faithfulness;
    }
    expect_number(&s, "faithfulness_correlation", sum / RUNS, RUNS);
    release(&s);
}
