/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Graph convolution against its definition written out with a full matrix, and the gradient of the
 * graph prior on expected gradients through it against differences. (What every layer type owes,
 * test_layers asks of it too.)
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/blas_threads.h"
#include "layer_probe.h"
#include "prior/terms.h"
#include "small_network.h"

static double weight_between(const struct eg_graph *graph, size_t node, size_t other)
{
    for (size_t e = graph->begin[node]; e < graph->begin[node + 1]; e++)
        if (graph->neighbour[e] == other)
            return graph->weight[e];
    return 0;
}

/* What the five sweeps give, from theta, in and d_out by five loops each. */
struct naive {
    real *sweeps[SWEEP_KINDS];
};

static struct naive run_naive(const struct layer_probe *probe, size_t channels)
{
    const struct eg_layer *layer = probe->layer;
    const size_t nodes = probe->graph.nodes, in = layer->inputs / nodes;
    struct naive naive;
    for (int kind = 0; kind < SWEEP_KINDS; kind++)
        naive.sweeps[kind] = calloc(probe_size(probe, (enum sweep_kind)kind), sizeof(real));
    for (size_t at = 0; at < probe->m * nodes; at++)
        for (size_t c = 0; c < channels; c++) {
            const size_t out = at * channels + c, row = at / nodes;
            naive.sweeps[SWEEP_FORWARD][out] = probe->theta[layer->weights + c];
            naive.sweeps[SWEEP_BIAS][layer->weights + c] += probe->d_out[out];
            for (size_t other = 0; other < nodes; other++) {
                const double a = weight_between(&probe->graph, at % nodes, other);
                for (size_t k = 0; k < in; k++) {
                    const size_t from = (row * nodes + other) * in + k, w = c * in + k;
                    naive.sweeps[SWEEP_FORWARD][out] += a * probe->in[from] * probe->theta[w];
                    naive.sweeps[SWEEP_TANGENT][out] += a * probe->t_in[from] * probe->theta[w];
                    naive.sweeps[SWEEP_BACKWARD][from] += a * probe->d_out[out] * probe->theta[w];
                    naive.sweeps[SWEEP_WEIGHTS][w] += a * probe->d_out[out] * probe->in[from];
                }
            }
        }
    return naive;
}

static void check_definition(struct eg_image from, const char *text, size_t channels, size_t m)
{
    struct layer_probe probe;
    probe_open(&probe, from, text, m, 3);
    cr_assert_eq(probe.layer->to.channels, channels);
    cr_assert_eq(probe.layer->to.height * probe.layer->to.width, probe.graph.nodes);
    cr_assert_eq(probe.layer->parameters, channels * (probe.layer->inputs / probe.graph.nodes + 1));
    const struct naive naive = run_naive(&probe, channels);
    for (int kind = 0; kind < SWEEP_KINDS; kind++) {
        real *ours = probe_sweep(&probe, (enum sweep_kind)kind, 2);
        const double gap = gap_of(probe_size(&probe, (enum sweep_kind)kind), ours,
                                  naive.sweeps[kind]);
        cr_expect_lt(gap, 1e-12, "%s on %zux%zux%zu, sweep %d: off by %.3g", text, from.height,
                     from.width, from.channels, kind, gap);
        free(ours);
        free(naive.sweeps[kind]);
    }
    probe_close(&probe);
}

Test(graph_convolution, equals_its_definition)
{
    check_definition((struct eg_image){1, 1, 7}, "graphconv 4", 4, 3);
    check_definition((struct eg_image){7, 1, 1}, "graphconv 1", 1, 3);
    check_definition((struct eg_image){3, 5, 2}, "graphconv 3", 3, 4);
    check_definition((struct eg_image){13, 1, 21}, "graphconv 9", 9, 2);
    check_definition((struct eg_image){5000, 1, 4}, "graphconv 2", 2, 7); /* several chunks */
}

/* a - b - c, weights 1: degrees with the loop 2, 3, 2, so A = 1/2, 1/3, 1/2 on the diagonal and
 * 1/sqrt(6) beside it. */
Test(graph_convolution, of_a_path_of_three)
{
    const struct eg_edge edges[] = {{0, 1, 1}, {1, 2, 1}};
    const real x[] = {1, 2, 4}, theta[] = {1, -2, 0, 10};
    struct eg_graph graph, propagation;
    struct eg_network network;
    real out[6];
    cr_assert_eq(eg_graph_alloc(&graph, 3, 2, edges, NULL), EG_OK);
    cr_assert_eq(eg_graph_propagation(&graph, 0, 3, &propagation, NULL), EG_OK);
    cr_assert_eq(eg_network_alloc_on_graph(&network, 3, "graphconv 2", &propagation, NULL), EG_OK);
    cr_assert_eq(network.parameters, 4);
    memcpy(network.theta, theta, sizeof theta);
    cr_assert_eq(eg_network_predict(&network, 1, x, out, NULL), EG_OK);
    const double root = sqrt(6), mixed[] = {0.5 + 2 / root, 5 / root + 2 / 3., 2 + 2 / root};
    for (size_t node = 0; node < 3; node++) {
        cr_expect_float_eq(out[2 * node], mixed[node], 1e-14);
        cr_expect_float_eq(out[2 * node + 1], 10 - 2 * mixed[node], 1e-14);
    }
    eg_network_free(&network);
    eg_graph_free(&propagation);
    eg_graph_free(&graph);
}

Test(graph_convolution, weights_start_by_the_channels_of_a_node)
{
    struct layer_probe probe;
    probe_open(&probe, (struct eg_image){11, 1, 25}, "graphconv 16", 1, 1);
    eg_network_initialise(&probe.network, EG_FAN_IN_UNIFORM,
                          eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    double largest = 0;
    for (size_t i = 0; i < probe.layer->parameters; i++)
        largest = fmax(largest, fabs((double)probe.network.theta[i]));
    cr_expect_leq(largest, 0.2);
    cr_expect_gt(largest, 0.19);
    probe_close(&probe);
}

static void expect_refusal(const struct eg_graph *graph, size_t inputs, const char *text,
                           const char *wanted)
{
    struct eg_network network;
    struct eg_error error = {0};
    const int status = eg_network_alloc_on_graph(&network, inputs, text, graph, &error);
    cr_expect_eq(status, EG_USAGE, "%s", text);
    cr_expect(strstr(error.message, wanted) != NULL, "%s: '%s'", text, error.message);
}

Test(graph_convolution, refuses_what_does_not_fit)
{
    const struct eg_edge edge = {0, 4, 1};
    struct eg_graph graph;
    cr_assert_eq(eg_graph_alloc(&graph, 5, 1, &edge, NULL), EG_OK);
    expect_refusal(NULL, 5, "graphconv 4, dense 1", "needs a graph");
    expect_refusal(&graph, 6, "graphconv 4", "the graph has 5 nodes");
    expect_refusal(&graph, 12, "image 4x1x3, graphconv 4", "4x1x3");
    expect_refusal(&graph, 100000, "image 5x1x20000, graphconv 65536",
                   "has 1310720000 weights: make it smaller");
    expect_refusal(&graph, 5, "graphconv", "channels");
    expect_refusal(&graph, 5, "graphconv 0", "channels");
    expect_refusal(&graph, 5, "graphconv 2x2", "channels");
    expect_refusal(&graph, 5, "graphconv 1.5", "channels");
    expect_refusal(&graph, 5, "graphconv 4, graph 4", "graphconv C");
    eg_graph_free(&graph);
}

/* --- the graph prior on expected gradients through graph convolutions --- */

enum { DRUGS = 3, GENES = 8, FEATURES = DRUGS + GENES, ROWS = 6, REFERENCES = 3 };

struct study {
    struct eg_graph genes, propagation;
    struct eg_network network;
    struct eg_matrix x;
    struct eg_prior_term prior;
};

static void open_study(const char *text, size_t threads, struct study *study)
{
    const struct eg_edge edges[] = {{0, 1, 1},   {1, 2, 0.5}, {2, 3, 2}, {0, 5, 1},
                                    {5, 6, 0.3}, {3, 7, 1},   {4, 7, 1}};
    struct eg_error error = {0};
    cr_assert_eq(eg_graph_alloc(&study->genes, GENES, 7, edges, &error), EG_OK);
    cr_assert_eq(eg_graph_propagation(&study->genes, DRUGS, FEATURES, &study->propagation, &error),
                 EG_OK);
    cr_assert_eq(
        eg_network_alloc_on_graph(&study->network, FEATURES, text, &study->propagation, &error),
        EG_OK, "%s", error.message);
    eg_network_initialise(&study->network, EG_FAN_IN_UNIFORM,
                          eg_stream_make(4, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    study->x = draw_matrix(ROWS, FEATURES, 5);
    const struct eg_explainer explainer = {
        .network = &study->network,
        .method = &eg_expected_gradients,
        .settings = {.samples = REFERENCES, .references = EG_REFERENCES_SHIFTED},
        .threads = threads};
    const struct eg_prior_settings settings = {
        .is_global = 1, .graph = &study->genes, .graph_first = DRUGS};
    cr_assert_eq(eg_prior_term_alloc(&study->prior, &eg_laplacian_prior, &settings, &explainer,
                                     ROWS, &error),
                 EG_OK, "%s", error.message);
}

static void close_study(struct study *study)
{
    eg_prior_term_free(&study->prior);
    eg_matrix_free(&study->x);
    eg_network_free(&study->network);
    eg_graph_free(&study->propagation);
    eg_graph_free(&study->genes);
}

/* The prior of strength 2 at the network's present weights; gradient += its slope. */
static double evaluate(struct study *study, real *gradient)
{
    const struct eg_batch batch = {ROWS, study->x.data, NULL,
                                   eg_stream_make(6, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 0, 0)};
    const struct eg_objective_term term = eg_prior_as_term(&study->prior, 2);
    return 2 * term.add(term.context, &study->network, &batch, term.strength, gradient);
}

static void check_gradient(const char *text)
{
    struct study study;
    open_study(text, 1, &study);
    const size_t count = study.network.parameters;
    real *gradient = calloc(count, sizeof *gradient), *unused = calloc(count, sizeof *unused);
    cr_expect_gt(evaluate(&study, gradient), 0);
    for (uint64_t seed = 0; seed < 4; seed++) {
        const real step = (real)1e-5;
        real *direction = draw_normals(count, 50 + seed);
        double ends[2];
        for (int end = 0; end < 2; end++) {
            for (size_t i = 0; i < count; i++)
                study.network.theta[i] += (end ? -2 : 1) * step * direction[i];
            ends[end] = evaluate(&study, unused);
        }
        for (size_t i = 0; i < count; i++)
            study.network.theta[i] += step * direction[i];
        const double slope = dot_of(count, gradient, direction);
        const double difference = (ends[0] - ends[1]) / (2 * (double)step);
        cr_expect_float_eq(slope, difference, 1e-6 * fabs(slope), "%s: %.10g and %.10g", text,
                           slope, difference);
        free(direction);
    }
    free(gradient);
    free(unused);
    close_study(&study);
}

Test(graph_convolution, graph_prior_has_the_slope_of_its_differences)
{
    check_gradient("graphconv 4, softplus, dense 5, tanh, dense 1");
    check_gradient("image 11x1x1, graphconv 3, tanh, graphconv 2, softplus, dense 1");
    check_gradient("graphconv 4, relu, dense 6, relu, dense 1");
    check_gradient("dense 11, tanh, graphconv 2, dense 1");
}

/* Training with it gives the same bits on any number of threads; the layer is wide enough to be cut
 * into parts. */
Test(graph_convolution, threads_change_no_bit)
{
    const char *text = "graphconv 512, relu, graphconv 256, softplus, dense 1";
    real *theta[3] = {NULL};
    size_t count = 0;
    cr_assert_eq(eg_blas_take_one_thread(NULL), EG_OK); /* as programs do */
    for (size_t threads = 1; threads <= 3; threads++) {
        struct study study;
        open_study(text, threads, &study);
        const struct eg_objective_term prior = eg_prior_as_term(&study.prior, 2);
        const struct eg_training training = {.loss = &eg_mse,
                                             .optimiser = eg_adam(1e-3),
                                             .epochs = 2,
                                             .alternating = &prior,
                                             .alternating_count = 1,
                                             .alternating_optimiser = eg_adam(1e-3),
                                             .threads = threads};
        const real y[ROWS] = {1, -1, 0, 2, 0, 1};
        struct eg_error error = {0};
        cr_assert_eq(eg_train(&study.network, &training, &study.x, y, NULL, &error), EG_OK, "%s",
                     error.message);
        count = study.network.parameters;
        theta[threads - 1] = malloc(count * sizeof(real));
        memcpy(theta[threads - 1], study.network.theta, count * sizeof(real));
        close_study(&study);
    }
    cr_expect_eq(memcmp(theta[0], theta[1], count * sizeof(real)), 0);
    cr_expect_eq(memcmp(theta[0], theta[2], count * sizeof(real)), 0);
    for (int i = 0; i < 3; i++)
        free(theta[i]);
}
