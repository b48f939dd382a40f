/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/write_figures.h"

#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/input_file.h"
#include "bench/frame/output_file.h"
#include "bench/frame/run_tool.h"
#include "bench/frame/write_pdf.h"
#include "bench/page/markup.h"

/* gnuplot ends well even when its output did not fit the disk: look for the end. */
static int ends_as_svg(FILE *file)
{
    char tail[16] = "";
    if (fseek(file, -16, SEEK_END))
        return 0;
    const size_t count = fread(tail, 1, sizeof tail - 1, file);
    tail[count] = '\0';
    return strstr(tail, "</svg>") != NULL;
}

static int draw(struct eg_figure *figure, const char *folder, struct eg_warner warner,
                struct eg_error *error)
{
    struct eg_output output;
    char name[220], script[220];
    snprintf(name, sizeof name, "%s.svg", figure->name);
    snprintf(script, sizeof script, "%s.gp", figure->name);
    int status = eg_output_open(&output, folder, name, error);
    if (status)
        return status;
    const char *const arguments[] = {"gnuplot", script, NULL};
    const int code = eg_run_tool(folder, arguments, fileno(output.stream));
    struct eg_input_reason why;
    FILE *written = code ? NULL : eg_input_stream(output.temporary, &why);
    figure->drawn = written && ends_as_svg(written);
    if (written)
        fclose(written);
    if (code == 0 && !figure->drawn)
        status = eg_fail(error, EG_DATA, "cannot write %s in full; make room or give another --out",
                         output.path);
    if (code)
        eg_warn(&warner, "gnuplot ended with %d on %s/%s; run it by hand to see why", code, folder,
                script);
    if (figure->drawn || status)
        return eg_output_close(&output, status, error);
    struct eg_error dropped;
    eg_output_close(&output, EG_DATA, &dropped);
    return EG_OK;
}

static int write_files(const struct eg_figure *figure, const char *folder, struct eg_error *error)
{
    struct eg_output output;
    char name[220];
    snprintf(name, sizeof name, "%s.dat", figure->name);
    int status = eg_output_open(&output, folder, name, error);
    if (status)
        return status;
    status = eg_output_close(&output, eg_figure_write_data(figure, output.stream, error), error);
    snprintf(name, sizeof name, "%s.gp", figure->name);
    if (!status)
        status = eg_output_open(&output, folder, name, error);
    if (status)
        return status;
    return eg_output_close(&output, eg_figure_write_script(figure, output.stream, error), error);
}

/* The data set that the specification names, or prefers and has results of; NULL: any. */
static const char *choose_dataset(const struct eg_figure_spec *spec,
                                  const struct eg_results *results)
{
    for (size_t i = 0; spec->rather && i < results->count; i++)
        if (strcmp(results->items[i].dataset, spec->rather) == 0)
            return spec->rather;
    return spec->dataset;
}

/* Lists the figures of one specification, one for each block that has anything to show. */
static int list_figures(const struct eg_report *report, const struct eg_part *part,
                        const struct eg_figure_spec *spec, struct eg_figures *figures,
                        struct eg_error *error)
{
    const size_t first = figures->count;
    const char *dataset = choose_dataset(spec, &part->results);
    for (size_t i = 0; i < part->results.count; i++) {
        struct eg_figure figure;
        if (!eg_begins_block(&part->results, i, dataset) ||
            !eg_figure_make(&figure, report, part, spec, &part->results.items[i]))
            continue;
        struct eg_figure *items = realloc(figures->items,
                                          (figures->count + 1) * sizeof *figures->items);
        if (!items)
            return eg_fail(error, EG_INTERNAL, "out of memory at figure %s", spec->id);
        figures->items = items;
        items[figures->count++] = figure;
    }
    for (size_t i = first; i < figures->count; i++) {
        struct eg_figure *figure = &figures->items[i];
        if (figures->count - first == 1)
            snprintf(figure->name, sizeof figure->name, "%s", spec->id);
        else {
            char of_dataset[64], protocol[32];
            snprintf(figure->name, sizeof figure->name, "%.60s-%s-%s", spec->id,
                     eg_safe_name(figure->block->dataset, of_dataset, sizeof of_dataset),
                     eg_safe_name(figure->block->protocol, protocol, sizeof protocol));
        }
    }
    return EG_OK;
}

int eg_write_figures(const struct eg_report *report, const char *folder, struct eg_warner warner,
                     struct eg_figures *figures, struct eg_error *error)
{
    *figures = (struct eg_figures){0};
    char *path = eg_join_path_alloc(folder, "figures", error);
    int status = path ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < report->part_count && !status; i++) {
        const struct eg_figure_spec *spec = report->parts[i].experiment->figures;
        for (; spec && spec->id && !status; spec++)
            status = list_figures(report, &report->parts[i], spec, figures, error);
    }
    const int there = figures->count && !status && eg_has_tool("gnuplot");
    const int has_pdf = there && eg_can_write_pdf(&warner);
    if (figures->count && !status && !there)
        eg_warn(&warner,
                "gnuplot is not there: the figures' scripts and numbers are written, but not "
                "drawn (apt-get install gnuplot-nox)");
    for (size_t i = 0; i < figures->count && !status; i++) {
        status = write_files(&figures->items[i], path, error);
        if (!status && there)
            status = draw(&figures->items[i], path, warner, error);
        if (!status && has_pdf && figures->items[i].drawn)
            status = eg_write_pdf(path, figures->items[i].name, &warner, error);
    }
    free(path);
    if (status)
        eg_figures_free(figures);
    return status;
}

void eg_figures_free(struct eg_figures *figures)
{
    free(figures->items);
    *figures = (struct eg_figures){0};
}
