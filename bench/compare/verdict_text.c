/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict in words. */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/compare/verdict_parts.h"

enum { NAME = 160 };

static const struct {
    const char *name, *mark;
} standings[] = {
    [EG_STANDING_NONE] = {"none", ""},      [EG_STANDING_TOO_FEW] = {"too few units", "."},
    [EG_STANDING_SAME] = {"same", "="},     [EG_STANDING_UNDECIDED] = {"undecided", "?"},
    [EG_STANDING_BETTER] = {"better", "+"}, [EG_STANDING_WORSE] = {"worse", "-"}};

const char *const eg_cost_names[EG_COSTS] = {"seconds", "gradients", "MiB", "randomised"};

const char eg_cost_caption[] =
    "Seconds, gradients, MiB: what the rows of a unit take; MiB is the working memory of a method "
    "of "
    "this program, the whole process of a method from outside. Randomised: how much attributions "
    "change when the model's weights are drawn anew, 1 as much as unrelated numbers would, 0 not "
    "at "
    "all.";

char *eg_format_cost(const struct eg_method_verdict *verdict, size_t cost, char *text, size_t size)
{
    static const char *const formats[EG_COSTS] = {"%.3g", "%.0f", "%.3g", "%.2f"};
    const double numbers[EG_COSTS] = {verdict->cost.seconds, verdict->cost.gradient_evaluations,
                                      verdict->cost.bytes / 1048576, verdict->randomisation};
    if (isnan(numbers[cost]))
        snprintf(text, size, "-");
    else
        snprintf(text, size, formats[cost], numbers[cost]);
    return text;
}

const char *eg_standing_name(enum eg_standing standing)
{
    return standings[standing].name;
}

const char *eg_standing_mark(const struct eg_contest *comparison, size_t method, size_t metric)
{
    if (method == comparison->table->reference)
        return "";
    return standings[eg_contest_cell(comparison, method, metric)->standing].mark;
}

char *eg_method_title(const struct eg_contest *comparison, size_t method, char *text, size_t size)
{
    const struct eg_score_table *table = comparison->table;
    const int is_oracle = method == table->ceiling && table->ceiling_title;
    /* The user's own name stays as it is. */
    if (!is_oracle && !eg_is_candidate(table, method))
        return eg_name_title(table->methods[method], text, size);
    snprintf(text, size, "%s", is_oracle ? table->ceiling_title : table->methods[method]);
    return text;
}

void eg_append_format(char *text, size_t size, const char *format, ...)
{
    const size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

const char *eg_unit_word(const struct eg_contest *comparison)
{
    return comparison->table->splits ? "split" : "unit";
}

const char *eg_contest_subject(const struct eg_contest *comparison)
{
    const struct eg_score_table *table = comparison->table;
    return table->title ? table->title : eg_dataset_title(table->dataset);
}

char *eg_contest_title(const struct eg_contest *comparison, char *text, size_t size)
{
    const struct eg_score_table *table = comparison->table;
    const char *subject = eg_contest_subject(comparison);
    if (!table->title && table->model && *table->model)
        snprintf(text, size, "%s, %s", subject, table->model);
    else
        snprintf(text, size, "%s", subject);
    return text;
}

/* "10 units (a model on a split each)": what the tests are over. */
static void append_what_units_are(const struct eg_score_table *table, char *text, size_t size)
{
    const char *parts = table->are_classes ? "classes" : "disjoint parts";
    eg_append_format(text, size, "%zu unit%s", table->unit_count, plural(table->unit_count));
    if (!table->part_models)
        eg_append_format(text, size, " (a model on a split each). ");
    else if (table->part_models == 1)
        eg_append_format(text, size,
                         ": %s of %zu test rows of one model; nothing is said about other models. ",
                         parts, table->part_rows);
    else
        eg_append_format(text, size,
                         ": %s of %zu test rows, of each of %zu models; nothing is said about "
                         "other models. ",
                         parts, table->part_rows, table->part_models);
}

/* What the tests take the units for. */
static void append_assumption(const struct eg_contest *comparison, char *text, size_t size)
{
    const struct eg_score_table *table = comparison->table;
    if (table->part_models)
        eg_append_format(text, size,
                         "No model is trained anew from unit to unit, so tests take the parts as "
                         "independent and correct for no shared training rows. ");
    else if (table->n_train)
        eg_append_format(
            text, size,
            "Tests are corrected for the rows that splits share (%zu to train on, %zu to test "
            "on); intervals are not. ",
            table->n_train, table->n_test);
    else
        eg_append_format(text, size, "Tests take the %ss as independent. ",
                         eg_unit_word(comparison));
}

char *eg_contest_caption(const struct eg_contest *comparison, char *text, size_t size)
{
    const struct eg_score_table *table = comparison->table;
    char name[NAME];
    *text = '\0';
    append_what_units_are(table, text, size);
    eg_append_format(text, size,
                     "Differences are to %s, on the same units, turned so that more is better; "
                     "intervals are of 95 %%, Student's for fewer than ten units, else BCa "
                     "bootstrap. ",
                     eg_method_title(comparison, table->reference, name, sizeof name));
    if (table->splits)
        eg_append_format(text, size,
                         "Models on the same split are averaged first: n counts splits. ");
    append_assumption(comparison, text, size);
    eg_append_format(text, size, "Better and worse: Holm over the metrics of a method, %g %%.",
                     100 * eg_level_of(table));
    return text;
}

/* "10 units", "8 to 10 units". */
static void append_units(const struct eg_contest *comparison, size_t method, char *text,
                         size_t size)
{
    const struct eg_method_verdict *verdict = &comparison->methods[method];
    if (verdict->fewest_pairs != verdict->most_pairs)
        eg_append_format(text, size, "%zu to ", verdict->fewest_pairs);
    eg_append_format(text, size, "%zu %s%s", verdict->most_pairs, eg_unit_word(comparison),
                     plural(verdict->most_pairs));
}

/* Metrics called better or worse that did not pass their check. */
static size_t count_unsound(const struct eg_contest *comparison, size_t method)
{
    size_t count = 0;
    for (size_t metric = 0; metric < comparison->table->metric_count; metric++)
        count += comparison->checks[metric].state != EG_CHECK_ABSENT &&
                 comparison->checks[metric].state != EG_CHECK_PASSED &&
                 eg_contest_cell(comparison, method, metric)->standing >= EG_STANDING_BETTER;
    return count;
}

static void append_counts(const struct eg_contest *comparison, size_t method, const char *reference,
                          char *text, size_t size)
{
    const struct eg_method_verdict *verdict = &comparison->methods[method];
    const size_t *counts = verdict->counts;
    eg_append_format(text, size, "better than %s on %zu, worse on %zu, undecided on %zu", reference,
                     counts[EG_STANDING_BETTER], counts[EG_STANDING_WORSE],
                     counts[EG_STANDING_UNDECIDED]);
    if (counts[EG_STANDING_SAME])
        eg_append_format(text, size, ", the same on %zu", counts[EG_STANDING_SAME]);
    if (counts[EG_STANDING_TOO_FEW])
        eg_append_format(text, size, ", too few %ss to tell on %zu", eg_unit_word(comparison),
                         counts[EG_STANDING_TOO_FEW]);
    if (counts[EG_STANDING_NONE])
        eg_append_format(text, size, ", no numbers to compare on %zu", counts[EG_STANDING_NONE]);
    eg_append_format(text, size, " of %zu metric%s (Holm, %g %%; ", comparison->table->metric_count,
                     plural(comparison->table->metric_count), 100 * eg_level_of(comparison->table));
    append_units(comparison, method, text, size);
    eg_append_format(text, size, ")");
    const size_t unsound = count_unsound(comparison, method);
    if (unsound)
        eg_append_format(text, size,
                         "; of the better and worse, %zu on metrics that did not pass the check",
                         unsound);
}

char *eg_contest_conclude(const struct eg_contest *comparison, size_t method, char *text,
                          size_t size)
{
    const struct eg_score_table *table = comparison->table;
    const struct eg_method_verdict *verdict = &comparison->methods[method];
    const size_t *counts = verdict->counts;
    const size_t compared = table->metric_count - counts[EG_STANDING_NONE];
    char reference[NAME];
    eg_method_title(comparison, table->reference, reference, sizeof reference);
    *text = '\0';
    if (method == table->reference)
        eg_append_format(text, size, "the reference that the others are compared with");
    else if (method == table->flipped)
        eg_append_format(text, size, "the oracle with its sign turned, there to check the metrics");
    else if (!compared)
        eg_append_format(text, size, "no unit has numbers of both it and %s", reference);
    else if (counts[EG_STANDING_TOO_FEW] &&
             counts[EG_STANDING_TOO_FEW] + counts[EG_STANDING_SAME] == compared) {
        eg_append_format(text, size, "too few %ss to tell it from %s (", eg_unit_word(comparison),
                         reference);
        append_units(comparison, method, text, size);
        eg_append_format(text, size, "; at least %d are needed)", (int)EG_LEAST_UNITS);
    } else if (counts[EG_STANDING_SAME] == table->metric_count) {
        eg_append_format(text, size, "the same numbers as %s on all %zu metrics (", reference,
                         table->metric_count);
        append_units(comparison, method, text, size);
        eg_append_format(text, size, ")");
    } else
        append_counts(comparison, method, reference, text, size);
    if (verdict->missing)
        eg_append_format(text, size, "; %zu of its %zu numbers %s missing", verdict->missing,
                         verdict->wanted, verdict->missing == 1 ? "is" : "are");
    return text;
}

static void append_step(const char *word, const char *above, const char *below,
                        const struct eg_check_step *step, char *text, size_t size)
{
    eg_append_format(text, size, "%s less %s %.3g, one-sided p %.2g, %zu %ss", above, below,
                     step->difference, step->p, step->pairs, word);
}

char *eg_contest_warn(const struct eg_contest *comparison, size_t metric, char *text, size_t size)
{
    const struct eg_metric_check *check = &comparison->checks[metric];
    const double level = 0.05;
    const struct eg_score_metric *of = &comparison->table->metrics[metric];
    const char *const name = of->name;
    *text = '\0';
    if (check->state != EG_CHECK_FAILED)
        return text;
    const int above_fails = !(check->above.p < level),
              below_fails = !of->is_blind_to_sign && !(check->below.p < level);
    eg_append_format(text, size, "%s cannot tell ", name);
    if (above_fails)
        eg_append_format(text, size, "the oracle from random attributions");
    if (below_fails)
        eg_append_format(text, size, "%srandom attributions from the oracle with its sign turned",
                         above_fails ? ", nor " : "");
    eg_append_format(text, size, " (");
    if (above_fails)
        append_step(eg_unit_word(comparison), "oracle", "random", &check->above, text, size);
    if (above_fails && below_fails)
        eg_append_format(text, size, "; ");
    if (below_fails)
        append_step(eg_unit_word(comparison), "random", "flipped", &check->below, text, size);
    eg_append_format(
        text, size, "): its numbers on this data set are no evidence of how true attributions are");
    return text;
}

/* All metrics in a state of not being checked. */
static void append_unchecked(const struct eg_contest *comparison, enum eg_check_state state,
                             char *text, size_t size)
{
    const struct eg_score_table *table = comparison->table;
    size_t count = 0;
    for (size_t metric = 0; metric < table->metric_count; metric++) {
        if (comparison->checks[metric].state != state)
            continue;
        eg_append_format(text, size, "%s%s", count++ ? ", " : "", table->metrics[metric].name);
    }
    if (!count)
        return;
    eg_append_format(text, size,
                     ": not checked whether %s tell the oracle from random attributions: ",
                     count == 1 ? "it can" : "they can");
    if (state == EG_CHECK_TOO_FEW)
        eg_append_format(text, size, "too few %ss, at least %d are needed",
                         eg_unit_word(comparison), (int)EG_LEAST_UNITS);
    else
        eg_append_format(text, size, "the oracle is not measured on %s",
                         count == 1 ? "it" : "them");
}

static void append_randomisation(const struct eg_contest *comparison, size_t method, char *text,
                                 size_t size)
{
    const struct eg_method_verdict *verdict = &comparison->methods[method];
    char name[NAME];
    if (verdict->ignores_model)
        eg_append_format(
            text, size,
            "%s changes little when the model's weights are drawn anew (%.2f of what unrelated "
            "numbers would): it says little of what the model has learned",
            eg_method_title(comparison, method, name, sizeof name), verdict->randomisation);
}

size_t eg_contest_note_count(const struct eg_contest *comparison)
{
    return comparison->table->metric_count + 2 + comparison->table->method_count +
           comparison->table->remark_count;
}

char *eg_contest_note(const struct eg_contest *comparison, size_t note, char *text, size_t size)
{
    const size_t metrics = comparison->table->metric_count;
    *text = '\0';
    if (note < metrics)
        eg_contest_warn(comparison, note, text, size);
    else if (note == metrics)
        append_unchecked(comparison, EG_CHECK_NO_NUMBERS, text, size);
    else if (note == metrics + 1)
        append_unchecked(comparison, EG_CHECK_TOO_FEW, text, size);
    else if (note < metrics + 2 + comparison->table->method_count)
        append_randomisation(comparison, note - metrics - 2, text, size);
    else
        eg_append_format(
            text, size, "%s",
            comparison->table->remarks[note - metrics - 2 - comparison->table->method_count]);
    return text;
}
