/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/map_agreement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/attribution_rows.h"

const struct eg_metric_info eg_robust_top_info = {
    .name = "robust_top",
    .judged = EG_JUDGED_USUALLY,
    .formula =
        "mean |T(x) with T(x + d)| / |T(x)|, T the ceil(p/8) features of largest |phi_j|, d the "
        "one of 10 as of max_sensitivity that leaves the least Kendall's tau",
    .citation = "Ghorbani et al. 2019, AAAI; Chen et al. 2019, NeurIPS",
    .direction = "higher is better",
    .range = "0 to 1, the share of a row's strongest eighth of features that is still there",
    .needs = "training and test rows, attributions, and the method itself, to explain nearby rows",
    .tells = "the strongest features stay the strongest when the row hardly changes",
    .hides =
        "whether they are right: the same map for every row scores 1; and what an attack would "
        "do, which looks for the worst change where this draws at random",
};

const struct eg_metric_info eg_robust_order_info = {
    .name = "robust_order",
    .judged = EG_JUDGED_USUALLY,
    .formula = "mean Kendall's tau-b(|phi(x)|, |phi(x + d)|), d as of robust_top",
    .citation = "Ghorbani et al. 2019, AAAI; Chen et al. 2019, NeurIPS",
    .direction = "higher is better",
    .range = "-1 to 1, Kendall's tau-b of a row's magnitudes before and after",
    .needs = "training and test rows, attributions, and the method itself, to explain nearby rows",
    .tells = "features keep their order of importance when the row hardly changes",
    .hides = "whether that order is right, and sizes: weak features count as much as strong ones",
};

const struct eg_metric_info eg_robust_rank_info = {
    .name = "robust_rank",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula = "mean Spearman(|phi(x)|, |phi(x + d)|), d as of robust_top",
    .citation = "Ghorbani et al. 2019, AAAI; Chen et al. 2019, NeurIPS",
    .direction = "higher is better",
    .range = "-1 to 1, Spearman's rho of a row's magnitudes before and after",
    .needs = "training and test rows, attributions, and the method itself, to explain nearby rows",
    .tells = "features keep their order of importance when the row hardly changes",
    .hides = "as robust_order, with which it goes together",
};

/* --- Kendall's tau --- */

static int compare_pairs(const void *one, const void *other)
{
    const struct eg_tau_pair *a = one, *b = other;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return (a->b > b->b) - (a->b < b->b);
}

static int is_tied(const struct eg_tau_pair *x, const struct eg_tau_pair *y, int of_a, int of_b)
{
    return (!of_a || x->a == y->a) && (!of_b || x->b == y->b);
}

/* Pairs of neighbours in order that are tied in what is asked for. */
static double count_ties(size_t count, const struct eg_tau_pair *pairs, int of_a, int of_b)
{
    double ties = 0;
    for (size_t first = 0, i = 1; i <= count; i++)
        if (i == count || !is_tied(&pairs[first], &pairs[i], of_a, of_b)) {
            ties += (double)(i - first) * (double)(i - first - 1) / 2;
            first = i;
        }
    return ties;
}

/* Sorts pairs by b and returns how many of them had to pass another: pairs whose orders
 * disagree. */
static double sort_by_b(size_t count, struct eg_tau_pair *pairs, struct eg_tau_pair *merged)
{
    const size_t half = count / 2;
    if (count < 2)
        return 0;
    double passed = sort_by_b(half, pairs, merged) +
                    sort_by_b(count - half, pairs + half, merged + half);
    for (size_t left = 0, right = half, i = 0; i < count; i++) {
        const int takes_left = right == count || (left < half && pairs[left].b <= pairs[right].b);
        if (!takes_left)
            passed += (double)(half - left);
        merged[i] = takes_left ? pairs[left++] : pairs[right++];
    }
    memcpy(pairs, merged, count * sizeof *pairs);
    return passed;
}

double eg_kendall_tau(size_t count, const double *a, const double *b, struct eg_tau_pair *work)
{
    for (size_t i = 0; i < count; i++)
        work[i] = (struct eg_tau_pair){a[i], b[i]};
    qsort(work, count, sizeof *work, compare_pairs);
    const double all = (double)count * (double)(count - 1) / 2;
    const double tied_a = count_ties(count, work, 1, 0), tied = count_ties(count, work, 1, 1);
    const double discordant = sort_by_b(count, work, work + count);
    const double tied_b = count_ties(count, work, 0, 1);
    if (tied_a == all || tied_b == all)
        return 0;
    return (all - tied_a - tied_b + tied - 2 * discordant) /
           (sqrt(all - tied_a) * sqrt(all - tied_b));
}

/* --- the strongest --- */

struct placed {
    double size;
    size_t feature;
};

static int compare_placed(const void *one, const void *other)
{
    const struct placed *a = one, *b = other;
    if (a->size != b->size)
        return a->size > b->size ? -1 : 1;
    return (a->feature > b->feature) - (a->feature < b->feature);
}

int eg_strongest_features(size_t p, size_t strongest, const real *map, char *is_strong,
                          struct eg_error *error)
{
    if (strongest == 0 || strongest > p)
        return eg_fail(error, EG_USAGE, "map agreement: the %zu strongest of %zu features",
                       strongest, p);
    struct placed *placed = eg_alloc(p, sizeof *placed, error);
    if (!placed)
        return EG_INTERNAL;
    for (size_t i = 0; i < p; i++)
        placed[i] = (struct placed){fabs((double)map[i]), i};
    qsort(placed, p, sizeof *placed, compare_placed);
    memset(is_strong, 0, p);
    for (size_t i = 0; i < strongest; i++)
        is_strong[placed[i].feature] = 1;
    free(placed);
    return EG_OK;
}

/* Whether pixel i or one of those around it is strong. */
static int is_strong_near(const struct eg_image *image, const char *is_strong, size_t i)
{
    const size_t y = i / image->width, x = i % image->width;
    for (size_t row = y ? y - 1 : 0; row <= y + 1 && row < image->height; row++)
        for (size_t column = x ? x - 1 : 0; column <= x + 1 && column < image->width; column++)
            if (is_strong[row * image->width + column])
                return 1;
    return 0;
}

static void compare_strongest(size_t p, size_t strongest, const struct eg_image *image,
                              const char *before, const char *after,
                              struct eg_map_agreement *agreement)
{
    size_t kept = 0, near = 0;
    for (size_t i = 0; i < p; i++) {
        kept += before[i] && after[i];
        near += before[i] && (image ? is_strong_near(image, after, i) : after[i]);
    }
    agreement->top = (double)kept / (double)strongest;
    agreement->top_local = (double)near / (double)strongest;
}

/* --- both --- */

/* Whether any feature is stronger than another. */
static int has_order(size_t p, const real *map)
{
    for (size_t i = 1; i < p; i++)
        if (fabs((double)map[i]) != fabs((double)map[0]))
            return 1;
    return p == 1;
}

static int compare_tops(size_t p, size_t strongest, const struct eg_image *image,
                        const real *before, const real *after, struct eg_map_agreement *agreement,
                        struct eg_error *error)
{
    char *is_strong = eg_alloc(2 * p, 1, error);
    int status = is_strong ? eg_strongest_features(p, strongest, before, is_strong, error)
                           : EG_INTERNAL;
    if (!status)
        status = eg_strongest_features(p, strongest, after, is_strong + p, error);
    *agreement = (struct eg_map_agreement){0};
    if (!status && has_order(p, before) && has_order(p, after))
        compare_strongest(p, strongest, image, is_strong, is_strong + p, agreement);
    free(is_strong);
    return status;
}

static int compare_orders(size_t p, const real *before, const real *after,
                          struct eg_map_agreement *agreement, struct eg_error *error)
{
    double *sizes = eg_alloc(6 * p, sizeof *sizes, error);
    real *magnitudes = eg_alloc(2 * p, sizeof *magnitudes, error);
    struct eg_tau_pair *pairs = eg_alloc(2 * p, sizeof *pairs, error);
    const int status = sizes && magnitudes && pairs ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < 2 * p && !status; i++) {
        sizes[i] = fabs((double)(i < p ? before[i] : after[i - p]));
        magnitudes[i] = (real)sizes[i];
    }
    if (!status) {
        const double rho = eg_row_rank_correlation(p, magnitudes, magnitudes + p, sizes + 2 * p);
        agreement->spearman = isnan(rho) ? 0 : rho;
        agreement->kendall = eg_kendall_tau(p, sizes, sizes + p, pairs);
    }
    free(sizes);
    free(magnitudes);
    free(pairs);
    return status;
}

int eg_map_agreement(size_t p, size_t strongest, const struct eg_image *image, const real *before,
                     const real *after, struct eg_map_agreement *agreement, struct eg_error *error)
{
    if (image && (image->channels != 1 || eg_image_size(image) != p))
        return eg_fail(error, EG_USAGE,
                       "map agreement: an image of %zu x %zu x %zu for %zu pixels in one channel",
                       image->height, image->width, image->channels, p);
    const int status = compare_tops(p, strongest, image, before, after, agreement, error);
    return status ? status : compare_orders(p, before, after, agreement, error);
}
