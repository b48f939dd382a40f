/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_summary.h"

#include <math.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/frame/choice.h"
#include "bench/frame/contrast.h"
#include "bench/graph/graph_bootstrap.h"
#include "bench/graph/graph_cell.h"
#include "bench/graph/graph_pathways.h"
#include "stats/replication.h"

enum { RESAMPLES = 10000, MODELS_MAX = 16 };

/* --- which records speak --- */

/* Whose validation error chooses among a family's settings. */
static const struct {
    const char *model, *metric;
} judged[EG_GRAPH_SEARCH] = {{"drug_mean", "validation_mse"},
                             {"neural_network", "validation_mse"},
                             {"graph_convolution", "validation_mse"},
                             {"released_notebook", "validation_mse_before"}};

/* Of a family's records on one split those of the setting with the least mean validation error, the
 * search's where there was one; where none has such an error, those of the paper's setting. */
static struct eg_view choose_setting(const struct eg_view *tried, const struct eg_view *searched,
                                     int family)
{
    const struct eg_choice_rule rule = {.part = judged[family].model,
                                        .metric = judged[family].metric,
                                        .takes_least = 1,
                                        .needs_numbers = 1};
    struct eg_view chosen;
    const double found = eg_choose_by(searched, struct eg_graph_cell, setting, &rule, &chosen);
    const struct eg_view own = eg_where(tried, struct eg_graph_cell, setting,
                                        isnan(found) ? (size_t)0 : (size_t)found);
    if (family == EG_GRAPH_NETWORK && !isnan(found) && own.count)
        return own;
    return isnan(eg_choose_by(tried, struct eg_graph_cell, setting, &rule, &chosen))
               ? eg_where(tried, struct eg_graph_cell, setting, 0)
               : chosen;
}

static struct eg_sample splits_of(const struct eg_view *view)
{
    return eg_values_of(view, offsetof(struct eg_graph_cell, split), EG_FIELD_COUNT);
}

/* The records that speak for the models, by family and split. */
static struct eg_view choose_settings(const struct eg_view *view)
{
    struct eg_view chosen = *view;
    struct eg_record *records = eg_view_alloc(view, view->count, sizeof *records);
    chosen.records = records;
    chosen.count = 0;
    const struct eg_view searched = eg_where(view, struct eg_graph_cell, family,
                                             eg_graph_families[EG_GRAPH_SEARCH]);
    for (int family = 0; family < EG_GRAPH_SEARCH; family++) {
        const struct eg_view all = eg_where(view, struct eg_graph_cell, family,
                                            eg_graph_families[family]);
        const struct eg_sample splits = splits_of(&all);
        for (size_t s = 0; s < splits.count; s++) {
            const size_t split = (size_t)splits.numbers[s];
            const struct eg_view tried = eg_where(&all, struct eg_graph_cell, split, split);
            const struct eg_view here = eg_where(&searched, struct eg_graph_cell, split, split);
            const struct eg_view own = choose_setting(&tried, &here, family);
            for (size_t i = 0; i < own.count; i++)
                records[chosen.count++] = own.records[i];
        }
    }
    return chosen;
}

/* Of the first split the numbers of all retrainings; or of each split their mean. */
static struct eg_sample sample_of(const struct eg_view *chosen, int is_fixed, const char *model,
                                  const char *metric)
{
    const struct eg_view first = eg_where(chosen, struct eg_graph_cell, split, 0);
    if (!is_fixed)
        return eg_sample_of(&first, model, metric);
    struct eg_sample means = splits_of(chosen);
    const size_t splits = means.count;
    means.units = eg_view_alloc(chosen, splits, sizeof *means.units);
    means.count = 0;
    for (size_t s = 0; means.units && s < splits; s++) {
        const size_t split = (size_t)means.numbers[s];
        const struct eg_view own = eg_where(chosen, struct eg_graph_cell, split, split);
        const struct eg_sample sample = eg_sample_of(&own, model, metric);
        if (sample.count == 0)
            continue;
        means.units[means.count] = split;
        means.numbers[means.count++] = eg_sample_mean(&sample);
    }
    return means;
}

/* What the first record says of the data: "train_samples" and the like. */
static double count_data(const struct eg_view *view, const char *what)
{
    return view->count ? eg_row_number(view->records[0].values, "data", what) : 0;
}

/* Training rows of a split, of which a training may take some. */
static double count_split_rows(const struct eg_view *view)
{
    return count_data(view, "samples") - count_data(view, "validation_samples") -
           count_data(view, "test_samples");
}

/* --- means --- */

static void put_mean(const struct eg_view *chosen, int is_fixed, const char *model,
                     const char *metric, const char *name)
{
    struct eg_result result = eg_view_result(chosen, model, name);
    if (is_fixed)
        result.overlap = eg_resample_overlap(count_split_rows(chosen),
                                             count_data(chosen, "test_samples"));
    else if (eg_graph_family_of(model) == EG_GRAPH_LINEAR)
        result.basis = EG_BASIS_ONE_SPLIT;
    eg_put_sample(chosen, result, sample_of(chosen, is_fixed, model, metric));
}

static void put_means(const struct eg_view *chosen, int is_fixed)
{
    static const char *const metrics[] = {"test_r2",
                                          "within_r2",
                                          "validation_mse",
                                          "graph_penalty",
                                          "relative_graph_penalty",
                                          "gene_share",
                                          "truth_roc_auc",
                                          "significant_sets",
                                          "significant_relevant_sets",
                                          NULL};
    for (size_t m = 0; eg_graph_models[m]; m++)
        for (size_t i = 0; metrics[i]; i++)
            put_mean(chosen, is_fixed, eg_graph_models[m], metrics[i], metrics[i]);
}

/* --- Methods 5.1: is a model better than another? --- */

static const struct comparison {
    const char *of, *versus; /* NULL: each model */
    const char *holm;        /* what the family's adjusted p is called */
} comparisons[] = {{NULL, "neural_network", "holm_p"}, {"graph_prior", NULL, "holm_p_of_prior"}};

static void put_comparison(const struct eg_view *chosen, int is_fixed,
                           const struct comparison *comparison)
{
    struct eg_contrast contrasts[MODELS_MAX];
    double p[MODELS_MAX];
    size_t m = 0;
    for (; eg_graph_models[m]; m++) {
        const char *of = comparison->of ? comparison->of : eg_graph_models[m];
        const char *versus = comparison->versus ? comparison->versus : eg_graph_models[m];
        contrasts[m] = (struct eg_contrast){
            .of = of,
            .versus = versus,
            .metric = "test_r2",
            .a = sample_of(chosen, is_fixed, of, "test_r2"),
            .b = sample_of(chosen, is_fixed, versus, "test_r2"),
            .stream = eg_stream_make(chosen->seed, EG_STREAM_GRAPH_PRIOR, EG_PURPOSE_BOOTSTRAP, 1,
                                     0),
            .train_rows = (size_t)count_split_rows(chosen),
            .test_rows = (size_t)count_data(chosen, "test_samples")};
        p[m] = strcmp(of, versus) == 0 ? (double)NAN
               : is_fixed              ? eg_put_paired(chosen, &contrasts[m]).corrected.p
                                       : eg_put_two_sample(chosen, &contrasts[m]);
    }
    eg_put_holm(chosen, comparison->holm, contrasts, p, m);
}

/* --- what was chosen by validation --- */

static void put_choices(const struct eg_view *chosen)
{
    static const struct {
        const char *model, *metric, *name;
    } choices[] = {{"gene_ridge", "best_ridge", "best_ridge"},
                   {"lasso", "best_alpha", "best_alpha"},
                   {"graph_lasso", "best_nu", "best_nu"},
                   {"neural_network", "best_epochs", "best_epochs"},
                   {"graph_convolution", "best_epochs", "best_epochs"},
                   {"graph_prior", "best_epochs", "best_extra_epochs"},
                   {"released_notebook", "validation_mse_before", "validation_mse_before"},
                   {"released_notebook", "validation_mse_after_1", "validation_mse_after_1"},
                   {"released_notebook", "validation_mse_after_2", "validation_mse_after_2"}};
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        put_mean(chosen, 0, choices[i].model, choices[i].metric, choices[i].name);
}

/* Where several settings were tried, the one that stands for the family's model on the first split. */
static void put_setting(const struct eg_view *view, const struct eg_view *first, const char *model)
{
    const enum eg_graph_family number = eg_graph_family_of(model);
    const char *family = eg_graph_families[number];
    const struct eg_view all = eg_where(view, struct eg_graph_cell, family, family);
    const struct eg_view own = eg_where(first, struct eg_graph_cell, family, family);
    const struct eg_view searched = eg_where(view, struct eg_graph_cell, family,
                                             eg_graph_families[EG_GRAPH_SEARCH]);
    const struct eg_view *tried = number == EG_GRAPH_NETWORK && searched.count ? &searched : &all;
    if (eg_values_of(tried, offsetof(struct eg_graph_cell, setting), EG_FIELD_COUNT).count < 2 ||
        own.count == 0)
        return;
    const struct eg_graph_cell *cell = own.records[0].cell;
    const struct eg_graph_recipe *recipe = &cell->recipe;
    const struct {
        const char *name;
        double value;
    } fields[] = {{"best_first_layer", (double)recipe->first_layer},
                  {"best_second_layer", (double)recipe->second_layer},
                  {"best_l1", recipe->l1},
                  {"best_l2", recipe->l2},
                  {"best_learning_rate", recipe->rate},
                  {"best_dropout", recipe->dropout}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        eg_put_value(view, eg_view_result(view, model, fields[i].name), fields[i].value, own.count);
}

/* --- intervals over patients --- */

static int has_model(const struct eg_record *record, const void *model)
{
    return json_object_get(record->values, model) != NULL;
}

static void put_interval_of(const struct eg_view *own, const char *model,
                            const struct eg_graph_interval *interval)
{
    const struct {
        const char *metric;
        double value, se;
    } numbers[] = {{"test_r2_low", interval->low, NAN},
                   {"test_r2_high", interval->high, NAN},
                   {"within_r2_low", interval->within_low, NAN},
                   {"within_r2_high", interval->within_high, NAN},
                   {"test_r2_of_patients", interval->r2, interval->sd}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct eg_result result = eg_view_result(own, model, numbers[i].metric);
        result.se = numbers[i].se;
        eg_put_value(own, result, numbers[i].value, own->count);
    }
}

/* The first split's test patients, drawn anew; errors are means over the retrainings that have the model (a
 * Graph LASSO of which no strength was solved is in none). */
static void put_interval(const struct eg_view *first, const char *model)
{
    const struct eg_stream stream = eg_stream_make(first->seed, EG_STREAM_GRAPH_PRIOR,
                                                   EG_PURPOSE_BOOTSTRAP, 0, 0);
    const struct eg_view own = eg_where_by(first, has_model, model);
    const json_t *values = own.count ? own.records[0].values : NULL;
    const size_t count = eg_row_length(values, NULL, "patient_count");
    struct eg_graph_patient *patients = eg_view_alloc(first, count, sizeof *patients);
    struct eg_graph_interval interval;
    if (count < 2 || !patients)
        return;
    for (size_t p = 0; p < count; p++) {
        patients[p].rows = eg_row_element(values, NULL, "patient_count", p);
        patients[p].sum = eg_row_element(values, NULL, "patient_sum", p);
        patients[p].square = eg_row_element(values, NULL, "patient_square", p);
        patients[p].drug_sse = eg_row_element(values, NULL, "patient_drug_sse", p);
        for (size_t i = 0; i < own.count; i++)
            patients[p].sse += eg_row_element(own.records[i].values, model, "patient_sse", p) /
                               (double)own.count;
    }
    if (eg_view_check(first, eg_graph_bootstrap(patients, count, RESAMPLES, &stream, &interval,
                                                eg_view_error(first))))
        put_interval_of(&own, model, &interval);
}

/* --- facts about the data --- */

static int describes_data(const struct eg_record *record, const void *unused)
{
    const struct eg_graph_cell *cell = record->cell;
    (void)unused;
    return cell->split == 0 && strcmp(cell->family, eg_graph_families[EG_GRAPH_SEARCH]) != 0;
}

static void put_facts(const struct eg_view *view)
{
    const struct eg_view first = eg_where_by(view, describes_data, NULL);
    const char *name;
    json_t *number;
    if (first.count == 0)
        return;
    json_object_foreach(json_object_get(first.records[0].values, "data"), name, number)
        eg_put_value(view, eg_view_result(view, "data", name), json_number_value(number), 1);
}

/* --- a protocol --- */

void eg_graph_summarise(const struct eg_view *both)
{
    for (int is_fixed = 0; is_fixed < 2; is_fixed++) {
        struct eg_view view = *both;
        view.protocol = is_fixed ? "fixed" : "paper";
        const struct eg_view chosen = choose_settings(&view);
        put_means(&chosen, is_fixed);
        for (size_t c = 0; c < sizeof comparisons / sizeof *comparisons; c++)
            put_comparison(&chosen, is_fixed, &comparisons[c]);
        if (is_fixed)
            continue;
        const struct eg_view first = eg_where(&chosen, struct eg_graph_cell, split, 0);
        put_choices(&chosen);
        put_setting(&view, &first, "neural_network");
        put_setting(&view, &first, "graph_convolution");
        for (size_t m = 0; eg_graph_models[m]; m++)
            put_interval(&first, eg_graph_models[m]);
        put_facts(&view);
        eg_graph_put_pathways(&first);
    }
}
