/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figure of ranks over units: a line a method, its mean and interval, and bars that join
 * methods which are not told apart (after the critical-difference diagram of Demsar 2006). */
#include <math.h>
#include <stdlib.h>

#include "bench/compare/verdict_parts.h"
#include "bench/page/view_values.h"

enum { WIDTH = 760, LEFT = 190, RIGHT = 560, TOP = 30, LINE = 20, FOOT = 44, BAR = 9 };

struct ranking {
    const struct eg_contest *comparison;
    size_t order[EG_MOST_RANKED], count; /* methods that have a rank, the best first */
};

static double rank_at(const struct ranking *ranking, size_t place)
{
    return ranking->comparison->methods[ranking->order[place]].unit_rank;
}

static void sort_methods(struct ranking *ranking)
{
    const struct eg_contest *comparison = ranking->comparison;
    for (size_t method = 0; method < comparison->table->method_count; method++) {
        const double rank = comparison->methods[method].unit_rank;
        size_t at = ranking->count;
        if (isnan(rank) || at == EG_MOST_RANKED)
            continue;
        for (; at > 0 && rank_at(ranking, at - 1) > rank; at--)
            ranking->order[at] = ranking->order[at - 1];
        ranking->order[at] = method;
        ranking->count++;
    }
}

size_t eg_rank_order(const struct eg_contest *comparison, size_t *order)
{
    struct ranking ranking = {.comparison = comparison};
    sort_methods(&ranking);
    for (size_t i = 0; i < ranking.count; i++)
        order[i] = ranking.order[i];
    return ranking.count;
}

static double across(const struct ranking *ranking, double rank)
{
    const double last = (double)ranking->count;
    return LEFT + (RIGHT - LEFT) * (fmin(fmax(rank, 1), last) - 1) / (last - 1);
}

static double line_of(size_t place)
{
    return TOP + LINE * ((double)place + 0.5);
}

/* Whether a test tells any two of those places apart. */
static int are_told_apart(const struct ranking *ranking, size_t first, size_t last)
{
    const struct eg_contest *comparison = ranking->comparison;
    const size_t methods = comparison->table->method_count;
    for (size_t i = first; i < last; i++)
        for (size_t j = i + 1; j <= last; j++)
            if (comparison->duels[ranking->order[i] * methods + ranking->order[j]].rank_p <
                eg_level_of(comparison->table))
                return 1;
    return 0;
}

static json_t *list_groups(const struct ranking *ranking)
{
    json_t *groups = json_array();
    size_t reached = 0, drawn = 0;
    for (size_t first = 0; first < ranking->count; first++) {
        size_t last = first;
        while (last + 1 < ranking->count && !are_told_apart(ranking, first, last + 1))
            last++;
        if (last == first || last <= reached)
            continue;
        reached = last;
        groups = eg_append(groups,
                           json_pack("{s:i, s:f, s:f}", "x", RIGHT + 20 + BAR * (int)drawn++, "top",
                                     line_of(first) - 5, "bottom", line_of(last) + 5));
    }
    return groups;
}

static json_t *list_lines(const struct ranking *ranking)
{
    const struct eg_contest *comparison = ranking->comparison;
    const struct eg_score_table *table = comparison->table;
    json_t *lines = json_array();
    for (size_t place = 0; place < ranking->count; place++) {
        const size_t method = ranking->order[place];
        const struct eg_method_verdict *verdict = &comparison->methods[method];
        const double y = line_of(place);
        json_t *whisker = isnan(verdict->rank_low)
                              ? json_null()
                              : json_pack("{s:f, s:f, s:f}", "left",
                                          across(ranking, verdict->rank_low), "right",
                                          across(ranking, verdict->rank_high), "middle", y);
        lines = eg_append(lines,
                          json_pack("{s:o, s:f, s:f, s:f, s:f, s:b, s:b, s:b, s:o}", "title",
                                    eg_method_data(comparison, method), "y", y, "base", y + 4, "x",
                                    across(ranking, verdict->unit_rank), "rank", verdict->unit_rank,
                                    "is_reference", method == table->reference, "is_candidate",
                                    eg_is_candidate(table, method), "is_planted",
                                    method == table->floor || method == table->ceiling, "whisker",
                                    whisker));
    }
    return lines;
}

static json_t *list_ticks(const struct ranking *ranking)
{
    json_t *ticks = json_array();
    const size_t step = ranking->count > 20 ? 5 : ranking->count > 10 ? 2 : 1;
    for (size_t rank = 1; rank <= ranking->count; rank += step)
        ticks = eg_append(
            ticks, json_pack("{s:f, s:i}", "x", across(ranking, (double)rank), "value", (int)rank));
    return ticks;
}

static int has_intervals(const struct ranking *ranking)
{
    for (size_t place = 0; place < ranking->count; place++)
        if (!isnan(ranking->comparison->methods[ranking->order[place]].rank_low))
            return 1;
    return 0;
}

json_t *eg_ranks_data(const struct eg_contest *comparison)
{
    struct ranking ranking = {.comparison = comparison};
    sort_methods(&ranking);
    if (ranking.count < 2)
        return json_pack("{s:[]}", "lines");
    const double bottom = line_of(ranking.count - 1) + LINE * 0.7;
    return json_pack("{s:b, s:b, s:i, s:f, s:i, s:i, s:i, s:i, s:f, s:f, s:f, s:i, s:o, s:o, s:o}",
                     "has_intervals", has_intervals(&ranking), "is_any_told_apart",
                     are_told_apart(&ranking, 0, ranking.count - 1), "width", WIDTH, "height",
                     bottom + FOOT, "left", LEFT, "right", RIGHT, "top", TOP, "label", LEFT - 12,
                     "bottom", bottom, "foot", bottom + 16, "title_y", bottom + 34, "centre",
                     (LEFT + RIGHT) / 2, "ticks", list_ticks(&ranking), "lines",
                     list_lines(&ranking), "groups", list_groups(&ranking));
}
