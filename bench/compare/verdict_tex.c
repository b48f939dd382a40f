/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict as LaTeX: a line a metric, as papers have it, and a table of methods. */
#include <math.h>

#include "bench/page/markup.h"
#include "bench/frame/names.h"
#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"

enum { TEXT = 1024, CELL = 64, DIGITS = 3, COLUMNS = 3 };

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
    const struct eg_score_cell *cell = eg_contest_cell(comparison, method, metric);
    char text[CELL];
    fprintf(out, " & %s", eg_format_value(cell->mean, DIGITS, text, sizeof text));
    if (!isnan(cell->se))
        fprintf(out, " (%s)", eg_format_error(cell->se, DIGITS, text, sizeof text));
    if (method != comparison->table->reference)
        fputs(tex_mark(cell->standing), out);
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

static void print_methods(const struct eg_contest *comparison, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    char text[TEXT];
    begin_table(comparison, ": all metrics together.", 5, out);
    fputs("method & better & worse & undecided & mean rank & $P$(improvement) \\\\\n\\hline\n",
          out);
    for (size_t method = 0; method < table->method_count; method++) {
        const struct eg_method_verdict *verdict = &comparison->methods[method];
        eg_write_tex(out, eg_method_title(comparison, method, text, sizeof text));
        fprintf(out, " & %zu & %zu & %zu", verdict->counts[EG_STANDING_BETTER],
                verdict->counts[EG_STANDING_WORSE], verdict->counts[EG_STANDING_UNDECIDED]);
        fprintf(out, " & %s", eg_format_value(verdict->mean_rank, 2, text, sizeof text));
        fprintf(out, " & %s", eg_format_value(verdict->improvement, 2, text, sizeof text));
        if (!isnan(verdict->improvement_low))
            fprintf(out, " [%.2f, %.2f]", verdict->improvement_low, verdict->improvement_high);
        fputs(" \\\\\n", out);
    }
    end_table(out);
}

static void print_costs(const struct eg_contest *comparison, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    char text[TEXT];
    begin_table(comparison, ": what the methods take.", EG_COSTS, out);
    fputs("method", out);
    for (size_t cost = 0; cost < EG_COSTS; cost++)
        fprintf(out, " & %s", eg_cost_names[cost]);
    fputs(" \\\\\n\\hline\n", out);
    for (size_t method = 0; method < table->method_count; method++) {
        eg_write_tex(out, eg_method_title(comparison, method, text, sizeof text));
        for (size_t cost = 0; cost < EG_COSTS; cost++)
            fprintf(out, " & %s",
                    eg_format_cost(&comparison->methods[method], cost, text, sizeof text));
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
    char text[TEXT];
    fputs("% Needs \\usepackage[utf8]{inputenc} and nothing else.\n", out);
    for (size_t i = 0; i < count; i++) {
        const size_t methods = items[i].table->method_count;
        for (size_t first = 0; first < methods; first += COLUMNS)
            print_scores(&items[i], first, first + COLUMNS < methods ? first + COLUMNS : methods,
                         out);
        print_methods(&items[i], out);
        print_costs(&items[i], out);
        eg_write_tex(out, eg_contest_caption(&items[i], text, sizeof text));
        fputs(" ", out);
        eg_write_tex(out, eg_cost_caption);
        fputs("\n", out);
        print_words(&items[i], out);
    }
}
