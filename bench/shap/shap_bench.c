/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/shap/shap_bench.h"

#include <stdlib.h>
#include <string.h>

#include "attribution/explain.h"
#include "bench/experiments.h"
#include "metrics/local_accuracy.h"
#include "metrics/shapley_linear.h"

enum { TEST_ROWS = 100 };

const char *eg_bench_score_name(size_t score)
{
    return score < EG_KEEP_REMOVE_METRICS ? eg_keep_remove_names[score] : "local_accuracy";
}

static int explain_oracle(const struct eg_bench_split *split, struct eg_matrix *phi,
                          struct eg_error *error)
{
    return eg_shapley_linear(split->beta, &split->test.x, &split->train.x, phi, error);
}

static int explain_method(const struct eg_bench_split *split, const char *name,
                          struct eg_matrix *phi, struct eg_error *error)
{
    if (strcmp(name, "oracle") == 0)
        return explain_oracle(split, phi, error);
    const struct eg_method *method = eg_method_find(name, error);
    if (!method)
        return EG_INTERNAL;
    real zeros[1024] = {0};
    const struct eg_matrix zero = {1, split->dataset->p, zeros};
    const int is_ig = method == &eg_integrated_gradients;
    const struct eg_explainer explainer = {
        .network = &split->explained,
        .method = method,
        .settings = {.samples = is_ig ? split->steps : split->samples, .rule = EG_RULE_MIDPOINT},
        .background = is_ig ? &zero : &split->train.x};
    const enum eg_purpose purpose = method == &eg_random_attribution ? EG_PURPOSE_RANDOM_ATTRIBUTION
                                                                     : EG_PURPOSE_EXPLAIN;
    return eg_explain_phi(
        &explainer, &split->test.x, NULL,
        eg_stream_make(split->seed, EG_STREAM_KEEP_REMOVE, purpose, split->draw, 0), phi, error);
}

int eg_bench_score(const struct eg_bench_split *split, const char *name, double *sums,
                   struct eg_error *error)
{
    struct eg_matrix phi;
    struct eg_keep_remove_result result;
    struct eg_local_accuracy accuracy;
    real outputs[TEST_ROWS];
    const struct eg_predictor predictor = eg_network_predictor(&split->scored);
    const struct eg_keep_remove_input input = {
        .predictor = &predictor,
        .x_train = &split->train.x,
        .x_test = &split->test.x,
        .y_test = split->test.y,
        .attributions = &phi,
        .split = split->is_paper ? split->number : (uint32_t)split->draw,
        .seed = split->seed,
        .convention = split->is_paper ? &eg_convention_paper : &eg_convention_fixed};
    int status = eg_matrix_alloc(&phi, split->test.x.rows, split->test.x.cols, error);
    if (!status)
        status = explain_method(split, name, &phi, error);
    if (!status)
        status = eg_keep_remove(&input, &result, error);
    if (!status)
        status = eg_network_predict(&split->scored, TEST_ROWS, split->test.x.data, outputs, error);
    if (!status)
        status = eg_local_accuracy(&phi, outputs, &accuracy, error);
    if (!status) {
        for (size_t m = 0; m < EG_KEEP_REMOVE_METRICS; m++)
            sums[m] += result.area[m];
        sums[EG_KEEP_REMOVE_METRICS] += accuracy.score;
    }
    eg_matrix_free(&phi);
    return status;
}

static int load_rows(struct eg_bench_split *split, struct eg_error *error)
{
    const size_t n = split->dataset->n, p = split->dataset->p;
    size_t *index = eg_alloc(n, sizeof *index, error);
    split->beta = eg_alloc(p, sizeof *split->beta, error);
    int status = index && split->beta ? EG_OK : EG_INTERNAL;
    if (!status) {
        memcpy(split->beta, split->dataset->beta, p * sizeof *split->beta);
        eg_shap_split(split->number, n, index);
        status = eg_subset_alloc(&split->test, split->dataset, index, TEST_ROWS, error);
    }
    if (!status)
        status = eg_subset_alloc(&split->train, split->dataset, index + TEST_ROWS, n - TEST_ROWS,
                                 error);
    free(index);
    return status;
}

static int copy_network(struct eg_network *copy, const struct eg_network *network,
                        struct eg_error *error)
{
    const int status = eg_network_alloc(copy, network->inputs, eg_shap_network, error);
    if (!status)
        memcpy(copy->theta, network->theta, network->parameters * sizeof(real));
    return status;
}

int eg_bench_prepare_paper(struct eg_bench_split *split, const struct eg_network *network,
                           const struct eg_scaler *scaler, struct eg_error *error)
{
    if (load_rows(split, error) || copy_network(&split->explained, network, error) ||
        copy_network(&split->scored, network, error))
        return EG_INTERNAL;
    eg_fold_scaler(&split->scored, scaler);
    return EG_OK;
}

int eg_bench_prepare_fixed(struct eg_bench_split *split, size_t epochs, struct eg_error *error)
{
    struct eg_scaler scaler;
    int status = load_rows(split, error);
    if (!status)
        status = eg_scaler_fit(&scaler, &split->train.x, error);
    if (status)
        return status;
    eg_scaler_apply(&scaler, &split->train.x);
    eg_scaler_apply(&scaler, &split->test.x);
    for (size_t j = 0; j < scaler.p; j++)
        split->beta[j] *= scaler.sd[j];
    eg_scaler_free(&scaler);
    status = eg_network_alloc(&split->explained, split->dataset->p, eg_shap_network, error);
    if (!status)
        status = eg_shap_train(&split->explained, &split->train, epochs, split->seed, split->draw,
                               error);
    return status ? status : copy_network(&split->scored, &split->explained, error);
}

void eg_bench_split_free(struct eg_bench_split *split)
{
    eg_subset_free(&split->train);
    eg_subset_free(&split->test);
    eg_network_free(&split->explained);
    eg_network_free(&split->scored);
    free(split->beta);
}

int eg_bench_regenerate(const struct eg_dataset *dataset, size_t epochs, struct eg_network *network,
                        struct eg_scaler *scaler, struct eg_error *error)
{
    struct eg_bench_split first = {.dataset = dataset};
    int status = load_rows(&first, error);
    if (!status)
        status = eg_scaler_fit(scaler, &first.train.x, error);
    if (!status)
        status = eg_network_alloc(network, dataset->p, eg_shap_network, error);
    if (!status)
        status = eg_shap_regenerate(network, &first.train, epochs, error);
    eg_bench_split_free(&first);
    return status;
}
