/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One split of SHAP's benchmark: its rows, its network, and the score of an
 * attribution method on it.
 */
#ifndef EG_BENCH_SHAP_BENCH_H
#define EG_BENCH_SHAP_BENCH_H

#include "bench/shap/shap_model.h"
#include "metrics/keep_remove_metrics.h"

/* The 18 Keep/Remove metrics, and local accuracy. */
enum { EG_BENCH_SCORES = EG_KEEP_REMOVE_METRICS + 1, EG_BENCH_SPLITS_MAX = 10 };

/* The name of score number 0 .. EG_BENCH_SCORES - 1. */
const char *eg_bench_score_name(size_t score);

/* Set the first six; the rest is filled here. */
struct eg_bench_split {
    const struct eg_dataset *dataset;
    int is_paper; /* protocol paper, else fixed */
    uint32_t number;
    /* Of the random methods; under protocol fixed of the initialisation and of what the metrics draw,
     * too. Under protocol paper the metrics draw by the split's number, as SHAP's do. */
    uint64_t seed, draw;
    size_t samples, steps;        /* of expected and of integrated gradients */
    struct eg_subset train, test; /* as the explained network sees them */
    struct eg_network explained;  /* what the methods explain */
    struct eg_network scored; /* what the metrics ask: the same, or one that standardises first */
    double *beta;             /* the truth, for x as in train and test */
};

/* The paper's own network and its scaler, both fitted to the raw training rows of split 0 (mean and
 * divisor 900, as the benchmark's StandardScaler). Free both, after failure too. */
int eg_bench_regenerate(const struct eg_dataset *dataset, size_t epochs, struct eg_network *network,
                        struct eg_scaler *scaler, struct eg_error *error);

/* Protocol paper: raw rows; explains that network, scores it behind its scaler. */
int eg_bench_prepare_paper(struct eg_bench_split *split, const struct eg_network *network,
                           const struct eg_scaler *scaler, struct eg_error *error);

/* Protocol fixed: rows standardised by an eg_scaler on the split's own 900 training rows, labels left
 * as they are; trains, explains and scores a network of its own. */
int eg_bench_prepare_fixed(struct eg_bench_split *split, size_t epochs, struct eg_error *error);

/* Free also after a failed preparation. */
void eg_bench_split_free(struct eg_bench_split *split);

/* Explains the test rows by the method of that name (any of eg_methods, or "oracle": exact Shapley
 * values of the linear truth) and adds its scores to sums (EG_BENCH_SCORES). */
int eg_bench_score(const struct eg_bench_split *split, const char *method, double *sums,
                   struct eg_error *error);

#endif
