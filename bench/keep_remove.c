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
#include "bench/frame/summary.h"
#include "run/values.h"
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

static int add_cells(const struct eg_run *run, const struct eg_dataset *dataset,
                     const char *protocol, struct eg_grid *grid, struct eg_error *error)
{
    const struct scale *scale = find_scale(run->scale);
    const int is_paper = strcmp(protocol, "paper") == 0;
    const size_t own = is_paper ? scale->paper_replicates : scale->fixed_replicates;
    const size_t replicates = run->replicates ? run->replicates : own;
    int status = EG_OK;
    for (size_t replicate = 0; replicate < replicates && !status; replicate++) {
        json_t *config = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "dataset",
                                   dataset->name, "data", dataset->content_hash, "protocol",
                                   protocol, "scale", run->scale, "seed", (json_int_t)run->seed,
                                   "replicate", (json_int_t)replicate, "splits",
                                   (json_int_t)scale->splits, "epochs", (json_int_t)scale->epochs,
                                   "samples", (json_int_t)200, "steps", (json_int_t)200);
        status = eg_grid_add(grid, config, is_paper ? 1 : 1.7, error);
    }
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

struct cell {
    const struct eg_dataset *dataset;
    const char *protocol;
    int is_paper;
    size_t seed, replicate, splits, epochs, samples, steps;
};

static int read_cell(const json_t *config, struct cell *cell, struct eg_error *error)
{
    const char *name;
    const struct eg_dataset_options options = {0};
    if (eg_config_text(config, "dataset", &name, error) ||
        eg_config_text(config, "protocol", &cell->protocol, error) ||
        eg_config_count(config, "seed", &cell->seed, error) ||
        eg_config_count(config, "replicate", &cell->replicate, error) ||
        eg_config_count(config, "splits", &cell->splits, error) ||
        eg_config_count(config, "epochs", &cell->epochs, error) ||
        eg_config_count(config, "samples", &cell->samples, error) ||
        eg_config_count(config, "steps", &cell->steps, error))
        return EG_INTERNAL;
    cell->is_paper = strcmp(cell->protocol, "paper") == 0;
    cell->dataset = eg_cached_dataset(name, &options, error);
    return cell->dataset ? EG_OK : error->status;
}

/* Whether replicates of the paper's protocol, which share their networks, differ. */
static int draws(const char *method)
{
    return strcmp(method, "expected_gradients") == 0 || strcmp(method, "random") == 0;
}

/* A second replicate of the paper's protocol has nothing new to say of methods that draw nothing. */
static int is_run(const struct cell *cell, const char *method)
{
    return draws(method) || !cell->is_paper || cell->replicate == 0;
}

/* Adds the scores of every method on one split to sums, a line a method. */
static int run_split(const struct cell *cell, uint32_t number, const struct eg_network *network,
                     const struct eg_scaler *scaler, double sums[][EG_BENCH_SCORES],
                     struct eg_error *error)
{
    struct eg_bench_split split = {.dataset = cell->dataset,
                                   .is_paper = cell->is_paper,
                                   .number = number,
                                   .seed = cell->seed,
                                   .draw = cell->replicate * EG_BENCH_SPLITS_MAX + number,
                                   .samples = cell->samples,
                                   .steps = cell->steps};
    int status = cell->is_paper ? eg_bench_prepare_paper(&split, network, scaler, error)
                                : eg_bench_prepare_fixed(&split, cell->epochs, error);
    for (size_t m = 0; methods[m] && !status; m++)
        if (is_run(cell, methods[m]))
            status = eg_bench_score(&split, methods[m], sums[m], error);
    eg_bench_split_free(&split);
    return status;
}

/* values: method -> score -> mean over the splits */
static int store_means(const struct cell *cell, double sums[][EG_BENCH_SCORES], json_t *values,
                       struct eg_error *error)
{
    int status = EG_OK;
    for (size_t m = 0; methods[m] && !status; m++) {
        if (!is_run(cell, methods[m]))
            continue;
        json_t *of_method = json_object();
        if (json_object_set_new(values, methods[m], of_method))
            return eg_fail(error, EG_INTERNAL, "out of memory");
        for (size_t k = 0; k < EG_BENCH_SCORES && !status; k++)
            status = eg_values_set(of_method, eg_bench_score_name(k),
                                   sums[m][k] / (double)cell->splits, error);
    }
    return status;
}

static int run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                    struct eg_error *error)
{
    (void)run;
    struct cell cell;
    struct eg_network network = {0};
    struct eg_scaler scaler = {0};
    double sums[sizeof methods / sizeof *methods][EG_BENCH_SCORES] = {{0}};
    int status = read_cell(config, &cell, error);
    if (!status && cell.is_paper)
        status = eg_bench_regenerate(cell.dataset, cell.epochs, &network, &scaler, error);
    for (uint32_t split = 0; split < cell.splits && !status; split++)
        status = run_split(&cell, split, &network, &scaler, sums, error);
    if (!status)
        status = store_means(&cell, sums, values, error);
    eg_network_free(&network);
    eg_scaler_free(&scaler);
    return status;
}

/* --- the summary --- */

static int add_means(const struct eg_group *group, struct eg_results *results, double *numbers,
                     struct eg_error *error)
{
    int status = EG_OK;
    for (size_t m = 0; methods[m]; m++)
        for (size_t k = 0; k < EG_BENCH_SCORES && !status; k++) {
            const char *score = eg_bench_score_name(k);
            struct eg_result result = eg_group_result(group, methods[m], score);
            if (strcmp(group->protocol, "paper") == 0 && !draws(methods[m]))
                result.basis = EG_BASIS_EXACT;
            status = eg_add_group_mean(results, result, group, methods[m], score, numbers, error);
        }
    return status;
}

static double number_of(const json_t *row, const char *method, const char *metric)
{
    const json_t *values = json_object_get(row, "values");
    const json_t *number = json_object_get(json_object_get(values, method), metric);
    return json_is_number(number) ? json_number_value(number) : NAN;
}

/* (method - random) / (oracle - random), replicate by replicate: 0 is no better than chance, 1 as
 * good as knowing the truth. */
static int add_normalised(const struct eg_group *group, struct eg_results *results, double *numbers,
                          struct eg_error *error)
{
    int status = EG_OK;
    for (size_t m = 0; methods[m]; m++)
        for (size_t k = 0; eg_keep_remove_names[k] && !status; k++) {
            const char *name = eg_keep_remove_names[k];
            char metric[64];
            size_t n = 0;
            for (size_t i = 0; i < group->count; i++) {
                const double floor = number_of(group->rows[i], "random", name);
                const double ceiling = number_of(group->rows[i], "oracle", name);
                const double score = number_of(group->rows[i], methods[m], name);
                if (isfinite(score) && isfinite(floor) && isfinite(ceiling))
                    numbers[n++] = (score - floor) / (ceiling - floor);
            }
            snprintf(metric, sizeof metric, "normalised_%s", name);
            status = eg_add_mean(results, eg_group_result(group, methods[m], metric), numbers, n,
                                 error);
        }
    return status;
}

/* On how many of the 18 metrics expected gradients beat the best of the others, and how likely that
 * is by chance if the metrics were independent, which they are not: they share network and rows. */
static int add_wins(const struct eg_group *group, struct eg_results *results,
                    struct eg_error *error)
{
    size_t wins = 0;
    for (size_t k = 0; eg_keep_remove_names[k]; k++) {
        double best = -INFINITY;
        for (size_t c = 0; competitors[c]; c++) {
            const struct eg_result *found = eg_results_find(results, group->dataset,
                                                            group->protocol, competitors[c],
                                                            eg_keep_remove_names[k], NAN);
            best = found && found->value > best ? found->value : best;
        }
        const struct eg_result *own = eg_results_find(results, group->dataset, group->protocol,
                                                      judged, eg_keep_remove_names[k], NAN);
        wins += own && own->value > best;
    }
    const size_t n = EG_KEEP_REMOVE_METRICS;
    const int status = eg_add_value(results, eg_group_result(group, judged, "wins_of_18"),
                                    (double)wins, n, error);
    return status ? status
                  : eg_add_value(results, eg_group_result(group, judged, "binomial_p"),
                                 eg_binomial_p(wins, n, 0.5), n, error);
}

/* The same of each replicate, of which many tell by chance and by how much. A method that draws nothing
 * was run in one of them. */
static int add_wins_by_replicate(const struct eg_group *group, struct eg_results *results,
                                 double *numbers, struct eg_error *error)
{
    for (size_t i = 0; i < group->count; i++) {
        numbers[i] = 0;
        for (size_t k = 0; eg_keep_remove_names[k]; k++) {
            const char *name = eg_keep_remove_names[k];
            double best = -INFINITY;
            for (size_t c = 0; competitors[c]; c++) {
                const double own = number_of(group->rows[i], competitors[c], name);
                const struct eg_result *mean = eg_results_find(
                    results, group->dataset, group->protocol, competitors[c], name, NAN);
                best = fmax(best, isnan(own) && mean ? mean->value : own);
            }
            numbers[i] += number_of(group->rows[i], judged, name) > best;
        }
    }
    return eg_add_mean(results, eg_group_result(group, judged, "wins_by_replicate"), numbers,
                       group->count, error);
}

static int summarise_group(const struct eg_group *group, double *numbers,
                           struct eg_results *results, struct eg_error *error)
{
    int status = add_means(group, results, numbers, error);
    if (!status)
        status = add_wins(group, results, error);
    if (!status)
        status = add_wins_by_replicate(group, results, numbers, error);
    return status ? status : add_normalised(group, results, numbers, error);
}

static int summarise(const struct eg_rows *rows, struct eg_results *results, struct eg_error *error)
{
    return eg_summarise_groups(rows, summarise_group, results, error);
}

static const struct eg_table_spec tables[] = {
    {"table-1", "Table 1: Correlated Groups 60", "corrgroups60", methods, eg_keep_remove_names, 3},
    {"supplementary-table-1", "Supplementary Table 1: Independent Linear 60", "independentlinear60",
     methods, eg_keep_remove_names, 3},
    {0},
};

static const struct eg_figure_spec figures[] = {{0}};

const struct eg_experiment keep_remove_experiment = {
    .name = "keep-remove",
    .title = "the 18 Keep/Remove metrics of attribution methods on synthetic data",
    .reproduces = "Table 1, Supplementary Table 1",
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
