/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is explained: the units' networks, and how well these fit the rows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare/verdict_parts.h"

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
