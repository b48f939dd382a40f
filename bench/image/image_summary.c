/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/image/image_choice.h"
#include "bench/image/image_maps.h"
#include "bench/image/image_models.h"
#include "bench/image/image_tests.h"
#include "bench/frame/summary.h"
#include "bench/frame/tradeoff.h"

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

/* --- one model at its chosen strength --- */

static int add_plain(const struct eg_group *chosen, const char *method, double *numbers,
                     struct eg_results *results, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t m = 0; plain[m] && !status; m++)
        status = eg_add_group_mean(results, eg_group_result(chosen, method, plain[m]), chosen, NULL,
                                   plain[m], numbers, error);
    const size_t n = eg_group_numbers(chosen, NULL, "test_accuracy", numbers);
    for (size_t i = 0; i < n; i++)
        numbers[i] = 1 - numbers[i];
    return status ? status
                  : eg_add_mean(results, eg_group_result(chosen, method, "test_error"), numbers, n,
                                error);
}

static int add_curve(const struct eg_group *chosen, const char *method, const char *curve,
                     const char *levels_field, double *numbers, struct eg_results *results,
                     struct eg_error *error)
{
    const json_t *levels = json_object_get(json_object_get(chosen->rows[0], "config"),
                                           levels_field);
    int status = EG_OK;
    for (size_t at = 0; at < json_array_size(levels) && !status; at++) {
        struct eg_result result = eg_group_result(chosen, method, curve);
        result.x = json_number_value(json_array_get(levels, at));
        status = eg_add_element_mean(results, result, chosen, curve, at, numbers, error);
        for (size_t i = 0; i < sizeof shown / sizeof *shown && !status; i++)
            if (strcmp(shown[i].curve, curve) == 0 && shown[i].level == result.x)
                status = eg_add_element_mean(results,
                                             eg_group_result(chosen, method, shown[i].metric),
                                             chosen, curve, at, numbers, error);
    }
    return status;
}

static int add_model(const struct eg_group *chosen, const char *method, double strength,
                     double *numbers, struct eg_results *results, struct eg_error *error)
{
    int status = add_plain(chosen, method, numbers, results, error);
    if (!status)
        status = add_curve(chosen, method, "noisy_accuracy", "noise_levels", numbers, results,
                           error);
    if (!status)
        status = add_curve(chosen, method, "flipped_accuracy", "flipped_levels", numbers, results,
                           error);
    if (!status && strength > 0)
        status = eg_add_value(results, eg_group_result(chosen, method, "chosen_strength"), strength,
                              chosen->count, error);
    return status;
}

/* --- all models under one protocol --- */

enum { CHOICES_MAX = 16 };

/* The rows of each choice at its strength. */
struct chosen {
    const struct eg_image_choice *choices;
    size_t count;
    struct eg_group groups[CHOICES_MAX];
    double strengths[CHOICES_MAX];
};

static double mean_accuracy(const struct eg_group *group, const char *field, double *numbers)
{
    const size_t n = eg_group_numbers(group, NULL, field, numbers);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += numbers[i];
    return sum / (double)n;
}

/* rows: room for (CHOICES_MAX + 1) x group->count, candidates and numbers for group->count. */
static void choose_strengths(const struct eg_group *group, const struct eg_image_rule *rule,
                             const json_t **rows, struct eg_image_candidate *candidates,
                             double *numbers, struct chosen *chosen)
{
    const json_t **room = rows + CHOICES_MAX * group->count;
    const struct eg_group baseline = eg_image_select(group, "baseline", NAN, room);
    const double accuracy = mean_accuracy(&baseline, rule->accuracy, numbers);
    chosen->choices = eg_image_choices(group->dataset);
    for (chosen->count = 0; chosen->choices[chosen->count].method; chosen->count++) {
        const size_t c = chosen->count;
        const struct eg_image_choice *choice = &chosen->choices[c];
        const struct eg_group tried = eg_image_select(group, choice->model, NAN, room);
        const size_t count = eg_image_candidates(&tried, rule, candidates);
        chosen->groups[c] = (struct eg_group){0};
        const double least = isinf(choice->within) ? -INFINITY : accuracy - choice->within;
        const struct eg_image_candidate *best = eg_image_choose(candidates, count, least);
        if (!best)
            continue;
        chosen->strengths[c] = best->strength;
        chosen->groups[c] = eg_image_select(group, choice->model, chosen->strengths[c],
                                            rows + c * group->count);
    }
}

static const struct eg_group *find_choice(const struct chosen *chosen, const char *method)
{
    for (size_t c = 0; c < chosen->count; c++)
        if (strcmp(chosen->choices[c].method, method) == 0 && chosen->groups[c].count)
            return &chosen->groups[c];
    return NULL;
}

/* The released network with the prior is held against the released network without. */
static int add_tests(const struct chosen *chosen, struct eg_results *results,
                     struct eg_error *error)
{
    const struct eg_group *prior = find_choice(chosen, "eg_prior");
    int status = EG_OK;
    for (size_t c = 0; c < chosen->count && !status; c++) {
        const char *method = chosen->choices[c].method;
        const int is_released = strncmp(method, "released", strlen("released")) == 0;
        const struct eg_group *baseline = find_choice(chosen, is_released ? "released_baseline"
                                                                          : "baseline");
        const struct eg_group *own = &chosen->groups[c];
        if (own->count == 0)
            continue;
        if (baseline && baseline != own)
            status = eg_image_add_test(own, baseline, method, "to_baseline", results, error);
        if (!status && prior && prior != own && !is_released)
            status = eg_image_add_test(prior, own, method, "of_eg_prior", results, error);
    }
    return status;
}

static const json_t *first_replicate(const struct eg_group *group)
{
    for (size_t i = 0; group && i < group->count; i++) {
        const json_t *config = json_object_get(group->rows[i], "config");
        if (json_integer_value(json_object_get(config, "replicate")) == 0)
            return group->rows[i];
    }
    return NULL;
}

static int add_maps(const struct chosen *chosen, const struct eg_group *group,
                    struct eg_results *results, struct eg_error *error)
{
    static const char *const models[EG_IMAGE_MAP_MODELS] = {"baseline", "eg_prior",
                                                            "gradient_prior"};
    struct eg_image_drawn drawn[EG_IMAGE_MAP_MODELS];
    for (size_t m = 0; m < EG_IMAGE_MAP_MODELS; m++)
        drawn[m] = (struct eg_image_drawn){models[m],
                                           first_replicate(find_choice(chosen, models[m]))};
    return eg_image_add_maps(group, drawn, results, error);
}

static int summarise_protocol(const struct eg_group *group, const struct eg_image_rule *rule,
                              const json_t **rows, struct eg_image_candidate *candidates,
                              double *numbers, struct eg_results *results, struct eg_error *error)
{
    struct chosen chosen;
    int status = EG_OK;
    choose_strengths(group, rule, rows, candidates, numbers, &chosen);
    for (size_t c = 0; c < chosen.count && !status; c++)
        if (chosen.groups[c].count)
            status = add_model(&chosen.groups[c], chosen.choices[c].method, chosen.strengths[c],
                               numbers, results, error);
    if (!status)
        status = add_tests(&chosen, results, error);
    return status ? status : add_maps(&chosen, group, results, error);
}

/* --- all strengths --- */

/* Supplementary Figure 5: what each strength does. */
static int add_sweep(const struct eg_group *group, const char *model, const json_t **rows,
                     struct eg_image_candidate *candidates, double *numbers,
                     struct eg_results *results, struct eg_error *error)
{
    static const char *const metrics[] = {"test_accuracy", "total_variation",
                                          "total_variation_gradients", "robustness_area", NULL};
    const struct eg_group tried = eg_image_select(group, model, NAN, rows);
    const size_t count = eg_image_candidates(&tried, &eg_image_rule_paper, candidates);
    int status = EG_OK;
    for (size_t i = 0; i < count; i++) {
        const struct eg_group at = eg_image_select(group, model, candidates[i].strength, rows);
        for (size_t m = 0; metrics[m] && !status; m++) {
            struct eg_result result = eg_group_result(group, model, metrics[m]);
            result.x = candidates[i].strength;
            status = eg_add_group_mean(results, result, &at, NULL, metrics[m], numbers, error);
        }
    }
    if (!status)
        status = eg_add_rank_correlation(results, eg_group_result(group, model, "tradeoff"),
                                         "test_accuracy", "total_variation", error);
    return status ? status
                  : eg_add_rank_correlation(results,
                                            eg_group_result(group, model, "tradeoff_gradients"),
                                            "test_accuracy", "total_variation_gradients", error);
}

static int summarise_group(const struct eg_group *group, double *numbers,
                           struct eg_results *results, struct eg_error *error)
{
    const json_t **rows = eg_alloc((CHOICES_MAX + 1) * group->count, sizeof *rows, error);
    struct eg_image_candidate *candidates = eg_alloc(group->count, sizeof *candidates, error);
    struct eg_group paper = *group, fixed = *group;
    paper.protocol = "paper";
    fixed.protocol = "fixed";
    int status = rows && candidates ? EG_OK : EG_INTERNAL;
    if (!status)
        status = summarise_protocol(&paper, &eg_image_rule_paper, rows, candidates, numbers,
                                    results, error);
    for (size_t i = 0; eg_image_models[i] && !status; i++)
        if (!eg_image_models[i]->is_released)
            status = add_sweep(&paper, eg_image_models[i]->name, rows, candidates, numbers, results,
                               error);
    if (!status)
        status = summarise_protocol(&fixed, &eg_image_rule_fixed, rows, candidates, numbers,
                                    results, error);
    free(rows);
    free(candidates);
    return status;
}

int eg_image_summarise(const struct eg_rows *rows, struct eg_results *results,
                       struct eg_error *error)
{
    return eg_summarise_groups(rows, summarise_group, results, error);
}
