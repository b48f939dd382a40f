/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/sparsity/sparsity_summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "bench/experiments.h"
#include "bench/frame/choice.h"
#include "bench/frame/contrast.h"
#include "bench/frame/regularisers.h"
#include "bench/frame/tradeoff.h"
#include "metrics/gini.h"
#include "stats/moments.h"
#include "stats/replication.h"

static const char tested[] = "sparse_prior";

/* A median over fewer strengths than night has says more about the choice offered than about the data. */
enum { STRENGTHS_FOR_A_MEDIAN = 9, TOP_FEATURES = 20, PENALTIES_MAX = 32 };

static const struct eg_sparsity_cell *cell_of(const struct eg_record *record)
{
    return record->cell;
}

static double test_rows_of(const struct eg_record *record)
{
    return eg_row_number(record->values, NULL, "test_rows");
}

/* --- which strength a replicate takes --- */

/* Whether the cells that were run hold all strengths of the record's replicate. */
static int is_whole(const struct eg_record *record, const void *all)
{
    const struct eg_view *tried = all;
    size_t strengths = 0;
    for (size_t i = 0; i < tried->count; i++)
        if (tried->records[i].unit == record->unit)
            strengths += cell_of(&tried->records[i])->strengths.count;
    return strengths == cell_of(record)->strengths_in_all;
}

/* Methods 6.3: the one with the best validation ROC-AUC; of equal ones the weaker. */
static struct eg_view choose_strengths(const struct eg_view *tried)
{
    const struct eg_view whole = eg_where_by(tried, is_whole, tried);
    return eg_choose_of_unit(&whole, "validation_roc_auc", "strength");
}

/* --- what the chosen networks are like --- */

/* A result of replicates, which are resamples of one cohort. */
static struct eg_result resampled_result(const struct eg_view *view, const char *penalty,
                                         const char *metric)
{
    const struct eg_record *first = &view->records[0];
    struct eg_result result = eg_view_result(view, penalty, metric);
    result.overlap = eg_resample_overlap((double)cell_of(first)->train_rows, test_rows_of(first));
    return result;
}

static void put_means(const struct eg_view *chosen, const char *penalty)
{
    static const char *const metrics[] = {"test_roc_auc", "test_gini", NULL};
    const struct eg_sample strengths = eg_sample_of(chosen, NULL, "strength");
    struct eg_moments moments;
    for (size_t m = 0; metrics[m]; m++)
        eg_put_sample(chosen, resampled_result(chosen, penalty, metrics[m]),
                      eg_sample_of(chosen, NULL, metrics[m]));
    if (cell_of(&chosen->records[0])->strengths_in_all >= STRENGTHS_FOR_A_MEDIAN &&
        eg_view_check(chosen, eg_moments(strengths.numbers, strengths.count, EG_NAN_PROPAGATE,
                                         &moments, eg_view_error(chosen))))
        eg_put_value(chosen, eg_view_result(chosen, penalty, "chosen_strength"), moments.median,
                     strengths.count);
}

/* curves (replicates x (p + 1)): of each replicate its own Lorenz curve. of_mean (p + 1): the curve of the
 * sorted importances averaged over replicates. Returns whether all is well. */
static int find_lorenz(const struct eg_view *chosen, size_t p, double *curves, double *of_mean)
{
    double *own = eg_view_alloc(chosen, p, sizeof *own);
    double *mean = eg_view_alloc(chosen, p, sizeof *mean);
    struct eg_error *error = eg_view_error(chosen);
    for (size_t i = 0; i < chosen->count; i++) {
        if (error->status)
            return 0;
        for (size_t j = 0; j < p; j++)
            own[j] = eg_row_element(chosen->records[i].values, NULL, "importance", j);
        gsl_sort(own, 1, p);
        for (size_t j = 0; j < p; j++)
            mean[j] += own[j] / (double)chosen->count;
        eg_view_check(chosen, eg_lorenz_curve(p, own, curves + i * (p + 1), error));
    }
    return !error->status && eg_view_check(chosen, eg_lorenz_curve(p, mean, of_mean, error));
}

/* Figure 4, bottom right: the sorted importances averaged over replicates, summed up to each rank; what
 * each replicate's own curve has there is kept beside it. */
static void put_lorenz(const struct eg_view *chosen, const char *penalty, size_t p)
{
    const size_t n = chosen->count;
    double *curves = eg_view_alloc(chosen, n * (p + 1), sizeof *curves);
    double *of_mean = eg_view_alloc(chosen, p + 1, sizeof *of_mean);
    struct eg_sample at = {n, eg_view_alloc(chosen, n, sizeof *at.numbers),
                           eg_view_alloc(chosen, n, sizeof *at.units)};
    struct eg_moments moments;
    if (!find_lorenz(chosen, p, curves, of_mean))
        return;
    for (size_t q = 0; q <= p; q++) {
        struct eg_result result = resampled_result(chosen, penalty, "lorenz");
        for (size_t i = 0; i < n; i++) {
            at.units[i] = chosen->records[i].unit;
            at.numbers[i] = curves[i * (p + 1) + q];
        }
        if (!eg_view_check(chosen, eg_moments(at.numbers, n, EG_NAN_PROPAGATE, &moments,
                                              eg_view_error(chosen))))
            return;
        result.x = (double)q;
        result.se = moments.se;
        result.sample = at.numbers;
        result.units = at.units;
        eg_put_value(chosen, result, of_mean[q], n);
    }
}

/* Supplementary Figure 14: the features that matter most, by their mean importance. */
static void put_top_features(const struct eg_view *chosen, const char *penalty, size_t p)
{
    const json_t *names = json_object_get(chosen->records[0].values, "features");
    struct eg_sample *importance = eg_view_alloc(chosen, p, sizeof *importance);
    double *mean = eg_view_alloc(chosen, p, sizeof *mean);
    for (size_t j = 0; mean && j < p; j++) {
        importance[j] = eg_sample_element(chosen, NULL, "importance", j);
        mean[j] = eg_sample_mean(&importance[j]);
    }
    for (size_t rank = 1; mean && rank <= TOP_FEATURES && rank <= p; rank++) {
        size_t top = 0;
        for (size_t j = 1; j < p; j++)
            top = mean[j] > mean[top] ? j : top;
        mean[top] = -1;
        struct eg_result result = eg_view_result(chosen, penalty, "importance");
        result.x = (double)rank;
        snprintf(result.label, sizeof result.label, "%s",
                 json_string_value(json_array_get(names, top)));
        eg_put_sample(chosen, result, importance[top]);
    }
}

/* --- all strengths that were tried --- */

struct tried {
    double strength;
    const char *curve;
};

/* What the record has of the curve at the strength; NAN where it did not try it. */
static double find_at_strength(const struct eg_record *record, const void *of)
{
    const struct eg_numbers *strengths = &cell_of(record)->strengths;
    const struct tried *tried = of;
    for (size_t k = 0; k < strengths->count; k++)
        if (strengths->at[k] == tried->strength)
            return eg_row_element(record->values, NULL, tried->curve, k);
    return NAN;
}

static int is_tried(const struct eg_record *record, double strength)
{
    const struct eg_numbers *strengths = &cell_of(record)->strengths;
    size_t k = 0;
    while (k < strengths->count && strengths->at[k] != strength)
        k++;
    return k < strengths->count;
}

static void put_at_strength(const struct eg_view *tried, const char *penalty, double strength)
{
    struct eg_result roc_auc = resampled_result(tried, penalty, "validation_roc_auc");
    struct eg_result gini = resampled_result(tried, penalty, "validation_gini");
    roc_auc.x = gini.x = strength;
    eg_put_sample(tried, roc_auc,
                  eg_sample_by(tried, find_at_strength,
                               &(struct tried){strength, "validation_roc_auc_curve"}));
    eg_put_sample(tried, gini,
                  eg_sample_by(tried, find_at_strength, &(struct tried){strength, "gini_curve"}));
}

/* Supplementary Figure 13: validation ROC-AUC and Gini against strength, over all replicates, in the order
 * that the strengths come in. */
static void put_strength_curves(const struct eg_view *tried, const char *penalty)
{
    for (size_t i = 0; i < tried->count; i++) {
        const struct eg_numbers *strengths = &cell_of(&tried->records[i])->strengths;
        for (size_t k = 0; k < strengths->count; k++) {
            size_t before = 0;
            while (before < i && !is_tried(&tried->records[before], strengths->at[k]))
                before++;
            if (before == i)
                put_at_strength(tried, penalty, strengths->at[k]);
        }
    }
}

static void put_largest_step(const struct eg_view *view, const char *penalty)
{
    struct eg_result step = eg_view_result(view, penalty, "largest_step");
    if (eg_find_largest_step(eg_view_results(view), &step, "validation_gini", "validation_roc_auc"))
        eg_put_value(view, step, step.value, step.n);
}

/* --- Supplement I.3: the sparse prior against each penalty, paired over replicates --- */

/*
 * The corrected test (Nadeau and Bengio) scales the variance by 1/n + n_test/n_train. It was made
 * for training sets that mostly overlap; here two of them share under one patient in a hundred and
 * n_test/n_train is above 100, so it errs far on the safe side: truth lies between the two.
 */
static void put_tests(const struct eg_view *chosen, const struct eg_view *of_prior,
                      const char *metric)
{
    const uint64_t draw = (uint64_t)metric[strlen("test_")];
    struct eg_contrast contrasts[PENALTIES_MAX];
    double p[PENALTIES_MAX];
    size_t i = 0;
    if (of_prior->count == 0)
        return;
    const struct eg_record *first = &of_prior->records[0];
    for (; eg_regularisers[i]; i++) {
        const char *other = eg_regularisers[i]->name;
        contrasts[i] = (struct eg_contrast){.of = tested,
                                            .versus = other,
                                            .metric = metric,
                                            .a = eg_sample_of(of_prior, NULL, metric),
                                            .b = eg_sample_of(&chosen[i], NULL, metric),
                                            .stream = eg_stream_make(chosen->seed,
                                                                     EG_STREAM_SPARSITY,
                                                                     EG_PURPOSE_BOOTSTRAP, draw, 0),
                                            .train_rows = cell_of(first)->train_rows,
                                            .test_rows = (size_t)test_rows_of(first),
                                            .has_effect_size = 1};
        p[i] = strcmp(other, tested) ? eg_put_paired(of_prior, &contrasts[i]).paired.p
                                     : (double)NAN;
    }
    eg_put_holm(of_prior, "holm_p", contrasts, p, i);
}

void eg_sparsity_summarise(const struct eg_view *view)
{
    struct eg_view chosen[PENALTIES_MAX], of_prior = {0};
    for (size_t i = 0; eg_regularisers[i]; i++) {
        const char *name = eg_regularisers[i]->name;
        const struct eg_view tried = eg_where(view, struct eg_sparsity_cell, penalty, name);
        chosen[i] = choose_strengths(&tried);
        if (chosen[i].count) {
            const size_t p = eg_row_length(chosen[i].records[0].values, NULL, "importance");
            put_means(&chosen[i], name);
            put_lorenz(&chosen[i], name, p);
            put_top_features(&chosen[i], name, p);
        }
        put_strength_curves(&tried, name);
        put_largest_step(view, name);
        of_prior = strcmp(name, tested) ? of_prior : chosen[i];
    }
    put_tests(chosen, &of_prior, "test_roc_auc");
    put_tests(chosen, &of_prior, "test_gini");
}
