/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expected gradients (Erion et al. 2021, Methods 2): the mean over references
 * x' drawn from the data and alpha ~ U(0,1) of (x - x') grad g(x' + alpha (x - x')).
 */
#include "attribution/method.h"

static size_t count_expected(const struct eg_method_settings *settings, size_t background_rows)
{
    const size_t k = settings->samples;
    if (background_rows == 0 || k == 0)
        return 0;
    if (settings->references == EG_REFERENCES_ALL && k % background_rows != 0)
        return 0;
    return k;
}

/* The deck holds the background rows in turn, as often as n * k cards need, and is shuffled whole;
 * sample i gets cards i * k and up. */
static void deal_references(size_t cards, size_t background_rows, struct eg_stream *stream,
                            uint32_t *reference)
{
    for (size_t card = 0; card < cards; card++)
        reference[card] = (uint32_t)(card % background_rows);
    for (size_t last = cards; last > 1; last--) {
        const size_t pick = (size_t)eg_stream_below(stream, last);
        const uint32_t kept = reference[last - 1];
        reference[last - 1] = reference[pick];
        reference[pick] = kept;
    }
}

static real draw_alpha(enum eg_alphas alphas, size_t stratum, size_t strata,
                       struct eg_stream *stream)
{
    switch (alphas) {
    case EG_ALPHAS_STRATIFIED:
        return (real)(((double)stratum + eg_stream_uniform(stream)) / (double)strata);
    case EG_ALPHAS_MIDPOINT:
        return (real)(((double)stratum + 0.5) / (double)strata);
    case EG_ALPHAS_RANDOM:
        break;
    }
    return (real)eg_stream_uniform(stream);
}

/* The references of sample i of n that are not drawn without replacement, and all its alphas. */
static void draw_sample(const struct eg_method_settings *settings, size_t i, size_t n, size_t k,
                        size_t background_rows, struct eg_stream stream, struct eg_path *path)
{
    const int all = settings->references == EG_REFERENCES_ALL;
    const size_t strata = all ? k / background_rows : k;
    for (size_t s = 0; s < k; s++) {
        uint32_t *reference = &path->reference[i * k + s];
        if (all)
            *reference = (uint32_t)(s / strata);
        else if (settings->references == EG_REFERENCES_SHIFTED)
            *reference = (uint32_t)((i + 1 + s) % n);
        else if (settings->references == EG_REFERENCES_RANDOM)
            *reference = (uint32_t)eg_stream_below(&stream, background_rows);
        path->alpha[i * k + s] = draw_alpha(settings->alphas, s % strata, strata, &stream);
    }
}

static void draw_expected(const struct eg_method_settings *settings, size_t n, size_t k,
                          size_t background_rows, struct eg_stream stream, struct eg_path *path)
{
    struct eg_stream deck = eg_stream_item(&stream, n);
    if (settings->references == EG_REFERENCES_WITHOUT_REPLACEMENT)
        deal_references(n * k, background_rows, &deck, path->reference);
#pragma omp parallel for num_threads((int)path->threads) if (path->threads > 1) schedule(static)
    for (size_t i = 0; i < n; i++)
        draw_sample(settings, i, n, k, background_rows, eg_stream_item(&stream, i), path);
    for (size_t s = 0; s < k; s++)
        path->coefficient[s] = 1 / (real)k;
}

const struct eg_method eg_expected_gradients = {
    .name = "expected_gradients",
    .summary = "gradients between x and rows of the background, averaged",
    .is_complete = 1,
    .is_stochastic = 1,
    .count_points = count_expected,
    .draw_path = draw_expected,
};
