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
#include "bench/frame/view.h"
#include "stats/line_fit.h"
#include "stats/moments.h"

static const size_t sample_counts[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
enum {
    COUNTS = sizeof sample_counts / sizeof *sample_counts,
    REFERENCE_DRAW = 1000000 /* no replicate's own */
};
/* Converged: off by no more than this part of the mean magnitude of the attributions. */
static const double tolerance = 0.1;

static const struct scale {
    const char *name;
    size_t replicates;
    size_t rows; /* that are explained and the largest background */
} scales[] = {{"smoke", 1, 100}, {"quick", 5, 1000}, {"night", 20, 1000}, {"paper", 20, 1000}};

/* What a cell's outcome depends on. */
struct cell {
    const char *dataset, *data, *protocol, *scale;
    size_t seed, replicate, rows, epochs;
};
static const struct eg_field fields[] = {
    EG_FIELD(struct cell, dataset), EG_FIELD(struct cell, data),   EG_FIELD(struct cell, protocol),
    EG_FIELD(struct cell, scale),   EG_FIELD(struct cell, seed),   EG_FIELD(struct cell, replicate),
    EG_FIELD(struct cell, rows),    EG_FIELD(struct cell, epochs), {0}};

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    static const char *const protocols[] = {"paper", "fixed", NULL};
    const struct eg_dataset_options options = {0};
    const struct scale *scale = scales;
    const char *name = run->dataset ? run->dataset : "corrgroups60";
    if (strcmp(name, "corrgroups60") != 0 && strcmp(name, "independentlinear60") != 0)
        return eg_fail(error, EG_USAGE,
                       "--dataset %s: convergence has corrgroups60 and independentlinear60", name);
    const struct eg_dataset *dataset = eg_cached_dataset(name, &options, error);
    int status = dataset ? EG_OK : error->status;
    while (strcmp(scale->name, run->scale) != 0)
        scale++;
    for (size_t p = 0; protocols[p] && !status; p++) {
        if (strcmp(run->protocol, "both") != 0 && strcmp(run->protocol, protocols[p]) != 0)
            continue;
        struct cell cell = {
            name, dataset->content_hash, protocols[p], run->scale, run->seed, 0, scale->rows, 30};
        const size_t replicates = run->replicates ? run->replicates : scale->replicates;
        for (; cell.replicate < replicates && !status; cell.replicate++)
            status = eg_grid_add(grid, &cell, strcmp(protocols[p], "fixed") ? 1 : 4, error);
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
static int set_completeness(const struct eg_explanation *explanation, const struct eg_row *row,
                            struct eg_error *error)
{
    struct eg_moments moments = {0};
    double *z = eg_alloc(explanation->n, sizeof *z, error);
    if (!z)
        return EG_INTERNAL;
    for (size_t i = 0; i < explanation->n; i++)
        z[i] = explanation->residual[i] / explanation->residual_error[i];
    const int status = eg_moments(z, explanation->n, EG_NAN_PROPAGATE, &moments, error);
    eg_row_set(row, "completeness_z_mean", moments.mean);
    eg_row_set(row, "completeness_z_sd", moments.sd);
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
                         const struct eg_matrix *reference, const struct cell *cell,
                         const struct eg_row *row, struct eg_error *error)
{
    double distance[COUNTS];
    size_t points = 0;
    int status = EG_OK;
    for (; points < COUNTS && sample_counts[points] <= x->rows && !status; points++) {
        struct eg_explanation explanation;
        explainer.settings = (struct eg_method_settings){.samples = sample_counts[points]};
        const struct eg_stream stream = eg_stream_make(cell->seed, EG_STREAM_CONVERGENCE,
                                                       EG_PURPOSE_EXPLAIN,
                                                       cell->replicate * COUNTS + points, 0);
        status = eg_explain(&explainer, x, NULL, stream, &explanation, error);
        if (status)
            break;
        distance[points] = mean_absolute_difference(&explanation.phi, reference);
        if (sample_counts[points] == 100)
            status = set_completeness(&explanation, row, error);
        eg_explanation_free(&explanation);
    }
    eg_row_set_array(row, "distance", points, distance);
    eg_row_set(row, "mean_magnitude", mean_magnitude(reference));
    return status;
}

static int run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                    struct eg_error *error)
{
    (void)run;
    const struct cell *cell = of_cell;
    const struct eg_dataset_options options = {0};
    struct eg_network network = {0};
    struct eg_scaler scaler = {0};
    struct eg_matrix reference = {0};
    const struct eg_dataset *dataset = eg_cached_dataset(cell->dataset, &options, error);
    if (!dataset)
        return error->status;
    const struct eg_matrix x = {cell->rows, dataset->p, dataset->x.data};
    const struct eg_explainer explainer = {
        .network = &network, .method = &eg_expected_gradients, .background = &x};
    int status = eg_bench_regenerate(dataset, cell->epochs, &network, &scaler, error);
    if (!status)
        status = eg_matrix_alloc(&reference, cell->rows, dataset->p, error);
    if (!status)
        status = explain_reference(explainer, &x, strcmp(cell->protocol, "paper") == 0, cell->seed,
                                   cell->replicate, &reference, error);
    if (!status)
        status = measure_curve(explainer, &x, &reference, cell, row, error);
    if (!status)
        status = eg_check_axioms(cell->seed, cell->replicate, row, error);
    eg_matrix_free(&reference);
    eg_network_free(&network);
    eg_scaler_free(&scaler);
    return status;
}

/* --- the summary --- */

/* The slope of log distance over log K. */
static double fit_slope(const struct eg_record *record, const void *context)
{
    (void)context;
    double x[COUNTS], y[COUNTS];
    struct eg_line line;
    const size_t points = eg_row_length(record->values, NULL, "distance");
    for (size_t point = 0; point < points; point++) {
        x[point] = log((double)sample_counts[point]);
        y[point] = log(eg_row_element(record->values, NULL, "distance", point));
    }
    return points < 3 || eg_fit_line(x, y, points, &line, NULL) ? (double)NAN : line.slope;
}

/* Where the curve first comes within the tolerance: between two counts as the straight line in logarithms
 * has it, at the first count where it is within already; NAN where it never does. */
static double find_crossing(const struct eg_record *record, const void *context)
{
    (void)context;
    double last = NAN;
    const double magnitude = eg_row_number(record->values, NULL, "mean_magnitude");
    const size_t points = eg_row_length(record->values, NULL, "distance");
    for (size_t point = 0; point < points; point++) {
        const double relative = eg_row_element(record->values, NULL, "distance", point) / magnitude;
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

/* An axiom holds where it did in every replicate. */
static void put_axioms(const struct eg_view *view)
{
    for (size_t a = 0; eg_axiom_names[a]; a++) {
        struct eg_result result = eg_view_result(view, eg_expected_gradients.name,
                                                 eg_axiom_names[a]);
        const struct eg_sample sample = eg_sample_of(view, NULL, eg_axiom_names[a]);
        double held = 1;
        for (size_t i = 0; i < sample.count; i++)
            held = fmin(held, sample.numbers[i]);
        result.basis = EG_BASIS_EXACT;
        if (sample.count)
            eg_put_value(view, result, held, sample.count);
    }
}

static void summarise(const struct eg_view *view)
{
    static const char *const plain[] = {"mean_magnitude", "completeness_z_mean",
                                        "completeness_z_sd", NULL};
    const char *method = eg_expected_gradients.name;
    double counts[COUNTS];
    for (size_t point = 0; point < COUNTS; point++)
        counts[point] = (double)sample_counts[point];
    eg_put_curve(view, eg_view_result(view, method, "mean_abs_difference"), NULL, "distance",
                 counts, COUNTS);
    for (size_t m = 0; plain[m]; m++)
        eg_put_mean(view, method, NULL, plain[m]);
    put_axioms(view);
    const struct eg_sample slopes = eg_sample_by(view, fit_slope, NULL);
    const struct eg_sample crossings = eg_sample_by(view, find_crossing, NULL);
    eg_put_sample(view, eg_view_result(view, method, "slope"), slopes);
    /* A mean over those alone that come within the tolerance would be too small. */
    if (crossings.count == view->count)
        eg_put_sample(view, eg_view_result(view, method, "converged_at"), crossings);
}

static const char *const methods[] = {"expected_gradients", NULL};
static const char *const table_metrics[] = {
    "slope", "converged_at", "mean_magnitude", "completeness_z_mean", "completeness_z_sd", NULL};

static const struct eg_table_spec tables[] = {
    {.id = "convergence",
     .title = "Convergence of expected gradients (Supplement C.1)",
     .methods = methods,
     .metrics = table_metrics,
     .digits = 3},
    {.id = "axioms",
     .title = "Axioms that expected gradients keep (Methods 2): 1 where they do",
     .methods = methods,
     .metrics = eg_axiom_names,
     .digits = 0},
    {0},
};

static const struct eg_figure_spec figures[] = {
    {.id = "supplementary-figure-2",
     .title = "Supplementary Figure 2: attributions converge with more background samples",
     .kind = EG_FIGURE_LINES,
     .methods = methods,
     .metric = "mean_abs_difference",
     .x_title = "background samples",
     .y_title = "mean |difference|",
     .note =
         "Difference from the attributions with all rows as background, at one point of each path "
         "(protocol paper) or ten (fixed).",
     .log_x = 1,
     .log_y = 1},
    {0},
};

const struct eg_experiment convergence_experiment = {
    .name = "convergence",
    .title = "how expected gradients converge as background samples are added",
    .reproduces = "Supplementary Figure 2",
    .protocols = "paper fixed",
    .outcome_version = 2,
    .precision = "double",
    .code_hash = EG_CODE_HASH,
    .list_cells = list_cells,
    .fields = fields,
    .cell_size = sizeof(struct cell),
    .run_cell = run_cell,
    .summarise = summarise,
    .tables = tables,
    .figures = figures,
};
