/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Table 1 and Supplementary Table 1: the 18 Keep/Remove metrics of expected
 * gradients, integrated gradients, gradients and random attributions on two
 * synthetic data sets (the paper, section 2.2 and Supplement C).
 *
 * Protocol "paper" regenerates the paper's own network and keeps the
 * conventions of SHAP's benchmark, defects included: one network, trained on
 * the raw training rows of split 0, for all ten splits; predictions from
 * standardised rows, explanations on raw ones. A replicate is another draw of
 * the random methods. Protocol "fixed" trains a network for each split on
 * standardised rows; a replicate is another initialisation, with draws of its
 * own for the random methods and for the metrics (background rows, ties).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/dataset_cache.h"
#include "bench/experiments.h"
#include "bench/shap/shap_bench.h"
#include "bench/frame/view.h"
#include "stats/binomial.h"

static const char *const datasets[] = {"corrgroups60", "independentlinear60", NULL};
static const char *const methods[] = {
    "expected_gradients", "integrated_gradients", "gradients", "random", "oracle", NULL};
static const char judged[] = "expected_gradients";
static const char *const competitors[] = {"integrated_gradients", "gradients", "random", NULL};

/* --- the grid --- */

struct scale {
    const char *name;
    size_t splits, epochs, paper_replicates, fixed_replicates;
};

static const struct scale scales[] = {{"smoke", 10, 30, 1, 1},
                                      {"quick", 10, 30, 5, 5},
                                      {"night", 10, 30, 20, 20},
                                      {"paper", 10, 30, 20, 20}};

static const struct scale *find_scale(const char *name)
{
    size_t i = 0;
    while (strcmp(scales[i].name, name) != 0)
        i++;
    return &scales[i];
}

/* What a cell's outcome depends on. */
struct cell {
    const char *dataset, *data, *protocol, *scale;
    size_t seed, replicate, splits, epochs, samples, steps;
};
static const struct eg_field fields[] = {EG_FIELD(struct cell, dataset),
                                         EG_FIELD(struct cell, data),
                                         EG_FIELD(struct cell, protocol),
                                         EG_FIELD(struct cell, scale),
                                         EG_FIELD(struct cell, seed),
                                         EG_FIELD(struct cell, replicate),
                                         EG_FIELD(struct cell, splits),
                                         EG_FIELD(struct cell, epochs),
                                         EG_FIELD(struct cell, samples),
                                         EG_FIELD(struct cell, steps),
                                         {0}};

static int is_paper(const struct cell *cell)
{
    return strcmp(cell->protocol, "paper") == 0;
}

static int add_cells(const struct eg_run *run, const struct eg_dataset *dataset,
                     const char *protocol, struct eg_grid *grid, struct eg_error *error)
{
    const struct scale *scale = find_scale(run->scale);
    struct cell cell = {.dataset = dataset->name,
                        .data = dataset->content_hash,
                        .protocol = protocol,
                        .scale = run->scale,
                        .seed = run->seed,
                        .splits = scale->splits,
                        .epochs = scale->epochs,
                        .samples = 200,
                        .steps = 200};
    const size_t own = is_paper(&cell) ? scale->paper_replicates : scale->fixed_replicates;
    const size_t replicates = run->replicates ? run->replicates : own;
    int status = EG_OK;
    for (; cell.replicate < replicates && !status; cell.replicate++)
        status = eg_grid_add(grid, &cell, is_paper(&cell) ? 1 : 1.7, error);
    return status;
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    static const char *const protocols[] = {"paper", "fixed", NULL};
    const struct eg_dataset_options options = {0};
    int known = run->dataset == NULL, status = EG_OK;
    for (size_t d = 0; datasets[d] && !status; d++) {
        if (run->dataset && strcmp(run->dataset, datasets[d]) != 0)
            continue;
        known = 1;
        const struct eg_dataset *dataset = eg_cached_dataset(datasets[d], &options, error);
        if (!dataset)
            return error->status;
        for (size_t p = 0; protocols[p] && !status; p++)
            if (strcmp(run->protocol, "both") == 0 || strcmp(run->protocol, protocols[p]) == 0)
                status = add_cells(run, dataset, protocols[p], grid, error);
    }
    if (!known)
        return eg_fail(error, EG_USAGE,
                       "--dataset %s: keep-remove has corrgroups60 and independentlinear60",
                       run->dataset);
    return status;
}

/* --- one cell --- */

/* Whether replicates of the paper's protocol, which share their networks, differ. */
static int draws(const char *method)
{
    return strcmp(method, "expected_gradients") == 0 || strcmp(method, "random") == 0;
}

/* A second replicate of the paper's protocol has nothing new to say of methods that draw nothing. */
static int is_run(const struct cell *cell, const char *method)
{
    return draws(method) || !is_paper(cell) || cell->replicate == 0;
}

/* Adds the scores of every method on one split to sums, a line a method. */
static int run_split(const struct cell *cell, const struct eg_dataset *dataset, uint32_t number,
                     const struct eg_network *network, const struct eg_scaler *scaler,
                     double sums[][EG_BENCH_SCORES], struct eg_error *error)
{
    struct eg_bench_split split = {.dataset = dataset,
                                   .is_paper = is_paper(cell),
                                   .number = number,
                                   .seed = cell->seed,
                                   .draw = cell->replicate * EG_BENCH_SPLITS_MAX + number,
                                   .samples = cell->samples,
                                   .steps = cell->steps};
    int status = split.is_paper ? eg_bench_prepare_paper(&split, network, scaler, error)
                                : eg_bench_prepare_fixed(&split, cell->epochs, error);
    for (size_t m = 0; methods[m] && !status; m++)
        if (is_run(cell, methods[m]))
            status = eg_bench_score(&split, methods[m], sums[m], error);
    eg_bench_split_free(&split);
    return status;
}

/* row: method -> score -> mean over the splits */
static void set_means(const struct cell *cell, double sums[][EG_BENCH_SCORES],
                      const struct eg_row *row)
{
    for (size_t m = 0; methods[m]; m++) {
        if (!is_run(cell, methods[m]))
            continue;
        const struct eg_row of_method = eg_row_part(row, methods[m]);
        for (size_t k = 0; k < EG_BENCH_SCORES; k++)
            eg_row_set(&of_method, eg_bench_score_name(k), sums[m][k] / (double)cell->splits);
    }
}

static int run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                    struct eg_error *error)
{
    (void)run;
    const struct cell *cell = of_cell;
    const struct eg_dataset_options options = {0};
    struct eg_network network = {0};
    struct eg_scaler scaler = {0};
    double sums[sizeof methods / sizeof *methods][EG_BENCH_SCORES] = {{0}};
    const struct eg_dataset *dataset = eg_cached_dataset(cell->dataset, &options, error);
    int status = dataset ? EG_OK : error->status;
    if (!status && is_paper(cell))
        status = eg_bench_regenerate(dataset, cell->epochs, &network, &scaler, error);
    for (uint32_t split = 0; split < cell->splits && !status; split++)
        status = run_split(cell, dataset, split, &network, &scaler, sums, error);
    set_means(cell, sums, row);
    eg_network_free(&network);
    eg_scaler_free(&scaler);
    return status;
}

/* --- the summary --- */

static void put_means(const struct eg_view *view)
{
    for (size_t m = 0; methods[m]; m++)
        for (size_t k = 0; k < EG_BENCH_SCORES; k++) {
            const char *score = eg_bench_score_name(k);
            struct eg_result result = eg_view_result(view, methods[m], score);
            if (strcmp(view->protocol, "paper") == 0 && !draws(methods[m]))
                result.basis = EG_BASIS_EXACT;
            eg_put_sample(view, result, eg_sample_of(view, methods[m], score));
        }
}

struct scored {
    const struct eg_view *view;
    const char *method, *metric;
};

/* In a replicate; a method that draws nothing was run in one alone, whose score is that of every one. */
static double score_in(const struct eg_record *record, const struct eg_view *view,
                       const char *method, const char *metric)
{
    const double own = eg_row_number(record->values, method, metric);
    const struct eg_result *mean = eg_view_find(view, method, metric, NAN);
    return isnan(own) && mean && !draws(method) ? mean->value : own;
}

static double normalise(const struct eg_record *record, const void *context)
{
    const struct scored *scored = context;
    const double floor = eg_row_number(record->values, "random", scored->metric);
    const double ceiling = score_in(record, scored->view, "oracle", scored->metric);
    const double score = score_in(record, scored->view, scored->method, scored->metric);
    return (score - floor) / (ceiling - floor);
}

/* (method - random) / (oracle - random), replicate by replicate: 0 is no better than chance, 1 as
 * good as knowing the truth. */
static void put_normalised(const struct eg_view *view)
{
    for (size_t m = 0; methods[m]; m++)
        for (size_t k = 0; eg_keep_remove_names[k]; k++) {
            char metric[64];
            struct eg_sample sample = eg_sample_by(
                view, normalise, &(struct scored){view, methods[m], eg_keep_remove_names[k]});
            sample.units = NULL;
            snprintf(metric, sizeof metric, "normalised_%s", eg_keep_remove_names[k]);
            eg_put_sample(view, eg_view_result(view, methods[m], metric), sample);
        }
}

/* On how many of the 18 metrics expected gradients beat the best of the others, and how likely that
 * is by chance if the metrics were independent, which they are not: they share network and rows. */
static void put_wins(const struct eg_view *view)
{
    size_t wins = 0;
    for (size_t k = 0; eg_keep_remove_names[k]; k++) {
        double best = -INFINITY;
        for (size_t c = 0; competitors[c]; c++) {
            const struct eg_result *found = eg_view_find(view, competitors[c],
                                                         eg_keep_remove_names[k], NAN);
            best = found && found->value > best ? found->value : best;
        }
        const struct eg_result *own = eg_view_find(view, judged, eg_keep_remove_names[k], NAN);
        wins += own && own->value > best;
    }
    const size_t n = EG_KEEP_REMOVE_METRICS;
    eg_put_value(view, eg_view_result(view, judged, "wins_of_18"), (double)wins, n);
    struct eg_result chance = eg_view_result(view, judged, "wins_of_18");
    snprintf(chance.statistic, sizeof chance.statistic, "binomial_p");
    eg_put_value(view, chance, eg_binomial_p(wins, n, 0.5), n);
}

static double count_wins(const struct eg_record *record, const void *context)
{
    const struct eg_view *view = context;
    double wins = 0;
    for (size_t k = 0; eg_keep_remove_names[k]; k++) {
        const char *name = eg_keep_remove_names[k];
        double best = -INFINITY;
        for (size_t c = 0; competitors[c]; c++) {
            best = fmax(best, score_in(record, view, competitors[c], name));
        }
        wins += eg_row_number(record->values, judged, name) > best;
    }
    return wins;
}

/* The same of each replicate, of which many tell by chance and by how much. */
static void put_wins_by_replicate(const struct eg_view *view)
{
    struct eg_sample wins = eg_sample_by(view, count_wins, view);
    wins.units = NULL;
    eg_put_sample(view, eg_view_result(view, judged, "wins_by_replicate"), wins);
}

static void summarise(const struct eg_view *view)
{
    put_means(view);
    put_wins(view);
    put_wins_by_replicate(view);
    put_normalised(view);
}

static const struct eg_table_spec tables[] = {
    {.id = "table-1",
     .title = "Table 1: Correlated Groups 60",
     .dataset = "corrgroups60",
     .methods = methods,
     .metrics = eg_keep_remove_names,
     .digits = 3},
    {.id = "supplementary-table-1",
     .title = "Supplementary Table 1: Independent Linear 60",
     .dataset = "independentlinear60",
     .methods = methods,
     .metrics = eg_keep_remove_names,
     .digits = 3},
    {0},
};

static const struct eg_figure_spec figures[] = {{0}};

const struct eg_experiment keep_remove_experiment = {
    .name = "keep-remove",
    .title = "the 18 Keep/Remove metrics of attribution methods on synthetic data",
    .reproduces = "Table 1, Supplementary Table 1",
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
