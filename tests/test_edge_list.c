/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/edge_list.h"

#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

enum { GENES = 4 };
/* Not in the order of the alphabet: nodes are numbered as the genes are given. */
static char *const genes[GENES] = {"TP53", "AKT1", "MYC", "FLT3"};

static const char text[] = "gene_a,score,gene_b,other\n"
                           "AKT1,500,TP53,\n"
                           "MYC,,AKT1,1\n"
                           "MYC,0,FLT3,1\n"
                           "TP53,250,AKT1,1\n"
                           "FLT3,1000,AKT1,1\n"
                           "FLT3,700,NOT_GIVEN,1\n";

static struct eg_graph parse(const char *bytes, struct eg_edge_list_options options)
{
    struct eg_graph graph;
    struct eg_error error = {0};
    cr_assert_eq(
        eg_edge_list_parse("e.csv", bytes, strlen(bytes), &options, GENES, genes, &graph, &error),
        EG_OK, "%s", error.message);
    return graph;
}

static void refuse(const char *bytes, struct eg_edge_list_options options, const char *message)
{
    struct eg_graph graph;
    struct eg_error error = {0};
    cr_assert_eq(
        eg_edge_list_parse("e.csv", bytes, strlen(bytes), &options, GENES, genes, &graph, &error),
        EG_DATA, "accepted where '%s' was due", message);
    cr_assert_str_eq(error.message, message);
    cr_assert(!graph.begin && !graph.nodes);
}

static void expect_edge(const struct eg_edge *edge, uint32_t from, uint32_t to, double weight)
{
    cr_expect(edge->from == from && edge->to == to && edge->weight == weight, "%u - %u of %g",
              edge->from, edge->to, edge->weight);
}

Test(edge_list, takes_weights_in_their_unit_and_passes_over_what_is_no_edge)
{
    struct eg_graph graph = parse(text,
                                  (struct eg_edge_list_options){.weight = "score", .unit = 1000});
    struct eg_edge list[2];
    cr_assert(graph.nodes == GENES && graph.edges == 2);
    eg_graph_list_edges(&graph, list);
    expect_edge(&list[0], 0, 1, 0.5); /* of two, the heavier */
    expect_edge(&list[1], 1, 3, 1);
    eg_graph_free(&graph);
}

Test(edge_list, of_several_columns_the_heavier_weight_counts)
{
    static const char three[] =
        "gene_a,gene_b,x,y,z\nTP53,AKT1,1,9,\nAKT1,FLT3,,2,0\nTP53,FLT3,4,,\n";
    const struct eg_edge_list_options z = {.weight = "z"},
                                      y = {.weight = "y", .unit = 10, .also = &z};
    struct eg_graph graph = parse(three, (struct eg_edge_list_options){.weight = "x", .also = &y});
    struct eg_edge list[3];
    cr_assert_eq(graph.edges, 3);
    eg_graph_list_edges(&graph, list);
    expect_edge(&list[0], 0, 1, 1);
    expect_edge(&list[1], 0, 3, 4);
    expect_edge(&list[2], 1, 3, 0.2);
    eg_graph_free(&graph);
}

Test(edge_list, without_weights_every_row_is_an_edge)
{
    struct eg_graph graph = parse(text, (struct eg_edge_list_options){0});
    struct eg_edge list[4];
    cr_assert_eq(graph.edges, 4);
    eg_graph_list_edges(&graph, list);
    expect_edge(&list[0], 0, 1, 1);
    expect_edge(&list[1], 1, 2, 1);
    expect_edge(&list[2], 1, 3, 1);
    expect_edge(&list[3], 2, 3, 1);
    eg_graph_free(&graph);
}

Test(edge_list, refuses_with_line_and_column)
{
    const struct eg_edge_list_options score = {.weight = "score"}, none = {0};
    refuse(
        "gene_a,gene_b,score\nAKT1,MYC,1\nAKT1,FLT3,-2\n", score,
        "e.csv:3: column 'score': -2 is no weight of an edge; a number above 0 is needed, 0 or an "
        "empty cell where there is no edge");
    refuse("gene_a,gene_b,score\n\nAKT1,MYC,high\n", score,
           "e.csv:3: column 'score': 'high' is not a number");
    refuse("gene_a,gene_b\nAKT1,AKT1\n", none,
           "e.csv:2: column 'gene_b': 'AKT1' is joined with itself; an edge needs two genes");
    refuse("gene_a,gene_b\nAKT1,\n", none,
           "e.csv:2: column 'gene_b': the cell is empty; a name is needed here");
    refuse("gene_a,gene_c\nAKT1,MYC\n", score,
           "e.csv:1: the header lacks these columns: 'gene_b', 'score'");
    refuse("gene_a,gene_b,score\n207,4609,1\n", score,
           "e.csv: no edge of column score joins two of the 4 genes; are the genes of both named "
           "alike?");
    refuse("gene_a,gene_b\n207,4609\n", none,
           "e.csv: no edge joins two of the 4 genes; are the genes of both named alike?");
}

Test(edge_list, reads_files)
{
    struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "edges.csv");
    const struct eg_edge_list_options options = {0};
    struct eg_graph graph;
    struct eg_error error = {0};
    cr_assert_eq(eg_edge_list_read(path.text, &options, GENES, genes, &graph, &error), EG_DATA);
    cr_assert(strstr(error.message, "edges.csv: cannot open it"), "%s", error.message);
    write_scratch(&scratch, "edges.csv", text, strlen(text));
    cr_assert_eq(eg_edge_list_read(path.text, &options, GENES, genes, &graph, &error), EG_OK, "%s",
                 error.message);
    cr_assert_eq(graph.edges, 4);
    eg_graph_free(&graph);
    remove_scratch(&scratch);
}
