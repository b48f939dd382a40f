/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict for templates: comparison.html and comparison.tex say how it looks. */
#define _GNU_SOURCE /* open_memstream, strsep */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/page/metric_list.h"
#include "bench/page/view_values.h"
#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"

/* COLUMNS metrics stand side by side on the page. */
enum { TEXT = 1024, CELL = 64, DIGITS = 3, COLUMNS = 9 };

json_t *eg_method_data(const struct eg_contest *comparison, size_t method)
{
    char text[TEXT];
    return eg_text(eg_method_title(comparison, method, text, sizeof text));
}

static json_t *value_data(double value, int digits)
{
    char text[CELL];
    return eg_text(eg_format_value(value, digits, text, sizeof text));
}

/* A method on a metric. Classes are those of the page's style sheet: v0 green, v3 red. */
static json_t *cell_data(const struct eg_contest *comparison, size_t method, size_t metric)
{
    const struct eg_score_cell *cell = eg_contest_cell(comparison, method, metric);
    const int is_reference = method == comparison->table->reference;
    char se[CELL] = "";
    if (!isnan(cell->se))
        eg_format_error(cell->se, DIGITS, se, sizeof se);
    return json_pack("{s:o, s:s, s:i, s:s, s:s}", "mean", value_data(cell->mean, DIGITS), "se", se,
                     "n", (int)cell->n, "class",
                     is_reference                           ? "soft"
                     : cell->standing == EG_STANDING_BETTER ? "v0"
                     : cell->standing == EG_STANDING_WORSE  ? "v3"
                                                            : "soft",
                     "mark", eg_standing_mark(comparison, method, metric));
}

json_t *eg_method_head(const struct eg_contest *comparison, size_t method)
{
    return json_pack("{s:o, s:o}", "name", eg_text(comparison->table->methods[method]), "title",
                     eg_method_data(comparison, method));
}

json_t *eg_metric_head(const struct eg_contest *comparison, size_t metric)
{
    const struct eg_score_metric *of = &comparison->table->metrics[metric];
    return json_pack("{s:o, s:o, s:b}", "name", eg_text(of->name), "title", eg_title(of->name),
                     "lower_is_better", of->lower_is_better);
}

/* The table of scores in parts of so many columns: the metrics, a line a method. */
static json_t *list_parts(const struct eg_contest *comparison)
{
    const struct eg_score_table *table = comparison->table;
    json_t *parts = json_array();
    for (size_t first = 0; first < table->metric_count; first += COLUMNS) {
        const size_t end = first + COLUMNS < table->metric_count ? first + COLUMNS
                                                                 : table->metric_count;
        json_t *heads = json_array(), *rows = json_array();
        for (size_t i = first; i < end; i++)
            heads = eg_append(heads, eg_metric_head(comparison, i));
        for (size_t j = 0; j < table->method_count; j++) {
            json_t *cells = json_array();
            for (size_t i = first; i < end; i++)
                cells = eg_append(cells, cell_data(comparison, j, i));
            rows = eg_append(
                rows, eg_merge(eg_method_head(comparison, j), json_pack("{s:o}", "cells", cells)));
        }
        parts = eg_append(parts, json_pack("{s:o, s:o}", "columns", heads, "rows", rows));
    }
    return parts;
}

/* The end of a share's interval, which Student's may put beyond 0 or 1. */
static json_t *share_data(double share)
{
    return eg_number(share < 0 ? 0 : share > 1 ? 1 : share);
}

/* A method on all metrics. */
static json_t *verdict_data(const struct eg_contest *comparison, size_t method)
{
    static const char *const classes[] = {"soft", "soft", "soft", "soft", "v0", "v3"};
    const struct eg_score_table *table = comparison->table;
    const struct eg_method_verdict *verdict = &comparison->methods[method];
    const int is_reference = method == table->reference;
    json_t *costs = json_array();
    char headline[TEXT], text[TEXT], seconds[CELL], gradients[CELL];
    for (size_t cost = 0; cost < EG_COSTS; cost++)
        costs = eg_append(costs, eg_text(eg_format_cost(verdict, cost, text, sizeof text)));
    eg_contest_headline(comparison, method, headline, sizeof headline);
    eg_contest_conclude(comparison, method, text, sizeof text);
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:s, s:s, s:s, s:i, s:i, s:i, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:i, s:i, s:o, s:o, s:s, s:s}",
        "name", eg_text(table->methods[method]), "title", eg_method_data(comparison, method),
        "headline", eg_text(headline), "conclusion", eg_text(text), "is_reference", is_reference,
        "is_candidate", eg_is_candidate(table, method), "has_numbers",
        verdict->missing < verdict->wanted, "overall",
        is_reference ? "reference" : eg_standing_name(verdict->overall), "overall_text",
        is_reference ? "reference" : eg_overall_name(verdict), "overall_class",
        is_reference ? "soft" : classes[verdict->overall], "better",
        (int)verdict->counts[EG_STANDING_BETTER], "worse", (int)verdict->counts[EG_STANDING_WORSE],
        "undecided", (int)verdict->counts[EG_STANDING_UNDECIDED], "mean_rank",
        value_data(verdict->mean_rank, 2), "normalised", value_data(verdict->normalised, 2),
        "improvement", value_data(verdict->improvement, 2), "low",
        share_data(verdict->improvement_low), "high", share_data(verdict->improvement_high),
        "effect", value_data(verdict->overall_effect, 2), "wins", (int)verdict->wins, "decided",
        (int)(verdict->wins + verdict->losses), "wins_p", eg_number(verdict->wins_p), "costs",
        costs, "seconds", eg_format_cost(verdict, 0, seconds, sizeof seconds), "gradients",
        eg_format_cost(verdict, 1, gradients, sizeof gradients));
}

/* With its measures by name, and by number. */
static json_t *finding_data(const struct eg_contest *comparison, size_t method)
{
    return eg_merge(verdict_data(comparison, method),
                    json_pack("{s:o, s:o}", "findings", eg_findings_data(comparison, method),
                              "measures", eg_measures_data(comparison, method)));
}

/* The best first; then those without a rank. The oracle with its sign turned is no method. */
static json_t *list_methods(const struct eg_contest *comparison)
{
    const struct eg_score_table *table = comparison->table;
    json_t *methods = json_array();
    size_t order[EG_MOST_RANKED];
    const size_t ranked = eg_rank_order(comparison, order);
    for (size_t i = 0; i < ranked; i++)
        methods = eg_append(methods, verdict_data(comparison, order[i]));
    for (size_t i = 0; i < table->method_count; i++)
        if (isnan(comparison->methods[i].unit_rank) && i != table->flipped)
            methods = eg_append(methods, verdict_data(comparison, i));
    return methods;
}

/* What all is about, or the others. */
static json_t *list_findings(const struct eg_contest *comparison, int are_candidates)
{
    const struct eg_score_table *table = comparison->table;
    json_t *list = json_array();
    for (size_t i = 0; i < table->method_count; i++)
        if (i != table->reference && i != table->flipped &&
            eg_is_candidate(table, i) == are_candidates)
            list = eg_append(list, finding_data(comparison, i));
    return list;
}

/* Those of use without the program, or all. */
static json_t *list_notes(const struct eg_contest *comparison, int has_notices)
{
    const size_t count = eg_contest_note_count(comparison) -
                         (has_notices ? 0 : comparison->table->notices);
    json_t *notes = json_array();
    char text[TEXT];
    for (size_t i = 0; i < count; i++)
        if (*eg_contest_note(comparison, i, text, sizeof text))
            notes = eg_append(notes, eg_text(text));
    return notes;
}

/* --- what is explained: the units' networks, and how well these fit the rows --- */

static const char *score_name(const struct eg_unit_fact *fact)
{
    return fact->is_classes ? "ROC-AUC" : "R2";
}

int eg_unit_is_misfit(const struct eg_unit_fact *fact)
{
    return fact->score < (fact->is_classes ? 0.5 : 0);
}

static int is_alike(const struct eg_unit_fact *a, const struct eg_unit_fact *b)
{
    const int labels = a->labels && b->labels ? strcmp(a->labels, b->labels) == 0
                                              : !a->labels && !b->labels;
    return labels && b->network && a->is_classes == b->is_classes &&
           strcmp(a->network, b->network) == 0;
}

static int is_first(const struct eg_unit_fact *facts, size_t unit)
{
    for (size_t i = 0; i < unit; i++)
        if (facts[i].network && is_alike(&facts[i], &facts[unit]))
            return 0;
    return facts[unit].network != NULL;
}

static void write_score(const struct eg_unit_fact *fact, const char *before, FILE *out)
{
    if (isnan(fact->score))
        fprintf(out, "%s%s -", before, fact->name);
    else
        fprintf(out, "%s%s %.3g", before, fact->name, fact->score);
}

static void write_networks(const struct eg_score_table *table, FILE *out)
{
    const struct eg_unit_fact *facts = table->facts;
    for (size_t unit = 0; unit < table->unit_count; unit++) {
        if (!is_first(facts, unit))
            continue;
        fprintf(out, "Network: %s; its %s on the rows explained: ", facts[unit].network,
                score_name(&facts[unit]));
        for (size_t i = unit; i < table->unit_count; i++)
            if (is_alike(&facts[unit], &facts[i]))
                write_score(&facts[i], i > unit ? ", " : "", out);
        if (facts[unit].labels)
            fprintf(out, "; %s", facts[unit].labels);
        fputc('\n', out);
    }
}

static void write_misfits(const struct eg_score_table *table, FILE *out)
{
    size_t count = 0;
    for (size_t unit = 0; unit < table->unit_count; unit++) {
        const struct eg_unit_fact *fact = &table->facts[unit];
        if (!fact->network || !eg_unit_is_misfit(fact))
            continue;
        if (count++ == 0)
            fprintf(out,
                    "Warning: worse than a constant: the model's %s on these rows is %.3g (%s)",
                    score_name(fact), fact->score, fact->name);
        else
            write_score(fact, ", ", out);
    }
    if (count)
        fputs(
            ": are rows, labels and layers right? Usual causes: images channels first (here they "
            "are channels last), features in another order or on another scale, labels recoded or "
            "turned round, layers or activations left out\n",
            out);
}

char *eg_contest_units_alloc(const struct eg_contest *comparison)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    if (comparison->table->facts) {
        write_networks(comparison->table, out);
        write_misfits(comparison->table, out);
    }
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

static json_t *list_units(const struct eg_contest *comparison)
{
    json_t *units = json_array();
    char *text = eg_contest_units_alloc(comparison), *rest = text;
    for (const char *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n"))
        units = eg_append(units, json_pack("{s:o, s:b}", "text", eg_text(line), "is_warning",
                                           strncmp(line, "Warning", 7) == 0));
    free(text);
    return units;
}

/* --- all of it --- */

static json_t *comparison_data(const struct eg_contest *comparison)
{
    const struct eg_score_table *table = comparison->table;
    json_t *costs = json_array(), *tradeoffs = json_array();
    char title[TEXT], caption[TEXT];
    for (size_t i = 0; i < EG_COSTS; i++)
        costs = eg_append(costs, json_string(eg_cost_names[i]));
    for (int by_gradients = 0; by_gradients < 2; by_gradients++)
        tradeoffs = eg_append(tradeoffs, eg_tradeoff_data(comparison, by_gradients));
    return json_pack(
        "{s:o, s:o, s:s, s:o, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:s, s:o, s:o, s:o, "
        "s:o, s:o, s:o, s:o, s:o, s:o, s:b}",
        "title", eg_text(eg_contest_title(comparison, title, sizeof title)), "dataset",
        eg_text(eg_contest_subject(comparison)), "unit_word", eg_unit_word(comparison), "reference",
        eg_method_data(comparison, table->reference), "unit_count", (int)table->unit_count,
        "metric_count", (int)table->metric_count, "candidates", list_findings(comparison, 1),
        "others", list_findings(comparison, 0), "caption",
        eg_text(eg_contest_caption(comparison, caption, sizeof caption)), "units",
        list_units(comparison), "methods", list_methods(comparison), "rank_count",
        (int)comparison->rank_count, "rank_most", (int)(table->metric_count * table->unit_count),
        "cost_caption", eg_cost_caption, "cost_names", costs, "notes", list_notes(comparison, 1),
        "tex_notes", list_notes(comparison, 0), "tex_parts", eg_tex_data(comparison), "all",
        list_parts(comparison), "ranks", eg_ranks_data(comparison), "duels",
        eg_duels_data(comparison), "power", eg_power_data(comparison), "figures",
        json_pack("{s:o, s:o}", "differences", eg_differences_data(comparison), "tradeoffs",
                  tradeoffs),
        "is_any_decided", eg_is_any_decided(comparison));
}

json_t *eg_contests_data(const struct eg_contest *items, size_t count)
{
    json_t *comparisons = json_array();
    char head[TEXT] = "Attribution methods compared";
    if (count == 1 && items[0].table->title)
        eg_contest_title(&items[0], head, sizeof head);
    for (size_t i = 0; i < count; i++)
        comparisons = eg_append(comparisons, comparison_data(&items[i]));
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "heading", eg_text(head), "comparisons",
                     comparisons, "board", eg_board_data(items, count), "scores",
                     eg_contests_scores(items, count), "metrics", eg_metrics_data());
}
