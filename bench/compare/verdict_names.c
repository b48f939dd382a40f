/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict in one sentence, and measures by name. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/compare/verdict_parts.h"

enum { NAME = 160 };

int eg_is_candidate(const struct eg_score_table *table, size_t method)
{
    const int is_last = method + table->candidates >= table->method_count;
    return method != table->reference && (method == table->candidate || is_last);
}

const char *eg_direction_arrow(const struct eg_score_metric *metric)
{
    return metric->lower_is_better ? "↓" : "↑";
}

static void append_units(const struct eg_contest *comparison, size_t units, char *text, size_t size)
{
    eg_append_format(text, size, "%zu %s%s", units, eg_unit_word(comparison),
                     units == 1 ? "" : "s");
}

/* "better on 21 % of the measures (12 to 30 %; p 0.003, 6 units)" */
static void append_share(const struct eg_contest *comparison,
                         const struct eg_method_verdict *verdict, char *text, size_t size)
{
    eg_append_format(text, size, "better on %.0f %% of the measures (", 100 * verdict->improvement);
    if (!isnan(verdict->improvement_low))
        eg_append_format(text, size, "%.0f to %.0f %%; ", 100 * fmax(verdict->improvement_low, 0),
                         100 * fmin(verdict->improvement_high, 1));
    eg_append_format(text, size, "p %.2g, ", verdict->overall_p);
    append_units(comparison, verdict->most_pairs, text, size);
    eg_append_format(text, size, ")");
}

/* Why there is no overall verdict: the share's test, or else the measures that are decided. */
static void append_lack(const struct eg_contest *comparison,
                        const struct eg_method_verdict *verdict, char *text, size_t size)
{
    if (verdict->overall_p < eg_level_of(comparison->table)) {
        eg_append_format(text, size,
                         "; a verdict takes twice as many decided measures one way as the other");
        return;
    }
    eg_append_format(text, size, ", which may be chance");
    if (verdict->overall_units_needed <= verdict->most_pairs)
        return;
    eg_append_format(text, size, "; if that is the share, it takes ");
    append_units(comparison, verdict->overall_units_needed, text, size);
}

/* Decided measures point both ways. */
static int is_mixed(const struct eg_method_verdict *verdict)
{
    return verdict->counts[EG_STANDING_BETTER] && verdict->counts[EG_STANDING_WORSE];
}

const char *eg_overall_name(const struct eg_method_verdict *verdict)
{
    return verdict->overall == EG_STANDING_UNDECIDED && is_mixed(verdict)
               ? "no overall verdict"
               : eg_standing_name(verdict->overall);
}

char *eg_contest_headline(const struct eg_contest *comparison, size_t method, char *text,
                          size_t size)
{
    const struct eg_score_table *table = comparison->table;
    const struct eg_method_verdict *verdict = &comparison->methods[method];
    char reference[NAME];
    eg_method_title(comparison, table->reference, reference, sizeof reference);
    *text = '\0';
    if (method == table->reference || method == table->flipped)
        return eg_contest_conclude(comparison, method, text, size);
    switch (verdict->overall) {
    case EG_STANDING_NONE:
        eg_append_format(text, size, "no unit has numbers of both it and %s", reference);
        break;
    case EG_STANDING_SAME:
        if (verdict->counts[EG_STANDING_SAME] == table->metric_count)
            return eg_contest_conclude(comparison, method, text, size);
        eg_append_format(text, size, "as often better as worse than %s on every %s", reference,
                         eg_unit_word(comparison));
        break;
    case EG_STANDING_TOO_FEW:
        eg_append_format(text, size, "too few %ss to tell it from %s (", eg_unit_word(comparison),
                         reference);
        append_units(comparison, verdict->most_pairs, text, size);
        eg_append_format(text, size, "; at least %d are needed)", (int)EG_LEAST_UNITS);
        break;
    case EG_STANDING_UNDECIDED:
        if (is_mixed(verdict))
            eg_append_format(
                text, size, "better than %s on %zu, worse on %zu, no overall verdict: ", reference,
                verdict->counts[EG_STANDING_BETTER], verdict->counts[EG_STANDING_WORSE]);
        else
            eg_append_format(text, size, "not told from %s overall: ", reference);
        append_share(comparison, verdict, text, size);
        append_lack(comparison, verdict, text, size);
        break;
    case EG_STANDING_BETTER:
    case EG_STANDING_WORSE:
        eg_append_format(text, size, "%s than %s overall: ", eg_standing_name(verdict->overall),
                         reference);
        append_share(comparison, verdict, text, size);
    }
    return text;
}

enum eg_finding eg_contest_find(const struct eg_contest *comparison, size_t method, size_t metric)
{
    const struct eg_score_cell *cell = eg_contest_cell(comparison, method, metric);
    switch (cell->standing) {
    case EG_STANDING_BETTER:
        return EG_FINDING_BETTER;
    case EG_STANDING_WORSE:
        return EG_FINDING_WORSE;
    case EG_STANDING_SAME:
        return EG_FINDING_SAME;
    case EG_STANDING_NONE:
        return EG_FINDING_NONE;
    case EG_STANDING_UNDECIDED:
        return cell->units_needed && cell->units_needed <= 2 * cell->pairs ? EG_FINDING_UNDECIDED
                                                                           : EG_FINDING_BEYOND;
    case EG_STANDING_TOO_FEW:
        break;
    }
    return EG_FINDING_BEYOND;
}

size_t eg_contest_name_measures(const struct eg_contest *comparison, size_t method,
                                enum eg_finding finding, char *text, size_t size)
{
    const struct eg_score_table *table = comparison->table;
    size_t count = 0;
    *text = '\0';
    for (size_t metric = 0; metric < table->metric_count; metric++) {
        const struct eg_score_metric *of = &table->metrics[metric];
        const size_t needed = eg_contest_cell(comparison, method, metric)->units_needed;
        if (eg_contest_find(comparison, method, metric) != finding)
            continue;
        eg_append_format(text, size, "%s%s%s", count++ ? ", " : "", of->name,
                         eg_direction_arrow(of));
        if (needed && (finding == EG_FINDING_BEYOND || finding == EG_FINDING_UNDECIDED))
            eg_append_format(text, size, " (%zu)", needed);
    }
    return count;
}
