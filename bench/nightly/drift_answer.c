/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/nightly/drift_verdict.h"
#include "bench/frame/names.h"
#include "bench/page/template.h"
#include "bench/page/view_values.h"

int eg_drift_is_whole(const struct eg_drift_change *change)
{
    return !change->failed && !change->missing && !change->lacking;
}

/* Rows that are not all there have another digest whatever the code. */
int eg_drift_is_undetermined(const struct eg_drift *drift, const struct eg_drift_change *change)
{
    return drift->same_machine && change->same_code && change->unequal > 0 &&
           eg_drift_is_whole(change);
}

/* Whether there was something to test and none of it could be, although no cell is missing. */
static int is_untested(const struct eg_drift *drift)
{
    size_t unequal = 0;
    for (size_t i = 0; i < drift->change_count; i++) {
        if (!eg_drift_is_whole(&drift->changes[i]))
            return 0;
        unequal += drift->changes[i].unequal;
    }
    return drift->screen.count && !drift->screen.compared && (unequal || !drift->screen.paired);
}

enum eg_nightly_run_verdict eg_drift_verdict(const struct eg_drift *drift)
{
    /* Digests are of rows: what sums them up may have changed with all of these equal. */
    int other = !drift->screen.paired || drift->screen.equal < drift->screen.compared;
    for (size_t i = 0; i < drift->change_count; i++) {
        const struct eg_drift_change *change = &drift->changes[i];
        if (!eg_drift_is_whole(change) || eg_drift_is_undetermined(drift, change))
            return EG_FOUND_BROKEN;
        other |= change->unequal > 0;
    }
    if (is_untested(drift))
        return EG_FOUND_BROKEN;
    if (drift->screen.suspects && !drift->screen.confirming)
        return EG_FOUND_SUSPECT;
    if (drift->screen.confirmed || drift->costs.found)
        return EG_FOUND_DRIFT;
    return other ? EG_FOUND_QUIET : EG_FOUND_SAME;
}

const char *eg_drift_verdict_name(enum eg_nightly_run_verdict verdict)
{
    static const char *const names[] = {"same", "quiet", "suspect", "drift", "broken"};
    return names[verdict];
}

/* ---- for the template ---- */

/* The number as printf writes it. */
static json_t *formed(const char *format, double number)
{
    char text[64];
    snprintf(text, sizeof text, format, number);
    return eg_text(text);
}

static json_t *change_data(const struct eg_drift *drift, const struct eg_drift_change *change)
{
    return json_pack("{s:s, s:i, s:i, s:i, s:i, s:o, s:i, s:b, s:b, s:i, s:i}", "experiment",
                     change->experiment, "missing", (int)change->missing, "seed_count",
                     (int)drift->current->seed_count, "lacking", (int)change->lacking, "lacking_of",
                     (int)change->lacking_of, "first_lacking", eg_text(change->first_lacking),
                     "failed", (int)change->failed, "many_failed", change->failed != 1,
                     "is_undetermined", eg_drift_is_undetermined(drift, change), "unequal",
                     (int)change->unequal, "seeds", (int)change->seeds);
}

/* The entry told first: the smallest p, then the largest difference. */
static const struct eg_drift_entry *find_surest(const struct eg_drift_screen *screen,
                                                const char *experiment, int confirmed,
                                                size_t *count)
{
    const struct eg_drift_entry *best = NULL;
    *count = 0;
    for (size_t i = 0; i < screen->count; i++) {
        const struct eg_drift_entry *entry = &screen->entries[i];
        if (strcmp(entry->measure->experiment, experiment) != 0 ||
            !(confirmed ? entry->confirmed : entry->test.moved))
            continue;
        ++*count;
        if (!best || entry->test.p < best->test.p ||
            (entry->test.p == best->test.p &&
             fabs(entry->test.relative) > fabs(best->test.relative)))
            best = entry;
    }
    return best;
}

static json_t *measure_data(const struct eg_drift_entry *entry)
{
    char metric[128];
    const struct eg_measure *measure = entry->measure;
    const struct eg_drift_test *test = &entry->test, *second = &entry->second;
    eg_metric_title(measure->metric, measure->statistic, metric, sizeof metric);
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:b, s:i, s:i, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "method",
        eg_title(measure->method), "versus",
        *measure->versus ? eg_title(measure->versus) : json_null(), "metric", eg_text(metric),
        "label", eg_text(measure->label), "data", eg_text(eg_dataset_title(measure->dataset)),
        "vanished", test->kind == EG_DRIFT_VANISHED, "n", (int)test->n, "reference_n",
        (int)test->reference_n, "reference", formed("%.4g", test->reference_mean), "tonight",
        formed("%.4g", test->mean), "change", formed("%+.2g", 100 * test->relative), "p",
        formed("%.1g", test->adjusted), "confirmed", entry->confirmed, "second_change",
        formed("%+.2g", 100 * second->relative), "second_p", formed("%.1g", second->adjusted));
}

/* The surest measure of each experiment that moved, and the commits it lies between. */
static json_t *list_moved(const struct eg_drift *drift)
{
    json_t *moved = json_array();
    for (size_t i = 0; i < drift->change_count; i++) {
        const struct eg_drift_change *change = &drift->changes[i];
        const int is_between = change->unequal &&
                               strcmp(change->last_same, change->first_other) != 0;
        size_t count;
        const struct eg_drift_entry *surest = find_surest(&drift->screen, change->experiment,
                                                          drift->screen.confirming, &count);
        if (surest)
            moved = eg_append(
                moved, eg_merge(measure_data(surest),
                                json_pack("{s:s, s:i, s:b, s:s, s:s, s:b}", "experiment",
                                          change->experiment, "count", (int)count, "is_many",
                                          count != 1, "last_same", change->last_same, "first_other",
                                          is_between ? change->first_other : "", "has_no_commit",
                                          change->unequal && !is_between)));
    }
    return moved;
}

static json_t *list_steps(const struct eg_costs *costs)
{
    json_t *steps = json_array();
    for (size_t i = 0; i < costs->count; i++) {
        const struct eg_cost *cost = &costs->items[i];
        if (cost->step.found)
            steps = eg_append(steps, json_pack("{s:s, s:s, s:o, s:i, s:o}", "kind",
                                               eg_cost_title(cost->kind), "name", cost->name,
                                               "ratio", formed("%.2f", cost->step.ratio), "nights",
                                               EG_STEP_NIGHTLY_RUNS, "least",
                                               formed("%.0f", 100 * cost->step.least)));
    }
    return steps;
}

/* What drift_answer.txt tells of. */
static json_t *answer_data(const struct eg_drift *drift)
{
    const struct eg_drift_screen *screen = &drift->screen;
    const enum eg_nightly_run_verdict verdict = eg_drift_verdict(drift);
    const int has_moved = verdict == EG_FOUND_SUSPECT || screen->confirmed > 0;
    json_t *changes = json_array(), *others = json_array();
    int known = 0;
    for (size_t i = 0; i < drift->change_count; i++) {
        changes = eg_append(changes, change_data(drift, &drift->changes[i]));
        if (drift->changes[i].unequal)
            others = eg_append(others, eg_text(drift->changes[i].experiment));
    }
    for (size_t i = 0; i < drift->costs.count; i++)
        known += drift->costs.items[i].step.known != 0;
    return json_pack(
        "{s:b, s:b, s:b, s:b, s:o, s:o, s:b, s:i, s:i, s:i, s:i, s:i, s:o, s:b, s:b, "
        "s:b, s:b, s:b, s:o, s:o, s:i, s:i, s:b}",
        "is_broken", verdict == EG_FOUND_BROKEN, "is_suspect", verdict == EG_FOUND_SUSPECT,
        "is_drift", verdict == EG_FOUND_DRIFT, "is_calm",
        verdict == EG_FOUND_SAME || verdict == EG_FOUND_QUIET, "changes", changes, "others", others,
        "is_untested", is_untested(drift), "measures", (int)screen->count, "pairs", EG_DRIFT_PAIRS,
        "compared", (int)screen->compared, "equal", (int)screen->equal, "suspects",
        (int)screen->suspects, "size", formed("%g", 100 * EG_DRIFT_SIZE), "has_moved", has_moved,
        "paired", screen->paired, "is_unequal", screen->equal < screen->compared, "same_machine",
        drift->same_machine, "tells_screen",
        verdict == EG_FOUND_QUIET || screen->equal < screen->compared, "moved",
        has_moved ? list_moved(drift) : json_array(), "steps", list_steps(&drift->costs), "known",
        known, "appeared", (int)screen->appeared, "many_appeared", screen->appeared != 1);
}

char *eg_drift_answer_alloc(const struct eg_drift *drift, struct eg_error *error)
{
    char *text = NULL;
    size_t size;
    json_t *data = answer_data(drift);
    FILE *out = open_memstream(&text, &size);
    const int status = out ? eg_template_fill("drift_answer.txt", data, out, error)
                           : eg_fail(error, EG_INTERNAL,
                                     "out of memory telling of the nightly run");
    json_decref(data);
    if ((out && fclose(out)) || status) {
        free(text);
        return NULL;
    }
    for (char *end = text; (end = strchr(end, '\n'));)
        *end = end[1] ? ' ' : '\0';
    return text;
}
