/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attribution/explain.h"
#include "bench/compare/compare_auto.h"
#include "bench/compare/compare_methods.h"
#include "bench/compare/compare_outside.h"
#include "bench/compare/compare_user.h"
#include "bench/compare/compare_user_outputs.h"

static const struct eg_compare_scale scales[] = {{"smoke", 2, 20, 20, 100},
                                                 {"quick", 6, 200, 50, 500},
                                                 {"night", 10, 200, 100, 900},
                                                 {"paper", 20, 200, 100, 900}};

const struct eg_compare_scale *eg_compare_find_scale(const char *name)
{
    size_t i = 0;
    while (strcmp(scales[i].name, name) != 0)
        i++;
    return &scales[i];
}

/* Room for `more` places behind those there are. */
static int extend(struct eg_compare_places *places, size_t more, struct eg_error *error)
{
    const size_t size = (places->count + more) * sizeof *places->items;
    struct eg_compare_place *items = realloc(places->items, size);
    if (!items)
        return eg_fail(error, EG_INTERNAL, "out of memory listing units");
    places->items = items;
    return EG_OK;
}

static int add_source(const struct eg_run *run, const struct eg_compare_source *source,
                      struct eg_compare_places *places, struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    const size_t own = eg_compare_find_scale(run->scale)->splits, models = options->models;
    size_t splits = run->replicates ? run->replicates : own, looks[EG_MOST_LOOKS];
    if (options->adds_units) {
        const size_t count = eg_compare_looks(run->replicates, looks);
        splits = looks[count - 1];
    }
    struct eg_compare_unit unit = {0};
    struct eg_compare_place place = {
        .source = source, .dataset = source->name, .epochs = source->epochs};
    for (size_t i = 0; i < places->count; i++)
        if (places->items[i].source == source)
            return eg_fail(error, EG_USAGE, "--dataset: '%s' is there twice", source->name);
    int status = eg_compare_describe(source, run, &place.facts, error);
    if (!status)
        status = extend(places, splits * models, error);
    for (size_t u = 0; u < splits * models && !status; u++) {
        place.split = u / models;
        place.model = u % models;
        eg_compare_name_unit(&unit, source->name, place.split, place.model, 0);
        memcpy(place.name, unit.name, sizeof place.name);
        places->items[places->count++] = place;
    }
    return status;
}

/* Those named, with commas between; or the default ones. */
static int add_sources(const struct eg_run *run, struct eg_compare_places *places,
                       struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; eg_compare_sources[i] && !run->dataset && !status; i++)
        if (eg_compare_sources[i]->is_default)
            status = add_source(run, eg_compare_sources[i], places, error);
    for (const char *name = run->dataset; name && !status;) {
        const size_t length = strcspn(name, ",");
        const struct eg_compare_source *source = eg_compare_find_source(name, length, error);
        status = source ? add_source(run, source, places, error) : error->status;
        name = name[length] ? name + length + 1 : NULL;
    }
    return status;
}

/* What does not fit is better told once than by each cell. */
static int check_user(const struct eg_run *run, struct eg_compare_places *places,
                      struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; i < places->count && !status; i++) {
        struct eg_compare_place *place = &places->items[i];
        const size_t features = places->items[0].facts.features;
        struct eg_compare_unit unit;
        status = eg_compare_load_place(run, place, &unit, error);
        place->facts.features = unit.train.x.cols;
        if (!status && i && place->facts.features != features)
            status = eg_fail(error, EG_DATA,
                             "%s: %zu features where %s has %zu: units that are compared together "
                             "have the same",
                             place->name, place->facts.features, places->items[0].name, features);
        eg_compare_unit_free(&unit);
    }
    return status;
}

static int add_user(const struct eg_run *run, struct eg_compare_places *places,
                    struct eg_error *error)
{
    if (run->dataset)
        return eg_fail(error, EG_USAGE, "--dataset and --model or --units: give one of them only");
    const struct eg_compare_options *options = run->own;
    int status = eg_compare_find_user(options, &places->user, error);
    if (!status && options->by_class)
        status = eg_compare_split_classes(options, &places->user, error);
    if (!status)
        status = extend(places, places->user.count, error);
    for (size_t i = 0; i < places->user.count && !status; i++) {
        const struct eg_compare_files *files = &places->user.files[i];
        struct eg_compare_place *place = &places->items[places->count++];
        *place = (struct eg_compare_place){.files = files,
                                           .dataset = "user",
                                           .epochs = EG_COMPARE_USER_EPOCHS,
                                           .split = files->split,
                                           .model = files->number};
        snprintf(place->name, sizeof place->name, "%s", files->name);
    }
    return status ? status : check_user(run, places, error);
}

int eg_compare_find_places(const struct eg_run *run, struct eg_compare_places *places,
                           struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    *places = (struct eg_compare_places){0};
    const int status = eg_compare_check_user(options, error);
    if (status)
        return status;
    return eg_compare_has_user(options) ? add_user(run, places, error)
                                        : add_sources(run, places, error);
}

void eg_compare_places_free(struct eg_compare_places *places)
{
    free(places->items);
    eg_compare_user_free(&places->user);
    *places = (struct eg_compare_places){0};
}

int eg_compare_load_place(const struct eg_run *run, const struct eg_compare_place *place,
                          struct eg_compare_unit *unit, struct eg_error *error)
{
    return place->files ? eg_compare_load_user(unit, run->own, place->files, run->seed, error)
                        : eg_compare_prepare(unit, place->source, run, place->split, place->model,
                                             run->seed, error);
}

/* The folder's attributions.npy = those of a method of the program. */
static int export_attributions(const struct eg_run *run, const char *folder, const char *method,
                               size_t samples, struct eg_compare_unit *unit, struct eg_error *error)
{
    const size_t background = eg_compare_find_scale(run->scale)->background;
    const struct eg_matrix *x = &unit->test.x;
    struct eg_compare_explainer made = {0};
    struct eg_matrix phi = {0};
    char why[EG_SKIP];
    int status = eg_compare_finish_unit(unit, background, error);
    if (!status && eg_compare_skip(unit, method, samples, why))
        status = eg_fail(error, EG_DATA, "--attribute %s: %s: %s", method, unit->name, why);
    if (!status)
        status = eg_compare_explainer_make(&made, unit, method, samples, background, run->threads,
                                           error);
    if (!status)
        status = eg_matrix_alloc(&phi, x->rows, x->cols, error);
    if (!status)
        status = eg_explain_phi(&made.explainer, x, NULL, made.stream, &phi, error);
    if (!status)
        status = eg_exchange_answer(folder, &phi, error);
    eg_matrix_free(&phi);
    eg_compare_explainer_free(&made);
    return status;
}

static int export_unit(const struct eg_run *run, const struct eg_compare_place *place, FILE *out,
                       struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    const struct eg_compare_scale *scale = eg_compare_find_scale(run->scale);
    const size_t samples = options->samples ? options->samples : scale->samples;
    struct eg_compare_unit unit;
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s/%s", options->export_folder, place->name);
    int status = eg_compare_load_place(run, place, &unit, error);
    if (!status) {
        const size_t rows = unit.train.x.rows;
        const size_t most = scale->retrain_rows < rows ? scale->retrain_rows : rows;
        const struct eg_exchange exchange = eg_compare_exchange(&unit, samples,
                                                                options->retrain ? most : 0);
        status = eg_exchange_write(folder, &exchange, error);
    }
    if (!status && options->attribute)
        status = export_attributions(run, folder, options->attribute, samples, &unit, error);
    if (!status)
        fprintf(out, "%s\n", folder);
    eg_compare_unit_free(&unit);
    return status;
}

int eg_compare_export(const struct eg_run *run, FILE *out, int *done, struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    struct eg_compare_places places;
    if (!options->export_folder)
        return options->attribute || options->samples
                   ? eg_fail(error, EG_USAGE,
                             "--attribute and --samples go with --export: give it too")
                   : EG_OK;
    *done = 1;
    int status = eg_compare_find_places(run, &places, error);
    for (size_t i = 0; i < places.count && !status; i++)
        status = export_unit(run, &places.items[i], out, error);
    eg_compare_places_free(&places);
    return status;
}
