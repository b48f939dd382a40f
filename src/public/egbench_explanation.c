/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_explanation.h"

#include <stdlib.h>

#include "public/handles.h"

void egbench_explanation_free(struct egbench_explanation *explanation)
{
    if (explanation)
        eg_explanation_free(&explanation->explanation);
    free(explanation);
}

const eg_real *egbench_explanation_phi(const struct egbench_explanation *explanation)
{
    return explanation->explanation.phi.data;
}

const eg_real *egbench_explanation_standard_error(const struct egbench_explanation *explanation)
{
    return explanation->explanation.standard_error.data;
}

const double *egbench_explanation_output(const struct egbench_explanation *explanation)
{
    return explanation->explanation.output;
}

const double *egbench_explanation_base(const struct egbench_explanation *explanation)
{
    return explanation->explanation.base;
}

const double *egbench_explanation_residual(const struct egbench_explanation *explanation)
{
    return explanation->explanation.residual;
}

const double *egbench_explanation_residual_error(const struct egbench_explanation *explanation)
{
    return explanation->explanation.residual_error;
}

size_t egbench_explanation_gradient_evaluations(const struct egbench_explanation *explanation)
{
    return explanation->explanation.gradient_evaluations;
}

size_t egbench_explanation_model_evaluations(const struct egbench_explanation *explanation)
{
    return explanation->explanation.model_evaluations;
}
