/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/nightly/drift_verdict.h"

enum { MEASURES_SHOWN = 20 };

/* ---- JSON ---- */

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* Whether the entry belongs to what moved: as confirmed where there was a second look. */
static int is_moved(const struct eg_drift *drift, const struct eg_drift_entry *entry)
{
    return drift->screen.confirming ? entry->confirmed : entry->test.moved;
}

static json_t *pack_entry(const struct eg_drift_entry *entry)
{
    const struct eg_drift_test *test = &entry->test, *second = &entry->second;
    json_t *packed = eg_measure_pack(entry->measure);
    json_object_set_new(packed, "vanished", json_boolean(test->kind == EG_DRIFT_VANISHED));
    json_object_set_new(packed, "reference", number(test->reference_mean));
    json_object_set_new(packed, "tonight", number(test->mean));
    json_object_set_new(packed, "relative", number(test->relative));
    json_object_set_new(packed, "p", number(test->adjusted));
    if (entry->confirmed) {
        json_object_set_new(packed, "confirmed_relative", number(second->relative));
        json_object_set_new(packed, "confirmed_p", number(second->adjusted));
    }
    return packed;
}

/* As the fields of a line of the history are called. */
static const char *series_of(enum eg_cost_kind kind)
{
    static const char *const names[] = {"steps", "seconds", "peak_rss_mb"};
    return names[kind];
}

static json_t *list_moved(const struct eg_drift *drift)
{
    json_t *list = json_array();
    for (size_t i = 0; i < drift->screen.count; i++)
        if (is_moved(drift, &drift->screen.entries[i]))
            json_array_append_new(list, pack_entry(&drift->screen.entries[i]));
    for (size_t i = 0; i < drift->costs.count; i++) {
        const struct eg_cost *cost = &drift->costs.items[i];
        if (cost->step.found)
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:f}", "series", series_of(cost->kind),
                                            "name", cost->name, "ratio", cost->step.ratio));
    }
    return list;
}

static json_t *list_costs(const struct eg_costs *costs)
{
    json_t *list = json_array();
    for (size_t i = 0; i < costs->count; i++) {
        const struct eg_cost *cost = &costs->items[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:i}", "series",
                            series_of(cost->kind), "name", cost->name, "nights",
                            (json_int_t)cost->nightly_runs, "tonight", number(cost->current),
                            "before", number(cost->step.before), "ratio", number(cost->step.ratio),
                            "least", number(cost->step.least), "found", cost->step.found));
    }
    return list;
}

static json_t *pack_change(const struct eg_drift_change *change)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < EG_CHANGED_CELLS_SHOWN; i++) {
        const struct eg_changed_cell *cell = &change->shown[i];
        if (cell->value[0])
            json_array_append_new(cells,
                                  json_pack("{s:s, s:s, s:o, s:o}", "cell", cell->name, "value",
                                            cell->value, "reference", number(cell->before),
                                            "tonight", number(cell->after)));
    }
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:b, s:s, s:s, s:I, s:I, s:o}", "experiment",
                     change->experiment, "seeds", (json_int_t)change->seeds, "unequal",
                     (json_int_t)change->unequal, "missing", (json_int_t)change->missing, "lacking",
                     (json_int_t)change->lacking, "failed", (json_int_t)change->failed, "same_code",
                     change->same_code, "last_same", change->last_same, "first_other",
                     change->first_other, "cells", (json_int_t)change->cells, "changed_cells",
                     (json_int_t)change->changed_cells, "most_changed", cells);
}

static int print_json(const struct eg_drift *drift, const char *answer, FILE *out,
                      struct eg_error *error)
{
    const struct eg_drift_screen *screen = &drift->screen;
    json_t *experiments = json_array();
    for (size_t i = 0; i < drift->change_count; i++)
        json_array_append_new(experiments, pack_change(&drift->changes[i]));
    json_t *all = json_pack("{s:s, s:s, s:o, s:b, s:b, s:I, s:I, s:I, s:I, s:o, s:o}", "verdict",
                            eg_drift_verdict_name(eg_drift_verdict(drift)), "answer", answer,
                            "moved", list_moved(drift), "paired", screen->paired, "confirmed",
                            screen->confirming, "compared", (json_int_t)screen->compared, "equal",
                            (json_int_t)screen->equal, "suspects", (json_int_t)screen->suspects,
                            "appeared", (json_int_t)screen->appeared, "experiments", experiments,
                            "costs", list_costs(&drift->costs));
    const int bad = !all || json_dumpf(all, out, JSON_COMPACT | JSON_REAL_PRECISION(9)) ||
                    fputc('\n', out) == EOF;
    json_decref(all);
    return bad ? eg_fail(error, EG_INTERNAL, "out of memory printing the nightly run") : EG_OK;
}

/* ---- text ---- */

static void print_change(const struct eg_drift_change *change, int same_machine, FILE *out)
{
    fprintf(out, "  %-12s %zu of %zu digests as in the reference", change->experiment,
            change->seeds - change->unequal, change->seeds);
    if (change->unequal && same_machine && eg_drift_is_whole(change))
        fprintf(out, ", other bits since %s", change->first_other);
    if (change->cells)
        fprintf(out, ", %zu of %zu cells of one seed changed", change->changed_cells,
                change->cells);
    fputc('\n', out);
    for (size_t i = 0; i < EG_CHANGED_CELLS_SHOWN && change->shown[i].value[0]; i++) {
        const struct eg_changed_cell *cell = &change->shown[i];
        fprintf(out, "    %s: %s %.9g, was %.9g (%.2g of it)\n", cell->name, cell->value,
                cell->after, cell->before, cell->relative);
    }
}

static void print_entry(const struct eg_drift_entry *entry, FILE *out)
{
    const struct eg_measure *m = entry->measure;
    const struct eg_drift_test *test = &entry->test;
    const char *const rest[] = {m->versus, m->metric, m->statistic, m->label};
    fprintf(out, "  %s %s %s %s", m->experiment, m->dataset, m->protocol, m->method);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        fprintf(out, "%s%s", *rest[i] ? " " : "", rest[i]);
    if (test->kind == EG_DRIFT_VANISHED)
        fprintf(out, ": gone, %zu of the seeds had it\n", test->reference_n);
    else
        fprintf(out, ": %.6g, was %.6g (%+.2g %%, p %.1g)\n", test->mean, test->reference_mean,
                100 * test->relative, test->adjusted);
}

static void print_text(const struct eg_drift *drift, const char *answer, FILE *out)
{
    size_t shown = 0, moved = 0;
    fprintf(out, "%s\n", answer);
    for (size_t i = 0; i < drift->change_count; i++)
        if (drift->changes[i].seeds || drift->changes[i].missing || drift->changes[i].lacking)
            print_change(&drift->changes[i], drift->same_machine, out);
    for (size_t i = 0; i < drift->screen.count; i++) {
        if (!is_moved(drift, &drift->screen.entries[i]))
            continue;
        moved++;
        if (shown < MEASURES_SHOWN) {
            shown++;
            print_entry(&drift->screen.entries[i], out);
        }
    }
    if (moved > shown)
        fprintf(out, "  and %zu measures more (--json has all)\n", moved - shown);
}

int eg_drift_print(const struct eg_drift *drift, int as_json, FILE *out, struct eg_error *error)
{
    char *answer = eg_drift_answer_alloc(drift, error);
    if (!answer)
        return EG_INTERNAL;
    int status = EG_OK;
    if (as_json)
        status = print_json(drift, answer, out, error);
    else
        print_text(drift, answer, out);
    free(answer);
    return status;
}
