/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "tests/made_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/frame/summary.h"
#include "tests/made_results.h"

static int add_curve(const struct eg_group *group, const char *method, struct eg_results *results,
                     struct eg_error *error)
{
    const json_t *values = json_object_get(group->rows[0], "values");
    const json_t *curve = json_object_get(json_object_get(values, method), "curve");
    int status = EG_OK;
    for (size_t i = 0; i < json_array_size(curve) && !status; i++) {
        struct eg_result point = eg_group_result(group, method, "curve");
        point.x = (double)i + 1;
        snprintf(point.label, sizeof point.label, "feature <%zu> & \"more\"", i + 1);
        status = eg_add_value(results, point, json_number_value(json_array_get(curve, i)),
                              group->count, error);
    }
    return status;
}

static int summarise_group(const struct eg_group *group, double *numbers,
                           struct eg_results *results, struct eg_error *error)
{
    const char *method, *metric;
    json_t *scores, *score;
    int status = EG_OK;
    json_object_foreach(json_object_get(group->rows[0], "values"), method, scores)
    {
        json_object_foreach(scores, metric, score) if (json_is_number(score) && !status)
        {
            const size_t n = eg_group_numbers(group, method, metric, numbers);
            status = eg_add_mean(results, eg_group_result(group, method, metric), numbers, n,
                                 error);
        }
        if (!status)
            status = add_curve(group, method, results, error);
    }
    return status;
}

static int summarise(const struct eg_rows *rows, struct eg_results *results, struct eg_error *error)
{
    return eg_summarise_groups(rows, summarise_group, results, error);
}

static const char *const methods[] = {"first_method", "second", NULL};
static const char *const metrics[] = {"score", "p_value", NULL};

static const struct eg_table_spec tables[] = {
    {"made-table", "Table 0: made & measured", NULL, methods, metrics, 3}, {0}};

static const struct eg_figure_spec figures[] = {{.id = "made-dots",
                                                 .title = "It's a 'dot' figure",
                                                 .kind = EG_FIGURE_BARS,
                                                 .methods = methods,
                                                 .metric = "score",
                                                 .y_title = "score",
                                                 .error_bars = 2},
                                                {.id = "made-lines",
                                                 .title = "Lines",
                                                 .kind = EG_FIGURE_LINES,
                                                 .metric = "curve",
                                                 .x_title = "x",
                                                 .y_title = "y",
                                                 .log_x = 1,
                                                 .error_bars = 1},
                                                {.id = "made-panels",
                                                 .title = "Panels",
                                                 .kind = EG_FIGURE_BARS,
                                                 .metric = "curve",
                                                 .y_title = "importance"},
                                                {.id = "made-pairs",
                                                 .title = "Pairs",
                                                 .kind = EG_FIGURE_PAIRS,
                                                 .metric = "curve",
                                                 .metric_y = "curve",
                                                 .x_title = "x",
                                                 .y_title = "y"},
                                                {0}};

static json_t *make_config(const char *dataset, const char *scale, int seed, int replicate)
{
    return json_pack("{s:s, s:s, s:s, s:i, s:i}", "dataset", dataset, "protocol", "paper", "scale",
                     scale, "seed", seed, "replicate", replicate);
}

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const int replicates = run->replicates ? (int)run->replicates : MADE_REPLICATES;
    int status = EG_OK;
    for (int replicate = 0; replicate < replicates && !status; replicate++)
        status = eg_grid_add(grid, make_config(run->dataset, run->scale, (int)run->seed, replicate),
                             1, error);
    return status;
}

const struct eg_experiment made_experiment = {
    .name = "made",
    .title = "numbers made up for tests",
    .reproduces = "Table 0",
    .protocols = "paper",
    .outcome_version = 2,
    .precision = "double",
    .code_hash = "now",
    .list_cells = list_cells,
    .summarise = summarise,
    .tables = tables,
    .figures = figures,
};

struct made_line make_line_of(struct made_origin origin, const char *dataset, const char *scale,
                              int seed, int replicate, const char *values)
{
    struct made_line line;
    char key[EG_KEY_SIZE];
    const int version = origin.outcome_version ? origin.outcome_version
                                               : made_experiment.outcome_version;
    const char *precision = origin.precision ? origin.precision : made_experiment.precision;
    json_t *config = make_config(dataset, scale, seed, replicate);
    if (origin.data)
        json_object_set_new(config, "data", json_string(origin.data));
    char *text = json_dumps(config, JSON_COMPACT);
    cr_assert_eq(eg_cell_key("made", version, precision, config, key, NULL), EG_OK);
    snprintf(line.text, sizeof line.text,
             "{\"key\":\"%s\",\"experiment\":\"made\",\"outcome_version\":%d,\"precision\":\"%s\","
             "\"config\":%s,\"outcome\":\"ok\","
             "\"values\":%s,\"seed\":%d,\"seconds\":1,\"peak_rss_mb\":1,\"receipt\":\"%s\"}\n",
             key, version, precision, text, values, seed, origin.receipt ? origin.receipt : "r");
    free(text);
    json_decref(config);
    return line;
}

struct made_line make_line(int outcome_version, const char *dataset, const char *scale, int seed,
                           int replicate, const char *values)
{
    return make_line_of((struct made_origin){.outcome_version = outcome_version}, dataset, scale,
                        seed, replicate, values);
}

static void note_warning(void *context, const char *message)
{
    struct made_report *made = context;
    const size_t used = strlen(made->warnings);
    snprintf(made->warnings + used, sizeof made->warnings - used, "%s\n", message);
}

void make_report(struct made_report *made, const char *lines, const char *claims, const char *scale)
{
    static const struct eg_experiment *const experiments[] = {&made_experiment, NULL};
    struct eg_error error = {0};
    *made = (struct made_report){.scratch = make_scratch()};
    char *store = NULL;
    cr_assert(asprintf(&store,
                       "{\"receipt\":\"r\",\"code_hash\":\"%s\",\"blas_core\":\"Haswell\"}\n%s",
                       made_experiment.code_hash, lines) > 0);
    write_lines(&made->scratch, "runs/made.jsonl", store);
    free(store);
    char *text = claims_text_alloc(claims);
    write_scratch(&made->scratch, "claims.csv", text, strlen(text));
    free(text);
    const struct scratch_path path = find_scratch(&made->scratch, "claims.csv");
    const char *const folders[] = {made->scratch.folder};
    const struct eg_report_sources sources = {.folders = folders,
                                              .folder_count = 1,
                                              .claims = path.text,
                                              .scale = scale,
                                              .experiments = experiments,
                                              .warner = {note_warning, made}};
    cr_assert_eq(eg_report_load(&made->report, &sources, &error), EG_OK, "%s", error.message);
}

void remove_report(struct made_report *made)
{
    eg_report_free(&made->report);
    remove_scratch(&made->scratch);
}

char *read_scratch_alloc(const struct scratch *scratch, const char *name)
{
    const struct scratch_path path = find_scratch(scratch, name);
    FILE *file = fopen(path.text, "rb");
    cr_assert(file, "%s is not there", name);
    char *text = calloc(1, 1 << 20);
    cr_assert(text);
    cr_assert_lt(fread(text, 1, (1 << 20) - 1, file), (1 << 20) - 1, "%s is too long", name);
    fclose(file);
    return text;
}
