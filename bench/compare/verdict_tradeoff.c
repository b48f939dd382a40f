/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figure of quality against cost, with the front that no method is beyond. */
#include <math.h>
#include <string.h>

#include "bench/page/view_values.h"
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

/* The powers of ten along the axis of cost. */
static json_t *list_costs(const struct tradeoff *tradeoff)
{
    json_t *list = json_array();
    for (double x = tradeoff->least_x; x <= tradeoff->most_x + 0.5; x++)
        list = eg_append(list, json_pack("{s:f, s:o}", "x", across(tradeoff, x), "value",
                                         eg_number(pow(10, x))));
    return list;
}

static json_t *list_qualities(const struct tradeoff *tradeoff)
{
    const double step = find_step(tradeoff->most_y - tradeoff->least_y);
    json_t *list = json_array();
    for (double k = ceil(tradeoff->least_y / step); k * step <= tradeoff->most_y; k++) {
        const double y = down(tradeoff, k * step);
        list = eg_append(list, json_pack("{s:f, s:f, s:f}", "y", y, "base", y + 4, "value",
                                         k == 0              ? 0.0
                                         : tradeoff->by_rank ? -k * step
                                                             : k * step));
    }
    return list;
}

/* Whether no other method is as good and as cheap, and one of both more. The oracle knows the
 * truth, and is no method to choose. */
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
static json_t *leader_data(double x, double y, const struct box *label)
{
    const double middle = (label->top + label->bottom) / 2;
    if (fabs(middle - y) <= 2)
        return json_null();
    return json_pack("{s:f, s:f, s:f, s:f}", "x", x, "y", y, "end",
                     label->left > x ? label->left - 2 : label->right + 2, "middle", middle);
}

static json_t *list_labels(const struct tradeoff *tradeoff)
{
    const struct eg_score_table *table = tradeoff->comparison->table;
    struct boxes boxes = {.count = 0};
    json_t *labels = json_array();
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
        const double left = across(tradeoff, x), top = down(tradeoff, y);
        const struct box box = place_label(&boxes, left, top, LETTER * (double)strlen(text));
        boxes.items[boxes.count++] = box;
        labels = eg_append(labels,
                           json_pack("{s:f, s:f, s:s, s:b, s:o, s:o}", "x",
                                     box.left > left ? box.left : box.right, "y", box.bottom - 2,
                                     "anchor", box.left > left ? "start" : "end", "is_reference",
                                     i == table->reference, "title", eg_text(text), "leader",
                                     leader_data(left, top, &box)));
    }
    return labels;
}

/* The reference comes last, on top of the others. */
static json_t *list_points(const struct tradeoff *tradeoff)
{
    const struct eg_score_table *table = tradeoff->comparison->table;
    json_t *points = json_array();
    for (size_t k = 0; k <= table->method_count; k++) {
        const size_t i = k < table->method_count ? k : table->reference;
        double x, y;
        if ((k < table->method_count && i == table->reference) || !find_point(tradeoff, i, &x, &y))
            continue;
        points = eg_append(points,
                           json_pack("{s:f, s:f, s:b, s:b}", "x", across(tradeoff, x), "y",
                                     down(tradeoff, y), "is_on_front", is_on_front(tradeoff, i),
                                     "is_reference", i == table->reference));
    }
    return points;
}

json_t *eg_tradeoff_data(const struct eg_contest *comparison, int by_gradients)
{
    struct tradeoff tradeoff = {
        .comparison = comparison, .by_gradients = by_gradients, .by_rank = 1};
    for (size_t i = 0; i < comparison->table->method_count; i++)
        if (comparison->methods[i].normalised_count)
            tradeoff.by_rank = 0;
    if (find_range(&tradeoff) < 2)
        return json_pack("{s:[]}", "points");
    return json_pack(
        "{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:b, s:b, s:o, s:o, s:o, s:o}",
        "width", WIDTH, "height", HEIGHT, "left", LEFT, "top", TOP, "bottom", HEIGHT - BOTTOM,
        "right", WIDTH - RIGHT, "foot", HEIGHT - BOTTOM + 18, "side", LEFT - 8, "middle",
        (LEFT + WIDTH - RIGHT) / 2, "title_y", HEIGHT - 10, "centre", (TOP + HEIGHT - BOTTOM) / 2,
        "by_gradients", by_gradients, "by_rank", tradeoff.by_rank, "across", list_costs(&tradeoff),
        "down", list_qualities(&tradeoff), "labels", list_labels(&tradeoff), "points",
        list_points(&tradeoff));
}
