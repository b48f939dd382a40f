/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/write_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "bench/page/markup.h"
#include "bench/frame/names.h"
#include "bench/frame/output_file.h"
#include "bench/report/table_view.h"

enum { TEXT = 1024 };

static void write_markdown_cell(FILE *out, const struct eg_table_cell *cell, int published)
{
    if (published) {
        fputc(' ', out);
        eg_write_markdown(out, cell->published);
        fputs(" |", out);
    } else
        fprintf(out, " %s%s%s%s%s |", cell->value, *cell->se ? " \u00b1 " : "", cell->se,
                *eg_verdict_mark(cell->judgement) ? " " : "", eg_verdict_mark(cell->judgement));
}

static void write_markdown_line(FILE *out, const struct eg_table_view *view, size_t method,
                                size_t first, size_t last, int published)
{
    char text[TEXT];
    fputs("| ", out);
    if (published || !eg_table_is_published(view, method))
        eg_write_markdown(out, eg_name_title(view->pivot.methods[method], text, sizeof text));
    fprintf(out, " | %s |", published ? "published" : "measured");
    for (size_t i = first; i < last; i++) {
        const struct eg_table_cell cell = eg_table_cell(view, method, i);
        write_markdown_cell(out, &cell, published);
    }
    fputc('\n', out);
}

static void write_markdown(FILE *out, const struct eg_table_view *view)
{
    char text[TEXT];
    fputs("\n", out);
    eg_write_markdown(out, eg_table_caption(view, text, sizeof text));
    fputs("\n", out);
    for (size_t first = 0; first < view->pivot.metric_count; first += EG_TABLE_COLUMNS) {
        const size_t last = eg_table_break(view, first);
        fputs("\n| method | |", out);
        for (size_t i = first; i < last; i++) {
            fputc(' ', out);
            eg_write_markdown(out, eg_name_title(view->pivot.metrics[i], text, sizeof text));
            fputs(" |", out);
        }
        fputs("\n| --- | --- |", out);
        for (size_t i = first; i < last; i++)
            fputs(" ---: |", out);
        fputc('\n', out);
        for (size_t method = 0; method < view->pivot.method_count; method++) {
            if (eg_table_is_published(view, method))
                write_markdown_line(out, view, method, first, last, 1);
            write_markdown_line(out, view, method, first, last, 0);
        }
    }
}

static void write_csv_number(FILE *out, double number)
{
    if (isnan(number))
        fputc(',', out);
    else
        fprintf(out, "%.10g,", number);
}

static void write_csv_text(FILE *out, const char *text)
{
    eg_write_csv(out, text);
    fputc(',', out);
}

static void write_csv(FILE *out, const struct eg_table_view *view)
{
    const struct eg_result *block = view->block;
    const struct eg_origin origin = eg_table_origin(view);
    for (size_t method = 0; method < view->pivot.method_count; method++)
        for (size_t metric = 0; metric < view->pivot.metric_count; metric++) {
            const struct eg_table_cell cell = eg_table_cell(view, method, metric);
            if (!cell.result)
                continue;
            write_csv_text(out, block->dataset);
            write_csv_text(out, block->protocol);
            write_csv_text(out, block->scale);
            fprintf(out, "%llu,", (unsigned long long)block->seed);
            write_csv_text(out, cell.name.method);
            write_csv_text(out, cell.name.versus);
            write_csv_text(out, cell.name.metric);
            write_csv_text(out, cell.name.statistic);
            write_csv_text(out, cell.published);
            write_csv_number(out, cell.result->value);
            write_csv_number(out, cell.result->se);
            fprintf(out, "%zu,%s,%d,", cell.result->n,
                    cell.judgement ? eg_verdict_name(cell.judgement->verdict) : "",
                    view->part->outcome_version);
            write_csv_text(out, origin.code);
            eg_write_csv(out, origin.core);
            fputc('\n', out);
        }
}

/* In math mode, of base LaTeX alone; what was not attempted has none. */
static const char *const tex_marks[EG_NOT_ATTEMPTED] = {"=", "\\surd", "\\approx", "?", "\\times"};

static void write_tex_mark(FILE *out, const struct eg_judgement *judgement)
{
    if (judgement && judgement->verdict != EG_NOT_ATTEMPTED)
        fprintf(out, "$^{%s}$", tex_marks[judgement->verdict]);
}

static void write_tex_legend(FILE *out)
{
    for (enum eg_verdict verdict = 0; verdict < EG_NOT_ATTEMPTED; verdict++)
        fprintf(out, "%s$%s$ %s", verdict ? ", " : "Marks: ", tex_marks[verdict],
                eg_verdict_name(verdict));
}

/* Published numbers in small print under each method's own. */
static void write_tex_line(FILE *out, const struct eg_table_view *view, size_t method, size_t first,
                           size_t last)
{
    char text[TEXT];
    eg_write_tex(out, eg_name_title(view->pivot.methods[method], text, sizeof text));
    for (size_t i = first; i < last; i++) {
        const struct eg_table_cell cell = eg_table_cell(view, method, i);
        fprintf(out, " & %s", cell.value);
        write_tex_mark(out, cell.judgement);
    }
    fputs(" \\\\\n", out);
    if (!eg_table_is_published(view, method))
        return;
    fputs("\\quad\\footnotesize published", out);
    for (size_t i = first; i < last; i++) {
        const struct eg_table_cell cell = eg_table_cell(view, method, i);
        fputs(" & {\\footnotesize ", out);
        eg_write_tex(out, cell.published);
        fputc('}', out);
    }
    fputs(" \\\\\n", out);
}

static void write_tex(FILE *out, const struct eg_table_view *view)
{
    char text[TEXT];
    fputs("\\begin{table}\n\\centering\n\\caption{", out);
    eg_write_tex(out, view->spec->title);
    fputs(". ", out);
    eg_write_tex(out, eg_table_caption(view, text, sizeof text));
    fputc(' ', out);
    write_tex_legend(out);
    fputs(".}\n", out);
    for (size_t first = 0; first < view->pivot.metric_count; first += EG_TABLE_COLUMNS) {
        const size_t last = eg_table_break(view, first);
        fputs("\\begin{tabular}{l", out);
        for (size_t i = first; i < last; i++)
            fputc('r', out);
        fputs("}\n\\hline\n", out);
        for (size_t i = first; i < last; i++) {
            fputs(" & ", out);
            eg_write_tex(out, eg_name_title(view->pivot.metrics[i], text, sizeof text));
        }
        fputs(" \\\\\n\\hline\n", out);
        for (size_t method = 0; method < view->pivot.method_count; method++)
            write_tex_line(out, view, method, first, last);
        fputs("\\hline\n\\end{tabular}\n\n", out);
    }
    fputs("\\end{table}\n", out);
}

struct format {
    const char *suffix;
    void (*write)(FILE *out, const struct eg_table_view *view);
};

static void write_head(FILE *out, const struct format *format, const struct eg_table_spec *spec)
{
    if (strcmp(format->suffix, ".md") == 0) {
        fputs("# ", out);
        eg_write_markdown(out, spec->title);
        fprintf(out, "\n\nMarks: %s.\n", eg_mark_legend);
    } else if (strcmp(format->suffix, ".csv") == 0)
        fputs("dataset,protocol,scale,seed,method,versus,metric,statistic,published,value,se,n,"
              "verdict,outcome_version,code,core\n",
              out);
    else
        fputs("% Needs \\usepackage[utf8]{inputenc} and nothing else.\n", out);
}

static int write_table(const struct eg_report *report, const struct eg_part *part,
                       const struct eg_table_spec *spec, const struct format *format,
                       const char *folder, struct eg_error *error)
{
    struct eg_output output = {0};
    struct eg_table_view view;
    char name[256];
    snprintf(name, sizeof name, "%s%s", spec->id, format->suffix);
    int status = EG_OK, begun = 0;
    for (size_t i = 0; i < part->results.count && !status; i++) {
        if (!eg_begins_block(&part->results, i, spec->dataset) ||
            !eg_table_view(&view, report, part, spec, &part->results.items[i]))
            continue;
        if (!begun) {
            status = eg_output_open(&output, folder, name, error);
            if (!status)
                write_head(output.stream, format, spec);
            begun = 1;
        }
        if (!status)
            format->write(output.stream, &view);
    }
    return begun && !status ? eg_output_close(&output, status, error) : status;
}

int eg_write_tables(const struct eg_report *report, const char *folder, struct eg_error *error)
{
    static const struct format formats[] = {
        {".md", write_markdown}, {".csv", write_csv}, {".tex", write_tex}};
    char *tables = eg_join_path_alloc(folder, "tables", error);
    int status = tables ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < report->part_count && !status; i++) {
        const struct eg_table_spec *spec = report->parts[i].experiment->tables;
        for (; spec && spec->id && !status; spec++)
            for (size_t f = 0; f < sizeof formats / sizeof *formats && !status; f++)
                status = write_table(report, &report->parts[i], spec, &formats[f], tables, error);
    }
    free(tables);
    return status;
}
