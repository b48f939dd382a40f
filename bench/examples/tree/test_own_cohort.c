/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The test of own_cohort.c.
 *   place: tests/test_own_cohort.c
 */
#include "datasets/drug_response.h"

#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

static int load(const char *response, struct eg_drug_cohort *cohort, struct eg_error *error)
{
    static const char expression[] = "line,MYC,FLT3\nHL60,1,2\nK562,3,4\n",
                      edges[] = "gene_a,gene_b,confidence\nFLT3,MYC,50\n";
    const struct scratch scratch = make_scratch();
    const struct eg_drug_cohort_options options = {.data_folder = scratch.folder};
    write_scratch(&scratch, "own_cohort/expression.csv", expression, strlen(expression));
    write_scratch(&scratch, "own_cohort/response.csv", response, strlen(response));
    write_scratch(&scratch, "own_cohort/edges.csv", edges, strlen(edges));
    const int status = eg_drug_cohort_load("own_cohort", &options, cohort, error);
    remove_scratch(&scratch);
    return status;
}

Test(own_cohort, joins_lines_drugs_and_edges)
{
    struct eg_drug_cohort c;
    struct eg_error error = {0};
    const char response[] = "line,drug,viability\n"
                            "K562,imatinib,0.25\nHL60,none,1\nHL60,imatinib,2\n";
    cr_assert_eq(load(response, &c, &error), EG_OK, "%s", error.message);
    cr_assert(c.patients == 2 && c.drugs == 1 && c.genes == 2 && c.responses == 2);
    cr_expect_str_eq(c.patient_names[1], "K562");
    cr_expect(c.response[0].value == 1 && c.response[1].value == -2, "log2 of viability");
    cr_expect_eq(eg_row(&c.expression, 1)[0], 3);
    cr_expect(c.graph.edges == 1 && c.graph.weight[0] == 0.5);
    eg_drug_cohort_free(&c);
}

Test(own_cohort, refuses_a_viability_of_0)
{
    struct eg_drug_cohort c;
    struct eg_error error = {0};
    cr_assert_eq(load("line,drug,viability\nK562,imatinib,0\n", &c, &error), EG_DATA);
    cr_expect(strstr(error.message, "response.csv:2: column 'viability'"), "%s", error.message);
}
