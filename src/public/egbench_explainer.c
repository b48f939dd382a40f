/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_explainer.h"

#include <stdlib.h>

#include "public/checks.h"

_Static_assert((int)EGBENCH_RULE_RELEASED == (int)EG_RULE_RELEASED &&
                   (int)EGBENCH_REFERENCES_CYCLIC_SHIFT == (int)EG_REFERENCES_SHIFTED &&
                   (int)EGBENCH_ALPHAS_MIDPOINT == (int)EG_ALPHAS_MIDPOINT &&
                   (int)EGBENCH_TARGET_LOSS == (int)EG_TARGET_LOSS,
               "egbench_explainer.h and attribution/method.h differ");

const struct eg_loss *eg_loss_of(enum egbench_loss loss)
{
    static const struct eg_loss *const losses[] = {
        [EGBENCH_MSE] = &eg_mse,
        [EGBENCH_BCE_LOGITS] = &eg_bce_logits,
        [EGBENCH_SOFTMAX_CROSS_ENTROPY] = &eg_softmax_cross_entropy};
    return loss <= EGBENCH_SOFTMAX_CROSS_ENTROPY ? losses[loss] : NULL;
}

static const struct eg_method *method_at(size_t i)
{
    size_t at = 0;
    while (at < i && eg_methods[at])
        at++;
    return eg_methods[at];
}

const char *egbench_method_name(size_t i)
{
    const struct eg_method *method = method_at(i);
    return method ? method->name : NULL;
}

const char *egbench_method_summary(size_t i)
{
    const struct eg_method *method = method_at(i);
    return method ? method->summary : NULL;
}

int egbench_explainer_alloc(struct egbench_explainer **explainer,
                            const struct egbench_network *network, const char *method,
                            struct egbench_error *error)
{
    const struct eg_method *found = eg_method_find(method, eg_error_of(error));
    *explainer = NULL;
    if (!found)
        return EG_USAGE;
    if (!network)
        return egbench_fail(error, EG_USAGE, "%s: no network (NULL)", method);
    if (!EG_HANDLE(error, *explainer))
        return EG_INTERNAL;
    (*explainer)->explainer = (struct eg_explainer){
        .network = &network->model.network,
        .method = found,
        .settings = {.samples = 200, .rule = EG_RULE_MIDPOINT}};
    return EG_OK;
}

void egbench_explainer_free(struct egbench_explainer *explainer)
{
    free(explainer);
}

void egbench_explainer_set_background(struct egbench_explainer *explainer, size_t rows,
                                      const eg_real *x)
{
    explainer->background = eg_view_rows(rows, explainer->explainer.network->inputs, x);
    explainer->explainer.background = rows ? &explainer->background : NULL;
}

void egbench_explainer_set_samples(struct egbench_explainer *explainer, size_t samples)
{
    explainer->explainer.settings.samples = samples;
}

void egbench_explainer_set_rule(struct egbench_explainer *explainer, enum egbench_rule rule)
{
    explainer->explainer.settings.rule = (enum eg_rule)rule;
}

void egbench_explainer_set_references(struct egbench_explainer *explainer,
                                      enum egbench_references references)
{
    explainer->explainer.settings.references = (enum eg_references)references;
}

void egbench_explainer_set_alphas(struct egbench_explainer *explainer, enum egbench_alphas alphas)
{
    explainer->explainer.settings.alphas = (enum eg_alphas)alphas;
}

void egbench_explainer_set_noise(struct egbench_explainer *explainer, double sd)
{
    explainer->explainer.settings.noise = sd;
}

void egbench_explainer_set_lime(struct egbench_explainer *explainer, double width, double ridge)
{
    explainer->explainer.settings.kernel_width = width;
    explainer->explainer.settings.ridge = ridge;
}

void egbench_explainer_set_target(struct egbench_explainer *explainer, enum egbench_target target,
                                  enum egbench_loss loss)
{
    explainer->explainer.target = (struct eg_target){
        .kind = (enum eg_target_kind)target,
        .loss = target == EGBENCH_TARGET_LOSS ? eg_loss_of(loss) : NULL};
}

void egbench_explainer_set_threads(struct egbench_explainer *explainer, size_t threads)
{
    explainer->explainer.threads = threads;
}

/* The library reads labels without a look whether there are any. */
static int check_labels(const struct eg_explainer *explainer, size_t rows, const eg_real *labels,
                        struct egbench_error *error)
{
    const enum eg_target_kind kind = explainer->target.kind;
    const size_t outputs = explainer->network->outputs;
    if (kind == EG_TARGET_LOG_PROBABILITY_SUM || (kind == EG_TARGET_OUTPUT && outputs == 1))
        return EG_OK;
    if (!labels)
        return egbench_fail(error, EG_USAGE,
                            "%s: the target of %zu outputs reads labels: give them",
                            explainer->method->name, outputs);
    if (kind == EG_TARGET_LOSS)
        return eg_check_labels(explainer->method->name, explainer->target.loss, rows, labels,
                               outputs, error);
    return eg_check_classes(explainer->method->name, rows, labels, outputs, error);
}

static int check_task(const struct egbench_explainer *explainer, size_t rows, const eg_real *x,
                      const eg_real *labels, struct egbench_error *error)
{
    const struct eg_explainer *own = &explainer->explainer;
    if (!rows)
        return egbench_fail(error, EG_USAGE, "%s: 0 rows: give at least one", own->method->name);
    int status = eg_check_explainer(explainer, rows, error);
    if (!status)
        status = eg_check_rows(own->method->name, "row", rows, own->network->inputs, x, error);
    return status ? status : check_labels(own, rows, labels, error);
}

/* Of what came out. */
static int check_phi(const struct egbench_explainer *explainer, size_t rows, const eg_real *phi,
                     struct egbench_error *error)
{
    const struct eg_explainer *own = &explainer->explainer;
    const int status = eg_check_path(explainer, error);
    return status
               ? status
               : eg_check_finite(own->method->name, "phi of row", rows, own->network->inputs, phi,
                                 "the network or the method gives no finite number there", error);
}

int egbench_explain(const struct egbench_explainer *explainer, size_t rows, const eg_real *x,
                    const eg_real *labels, uint64_t seed, eg_real *phi, struct egbench_error *error)
{
    const struct eg_explainer *own = &explainer->explainer;
    const struct eg_matrix samples = eg_view_rows(rows, own->network->inputs, x);
    struct eg_matrix results = eg_view_rows(rows, own->network->inputs, phi);
    int status = check_task(explainer, rows, x, labels, error);
    if (!status)
        status = eg_explain_phi(own, &samples, labels,
                                eg_stream_make(seed, 0, EG_PURPOSE_EXPLAIN, 0, 0), &results,
                                eg_error_of(error));
    return status ? status : check_phi(explainer, rows, phi, error);
}

int egbench_explanation_alloc(struct egbench_explanation **explanation,
                              const struct egbench_explainer *explainer, size_t rows,
                              const eg_real *x, const eg_real *labels, uint64_t seed,
                              struct egbench_error *error)
{
    const struct eg_explainer *own = &explainer->explainer;
    const struct eg_matrix samples = eg_view_rows(rows, own->network->inputs, x);
    *explanation = NULL;
    int status = check_task(explainer, rows, x, labels, error);
    if (!status && !EG_HANDLE(error, *explanation))
        status = EG_INTERNAL;
    if (!status)
        status = eg_explain(own, &samples, labels,
                            eg_stream_make(seed, 0, EG_PURPOSE_EXPLAIN, 0, 0),
                            &(*explanation)->explanation, eg_error_of(error));
    if (!status)
        status = check_phi(explainer, rows, (*explanation)->explanation.phi.data, error);
    if (status) {
        egbench_explanation_free(*explanation);
        *explanation = NULL;
    }
    return status;
}
