/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/frame/choice.h"
#include "bench/frame/contrast.h"
#include "bench/frame/tradeoff.h"
#include "bench/image/image_cell.h"
#include "bench/image/image_maps.h"
#include "bench/image/image_models.h"

/* --- one model at its chosen strength --- */

static const char *const plain[] = {"test_accuracy",
                                    "validation_accuracy",
                                    "train_loss",
                                    "robustness_area",
                                    "fgsm_accuracy",
                                    "pgd_accuracy",
                                    "total_variation",
                                    "total_variation_gradients",
                                    "total_variation_released",
                                    "validation_total_variation",
                                    "validation_total_variation_gradients",
                                    "validation_total_variation_released",
                                    NULL};

/* Points of the curves that the table shows. */
static const struct {
    const char *curve, *metric;
    double level;
} shown[] = {{"noisy_accuracy", "noisy_accuracy_0.1", 0.1},
             {"noisy_accuracy", "noisy_accuracy_0.3", 0.3},
             {"noisy_accuracy", "noisy_accuracy_0.5", 0.5},
             {"flipped_accuracy", "flipped_accuracy_0.1", 0.1}};

static void put_plain(const struct eg_view *chosen, const char *method)
{
    for (size_t m = 0; plain[m]; m++)
        eg_put_mean(chosen, method, NULL, plain[m]);
    struct eg_sample errors = eg_sample_of(chosen, NULL, "test_accuracy");
    for (size_t i = 0; i < errors.count; i++)
        errors.numbers[i] = 1 - errors.numbers[i];
    eg_put_sample(chosen, eg_view_result(chosen, method, "test_error"), errors);
}

static void put_curve(const struct eg_view *chosen, const char *method, const char *curve,
                      const struct eg_numbers *levels)
{
    for (size_t at = 0; at < levels->count; at++) {
        const struct eg_sample sample = eg_sample_element(chosen, NULL, curve, at);
        struct eg_result result = eg_view_result(chosen, method, curve);
        result.x = levels->at[at];
        eg_put_sample(chosen, result, sample);
        for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
            if (strcmp(shown[i].curve, curve) == 0 && shown[i].level == levels->at[at])
                eg_put_sample(chosen, eg_view_result(chosen, method, shown[i].metric), sample);
    }
}

static void put_model(const struct eg_view *chosen, const char *method, double strength)
{
    const struct eg_image_cell *cell = chosen->records[0].cell;
    put_plain(chosen, method);
    put_curve(chosen, method, "noisy_accuracy", &cell->noise_levels);
    put_curve(chosen, method, "flipped_accuracy", &cell->flipped_levels);
    if (strength > 0)
        eg_put_value(chosen, eg_view_result(chosen, method, "chosen_strength"), strength,
                     chosen->count);
}

/* --- maps --- */

enum { DRAWN_MODELS = 3, IMAGES_DRAWN = 5 };

/* One model of a figure of maps: its name in the results, and what its first replicate gave. */
struct drawn {
    const char *method;
    const json_t *values; /* NULL: there is none */
};

static json_int_t element_of(const json_t *values, const char *field, size_t at)
{
    return json_integer_value(json_array_get(json_object_get(values, field), at));
}

static int is_right_in_all(const struct drawn *drawn, size_t image)
{
    const json_int_t label = element_of(drawn[0].values, "labels", image);
    for (size_t m = 0; m < DRAWN_MODELS; m++)
        if (drawn[m].values && (!json_object_get(drawn[m].values, "maps") ||
                                element_of(drawn[m].values, "predicted", image) != label))
            return 0;
    return 1;
}

static struct eg_map make_map(const struct eg_view *view, const json_t *baseline, size_t image,
                              size_t position)
{
    const size_t label = (size_t)element_of(baseline, "labels", image);
    const char *name = json_string_value(
        json_array_get(json_object_get(baseline, "class_names"), label));
    struct eg_map map = {.position = position,
                         .height = (size_t)element_of(baseline, "shape", 0),
                         .width = (size_t)element_of(baseline, "shape", 1),
                         .seed = view->seed};
    snprintf(map.dataset, sizeof map.dataset, "%s", view->dataset);
    snprintf(map.protocol, sizeof map.protocol, "%s", view->protocol);
    snprintf(map.scale, sizeof map.scale, "%s", view->scale);
    snprintf(map.metric, sizeof map.metric, "maps");
    snprintf(map.label, sizeof map.label, "%s", name ? name : "");
    return map;
}

/* Of the first test images that all models there are classify correctly the image and each model's map;
 * drawn[0] is the baseline, whose row holds the images: without it there are none. */
static void put_drawn(const struct eg_view *view, const struct drawn *drawn)
{
    const json_t *baseline = drawn[0].values, *images = json_object_get(baseline, "images");
    size_t position = 0;
    for (size_t i = 0; i < json_array_size(images) && position < IMAGES_DRAWN; i++) {
        if (!is_right_in_all(drawn, i))
            continue;
        const struct eg_map map = make_map(view, baseline, i, position++);
        eg_image_put_map(view, json_array_get(images, i), (size_t)element_of(baseline, "shape", 2),
                         "image", map);
        for (size_t m = 0; m < DRAWN_MODELS; m++)
            if (drawn[m].values)
                eg_image_put_map(view, json_array_get(json_object_get(drawn[m].values, "maps"), i),
                                 1, drawn[m].method, map);
    }
}

/* --- which strength stands for a model --- */

/* Of those whose accuracy comes close to the baseline's the one with the smoothest maps of what the model
 * penalises (Section 2.3, Supplements E.1 and F.1). Where a protocol finds these numbers: */
struct rule {
    const char *accuracy, *of_gradients, *of_expected_gradients;
};

static const struct rule by_test = {"test_accuracy", "total_variation_gradients",
                                    "total_variation"};
static const struct rule by_validation = {
    "validation_accuracy", "validation_total_variation_gradients", "validation_total_variation"};

/* The rows of each choice at its strength; none where no strength fits. */
struct chosen {
    const struct eg_image_choice *choices;
    struct eg_view views[EG_IMAGE_CHOICES_MAX];
    double strengths[EG_IMAGE_CHOICES_MAX];
};

static void choose_strengths(const struct eg_view *view, const struct rule *rule,
                             struct chosen *chosen)
{
    const struct eg_view baseline = eg_where(view, struct eg_image_cell, model, "baseline");
    const struct eg_sample accuracy = eg_sample_of(&baseline, NULL, rule->accuracy);
    chosen->choices = eg_image_choices(view->dataset);
    for (size_t c = 0; chosen->choices[c].method; c++) {
        const struct eg_image_choice *choice = &chosen->choices[c];
        const int is_of_gradients = eg_image_model_find(choice->model, NULL)->method ==
                                    &eg_gradients;
        /* One replicate alone wins by chance too easily: all are needed. */
        const struct eg_choice_rule smoothest = {
            .metric = is_of_gradients ? rule->of_gradients : rule->of_expected_gradients,
            .takes_least = 1,
            .bound = rule->accuracy,
            .at_least = isinf(choice->within) ? -INFINITY
                                              : eg_sample_mean(&accuracy) - choice->within,
            .needs_all = 1};
        const struct eg_view tried = eg_where(view, struct eg_image_cell, model, choice->model);
        chosen->strengths[c] = eg_choose_by(&tried, struct eg_image_cell, strength, &smoothest,
                                            &chosen->views[c]);
    }
}

/* NULL where there is none. */
static const struct eg_view *find_choice(const struct chosen *chosen, const char *method)
{
    for (size_t c = 0; chosen->choices[c].method; c++)
        if (strcmp(chosen->choices[c].method, method) == 0 && chosen->views[c].count)
            return &chosen->views[c];
    return NULL;
}

/* --- all models under one protocol --- */

/* Is one model more robust than another? Paired over replicates, which share first weights, shuffles and
 * dropout. */
static void put_test(struct eg_contrast contrast, const struct eg_view *a, const struct eg_view *b)
{
    contrast.metric = "robustness_area";
    contrast.a = eg_sample_of(a, NULL, contrast.metric);
    contrast.b = eg_sample_of(b, NULL, contrast.metric);
    contrast.stream = eg_stream_make(a->seed, EG_STREAM_IMAGE_NOISE, EG_PURPOSE_BOOTSTRAP, 0, 0);
    eg_put_paired(a, &contrast);
}

/* The released network with the prior is compared with the released network without. */
static void put_tests(const struct chosen *chosen)
{
    const struct eg_view *prior = find_choice(chosen, "eg_prior");
    for (size_t c = 0; chosen->choices[c].method; c++) {
        const char *method = chosen->choices[c].method;
        const int is_released = strncmp(method, "released", strlen("released")) == 0;
        const char *plain_model = is_released ? "released_baseline" : "baseline";
        const struct eg_view *own = &chosen->views[c], *baseline = find_choice(chosen, plain_model);
        if (own->count && baseline && baseline != own)
            put_test((struct eg_contrast){.of = method, .versus = plain_model}, own, baseline);
        if (own->count && prior && prior != own && !is_released)
            put_test((struct eg_contrast){.of = "eg_prior", .versus = method}, prior, own);
    }
}

static void put_maps(const struct eg_view *view, const struct chosen *chosen)
{
    struct drawn drawn[DRAWN_MODELS] = {
        {"baseline", NULL}, {"eg_prior", NULL}, {"gradient_prior", NULL}};
    for (size_t m = 0; m < DRAWN_MODELS; m++) {
        const struct eg_view *model = find_choice(chosen, drawn[m].method);
        if (!model)
            continue;
        const struct eg_view first = eg_where(model, struct eg_image_cell, replicate, 0);
        drawn[m].values = first.count ? first.records[0].values : NULL;
    }
    put_drawn(view, drawn);
}

static void put_protocol(const struct eg_view *view, const struct rule *rule)
{
    struct chosen chosen;
    choose_strengths(view, rule, &chosen);
    for (size_t c = 0; chosen.choices[c].method; c++)
        if (chosen.views[c].count)
            put_model(&chosen.views[c], chosen.choices[c].method, chosen.strengths[c]);
    put_tests(&chosen);
    put_maps(view, &chosen);
}

/* --- all strengths --- */

static void put_tradeoff(const struct eg_view *view, const char *model, const char *name,
                         const char *variation)
{
    const struct eg_result result = eg_view_result(view, model, name);
    struct eg_sample sample = {.numbers = eg_view_alloc(view, view->count, sizeof(double)),
                               .units = eg_view_alloc(view, view->count, sizeof(size_t))};
    if (sample.numbers && sample.units)
        sample.count = eg_rank_correlations(eg_view_results(view), &result, "test_accuracy",
                                            variation, sample.numbers, sample.units);
    eg_put_sample(view, result, sample);
}

/* Supplementary Figure 5: what each strength does. */
static void put_sweep(const struct eg_view *view, const char *model)
{
    static const char *const metrics[] = {"test_accuracy", "total_variation",
                                          "total_variation_gradients", "robustness_area", NULL};
    const struct eg_view tried = eg_where(view, struct eg_image_cell, model, model);
    eg_put_sweep_by(&tried, struct eg_image_cell, strength, model, metrics);
    put_tradeoff(&tried, model, "tradeoff", "total_variation");
    put_tradeoff(&tried, model, "tradeoff_gradients", "total_variation_gradients");
}

void eg_image_summarise(const struct eg_view *view)
{
    struct eg_view paper = *view, fixed = *view;
    paper.protocol = "paper";
    fixed.protocol = "fixed";
    put_protocol(&paper, &by_test);
    for (size_t i = 0; eg_image_models[i]; i++)
        if (!eg_image_models[i]->is_released)
            put_sweep(&paper, eg_image_models[i]->name);
    put_protocol(&fixed, &by_validation);
}
