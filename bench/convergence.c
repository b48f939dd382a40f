/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Supplementary Figure 2: how expected gradients converge as background samples
 * are added (Supplement C.1). All 1000 rows of Correlated Groups 60 are
 * explained on the paper's own network; the distance of two attribution
 * matrices is the mean absolute difference of their entries.
 *
 * Protocol "paper" measures the distance to the attributions with all 1000
 * rows as background, each with one alpha. Protocol "fixed" measures it to
 * nearly exact ones, all rows with ten alphas each, so that the curve does not
 * see the reference's own noise. A replicate is another draw. Each also tries the axioms of Methods 2 on
 * random networks (bench/convergence/convergence_axioms.h).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attribution/explain.h"
#include "bench/convergence/convergence_axioms.h"
#include "bench/frame/dataset_cache.h"
#include "bench/experiments.h"
#include "bench/shap/shap_bench.h"
#include "bench/frame/summary.h"
#include "run/values.h"
#include "stats/line_fit.h"
#include "stats/moments.h"

static const size_t sample_counts[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
enum {
    COUNTS = sizeof sample_counts / sizeof *sample_counts,
    REFERENCE_DRAW = 1000000 /* no replicate's own */
};
/* Converged: off by no more than this part of the mean magnitude of the attributions. */
static const double tolerance = 0.1;

static size_t replicates_of(const struct eg_run *run)
{
    if (run->replicates)
        return run->replicates;
    return strcmp(run->scale, "smoke") == 0 ? 1 : strcmp(run->scale, "quick") == 0 ? 5 : 20;
}

/* The largest background of a scale. */
static size_t rows_of(const struct eg_run *run)
{
    return strcmp(run->scale, "smoke") == 0 ? 100 : 1000;
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    static const char *const protocols[] = {"paper", "fixed", NULL};
    const struct eg_dataset_options options = {0};
    const char *name = run->dataset ? run->dataset : "corrgroups60";
    if (strcmp(name, "corrgroups60") != 0 && strcmp(name, "independentlinear60") != 0)
        return eg_fail(error, EG_USAGE,
                       "--dataset %s: convergence has corrgroups60 and independentlinear60", name);
    const struct eg_dataset *dataset = eg_cached_dataset(name, &options, error);
    int status = dataset ? EG_OK : error->status;
    for (size_t p = 0; protocols[p] && !status; p++) {
        if (strcmp(run->protocol, "both") != 0 && strcmp(run->protocol, protocols[p]) != 0)
            continue;
        for (size_t replicate = 0; replicate < replicates_of(run) && !status; replicate++) {
            json_t *config = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I}", "dataset", name,
                                       "data", dataset->content_hash, "protocol", protocols[p],
                                       "scale", run->scale, "seed", (json_int_t)run->seed,
                                       "replicate", (json_int_t)replicate, "rows",
                                       (json_int_t)rows_of(run), "epochs", (json_int_t)30);
            status = eg_grid_add(grid, config, strcmp(protocols[p], "fixed") ? 1 : 4, error);
        }
    }
    return status;
}

/* --- one cell --- */

static double mean_absolute_difference(const struct eg_matrix *a, const struct eg_matrix *b)
{
    double sum = 0;
    for (size_t i = 0; i < a->rows * a->cols; i++)
        sum += fabs((double)a->data[i] - (double)b->data[i]);
    return sum / (double)(a->rows * a->cols);
}

static double mean_magnitude(const struct eg_matrix *a)
{
    double sum = 0;
    for (size_t i = 0; i < a->rows * a->cols; i++)
        sum += fabs((double)a->data[i]);
    return sum / (double)(a->rows * a->cols);
}

/* Mean and sd over rows of residual / its own Monte-Carlo error: 0 and 1 when both are right. */
static int store_completeness(const struct eg_explanation *explanation, json_t *values,
                              struct eg_error *error)
{
    struct eg_moments moments;
    double *z = eg_alloc(explanation->n, sizeof *z, error);
    if (!z)
        return EG_INTERNAL;
    for (size_t i = 0; i < explanation->n; i++)
        z[i] = explanation->residual[i] / explanation->residual_error[i];
    int status = eg_moments(z, explanation->n, EG_NAN_PROPAGATE, &moments, error);
    if (!status)
        status = eg_values_set(values, "completeness_z_mean", moments.mean, error);
    if (!status)
        status = eg_values_set(values, "completeness_z_sd", moments.sd, error);
    free(z);
    return status;
}

/* The attributions that all others are measured against. */
static int explain_reference(struct eg_explainer explainer, const struct eg_matrix *x, int is_paper,
                             uint64_t seed, uint64_t draw, struct eg_matrix *phi,
                             struct eg_error *error)
{
    explainer.settings = (struct eg_method_settings){.samples = x->rows * (is_paper ? 1 : 10),
                                                     .references = EG_REFERENCES_ALL,
                                                     .alphas = is_paper ? EG_ALPHAS_RANDOM
                                                                        : EG_ALPHAS_MIDPOINT};
    const struct eg_stream stream = eg_stream_make(seed, EG_STREAM_CONVERGENCE, EG_PURPOSE_EXPLAIN,
                                                   REFERENCE_DRAW + draw, 0);
    return eg_explain_phi(&explainer, x, NULL, stream, phi, error);
}

static int measure_curve(struct eg_explainer explainer, const struct eg_matrix *x,
                         const struct eg_matrix *reference, uint64_t seed, uint64_t replicate,
                         json_t *values, struct eg_error *error)
{
    double distance[COUNTS];
    size_t points = 0;
    int status = EG_OK;
    for (; points < COUNTS && sample_counts[points] <= x->rows && !status; points++) {
        struct eg_explanation explanation;
        explainer.settings = (struct eg_method_settings){.samples = sample_counts[points]};
        const struct eg_stream stream = eg_stream_make(
            seed, EG_STREAM_CONVERGENCE, EG_PURPOSE_EXPLAIN, replicate * COUNTS + points, 0);
        status = eg_explain(&explainer, x, NULL, stream, &explanation, error);
        if (status)
            break;
        distance[points] = mean_absolute_difference(&explanation.phi, reference);
        if (sample_counts[points] == 100)
            status = store_completeness(&explanation, values, error);
        eg_explanation_free(&explanation);
    }
    if (!status)
        status = eg_values_set_array(values, "distance", points, distance, error);
    return status ? status
                  : eg_values_set(values, "mean_magnitude", mean_magnitude(reference), error);
}

static int run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                    struct eg_error *error)
{
    (void)run;
    const char *name, *protocol;
    size_t seed, replicate, rows, epochs;
    const struct eg_dataset_options options = {0};
    struct eg_network network = {0};
    struct eg_scaler scaler = {0};
    struct eg_matrix reference = {0};
    if (eg_config_text(config, "dataset", &name, error) ||
        eg_config_text(config, "protocol", &protocol, error) ||
        eg_config_count(config, "seed", &seed, error) ||
        eg_config_count(config, "replicate", &replicate, error) ||
        eg_config_count(config, "rows", &rows, error) ||
        eg_config_count(config, "epochs", &epochs, error))
        return EG_INTERNAL;
    const struct eg_dataset *dataset = eg_cached_dataset(name, &options, error);
    if (!dataset)
        return error->status;
    const struct eg_matrix x = {rows, dataset->p, dataset->x.data};
    const struct eg_explainer explainer = {
        .network = &network, .method = &eg_expected_gradients, .background = &x};
    int status = eg_bench_regenerate(dataset, epochs, &network, &scaler, error);
    if (!status)
        status = eg_matrix_alloc(&reference, rows, dataset->p, error);
    if (!status)
        status = explain_reference(explainer, &x, strcmp(protocol, "paper") == 0, seed, replicate,
                                   &reference, error);
    if (!status)
        status = measure_curve(explainer, &x, &reference, seed, replicate, values, error);
    if (!status)
        status = eg_check_axioms(seed, replicate, values, error);
    eg_matrix_free(&reference);
    eg_network_free(&network);
    eg_scaler_free(&scaler);
    return status;
}

/* --- the summary --- */

/* numbers = distance at point of each row that has it */
static size_t distances_at(const struct eg_group *group, size_t point, double *numbers)
{
    size_t n = 0;
    for (size_t i = 0; i < group->count; i++) {
        const json_t *values = json_object_get(group->rows[i], "values");
        const json_t *number = json_array_get(json_object_get(values, "distance"), point);
        if (json_is_number(number))
            numbers[n++] = json_number_value(number);
    }
    return n;
}

/* The slope of log distance over log K, one fit for each replicate. */
static int add_slope(const struct eg_group *group, size_t points, struct eg_results *results,
                     double *numbers, struct eg_error *error)
{
    double x[COUNTS], y[COUNTS];
    int status = EG_OK;
    if (points < 3)
        return EG_OK;
    for (size_t i = 0; i < group->count && !status; i++) {
        struct eg_line line;
        const struct eg_group one = {.count = 1, .rows = &group->rows[i]};
        for (size_t point = 0; point < points; point++) {
            (void)distances_at(&one, point, &y[point]);
            x[point] = log((double)sample_counts[point]);
            y[point] = log(y[point]);
        }
        status = eg_fit_line(x, y, points, &line, error);
        numbers[i] = line.slope;
    }
    return status
               ? status
               : eg_add_mean(results, eg_group_result(group, eg_expected_gradients.name, "slope"),
                             numbers, group->count, error);
}

/* Where the curve of one row first comes within the tolerance: between two counts as the straight line
 * in logarithms has it, at the first count where it is within already; NAN where it never does. */
static double find_crossing(const struct eg_group *one, size_t points)
{
    double magnitude, distance, last = NAN;
    if (eg_group_numbers(one, NULL, "mean_magnitude", &magnitude) == 0)
        return NAN;
    for (size_t point = 0; point < points && distances_at(one, point, &distance); point++) {
        const double relative = distance / magnitude;
        if (relative <= tolerance && point == 0)
            return (double)sample_counts[0];
        if (relative <= tolerance) {
            const double part = log(last / tolerance) / log(last / relative);
            return exp(log((double)sample_counts[point - 1]) +
                       part * log((double)sample_counts[point] / (double)sample_counts[point - 1]));
        }
        last = relative;
    }
    return NAN;
}

/* Nothing where a replicate never comes within the tolerance. */
static int add_converged_at(const struct eg_group *group, size_t points, struct eg_results *results,
                            double *numbers, struct eg_error *error)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct eg_group one = {.count = 1, .rows = &group->rows[i]};
        numbers[i] = find_crossing(&one, points);
        if (isnan(numbers[i]))
            return EG_OK;
    }
    return eg_add_mean(results, eg_group_result(group, eg_expected_gradients.name, "converged_at"),
                       numbers, group->count, error);
}

/* An axiom holds where it did in every replicate. */
static int add_axioms(const struct eg_group *group, struct eg_results *results, double *numbers,
                      struct eg_error *error)
{
    int status = EG_OK;
    for (size_t a = 0; eg_axiom_names[a] && !status; a++) {
        struct eg_result result = eg_group_result(group, eg_expected_gradients.name,
                                                  eg_axiom_names[a]);
        const size_t n = eg_group_numbers(group, NULL, eg_axiom_names[a], numbers);
        double held = 1;
        for (size_t i = 0; i < n; i++)
            held = fmin(held, numbers[i]);
        result.basis = EG_BASIS_EXACT;
        if (n)
            status = eg_add_value(results, result, held, n, error);
    }
    return status;
}

static int summarise_group(const struct eg_group *group, double *numbers,
                           struct eg_results *results, struct eg_error *error)
{
    static const char *const plain[] = {"mean_magnitude", "completeness_z_mean",
                                        "completeness_z_sd", NULL};
    const char *method = eg_expected_gradients.name;
    size_t points = 0;
    int status = EG_OK;
    for (; points < COUNTS && !status; points++) {
        struct eg_result result = eg_group_result(group, method, "mean_abs_difference");
        if (distances_at(group, points, numbers) == 0)
            break;
        result.x = (double)sample_counts[points];
        status = eg_add_element_mean(results, result, group, "distance", points, numbers, error);
    }
    for (size_t m = 0; plain[m] && !status; m++)
        status = eg_add_group_mean(results, eg_group_result(group, method, plain[m]), group, NULL,
                                   plain[m], numbers, error);
    if (!status)
        status = add_axioms(group, results, numbers, error);
    if (!status)
        status = add_slope(group, points, results, numbers, error);
    return status ? status : add_converged_at(group, points, results, numbers, error);
}

static int summarise(const struct eg_rows *rows, struct eg_results *results, struct eg_error *error)
{
    return eg_summarise_groups(rows, summarise_group, results, error);
}

static const char *const methods[] = {"expected_gradients", NULL};
static const char *const table_metrics[] = {
    "slope", "converged_at", "mean_magnitude", "completeness_z_mean", "completeness_z_sd", NULL};

static const struct eg_table_spec tables[] = {
    {"convergence", "Convergence of expected gradients (Supplement C.1)", NULL, methods,
     table_metrics, 3},
    {"axioms", "Axioms that expected gradients keep (Methods 2): 1 where they do", NULL, methods,
     eg_axiom_names, 0},
    {0},
};

static const struct eg_figure_spec figures[] = {
    {.id = "supplementary-figure-2",
     .title = "Supplementary Figure 2: attributions converge with more background samples",
     .kind = EG_FIGURE_LINES,
     .methods = methods,
     .metric = "mean_abs_difference",
     .x_title = "background samples",
     .y_title = "mean absolute difference",
     .log_x = 1,
     .log_y = 1,
     .error_bars = 2},
    {0},
};

const struct eg_experiment convergence_experiment = {
    .name = "convergence",
    .title = "how expected gradients converge as background samples are added",
    .reproduces = "Supplementary Figure 2",
    .protocols = "paper fixed",
    .outcome_version = 1,
    .precision = "double",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .run_cell = run_cell,
    .summarise = summarise,
    .tables = tables,
    .figures = figures,
};
