/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/choice.h"

#include <math.h>

static struct eg_view at_setting(const struct eg_view *view, size_t offset, enum eg_field_type type,
                                 double setting)
{
    return type == EG_FIELD_COUNT ? eg_where_count(view, offset, (size_t)setting)
                                  : eg_where_number(view, offset, setting);
}

static double mean_of(const struct eg_view *view, const char *part, const char *metric)
{
    const struct eg_sample sample = eg_sample_of(view, part, metric);
    return eg_sample_mean(&sample);
}

static int is_allowed(const struct eg_view *at, const struct eg_choice_rule *rule, size_t most)
{
    return (!rule->needs_all || at->count == most) &&
           (!rule->needs_numbers ||
            eg_sample_of(at, rule->part, rule->metric).count == at->count) &&
           (!rule->bound || mean_of(at, NULL, rule->bound) >= rule->at_least);
}

double eg_choose(const struct eg_view *view, size_t offset, enum eg_field_type type,
                 const struct eg_choice_rule *rule, struct eg_view *chosen)
{
    const struct eg_sample settings = eg_values_of(view, offset, type);
    double taken = NAN, best = rule->takes_least ? INFINITY : -INFINITY;
    size_t most = 0;
    *chosen = *view;
    chosen->count = 0;
    for (size_t i = 0; i < settings.count; i++) {
        const size_t own = at_setting(view, offset, type, settings.numbers[i]).count;
        most = own > most ? own : most;
    }
    for (size_t i = 0; i < settings.count; i++) {
        const struct eg_view at = at_setting(view, offset, type, settings.numbers[i]);
        const double mean = mean_of(&at, rule->part, rule->metric);
        if (!is_allowed(&at, rule, most) || !(rule->takes_least ? mean < best : mean > best))
            continue;
        best = mean;
        taken = settings.numbers[i];
        *chosen = at;
    }
    return taken;
}

/* A score that is no number is worse than any. */
static double score_of(const struct eg_record *record, const char *metric)
{
    const double score = eg_row_number(record->values, NULL, metric);
    return isnan(score) ? -INFINITY : score;
}

/* Whether the record is taken before the other. */
static int is_better(const struct eg_record *record, const struct eg_record *than,
                     const char *metric, const char *tie)
{
    const double score = score_of(record, metric), other = score_of(than, metric);
    return score > other || (score == other && eg_row_number(record->values, NULL, tie) <
                                                   eg_row_number(than->values, NULL, tie));
}

struct eg_view eg_choose_of_unit(const struct eg_view *view, const char *metric, const char *tie)
{
    struct eg_view chosen = *view;
    struct eg_record *records = eg_view_alloc(view, view->count, sizeof *records);
    chosen.records = records;
    chosen.count = 0;
    for (size_t i = 0; records && i < view->count; i++) {
        size_t at = 0;
        while (at < chosen.count && records[at].unit != view->records[i].unit)
            at++;
        if (at == chosen.count || is_better(&view->records[i], &records[at], metric, tie))
            records[at] = view->records[i];
        chosen.count += at == chosen.count;
    }
    return chosen;
}

void eg_put_sweep(const struct eg_view *view, size_t offset, enum eg_field_type type,
                  const char *method, const char *const *metrics)
{
    const struct eg_sample settings = eg_values_of(view, offset, type);
    for (size_t i = 0; i < settings.count; i++) {
        const struct eg_view at = at_setting(view, offset, type, settings.numbers[i]);
        for (size_t m = 0; metrics[m]; m++) {
            struct eg_result result = eg_view_result(view, method, metrics[m]);
            result.x = settings.numbers[i];
            eg_put_sample(view, result, eg_sample_of(&at, NULL, metrics[m]));
        }
    }
}
