/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How likely so many wins are by chance: by flipping the signs of whole units (Fisher 1935). */
#include <math.h>
#include <stdlib.h>

#include "base/stream.h"
#include "bench/compare/verdict_parts.h"

enum { STREAM = 0x666c6970 /* "flip": no other program's */, EXACT_UNITS = 12, DRAWN = 4095 };

/* differences (metrics x units, NaN where there is none) of a method to the reference. */
struct flips {
    double *differences;
    double *signs; /* of each unit: 1 or -1 */
    size_t metrics, units;
};

static int make_flips(const struct eg_score_table *table, size_t method, struct flips *flips,
                      struct eg_error *error)
{
    *flips = (struct flips){.metrics = table->metric_count};
    flips->differences = eg_alloc(table->metric_count * table->unit_count,
                                  sizeof *flips->differences, error);
    flips->signs = eg_alloc(table->unit_count, sizeof *flips->signs, error);
    if (!flips->differences || !flips->signs)
        return EG_INTERNAL;
    for (size_t metric = 0; metric < table->metric_count; metric++) {
        const double *own = eg_scores_of(table, method, metric);
        const double *reference = eg_scores_of(table, table->reference, metric);
        double *row = flips->differences + metric * table->unit_count;
        for (size_t unit = 0; unit < table->unit_count; unit++)
            row[unit] = eg_score_difference(&table->metrics[metric], own[unit], reference[unit]);
        flips->units = eg_merge_units(table, row);
    }
    return EG_OK;
}

static void free_flips(struct flips *flips)
{
    free(flips->differences);
    free(flips->signs);
}

/* Wins less losses, of metrics by the sign of their mean difference. */
static double count_lead(const struct flips *flips, size_t stride)
{
    double lead = 0;
    for (size_t metric = 0; metric < flips->metrics; metric++) {
        const double *row = flips->differences + metric * stride;
        double sum = 0;
        for (size_t unit = 0; unit < flips->units; unit++)
            sum += isnan(row[unit]) ? 0 : flips->signs[unit] * row[unit];
        lead += (sum > 0) - (sum < 0);
    }
    return lead;
}

/* Pattern `number` of all signs, or drawn signs. */
static void set_signs(const struct flips *flips, size_t number, struct eg_stream *stream)
{
    for (size_t unit = 0; unit < flips->units; unit++) {
        const int is_flipped = stream ? eg_stream_uniform(stream) < 0.5 : (int)(number >> unit & 1);
        flips->signs[unit] = is_flipped ? -1 : 1;
    }
}

int eg_flip_wins(const struct eg_score_table *table, size_t method,
                 struct eg_method_verdict *verdict, struct eg_error *error)
{
    struct flips flips;
    struct eg_stream stream = eg_stream_make(table->seed, STREAM, EG_PURPOSE_BOOTSTRAP, 0, 0);
    int status = make_flips(table, method, &flips, error);
    verdict->wins_p = verdict->losses_p = NAN;
    if (!status && verdict->wins + verdict->losses > 0) {
        const int is_exact = flips.units <= EXACT_UNITS;
        const size_t patterns = is_exact ? (size_t)1 << flips.units : DRAWN;
        set_signs(&flips, 0, NULL);
        const double lead = count_lead(&flips, table->unit_count);
        /* What was seen is one of the patterns. */
        double more = !is_exact, less = !is_exact;
        for (size_t i = 0; i < patterns; i++) {
            set_signs(&flips, i, is_exact ? NULL : &stream);
            const double own = count_lead(&flips, table->unit_count);
            more += own >= lead;
            less += own <= lead;
        }
        verdict->wins_p = more / (double)(patterns + !is_exact);
        verdict->losses_p = less / (double)(patterns + !is_exact);
    }
    free_flips(&flips);
    return status;
}
