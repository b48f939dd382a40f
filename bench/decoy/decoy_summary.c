/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/decoy/decoy_summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/summary.h"

static const char *const models[] = {"none", "blanked",   "rrr",    "cdep",
                                     "eg",   "gradients", "robust", NULL};
static const char *const guided[] = {"rrr", "cdep", "eg", "gradients", "robust", NULL};
static const char *const measures[] = {"test_accuracy", "dealt_accuracy", "validation_accuracy",
                                       NULL};

enum { STRENGTHS_MAX = 16 };

/* The rows of one model at one strength (any: NAN). rows has room for group->count. */
static struct eg_group select_rows(const struct eg_group *group, const char *model, double strength,
                                   const json_t **rows)
{
    struct eg_group chosen = *group;
    chosen.rows = rows;
    chosen.count = 0;
    for (size_t i = 0; i < group->count; i++) {
        const json_t *config = json_object_get(group->rows[i], "config");
        const char *name = json_string_value(json_object_get(config, "model"));
        const double own = json_number_value(json_object_get(config, "strength"));
        if (name && strcmp(name, model) == 0 && (isnan(strength) || own == strength))
            rows[chosen.count++] = group->rows[i];
    }
    return chosen;
}

static int by_size(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The strengths of a model, ascending. */
static size_t list_strengths(const struct eg_group *of_model, double strengths[STRENGTHS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < of_model->count; i++) {
        const json_t *config = json_object_get(of_model->rows[i], "config");
        const double own = json_number_value(json_object_get(config, "strength"));
        size_t at = 0;
        while (at < count && strengths[at] != own)
            at++;
        if (at == count && count < STRENGTHS_MAX)
            strengths[count++] = own;
    }
    qsort(strengths, count, sizeof *strengths, by_size);
    return count;
}

static int add_curves(const struct eg_group *at, const char *model, double strength,
                      double *numbers, struct eg_results *results, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t m = 0; measures[m] && strength > 0 && !status; m++) {
        struct eg_result result = eg_group_result(at, model, measures[m]);
        const size_t n = eg_group_numbers(at, NULL, measures[m], numbers);
        result.x = strength;
        status = eg_add_mean(results, result, numbers, n, error);
    }
    return status;
}

static double mean_of(const struct eg_group *group, const char *metric, double *numbers)
{
    const size_t n = eg_group_numbers(group, NULL, metric, numbers);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += numbers[i];
    return sum / (double)n;
}

/* numbers = test accuracy less that of the row without a guide and of the same replicate */
static size_t compare_to_plain(const struct eg_group *group, const struct eg_group *chosen,
                               double *numbers)
{
    size_t n = 0;
    for (size_t i = 0; i < chosen->count; i++)
        for (size_t k = 0; k < group->count; k++) {
            const json_t *own = json_object_get(chosen->rows[i], "config");
            const json_t *other = json_object_get(group->rows[k], "config");
            double mine, plain;
            if (strcmp(json_string_value(json_object_get(other, "model")), "none") == 0 &&
                json_equal(json_object_get(own, "replicate"),
                           json_object_get(other, "replicate")) &&
                eg_group_numbers(&(struct eg_group){.count = 1, .rows = &chosen->rows[i]}, NULL,
                                 "test_accuracy", &mine) &&
                eg_group_numbers(&(struct eg_group){.count = 1, .rows = &group->rows[k]}, NULL,
                                 "test_accuracy", &plain))
                numbers[n++] = mine - plain;
        }
    return n;
}

static int add_chosen(const struct eg_group *group, const struct eg_group *chosen,
                      const char *model, double strength, double *numbers,
                      struct eg_results *results, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t m = 0; measures[m] && !status; m++) {
        const size_t n = eg_group_numbers(chosen, NULL, measures[m], numbers);
        status = eg_add_mean(results, eg_group_result(chosen, model, measures[m]), numbers, n,
                             error);
    }
    if (!status && strcmp(model, "none") != 0) {
        const size_t n = compare_to_plain(group, chosen, numbers);
        status = eg_add_mean(results, eg_group_result(chosen, model, "gained_accuracy"), numbers, n,
                             error);
    }
    if (!status && strength > 0)
        status = eg_add_value(results, eg_group_result(chosen, model, "chosen_strength"), strength,
                              chosen->count, error);
    return status;
}

/* rows: room for 2 x group->count. */
static int add_model(const struct eg_group *group, const char *model, const json_t **rows,
                     double *numbers, struct eg_results *results, struct eg_error *error)
{
    double strengths[STRENGTHS_MAX] = {0}, best = -INFINITY, best_strength = 0;
    const struct eg_group of_model = select_rows(group, model, NAN, rows);
    const size_t count = list_strengths(&of_model, strengths);
    int status = EG_OK;
    for (size_t s = 0; s < count && !status; s++) {
        const struct eg_group at = select_rows(&of_model, model, strengths[s], rows + group->count);
        const double dealt = mean_of(&at, "dealt_accuracy", numbers);
        if (dealt > best) {
            best = dealt;
            best_strength = strengths[s];
        }
        status = add_curves(&at, model, strengths[s], numbers, results, error);
    }
    if (status || count == 0)
        return status;
    const struct eg_group chosen = select_rows(&of_model, model, best_strength,
                                               rows + group->count);
    return add_chosen(group, &chosen, model, best_strength, numbers, results, error);
}

static int summarise_group(const struct eg_group *group, double *numbers,
                           struct eg_results *results, struct eg_error *error)
{
    const json_t **rows = eg_alloc(2 * group->count, sizeof *rows, error);
    int status = rows ? EG_OK : EG_INTERNAL;
    for (size_t m = 0; models[m] && !status; m++)
        status = add_model(group, models[m], rows, numbers, results, error);
    free(rows);
    return status;
}

int eg_decoy_summarise(const struct eg_rows *rows, struct eg_results *results,
                       struct eg_error *error)
{
    return eg_summarise_groups(rows, summarise_group, results, error);
}

static const char *const metrics[] = {"test_accuracy",       "gained_accuracy", "dealt_accuracy",
                                      "validation_accuracy", "chosen_strength", NULL};

const struct eg_table_spec eg_decoy_tables[] = {
    {.id = "decoy",
     .title = "A square in a corner tells the class in training and lies in testing",
     .methods = models,
     .metrics = metrics,
     .digits = 3},
    {0},
};

const struct eg_figure_spec eg_decoy_figures[] = {
    {.id = "decoy-accuracy",
     .title = "Decoys: test accuracy where the square lies",
     .kind = EG_FIGURE_BARS,
     .methods = models,
     .metric = "test_accuracy",
     .y_title = "test accuracy",
     .error_bars = 1},
    {.id = "decoy-strength",
     .title = "Decoys: test accuracy against strength",
     .kind = EG_FIGURE_LINES,
     .methods = guided,
     .metric = "test_accuracy",
     .x_title = "strength",
     .y_title = "test accuracy",
     .log_x = 1,
     .error_bars = 1},
    {0},
};
