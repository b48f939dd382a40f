/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/trend_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/page/view_values.h"
#include "stats/drift_test.h"
#include "stats/step_detector.h"

enum { WIDTH = 180, HEIGHT = 34, MARGIN = 4 };

struct view {
    double low, high; /* of the values in sight */
    size_t nightly_runs;
};

/* Values and what is expected; at least twice the size that counts as a change, so that a change of no
 * importance looks like none. */
static struct view make_view(const struct eg_trends *trends, const struct eg_trend *trend)
{
    struct view view = {trend->expected, trend->expected, trends->nightly_run_count};
    for (size_t i = 0; i < trends->nightly_run_count; i++) {
        view.low = fmin(view.low, trend->values[i]); /* fmin passes over NaN */
        view.high = fmax(view.high, trend->values[i]);
    }
    const double middle = isnan(trend->expected) ? 0.5 * (view.low + view.high) : trend->expected;
    const double least = strcmp(trend->field, "measures") == 0 ? EG_DRIFT_SIZE : EG_STEP_SIZE;
    const double half = middle == 0 ? 1e-6 : 2 * least * fabs(middle);
    view.low = fmin(view.low, middle - half);
    view.high = fmax(view.high, middle + half);
    return view;
}

static double place_nightly_run(const struct view *view, size_t nightly_run)
{
    const double share = view->nightly_runs > 1
                             ? (double)nightly_run / (double)(view->nightly_runs - 1)
                             : 0.5;
    return MARGIN + (WIDTH - 2 * MARGIN) * share;
}

static double place_value(const struct view *view, double value)
{
    const double share = (value - view->low) / (view->high - view->low);
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * fmin(fmax(share, 0), 1);
}

/* Straight until it changes, so that a series that stays needs few bytes. */
static json_t *run_data(const struct view *view, const struct eg_trend *trend)
{
    char text[EG_TREND_NIGHTLY_RUNS * 48] =
        ""; /* of a nightly run an H, a comma or two and three coordinates */
    double level = NAN;
    char *end = text;
    for (size_t i = 0; i < view->nightly_runs; i++) {
        const double x = place_nightly_run(view, i),
                     before = i ? place_nightly_run(view, i - 1) : x;
        const double y = place_value(view, trend->values[i]);
        const int is_gap = isnan(trend->values[i]);
        if (is_gap && !isnan(level))
            end += sprintf(end, "H%.1f", before);
        else if (!is_gap && isnan(level))
            end += sprintf(end, "M%.1f %.1f", x, y);
        else if (fabs(y - level) >= 0.05)
            end += sprintf(end, "H%.1fL%.1f %.1f", before, x, y);
        level = is_gap ? NAN : isnan(level) || fabs(y - level) >= 0.05 ? y : level;
    }
    if (!isnan(level))
        sprintf(end, "H%.1f", place_nightly_run(view, view->nightly_runs - 1));
    return json_string(text);
}

static json_t *list_accepted(const struct eg_trends *trends, const struct view *view)
{
    json_t *list = json_array();
    for (size_t i = 1; i < trends->nightly_run_count; i++)
        if (eg_trends_accepted_before(trends, i))
            list = eg_append(list, json_real(0.5 * (place_nightly_run(view, i - 1) +
                                                    place_nightly_run(view, i))));
    return list;
}

static json_t *list_crosses(const struct view *view, const struct eg_trend *trend)
{
    json_t *list = json_array();
    for (size_t i = 0; i < view->nightly_runs; i++) {
        const double value = trend->values[i];
        const double y = isnan(value) ? HEIGHT / 2.0 : place_value(view, value);
        if (trend->moved[i])
            list = eg_append(
                list, json_pack("{s:f, s:f}", "x", place_nightly_run(view, i) - 3.5, "y", y - 3.5));
    }
    return list;
}

/* What is expected, low to high; null where that is not known. */
static json_t *expected_data(const struct view *view, const struct eg_trend *trend)
{
    if (isnan(trend->expected))
        return json_null();
    const double top = place_value(view, trend->expected_high);
    const double size = place_value(view, trend->expected_low) - top;
    return json_pack("{s:f, s:o, s:f}", "top", top, "size",
                     size > 0 ? json_real(size) : json_null(), "middle",
                     place_value(view, trend->expected));
}

json_t *eg_chart_data(const struct eg_trends *trends, const struct eg_trend *trend)
{
    const struct view view = make_view(trends, trend);
    const size_t last = eg_trend_last(trends, trend);
    json_t *line = last == trends->nightly_run_count
                       ? json_null()
                       : json_pack("{s:o, s:o, s:o, s:f, s:f}", "expected",
                                   expected_data(&view, trend), "accepted",
                                   list_accepted(trends, &view), "run", run_data(&view, trend), "x",
                                   place_nightly_run(&view, last), "y",
                                   place_value(&view, trend->values[last]));
    return json_pack("{s:i, s:i, s:o, s:o}", "width", WIDTH, "height", HEIGHT, "line", line,
                     "crosses", list_crosses(&view, trend));
}
