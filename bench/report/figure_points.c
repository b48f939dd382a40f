/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_points.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

enum { FEWEST_FOR_INTERVAL = 3 };

static int is_of_method(const struct eg_figure *figure, const char *method)
{
    const char *const *wanted = figure->spec->methods;
    while (wanted && *wanted && strcmp(*wanted, method) != 0)
        wanted++;
    return !wanted || *wanted;
}

int eg_figure_shows(const struct eg_figure *figure, const struct eg_result *result)
{
    return figure->spec->kind != EG_FIGURE_MAPS &&
           strcmp(result->dataset, figure->block->dataset) == 0 &&
           strcmp(result->protocol, figure->block->protocol) == 0 && !*result->statistic &&
           strcmp(result->metric, figure->spec->metric) == 0 && !isnan(result->value) &&
           is_of_method(figure, result->method) &&
           (figure->spec->kind == EG_FIGURE_BARS ? isnan(result->x) || result->label[0]
                                                 : !isnan(result->x));
}

/* The value of another metric at the same place; NAN: there is none. */
static double find_value(const struct eg_figure *figure, const struct eg_result *result,
                         const char *metric)
{
    const struct eg_result *other = eg_results_find(&figure->part->results, result->dataset,
                                                    result->protocol, result->method, metric,
                                                    result->x);
    return other ? other->value : NAN;
}

struct eg_figure_point eg_figure_point(const struct eg_figure *figure,
                                       const struct eg_result *result)
{
    const struct eg_figure_spec *spec = figure->spec;
    struct eg_figure_point point = {result->value, NAN, NAN, NAN};
    const struct eg_result_name name = {result->method, "",
                                        spec->published ? spec->published : result->metric, ""};
    const struct eg_claim *claim = eg_claims_find_number(&figure->report->claims, result->dataset,
                                                         &name, result->x);
    if (claim)
        point.published = claim->published;
    if (spec->low) {
        point.low = find_value(figure, result, spec->low);
        point.high = find_value(figure, result, spec->high);
    } else if (result->n >= FEWEST_FOR_INTERVAL && !isnan(result->se)) {
        const double half = gsl_cdf_tdist_Pinv(0.975, (double)result->n - 1) * result->se;
        point.low = result->value - half;
        point.high = result->value + half;
    }
    return point;
}

const struct eg_result *eg_figure_pair(const struct eg_figure *figure,
                                       const struct eg_result *result)
{
    return eg_results_find(&figure->part->results, result->dataset, result->protocol,
                           result->method, figure->spec->metric_y, result->x);
}

int eg_figure_shows_runs(const struct eg_figure *figure, const struct eg_result *result)
{
    return !figure->spec->low && result->n > 1 && result->n < FEWEST_FOR_INTERVAL && result->sample;
}

/* Whether the method was tried at a greater x. */
static int has_next(const struct eg_figure *figure, const struct eg_result *result)
{
    const struct eg_results *results = &figure->part->results;
    for (size_t i = 0; i < results->count; i++)
        if (eg_figure_shows(figure, &results->items[i]) && results->items[i].x > result->x &&
            strcmp(results->items[i].method, result->method) == 0)
            return 1;
    return 0;
}

void eg_figure_find_marks(struct eg_figure *figure)
{
    const struct eg_results *results = &figure->part->results;
    for (size_t i = 0; i < results->count; i++) {
        const struct eg_result *result = &results->items[i];
        if (!eg_figure_shows(figure, result))
            continue;
        const struct eg_figure_point point = eg_figure_point(figure, result);
        figure->has_intervals |= point.low < point.high;
        figure->has_runs |= eg_figure_shows_runs(figure, result);
        figure->has_published |= !isnan(point.published);
        figure->lacks_published |= isnan(point.published);
        figure->has_arrows |= figure->spec->kind == EG_FIGURE_PAIRS && has_next(figure, result);
        figure->is_above_zero |= point.value > 0 || point.high > 0 || point.published > 0;
    }
}
