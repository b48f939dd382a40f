/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is measured of a model of the graph-prior experiment.
 */
#ifndef EG_BENCH_GRAPH_MEASURES_H
#define EG_BENCH_GRAPH_MEASURES_H

#include "bench/graph/graph_cohorts.h"
#include "datasets/patient_split.h"
#include "nn/network.h"
#include "run/row.h"

/* What all models of a cell are measured on. Free with eg_graph_meter_free. */
struct eg_graph_meter {
    const struct eg_graph_cohort *cohort;
    const struct eg_patient_split *split;
    uint64_t seed, replicate;
    size_t threads;
    size_t samples;             /* of expected gradients, references drawn from the training rows */
    size_t permutations;        /* of gene labels */
    struct eg_matrix explained; /* test rows, evenly spread */
    size_t patients;            /* test patients */
    size_t *place;              /* test rows: the number of the row's patient among those */
};

/* explained: so many test rows, or all there are. */
int eg_graph_meter_alloc(struct eg_graph_meter *meter, const struct eg_graph_cohort *cohort,
                         const struct eg_patient_split *split, size_t explained,
                         struct eg_error *error);
void eg_graph_meter_free(struct eg_graph_meter *meter);

/*
 * Sets in *row numbers of the network (one output):
 *
 *   test_r2, within_r2       1 - SSE / SST of the test rows, y being less their mean, or less the
 *                            training mean of the row's drug; the second is what genes add for a model
 *                            whose drugs are free, less by what is lost on the drugs for one that
 *                            shrinks their effects
 *   validation_mse           of y in units of the training sd
 *   patient_sse              array: the squared errors of each test patient
 *   graph_penalty            a'La, a = mean |EG| of the genes over the explained rows
 *   relative_graph_penalty   a'La / a'a: what is left when a is only made smaller
 *   gene_share               of the sum of mean |EG|, that of the genes
 *   truth_roc_auc            simulated cohorts: how well a tells the genes that matter
 *   significant_sets, significant_relevant_sets, set_q (array), where there are gene sets: those at
 *                            the top with q < 0.05
 */
int eg_graph_measure(const struct eg_graph_meter *meter, const struct eg_network *network,
                     const struct eg_row *row, struct eg_error *error);

/* Sets in *row what the test rows are, whatever the model: patient_count, patient_sum,
 * patient_square of y and patient_drug_sse (arrays over test patients), sets (names), and "data" of
 * counts: samples, patients, drugs, genes, test_samples, ... */
int eg_graph_describe(const struct eg_graph_meter *meter, const struct eg_row *row,
                      struct eg_error *error);

#endif
