/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figure of quality against cost, with the front that no method is beyond. */
#include <math.h>
#include <string.h>

#include "bench/page/view_values.h"
#include "bench/compare/verdict_parts.h"

enum { WIDTH = 760, HEIGHT = 400, LEFT = 70, RIGHT = 180, TOP = 20, BOTTOM = 50 };

/* Labels of more points are not placed; LETTER is about the width of one. */
enum { LABELLED_MOST = 64, LETTER = 7 };

/* Of covering a point or a label, and a whisker. */
enum { FULL = 16, LIGHT = 1 };

/* It has all points, and their intervals so far as these take no more than half as much again on a side. */
struct axis {
    double least, most;
};

struct tradeoff {
    const struct eg_contest *comparison;
    int by_gradients, by_rank;
    struct axis x, y; /* log10 of cost; quality, more is better */
};

/* On the axes, with the ends of its intervals; NaN: none. */
struct point {
    double x, left, right, y, low, high;
};

static struct point cost_of(double mean, double low, double high)
{
    /* Of the mean's logarithm to first order: no cost is below 0. */
    const double x = mean > 0 ? log10(mean) : NAN;
    return (struct point){
        .x = x, .left = x + (low / mean - 1) / M_LN10, .right = x + (high / mean - 1) / M_LN10};
}

/* Returns 0 where the method has no place in the figure. */
static int find_point(const struct tradeoff *tradeoff, size_t method, struct point *point)
{
    const struct eg_score_table *table = tradeoff->comparison->table;
    const struct eg_method_verdict *own = &tradeoff->comparison->methods[method];
    const size_t ranked = table->method_count - (table->flipped != EG_NO_METHOD);
    *point = tradeoff->by_gradients
                 ? cost_of(own->cost.gradient_evaluations, own->cost_low.gradient_evaluations,
                           own->cost_high.gradient_evaluations)
                 : cost_of(own->cost.seconds, own->cost_low.seconds, own->cost_high.seconds);
    point->y = tradeoff->by_rank ? -own->unit_rank : own->normalised;
    point->low = tradeoff->by_rank ? -own->rank_high : own->normalised_low;
    point->high = tradeoff->by_rank ? -own->rank_low : own->normalised_high;
    if (tradeoff->by_rank && !isnan(point->low)) {
        point->low = fmax(point->low, -(double)ranked);
        point->high = fmin(point->high, -1);
    }
    return method != table->flipped && isfinite(point->x) && isfinite(point->y);
}

static void stretch(const struct axis *points, double low, double high, struct axis *axis)
{
    const double room = (points->most - points->least) / 2;
    if (isnan(low))
        return;
    axis->least = fmin(axis->least, fmax(low, points->least - room));
    axis->most = fmax(axis->most, fmin(high, points->most + room));
}

static size_t find_range(struct tradeoff *tradeoff)
{
    const size_t methods = tradeoff->comparison->table->method_count;
    struct axis x = {INFINITY, -INFINITY}, y = x;
    struct point point;
    size_t points = 0;
    for (size_t i = 0; i < methods; i++)
        if (find_point(tradeoff, i, &point)) {
            points++;
            x = (struct axis){fmin(x.least, point.x), fmax(x.most, point.x)};
            y = (struct axis){fmin(y.least, point.y), fmax(y.most, point.y)};
        }
    tradeoff->x = x;
    tradeoff->y = y;
    for (size_t i = 0; i < methods; i++)
        if (find_point(tradeoff, i, &point)) {
            stretch(&x, point.left, point.right, &tradeoff->x);
            stretch(&y, point.low, point.high, &tradeoff->y);
        }
    /* No point stands on the frame. */
    tradeoff->x.least = floor(tradeoff->x.least - 0.05);
    tradeoff->x.most = ceil(tradeoff->x.most + 0.05);
    const double margin = fmax(0.08 * (tradeoff->y.most - tradeoff->y.least), 0.02);
    tradeoff->y.least -= margin;
    tradeoff->y.most += margin;
    return points;
}

static double across(const struct tradeoff *tradeoff, double x)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * (x - tradeoff->x.least) /
                      (tradeoff->x.most - tradeoff->x.least);
}

static double down(const struct tradeoff *tradeoff, double y)
{
    return HEIGHT - BOTTOM -
           (HEIGHT - TOP - BOTTOM) * (y - tradeoff->y.least) /
               (tradeoff->y.most - tradeoff->y.least);
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
    for (double x = tradeoff->x.least; x <= tradeoff->x.most + 0.5; x++)
        list = eg_append(list, json_pack("{s:f, s:o}", "x", across(tradeoff, x), "value",
                                         eg_number(pow(10, x))));
    return list;
}

static json_t *list_qualities(const struct tradeoff *tradeoff)
{
    const double step = find_step(tradeoff->y.most - tradeoff->y.least);
    json_t *list = json_array();
    for (double k = ceil(tradeoff->y.least / step); k * step <= tradeoff->y.most; k++) {
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
    struct point own, other;
    const struct eg_score_table *table = tradeoff->comparison->table;
    if (method == table->ceiling || !find_point(tradeoff, method, &own))
        return 0;
    for (size_t i = 0; i < table->method_count; i++)
        if (i != method && i != table->ceiling && find_point(tradeoff, i, &other) &&
            other.x <= own.x && other.y >= own.y && (other.x < own.x || other.y > own.y))
            return 0;
    return 1;
}

/* A piece of the figure that no label may cover. */
struct box {
    double left, right, top, bottom;
    size_t weight; /* of covering it */
};

struct boxes {
    struct box items[4 * LABELLED_MOST]; /* of a point three, and its label */
    size_t count;
};

static size_t weigh_overlaps(const struct boxes *boxes, struct box box)
{
    size_t overlaps = 0;
    for (size_t i = 0; i < boxes->count; i++) {
        const struct box *other = &boxes->items[i];
        if (other->left < box.right && other->right > box.left && other->top < box.bottom &&
            other->bottom > box.top)
            overlaps += other->weight;
    }
    return overlaps;
}

/* The place beside the point, of some, at which a label of that width covers least. */
static struct box place_label(const struct boxes *boxes, double x, double y, double width)
{
    static const double offsets[][2] = {
        {8, 0},  {8, 11},  {8, -11},  {-1, 0},  {-1, 11},  {8, 22}, {8, -22}, {-1, -11}, {-1, 22},
        {8, 33}, {8, -33}, {-1, -22}, {-1, 33}, {-1, -33}, {8, 44}, {8, -44}, {-1, 44},  {-1, -44}};
    struct box best = {0};
    size_t least = (size_t)-1;
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets && least > 0; i++) {
        const double left = offsets[i][0] > 0 ? x + offsets[i][0] : x - 8 - width;
        const struct box box = {left, left + width, y + offsets[i][1] - 6, y + offsets[i][1] + 6,
                                FULL};
        const size_t overlaps = weigh_overlaps(boxes, box);
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

/* The point's mark and its whiskers. */
static void add_point(const struct tradeoff *tradeoff, const struct point *point,
                      struct boxes *boxes)
{
    const double x = across(tradeoff, point->x), y = down(tradeoff, point->y);
    boxes->items[boxes->count++] = (struct box){x - 5, x + 5, y - 5, y + 5, FULL};
    if (!isnan(point->left))
        boxes->items[boxes->count++] = (struct box){
            across(tradeoff, point->left), across(tradeoff, point->right), y - 1, y + 1, LIGHT};
    if (!isnan(point->low))
        boxes->items[boxes->count++] = (struct box){x - 1, x + 1, down(tradeoff, point->high),
                                                    down(tradeoff, point->low), LIGHT};
}

static json_t *label_data(const struct tradeoff *tradeoff, size_t method, const struct point *point,
                          struct boxes *boxes)
{
    const double x = across(tradeoff, point->x), y = down(tradeoff, point->y);
    char text[128];
    eg_method_title(tradeoff->comparison, method, text, sizeof text);
    const struct box box = place_label(boxes, x, y, LETTER * (double)strlen(text));
    boxes->items[boxes->count++] = box;
    return json_pack("{s:f, s:f, s:s, s:b, s:o, s:o}", "x", box.left > x ? box.left : box.right,
                     "y", box.bottom - 2, "anchor", box.left > x ? "start" : "end", "is_reference",
                     method == tradeoff->comparison->table->reference, "title", eg_text(text),
                     "leader", leader_data(x, y, &box));
}

static json_t *list_labels(const struct tradeoff *tradeoff)
{
    const size_t methods = tradeoff->comparison->table->method_count;
    const size_t labelled = methods < LABELLED_MOST ? methods : LABELLED_MOST;
    struct boxes boxes = {.count = 0};
    json_t *labels = json_array();
    struct point point;
    for (size_t i = 0; i < labelled; i++)
        if (find_point(tradeoff, i, &point))
            add_point(tradeoff, &point, &boxes);
    for (size_t i = 0; i < labelled; i++)
        if (find_point(tradeoff, i, &point))
            labels = eg_append(labels, label_data(tradeoff, i, &point, &boxes));
    return labels;
}

/* An interval along an axis of the figure, cut where it leaves it. */
static json_t *whisker_data(double from, double to, double first, double last, double middle)
{
    if (isnan(from))
        return json_null();
    return json_pack("{s:f, s:f, s:f, s:b, s:b}", "from", fmax(from, first), "to", fmin(to, last),
                     "middle", middle, "has_start", from >= first, "has_end", to <= last);
}

static json_t *point_data(const struct tradeoff *tradeoff, size_t method, const struct point *point)
{
    const double x = across(tradeoff, point->x), y = down(tradeoff, point->y);
    return json_pack("{s:f, s:f, s:b, s:b, s:o, s:o}", "x", x, "y", y, "is_on_front",
                     is_on_front(tradeoff, method), "is_reference",
                     method == tradeoff->comparison->table->reference, "cost_whisker",
                     whisker_data(across(tradeoff, point->left), across(tradeoff, point->right),
                                  LEFT, WIDTH - RIGHT, y),
                     "quality_whisker",
                     whisker_data(down(tradeoff, point->high), down(tradeoff, point->low), TOP,
                                  HEIGHT - BOTTOM, x));
}

/* The reference comes last, on top of the others. */
static json_t *list_points(const struct tradeoff *tradeoff)
{
    const struct eg_score_table *table = tradeoff->comparison->table;
    json_t *points = json_array();
    struct point point;
    for (size_t k = 0; k <= table->method_count; k++) {
        const size_t i = k < table->method_count ? k : table->reference;
        if ((k == table->method_count || i != table->reference) && find_point(tradeoff, i, &point))
            points = eg_append(points, point_data(tradeoff, i, &point));
    }
    return points;
}

static int has_intervals(const struct tradeoff *tradeoff)
{
    struct point point;
    for (size_t i = 0; i < tradeoff->comparison->table->method_count; i++)
        if (find_point(tradeoff, i, &point) && !(isnan(point.left) && isnan(point.low)))
            return 1;
    return 0;
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
        "{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:b, s:b, s:b, s:o, s:o, s:o, "
        "s:o}",
        "width", WIDTH, "height", HEIGHT, "left", LEFT, "top", TOP, "bottom", HEIGHT - BOTTOM,
        "right", WIDTH - RIGHT, "foot", HEIGHT - BOTTOM + 18, "side", LEFT - 8, "middle",
        (LEFT + WIDTH - RIGHT) / 2, "title_y", HEIGHT - 10, "centre", (TOP + HEIGHT - BOTTOM) / 2,
        "by_gradients", by_gradients, "by_rank", tradeoff.by_rank, "has_intervals",
        has_intervals(&tradeoff), "across", list_costs(&tradeoff), "down",
        list_qualities(&tradeoff), "labels", list_labels(&tradeoff), "points",
        list_points(&tradeoff));
}
