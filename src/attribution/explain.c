/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/explain.h"

#include <math.h>
#include <stdlib.h>

#include "attribution/explain_rows.h"

int eg_explain_phi(const struct eg_explainer *explainer, const struct eg_matrix *x, const real *y,
                   struct eg_stream stream, struct eg_matrix *phi, struct eg_error *error)
{
    if (explainer->method->explain)
        return eg_explain_rows(explainer, x, y, stream, &(struct eg_row_results){.phi = phi->data},
                               error);
    struct eg_attribution attribution;
    const int status = eg_attribution_alloc(&attribution, explainer, x->rows, 0, error);
    if (status)
        return status;
    eg_attribution_explain(&attribution, x->rows, x->data, y, stream, phi->data, NULL, NULL);
    eg_attribution_free(&attribution);
    return EG_OK;
}

static int allocate_explanation(struct eg_explanation *explanation, size_t n, size_t p,
                                struct eg_error *error)
{
    *explanation = (struct eg_explanation){.n = n, .p = p};
    explanation->output = eg_alloc(4 * n, sizeof(double), error);
    if (!explanation->output || eg_matrix_alloc(&explanation->phi, n, p, error) ||
        eg_matrix_alloc(&explanation->standard_error, n, p, error))
        return EG_INTERNAL;
    explanation->base = explanation->output + n;
    explanation->residual = explanation->base + n;
    explanation->residual_error = explanation->residual + n;
    return EG_OK;
}

void eg_explanation_free(struct eg_explanation *explanation)
{
    eg_matrix_free(&explanation->phi);
    eg_matrix_free(&explanation->standard_error);
    free(explanation->output);
    *explanation = (struct eg_explanation){0};
}

/* values[i] = g(row i of x), with the label of sample i + first */
static int evaluate_target(const struct eg_explainer *explainer, size_t rows, const real *x,
                           const real *y, double *values, struct eg_error *error)
{
    const size_t outputs = explainer->network->outputs;
    const size_t width = eg_target_label_width(&explainer->target, outputs);
    real *a = eg_alloc((rows + 1) * outputs, sizeof *a, error);
    if (!a || eg_network_predict(explainer->network, rows, x, a, error)) {
        free(a);
        return EG_INTERNAL;
    }
    for (size_t i = 0; i < rows; i++)
        values[i] = eg_target_gradient(&explainer->target, outputs, a + i * outputs,
                                       y ? y + i * width : NULL, a + rows * outputs);
    free(a);
    return EG_OK;
}

/* One sample's base, with the sample's label: its own baseline, the mean over the background, or over
 * the rows after it. */
static int evaluate_bases(const struct eg_explainer *explainer, const struct eg_matrix *x,
                          const real *y, double *base, struct eg_error *error)
{
    const int is_shifted = explainer->settings.references == EG_REFERENCES_SHIFTED;
    const struct eg_matrix *references = is_shifted ? x : explainer->background;
    const size_t outputs = explainer->network->outputs, rows = references->rows;
    const size_t width = eg_target_label_width(&explainer->target, outputs);
    const size_t count = is_shifted ? explainer->settings.samples
                         : explainer->method->is_stochastic ||
                                 explainer->method->averages_background
                             ? rows
                             : 1;
    real *a = eg_alloc((rows + 1) * outputs, sizeof *a, error);
    if (!a || eg_network_predict(explainer->network, rows, references->data, a, error)) {
        free(a);
        return EG_INTERNAL;
    }
    for (size_t i = 0; i < x->rows; i++) {
        double sum = 0;
        for (size_t s = 0; s < count; s++)
            sum += eg_target_gradient(&explainer->target, outputs,
                                      a + (i + is_shifted + s) % rows * outputs,
                                      y ? y + i * width : NULL, a + rows * outputs);
        base[i] = sum / (double)count;
    }
    free(a);
    return EG_OK;
}

static int assess_completeness(const struct eg_explainer *explainer, const struct eg_matrix *x,
                               const real *y, struct eg_explanation *explanation,
                               struct eg_error *error)
{
    for (size_t i = 0; i < explanation->n; i++)
        explanation->base[i] = explanation->residual[i] = NAN;
    if (evaluate_target(explainer, x->rows, x->data, y, explanation->output, error))
        return EG_INTERNAL;
    if (!explainer->method->is_complete || explainer->features)
        return EG_OK;
    if (evaluate_bases(explainer, x, y, explanation->base, error))
        return EG_INTERNAL;
    for (size_t i = 0; i < explanation->n; i++) {
        double sum = 0;
        for (size_t j = 0; j < explanation->p; j++)
            sum += (double)eg_row(&explanation->phi, i)[j];
        explanation->residual[i] = sum - (explanation->output[i] - explanation->base[i]);
    }
    return EG_OK;
}

/* Variances become standard errors, or NAN where nothing was drawn. */
static void finish_errors(const struct eg_explainer *explainer, const double *variance,
                          struct eg_explanation *explanation)
{
    const int is_random = explainer->method->is_stochastic;
    for (size_t i = 0; i < explanation->n * explanation->p; i++)
        explanation->standard_error.data[i] = is_random ? (real)sqrt(variance[i]) : (real)NAN;
    for (size_t i = 0; i < explanation->n; i++)
        explanation->residual_error[i] = is_random && explainer->method->is_complete &&
                                                 !explainer->features
                                             ? sqrt(explanation->residual_error[i])
                                             : NAN;
}

static int explain_points(const struct eg_explainer *explainer, const struct eg_matrix *x,
                          const real *y, struct eg_stream stream, double *variance,
                          struct eg_explanation *explanation, struct eg_error *error)
{
    struct eg_attribution attribution;
    const int status = eg_attribution_alloc(&attribution, explainer, x->rows, 0, error);
    if (status)
        return status;
    eg_attribution_explain(&attribution, x->rows, x->data, y, stream, explanation->phi.data,
                           variance, explanation->residual_error);
    explanation->gradient_evaluations = attribution.k;
    explanation->bytes = eg_attribution_bytes(&attribution);
    eg_attribution_free(&attribution);
    return EG_OK;
}

static int explain_rows(const struct eg_explainer *explainer, const struct eg_matrix *x,
                        const real *y, struct eg_stream stream, double *variance,
                        struct eg_explanation *explanation, struct eg_error *error)
{
    struct eg_row_results results = {.phi = explanation->phi.data,
                                     .variance = variance,
                                     .total_variance = explanation->residual_error};
    const int status = eg_explain_rows(explainer, x, y, stream, &results, error);
    explanation->gradient_evaluations = results.gradient_evaluations;
    explanation->model_evaluations = results.model_evaluations;
    explanation->bytes = results.bytes;
    return status;
}

int eg_explain(const struct eg_explainer *explainer, const struct eg_matrix *x, const real *y,
               struct eg_stream stream, struct eg_explanation *explanation, struct eg_error *error)
{
    const size_t n = x->rows;
    *explanation = (struct eg_explanation){0};
    double *variance = eg_alloc(n * x->cols, sizeof *variance, error);
    int status = variance ? allocate_explanation(explanation, n, x->cols, error) : EG_INTERNAL;
    if (!status)
        status = explainer->method->explain
                     ? explain_rows(explainer, x, y, stream, variance, explanation, error)
                     : explain_points(explainer, x, y, stream, variance, explanation, error);
    if (!status) {
        finish_errors(explainer, variance, explanation);
        status = assess_completeness(explainer, x, y, explanation, error);
    }
    free(variance);
    if (status)
        eg_explanation_free(explanation);
    return status;
}
