/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_cohorts.h"

#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

Test(graph_cohorts, an_unknown_name_lists_those_there_are)
{
    struct eg_error error = {0};
    cr_expect_null(eg_graph_cohort_load("beatAML", NULL, 0, 0, &error));
    cr_expect_eq(error.status, EG_USAGE);
    cr_expect(strstr(error.message, "'beatAML'") && strstr(error.message, "beataml_auc") &&
                  strstr(error.message, "simulated_response"),
              "%s", error.message);
    cr_expect_not(eg_graph_cohort_is_available("beatAML", NULL));
}

Test(graph_cohorts, a_real_cohort_needs_its_files)
{
    const struct scratch scratch = make_scratch();
    struct eg_error error = {0};
    cr_expect_null(eg_graph_cohort_load("gdsc", scratch.folder, 0, 0, &error));
    cr_expect_eq(error.status, EG_DATA);
    cr_expect_not(eg_graph_cohort_is_available("gdsc", scratch.folder));
    cr_expect_not(eg_graph_cohort_is_available("beataml", NULL));
    cr_expect(eg_graph_cohort_is_available("simulated_response", NULL));
    remove_scratch(&scratch);
}

Test(graph_cohorts, one_is_loaded_once_with_its_sets_and_propagation)
{
    struct eg_error error = {0};
    const struct eg_graph_cohort *own = eg_graph_cohort_load("simulated_response", NULL, 12, 3,
                                                             &error);
    cr_assert_not_null(own, "%s", error.message);
    cr_expect_eq(own->cohort.patients, 12);
    cr_expect_eq(own->cohort.drugs, 3);
    cr_expect_eq(own->sets.count, own->cohort.sets.count);
    cr_expect_eq(strlen(own->sets_hash), 32);
    /* A drug has a loop of weight 1 alone, and so what it says goes no further. */
    cr_assert_eq(own->propagation.nodes, 3 + own->cohort.genes);
    for (size_t drug = 0; drug < 3; drug++) {
        cr_assert_eq(own->propagation.begin[drug + 1], drug + 1);
        cr_expect(own->propagation.neighbour[drug] == drug && own->propagation.weight[drug] == 1);
    }
    cr_expect_eq(eg_graph_cohort_load("simulated_response", NULL, 12, 3, &error), own);
    const struct eg_graph_cohort *unscaled = eg_graph_cohort_load(
        "simulated_response_drugs_unscaled", NULL, 12, 3, &error);
    cr_assert_not_null(unscaled, "%s", error.message);
    cr_expect(unscaled->drugs_unscaled && !own->drugs_unscaled);
    cr_expect_str_eq(own->cohort.content_hash, unscaled->cohort.content_hash);
    const struct eg_graph_cohort *other = eg_graph_cohort_load("simulated_response", NULL, 12, 4,
                                                               &error);
    cr_expect(other && other != own && other->cohort.drugs == 4);
    cr_expect_neq(strcmp(own->cohort.content_hash, other->cohort.content_hash), 0);
}

/* The second list: sets of the paper's collection that have a word in another one's. */
Test(graph_cohorts, sets_that_matter_are_told_by_their_names)
{
    static const char *const relevant[] = {"MODULE_01_ACTIVE", "KEGG_ACUTE_MYELOID_LEUKEMIA",
                                           "REACTOME_TRANSCRIPTIONAL_REGULATION_BY_RUNX1",
                                           "SOME_AML_SIGNATURE"};
    static const char *const others[] = {
        "MODULE_05",
        "DECOY_01",
        "HALLMARK_APOPTOSIS",
        "HALLMARK_REACTIVE_OXIGEN_SPECIES_PATHWAY",
        "REACTOME_ASSEMBLY_OF_ACTIVE_LPL_AND_LIPC_LIPASE_COMPLEXES",
        "REACTOME_DCC_MEDIATED_ATTRACTIVE_SIGNALING"};
    for (size_t i = 0; i < sizeof relevant / sizeof *relevant; i++)
        cr_expect(eg_graph_set_is_relevant(relevant[i]), "%s", relevant[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect_not(eg_graph_set_is_relevant(others[i]), "%s", others[i]);
}
