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

static void fill_flips(const struct eg_score_table *table, size_t method, struct flips *flips)
{
    for (size_t metric = 0; metric < table->metric_count; metric++) {
        const double *own = eg_scores_of(table, method, metric);
        const double *reference = eg_scores_of(table, table->reference, metric);
        double *row = flips->differences + metric * table->unit_count;
        for (size_t unit = 0; unit < table->unit_count; unit++)
            row[unit] = eg_score_difference(&table->metrics[metric], own[unit], reference[unit]);
        flips->units = eg_merge_units(table, row);
    }
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

void eg_flip_wins(struct eg_trial *trial, size_t method, struct eg_method_verdict *verdict)
{
    const struct eg_score_table *table = trial->table;
    const size_t metrics = table->metric_count, units = table->unit_count;
    struct eg_stream stream = eg_stream_make(table->seed, STREAM, EG_PURPOSE_BOOTSTRAP, 0, 0);
    double *differences = eg_alloc((metrics + 1) * units, sizeof *differences, trial->error);
    verdict->wins_p = verdict->losses_p = NAN;
    if (!differences)
        trial->status = EG_INTERNAL;
    else if (verdict->wins + verdict->losses > 0) {
        struct flips flips = {differences, differences + metrics * units, metrics, 0};
        fill_flips(table, method, &flips);
        const int is_exact = flips.units <= EXACT_UNITS;
        const size_t patterns = is_exact ? (size_t)1 << flips.units : DRAWN;
        set_signs(&flips, 0, NULL);
        const double lead = count_lead(&flips, units);
        /* What was seen is one of the patterns. */
        double more = !is_exact, less = !is_exact;
        for (size_t i = 0; i < patterns; i++) {
            set_signs(&flips, i, is_exact ? NULL : &stream);
            const double own = count_lead(&flips, units);
            more += own >= lead;
            less += own <= lead;
        }
        verdict->wins_p = more / (double)(patterns + !is_exact);
        verdict->losses_p = less / (double)(patterns + !is_exact);
    }
    free(differences);
}
