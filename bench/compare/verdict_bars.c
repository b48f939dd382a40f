/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figure of differences: a panel a metric, a bar a method, its interval. */
#include <math.h>

#include "bench/page/view_values.h"
#include "bench/compare/verdict_parts.h"

enum {
    TITLE = 22, /* the axis's, above all panels */
    ACROSS = 3, /* panels in a line */
    LABELS = 190,
    PANEL = 230,
    GAP = 22,
    LINE = 17,
    HEAD = 26,
    FOOT = 24,
    WIDTH = LABELS + ACROSS * (PANEL + GAP)
};

/* Of a panel's width. */
static const double MARGIN = 0.04;

struct bars {
    const struct eg_contest *comparison;
    int shows_planted; /* also floor and ceiling, where there is nothing else */
};

static int is_shown(const struct bars *bars, size_t method)
{
    const struct eg_score_table *table = bars->comparison->table;
    if (method == table->reference || method == table->flipped)
        return 0;
    return bars->shows_planted || (method != table->floor && method != table->ceiling);
}

static size_t count_shown(const struct bars *bars)
{
    size_t count = 0;
    for (size_t i = 0; i < bars->comparison->table->method_count; i++)
        count += is_shown(bars, i) != 0;
    return count;
}

/* The least and greatest number in a panel, with 0 between. */
static void find_range(const struct bars *bars, size_t metric, double range[2])
{
    range[0] = range[1] = 0;
    for (size_t i = 0; i < bars->comparison->table->method_count; i++) {
        const struct eg_score_cell *cell = eg_contest_cell(bars->comparison, i, metric);
        const double ends[] = {cell->difference, cell->low, cell->high};
        if (!is_shown(bars, i))
            continue;
        for (int k = 0; k < 3; k++) {
            range[0] = fmin(range[0], ends[k]); /* fmin passes over NaN */
            range[1] = fmax(range[1], ends[k]);
        }
    }
    if (range[0] == range[1]) {
        range[0] = -1;
        range[1] = 1;
    }
    /* Beside what is drawn, so that an interval's end is seen as one. */
    const double margin = (range[1] - range[0]) * MARGIN;
    range[0] -= range[0] < 0 ? margin : 0;
    range[1] += range[1] > 0 ? margin : 0;
}

/* No method that is shown has a number beside the reference. */
static int is_empty(const struct bars *bars, size_t metric)
{
    for (size_t i = 0; i < bars->comparison->table->method_count; i++)
        if (is_shown(bars, i) && !isnan(eg_contest_cell(bars->comparison, i, metric)->difference))
            return 0;
    return 1;
}

static double place(double value, const double range[2], double left)
{
    return left + PANEL * (value - range[0]) / (range[1] - range[0]);
}

static const char *colour_of(enum eg_standing standing)
{
    return standing == EG_STANDING_BETTER  ? "#00795a"
           : standing == EG_STANDING_WORSE ? "#b83a00"
                                           : "#8a949e";
}

/* The bar and its interval, in a line whose top is there. */
static json_t *bar_data(const struct eg_score_cell *cell, const double range[2], double left,
                        double top)
{
    const double zero = place(0, range, left), end = place(cell->difference, range, left);
    const double middle = top + LINE / 2.0;
    json_t *whisker = isnan(cell->low) ? json_null()
                                       : json_pack("{s:f, s:f, s:f, s:f, s:o, s:o}", "x",
                                                   place(cell->low, range, left), "right",
                                                   place(cell->high, range, left), "y", middle,
                                                   "top", middle - 3, "low", eg_number(cell->low),
                                                   "high", eg_number(cell->high));
    return json_pack("{s:f, s:f, s:f, s:i, s:s, s:f, s:i, s:s, s:o, s:o}", "x", fmin(zero, end),
                     "y", top + 3, "width", fmax(fabs(end - zero), 0.8), "height", LINE - 6,
                     "colour", colour_of(cell->standing), "difference", cell->difference, "pairs",
                     (int)cell->pairs, "standing", eg_standing_name(cell->standing), "holm_p",
                     eg_number(cell->holm_p), "whisker", whisker);
}

static json_t *list_bars(const struct bars *bars, size_t metric, const double range[2], double left,
                         double top)
{
    const struct eg_contest *comparison = bars->comparison;
    json_t *list = json_array();
    for (size_t i = 0; i < comparison->table->method_count; i++) {
        const struct eg_score_cell *cell = eg_contest_cell(comparison, i, metric);
        if (!is_shown(bars, i))
            continue;
        if (!isnan(cell->difference))
            list = eg_append(list, bar_data(cell, range, left, top));
        top += LINE;
    }
    return list;
}

/* The ends of the axis, and 0 where it does not stand on one of them. */
static json_t *list_ends(const double range[2], double left)
{
    static const char *const anchors[] = {"start", "end"};
    const double zero = place(0, range, left), share = (zero - left) / PANEL;
    json_t *list = json_array();
    for (int k = 0; k < 2; k++)
        if (range[k] != 0)
            list = eg_append(list, json_pack("{s:f, s:s, s:f}", "x", left + k * PANEL, "anchor",
                                             anchors[k], "value", range[k]));
    if ((range[0] == 0 || share > 0.25) && (range[1] == 0 || share < 0.75))
        list = eg_append(list,
                         json_pack("{s:f, s:s, s:i}", "x", zero, "anchor", "middle", "value", 0));
    return list;
}

static json_t *panel_data(const struct bars *bars, size_t metric, double left, double top)
{
    const double bottom = top + HEAD + LINE * (double)count_shown(bars);
    double range[2];
    find_range(bars, metric, range);
    const struct eg_score_metric *of = &bars->comparison->table->metrics[metric];
    return json_pack("{s:o, s:s, s:b, s:f, s:f, s:f, s:f, s:i, s:f, s:f, s:o, s:o}", "title",
                     eg_title(of->name), "arrow", eg_direction_arrow(of), "has_failed",
                     bars->comparison->checks[metric].state == EG_CHECK_FAILED, "left", left,
                     "head", top + 16, "zero", place(0, range, left), "top", top + HEAD - 3,
                     "panel", PANEL, "bottom", bottom, "foot", bottom + 13, "ends",
                     list_ends(range, left), "bars",
                     list_bars(bars, metric, range, left, top + HEAD));
}

/* The methods' names, beside a line of panels whose top is there. */
static json_t *append_labels(json_t *labels, const struct bars *bars, double top)
{
    double line = top + HEAD;
    for (size_t i = 0; i < bars->comparison->table->method_count; i++)
        if (is_shown(bars, i)) {
            labels = eg_append(labels,
                               json_pack("{s:i, s:f, s:o}", "x", LABELS - 10, "y", line + LINE - 4,
                                         "title", eg_method_data(bars->comparison, i)));
            line += LINE;
        }
    return labels;
}

json_t *eg_differences_data(const struct eg_contest *comparison)
{
    struct bars bars = {.comparison = comparison};
    bars.shows_planted = count_shown(&bars) == 0;
    const size_t metrics = comparison->table->metric_count, shown = count_shown(&bars);
    size_t drawn = 0;
    const double height = HEAD + FOOT + LINE * (double)shown;
    json_t *labels = json_array(), *panels = json_array();
    for (size_t i = 0; i < metrics && shown; i++) {
        const size_t column = drawn % ACROSS;
        const double top = TITLE + height * (double)(drawn / ACROSS);
        if (is_empty(&bars, i))
            continue;
        if (column == 0)
            labels = append_labels(labels, &bars, top);
        panels = eg_append(panels,
                           panel_data(&bars, i, LABELS + (double)column * (PANEL + GAP), top));
        drawn++;
    }
    const size_t rows = (drawn + ACROSS - 1) / ACROSS;
    return json_pack("{s:i, s:f, s:i, s:i, s:o, s:o, s:o}", "width", WIDTH, "height",
                     TITLE + height * (double)rows + 8, "title_x", LABELS, "title_y", TITLE - 6,
                     "reference", eg_method_data(comparison, comparison->table->reference),
                     "labels", labels, "panels", panels);
}
