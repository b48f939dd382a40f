/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figure of quality against cost, with the front that no method is beyond. */
#include <math.h>
#include <string.h>

#include "bench/page/markup.h"
#include "bench/frame/names.h"
#include "bench/compare/verdict_parts.h"

enum { WIDTH = 760, HEIGHT = 400, LEFT = 70, RIGHT = 180, TOP = 20, BOTTOM = 50 };

/* Labels of more points are not placed; LETTER is about the width of one. */
enum { LABELLED_MOST = 64, LETTER = 7 };

struct tradeoff {
    const struct eg_contest *comparison;
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

/* 1, 2 or 5 times a power of ten, so that about five steps make the span. */
static double find_step(double span)
{
    const double power = pow(10, floor(log10(span / 5))), share = span / 5 / power;
    return power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
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
    const double step = find_step(tradeoff->most_y - tradeoff->least_y);
    for (double k = ceil(tradeoff->least_y / step); k * step <= tradeoff->most_y; k++)
        fprintf(out,
                "<path d=\"M%d %.1fh-5\" stroke=\"#1b1f24\"/><text x=\"%d\" y=\"%.1f\" "
                "text-anchor=\"end\">%g</text>\n",
                LEFT, down(tradeoff, k * step), LEFT - 8, down(tradeoff, k * step) + 4,
                k == 0              ? 0
                : tradeoff->by_rank ? -k * step
                                    : k * step);
    fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
            (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10,
            tradeoff->by_gradients ? "gradient evaluations of a unit" : "seconds of a unit");
    fprintf(out,
            "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s"
            "</text>\n",
            (TOP + HEIGHT - BOTTOM) / 2,
            tradeoff->by_rank ? "mean rank (1 is best)" : "normalised: random 0, oracle 1");
}

/* Whether no other method is as good and as cheap, and one of both more. The oracle knows the truth,
 * and is no method to choose. */
static int is_on_front(const struct tradeoff *tradeoff, size_t method)
{
    double x, y, other_x, other_y;
    const struct eg_score_table *table = tradeoff->comparison->table;
    if (method == table->ceiling || !find_point(tradeoff, method, &x, &y))
        return 0;
    for (size_t i = 0; i < table->method_count; i++)
        if (i != method && i != table->ceiling && find_point(tradeoff, i, &other_x, &other_y) &&
            other_x <= x && other_y >= y && (other_x < x || other_y > y))
            return 0;
    return 1;
}

/* A piece of the figure that no label may cover. */
struct box {
    double left, right, top, bottom;
};

struct boxes {
    struct box items[2 * LABELLED_MOST];
    size_t count;
};

static size_t count_overlaps(const struct boxes *boxes, struct box box)
{
    size_t overlaps = 0;
    for (size_t i = 0; i < boxes->count; i++) {
        const struct box *other = &boxes->items[i];
        overlaps += other->left < box.right && other->right > box.left && other->top < box.bottom &&
                    other->bottom > box.top;
    }
    return overlaps;
}

/* The place beside the point, of some, at which a label of that width covers least. */
static struct box place_label(const struct boxes *boxes, double x, double y, double width)
{
    static const double offsets[][2] = {{8, 0},   {8, 11}, {8, -11}, {-1, 0},
                                        {-1, 11}, {8, 22}, {8, -22}, {-1, -11},
                                        {-1, 22}, {8, 33}, {8, -33}, {-1, -22}};
    struct box best = {0};
    size_t least = (size_t)-1;
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets && least > 0; i++) {
        const double left = offsets[i][0] > 0 ? x + offsets[i][0] : x - 8 - width;
        const struct box box = {left, left + width, y + offsets[i][1] - 6, y + offsets[i][1] + 6};
        const size_t overlaps = count_overlaps(boxes, box);
        if (overlaps >= least || left < LEFT)
            continue;
        least = overlaps;
        best = box;
    }
    return best;
}

/* A line from the point to a label that is not straight beside it. */
static void draw_leader(double x, double y, const struct box *label, FILE *out)
{
    const double middle = (label->top + label->bottom) / 2;
    if (fabs(middle - y) > 2)
        fprintf(out, "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#9aa4b0\" stroke-width=\".8\"/>\n",
                x, y, label->left > x ? label->left - 2 : label->right + 2, middle);
}

static void draw_labels(const struct tradeoff *tradeoff, FILE *out)
{
    const struct eg_score_table *table = tradeoff->comparison->table;
    struct boxes boxes = {.count = 0};
    char text[128];
    double x, y;
    for (size_t i = 0; i < table->method_count && boxes.count < LABELLED_MOST; i++)
        if (find_point(tradeoff, i, &x, &y))
            boxes.items[boxes.count++] = (struct box){across(tradeoff, x) - 5,
                                                      across(tradeoff, x) + 5,
                                                      down(tradeoff, y) - 5, down(tradeoff, y) + 5};
    for (size_t i = 0; i < table->method_count && boxes.count < 2 * LABELLED_MOST; i++) {
        if (!find_point(tradeoff, i, &x, &y))
            continue;
        eg_method_title(tradeoff->comparison, i, text, sizeof text);
        const struct box box = place_label(&boxes, across(tradeoff, x), down(tradeoff, y),
                                           LETTER * (double)strlen(text));
        boxes.items[boxes.count++] = box;
        const int is_right = box.left > across(tradeoff, x);
        draw_leader(across(tradeoff, x), down(tradeoff, y), &box, out);
        fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>",
                is_right ? box.left : box.right, box.bottom - 2, is_right ? "start" : "end",
                i == table->reference ? " font-weight=\"600\"" : "");
        eg_write_html(out, text);
        fputs("</text>\n", out);
    }
}

/* The reference comes last, on top of the others. */
static void draw_points(const struct tradeoff *tradeoff, FILE *out)
{
    const struct eg_score_table *table = tradeoff->comparison->table;
    for (size_t k = 0; k <= table->method_count; k++) {
        const size_t i = k < table->method_count ? k : table->reference;
        double x, y;
        if ((k < table->method_count && i == table->reference) || !find_point(tradeoff, i, &x, &y))
            continue;
        const double left = across(tradeoff, x), top = down(tradeoff, y);
        fprintf(out,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" fill=\"%s\" stroke=\"%s\" "
                "stroke-width=\"1.5\"/>\n",
                left, top, is_on_front(tradeoff, i) ? "#0b62b5" : "#fff",
                i == table->reference ? "#b83a00" : "#0b62b5");
    }
}

int eg_draw_tradeoff(const struct eg_contest *comparison, int by_gradients, FILE *out)
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
    draw_labels(&tradeoff, out);
    draw_points(&tradeoff, out);
    fputs("</svg>\n", out);
    return 1;
}
