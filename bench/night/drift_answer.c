/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/night/drift_verdict.h"
#include "bench/frame/names.h"

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

enum eg_night_verdict eg_drift_verdict(const struct eg_drift *drift)
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

const char *eg_drift_verdict_name(enum eg_night_verdict verdict)
{
    static const char *const names[] = {"same", "quiet", "suspect", "drift", "broken"};
    return names[verdict];
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- what is broken ---- */

static void tell_broken(const struct eg_drift *drift, FILE *out)
{
    fprintf(out, "The night is broken:");
    for (size_t i = 0; i < drift->change_count; i++) {
        const struct eg_drift_change *change = &drift->changes[i];
        if (change->missing)
            fprintf(out, " %s has no rows of this code for %zu of %zu seeds.", change->experiment,
                    change->missing, drift->tonight->seed_count);
        if (change->lacking)
            fprintf(out,
                    " %zu of %zu cells of %s are missing, one is %s; run egbench-%s again with "
                    "that seed.",
                    change->lacking, change->lacking_of, change->experiment, change->first_lacking,
                    change->experiment);
        if (change->failed)
            fprintf(out, " %zu cell%s of %s failed; run egbench-%s again to see why.",
                    change->failed, plural(change->failed), change->experiment, change->experiment);
        if (eg_drift_is_undetermined(drift, change))
            fprintf(
                out,
                " %s gave other bits on %zu of %zu seeds although code, libraries and processor "
                "core are those of the reference: something hangs on more than the seed.",
                change->experiment, change->unequal, change->seeds);
    }
    if (is_untested(drift))
        fprintf(out,
                " None of its %zu measures could be tested: that needs the same measures, and %d "
                "seeds at least.",
                drift->screen.count, EG_DRIFT_PAIRS);
}

/* ---- what moved ---- */

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

static void tell_measure(const struct eg_drift_entry *entry, FILE *out)
{
    char method[128], versus[128], metric[128];
    const struct eg_measure *measure = entry->measure;
    const struct eg_drift_test *test = &entry->test;
    fprintf(out, "%s%s%s, %s", eg_name_title(measure->method, method, sizeof method),
            *measure->versus ? " against " : "",
            *measure->versus ? eg_name_title(measure->versus, versus, sizeof versus) : "",
            eg_metric_title(measure->metric, measure->statistic, metric, sizeof metric));
    if (measure->label[0])
        fprintf(out, " (%s)", measure->label);
    fprintf(out, ", on %s", eg_dataset_title(measure->dataset));
    if (test->kind == EG_DRIFT_VANISHED)
        fprintf(out, ", is gone: %zu of the seeds have it, %zu had", test->n, test->reference_n);
    else
        fprintf(out, ", went from %.4g to %.4g (%+.2g %%; p %.1g", test->reference_mean, test->mean,
                100 * test->relative, test->adjusted);
    if (test->kind != EG_DRIFT_VANISHED && entry->confirmed)
        fprintf(out, ", on the confirming seeds %+.2g %%, p %.1g", 100 * entry->second.relative,
                entry->second.adjusted);
    fputs(test->kind == EG_DRIFT_VANISHED ? "." : ").", out);
}

static void tell_moved(const struct eg_drift *drift, FILE *out)
{
    const int confirmed = drift->screen.confirming;
    for (size_t i = 0; i < drift->change_count; i++) {
        const struct eg_drift_change *change = &drift->changes[i];
        size_t count;
        const struct eg_drift_entry *surest = find_surest(&drift->screen, change->experiment,
                                                          confirmed, &count);
        if (!surest)
            continue;
        fprintf(out, " %s: %zu measure%s; the surest: ", change->experiment, count, plural(count));
        tell_measure(surest, out);
        if (change->unequal && strcmp(change->last_same, change->first_other) != 0)
            fprintf(out,
                    " Other bits since %s (%s still gave the reference's); look at: git log -p "
                    "%s..%s -- src metrics datasets bench.",
                    change->first_other, change->last_same, change->last_same, change->first_other);
        else if (change->unequal)
            fprintf(out, " Other bits, without another commit: look at what is not committed.");
    }
}

static void tell_costs(const struct eg_costs *costs, FILE *out)
{
    for (size_t i = 0; i < costs->count; i++) {
        const struct eg_cost *cost = &costs->items[i];
        if (cost->step.found)
            fprintf(out,
                    " The %s %s has been %.2f times what it was for %d nights (a step of %.0f %% "
                    "could be seen).",
                    eg_cost_title(cost->kind), cost->name, cost->step.ratio, EG_STEP_NIGHTS,
                    100 * cost->step.least);
    }
}

/* ---- what is as it was ---- */

static void tell_digests(const struct eg_drift *drift, FILE *out)
{
    size_t changed = 0;
    for (size_t i = 0; i < drift->change_count; i++) {
        const struct eg_drift_change *change = &drift->changes[i];
        if (change->unequal)
            fprintf(out, "%s %s",
                    changed++ ? "," : " Other bits than the reference's:", change->experiment);
    }
    if (changed)
        fprintf(out, "%s.",
                drift->same_machine ? " (the code changed)" : " (made on another machine)");
    else if (drift->screen.paired && drift->screen.equal < drift->screen.compared)
        fprintf(out, " All digests are the reference's, but rows are summed up otherwise.");
    else if (drift->screen.paired)
        fprintf(out, " All digests are the reference's: nothing to test.");
    else
        fprintf(out, " The seeds are others than the reference's.");
}

static void tell_screen(const struct eg_drift_screen *screen, FILE *out)
{
    fprintf(out, " Of %zu measures %zu are equal to the last bit", screen->compared, screen->equal);
    if (screen->suspects == 0)
        fprintf(out, "; none moved by more than chance and %g %%.", 100 * EG_DRIFT_SIZE);
    else
        fprintf(out, "; %zu looked as if moved, and the confirming seeds do not say so.",
                screen->suspects);
}

static void tell_history(const struct eg_costs *costs, FILE *out)
{
    size_t known = 0;
    for (size_t i = 0; i < costs->count; i++)
        known += costs->items[i].step.known != 0;
    if (costs->found == 0 && known)
        fprintf(out, " Speed and memory: no step in %zu series.", known);
    else if (costs->found == 0)
        fprintf(out, " Speed and memory: too few nights to tell.");
}

static void tell(const struct eg_drift *drift, FILE *out)
{
    const struct eg_drift_screen *screen = &drift->screen;
    const enum eg_night_verdict verdict = eg_drift_verdict(drift);
    if (verdict == EG_FOUND_BROKEN) {
        tell_broken(drift, out);
        return;
    }
    if (verdict == EG_FOUND_SUSPECT)
        fprintf(out,
                "Not decided: %zu of %zu measures seem to have moved; run the confirming "
                "seeds.",
                screen->suspects, screen->compared);
    else if (verdict == EG_FOUND_DRIFT)
        fprintf(out, "Drift:");
    else
        fprintf(out, "No drift.");
    const int measures = verdict == EG_FOUND_SUSPECT || screen->confirmed > 0;
    if (measures)
        tell_moved(drift, out);
    tell_costs(&drift->costs, out);
    if (!measures) {
        tell_digests(drift, out);
        if (verdict == EG_FOUND_QUIET || screen->equal < screen->compared)
            tell_screen(screen, out);
    }
    tell_history(&drift->costs, out);
    if (screen->appeared)
        fprintf(out, " %zu measure%s new and not held against anything.", screen->appeared,
                screen->appeared == 1 ? " is" : "s are");
}

char *eg_drift_answer_alloc(const struct eg_drift *drift, struct eg_error *error)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out)
        tell(drift, out);
    if (!out || fclose(out)) {
        free(text);
        eg_fail(error, EG_INTERNAL, "out of memory telling of the night");
        return NULL;
    }
    return text;
}
