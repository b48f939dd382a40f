/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Beat AML in egbench-compare, and the made-up cohort that stands in for it: the response of a
 * patient's cells to a drug, from the drug and the expression of genes. Split by patient. Of the
 * cohort, the 20 drugs that most patients were tried on and the 80 genes that vary most: measures that
 * impute take time as the cube of the features. No label has a say in that choice.
 */
#include "bench/compare/compare_data.h"

#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/graph/graph_cohorts.h"
#include "datasets/patient_split.h"

enum { TEST_ROWS = 100, DRUGS = 20, GENES = 80 };

static const uint32_t not_chosen = UINT32_MAX;

static const char network[] = "dense 32, relu, dropout 0.5, dense 16, relu, dense 1";

static const struct eg_drug_cohort *load(const struct eg_compare_source *source,
                                         const struct eg_run *run, struct eg_error *error)
{
    if (!eg_graph_cohort_is_available(source->name, run->data)) {
        eg_fail(error, EG_DATA,
                "--dataset %s: its files are not in the data folder (--data, EGBENCH_DATA_DIR); "
                "simulated_response needs none and stands in for it",
                source->name);
        return NULL;
    }
    const struct eg_graph_cohort *found = eg_graph_cohort_load(source->name, run->data, 0, 0,
                                                               error);
    return found ? &found->cohort : NULL;
}

/* --- the part of the cohort --- */

struct weight {
    double value;
    size_t place;
};

static int by_falling_value(const void *left, const void *right)
{
    const struct weight *a = left, *b = right;
    if (a->value != b->value)
        return a->value < b->value ? 1 : -1;
    return (a->place > b->place) - (a->place < b->place);
}

/* number[place] = 0, 1, ... of the `most` largest weights, ascending by place, not_chosen of the others. Returns how
 * many they are. */
static size_t choose_largest(struct weight *weights, size_t count, size_t most, uint32_t *number)
{
    uint32_t chosen = 0;
    qsort(weights, count, sizeof *weights, by_falling_value);
    for (size_t i = 0; i < count; i++)
        number[weights[i].place] = i < most ? 0 : not_chosen;
    for (size_t i = 0; i < count; i++)
        if (number[i] != not_chosen)
            number[i] = chosen++;
    return chosen;
}

static void weigh_drugs(const struct eg_drug_cohort *cohort, struct weight *weights)
{
    for (size_t d = 0; d < cohort->drugs; d++)
        weights[d] = (struct weight){0, d};
    for (size_t r = 0; r < cohort->responses; r++)
        weights[cohort->response[r].drug].value += 1;
}

/* By variance over all patients, before any split and without their response, so that every unit has
 * the same genes. */
static void weigh_genes(const struct eg_drug_cohort *cohort, struct weight *weights)
{
    for (size_t g = 0; g < cohort->genes; g++) {
        double mean = 0, square = 0;
        for (size_t i = 0; i < cohort->patients; i++)
            mean += (double)eg_row(&cohort->expression, i)[g] / (double)cohort->patients;
        for (size_t i = 0; i < cohort->patients; i++) {
            const double gap = (double)eg_row(&cohort->expression, i)[g] - mean;
            square += gap * gap;
        }
        weights[g] = (struct weight){square, g};
    }
}

/* Responses to the chosen drugs, renumbered; returns how many. to may be NULL. */
static size_t copy_responses(const struct eg_drug_cohort *cohort, const uint32_t *number,
                             struct eg_response *to)
{
    size_t count = 0;
    for (size_t r = 0; r < cohort->responses; r++) {
        const struct eg_response *response = &cohort->response[r];
        if (number[response->drug] == not_chosen)
            continue;
        if (to)
            to[count] = (struct eg_response){response->patient, number[response->drug],
                                             response->value};
        count++;
    }
    return count;
}

/* What a split needs of a cohort: no names. */
static int take_part(const struct eg_drug_cohort *cohort, struct eg_drug_cohort *part,
                     struct eg_error *error)
{
    const size_t most = cohort->drugs > cohort->genes ? cohort->drugs : cohort->genes;
    struct weight *weights = eg_alloc(most, sizeof *weights, error);
    uint32_t *drug = eg_alloc(most, sizeof *drug, error),
             *gene = eg_alloc(most, sizeof *gene, error);
    int status = weights && drug && gene ? EG_OK : EG_INTERNAL;
    if (!status) {
        weigh_drugs(cohort, weights);
        const size_t drugs = choose_largest(weights, cohort->drugs, DRUGS, drug);
        weigh_genes(cohort, weights);
        const size_t genes = choose_largest(weights, cohort->genes, GENES, gene);
        status = eg_drug_cohort_alloc(part, cohort->patients, drugs, genes,
                                      copy_responses(cohort, drug, NULL), error);
    }
    if (!status) {
        part->name = cohort->name;
        copy_responses(cohort, drug, part->response);
    }
    for (size_t i = 0; i < part->patients && !status; i++)
        for (size_t g = 0; g < cohort->genes; g++)
            if (gene[g] != not_chosen)
                eg_row(&part->expression, i)[gene[g]] = eg_row(&cohort->expression, i)[g];
    free(weights);
    free(drug);
    free(gene);
    return status;
}

/* --- a unit --- */

static int describe(const struct eg_compare_source *source, const struct eg_run *run,
                    struct eg_compare_facts *facts, struct eg_error *error)
{
    const struct eg_drug_cohort *cohort = load(source, run, error);
    if (!cohort)
        return error->status;
    memcpy(facts->hash, cohort->content_hash, sizeof facts->hash);
    facts->features = DRUGS + GENES;
    return EG_OK;
}

/* Up to `most` of the rows, drawn by the stream, in random order: the first training rows are
 * what some methods see, and must not be those of a few patients. */
static int draw_rows(const struct eg_response_rows *rows, struct eg_stream stream, size_t most,
                     struct eg_subset *subset, struct eg_error *error)
{
    const size_t n = rows->x.rows, p = rows->x.cols, count = n < most ? n : most;
    size_t *index = eg_alloc(n, sizeof *index, error);
    subset->y = eg_alloc(count, sizeof *subset->y, error);
    const int status = index && subset->y ? eg_matrix_alloc(&subset->x, count, p, error)
                                          : EG_INTERNAL;
    for (size_t i = 0; i < n && !status; i++)
        index[i] = i;
    if (!status)
        eg_stream_shuffle(&stream, index, n);
    for (size_t i = 0; i < count && !status; i++) {
        memcpy(eg_row(&subset->x, i), eg_row(&rows->x, index[i]), p * sizeof(real));
        subset->y[i] = rows->y[index[i]];
    }
    free(index);
    return status;
}

static int draw(const struct eg_compare_source *source, const struct eg_run *run,
                struct eg_compare_unit *unit, struct eg_error *error)
{
    struct eg_drug_cohort part = {0};
    struct eg_patient_split split = {0};
    const struct eg_patient_split_settings settings = {0};
    const struct eg_stream stream = eg_stream_make(unit->seed, EG_STREAM_COMPARE, EG_PURPOSE_SPLIT,
                                                   unit->split, 0);
    const struct eg_drug_cohort *cohort = load(source, run, error);
    int status = cohort ? take_part(cohort, &part, error) : error->status;
    if (!status)
        status = eg_patient_split_draw(&part, stream, &settings, &split, error);
    if (!status)
        status = draw_rows(&split.parts[EG_TEST], eg_stream_item(&stream, 1), TEST_ROWS,
                           &unit->test, error);
    if (!status)
        status = draw_rows(&split.parts[EG_TRAIN], eg_stream_item(&stream, 2), SIZE_MAX,
                           &unit->train, error);
    unit->n_train = split.patients[EG_TRAIN];
    unit->n_test = split.patients[EG_TEST];
    unit->recipe = eg_compare_recipe(unit, network, source->epochs);
    eg_patient_split_free(&split);
    eg_drug_cohort_free(&part);
    return status;
}

const struct eg_compare_source eg_compare_beataml = {
    .name = "beataml", .epochs = 10, .describe = describe, .draw = draw};
const struct eg_compare_source eg_compare_simulated_response = {
    .name = "simulated_response", .epochs = 10, .describe = describe, .draw = draw};
