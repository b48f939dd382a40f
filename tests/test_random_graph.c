/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "graph/graph.h"

typedef int make_random(const struct eg_graph *, struct eg_stream, struct eg_graph *,
                        struct eg_error *);

static struct eg_stream stream_of(uint64_t seed)
{
    return eg_stream_make(seed, 0, EG_PURPOSE_SHUFFLE, 0, 0);
}

static struct eg_graph make_graph(size_t nodes, size_t count, const struct eg_edge *edges)
{
    struct eg_graph graph;
    struct eg_error error = {0};
    cr_assert_eq(eg_graph_alloc(&graph, nodes, count, edges, &error), EG_OK, "%s", error.message);
    return graph;
}

static struct eg_graph draw(make_random *make, const struct eg_graph *graph, uint64_t seed)
{
    struct eg_graph random;
    struct eg_error error = {0};
    cr_assert_eq(make(graph, stream_of(seed), &random, &error), EG_OK, "%s", error.message);
    return random;
}

/* A hub, a chain through all the others and some edges across, each of another weight. */
enum { NODES = 60, HUB = 20, CHAIN = NODES - 1, EDGES = HUB + CHAIN };
static struct eg_graph make_example(void)
{
    struct eg_edge edges[EDGES];
    size_t count = 0;
    for (uint32_t i = 0; i < CHAIN; i++, count++)
        edges[count] = (struct eg_edge){i, i + 1, 1 + (double)count};
    for (uint32_t i = 0; i < HUB; i++, count++)
        edges[count] = (struct eg_edge){0, 10 + 2 * i, 1 + (double)count};
    return make_graph(NODES, EDGES, edges);
}

static int compare_weights(const void *a, const void *b)
{
    const struct eg_edge *left = a, *right = b;
    return (left->weight > right->weight) - (left->weight < right->weight);
}

static void expect_same_weights(const struct eg_graph *random)
{
    struct eg_edge list[EDGES];
    cr_assert_eq(random->edges, EDGES);
    eg_graph_list_edges(random, list);
    qsort(list, EDGES, sizeof *list, compare_weights);
    for (size_t e = 0; e < EDGES; e++)
        cr_expect_eq(list[e].weight, 1 + (double)e);
}

static size_t count_common(const struct eg_graph *a, const struct eg_graph *b)
{
    size_t common = 0;
    for (size_t i = 0; i < a->nodes; i++)
        for (size_t k = a->begin[i]; k < a->begin[i + 1]; k++)
            for (size_t l = b->begin[i]; l < b->begin[i + 1]; l++)
                common += a->neighbour[k] == b->neighbour[l];
    return common / 2;
}

static int are_equal(const struct eg_graph *a, const struct eg_graph *b)
{
    const size_t count = a->begin[a->nodes];
    return a->nodes == b->nodes &&
           memcmp(a->begin, b->begin, (a->nodes + 1) * sizeof *a->begin) == 0 &&
           memcmp(a->neighbour, b->neighbour, count * sizeof *a->neighbour) == 0 &&
           memcmp(a->weight, b->weight, count * sizeof *a->weight) == 0;
}

Test(random_graph, has_the_same_edges_in_other_places)
{
    struct eg_graph graph = make_example();
    make_random *const makers[] = {eg_graph_randomise, eg_graph_rewire};
    for (size_t m = 0; m < 2; m++) {
        struct eg_graph random = draw(makers[m], &graph, 1), again = draw(makers[m], &graph, 1),
                        other = draw(makers[m], &graph, 2);
        expect_same_weights(&random);
        cr_expect_lt(count_common(&random, &graph), EDGES / 2);
        cr_expect(are_equal(&random, &again));
        cr_expect_not(are_equal(&random, &other));
        eg_graph_free(&random);
        eg_graph_free(&again);
        eg_graph_free(&other);
    }
    eg_graph_free(&graph);
}

Test(random_graph, rewired_keeps_every_degree)
{
    struct eg_graph graph = make_example();
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct eg_graph random = draw(eg_graph_rewire, &graph, seed);
        cr_expect_eq(memcmp(random.begin, graph.begin, (NODES + 1) * sizeof *graph.begin), 0);
        eg_graph_free(&random);
    }
    eg_graph_free(&graph);
}

/* Of a path 0-1-2-3 the degrees leave two graphs, 0-1-2-3 and 0-2-1-3: each half of the time. With
 * ends that never change places only the first would come. */
Test(random_graph, rewired_reaches_every_graph_of_these_degrees)
{
    const struct eg_edge path[] = {{0, 1, 1}, {1, 2, 1}, {2, 3, 1}};
    enum { DRAWS = 2000 };
    struct eg_graph graph = make_graph(4, 3, path);
    int other = 0;
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        struct eg_graph random = draw(eg_graph_rewire, &graph, seed);
        other += random.neighbour[0] == 2;
        eg_graph_free(&random);
    }
    cr_expect_lt(fabs(other - 0.5 * DRAWS), 4 * sqrt(0.25 * DRAWS), "%d of %d", other, DRAWS);
    eg_graph_free(&graph);
}

/* Each of the 10 pairs of 5 nodes holds an edge with chance edges / 10, and each edge any weight. */
static void check_places(size_t edges)
{
    enum { DRAWS = 4000, PAIRS = 10 };
    struct eg_edge all[PAIRS];
    int held[PAIRS] = {0}, heaviest[PAIRS] = {0};
    size_t count = 0;
    for (uint32_t i = 0; i < 5; i++)
        for (uint32_t j = i + 1; j < 5; j++, count++)
            all[count] = (struct eg_edge){i, j, 1 + (double)count};
    struct eg_graph graph = make_graph(5, edges, all);
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        struct eg_edge list[PAIRS];
        struct eg_graph random = draw(eg_graph_randomise, &graph, seed);
        cr_assert_eq(random.edges, edges);
        eg_graph_list_edges(&random, list);
        for (size_t e = 0; e < edges; e++)
            for (size_t pair = 0; pair < PAIRS; pair++)
                if (all[pair].from == list[e].from && all[pair].to == list[e].to) {
                    held[pair]++;
                    heaviest[pair] += list[e].weight == (double)edges;
                }
        eg_graph_free(&random);
    }
    const double chance = (double)edges / PAIRS, wide = 4.5 * sqrt(DRAWS * chance * (1 - chance));
    for (size_t pair = 0; pair < PAIRS; pair++) {
        cr_expect_leq(fabs(held[pair] - DRAWS * chance), wide, "%d", held[pair]);
        cr_expect_lt(fabs(heaviest[pair] - DRAWS * 0.1), 4.5 * sqrt(DRAWS * 0.09), "%d",
                     heaviest[pair]);
    }
    eg_graph_free(&graph);
}

Test(random_graph, every_place_is_as_likely)
{
    check_places(1);
    check_places(3);
    check_places(9);
    check_places(10);
}

Test(random_graph, small_graphs_have_one_too)
{
    const struct eg_edge edge = {0, 1, 2};
    make_random *const makers[] = {eg_graph_randomise, eg_graph_rewire};
    for (size_t m = 0; m < 2; m++)
        for (size_t nodes = 0; nodes < 3; nodes++) {
            struct eg_graph graph = make_graph(nodes, nodes == 2, &edge);
            struct eg_graph random = draw(makers[m], &graph, 3);
            cr_expect(are_equal(&graph, &random));
            eg_graph_free(&graph);
            eg_graph_free(&random);
        }
}
