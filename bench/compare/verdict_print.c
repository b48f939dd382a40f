/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict as plain text for a terminal. */
#define _DEFAULT_SOURCE /* strsep */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/page/markup.h"
#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"

enum { TEXT = 1024, CELL = 64, DIGITS = 3, LINE_WIDTH = 100 };

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
    const struct eg_score_cell *cell = eg_contest_cell(comparison, method, metric);
    const char *mark = eg_standing_mark(comparison, method, metric);
    char value[CELL / 3], error[CELL / 3];
    eg_format_value(cell->mean, DIGITS, value, sizeof value);
    if (isnan(cell->se))
        snprintf(text, CELL, "%s%s%s", value, *mark ? " " : "  ", *mark ? mark : "");
    else
        snprintf(text, CELL, "%s (%s)%s%s", value,
                 eg_format_error(cell->se, DIGITS, error, sizeof error), *mark ? " " : "  ", mark);
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

static void print_interval(double value, double low, double high, FILE *out)
{
    char text[CELL] = "-", number[CELL / 3];
    if (!isnan(low))
        snprintf(text, sizeof text, "%.2f [%.2f, %.2f]", value, low, high);
    else if (!isnan(value))
        snprintf(text, sizeof text, "%s", eg_format_value(value, 2, number, sizeof number));
    fprintf(out, "  %17s", text);
}

static void print_number(double number, int width, FILE *out)
{
    if (isnan(number))
        fprintf(out, "  %*s", width, "-");
    else
        fprintf(out, "  %*.3g", width, number);
}

static void print_summary(const struct eg_contest *comparison, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    const int width = name_width(comparison);
    char text[CELL];
    fprintf(out, "%-*s  %6s  %5s  %9s  %9s  %10s  %17s  %10s\n", width, "method", "better", "worse",
            "undecided", "mean rank", "normalised", "P(improvement)", "p of wins");
    for (size_t method = 0; method < table->method_count; method++) {
        const struct eg_method_verdict *verdict = &comparison->methods[method];
        const size_t *counts = verdict->counts;
        fprintf(out, "%-*s  %6zu  %5zu  %9zu", width, table->methods[method],
                counts[EG_STANDING_BETTER], counts[EG_STANDING_WORSE],
                counts[EG_STANDING_UNDECIDED]);
        fprintf(out, "  %9s", eg_format_value(verdict->mean_rank, 2, text, sizeof text));
        fprintf(out, "  %10s", eg_format_value(verdict->normalised, 2, text, sizeof text));
        print_interval(verdict->improvement, verdict->improvement_low, verdict->improvement_high,
                       out);
        print_number(verdict->wins_p, 10, out);
        fputc('\n', out);
    }
    char note[TEXT];
    snprintf(
        note, sizeof note,
        "Mean rank: over %zu of %zu pairs of metric and unit, those on which all have a number. "
        "Normalised: random 0, oracle 1, mean over the metrics on which the oracle is above "
        "random. P(improvement): share of metrics on which a unit is better than the reference. "
        "P of wins: how often so many more wins than losses come about when whole units take the "
        "other sign by chance.",
        comparison->rank_count, table->metric_count * table->unit_count);
    print_lines("", note, 0, out);
}

static void print_costs(const struct eg_contest *comparison, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    const int width = name_width(comparison);
    char text[CELL];
    fprintf(out, "\n%-*s", width, "method");
    for (size_t cost = 0; cost < EG_COSTS; cost++)
        fprintf(out, "  %10s", eg_cost_names[cost]);
    for (size_t method = 0; method < table->method_count; method++) {
        fprintf(out, "\n%-*s", width, table->methods[method]);
        for (size_t cost = 0; cost < EG_COSTS; cost++)
            fprintf(out, "  %10s",
                    eg_format_cost(&comparison->methods[method], cost, text, sizeof text));
    }
    fputc('\n', out);
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
        print_costs(&items[i], out);
        print_words(&items[i], out);
    }
    fputs("\nWhat each metric tells and what it hides: in the report's page, and egbench-report "
          "--metrics\n",
          out);
}
