/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict as plain text for a terminal. */
#define _DEFAULT_SOURCE /* strsep */
#include <stdlib.h>
#include <string.h>

#include "bench/page/markup.h"
#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"

enum { TEXT = 1024, CELL = 64, LINE_WIDTH = 100 };

/* start and text in lines of LINE_WIDTH, all but the first indented. */
static void print_lines(const char *start, const char *text, int indent, FILE *out)
{
    char *words = strdup(text), *rest = words;
    size_t used = strlen(start);
    eg_write_terminal(out, start);
    for (const char *word = strsep(&rest, " "); word; word = strsep(&rest, " ")) {
        const size_t length = strlen(word);
        if (word != words && used + 1 + length > LINE_WIDTH)
            used = (size_t)fprintf(out, "\n%*s", indent, "") - 1;
        else if (word != words)
            used += (size_t)fprintf(out, " ");
        eg_write_terminal(out, word);
        used += length;
    }
    fputc('\n', out);
    free(words);
}

/* "0.907 (0.001) +" */
static void format_score(const struct eg_contest *comparison, size_t method, size_t metric,
                         char text[CELL])
{
    const char *mark = eg_standing_mark(comparison, method, metric);
    char score[CELL / 2];
    snprintf(text, CELL, "%s%s%s", eg_format_score(comparison, method, metric, score, sizeof score),
             *mark ? " " : "  ", mark);
}

static int name_width(const struct eg_contest *comparison)
{
    size_t widest = strlen("method");
    for (size_t i = 0; i < comparison->table->method_count; i++)
        if (strlen(comparison->table->methods[i]) > widest)
            widest = strlen(comparison->table->methods[i]);
    return (int)widest;
}

static int column_width(const struct eg_contest *comparison, size_t metric)
{
    char text[CELL];
    size_t widest = strlen(comparison->table->metrics[metric].name);
    for (size_t i = 0; i < comparison->table->method_count; i++) {
        format_score(comparison, i, metric, text);
        if (strlen(text) > widest)
            widest = strlen(text);
    }
    return (int)widest;
}

/* The metrics first..last-1 as columns. */
static void print_columns(const struct eg_contest *comparison, size_t first, size_t last, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    const int width = name_width(comparison);
    char text[CELL];
    fprintf(out, "%-*s", width, "method");
    for (size_t metric = first; metric < last; metric++)
        fprintf(out, "  %*s", column_width(comparison, metric), table->metrics[metric].name);
    fputc('\n', out);
    for (size_t method = 0; method < table->method_count; method++) {
        fprintf(out, "%-*s", width, table->methods[method]);
        for (size_t metric = first; metric < last; metric++) {
            format_score(comparison, method, metric, text);
            fprintf(out, "  %*s", column_width(comparison, metric), text);
        }
        fputc('\n', out);
    }
    fputc('\n', out);
}

static void print_scores(const struct eg_contest *comparison, FILE *out)
{
    const size_t count = comparison->table->metric_count;
    fputs("Means (standard errors); + better than the reference, - worse, ? undecided, = the same, "
          ". too few units\n",
          out);
    for (size_t first = 0; first < count;) {
        int width = name_width(comparison);
        size_t last = first;
        while (last < count &&
               (last == first || width + 2 + column_width(comparison, last) <= LINE_WIDTH))
            width += 2 + column_width(comparison, last++);
        print_columns(comparison, first, last, out);
        first = last;
    }
}

/* A line a method. */
static void print_methods(const struct eg_contest *comparison, size_t first, size_t last, FILE *out)
{
    static const int widths[EG_COLUMNS] = {6, 5, 9, 9, 10, 17, 10, 10, 10, 10, 10};
    const struct eg_score_table *table = comparison->table;
    const int width = name_width(comparison);
    char text[CELL];
    fprintf(out, "%-*s", width, "method");
    for (size_t column = first; column < last; column++)
        fprintf(out, "  %*s", widths[column], eg_column_name(column));
    fputc('\n', out);
    for (size_t method = 0; method < table->method_count; method++) {
        fprintf(out, "%-*s", width, table->methods[method]);
        for (size_t column = first; column < last; column++)
            fprintf(out, "  %*s", widths[column],
                    eg_format_column(comparison, method, column, text, sizeof text));
        fputc('\n', out);
    }
}

static void print_summary(const struct eg_contest *comparison, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    char note[TEXT];
    print_methods(comparison, 0, EG_COLUMN_COST, out);
    snprintf(
        note, sizeof note,
        "Mean rank: over %zu of %zu pairs of metric and unit, those on which all have a number. "
        "Normalised: random 0, oracle 1, mean over the metrics on which the oracle is above "
        "random. P(improvement): share of metrics on which a unit is better than the reference. "
        "P of wins: how often so many more wins than losses come about when whole units take the "
        "other sign by chance.",
        comparison->rank_count, table->metric_count * table->unit_count);
    print_lines("", note, 0, out);
    fputc('\n', out);
    print_methods(comparison, EG_COLUMN_COST, EG_COLUMNS, out);
    print_lines("", eg_cost_caption, 0, out);
}

static void print_words(const struct eg_contest *comparison, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    char text[TEXT];
    fputs("\nConclusions\n", out);
    for (size_t method = 0; method < table->method_count; method++) {
        char start[2 * CELL];
        snprintf(start, sizeof start, "  %s: ", table->methods[method]);
        eg_contest_conclude(comparison, method, text, sizeof text);
        print_lines(start, text, 4, out);
    }
    int noted = 0;
    for (size_t note = 0; note < eg_contest_note_count(comparison); note++)
        if (*eg_contest_note(comparison, note, text, sizeof text)) {
            fputs(noted ? "" : "\nTo be read with care\n", out);
            print_lines("  ", text, 4, out);
            noted = 1;
        }
}

static void print_units(const struct eg_contest *comparison, FILE *out)
{
    char *text = eg_contest_units_alloc(comparison), *rest = text;
    for (const char *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n"))
        print_lines("", line, 2, out);
    free(text);
}

void eg_contests_print(const struct eg_contest *items, size_t count, FILE *out)
{
    char text[TEXT];
    for (size_t i = 0; i < count; i++) {
        fputs(i ? "\n\n" : "", out);
        eg_write_terminal(out, eg_contest_title(&items[i], text, sizeof text));
        fputc('\n', out);
        print_units(&items[i], out);
        print_lines("", eg_contest_caption(&items[i], text, sizeof text), 0, out);
        fputc('\n', out);
        print_scores(&items[i], out);
        print_summary(&items[i], out);
        print_words(&items[i], out);
    }
    fputs("\nWhat each metric tells and what it hides: in the report's page, and egbench-report "
          "--metrics\n",
          out);
}
