/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/fine_tune/tune_summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/fine_tune/tune_cell.h"
#include "bench/fine_tune/tune_measures.h"
#include "bench/frame/contrast.h"
#include "bench/image/image_maps.h"

const char *const eg_tune_models[] = {"baseline",        "prior_1_epoch",       "prior_1.25_epochs",
                                      "control_1_epoch", "control_1.25_epochs", NULL};

static const char *const measures[] = {"top_1_accuracy",
                                       "top_5_accuracy",
                                       "total_variation",
                                       "total_variation_integrated_gradients",
                                       "total_variation_gradients",
                                       NULL};

/* --- before and after --- */

static void put_test(const struct eg_view *view, const char *of, const char *versus,
                     const char *metric, struct eg_sample a, struct eg_sample b)
{
    const struct eg_contrast contrast = {
        .of = of,
        .versus = versus,
        .metric = metric,
        .a = a,
        .b = b,
        .stream = eg_stream_make(view->seed, EG_STREAM_FINE_TUNE, EG_PURPOSE_BOOTSTRAP, 0, 0)};
    eg_put_paired(view, &contrast);
}

static void put_models(const struct eg_view *view)
{
    static const struct {
        const char *of, *versus;
    } pairs[] = {
        {"prior_1_epoch", "baseline"},         {"prior_1.25_epochs", "baseline"},
        {"control_1_epoch", "baseline"},       {"control_1.25_epochs", "baseline"},
        {"prior_1_epoch", "control_1_epoch"},  {"prior_1.25_epochs", "control_1.25_epochs"},
        {"prior_1.25_epochs", "prior_1_epoch"}};
    for (size_t i = 0; measures[i]; i++) {
        for (size_t m = 0; eg_tune_models[m]; m++)
            eg_put_mean(view, eg_tune_models[m], eg_tune_models[m], measures[i]);
        for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
            put_test(view, pairs[k].of, pairs[k].versus, measures[i],
                     eg_sample_of(view, pairs[k].of, measures[i]),
                     eg_sample_of(view, pairs[k].versus, measures[i]));
    }
}

/* --- black pixels --- */

/* Each image's share, a mean over the replicates, which have the same images. */
static struct eg_sample sample_black(const struct eg_view *view, const char *method)
{
    const size_t count = view->count ? eg_row_length(view->records[0].values, "black", method) : 0;
    struct eg_sample sample = {.numbers = eg_view_alloc(view, count, sizeof *sample.numbers),
                               .units = eg_view_alloc(view, count, sizeof *sample.units)};
    if (!sample.numbers || !sample.units)
        return (struct eg_sample){0};
    for (size_t i = 0; i < count; i++) {
        const struct eg_sample shares = eg_sample_element(view, "black", method, i);
        sample.numbers[i] = eg_sample_mean(&shares);
        sample.units[i] = (size_t)eg_row_element(view->records[0].values, NULL, "black_image", i);
    }
    sample.count = count;
    return sample;
}

static void put_black(const struct eg_view *view)
{
    static const char metric[] = "black_pixel_attribution";
    const char *from_black = eg_tune_methods[EG_TUNE_BLACK];
    const struct eg_sample versus = sample_black(view, from_black);
    for (size_t m = 0; m < EG_TUNE_METHODS; m++) {
        const struct eg_sample own = sample_black(view, eg_tune_methods[m]);
        eg_put_sample(view, eg_view_result(view, eg_tune_methods[m], metric), own);
        if (m != EG_TUNE_BLACK)
            put_test(view, eg_tune_methods[m], from_black, metric, own, versus);
    }
}

/* --- maps --- */

/* Maps of one figure, metric, from the row of replicate 0: pictures are what is explained, and for each method
 * maps[i] an array of them. */
struct drawing {
    const char *metric;
    const json_t *pictures;
    size_t methods;
    const char *const *names;
    const json_t *maps[EG_TUNE_METHODS];
};

static size_t read_size(const json_t *pictures, size_t at)
{
    return (size_t)json_integer_value(json_array_get(json_object_get(pictures, "shape"), at));
}

static void put_drawing(const struct eg_view *view, const struct drawing *drawing)
{
    const json_t *images = json_object_get(drawing->pictures, "images");
    for (size_t i = 0; i < json_array_size(images); i++) {
        const char *label = json_string_value(
            json_array_get(json_object_get(drawing->pictures, "labels"), i));
        struct eg_map map = {.position = i,
                             .height = read_size(drawing->pictures, 0),
                             .width = read_size(drawing->pictures, 1),
                             .seed = view->seed};
        snprintf(map.dataset, sizeof map.dataset, "%s", view->dataset);
        snprintf(map.protocol, sizeof map.protocol, "%s", view->protocol);
        snprintf(map.scale, sizeof map.scale, "%s", view->scale);
        snprintf(map.metric, sizeof map.metric, "%s", drawing->metric);
        snprintf(map.label, sizeof map.label, "%s", label ? label : "");
        eg_image_put_map(view, json_array_get(images, i), read_size(drawing->pictures, 2), "image",
                         map);
        for (size_t m = 0; m < drawing->methods; m++)
            if (i < json_array_size(drawing->maps[m]))
                eg_image_put_map(view, json_array_get(drawing->maps[m], i), 1, drawing->names[m],
                                 map);
    }
}

static void put_maps(const struct eg_view *view)
{
    static const char *const kinds[] = {"maps", "maps_integrated_gradients", "maps_gradients"};
    enum { MODELS_DRAWN = 3 };
    const struct eg_view first = eg_where(view, struct eg_tune_cell, replicate, 0);
    const json_t *values = first.count ? first.records[0].values : NULL;
    for (size_t k = 0; values && k < sizeof kinds / sizeof *kinds; k++) {
        struct drawing drawing = {
            kinds[k], json_object_get(values, "pictures"), MODELS_DRAWN, eg_tune_models, {NULL}};
        for (size_t m = 0; m < MODELS_DRAWN; m++)
            drawing.maps[m] = json_object_get(json_object_get(values, eg_tune_models[m]), kinds[k]);
        put_drawing(view, &drawing);
    }
    struct drawing black = {"black_maps",
                            json_object_get(values, "black_pictures"),
                            EG_TUNE_METHODS,
                            eg_tune_methods,
                            {NULL}};
    for (size_t m = 0; m < EG_TUNE_METHODS; m++)
        black.maps[m] = json_object_get(json_object_get(values, "black_maps"), eg_tune_methods[m]);
    put_drawing(view, &black);
}

void eg_tune_summarise(const struct eg_view *view)
{
    put_models(view);
    put_black(view);
    put_maps(view);
}
