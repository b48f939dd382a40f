/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict as LaTeX: a line a metric, as papers have it, and a table of methods. */
#include "bench/page/markup.h"
#include "bench/frame/names.h"
#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"

enum { TEXT = 1024, CELL = 64, COLUMNS = 3 };

static const char *tex_mark(enum eg_standing standing)
{
    return standing == EG_STANDING_BETTER      ? "$^{+}$"
           : standing == EG_STANDING_WORSE     ? "$^{-}$"
           : standing == EG_STANDING_UNDECIDED ? "$^{?}$"
           : standing == EG_STANDING_SAME      ? "$^{=}$"
                                               : "";
}

/* A table of its own, so that none is larger than a page. */
static void begin_table(const struct eg_contest *comparison, const char *about, size_t columns,
                        FILE *out)
{
    char text[TEXT];
    fputs("\\begin{table}\n\\centering\\scriptsize\\setlength{\\tabcolsep}{3pt}\n\\caption{", out);
    eg_write_tex(out, eg_contest_title(comparison, text, sizeof text));
    fputs(about, out);
    fputs("}\n\\begin{tabular}{l", out);
    for (size_t i = 0; i < columns; i++)
        fputc('r', out);
    fputs("}\n\\hline\n", out);
}

static void end_table(FILE *out)
{
    fputs("\\hline\n\\end{tabular}\n\\end{table}\n\n", out);
}

static void print_cell(const struct eg_contest *comparison, size_t method, size_t metric, FILE *out)
{
    char text[CELL];
    fprintf(out, " & %s", eg_format_score(comparison, method, metric, text, sizeof text));
    if (method != comparison->table->reference)
        fputs(tex_mark(eg_contest_cell(comparison, method, metric)->standing), out);
}

static void print_scores(const struct eg_contest *comparison, size_t first, size_t last, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    char text[TEXT];
    begin_table(comparison,
                ". Means, standard errors in brackets; $^{+}$ better than the reference, $^{-}$ "
                "worse, $^{?}$ undecided, $^{=}$ the same.",
                last - first, out);
    for (size_t method = first; method < last; method++) {
        fputs(" & ", out);
        eg_write_tex(out, eg_method_title(comparison, method, text, sizeof text));
    }
    fputs(" \\\\\n\\hline\n", out);
    for (size_t metric = 0; metric < table->metric_count; metric++) {
        eg_write_tex(out, eg_name_title(table->metrics[metric].name, text, sizeof text));
        fputs(table->metrics[metric].lower_is_better ? " $\\downarrow$" : " $\\uparrow$", out);
        for (size_t method = first; method < last; method++)
            print_cell(comparison, method, metric, out);
        fputs(" \\\\\n", out);
    }
    end_table(out);
}

struct column {
    size_t column;
    const char *title; /* NULL: its name */
};

static void print_methods(const struct eg_contest *comparison, const char *about,
                          const struct column *columns, size_t count, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    char text[TEXT];
    begin_table(comparison, about, count, out);
    fputs("method", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, " & %s",
                columns[i].title ? columns[i].title : eg_column_name(columns[i].column));
    fputs(" \\\\\n\\hline\n", out);
    for (size_t method = 0; method < table->method_count; method++) {
        eg_write_tex(out, eg_method_title(comparison, method, text, sizeof text));
        for (size_t i = 0; i < count; i++)
            fprintf(out, " & %s",
                    eg_format_column(comparison, method, columns[i].column, text, sizeof text));
        fputs(" \\\\\n", out);
    }
    end_table(out);
}

static void print_words(const struct eg_contest *comparison, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    char text[TEXT];
    fputs("\\begin{itemize}\n", out);
    for (size_t method = 0; method < table->method_count; method++) {
        fputs("\\item ", out);
        eg_write_tex(out, eg_method_title(comparison, method, text, sizeof text));
        fputs(": ", out);
        eg_write_tex(out, eg_contest_conclude(comparison, method, text, sizeof text));
        fputs(".\n", out);
    }
    for (size_t note = 0; note < eg_contest_note_count(comparison); note++)
        if (*eg_contest_note(comparison, note, text, sizeof text)) {
            fputs("\\item ", out);
            eg_write_tex(out, text);
            fputs(".\n", out);
        }
    fputs("\\end{itemize}\n\n", out);
}

void eg_contests_print_tex(const struct eg_contest *items, size_t count, FILE *out)
{
    static const struct column together[] = {{EG_COLUMN_BETTER, NULL},
                                             {EG_COLUMN_WORSE, NULL},
                                             {EG_COLUMN_UNDECIDED, NULL},
                                             {EG_COLUMN_MEAN_RANK, NULL},
                                             {EG_COLUMN_IMPROVEMENT, "$P$(improvement)"}};
    static const struct column costs[EG_COSTS] = {{EG_COLUMN_COST, NULL},
                                                  {EG_COLUMN_COST + 1, NULL},
                                                  {EG_COLUMN_COST + 2, NULL},
                                                  {EG_COLUMN_COST + 3, NULL}};
    char text[TEXT];
    fputs("% Needs \\usepackage[utf8]{inputenc} and nothing else.\n", out);
    for (size_t i = 0; i < count; i++) {
        const size_t methods = items[i].table->method_count;
        for (size_t first = 0; first < methods; first += COLUMNS)
            print_scores(&items[i], first, first + COLUMNS < methods ? first + COLUMNS : methods,
                         out);
        print_methods(&items[i], ": all metrics together.", together,
                      sizeof together / sizeof *together, out);
        print_methods(&items[i], ": what the methods take.", costs, EG_COSTS, out);
        eg_write_tex(out, eg_contest_caption(&items[i], text, sizeof text));
        fputs(" ", out);
        eg_write_tex(out, eg_cost_caption);
        fputs("\n", out);
        print_words(&items[i], out);
    }
}
