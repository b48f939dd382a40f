/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/enrichment.h"

#include <math.h>
#include <stdlib.h>

#include "stats/holm.h"

/* Where the walk down the list stands for a set. */
struct walk {
    double weight;  /* of all its members, at their ranks */
    double members; /* how many */
    double met, met_weight;
    double highest, lowest; /* of the running sum so far */
};

struct tally {
    double same_sign, as_high, sum; /* of scores of the same sign */
};

struct ranked_item {
    double weight;
    size_t item;
};

struct enrichment_work {
    size_t items, count;
    const struct eg_item_set *sets;
    struct ranked_item *ranked; /* items: as the weights order them */
    size_t *at_rank;            /* items: who is there */
    size_t *begin;              /* items + 1: where the sets of each item begin in of_item */
    uint32_t *of_item;
    struct walk *walks; /* count */
    struct tally *tallies;
    double *p, *q;
};

static int check_sets(size_t items, const double *weights, size_t count,
                      const struct eg_item_set *sets, struct eg_error *error)
{
    for (size_t i = 0; i < items; i++)
        if (!isfinite(weights[i]) || weights[i] < 0)
            return eg_fail(error, EG_DATA,
                           "item %zu has weight %g; enrichment needs weights that are finite and "
                           "not negative",
                           i, weights[i]);
    for (size_t s = 0; s < count; s++) {
        if (sets[s].count == 0)
            return eg_fail(error, EG_DATA, "set %zu is empty; leave it out", s);
        for (size_t i = 0; i < sets[s].count; i++) {
            if (sets[s].items[i] >= items)
                return eg_fail(error, EG_DATA,
                               "set %zu has item %u, but there are %zu items, from 0 on", s,
                               sets[s].items[i], items);
            if (i > 0 && sets[s].items[i - 1] >= sets[s].items[i])
                return eg_fail(error, EG_DATA,
                               "set %zu has item %u after item %u; give each once, ascending", s,
                               sets[s].items[i], sets[s].items[i - 1]);
        }
        if (sets[s].count == items)
            return eg_fail(error, EG_DATA, "set %zu has all %zu items; leave it out", s, items);
    }
    return EG_OK;
}

static void work_free(struct enrichment_work *work)
{
    free(work->ranked);
    free(work->at_rank);
    free(work->begin);
    free(work->of_item);
    free(work->walks);
    free(work->tallies);
    free(work->p);
    free(work->q);
}

static int work_alloc(struct enrichment_work *work, size_t items, size_t count,
                      const struct eg_item_set *sets, struct eg_error *error)
{
    size_t members = 0;
    for (size_t s = 0; s < count; s++)
        members += sets[s].count;
    *work = (struct enrichment_work){.items = items, .count = count, .sets = sets};
    work->ranked = eg_alloc(items, sizeof *work->ranked, error);
    work->at_rank = eg_alloc(items, sizeof *work->at_rank, error);
    work->begin = eg_alloc(items + 2, sizeof *work->begin, error);
    work->of_item = eg_alloc(members, sizeof *work->of_item, error);
    work->walks = eg_alloc(count, sizeof *work->walks, error);
    work->tallies = eg_alloc(count, sizeof *work->tallies, error);
    work->p = eg_alloc(count, sizeof *work->p, error);
    work->q = eg_alloc(count, sizeof *work->q, error);
    if (work->ranked && work->at_rank && work->begin && work->of_item && work->walks &&
        work->tallies && work->p && work->q)
        return EG_OK;
    work_free(work);
    return EG_INTERNAL;
}

/* of_item and begin from the sets. */
static void list_sets_of_items(struct enrichment_work *work)
{
    for (size_t s = 0; s < work->count; s++)
        for (size_t i = 0; i < work->sets[s].count; i++)
            work->begin[work->sets[s].items[i] + 2]++;
    for (size_t i = 0; i < work->items; i++)
        work->begin[i + 2] += work->begin[i + 1];
    /* One place on, begin is where the next set of an item goes, and ends as where its own begin. */
    for (size_t s = 0; s < work->count; s++)
        for (size_t i = 0; i < work->sets[s].count; i++)
            work->of_item[work->begin[work->sets[s].items[i] + 1]++] = (uint32_t)s;
}

/* The heavier first, of equal ones the smaller number. */
static int compare_items(const void *a, const void *b)
{
    const struct ranked_item *left = a, *right = b;
    if (left->weight != right->weight)
        return left->weight > right->weight ? -1 : 1;
    return left->item < right->item ? -1 : left->item > right->item;
}

static void rank_items(struct enrichment_work *work, const double *weights)
{
    for (size_t i = 0; i < work->items; i++)
        work->ranked[i] = (struct ranked_item){weights[i], i};
    qsort(work->ranked, work->items, sizeof *work->ranked, compare_items);
    for (size_t rank = 0; rank < work->items; rank++)
        work->at_rank[rank] = work->ranked[rank].item;
}

/* Walks down the list for all sets at once. The running sum rises by a member's share of its set's
 * weight and falls by 1 / (items - members) at others, so it is lowest just before a member and
 * highest just after one. */
static void walk_down(struct enrichment_work *work)
{
    const size_t *begin = work->begin;
    for (size_t s = 0; s < work->count; s++)
        work->walks[s] = (struct walk){.members = (double)work->sets[s].count};
    for (size_t rank = 0; rank < work->items; rank++)
        for (size_t k = begin[work->at_rank[rank]]; k < begin[work->at_rank[rank] + 1]; k++)
            work->walks[work->of_item[k]].weight += work->ranked[rank].weight;
    for (size_t rank = 0; rank < work->items; rank++)
        for (size_t k = begin[work->at_rank[rank]]; k < begin[work->at_rank[rank] + 1]; k++) {
            struct walk *walk = &work->walks[work->of_item[k]];
            const double total = walk->weight > 0 ? walk->weight : walk->members;
            const double fallen = ((double)rank - walk->met) /
                                  ((double)work->items - walk->members);
            const double before = walk->met_weight / total - fallen;
            walk->lowest = before < walk->lowest ? before : walk->lowest;
            walk->met_weight += walk->weight > 0 ? work->ranked[rank].weight : 1;
            walk->met++;
            const double after = walk->met_weight / total - fallen;
            walk->highest = after > walk->highest ? after : walk->highest;
        }
}

static double score_of(const struct walk *walk)
{
    return walk->highest >= -walk->lowest ? walk->highest : walk->lowest;
}

static void permute_items(struct enrichment_work *work, struct eg_stream stream,
                          const struct eg_enrichment *results)
{
    for (size_t i = 0; i < work->items; i++)
        work->at_rank[i] = i;
    eg_stream_shuffle(&stream, work->at_rank, work->items);
    walk_down(work);
    for (size_t s = 0; s < work->count; s++) {
        const double score = score_of(&work->walks[s]);
        if ((score > 0) != (results[s].score > 0))
            continue;
        work->tallies[s].same_sign++;
        work->tallies[s].as_high += fabs(score) >= fabs(results[s].score);
        work->tallies[s].sum += fabs(score);
    }
}

int eg_enrichment_test(size_t items, const double *weights, size_t count,
                       const struct eg_item_set *sets, size_t permutations,
                       const struct eg_stream *stream, struct eg_enrichment *results,
                       struct eg_error *error)
{
    struct enrichment_work work;
    int status = check_sets(items, weights, count, sets, error);
    if (!status)
        status = work_alloc(&work, items, count, sets, error);
    if (status)
        return status;
    list_sets_of_items(&work);
    rank_items(&work, weights);
    walk_down(&work);
    for (size_t s = 0; s < count; s++)
        results[s].score = score_of(&work.walks[s]);
    for (size_t r = 0; r < permutations; r++)
        permute_items(&work, eg_stream_item(stream, r), results);
    for (size_t s = 0; s < count; s++) {
        const struct tally *tally = &work.tallies[s];
        results[s].normalised = results[s].score / (tally->sum / tally->same_sign);
        work.p[s] = results[s].p = (1 + tally->as_high) / (1 + tally->same_sign);
    }
    status = eg_benjamini_hochberg(work.p, count, work.q, error);
    for (size_t s = 0; s < count; s++)
        results[s].q = work.q[s];
    work_free(&work);
    return status;
}
