/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables, the file for programs and the figure of how cost grows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/matrix.h"
#include "bench/kernel/kernel_growth.h"
#include "bench/frame/output_file.h"
#include "bench/report/write_figures.h"

static void print_exponent(double exponent, double se, FILE *out)
{
    if (isnan(exponent))
        fputs(" |", out);
    else if (isnan(se))
        fprintf(out, " %.2f |", exponent);
    else
        fprintf(out, " %.2f ± %.2f |", exponent, se);
}

static void print_axis(const struct eg_growth_axis *axis, FILE *out)
{
    const size_t last = axis->measured - 1;
    fprintf(out, "| %s | %zu to %zu |", axis->name, axis->points[0].value,
            axis->points[last].value);
    print_exponent(axis->exponent, axis->exponent_se, out);
    print_exponent(axis->exponent_predicted, NAN, out);
    if (isnan(axis->exponent))
        fputs(" | |", out);
    else
        fprintf(out, " %.2f | %.2f |", exp2(axis->exponent), exp2(axis->exponent_predicted));
    fprintf(out, " %.2f |\n", axis->points[last].fastest / axis->points[last].predicted);
}

static void print_point(const struct eg_growth_axis *axis, size_t i, FILE *out)
{
    const struct eg_growth_point *point = &axis->points[i];
    if (i >= axis->measured) {
        fprintf(out, "| %s | %zu | not measured: too few threads here | | | | | |\n", axis->name,
                point->value);
        return;
    }
    fprintf(out, "| %s | %zu | %.2f | %.2f | %.2f | %.3f | %.1f | %.1f |\n", axis->name,
            point->value, 1e3 * point->fastest, 1e3 * point->median, 1e3 * point->predicted,
            1e-9 * point->operations, 1e-9 * point->operations / point->fastest,
            point->bytes / 1048576);
}

void eg_growth_print(const struct eg_growth *growth, FILE *out)
{
    const struct eg_growth_axis *axes = growth->axes;
    fputs("An epoch under the sparse prior, layers of 256. As usual:", out);
    for (size_t a = 0; a < EG_GROWTH_AXES; a++)
        fprintf(out, "%s %s %zu", a ? "," : "", axes[a].name, axes[a].usual);
    fprintf(
        out,
        "; one of these is varied. The fastest of %d rounds; OpenBLAS core %s, %s precision, %zu "
        "threads there. Predicted: the time at the usual value by the ratio of operations, on "
        "several threads divided by them.\n\n",
        EG_GROWTH_ROUNDS, eg_blas_core(), EG_REAL_NAME, growth->threads);
    fputs("| what | range | time goes as its power | predicted | times a doubling | predicted | "
          "last point, in predicted |\n"
          "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
          out);
    for (size_t a = 0; a < EG_GROWTH_AXES; a++)
        print_axis(&axes[a], out);
    fputs("\n| what | value | fastest, ms | median, ms | predicted, ms | GFLOP | GFLOP/s | passes, "
          "MB |\n"
          "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
          out);
    for (size_t a = 0; a < EG_GROWTH_AXES; a++)
        for (size_t i = 0; i < axes[a].count; i++)
            print_point(&axes[a], i, out);
}

/* --- for programs --- */

static json_t *pack_point(const struct eg_growth_point *point)
{
    json_t *seconds = json_array();
    for (size_t round = 0; round < EG_GROWTH_ROUNDS; round++)
        json_array_append_new(seconds, json_real(point->seconds[round]));
    return json_pack("{s:I, s:o, s:f, s:f, s:f}", "value", (json_int_t)point->value, "seconds",
                     seconds, "predicted_seconds", point->predicted, "operations",
                     point->operations, "bytes", point->bytes);
}

/* JSON has no NaN. */
static json_t *pack_number(double number)
{
    return isnan(number) ? json_null() : json_real(number);
}

static json_t *pack_axis(const struct eg_growth_axis *axis)
{
    json_t *points = json_array(), *left_out = json_array();
    for (size_t i = 0; i < axis->count; i++)
        if (i < axis->measured)
            json_array_append_new(points, pack_point(&axis->points[i]));
        else
            json_array_append_new(left_out, json_integer((json_int_t)axis->points[i].value));
    return json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "what", axis->name, "usual",
                     (json_int_t)axis->usual, "exponent", pack_number(axis->exponent),
                     "exponent_se", pack_number(axis->exponent_se), "exponent_predicted",
                     pack_number(axis->exponent_predicted), "points", points, "not_measured",
                     left_out);
}

static int write_json(const struct eg_growth *growth, const char *folder, struct eg_error *error)
{
    struct eg_output output;
    json_t *axes = json_array();
    for (size_t a = 0; a < EG_GROWTH_AXES; a++)
        json_array_append_new(axes, pack_axis(&growth->axes[a]));
    json_t *all = json_pack("{s:s, s:s, s:I, s:o}", "blas_core", eg_blas_core(), "precision",
                            EG_REAL_NAME, "threads", (json_int_t)growth->threads, "axes", axes);
    int status = all && json_array_size(axes) == EG_GROWTH_AXES
                     ? eg_output_open(&output, folder, "growth.json", error)
                     : eg_fail(error, EG_INTERNAL, "out of memory writing growth.json");
    if (!status) {
        json_dumpf(all, output.stream, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
        fputc('\n', output.stream);
        status = eg_output_close(&output, EG_OK, error);
    }
    json_decref(all);
    return status;
}

static int write_markdown(const struct eg_growth *growth, const char *folder,
                          struct eg_error *error)
{
    struct eg_output output;
    const int status = eg_output_open(&output, folder, "growth.md", error);
    if (status)
        return status;
    eg_growth_print(growth, output.stream);
    return eg_output_close(&output, EG_OK, error);
}

/* --- the figure --- */

static const struct eg_figure_spec figures[] = {
    {.id = "growth",
     .title =
         "Time of an epoch under the sparse prior, one thing varied at a time (circles: by the "
         "count of operations)",
     .kind = EG_FIGURE_LINES,
     .metric = "times",
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
                                                                .metric = "times",
                                                                .x = x,
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
    int status = write_markdown(growth, folder, error);
    if (!status)
        status = write_json(growth, folder, error);
    return status ? status : draw_figure(growth, folder, warner, error);
}
