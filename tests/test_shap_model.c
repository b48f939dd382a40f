/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paper's own network, regenerated, against the oracle's and against the printed table. */
#include "bench/shap/shap_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "bench/shap/shap_bench.h"
#include "oracle_file.h"

static struct eg_dataset load(const char *name)
{
    struct eg_dataset dataset;
    struct eg_error error;
    const struct eg_dataset_options options = {0};
    cr_assert_eq(eg_dataset_load(name, &options, &dataset, &error), EG_OK, "%s", error.message);
    return dataset;
}

/* Oracle weights are inputs x outputs. */
static double weight_gap(const struct eg_network *network, const char *prefix)
{
    double largest = 0;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        char name[64];
        snprintf(name, sizeof name, "metrics/%s_W%zu", prefix, l + 1);
        double *oracle = read_oracle(name, NULL, NULL);
        for (size_t i = 0; i < layer->inputs; i++)
            for (size_t j = 0; j < layer->outputs; j++)
                largest = fmax(largest, fabs(network->theta[layer->offset + j * layer->inputs + i] -
                                             oracle[i * layer->outputs + j]));
        free(oracle);
    }
    return largest;
}

Test(shap_model, splits_equal_numpy)
{
    size_t index[1000];
    double *oracle = read_oracle("metrics/chk_perm1000_seed0", NULL, NULL);
    eg_shap_split(0, 1000, index);
    for (size_t i = 0; i < 1000; i++)
        cr_expect_eq((double)index[i], oracle[i]);
    free(oracle);
}

Test(shap_model, initial_weights_equal_tensorflow)
{
    struct eg_network network;
    cr_assert_eq(eg_network_alloc(&network, 60, eg_shap_network, NULL), EG_OK);
    cr_assert_eq(eg_shap_initialise(&network, NULL), EG_OK);
    cr_expect_eq(weight_gap(&network, "rep_init"), 0);
    eg_network_free(&network);
}

static void check_regenerated(const char *dataset_name, const char *prefix)
{
    struct eg_dataset dataset = load(dataset_name);
    struct eg_network network;
    struct eg_scaler scaler;
    struct eg_error error;
    cr_assert_eq(eg_bench_regenerate(&dataset, 30, &network, &scaler, &error), EG_OK, "%s",
                 error.message);
    /* 870 steps of training carry rounding along: a shuffle, seed or step counter that was wrong
     * would show in the first digits. */
    const double gap = weight_gap(&network, prefix);
    cr_expect_lt(gap, 1e-9, "%s: weights off by %g", prefix, gap);
    eg_network_free(&network);
    eg_scaler_free(&scaler);
    eg_dataset_free(&dataset);
}

Test(shap_model, trained_weights_equal_the_oracle)
{
    check_regenerated("corrgroups60", "rep_c60");
    check_regenerated("independentlinear60", "rep_i60");
}

/* Areas of ten splits and their means for one method; prefix names the oracle's ten by eighteen. */
static void check_areas(const struct eg_dataset *dataset, const struct eg_network *network,
                        const struct eg_scaler *scaler, const char *method, const char *oracle_name,
                        double tolerance, double means[EG_BENCH_SCORES])
{
    double *oracle = read_oracle(oracle_name, NULL, NULL);
    for (size_t m = 0; m < EG_BENCH_SCORES; m++)
        means[m] = 0;
    for (uint32_t number = 0; number < 10; number++) {
        struct eg_error error;
        double sums[EG_BENCH_SCORES] = {0};
        struct eg_bench_split split = {
            .dataset = dataset, .is_paper = 1, .number = number, .samples = 200, .steps = 200};
        cr_assert_eq(eg_bench_prepare_paper(&split, network, scaler, &error), EG_OK);
        cr_assert_eq(eg_bench_score(&split, method, sums, &error), EG_OK, "%s", error.message);
        for (size_t m = 0; m < EG_KEEP_REMOVE_METRICS; m++) {
            cr_expect_lt(fabs(sums[m] - oracle[number * EG_KEEP_REMOVE_METRICS + m]), tolerance,
                         "%s split %u %s: %.9f, oracle %.9f", oracle_name, number,
                         eg_bench_score_name(m), sums[m],
                         oracle[number * EG_KEEP_REMOVE_METRICS + m]);
            means[m] += sums[m] / 10;
        }
        eg_bench_split_free(&split);
    }
    free(oracle);
}

/* The acceptance test of the whole chain: data, initialisation, training, gradients, metrics. */
Test(shap_model, gradients_row_equals_the_printed_table)
{
    struct eg_dataset dataset = load("independentlinear60");
    struct eg_network network;
    struct eg_scaler scaler;
    double means[EG_BENCH_SCORES], *printed = read_oracle("metrics/paper_i60", NULL, NULL);
    cr_assert_eq(eg_bench_regenerate(&dataset, 30, &network, &scaler, NULL), EG_OK);
    check_areas(&dataset, &network, &scaler, "gradients", "metrics/rep_i60_auc10_grad", 1e-9,
                means);
    for (size_t m = 0; m < EG_KEEP_REMOVE_METRICS; m++)
        cr_expect_eq(round(1000 * means[m]), round(1000 * printed[2 * EG_KEEP_REMOVE_METRICS + m]),
                     "%s: %.4f, printed %.3f", eg_bench_score_name(m), means[m],
                     printed[2 * EG_KEEP_REMOVE_METRICS + m]);
    check_areas(&dataset, &network, &scaler, "integrated_gradients", "metrics/rep_i60_auc10_igzero",
                1e-9, means);
    free(printed);
    eg_network_free(&network);
    eg_scaler_free(&scaler);
    eg_dataset_free(&dataset);
}
