/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/masking.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "base/wide.h"

static const double tie_noise_size = 1e-6;

size_t eg_feature_counts(size_t features, size_t counts[EG_MASK_POINTS])
{
    size_t points = 0;
    for (int j = 0; j < EG_MASK_POINTS; j++) {
        const double share = (pow(10.0, j / 10.0) - 1.0) / 9.0;
        const size_t count = (size_t)rint((double)features * share);
        if (points == 0 || count > counts[points - 1])
            counts[points++] = count;
    }
    return points;
}

int eg_mask_set_alloc(struct eg_mask_set *set, size_t features, struct eg_error *error)
{
    *set = (struct eg_mask_set){.features = features};
    set->points = eg_feature_counts(features, set->counts);
    set->key = eg_alloc(features, sizeof *set->key, error);
    set->order[0] = eg_alloc(features, EG_MASK_SIGNS * sizeof *set->order[0], error);
    set->observed[0] = eg_alloc(features, EG_MASK_SLOTS, error);
    if (!set->key || !set->order[0] || !set->observed[0])
        return EG_INTERNAL;
    for (size_t sign = 1; sign < EG_MASK_SIGNS; sign++)
        set->order[sign] = set->order[0] + sign * features;
    for (size_t slot = 1; slot < EG_MASK_SLOTS; slot++)
        set->observed[slot] = set->observed[0] + slot * features;
    return EG_OK;
}

void eg_mask_set_free(struct eg_mask_set *set)
{
    free(set->key);
    free(set->order[0]);
    free(set->observed[0]);
    *set = (struct eg_mask_set){0};
}

/* order = the features by key, the smallest first, of equal ones the first first. Few are
 * counted, which vectors do at once. */
EG_WIDE static void sort_keys(size_t count, const double *restrict key, size_t *restrict order)
{
    enum { FEW = 256 };
    if (count > FEW) {
        gsl_sort_index(order, key, 1, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const double own = key[i];
        int64_t before = 0;
        for (size_t j = 0; j < i; j++)
            before += key[j] <= own;
        for (size_t j = i + 1; j < count; j++)
            before += key[j] < own;
        order[before] = i;
    }
}

static double signed_value(double attribution, unsigned sign)
{
    return sign == EG_POSITIVE   ? attribution
           : sign == EG_NEGATIVE ? -attribution
                                 : fabs(attribution);
}

/* Orders the features for one sign; returns how many have a value >= 0. */
static size_t order_features(struct eg_mask_set *set, const real *attribution, const double *noise,
                             unsigned sign)
{
    size_t not_negative = 0;
    for (size_t i = 0; i < set->features; i++) {
        const double value = signed_value(attribution[i], sign);
        not_negative += value >= 0;
        set->key[i] = -value + tie_noise_size * noise[i];
    }
    sort_keys(set->features, set->key, set->order[sign]);
    return not_negative;
}

static void fill_slot(struct eg_mask_set *set, unsigned kind, unsigned sign, unsigned point,
                      size_t chosen)
{
    const unsigned slot = eg_mask_slot(kind, sign, point);
    unsigned char *observed = set->observed[slot];
    memset(observed, kind == EG_REMOVE, set->features);
    for (size_t i = 0; i < chosen; i++)
        observed[set->order[sign][i]] = kind == EG_KEEP;
    set->kept[slot] = kind == EG_KEEP ? chosen : set->features - chosen;
}

static unsigned find_same(const struct eg_mask_set *set, unsigned slot)
{
    for (unsigned other = 0; other < slot; other++)
        if (other % EG_MASK_POINTS < set->points && set->kept[other] == set->kept[slot] &&
            !memcmp(set->observed[other], set->observed[slot], set->features))
            return other;
    return slot;
}

void eg_mask_set_fill(struct eg_mask_set *set, const real *attribution, const double *noise,
                      int clip_counts)
{
    size_t most[EG_MASK_SIGNS];
    for (unsigned sign = 0; sign < EG_MASK_SIGNS; sign++) {
        const size_t not_negative = order_features(set, attribution, noise, sign);
        most[sign] = clip_counts ? not_negative : set->features;
    }
    for (unsigned kind = 0; kind < EG_MASK_KINDS; kind++)
        for (unsigned sign = 0; sign < EG_MASK_SIGNS; sign++)
            for (unsigned point = 0; point < set->points; point++) {
                const size_t count = set->counts[point];
                const unsigned slot = eg_mask_slot(kind, sign, point);
                fill_slot(set, kind, sign, point, count < most[sign] ? count : most[sign]);
                set->same[slot] = (unsigned char)find_same(set, slot);
            }
}
