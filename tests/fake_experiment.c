/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fake_experiment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/stream.h"
#include "run/values.h"

static const char *const methods[] = {"alpha", "beta", "gamma", NULL};
static const char *const datasets[] = {"circles", "moons", NULL};

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const size_t replicates = run->replicates ? run->replicates : 4;
    for (size_t d = 0; datasets[d]; d++)
        for (size_t m = 0; methods[m]; m++)
            for (size_t r = 0; r < replicates; r++) {
                if (run->dataset && strcmp(run->dataset, datasets[d]) != 0)
                    continue;
                json_t *config = json_pack("{s:s, s:s, s:s, s:I, s:f, s:I}", "dataset", datasets[d],
                                           "method", methods[m], "scale", run->scale, "replicate",
                                           (json_int_t)r, "strength", 0.1 * (double)(m + 1), "seed",
                                           (json_int_t)run->seed);
                if (eg_grid_add(grid, config, (double)(1 + m + d), error))
                    return EG_INTERNAL;
            }
    return EG_OK;
}

static int run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                    struct eg_error *error)
{
    const char *method, *dataset;
    const char *fails = getenv("EGBENCH_FAKE_FAIL"), *slow = getenv("EGBENCH_FAKE_MILLISECONDS");
    size_t replicate;
    double strength, numbers[3];
    if (eg_config_text(config, "method", &method, error) ||
        eg_config_text(config, "dataset", &dataset, error) ||
        eg_config_count(config, "replicate", &replicate, error) ||
        eg_config_number(config, "strength", &strength, error))
        return EG_INTERNAL;
    if (slow)
        usleep((useconds_t)atoi(slow) * 1000);
    if (fails && strcmp(fails, method) == 0)
        return eg_fail(error, EG_DATA, "no data f\xc3\xbcr %s", method);
    if (strcmp(dataset, "moons") == 0 && replicate == 3)
        return json_object_set_new(values, "skip", json_string("no moon today"))
                   ? eg_fail(error, EG_INTERNAL, "out of memory")
                   : EG_OK;
    struct eg_stream stream = eg_stream_make(run->seed, 7, EG_PURPOSE_DATA, replicate, method[0]);
    for (size_t i = 0; i < 3; i++)
        numbers[i] = strength * eg_stream_normal(&stream);
    if (replicate == 2)
        numbers[1] = NAN;
    return eg_values_set(values, "score", numbers[0], error) ||
                   eg_values_set_array(values, "curve", 3, numbers, error)
               ? EG_INTERNAL
               : EG_OK;
}

static int summarise(const struct eg_rows *rows, struct eg_results *results, struct eg_error *error)
{
    for (size_t d = 0; datasets[d]; d++)
        for (size_t m = 0; methods[m]; m++) {
            double sum = 0, squares = 0, score;
            size_t n = 0, i;
            json_t *row;
            json_array_foreach(rows->array, i, row)
            {
                const char *method, *dataset;
                const json_t *config = json_object_get(row, "config");
                if (eg_config_text(config, "method", &method, error) ||
                    eg_config_text(config, "dataset", &dataset, error) ||
                    eg_values_get(json_object_get(row, "values"), "score", &score, error))
                    return EG_DATA;
                if (strcmp(method, methods[m]) != 0 || strcmp(dataset, datasets[d]) != 0)
                    continue;
                sum += score;
                squares += score * score;
                n++;
            }
            struct eg_result result = {.protocol = "fixed", .scale = "smoke", .x = NAN, .n = n};
            snprintf(result.dataset, sizeof result.dataset, "%s", datasets[d]);
            snprintf(result.method, sizeof result.method, "%s", methods[m]);
            snprintf(result.metric, sizeof result.metric, "score");
            result.value = sum / (double)n;
            result.se = n > 1 ? sqrt((squares - sum * result.value) / (double)(n - 1) / (double)n)
                              : (double)NAN;
            if (n && eg_results_add(results, &result, error))
                return EG_INTERNAL;
        }
    return EG_OK;
}

static const char *const metrics[] = {"score", NULL};
static const struct eg_table_spec tables[] = {
    {"table-fake", "Table 0: sums of random numbers", NULL, methods, metrics, 3}, {0}};
static const struct eg_figure_spec figures[] = {{0}};

const struct eg_experiment fake_experiment = {
    .name = "fake",
    .title = "sums of random numbers",
    .reproduces = "nothing",
    .protocols = "paper fixed",
    .outcome_version = 1,
    .precision = "double",
    .code_hash = "1",
    .list_cells = list_cells,
    .run_cell = run_cell,
    .summarise = summarise,
    .tables = tables,
    .figures = figures,
};
