/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_caption.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/report/figure_points.h"

/* --- how many replicates --- */

struct range {
    size_t least, most; /* 0: no points */
};

/* Of the points of a method; NULL: of all. */
static struct range find_range(const struct eg_figure *figure, const char *method)
{
    struct range range = {0, 0};
    for (size_t i = 0; i < figure->part->results.count; i++) {
        const struct eg_result *result = &figure->part->results.items[i];
        if (!eg_figure_shows(figure, result) || (method && strcmp(method, result->method) != 0))
            continue;
        range.least = !range.most || result->n < range.least ? result->n : range.least;
        range.most = result->n > range.most ? result->n : range.most;
    }
    return range;
}

/* "; 1 for LASSO, Graph LASSO" of the methods that all have that n. */
static void write_methods_of(const struct eg_figure *figure, size_t n, FILE *out)
{
    char title[128];
    size_t count = 0;
    for (size_t i = 0; i < figure->method_count; i++) {
        if (find_range(figure, figure->methods[i]).most != n)
            continue;
        if (count++)
            fputs(", ", out);
        else
            fprintf(out, "; %zu for ", n);
        fputs(eg_name_title(figure->methods[i], title, sizeof title), out);
    }
}

static void write_counts(const struct eg_figure *figure, FILE *out)
{
    const struct range all = find_range(figure, NULL);
    int varies = 0; /* within a method */
    for (size_t i = 0; i < figure->method_count; i++) {
        const struct range own = find_range(figure, figure->methods[i]);
        varies |= own.least != own.most;
    }
    if (!all.most)
        fputs("First replicate", out);
    else if (varies)
        fprintf(out, "n = %zu to %zu", all.least, all.most);
    else {
        fprintf(out, "n = %zu", all.most);
        for (size_t n = all.most - 1; n >= all.least && n > 0; n--)
            write_methods_of(figure, n, out);
    }
    fputc('.', out);
}

void eg_figure_write_facts(const struct eg_figure *figure, FILE *out)
{
    const struct eg_result *block = figure->block;
    fprintf(out, "Data: %s. Protocol: %s. Scale: %s. Seed: %llu. ",
            eg_dataset_title(block->dataset), block->protocol, block->scale,
            (unsigned long long)block->seed);
    write_counts(figure, out);
}

/* --- what the marks mean --- */

static void write_sentence(const char *text, int *count, FILE *out)
{
    if (!text)
        return;
    fprintf(out, "%s%s", (*count)++ ? " " : "", text);
}

static void write_intervals(const struct eg_figure *figure, int *count, FILE *out)
{
    static const char *const marks[] = {
        [EG_FIGURE_BARS] = "Whiskers", [EG_FIGURE_LINES] = "Bands", [EG_FIGURE_PAIRS] = "Crosses"};
    const struct eg_figure_spec *spec = figure->spec;
    if (!figure->has_intervals)
        return;
    if (!eg_figure_has_bands(figure) && spec->kind == EG_FIGURE_LINES) {
        write_sentence("No bands: so many would hide the lines.", count, out);
        return;
    }
    write_sentence(marks[spec->kind], count, out);
    fprintf(out, ": 95 %% interval %s.",
            spec->low ? spec->interval : "of the mean over the n replicates (Student's\u00a0t)");
}

static int has_method(const struct eg_figure *figure, const char *method)
{
    for (size_t i = 0; i < figure->method_count; i++)
        if (strcmp(figure->methods[i], method) == 0)
            return 1;
    return 0;
}

/* "No numbers of Dropout, Mixed." of the methods that the specification asks for. */
static void write_absent(const struct eg_figure *figure, int *count, FILE *out)
{
    const char *const *method = figure->spec->methods;
    char title[128];
    int absent = 0;
    for (; method && *method; method++)
        if (!has_method(figure, *method)) {
            if (absent++)
                fputs(", ", out);
            else
                write_sentence("No numbers of ", count, out);
            fputs(eg_name_title(*method, title, sizeof title), out);
        }
    if (absent)
        fputc('.', out);
}

void eg_figure_write_reading(const struct eg_figure *figure, FILE *out)
{
    const struct eg_figure_spec *spec = figure->spec;
    int count = 0;
    if (spec->kind == EG_FIGURE_MAPS)
        write_sentence(
            "Every map is divided by its own standard deviation; one scale of colours for all.",
            &count, out);
    write_intervals(figure, &count, out);
    if (figure->has_runs)
        write_sentence("Where n = 2 small dots are the two runs, in place of an interval.", &count,
                       out);
    if (figure->has_arrows)
        write_sentence("Arrows: to the next greater strength.", &count, out);
    if (spec->kind == EG_FIGURE_BARS && figure->has_published && figure->lacks_published)
        write_sentence("No diamond: no number is published.", &count, out);
    write_absent(figure, &count, out);
    write_sentence(spec->note, &count, out);
}

char *eg_figure_caption_alloc(const struct eg_figure *figure)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    eg_figure_write_facts(figure, out);
    fputc(' ', out);
    eg_figure_write_reading(figure, out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
