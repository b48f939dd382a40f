/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/drift_changes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/missing_cells.h"
#include "datasets/data_folder.h"
#include "run/cell_key.h"

/* ---- digests and commits ---- */

static const char *text_of(const json_t *object, const char *field)
{
    const char *text = json_string_value(json_object_get(object, field));
    return text ? text : "unknown";
}

/* How many seeds of the line's (a nightly run's facts, or a line of the history) the reference has too, and
 * *unequal of them with another digest. */
static size_t compare_line(const json_t *line, const char *experiment,
                           const struct eg_nightly *reference, size_t *unequal)
{
    const json_t *seeds = json_object_get(line, "seeds");
    const json_t *digests = json_object_get(json_object_get(line, "digests"), experiment);
    size_t common = 0;
    *unequal = 0;
    for (size_t i = 0; i < json_array_size(seeds) && i < json_array_size(digests); i++) {
        const size_t at = eg_nightly_seed(reference,
                                          (uint64_t)json_integer_value(json_array_get(seeds, i)));
        const char *digest = json_string_value(json_array_get(digests, i));
        if (at == reference->seed_count || !digest || !*digest)
            continue;
        common++;
        *unequal += strcmp(digest, eg_nightly_digest(reference, experiment, at)) != 0;
    }
    return common;
}

/* Walks through the nightly runs of the reference's scale. A nightly run that gave the reference's digests again
 * begins the search for the first other anew. */
static void find_commits(struct eg_drift_change *change, const struct eg_nightly *reference,
                         const struct eg_nightly *current, const struct eg_history *history)
{
    size_t i, unequal;
    json_t *line;
    change->last_same = text_of(reference->facts, "commit");
    change->first_other = NULL;
    json_array_foreach(history->lines, i, line)
    {
        if (strcmp(text_of(line, "history"), "night") != 0 ||
            strcmp(text_of(line, "scale"), reference->scale) != 0 ||
            compare_line(line, change->experiment, reference, &unequal) == 0)
            continue;
        if (unequal == 0) {
            change->last_same = text_of(line, "commit");
            change->first_other = NULL;
        } else if (!change->first_other)
            change->first_other = text_of(line, "commit");
    }
    if (!change->first_other)
        change->first_other = text_of(current->facts, "commit");
}

/* Whether the reference has rows of the experiment; else no nightly run need have any. */
static int is_watched(const struct eg_nightly *reference, const char *experiment)
{
    for (size_t i = 0; i < reference->seed_count; i++)
        if (*eg_nightly_digest(reference, experiment, i))
            return 1;
    return 0;
}

void eg_drift_compare_digests(struct eg_drift_change *change, const char *experiment,
                              const struct eg_nightly *reference, const struct eg_nightly *current,
                              const struct eg_history *history)
{
    const json_t *before = json_object_get(reference->facts, "code");
    const json_t *now = json_object_get(current->facts, "code");
    const json_t *failed = json_object_get(current->facts, "failed");
    *change = (struct eg_drift_change){.experiment = experiment};
    change->seeds = compare_line(current->facts, experiment, reference, &change->unequal);
    for (size_t i = 0; i < current->seed_count && is_watched(reference, experiment); i++)
        change->missing += !*eg_nightly_digest(current, experiment, i);
    change->failed = (size_t)json_number_value(json_object_get(failed, experiment));
    change->same_code = strcmp(text_of(before, experiment), text_of(now, experiment)) == 0;
    find_commits(change, reference, current, history);
}

int eg_drift_same_machine(const struct eg_nightly *reference, const struct eg_nightly *current)
{
    return json_equal(json_object_get(reference->facts, "machine"),
                      json_object_get(current->facts, "machine"));
}

/* ---- cells ---- */

static double number_of(const json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void note_value(struct eg_changed_cell *cell, const char *path, const json_t *before,
                       const json_t *after)
{
    const double a = number_of(before), b = number_of(after);
    const double relative = isnan(a) || isnan(b) ? INFINITY : fabs(b - a) / fmax(fabs(a), fabs(b));
    if (cell->value[0] && !(relative > cell->relative))
        return;
    snprintf(cell->value, sizeof cell->value, "%s", path);
    cell->before = a;
    cell->after = b;
    cell->relative = relative;
}

/* Finds the number below before and after, at path, that differs most. */
static void compare_values(struct eg_changed_cell *cell, const char *path, const json_t *before,
                           const json_t *after)
{
    char below[sizeof cell->value];
    const char *field;
    json_t *value;
    if (json_equal(before, after))
        return;
    if (json_is_object(before) && json_is_object(after)) {
        json_object_foreach((json_t *)before, field, value)
        {
            snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", field);
            compare_values(cell, below, value, json_object_get(after, field));
        }
    } else if (json_is_array(before) && json_is_array(after)) {
        for (size_t i = 0; i < json_array_size(before); i++) {
            snprintf(below, sizeof below, "%s[%zu]", path, i);
            compare_values(cell, below, json_array_get(before, i), json_array_get(after, i));
        }
    } else
        note_value(cell, path, before, after);
}

/* Whether a field has one value in all of an array of configurations. */
static int is_common(const json_t *configs, const char *field, const json_t *value)
{
    size_t i;
    json_t *config;
    json_array_foreach(configs, i,
                       config) if (!json_equal(json_object_get(config, field), value)) return 0;
    return 1;
}

/* As a reader would write it; "" for what has parts. */
static void write_value(const json_t *value, char *text, size_t size)
{
    *text = '\0';
    if (json_is_string(value))
        snprintf(text, size, "%s", json_string_value(value));
    else if (json_is_number(value))
        snprintf(text, size, "%g", json_number_value(value));
}

static void name_cell(struct eg_changed_cell *cell, const json_t *config, const json_t *configs)
{
    const char *field;
    json_t *value;
    char text[64];
    size_t used = 0;
    json_object_foreach((json_t *)config, field, value)
    {
        write_value(value, text, sizeof text);
        if (*text && !is_common(configs, field, value) && used < sizeof cell->name)
            used += (size_t)snprintf(cell->name + used, sizeof cell->name - used, "%s%s %s",
                                     used ? ", " : "", field, text);
    }
}

/* Keeps it if it is among those that changed most, which are sorted. */
static void keep_cell(struct eg_drift_change *change, struct eg_changed_cell cell)
{
    change->changed_cells++;
    for (size_t i = 0; i < EG_CHANGED_CELLS_SHOWN; i++) {
        struct eg_changed_cell *place = &change->shown[i];
        if (place->value[0] && !(cell.relative > place->relative))
            continue;
        const struct eg_changed_cell pushed = *place;
        *place = cell;
        cell = pushed;
        if (!cell.value[0])
            return;
    }
}

/* {canonical configuration: row} of the rows of that scale and seed that came out "ok"; NULL when memory
 * is short. */
static json_t *index_rows(const struct eg_store *store, const char *scale, uint64_t seed)
{
    json_t *rows = json_object(), *row;
    const char *key;
    json_object_foreach(store->rows, key, row)
    {
        const json_t *config = json_object_get(row, "config");
        if (eg_store_outcome(store, key) != EG_OUTCOME_OK ||
            strcmp(text_of(config, "scale"), scale) != 0 ||
            (uint64_t)json_integer_value(json_object_get(config, "seed")) != seed)
            continue;
        char *canonical = eg_canonical_alloc(config);
        const int bad = !canonical || json_object_set(rows, canonical, row);
        free(canonical);
        if (bad) {
            json_decref(rows);
            return NULL;
        }
    }
    return rows;
}

static int load_rows(json_t **rows, const char *experiment, const char *folder, const char *scale,
                     uint64_t seed, struct eg_warner warner, struct eg_error *error)
{
    struct eg_store store;
    *rows = NULL;
    int status = eg_store_make(&store, experiment, warner, error);
    if (status)
        return status;
    status = eg_store_load(&store, folder, error);
    if (!status && !(*rows = index_rows(&store, scale, seed)))
        status = eg_fail(error, EG_INTERNAL, "out of memory comparing the rows of %s", experiment);
    eg_store_free(&store);
    return status;
}

static void compare_rows(struct eg_drift_change *change, const json_t *before, const json_t *after)
{
    json_t *configs = json_array(), *row;
    const char *canonical;
    json_object_foreach((json_t *)before, canonical, row)
        json_array_append(configs, json_object_get(row, "config"));
    json_object_foreach((json_t *)before, canonical, row)
    {
        struct eg_changed_cell cell = {.value = ""};
        const json_t *now = json_object_get(after, canonical);
        if (!now)
            continue;
        change->cells++;
        compare_values(&cell, "", json_object_get(row, "values"), json_object_get(now, "values"));
        if (!cell.value[0])
            continue;
        name_cell(&cell, json_object_get(row, "config"), configs);
        keep_cell(change, cell);
    }
    json_decref(configs);
}

int eg_drift_compare_cells(struct eg_drift_change *change, const char *before, const char *after,
                           const char *scale, uint64_t seed, struct eg_warner warner,
                           struct eg_error *error)
{
    json_t *old = NULL, *new = NULL;
    int status = load_rows(&old, change->experiment, before, scale, seed, warner, error);
    if (!status)
        status = load_rows(&new, change->experiment, after, scale, seed, warner, error);
    if (!status)
        compare_rows(change, old, new);
    json_decref(old);
    json_decref(new);
    return status;
}

/* ---- missing cells ---- */

/* What the stores are looked through for. */
struct looking {
    struct eg_drift_change *change;
    const struct eg_experiment *experiment;
    const struct eg_nightly *reference, *nightly_run;
    const char *data; /* folder of data sets; NULL: none */
    struct eg_warner warner;
};

/* Whether the measure is the reference's first of its experiment and data set. */
static int begins_grid(const struct eg_nightly *reference, size_t index)
{
    const struct eg_measure *measure = &reference->measures[index];
    for (size_t i = 0; i < index; i++)
        if (strcmp(reference->measures[i].experiment, measure->experiment) == 0 &&
            strcmp(reference->measures[i].dataset, measure->dataset) == 0)
            return 0;
    return 1;
}

static void look_at_grid(const struct looking *looking, const struct eg_store *store,
                         const struct eg_measure *measure, uint64_t seed)
{
    struct eg_drift_change *change = looking->change;
    struct eg_result grid = {.protocol = "both", .seed = seed};
    struct eg_missing missing;
    struct eg_error why;
    snprintf(grid.dataset, sizeof grid.dataset, "%s", measure->dataset);
    snprintf(grid.scale, sizeof grid.scale, "%s", looking->nightly_run->scale);
    if (eg_find_missing(looking->experiment, &grid, store, looking->data, (struct eg_warner){0},
                        &missing, &why)) {
        eg_warn(&looking->warner, "%s: what seed %llu lacks of %s is not known: %s",
                change->experiment, (unsigned long long)seed, grid.dataset, why.message);
        return;
    }
    if (missing.missing && !change->lacking)
        snprintf(change->first_lacking, sizeof change->first_lacking, "%s", missing.first);
    change->lacking += missing.missing;
    change->lacking_of += missing.cells;
}

static int look_at_seed(const struct looking *looking, const char *folder, uint64_t seed,
                        struct eg_error *error)
{
    const struct eg_nightly *reference = looking->reference;
    const char *name = looking->experiment->name;
    struct eg_store store;
    char own[4096];
    snprintf(own, sizeof own, "%s/seed-%llu", folder, (unsigned long long)seed);
    int status = eg_store_make(&store, name, (struct eg_warner){0}, error);
    if (!status)
        status = eg_store_load(&store, own, error);
    for (size_t i = 0; !status && i < reference->count; i++)
        if (strcmp(reference->measures[i].experiment, name) == 0 && begins_grid(reference, i))
            look_at_grid(looking, &store, &reference->measures[i], seed);
    eg_store_free(&store);
    return status;
}

int eg_drift_find_missing(struct eg_drift_change *change, const struct eg_experiment *experiment,
                          const struct eg_nightly *reference, const struct eg_nightly *nightly_run,
                          const char *folder, struct eg_warner warner, struct eg_error *error)
{
    char *data = NULL;
    (void)eg_find_data_folder(NULL, &data, NULL);
    const struct looking looking = {.change = change,
                                    .experiment = experiment,
                                    .reference = reference,
                                    .nightly_run = nightly_run,
                                    .data = data,
                                    .warner = warner};
    int status = EG_OK;
    for (size_t i = 0; i < nightly_run->seed_count && !status; i++)
        status = look_at_seed(&looking, folder, nightly_run->seeds[i], error);
    free(data);
    return status;
}
