/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_choice.h"

#include <math.h>
#include <string.h>

/* Whose validation error chooses among a family's settings. */
static const struct {
    const char *model, *metric;
} judged[EG_GRAPH_FAMILIES] = {{"drug_mean", "validation_mse"},
                               {"neural_network", "validation_mse"},
                               {"graph_convolution", "validation_mse"},
                               {"released_notebook", "validation_mse_before"}};

enum { SETTINGS_MOST = 1000 };

static size_t count_of(const json_t *row, const char *field)
{
    return (size_t)json_integer_value(json_object_get(json_object_get(row, "config"), field));
}

static int is_of_family(const json_t *row, enum eg_graph_family family)
{
    const char *own = json_string_value(json_object_get(json_object_get(row, "config"), "family"));
    return own && strcmp(own, eg_graph_families[family]) == 0;
}

/* NAN where there is none. */
static double number_of(const json_t *row, const char *model, const char *metric)
{
    const json_t *values = json_object_get(json_object_get(row, "values"), model);
    const json_t *number = json_object_get(values, metric);
    return json_is_number(number) ? json_number_value(number) : NAN;
}

/* Mean validation error of a setting; infinite where it was not run. */
static double validation_error(const struct eg_group *group, enum eg_graph_family family,
                               size_t split, size_t setting)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < group->count; i++) {
        const json_t *row = group->rows[i];
        if (!is_of_family(row, family) || count_of(row, "split") != split ||
            count_of(row, "setting") != setting)
            continue;
        sum += number_of(row, judged[family].model, judged[family].metric);
        n++;
    }
    return n && !isnan(sum) ? sum / (double)n : INFINITY;
}

static void choose_setting(struct eg_graph_choice *choice, enum eg_graph_family family,
                           size_t split)
{
    double least = INFINITY;
    for (size_t setting = 0; setting < choice->tried[family]; setting++) {
        const double own = validation_error(choice->group, family, split, setting);
        if (own < least) {
            least = own;
            choice->setting[family][split] = setting;
        }
    }
}

int eg_graph_choose(const struct eg_group *group, int is_fixed, struct eg_graph_choice *choice,
                    struct eg_error *error)
{
    *choice = (struct eg_graph_choice){.group = group, .is_fixed = is_fixed};
    for (size_t i = 0; i < group->count; i++) {
        const size_t split = count_of(group->rows[i], "split");
        const size_t setting = count_of(group->rows[i], "setting");
        if (split >= EG_GRAPH_SPLITS_MAX || setting >= SETTINGS_MOST)
            return eg_fail(error, EG_DATA,
                           "a row of split %zu and setting %zu: there are at most %d and %d", split,
                           setting, EG_GRAPH_SPLITS_MAX, SETTINGS_MOST);
        choice->splits = split >= choice->splits ? split + 1 : choice->splits;
        for (int family = 0; family < EG_GRAPH_FAMILIES; family++)
            if (is_of_family(group->rows[i], (enum eg_graph_family)family) &&
                setting >= choice->tried[family])
                choice->tried[family] = setting + 1;
    }
    for (int family = 0; family < EG_GRAPH_FAMILIES; family++)
        for (size_t split = 0; split < choice->splits; split++)
            choose_setting(choice, (enum eg_graph_family)family, split);
    return EG_OK;
}

static int is_chosen(const struct eg_graph_choice *choice, const char *model, size_t split,
                     const json_t *row)
{
    const enum eg_graph_family family = eg_graph_family_of(model);
    return is_of_family(row, family) && count_of(row, "split") == split &&
           count_of(row, "setting") == choice->setting[family][split];
}

size_t eg_graph_find_rows(const struct eg_graph_choice *choice, const char *model, size_t split,
                          const json_t **rows)
{
    size_t count = 0;
    for (size_t i = 0; i < choice->group->count; i++)
        if (is_chosen(choice, model, split, choice->group->rows[i]))
            rows[count++] = choice->group->rows[i];
    return count;
}

size_t eg_graph_count_data(const struct eg_graph_choice *choice, const char *what)
{
    const json_t *values = choice->group->count ? json_object_get(choice->group->rows[0], "values")
                                                : NULL;
    return (size_t)json_integer_value(json_object_get(json_object_get(values, "data"), what));
}

/* Of one split: the numbers of its retrainings, or their mean. */
static size_t add_split(const struct eg_graph_choice *choice, const char *model, const char *metric,
                        size_t split, double *numbers, size_t *units)
{
    size_t count = 0;
    double sum = 0;
    for (size_t i = 0; i < choice->group->count; i++) {
        const json_t *row = choice->group->rows[i];
        const double number = number_of(row, model, metric);
        if (isnan(number) || !is_chosen(choice, model, split, row))
            continue;
        sum += number;
        if (units)
            units[count] = count_of(row, "replicate");
        numbers[count++] = number;
    }
    if (!choice->is_fixed || count == 0)
        return count;
    numbers[0] = sum / (double)count;
    if (units)
        units[0] = split;
    return 1;
}

size_t eg_graph_numbers(const struct eg_graph_choice *choice, const char *model, const char *metric,
                        double *numbers, size_t *units)
{
    const size_t splits = choice->is_fixed ? choice->splits : 1;
    size_t count = 0;
    for (size_t split = 0; split < splits; split++)
        count += add_split(choice, model, metric, split, numbers + count,
                           units ? units + count : NULL);
    return count;
}
