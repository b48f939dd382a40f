/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small folders of the same form, and the real files where EGBENCH_DATA_DIR has them. */
#include "datasets/drug_response.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

static struct eg_drug_cohort load(const char *name, struct eg_drug_cohort_options options)
{
    struct eg_drug_cohort cohort;
    struct eg_error error = {0};
    cr_assert_eq(eg_drug_cohort_load(name, &options, &cohort, &error), EG_OK, "%s", error.message);
    cr_assert_str_eq(cohort.name, name);
    return cohort;
}

static void refuse(const char *name, struct eg_drug_cohort_options options, int status,
                   const char *message)
{
    struct eg_drug_cohort cohort;
    struct eg_error error = {0};
    cr_assert_eq(eg_drug_cohort_load(name, &options, &cohort, &error), status,
                 "'%s' was due, not '%s'", message, error.message);
    cr_assert(strstr(error.message, message), "'%s' lacks '%s'", error.message, message);
    cr_assert(!cohort.response && !cohort.patient_names && !cohort.patients);
}

static void write_text(const struct scratch *scratch, const char *name, const char *text)
{
    write_scratch(scratch, name, text, strlen(text));
}

static const char expression[] = "\"\",\"P7\",\"P10\",\"P7.1\",\"P3\",\"P9\"\n"
                                 "\"MYC\",1,2,5,7,0\n\"AKT1\",-1,3,0,0.5,0\n\"FLT3\",4,4,4,4,0\n";
static const char response[] = "patient,waves,drug,ic50_uM,auc\n"
                               "P7,Waves1+2,Venetoclax,10,100\n"
                               "P3,Both,Venetoclax,0.1,50\n"
                               "P10,Waves1+2,Axitinib,1,\n"
                               "P9,Waves3+4,Midostaurin,100,20\n"
                               "P7,Both,Axitinib,1000,30\n"
                               "P8,Waves1+2,Unseen,10,10\n"
                               "P7,Waves1+2,Axitinib,10,40\n";
static const char edges[] = "gene_a,gene_b,iref_miscore,string12_combined,ohmnet_blood\n"
                            "AKT1,MYC,0.25,,1\nFLT3,MYC,,800,0\nFLT3,AKT1,0.5,400,1\n";

static struct scratch make_beataml(void)
{
    struct scratch scratch = make_scratch();
    write_text(&scratch, "beataml/expression_469x615.csv", expression);
    write_text(&scratch, "beataml/response.csv", response);
    write_text(&scratch, "beataml/edges.csv", edges);
    return scratch;
}

static void expect_names(size_t count, char *const *names, const char *const *wanted)
{
    for (size_t i = 0; i < count; i++)
        cr_expect_str_eq(names[i], wanted[i]);
}

static void expect_response(const struct eg_drug_cohort *cohort, size_t i, uint32_t patient,
                            uint32_t drug, double value)
{
    const struct eg_response *found = &cohort->response[i];
    cr_expect(found->patient == patient && found->drug == drug, "response %zu is of %u and %u", i,
              found->patient, found->drug);
    cr_expect_float_eq(found->value, value, 1e-12);
}

static struct eg_edge only_edge(const struct eg_drug_cohort *cohort)
{
    struct eg_edge edge;
    cr_assert_eq(cohort->graph.edges, 1);
    eg_graph_list_edges(&cohort->graph, &edge);
    return edge;
}

Test(drug_response, joins_beat_aml_by_patient)
{
    struct scratch scratch = make_beataml();
    struct eg_drug_cohort c = load("beataml",
                                   (struct eg_drug_cohort_options){.data_folder = scratch.folder});
    cr_assert(c.patients == 3 && c.drugs == 2 && c.genes == 3 && c.responses == 4);
    expect_names(3, c.patient_names, (const char *[]){"P10", "P3", "P7"});
    expect_names(2, c.drug_names, (const char *[]){"Axitinib", "Venetoclax"});
    expect_names(3, c.gene_names, (const char *[]){"MYC", "AKT1", "FLT3"});
    expect_response(&c, 0, 0, 0, 0);
    expect_response(&c, 1, 1, 1, -1);
    expect_response(&c, 2, 2, 0, 2); /* the mean of 3 and 1 */
    expect_response(&c, 3, 2, 1, 1);
    const real *of_p7 = eg_row(&c.expression, 2), *of_p3 = eg_row(&c.expression, 1);
    cr_expect(of_p7[0] == 3 && of_p7[1] == -0.5 && of_p7[2] == 4, "repeated samples are averaged");
    cr_expect(of_p3[0] == 7 && of_p3[1] == 0.5 && of_p3[2] == 4);
    cr_expect_str_eq(c.source, "real");
    cr_expect_str_eq(c.unit, "log10 IC50 in uM");
    cr_expect_str_eq(c.description, "Beat AML, waves 1 and 2 (3 patients, 2 drugs, 3 genes, 4 "
                                    "responses, 3 edges)");
    cr_expect_eq(c.graph.nodes, 3);
    cr_expect(c.sets.count == 0 && !c.truth);
    eg_drug_cohort_free(&c);
    remove_scratch(&scratch);
}

Test(drug_response, beat_aml_has_three_graphs_and_all_together)
{
    struct scratch scratch = make_beataml();
    struct eg_drug_cohort_options options = {.data_folder = scratch.folder};
    const char *const names[] = {"ohmnet_blood", "iref_miscore", "string12_combined", "all"};
    const double last[] = {1, 0.5, 0.4, 1}; /* of AKT1 (1) and FLT3 (2) */
    for (size_t i = 0; i < 4; i++) {
        struct eg_edge list[3];
        options.graph = names[i];
        struct eg_drug_cohort c = load("beataml", options);
        const size_t edges_in_all = i == 3 ? 3 : 2;
        cr_assert_eq(c.graph.edges, edges_in_all);
        eg_graph_list_edges(&c.graph, list);
        const struct eg_edge *own = &list[edges_in_all - 1];
        cr_expect(own->from == 1 && own->to == 2 && own->weight == last[i]);
        eg_drug_cohort_free(&c);
    }
    options.graph = "kegg";
    refuse("beataml", options, EG_USAGE,
           "beataml has no graph 'kegg'; there are: all, ohmnet_blood, iref_miscore, "
           "string12_combined");
    remove_scratch(&scratch);
}

Test(drug_response, takes_all_waves_and_the_area_where_asked)
{
    struct scratch scratch = make_beataml();
    struct eg_drug_cohort_options options = {.data_folder = scratch.folder, .all_waves = 1};
    struct eg_drug_cohort c = load("beataml", options);
    cr_assert(c.patients == 4 && c.drugs == 3 && c.responses == 5);
    expect_names(4, c.patient_names, (const char *[]){"P10", "P3", "P7", "P9"});
    expect_names(3, c.drug_names, (const char *[]){"Axitinib", "Midostaurin", "Venetoclax"});
    expect_response(&c, 4, 3, 1, 2);
    eg_drug_cohort_free(&c);
    options.area = 1;
    refuse("beataml", options, EG_DATA,
           "beataml/response.csv:4: column 'auc': the cell is empty; every cell here needs a "
           "number: give it, or leave this row out");
    write_text(&scratch, "beataml/response.csv",
               "patient,waves,drug,auc\nP7,Waves1+2,Venetoclax,0\nP3,Waves1+2,Venetoclax,12.5\n");
    c = load("beataml", options);
    cr_assert_eq(c.responses, 2);
    expect_response(&c, 0, 0, 0, 12.5);
    expect_response(&c, 1, 1, 0, 0);
    cr_expect_str_eq(c.unit, "area under the dose-response curve");
    eg_drug_cohort_free(&c);
    remove_scratch(&scratch);
}

/* The same lines and columns in another order, gzipped. */
Test(drug_response, order_and_packing_of_files_do_not_matter)
{
    struct scratch scratch = make_beataml();
    struct eg_drug_cohort_options options = {.data_folder = scratch.folder};
    struct eg_drug_cohort before = load("beataml", options);
    char command[256];
    write_text(&scratch, "beataml/expression_469x615.csv",
               ",P3,P7.1,P9,P10,P7\nMYC,7,5,0,2,1\nAKT1,0.5,0,0,3,-1\nFLT3,4,4,0,4,4\n");
    snprintf(command, sizeof command,
             "cd '%s'/beataml && (head -n 1 response.csv; sed 1d response.csv | tac) >turned && "
             "mv turned response.csv && gzip *.csv",
             scratch.folder);
    cr_assert_eq(system(command), 0);
    struct eg_drug_cohort after = load("beataml", options);
    cr_expect_str_eq(after.content_hash, before.content_hash);
    eg_drug_cohort_free(&before);
    eg_drug_cohort_free(&after);
    remove_scratch(&scratch);
}

Test(drug_response, hash_follows_content)
{
    const char *const changes[][2] = {
        {"expression_469x615.csv", "s/P10/P11/"}, {"expression_469x615.csv", "s/0\\.5/0.6/"},
        {"response.csv", "s/Venetoclax/Other/"},  {"response.csv", "s/,0\\.1,/,0.2,/"},
        {"edges.csv", "s/AKT1,MYC/FLT3,MYC/"},    {"edges.csv", "s/,1$/,2/"}};
    struct scratch first = make_beataml();
    struct eg_drug_cohort before = load(
        "beataml", (struct eg_drug_cohort_options){.data_folder = first.folder});
    cr_assert_eq(strlen(before.content_hash), 32);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct scratch second = make_beataml();
        char command[256];
        snprintf(command, sizeof command, "sed -i '%s' '%s'/beataml/%s", changes[i][1],
                 second.folder, changes[i][0]);
        cr_assert_eq(system(command), 0);
        struct eg_drug_cohort after = load(
            "beataml", (struct eg_drug_cohort_options){.data_folder = second.folder});
        cr_expect_str_neq(after.content_hash, before.content_hash, "%s", changes[i][1]);
        eg_drug_cohort_free(&after);
        remove_scratch(&second);
    }
    eg_drug_cohort_free(&before);
    remove_scratch(&first);
}

Test(drug_response, refuses_beat_aml_files_that_make_no_sense)
{
    struct scratch scratch = make_beataml();
    const struct eg_drug_cohort_options options = {.data_folder = scratch.folder};
    write_text(&scratch, "beataml/response.csv",
               "patient,waves,drug,ic50_uM\nP7,Both,A,1\n\nP7,Waves3+4,A,0\n");
    refuse("beataml", options, EG_DATA,
           "beataml/response.csv:4: column 'ic50_uM': 0 is no concentration; it must be above 0");
    write_text(&scratch, "beataml/response.csv", "patient,waves,drug,ic50_uM\nP7,Wave 5,A,1\n");
    refuse(
        "beataml", options, EG_DATA,
        "beataml/response.csv:2: column 'waves': 'Wave 5' is none of Waves1+2, Waves3+4 and Both");
    write_text(&scratch, "beataml/response.csv", "patient,waves,drug,ic50_uM\nP7,Both,,1\n");
    refuse("beataml", options, EG_DATA, "beataml/response.csv:2: column 'drug': the cell is empty");
    write_text(&scratch, "beataml/response.csv", "patient,waves,drug,ic50_uM\nP8,Both,A,1\n");
    refuse("beataml", options, EG_DATA, "beataml/response.csv have no patient in common");
    write_text(&scratch, "beataml/expression_469x615.csv", ",P7\nMYC,1\nAKT1,2\nMYC,3\n");
    refuse("beataml", options, EG_DATA,
           "expression_469x615.csv:4: column '': gene 'MYC' comes twice; keep one of its rows");
    write_text(&scratch, "beataml/expression_469x615.csv", ",P7,P8\nMYC,1,2\nAKT1,2,\n");
    refuse("beataml", options, EG_DATA,
           "expression_469x615.csv:3: column 'P8': the cell is empty; every cell here needs a "
           "number: give it, or leave this row out");
    write_text(&scratch, "beataml/expression_469x615.csv", "\"\"\nMYC\n");
    refuse("beataml", options, EG_DATA, "expression_469x615.csv: no columns beside the names");
    remove_scratch(&scratch);
}

static struct scratch make_gdsc(void)
{
    struct scratch scratch = make_scratch();
    write_text(&scratch, "gdsc/expression_580x706.csv",
               "AKT3|10000,DepMap_ID,ABI1|10006\n0.5,ACH-2,1\n1.5,ACH-1,-1\n2,ACH-3,0\n");
    write_text(&scratch, "gdsc/response.csv",
               "drug,DepMap_ID,ln_ic50\nZ,ACH-1,-2.5\nA,ACH-1,1\nZ,ACH-2,3\nB,ACH-9,1\n");
    write_text(&scratch, "gdsc/edges.csv", "gene_a,gene_b\nABI1,AKT3\nABI1,TP53\n");
    return scratch;
}

Test(drug_response, joins_gdsc_by_cell_line)
{
    struct scratch scratch = make_gdsc();
    struct eg_drug_cohort c = load("gdsc",
                                   (struct eg_drug_cohort_options){.data_folder = scratch.folder});
    cr_assert(c.patients == 2 && c.drugs == 2 && c.genes == 2 && c.responses == 3);
    expect_names(2, c.patient_names, (const char *[]){"ACH-1", "ACH-2"});
    expect_names(2, c.drug_names, (const char *[]){"A", "Z"});
    expect_names(2, c.gene_names, (const char *[]){"AKT3", "ABI1"});
    expect_response(&c, 0, 0, 0, 1);
    expect_response(&c, 1, 0, 1, -2.5);
    expect_response(&c, 2, 1, 1, 3);
    cr_expect(eg_row(&c.expression, 0)[0] == 1.5 && eg_row(&c.expression, 0)[1] == -1);
    cr_expect(eg_row(&c.expression, 1)[0] == 0.5 && eg_row(&c.expression, 1)[1] == 1);
    const struct eg_edge edge = only_edge(&c);
    cr_expect(edge.from == 0 && edge.to == 1 && edge.weight == 1);
    eg_drug_cohort_free(&c);
    remove_scratch(&scratch);
}

Test(drug_response, refuses_what_gdsc_does_not_have)
{
    struct scratch scratch = make_gdsc();
    const struct eg_drug_cohort_options options = {.data_folder = scratch.folder};
    refuse("gdsc", (struct eg_drug_cohort_options){.data_folder = scratch.folder, .area = 1},
           EG_USAGE, "gdsc has no area under the curve");
    refuse("gdsc",
           (struct eg_drug_cohort_options){.data_folder = scratch.folder, .graph = "ohmnet_blood"},
           EG_USAGE, "gdsc has one graph, that of STRING; 'ohmnet_blood' cannot be chosen");
    write_text(&scratch, "gdsc/expression_580x706.csv",
               "DepMap_ID,AKT3|10000,AKT3|10001\nACH-1,1,2\n");
    refuse(
        "gdsc", options, EG_DATA,
        "expression_580x706.csv:1: column 'AKT3|10001': gene 'AKT3' comes twice; keep one of its "
        "columns");
    remove_scratch(&scratch);
}

Test(drug_response, says_what_is_there)
{
    struct scratch scratch = make_beataml();
    const struct eg_drug_cohort_options there = {.data_folder = scratch.folder}, nowhere = {0};
    cr_expect(eg_beataml.is_available(scratch.folder));
    cr_expect_not(eg_gdsc.is_available(scratch.folder));
    cr_expect_not(eg_beataml.is_available(NULL));
    cr_expect_null(eg_simulated_response.is_available);
    refuse("gdsc", there, EG_DATA,
           "gdsc/expression_580x706.csv: not there, nor with .gz after its name; datasets/fetch.sh "
           "gdsc says where it comes from");
    refuse("beataml", nowhere, EG_DATA, "beataml: no data folder; give --data FOLDER");
    refuse("aml", nowhere, EG_USAGE,
           "no drug response cohort is called 'aml'; there are: beataml, gdsc, ");
    remove_scratch(&scratch);
}

Test(drug_response, simulated_cohort_is_known_by_its_seed)
{
    struct eg_drug_cohort_options options = {.seed = 3, .patients = 20, .drugs = 4};
    struct eg_drug_cohort first = load("simulated_response", options),
                          again = load("simulated_response", options);
    options.seed = 4;
    struct eg_drug_cohort other = load("simulated_response", options);
    cr_expect_str_eq(first.content_hash, again.content_hash);
    cr_expect_str_neq(first.content_hash, other.content_hash);
    eg_drug_cohort_free(&first);
    eg_drug_cohort_free(&again);
    eg_drug_cohort_free(&other);
}

static struct eg_drug_cohort_options find_real(const struct eg_drug_cohort_source *source)
{
    struct eg_drug_cohort_options options = {.data_folder = getenv("EGBENCH_DATA_DIR")};
    if (!source->is_available(options.data_folder))
        cr_skip("EGBENCH_DATA_DIR does not hold %s", source->name);
    return options;
}

static void expect_complete(const struct eg_drug_cohort *c)
{
    for (size_t i = 0; i < c->patients * c->genes; i++)
        cr_assert(isfinite(c->expression.data[i]));
    for (size_t i = 1; i < c->responses; i++) {
        const struct eg_response *one = &c->response[i - 1], *next = &c->response[i];
        cr_assert(one->patient < next->patient ||
                  (one->patient == next->patient && one->drug < next->drug));
    }
    cr_assert_eq(c->response[c->responses - 1].patient, c->patients - 1);
}

/* Counted with another program from the same files. */
Test(drug_response, real_beat_aml_holds_what_is_known_of_it)
{
    struct eg_drug_cohort_options options = find_real(&eg_beataml);
    struct eg_drug_cohort c = load("beataml", options);
    cr_expect(c.patients == 292 && c.drugs == 144 && c.genes == 469 && c.responses == 30494);
    cr_expect_eq(c.graph.edges, 683);
    expect_complete(&c);
    eg_drug_cohort_free(&c);
    options.all_waves = 1;
    options.graph = "string12_combined";
    c = load("beataml", options);
    cr_expect(c.patients == 449 && c.drugs == 155 && c.responses == 47051);
    cr_expect_eq(c.graph.edges, 327);
    expect_complete(&c);
    eg_drug_cohort_free(&c);
}

Test(drug_response, real_gdsc_holds_what_is_known_of_it)
{
    struct eg_drug_cohort c = load("gdsc", find_real(&eg_gdsc));
    cr_expect(c.patients == 580 && c.drugs == 170 && c.genes == 706 && c.responses == 82833);
    cr_expect_eq(c.graph.edges, 3442);
    expect_complete(&c);
    eg_drug_cohort_free(&c);
}
