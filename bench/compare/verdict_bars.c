/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figure of differences: a panel a metric, a bar a method, its interval. */
#include <math.h>
#include <string.h>

#include "bench/page/markup.h"
#include "bench/frame/names.h"
#include "bench/compare/verdict_parts.h"

enum {
    ACROSS = 3, /* panels in a line */
    LABELS = 190,
    PANEL = 230,
    GAP = 22,
    LINE = 17,
    HEAD = 26,
    FOOT = 24,
    WIDTH = LABELS + ACROSS * (PANEL + GAP)
};

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

static void draw_bar(const struct eg_score_cell *cell, const double range[2], double left,
                     double top, FILE *out)
{
    if (isnan(cell->difference))
        return;
    const double zero = place(0, range, left), end = place(cell->difference, range, left);
    fprintf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"><title>%.4g",
            fmin(zero, end), top + 3, fmax(fabs(end - zero), 0.8), LINE - 6,
            colour_of(cell->standing), cell->difference);
    if (!isnan(cell->low))
        fprintf(out, " (%.4g to %.4g)", cell->low, cell->high);
    fprintf(out, ", n %zu: %s", cell->pairs, eg_standing_name(cell->standing));
    if (!isnan(cell->holm_p))
        fprintf(out, ", Holm p %.2g", cell->holm_p);
    fputs("</title></rect>\n", out);
    if (!isnan(cell->low))
        fprintf(out,
                "<path d=\"M%.1f %.1fH%.1fM%.1f %.1fv6M%.1f %.1fv6\" stroke=\"#1b1f24\" "
                "fill=\"none\"/>\n",
                place(cell->low, range, left), top + LINE / 2.0, place(cell->high, range, left),
                place(cell->low, range, left), top + LINE / 2.0 - 3, place(cell->high, range, left),
                top + LINE / 2.0 - 3);
}

/* The ends of the axis, and 0 where it does not stand on one of them. */
static void draw_axis(const double range[2], double left, double top, double bottom, FILE *out)
{
    const double zero = place(0, range, left);
    fprintf(out, "<path d=\"M%.1f %.1fV%.1f\" stroke=\"#1b1f24\"/>\n", zero, top, bottom);
    fprintf(out, "<path d=\"M%.1f %.1fh%d\" stroke=\"#d5dae0\"/>\n", left, bottom, PANEL);
    const char *const anchors[] = {"start", "end"};
    for (int k = 0; k < 2; k++)
        if (range[k] != 0)
            fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"n\">%.3g</text>\n",
                    left + k * PANEL, bottom + 13, anchors[k], range[k]);
    const double share = (zero - left) / PANEL;
    const int is_free = (range[0] == 0 || share > 0.25) && (range[1] == 0 || share < 0.75);
    if (is_free)
        fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" class=\"n\">0</text>\n",
                zero, bottom + 13);
}

static void draw_panel(const struct bars *bars, size_t metric, double left, double top, FILE *out)
{
    const struct eg_contest *comparison = bars->comparison;
    const struct eg_score_metric *of = &comparison->table->metrics[metric];
    const double bottom = top + HEAD + LINE * (double)count_shown(bars);
    double range[2], line = top + HEAD;
    char text[128];
    find_range(bars, metric, range);
    fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" class=\"b\">", left, top + 16);
    eg_write_html(out, eg_name_title(of->name, text, sizeof text));
    fprintf(out, "%s</text>\n",
            comparison->checks[metric].state == EG_CHECK_FAILED ? " (did not pass the check)" : "");
    draw_axis(range, left, top + HEAD - 3, bottom, out);
    for (size_t i = 0; i < comparison->table->method_count; i++)
        if (is_shown(bars, i)) {
            draw_bar(eg_contest_cell(comparison, i, metric), range, left, line, out);
            line += LINE;
        }
}

static void draw_labels(const struct bars *bars, double top, FILE *out)
{
    char text[128];
    double line = top + HEAD;
    for (size_t i = 0; i < bars->comparison->table->method_count; i++)
        if (is_shown(bars, i)) {
            fprintf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LABELS - 10,
                    line + LINE - 4);
            eg_write_html(out, eg_method_title(bars->comparison, i, text, sizeof text));
            fputs("</text>\n", out);
            line += LINE;
        }
}

int eg_draw_differences(const struct eg_contest *comparison, FILE *out)
{
    struct bars bars = {.comparison = comparison};
    bars.shows_planted = count_shown(&bars) == 0;
    const size_t metrics = comparison->table->metric_count, shown = count_shown(&bars);
    const double height = HEAD + FOOT + LINE * (double)shown;
    const size_t rows = (metrics + ACROSS - 1) / ACROSS;
    if (!shown)
        return 0;
    fprintf(
        out,
        "<figure>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" role=\"img\" "
        "font-family=\"DejaVu Sans,Liberation Sans,sans-serif\" font-size=\"11\">\n"
        "<style>.n{font-size:10px;fill:#59636e}.b{font-weight:600}</style>\n",
        WIDTH, height * (double)rows + 8);
    for (size_t i = 0; i < metrics; i++) {
        const double top = height * (double)(i / ACROSS);
        if (i % ACROSS == 0)
            draw_labels(&bars, top, out);
        draw_panel(&bars, i, LABELS + (double)(i % ACROSS) * (PANEL + GAP), top, out);
    }
    fputs("</svg>\n", out);
    return 1;
}
