/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/trend_chart.h"

#include <math.h>
#include <string.h>

#include "stats/drift_test.h"
#include "stats/step_detector.h"

enum { WIDTH = 180, HEIGHT = 34, MARGIN = 4 };

struct view {
    double low, high; /* of the values in sight */
    size_t nights;
};

/* Values and what is expected; at least twice the size that counts as a change, so that a change of no
 * importance looks like none. */
static struct view make_view(const struct eg_trends *trends, const struct eg_trend *trend)
{
    struct view view = {trend->expected, trend->expected, trends->night_count};
    for (size_t i = 0; i < trends->night_count; i++) {
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

static double place_night(const struct view *view, size_t night)
{
    const double share = view->nights > 1 ? (double)night / (double)(view->nights - 1) : 0.5;
    return MARGIN + (WIDTH - 2 * MARGIN) * share;
}

static double place_value(const struct view *view, double value)
{
    const double share = (value - view->low) / (view->high - view->low);
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * fmin(fmax(share, 0), 1);
}

static void draw_expected(const struct view *view, const struct eg_trend *trend, FILE *out)
{
    if (isnan(trend->expected))
        return;
    const double top = place_value(view, trend->expected_high);
    const double bottom = place_value(view, trend->expected_low);
    if (bottom > top)
        fprintf(out, "<rect class=band y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>", top, WIDTH,
                bottom - top);
    fprintf(out, "<path class=mid d=\"M0 %.1fH%d\"/>", place_value(view, trend->expected), WIDTH);
}

/* Straight until it changes, so that a series that stays needs few bytes. */
static void draw_values(const struct view *view, const struct eg_trend *trend, FILE *out)
{
    double level = NAN;
    fputs("<path class=run d=\"", out);
    for (size_t i = 0; i < view->nights; i++) {
        const double x = place_night(view, i), before = i ? place_night(view, i - 1) : x;
        const double y = place_value(view, trend->values[i]);
        if (isnan(trend->values[i])) {
            if (!isnan(level))
                fprintf(out, "H%.1f", before);
            level = NAN;
        } else if (isnan(level))
            fprintf(out, "M%.1f %.1f", x, y);
        else if (fabs(y - level) >= 0.05)
            fprintf(out, "H%.1fL%.1f %.1f", before, x, y);
        level = isnan(trend->values[i]) ? NAN : isnan(level) || fabs(y - level) >= 0.05 ? y : level;
    }
    if (!isnan(level))
        fprintf(out, "H%.1f", place_night(view, view->nights - 1));
    fputs("\"/>", out);
}

void eg_draw_trend(const struct eg_trends *trends, const struct eg_trend *trend, FILE *out)
{
    const struct view view = make_view(trends, trend);
    const size_t last = eg_trend_last(trends, trend);
    fprintf(out, "<svg class=trend viewBox=\"0 0 %d %d\" aria-hidden=true>", WIDTH, HEIGHT);
    if (last < trends->night_count) {
        draw_expected(&view, trend, out);
        for (size_t i = 1; i < trends->night_count; i++)
            if (eg_trends_accepted_before(trends, i))
                fprintf(out, "<path class=accepted d=\"M%.1f 0V%d\"/>",
                        0.5 * (place_night(&view, i - 1) + place_night(&view, i)), HEIGHT);
        draw_values(&view, trend, out);
        fprintf(out, "<circle class=last cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>",
                place_night(&view, last), place_value(&view, trend->values[last]));
    }
    for (size_t i = 0; i < trends->night_count; i++)
        if (trend->moved[i])
            fprintf(
                out, "<path class=cross d=\"M%.1f %.1fl7 7m0-7l-7 7\"/>",
                place_night(&view, i) - 3.5,
                (isnan(trend->values[i]) ? HEIGHT / 2.0 : place_value(&view, trend->values[i])) -
                    3.5);
    fputs("</svg>", out);
}

const char *eg_alarm_mark(enum eg_alarm alarm)
{
    static const char *const marks[] = {"\u2013", "\u2713", "\u2197", "?", "!", "\u2717"};
    return marks[alarm];
}

const char *eg_alarm_class(enum eg_alarm alarm)
{
    static const char *const classes[] = {"v4", "v0", "v1", "v2", "v3", "v3"};
    return classes[alarm];
}
