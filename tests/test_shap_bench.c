/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What varies from replicate to replicate, network and attributions being the same. */
#include "bench/shap/shap_bench.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "stats/moments.h"

enum { DRAWS = 12, SAMPLES = 20 };

struct scored {
    double replicates[DRAWS][EG_BENCH_SCORES];
};

/* Integrated gradients draw nothing: what changes from draw to draw is drawn by the metrics. */
static struct scored score_replicates(int is_paper)
{
    struct scored scored = {0};
    struct eg_dataset dataset;
    struct eg_network network = {0};
    struct eg_scaler scaler = {0};
    struct eg_error error = {0};
    const struct eg_dataset_options options = {0};
    cr_assert_eq(eg_dataset_load("corrgroups60", &options, &dataset, &error), EG_OK);
    struct eg_bench_split split = {.dataset = &dataset,
                                   .is_paper = is_paper,
                                   .number = 3,
                                   .seed = 1,
                                   .samples = SAMPLES,
                                   .steps = SAMPLES};
    if (is_paper) {
        cr_assert_eq(eg_bench_regenerate(&dataset, 1, &network, &scaler, &error), EG_OK);
        cr_assert_eq(eg_bench_prepare_paper(&split, &network, &scaler, &error), EG_OK);
    } else
        cr_assert_eq(eg_bench_prepare_fixed(&split, 2, &error), EG_OK);
    for (size_t r = 0; r < DRAWS; r++) {
        split.draw = r * EG_BENCH_SPLITS_MAX + split.number;
        cr_assert_eq(eg_bench_score(&split, "integrated_gradients", scored.replicates[r], &error),
                     EG_OK, "%s", error.message);
    }
    eg_bench_split_free(&split);
    eg_network_free(&network);
    eg_scaler_free(&scaler);
    eg_dataset_free(&dataset);
    return scored;
}

static int is_resampled(size_t score)
{
    return score < EG_KEEP_REMOVE_METRICS && eg_bench_score_name(score)[2] == 'R';
}

Test(shap_bench, replicates_of_the_paper_share_the_draws_of_the_metrics)
{
    const struct scored scored = score_replicates(1);
    for (size_t r = 1; r < DRAWS; r++)
        cr_expect_arr_eq(scored.replicates[r], scored.replicates[0], sizeof *scored.replicates);
}

/* A mean over 100 background rows has an error that one over replicates must see. The metrics that
 * draw no background stay. */
Test(shap_bench, replicates_of_the_sound_protocol_draw_backgrounds_of_their_own)
{
    const struct scored scored = score_replicates(0);
    for (size_t k = 0; k < EG_BENCH_SCORES; k++) {
        double numbers[DRAWS];
        struct eg_moments moments;
        for (size_t r = 0; r < DRAWS; r++)
            numbers[r] = scored.replicates[r][k];
        cr_assert_eq(eg_moments(numbers, DRAWS, EG_NAN_PROPAGATE, &moments, NULL), EG_OK);
        if (is_resampled(k))
            cr_expect_gt(moments.sd, 1e-4, "%s: sd %g", eg_bench_score_name(k), moments.sd);
        else
            cr_expect_lt(moments.sd, 1e-9, "%s: sd %g", eg_bench_score_name(k), moments.sd);
    }
}
