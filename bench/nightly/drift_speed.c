/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/drift_speed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *eg_cost_title(enum eg_cost_kind kind)
{
    static const char *const titles[] = {"training step", "run time of", "memory of"};
    return titles[kind];
}

/* What a nightly run's line, or the current run's facts and steps, say of a cost; NAN where nothing. */
static double cost_in(const json_t *facts, const json_t *steps, const struct eg_cost *cost)
{
    static const char *const fields[] = {"steps", "seconds", "peak_rss_mb"};
    const json_t *holder = cost->kind == EG_COST_STEP ? steps : facts;
    const json_t *number = json_object_get(json_object_get(holder, fields[cost->kind]), cost->name);
    const json_t *rate = json_object_get(json_object_get(steps, "calibration"), "product_gflops");
    if (!json_is_number(number) || (cost->kind == EG_COST_SECONDS && !json_is_number(rate)))
        return NAN;
    return json_number_value(number) *
           (cost->kind == EG_COST_SECONDS ? json_number_value(rate) : 1);
}

static int same_field(const json_t *a, const json_t *b, const char *field)
{
    const json_t *left = json_object_get(a, field), *right = json_object_get(b, field);
    return left && right && json_equal(left, right);
}

/* Whether the nightly run of that line took its time over the same work on the same machine. */
static int is_comparable(const json_t *line, const json_t *facts)
{
    static const char *const fields[] = {"machine", "scale", "seeds"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!same_field(line, facts, fields[i]))
            return 0;
    return !json_object_get(line, "cpu") || same_field(line, facts, "cpu");
}

size_t eg_cost_series(const struct eg_history *history, const json_t *facts,
                      const struct eg_cost *cost, double *values)
{
    size_t i, count = 0;
    json_t *line;
    json_array_foreach(history->lines, i, line)
    {
        const char *kind = json_string_value(json_object_get(line, "history"));
        if (kind && strcmp(kind, "accepted") == 0 && same_field(line, facts, "scale"))
            count = 0;
        else if (is_comparable(line, facts))
            values[count++] = cost_in(line, line, cost);
    }
    return count;
}

/* One cost for each number in the object; costs->items has room. */
static void list_costs(struct eg_costs *costs, enum eg_cost_kind kind, const json_t *object)
{
    const char *name;
    json_t *number;
    json_object_foreach((json_t *)object, name, number)
    {
        struct eg_cost *cost = &costs->items[costs->count++];
        *cost = (struct eg_cost){.kind = kind};
        snprintf(cost->name, sizeof cost->name, "%s", name);
    }
}

int eg_costs_list(struct eg_costs *costs, const json_t *facts, const json_t *steps,
                  struct eg_error *error)
{
    const json_t *ratios = json_object_get(steps, "steps");
    const json_t *seconds = json_object_get(facts, "seconds");
    const json_t *memory = json_object_get(facts, "peak_rss_mb");
    *costs = (struct eg_costs){0};
    costs->items = eg_alloc(json_object_size(ratios) + json_object_size(seconds) +
                                json_object_size(memory),
                            sizeof *costs->items, error);
    if (!costs->items)
        return EG_INTERNAL;
    list_costs(costs, EG_COST_STEP, ratios);
    list_costs(costs, EG_COST_SECONDS, seconds);
    list_costs(costs, EG_COST_MEMORY, memory);
    return EG_OK;
}

int eg_drift_weigh_costs(struct eg_costs *costs, const struct eg_history *history,
                         const struct eg_nightly *current, const json_t *steps,
                         struct eg_error *error)
{
    int status = eg_costs_list(costs, current->facts, steps, error);
    double *values = eg_alloc(json_array_size(history->lines) + 1, sizeof *values, error);
    if (!values)
        return EG_INTERNAL;
    for (size_t i = 0; i < costs->count && !status; i++) {
        struct eg_cost *cost = &costs->items[i];
        const size_t before = eg_cost_series(history, current->facts, cost, values);
        values[before] = cost_in(current->facts, steps, cost);
        cost->nightly_runs = before + 1;
        cost->current = values[before];
        if (isfinite(cost->current))
            status = eg_detect_step(values, cost->nightly_runs, &cost->step, error);
        costs->found += cost->step.found != 0;
    }
    free(values);
    return status;
}

void eg_costs_free(struct eg_costs *costs)
{
    free(costs->items);
    *costs = (struct eg_costs){0};
}
