/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figure of quality against cost, with the front that no method is beyond. */
#include <math.h>

#include "bench/markup.h"
#include "bench/names.h"
#include "bench/verdict_parts.h"

enum { WIDTH = 760, HEIGHT = 400, LEFT = 70, RIGHT = 180, TOP = 20, BOTTOM = 50 };

struct tradeoff {
    const struct eg_comparison *comparison;
    int by_gradients, by_rank;
    double least_x, most_x; /* log10 of cost */
    double least_y, most_y; /* quality, more is better */
};

/* Returns 0 where the method has no place in the figure. */
static int find_point(const struct tradeoff *tradeoff, size_t method, double *x, double *y)
{
    const struct eg_method_verdict *verdict = &tradeoff->comparison->methods[method];
    const double cost = tradeoff->by_gradients ? verdict->cost.gradient_evaluations
                                               : verdict->cost.seconds;
    *x = cost > 0 ? log10(cost) : NAN;
    *y = tradeoff->by_rank ? -verdict->mean_rank : verdict->normalised;
    return method != tradeoff->comparison->table->flipped && isfinite(*x) && isfinite(*y);
}

static size_t find_range(struct tradeoff *tradeoff)
{
    size_t points = 0;
    tradeoff->least_x = tradeoff->least_y = INFINITY;
    tradeoff->most_x = tradeoff->most_y = -INFINITY;
    for (size_t i = 0; i < tradeoff->comparison->table->method_count; i++) {
        double x, y;
        if (!find_point(tradeoff, i, &x, &y))
            continue;
        points++;
        tradeoff->least_x = fmin(tradeoff->least_x, x);
        tradeoff->most_x = fmax(tradeoff->most_x, x);
        tradeoff->least_y = fmin(tradeoff->least_y, y);
        tradeoff->most_y = fmax(tradeoff->most_y, y);
    }
    tradeoff->least_x = floor(tradeoff->least_x);
    tradeoff->most_x = fmax(ceil(tradeoff->most_x), tradeoff->least_x + 1);
    const double margin = fmax(0.08 * (tradeoff->most_y - tradeoff->least_y), 0.02);
    tradeoff->least_y -= margin;
    tradeoff->most_y += margin;
    return points;
}

static double across(const struct tradeoff *tradeoff, double x)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * (x - tradeoff->least_x) /
                      (tradeoff->most_x - tradeoff->least_x);
}

static double down(const struct tradeoff *tradeoff, double y)
{
    return HEIGHT - BOTTOM -
           (HEIGHT - TOP - BOTTOM) * (y - tradeoff->least_y) /
               (tradeoff->most_y - tradeoff->least_y);
}

static void draw_axes(const struct tradeoff *tradeoff, FILE *out)
{
    fprintf(out, "<path d=\"M%d %dV%dH%d\" stroke=\"#1b1f24\" fill=\"none\"/>\n", LEFT, TOP,
            HEIGHT - BOTTOM, WIDTH - RIGHT);
    for (double x = tradeoff->least_x; x <= tradeoff->most_x + 0.5; x++)
        fprintf(out,
                "<path d=\"M%.1f %dv5\" stroke=\"#1b1f24\"/><text x=\"%.1f\" y=\"%d\" "
                "text-anchor=\"middle\">%g</text>\n",
                across(tradeoff, x), HEIGHT - BOTTOM, across(tradeoff, x), HEIGHT - BOTTOM + 18,
                pow(10, x));
    for (int k = 0; k <= 4; k++) {
        const double y = tradeoff->least_y + (tradeoff->most_y - tradeoff->least_y) * k / 4;
        fprintf(out,
                "<path d=\"M%d %.1fh-5\" stroke=\"#1b1f24\"/><text x=\"%d\" y=\"%.1f\" "
                "text-anchor=\"end\">%.2f</text>\n",
                LEFT, down(tradeoff, y), LEFT - 8, down(tradeoff, y) + 4,
                tradeoff->by_rank ? -y : y);
    }
    fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
            (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10,
            tradeoff->by_gradients ? "gradient evaluations of a unit" : "seconds of a unit");
    fprintf(out,
            "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s"
            "</text>\n",
            (TOP + HEIGHT - BOTTOM) / 2,
            tradeoff->by_rank ? "mean rank (1 is best)" : "normalised: random 0, oracle 1");
}

/* Whether no other method is as good and as cheap, and one of both more. */
static int is_on_front(const struct tradeoff *tradeoff, size_t method)
{
    double x, y, other_x, other_y;
    if (!find_point(tradeoff, method, &x, &y))
        return 0;
    for (size_t i = 0; i < tradeoff->comparison->table->method_count; i++)
        if (i != method && find_point(tradeoff, i, &other_x, &other_y) && other_x <= x &&
            other_y >= y && (other_x < x || other_y > y))
            return 0;
    return 1;
}

/* How many labels of earlier methods stand where this one would: it goes that many lines lower. */
static int count_crowding(const struct tradeoff *tradeoff, size_t method, double x, double y)
{
    int crowding = 0;
    for (size_t i = 0; i < method; i++) {
        double other_x, other_y;
        if (find_point(tradeoff, i, &other_x, &other_y) &&
            fabs(across(tradeoff, other_x) - across(tradeoff, x)) < 110 &&
            fabs(down(tradeoff, other_y) - down(tradeoff, y)) < 11)
            crowding++;
    }
    return crowding;
}

static void draw_points(const struct tradeoff *tradeoff, FILE *out)
{
    const struct eg_score_table *table = tradeoff->comparison->table;
    char text[128];
    for (size_t i = 0; i < table->method_count; i++) {
        double x, y;
        if (!find_point(tradeoff, i, &x, &y))
            continue;
        const double left = across(tradeoff, x), top = down(tradeoff, y);
        fprintf(out,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" fill=\"%s\" stroke=\"%s\" "
                "stroke-width=\"1.5\"/>\n",
                left, top, is_on_front(tradeoff, i) ? "#0b62b5" : "#fff",
                i == table->reference ? "#b83a00" : "#0b62b5");
        fprintf(out, "<text x=\"%.1f\" y=\"%.1f\"%s>", left + 8,
                top + 4 + 12 * count_crowding(tradeoff, i, x, y),
                i == table->reference ? " font-weight=\"600\"" : "");
        eg_write_html(out, eg_method_title(tradeoff->comparison, i, text, sizeof text));
        fputs("</text>\n", out);
    }
}

int eg_draw_tradeoff(const struct eg_comparison *comparison, int by_gradients, FILE *out)
{
    struct tradeoff tradeoff = {
        .comparison = comparison, .by_gradients = by_gradients, .by_rank = 1};
    for (size_t i = 0; i < comparison->table->method_count; i++)
        if (comparison->methods[i].normalised_count)
            tradeoff.by_rank = 0;
    if (find_range(&tradeoff) < 2)
        return 0;
    fprintf(
        out,
        "<figure>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
        "font-family=\"DejaVu Sans,Liberation Sans,sans-serif\" font-size=\"12\">\n",
        WIDTH, HEIGHT);
    draw_axes(&tradeoff, out);
    draw_points(&tradeoff, out);
    fputs("</svg>\n", out);
    return 1;
}
