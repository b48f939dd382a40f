/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict as one HTML page, and all formats as files. */
#define _DEFAULT_SOURCE /* strsep */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/page/markup.h"
#include "bench/page/metric_list.h"
#include "bench/frame/names.h"
#include "bench/frame/output_file.h"
#include "bench/page/page_parts.h"
#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"

enum { TEXT = 1024, CELL = 64, DIGITS = 3, COLUMNS = 9 };

/* Colours of the page's style sheet: v0 green, v3 red. */
static const char *class_of(enum eg_standing standing)
{
    return standing == EG_STANDING_BETTER ? "v0" : standing == EG_STANDING_WORSE ? "v3" : "soft";
}

static void print_conclusion(const struct eg_contest *comparison, size_t method, FILE *out)
{
    char text[TEXT];
    fputs("<b>", out);
    eg_write_html(out, eg_method_title(comparison, method, text, sizeof text));
    fputs("</b>: ", out);
    eg_write_html(out, eg_contest_conclude(comparison, method, text, sizeof text));
    fputc('.', out);
}

static void print_words(const struct eg_contest *comparison, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    char text[TEXT];
    fputs("<ul>\n", out);
    for (size_t method = 0; method < table->method_count; method++) {
        fputs("<li>", out);
        print_conclusion(comparison, method, out);
        fputs("</li>\n", out);
    }
    fputs("</ul>\n", out);
    int noted = 0;
    for (size_t note = 0; note < eg_contest_note_count(comparison); note++)
        if (*eg_contest_note(comparison, note, text, sizeof text)) {
            fputs(noted ? "" : "<h3>To be read with care</h3>\n<ul>\n", out);
            fputs("<li class=v2>", out);
            eg_write_html(out, text);
            fputs(".</li>\n", out);
            noted = 1;
        }
    fputs(noted ? "</ul>\n" : "", out);
}

static void print_number(double value, int digits, FILE *out)
{
    char text[CELL];
    fprintf(out, "<td>%s</td>", eg_format_value(value, digits, text, sizeof text));
}

static void print_method(const struct eg_contest *comparison, size_t method, FILE *out)
{
    const struct eg_method_verdict *verdict = &comparison->methods[method];
    char text[TEXT];
    fputs("<tr><td>", out);
    eg_write_html(out, eg_method_title(comparison, method, text, sizeof text));
    fprintf(out, "</td><td>%zu</td><td>%zu</td><td>%zu</td>", verdict->counts[EG_STANDING_BETTER],
            verdict->counts[EG_STANDING_WORSE], verdict->counts[EG_STANDING_UNDECIDED]);
    print_number(verdict->mean_rank, 2, out);
    print_number(verdict->normalised, 2, out);
    fprintf(out, "<td>%s", eg_format_value(verdict->improvement, 2, text, sizeof text));
    if (!isnan(verdict->improvement_low))
        fprintf(out, " <span class=soft>%.2f to %.2f</span>", verdict->improvement_low,
                verdict->improvement_high);
    fprintf(out, "</td><td>%zu of %zu", verdict->wins, verdict->wins + verdict->losses);
    if (!isnan(verdict->wins_p))
        fprintf(out, " <span class=soft>p %.2g</span>", verdict->wins_p);
    fputs("</td>", out);
    fputs("</tr>\n", out);
}

static void print_costs(const struct eg_contest *comparison, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    char text[TEXT];
    fputs("<p class=caption>", out);
    eg_write_html(out, eg_cost_caption);
    fputs("</p>\n<div class=wide><table><thead><tr><th></th>", out);
    for (size_t cost = 0; cost < EG_COSTS; cost++)
        fprintf(out, "<th>%s</th>", eg_cost_names[cost]);
    fputs("</tr></thead><tbody>\n", out);
    for (size_t method = 0; method < table->method_count; method++) {
        const struct eg_method_verdict *verdict = &comparison->methods[method];
        fputs("<tr><td>", out);
        eg_write_html(out, eg_method_title(comparison, method, text, sizeof text));
        fputs("</td>", out);
        for (size_t cost = 0; cost < EG_COSTS; cost++)
            fprintf(out, "<td>%s</td>", eg_format_cost(verdict, cost, text, sizeof text));
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void print_methods(const struct eg_contest *comparison, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    fprintf(
        out,
        "<p class=caption>Mean rank: over %zu of %zu pairs of metric and unit, those on which "
        "all have a number. Normalised: random 0, oracle 1, mean over the metrics on which the "
        "oracle is above random. P(improvement): share of metrics on which a unit is better "
        "than the reference. Won: metrics with the better mean, with the p of so many by chance, "
        "by flipping the signs of whole units.</p>\n",
        comparison->rank_count, table->metric_count * table->unit_count);
    fputs("<div class=wide><table><thead><tr><th></th><th>better</th><th>worse</th>"
          "<th>undecided</th><th>mean rank</th><th>normalised</th><th>P(improvement)</th>"
          "<th>won</th></tr></"
          "thead><tbody>\n",
          out);
    for (size_t method = 0; method < table->method_count; method++)
        print_method(comparison, method, out);
    fputs("</tbody></table></div>\n", out);
}

static void print_score(const struct eg_contest *comparison, size_t method, size_t metric,
                        FILE *out)
{
    const struct eg_score_cell *cell = eg_contest_cell(comparison, method, metric);
    const int is_reference = method == comparison->table->reference;
    char text[CELL];
    fprintf(out, "<td title=\"n %zu\"><span class=%s>%s%s%s</span>", cell->n,
            is_reference ? "soft" : class_of(cell->standing),
            eg_format_value(cell->mean, DIGITS, text, sizeof text),
            *eg_standing_mark(comparison, method, metric) ? " " : "",
            eg_standing_mark(comparison, method, metric));
    if (!isnan(cell->se))
        fprintf(out, "<small>\u00b1\u00a0%s</small>",
                eg_format_error(cell->se, DIGITS, text, sizeof text));
    fputs("</td>", out);
}

static void print_columns(const struct eg_contest *comparison, size_t first, size_t last, FILE *out)
{
    const struct eg_score_table *table = comparison->table;
    char text[TEXT];
    fputs("<div class=wide><table><thead><tr><th></th>", out);
    for (size_t metric = first; metric < last; metric++) {
        fputs("<th>", out);
        eg_write_html(out, eg_name_title(table->metrics[metric].name, text, sizeof text));
        fputs(table->metrics[metric].lower_is_better ? " \u2193</th>" : " \u2191</th>", out);
    }
    fputs("</tr></thead><tbody>\n", out);
    for (size_t method = 0; method < table->method_count; method++) {
        fputs("<tr><td>", out);
        eg_write_html(out, eg_method_title(comparison, method, text, sizeof text));
        fputs("</td>", out);
        for (size_t metric = first; metric < last; metric++)
            print_score(comparison, method, metric, out);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void print_scores(const struct eg_contest *comparison, FILE *out)
{
    const size_t metrics = comparison->table->metric_count;
    fputs("<p class=caption>Means with standard errors; \u2191 higher is better, \u2193 lower is. "
          "Against the reference: + better, - worse, ? undecided, = the same, . too few "
          "units.</p>\n",
          out);
    for (size_t first = 0; first < metrics; first += COLUMNS)
        print_columns(comparison, first, first + COLUMNS < metrics ? first + COLUMNS : metrics,
                      out);
}

static void print_figures(const struct eg_contest *comparison, FILE *out)
{
    if (eg_draw_differences(comparison, out))
        fputs("<figcaption>Difference to the reference on each metric, turned so that right is "
              "better; whiskers are 95 % intervals of one metric alone. Green: better, red: worse, "
              "after Holm over all; grey: undecided or not tested, so a grey bar's interval may "
              "leave "
              "out 0. Oracle and random are left out where there is another method."
              "</figcaption></figure>\n",
              out);
    for (int by_gradients = 0; by_gradients < 2; by_gradients++)
        if (eg_draw_tradeoff(comparison, by_gradients, out))
            fputs("<figcaption>Quality against cost. Filled: no other method is at least as good "
                  "and at least as cheap. Red rim: the reference. Methods that take none are not "
                  "shown.</figcaption></figure>\n",
                  out);
}

static void print_units(const struct eg_contest *comparison, FILE *out)
{
    char *text = eg_contest_units_alloc(comparison), *rest = text;
    for (const char *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n")) {
        fprintf(out, "<p%s>", strncmp(line, "Warning", 7) == 0 ? " class=v2" : "");
        eg_write_html(out, line);
        fputs(".</p>\n", out);
    }
    free(text);
}

void eg_contests_print_page(const struct eg_contest *items, size_t count, FILE *out)
{
    char text[TEXT];
    fputs("<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>"
          "<meta name=viewport content=\"width=device-width,initial-scale=1\">"
          "<title>Attribution methods compared</title>\n<style>",
          out);
    fputs(eg_page_style, out);
    fputs("figure{overflow-x:auto}figure svg{min-width:34rem}\n", out); /* legible on a phone */
    fputs("</style></head><body>\n<h1>Attribution methods compared</h1>\n", out);
    for (size_t i = 0; i < count; i++) {
        fputs("<h2>", out);
        eg_write_html(out, eg_contest_title(&items[i], text, sizeof text));
        fputs("</h2>\n<p>", out);
        if (items[i].table->candidate != items[i].table->reference) {
            print_conclusion(&items[i], items[i].table->candidate, out);
            fputs("</p>\n<p>", out);
        }
        eg_write_html(out, eg_contest_caption(&items[i], text, sizeof text));
        fputs("</p>\n", out);
        print_units(&items[i], out);
        print_words(&items[i], out);
        print_methods(&items[i], out);
        print_costs(&items[i], out);
        print_figures(&items[i], out);
        print_scores(&items[i], out);
    }
    eg_write_page_metrics(out);
    fputs("</body></html>\n", out);
}

int eg_contests_write(const struct eg_contest *items, size_t count, const char *folder,
                      struct eg_error *error)
{
    static const struct {
        const char *name;
        void (*print)(const struct eg_contest *items, size_t count, FILE *out);
    } formats[] = {{"comparison.txt", eg_contests_print},
                   {"comparison.csv", eg_contests_print_csv},
                   {"comparison.tex", eg_contests_print_tex},
                   {"comparison.html", eg_contests_print_page}};
    struct eg_output output;
    int status = eg_output_open(&output, folder, "comparison.jsonl", error);
    if (!status)
        status = eg_output_close(&output,
                                 eg_contests_print_json(items, count, output.stream, error), error);
    for (size_t i = 0; i < sizeof formats / sizeof *formats && !status; i++) {
        status = eg_output_open(&output, folder, formats[i].name, error);
        if (status)
            break;
        formats[i].print(items, count, output.stream);
        status = eg_output_close(&output, EG_OK, error);
    }
    return status;
}
