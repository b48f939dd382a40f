/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/checks.h"

#include <math.h>

size_t eg_find_not_finite(size_t count, const real *x)
{
    size_t i = 0;
    while (i < count && isfinite(x[i]))
        i++;
    return i;
}

int eg_check_finite(const char *what, const char *kind, size_t rows, size_t columns, const real *x,
                    const char *fix, struct egbench_error *error)
{
    const size_t i = eg_find_not_finite(rows * columns, x);
    if (i == rows * columns)
        return EG_OK;
    return egbench_fail(error, EG_DATA, "%s: %s %zu, feature %zu, is %g: %s", what, kind,
                        i / columns, i % columns, (double)x[i], fix);
}

int eg_check_rows(const char *what, const char *kind, size_t rows, size_t columns, const real *x,
                  struct egbench_error *error)
{
    return eg_check_finite(what, kind, rows, columns, x,
                           "give finite numbers; egbench_dataset_standardise() imputes missing "
                           "ones",
                           error);
}

int eg_check_classes(const char *what, size_t rows, const real *labels, size_t outputs,
                     struct egbench_error *error)
{
    for (size_t i = 0; i < rows; i++)
        if (!(labels[i] >= 0 && labels[i] < (real)outputs) || labels[i] != (real)(size_t)labels[i])
            return egbench_fail(error, EG_DATA,
                                "%s: row %zu has label %g, which is no class from 0 to %zu", what,
                                i, (double)labels[i], outputs - 1);
    return EG_OK;
}

int eg_check_labels(const char *what, const struct eg_loss *loss, size_t rows, const real *labels,
                    size_t outputs, struct egbench_error *error)
{
    const int is_probability = loss == &eg_bce_logits;
    if (loss->y_is_class)
        return eg_check_classes(what, rows, labels, outputs, error);
    for (size_t i = 0; i < rows * outputs; i++)
        if (!isfinite(labels[i]) || (is_probability && !(labels[i] >= 0 && labels[i] <= 1)))
            return egbench_fail(error, EG_DATA, "%s: row %zu has label %g: the loss '%s' takes %s",
                                what, i / outputs, (double)labels[i], loss->name,
                                is_probability ? "numbers from 0 to 1" : "finite numbers");
    return EG_OK;
}

static int check_choices(const struct eg_explainer *explainer, struct egbench_error *error)
{
    const struct eg_method_settings *settings = &explainer->settings;
    const struct {
        const char *kind;
        unsigned value, last;
    } choices[] = {{"rule", settings->rule, EGBENCH_RULE_RELEASED},
                   {"references", settings->references, EGBENCH_REFERENCES_CYCLIC_SHIFT},
                   {"alphas", settings->alphas, EGBENCH_ALPHAS_MIDPOINT},
                   {"target", explainer->target.kind, EGBENCH_TARGET_LOSS}};
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        if (choices[i].value > choices[i].last)
            return egbench_fail(error, EG_USAGE, "%s: %u is no enum egbench_%s",
                                explainer->method->name, choices[i].value, choices[i].kind);
    if (explainer->target.kind == EG_TARGET_LOSS && !explainer->target.loss)
        return egbench_fail(error, EG_USAGE, "%s: the target's loss is no enum egbench_loss",
                            explainer->method->name);
    if (settings->references == EG_REFERENCES_SHIFTED &&
        explainer->method != &eg_expected_gradients)
        return egbench_fail(error, EG_USAGE,
                            "%s takes no cyclic shifts as references: expected_gradients does",
                            explainer->method->name);
    return EG_OK;
}

int eg_check_explainer(const struct egbench_explainer *explainer, size_t rows,
                       struct egbench_error *error)
{
    const struct eg_explainer *own = &explainer->explainer;
    const struct eg_matrix *background = own->background;
    const int status = check_choices(own, error);
    if (status || !background)
        return status;
    if (own->method == &eg_integrated_gradients && background->rows > 1 && background->rows != rows)
        return egbench_fail(error, EG_USAGE,
                            "integrated_gradients: %zu background rows: give one, the baseline of "
                            "all rows%s",
                            background->rows,
                            rows ? ", or one for each row explained" : " of every batch");
    return eg_check_rows(own->method->name, "background row", background->rows, background->cols,
                         background->data, error);
}

int eg_check_path(const struct egbench_explainer *explainer, struct egbench_error *error)
{
    const size_t stray = atomic_exchange(&((struct egbench_explainer *)explainer)->stray, 0);
    if (!stray)
        return EG_OK;
    return egbench_fail(error, EG_DATA, "own method: it chose background row %zu of %zu, from 0",
                        stray, explainer->background.rows);
}

/* One row for all, or one for each row that Omega is of. rows 0: shuffled batches. */
static int check_mask(const struct egbench_prior *prior, size_t rows, size_t features,
                      struct egbench_error *error)
{
    const struct eg_prior_settings *settings = &prior->settings;
    const size_t wanted = settings->is_global ? 1 : rows;
    if (settings->mask_rows != 1 && settings->mask_rows != wanted)
        return egbench_fail(error, EG_USAGE,
                            wanted ? "prior 'mask': a mask of %zu rows for %zu: give one row for "
                                     "all, or one for each"
                                   : "prior 'mask': a mask of %zu rows for shuffled batches: give "
                                     "one row for all, or set the batch to %zu: all rows",
                            settings->mask_rows, wanted);
    return eg_check_finite("prior 'mask'", "mask row", settings->mask_rows, features,
                           settings->mask, "give finite numbers", error);
}

int eg_check_prior(const struct egbench_prior *prior, size_t rows, size_t features,
                   struct egbench_error *error)
{
    const struct eg_prior_settings *settings = &prior->settings;
    if (settings->standardise > EG_STANDARDISE_RELEASED)
        return egbench_fail(error, EG_USAGE, "prior '%s': %u is no enum egbench_standardise",
                            prior->prior->name, (unsigned)settings->standardise);
    const int status = prior->prior->check
                           ? prior->prior->check(settings, features, eg_error_of(error))
                           : EG_OK;
    return status || prior->prior != &eg_mask_prior ? status
                                                    : check_mask(prior, rows, features, error);
}

int eg_check_own_prior(const struct egbench_prior *prior, struct egbench_error *error)
{
    if (!atomic_exchange(&((struct egbench_prior *)prior)->is_not_finite, 0))
        return EG_OK;
    return egbench_fail(error, EG_DATA,
                        "own prior: it gave no finite number: return such an Omega and slopes");
}

int eg_callback_status(int status, struct egbench_error *error)
{
    const int known = status == EG_OK || status == EG_USAGE || status == EG_INTERNAL ||
                              status == EG_INTERRUPTED
                          ? status
                          : EG_DATA;
    if (known && error)
        error->status = known;
    return known;
}
