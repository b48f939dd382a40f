/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables, the file for programs and the figure of how cost grows. */
#include <math.h>
#include <string.h>

#include "base/matrix.h"
#include "bench/kernel/kernel_growth.h"
#include "bench/frame/output_file.h"
#include "bench/page/template.h"
#include "bench/page/view_values.h"
#include "bench/report/write_figures.h"

static json_t *pack_point(const struct eg_growth_point *point)
{
    json_t *seconds = json_array();
    for (size_t round = 0; round < EG_GROWTH_ROUNDS; round++)
        seconds = eg_append(seconds, json_real(point->seconds[round]));
    return json_pack("{s:I, s:o, s:f, s:f, s:f}", "value", (json_int_t)point->value, "seconds",
                     seconds, "predicted_seconds", point->predicted, "operations",
                     point->operations, "bytes", point->bytes);
}

/* For growth.json. */
static json_t *pack_axis(const struct eg_growth_axis *axis)
{
    json_t *points = json_array(), *left_out = json_array();
    for (size_t i = 0; i < axis->count; i++)
        if (i < axis->measured)
            points = eg_append(points, pack_point(&axis->points[i]));
        else
            left_out = eg_append(left_out, json_integer((json_int_t)axis->points[i].value));
    return json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "what", axis->name, "usual",
                     (json_int_t)axis->usual, "exponent", eg_number(axis->exponent), "exponent_se",
                     eg_number(axis->exponent_se), "exponent_predicted",
                     eg_number(axis->exponent_predicted), "points", points, "not_measured",
                     left_out);
}

/* For growth.md, which shows other units. */
static json_t *shown_axis(const struct eg_growth_axis *axis)
{
    const struct eg_growth_point *last = &axis->points[axis->measured - 1];
    json_t *rows = json_array();
    for (size_t i = 0; i < axis->measured; i++) {
        const struct eg_growth_point *point = &axis->points[i];
        rows = eg_append(rows, json_pack("{s:i, s:f, s:f, s:f, s:f, s:f, s:f}", "value",
                                         (int)point->value, "fastest", 1e3 * point->fastest,
                                         "median", 1e3 * point->median, "predicted",
                                         1e3 * point->predicted, "gflop", 1e-9 * point->operations,
                                         "gflops", 1e-9 * point->operations / point->fastest,
                                         "megabytes", point->bytes / 1048576));
    }
    return eg_merge(pack_axis(axis),
                    json_pack("{s:i, s:i, s:o, s:o, s:f, s:o}", "least", (int)axis->points[0].value,
                              "most", (int)last->value, "doubling", eg_number(exp2(axis->exponent)),
                              "doubling_predicted", eg_number(exp2(axis->exponent_predicted)),
                              "last", last->fastest / last->predicted, "rows", rows));
}

static json_t *pack_growth(const struct eg_growth *growth,
                           json_t *(*pack)(const struct eg_growth_axis *))
{
    json_t *axes = json_array();
    for (size_t a = 0; a < EG_GROWTH_AXES; a++)
        axes = eg_append(axes, pack(&growth->axes[a]));
    return json_pack("{s:s, s:s, s:I, s:o}", "blas_core", eg_blas_core(), "precision", EG_REAL_NAME,
                     "threads", (json_int_t)growth->threads, "axes", axes);
}

int eg_growth_print(const struct eg_growth *growth, FILE *out, struct eg_error *error)
{
    json_t *shown = eg_merge(pack_growth(growth, shown_axis),
                             json_pack("{s:i}", "rounds", EG_GROWTH_ROUNDS));
    const int status = eg_template_fill("growth.md", shown, out, error);
    json_decref(shown);
    return status;
}

static int print_json(const struct eg_growth *growth, FILE *out, struct eg_error *error)
{
    json_t *all = pack_growth(growth, pack_axis);
    const int bad = !all || json_dumpf(all, out, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) ||
                    fputc('\n', out) == EOF;
    json_decref(all);
    return bad ? eg_fail(error, EG_INTERNAL, "out of memory writing growth.json") : EG_OK;
}

/* --- the figure --- */

static const struct eg_figure_spec figures[] = {
    {.id = "growth",
     .title = "Time of an epoch under the sparse prior, one thing varied at a time",
     .kind = EG_FIGURE_LINES,
     .metric = "times",
     .beside = "by the count of operations",
     .x_title = "times the usual value",
     .y_title = "times the usual time",
     .log_x = 1,
     .log_y = 1},
    {0},
};
static const struct eg_experiment drawn = {.name = "growth", .figures = figures};

/* What is predicted stands in the place of what others published: drawn as circles on the line. */
struct prediction {
    struct eg_claim claims[EG_GROWTH_AXES * EG_GROWTH_POINTS];
    char x[EG_GROWTH_AXES * EG_GROWTH_POINTS][32];
    size_t count;
};

static int add_point(const struct eg_growth_axis *axis, const struct eg_growth_point *point,
                     double usual, struct eg_results *results, struct prediction *prediction,
                     struct eg_error *error)
{
    struct eg_result result = {.dataset = "noise",
                               .protocol = "one at a time",
                               .scale = "quick",
                               .metric = "times",
                               .x = (double)point->value / (double)axis->usual,
                               .value = point->fastest / usual,
                               .se = NAN,
                               .n = EG_GROWTH_ROUNDS,
                               .seed = 1};
    char *x = prediction->x[prediction->count];
    snprintf(x, sizeof prediction->x[0], "%.17g", result.x);
    snprintf(result.method, sizeof result.method, "%s", axis->name);
    prediction->claims[prediction->count++] = (struct eg_claim){.dataset = "noise",
                                                                .protocol = "",
                                                                .method = axis->name,
                                                                .versus = "",
                                                                .metric = "times",
                                                                .statistic = "",
                                                                .x = x,
                                                                .published_p_text = "",
                                                                .relation = EG_EQUAL,
                                                                .published = point->predicted /
                                                                             usual};
    return eg_results_add(results, &result, error);
}

static int draw_figure(const struct eg_growth *growth, const char *folder, struct eg_warner warner,
                       struct eg_error *error)
{
    struct prediction prediction = {.count = 0};
    struct eg_part part = {.experiment = &drawn};
    struct eg_figures written;
    int status = EG_OK;
    for (size_t a = 0; a < EG_GROWTH_AXES; a++) {
        const struct eg_growth_axis *axis = &growth->axes[a];
        double usual = NAN;
        for (size_t i = 0; i < axis->measured; i++)
            if (axis->points[i].value == axis->usual)
                usual = axis->points[i].fastest;
        for (size_t i = 0; i < axis->measured && !status; i++)
            status = add_point(axis, &axis->points[i], usual, &part.results, &prediction, error);
    }
    const struct eg_report report = {
        .parts = &part,
        .part_count = 1,
        .claims = {.items = prediction.claims, .count = prediction.count}};
    if (!status)
        status = eg_write_figures(&report, folder, warner, &written, error);
    if (!status)
        eg_figures_free(&written);
    eg_results_free(&part.results);
    return status;
}

int eg_growth_write(const struct eg_growth *growth, const char *folder, struct eg_warner warner,
                    struct eg_error *error)
{
    struct eg_output output;
    int status = eg_output_open(&output, folder, "growth.md", error);
    if (!status)
        status = eg_output_close(&output, eg_growth_print(growth, output.stream, error), error);
    if (!status)
        status = eg_output_open(&output, folder, "growth.json", error);
    if (!status)
        status = eg_output_close(&output, print_json(growth, output.stream, error), error);
    return status ? status : draw_figure(growth, folder, warner, error);
}
