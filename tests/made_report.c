/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "tests/made_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/frame/view.h"
#include "tests/made_results.h"

struct cell {
    const char *dataset, *protocol, *scale;
    size_t seed, replicate;
};
static const struct eg_field fields[] = {
    EG_FIELD(struct cell, dataset), EG_FIELD(struct cell, protocol),  EG_FIELD(struct cell, scale),
    EG_FIELD(struct cell, seed),    EG_FIELD(struct cell, replicate), {0}};

/* The curve of the first record. */
static void put_curve(const struct eg_view *view, const char *method)
{
    const json_t *values = view->records[0].values;
    for (size_t i = 0; i < eg_row_length(values, method, "curve"); i++) {
        struct eg_result point = eg_view_result(view, method, "curve");
        point.x = (double)i + 1;
        snprintf(point.label, sizeof point.label, "feature <%zu> & \"more\"", i + 1);
        eg_put_value(view, point, eg_row_element(values, method, "curve", i), view->count);
    }
}

static void summarise(const struct eg_view *view)
{
    const char *method, *metric;
    json_t *scores, *score;
    json_object_foreach((json_t *)view->records[0].values, method, scores)
    {
        json_object_foreach(scores, metric, score) if (json_is_number(score))
        {
            struct eg_sample sample = eg_sample_of(view, method, metric);
            sample.units = NULL;
            eg_put_sample(view, eg_view_result(view, method, metric), sample);
        }
        put_curve(view, method);
    }
}

static const char *const methods[] = {"first_method", "second", NULL};
static const char *const metrics[] = {"score", "p_value", NULL};

static const struct eg_table_spec tables[] = {{.id = "made-table",
                                               .title = "Table 0: made & measured",
                                               .methods = methods,
                                               .metrics = metrics,
                                               .digits = 3},
                                              {0}};

static const struct eg_figure_spec figures[] = {{.id = "made-dots",
                                                 .title = "It's a 'dot' figure",
                                                 .rather = "circles",
                                                 .kind = EG_FIGURE_BARS,
                                                 .methods = methods,
                                                 .metric = "score",
                                                 .y_title = "score"},
                                                {.id = "made-lines",
                                                 .title = "Lines",
                                                 .kind = EG_FIGURE_LINES,
                                                 .metric = "curve",
                                                 .x_title = "x",
                                                 .y_title = "y",
                                                 .log_x = 1},
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

static int list_cells(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    const size_t replicates = run->replicates ? run->replicates : MADE_REPLICATES;
    struct cell cell = {run->dataset, "paper", run->scale, run->seed, 0};
    int status = EG_OK;
    for (; cell.replicate < replicates && !status; cell.replicate++)
        status = eg_grid_add(grid, &cell, 1, error);
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
    .fields = fields,
    .cell_size = sizeof(struct cell),
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
    const struct cell cell = {dataset, "paper", scale, (size_t)seed, (size_t)replicate};
    json_t *config = eg_fields_pack(fields, &cell, NULL);
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
