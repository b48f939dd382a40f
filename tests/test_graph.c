/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/graph.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

/* A square 0-1-3-2 with a diagonal 0-3, and node 4 alone. */
static const struct eg_edge square[] = {{3, 2, 4}, {1, 0, 1}, {0, 2, 2}, {3, 1, 3}, {0, 3, 0.5}};
enum { NODES = 5, EDGES = 5 };

static struct eg_graph make_square(void)
{
    struct eg_graph graph;
    struct eg_error error = {0};
    cr_assert_eq(eg_graph_alloc(&graph, NODES, EDGES, square, &error), EG_OK, "%s", error.message);
    return graph;
}

static void make_dense(const struct eg_graph *graph, double *dense)
{
    memset(dense, 0, graph->nodes * graph->nodes * sizeof *dense);
    for (size_t i = 0; i < graph->nodes; i++)
        for (size_t k = graph->begin[i]; k < graph->begin[i + 1]; k++)
            dense[i * graph->nodes + graph->neighbour[k]] = graph->weight[k];
}

Test(graph, holds_each_edge_in_both_rows)
{
    const double expected[NODES * NODES] = {0, 1, 2,   0.5, 0, 1, 0, 0, 3, 0, 2, 0, 0,
                                            4, 0, 0.5, 3,   4, 0, 0, 0, 0, 0, 0, 0};
    struct eg_graph graph = make_square();
    double dense[NODES * NODES];
    cr_expect(graph.nodes == NODES && graph.edges == EDGES && graph.begin[NODES] == 2 * EDGES);
    make_dense(&graph, dense);
    for (size_t i = 0; i < NODES * NODES; i++)
        cr_expect_eq(dense[i], expected[i]);
    for (size_t i = 0; i < NODES; i++)
        for (size_t k = graph.begin[i] + 1; k < graph.begin[i + 1]; k++)
            cr_expect_lt(graph.neighbour[k - 1], graph.neighbour[k]);
    eg_graph_free(&graph);
    eg_graph_free(&graph);
}

Test(graph, the_heavier_of_two_edges_counts)
{
    const struct eg_edge twice[] = {{0, 1, 2}, {1, 0, 5}, {0, 1, 3}, {1, 2, 1}};
    struct eg_graph graph;
    struct eg_edge list[2];
    cr_assert_eq(eg_graph_alloc(&graph, 3, 4, twice, NULL), EG_OK);
    cr_assert_eq(graph.edges, 2);
    eg_graph_list_edges(&graph, list);
    cr_expect(list[0].from == 0 && list[0].to == 1 && list[0].weight == 5);
    cr_expect(list[1].from == 1 && list[1].to == 2 && list[1].weight == 1);
    eg_graph_free(&graph);
}

Test(graph, without_edges_is_a_graph)
{
    struct eg_graph graph;
    const double a[] = {1, 2, 3};
    double slope[] = {7, 7, 7};
    cr_assert_eq(eg_graph_alloc(&graph, 3, 0, NULL, NULL), EG_OK);
    cr_expect_eq(eg_graph_roughness(&graph, a, slope), 0);
    cr_expect(slope[0] == 0 && slope[1] == 0 && slope[2] == 0);
    eg_graph_free(&graph);
}

static void refuse(struct eg_edge edge, const char *message)
{
    const struct eg_edge edges[] = {{0, 1, 1}, edge};
    struct eg_graph graph;
    struct eg_error error = {0};
    cr_expect_eq(eg_graph_alloc(&graph, 3, 2, edges, &error), EG_DATA);
    cr_expect_str_eq(error.message, message);
    cr_expect_null(graph.begin);
}

Test(graph, refuses_edges_that_are_none)
{
    refuse((struct eg_edge){1, 3, 1},
           "edge 1 joins nodes 1 and 3, but there are 3 nodes, from 0 on");
    refuse((struct eg_edge){2, 2, 1}, "edge 1 joins node 2 with itself; leave it out");
    refuse((struct eg_edge){2, 1, 0},
           "edge 1, of nodes 2 and 1, has weight 0; weights are positive and finite");
    refuse((struct eg_edge){2, 1, INFINITY},
           "edge 1, of nodes 2 and 1, has weight inf; weights are positive and finite");
}

/* 1 * (1 - 2)^2 + 2 * (1 - 4)^2 + 0.5 * (1 + 1)^2 + 3 * (2 + 1)^2 + 4 * (4 + 1)^2 = 148 */
Test(graph, roughness_is_the_sum_over_edges_and_its_slope_2_l_a)
{
    struct eg_graph graph = make_square();
    const double a[NODES] = {1, 2, 4, -1, 9};
    double dense[NODES * NODES], slope[NODES];
    cr_expect_float_eq(eg_graph_roughness(&graph, a, slope), 148, 1e-12);
    cr_expect_float_eq(eg_graph_roughness(&graph, a, NULL), 148, 1e-12);
    make_dense(&graph, dense);
    for (size_t i = 0; i < NODES; i++) {
        double expected = 0;
        for (size_t j = 0; j < NODES; j++)
            expected += 2 * dense[i * NODES + j] * (a[i] - a[j]);
        cr_expect_float_eq(slope[i], expected, 1e-12);
    }
    eg_graph_free(&graph);
}

/* Two nodes and an edge of weight 3: D + I = 4 both, so all is (W + I) / 4. */
Test(graph, propagation_of_an_edge)
{
    const struct eg_edge edge = {0, 1, 3};
    const double expected[16] = {1, 0, 0, 0, 0, 0.25, 0.75, 0, 0, 0.75, 0.25, 0, 0, 0, 0, 1};
    struct eg_graph graph, propagation;
    struct eg_error error = {0};
    double dense[16];
    cr_assert_eq(eg_graph_alloc(&graph, 2, 1, &edge, NULL), EG_OK);
    cr_assert_eq(eg_graph_propagation(&graph, 1, 4, &propagation, &error), EG_OK, "%s",
                 error.message);
    make_dense(&propagation, dense);
    for (size_t i = 0; i < 16; i++)
        cr_expect_float_eq(dense[i], expected[i], 1e-15);
    eg_graph_free(&propagation);
    cr_expect_eq(eg_graph_propagation(&graph, 3, 4, &propagation, &error), EG_DATA);
    cr_expect_str_eq(error.message,
                     "the graph has 2 nodes, from 3 on, but there are only 4 in all");
    eg_graph_free(&graph);
}

/* Of any graph: symmetric, ascending, and (D + I)^1/2 1 is its eigenvector of eigenvalue 1. */
Test(graph, propagation_keeps_the_root_of_degrees)
{
    struct eg_graph graph = make_square(), propagation;
    double weights[NODES * NODES], dense[NODES * NODES], root[NODES];
    cr_assert_eq(eg_graph_propagation(&graph, 0, NODES, &propagation, NULL), EG_OK);
    cr_expect_eq(propagation.begin[NODES], 2 * EDGES + NODES);
    make_dense(&graph, weights);
    make_dense(&propagation, dense);
    for (size_t i = 0; i < NODES; i++) {
        root[i] = 1;
        for (size_t j = 0; j < NODES; j++)
            root[i] += weights[i * NODES + j];
        root[i] = sqrt(root[i]);
    }
    for (size_t i = 0; i < NODES; i++) {
        double image = 0;
        for (size_t j = 0; j < NODES; j++) {
            image += dense[i * NODES + j] * root[j];
            cr_expect_eq(dense[i * NODES + j], dense[j * NODES + i]);
        }
        cr_expect_float_eq(image, root[i], 1e-14);
        for (size_t k = propagation.begin[i] + 1; k < propagation.begin[i + 1]; k++)
            cr_expect_lt(propagation.neighbour[k - 1], propagation.neighbour[k]);
    }
    eg_graph_free(&graph);
    eg_graph_free(&propagation);
}
