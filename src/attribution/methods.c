/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/method.h"

#include <stdio.h>
#include <string.h>

/* Every method has one line here. */
#define METHODS(METHOD)                                                                            \
    METHOD(eg_expected_gradients)                                                                  \
    METHOD(eg_integrated_gradients)                                                                \
    METHOD(eg_gradients)                                                                           \
    METHOD(eg_gradient_x_input)                                                                    \
    METHOD(eg_smoothgrad)                                                                          \
    METHOD(eg_gradient_shap)                                                                       \
    METHOD(eg_occlusion)                                                                           \
    METHOD(eg_shapley_exact)                                                                       \
    METHOD(eg_shapley_sampling)                                                                    \
    METHOD(eg_kernel_shap)                                                                         \
    METHOD(eg_lime)                                                                                \
    METHOD(eg_deeplift)                                                                            \
    METHOD(eg_random_attribution)

#define DECLARE(name) extern const struct eg_method name;
#define ADDRESS(name) &name,
METHODS(DECLARE)

const struct eg_method *const eg_methods[] = {METHODS(ADDRESS) NULL};

const struct eg_method *eg_method_find(const char *name, struct eg_error *error)
{
    char names[512] = "";
    for (size_t i = 0; eg_methods[i]; i++) {
        if (strcmp(eg_methods[i]->name, name) == 0)
            return eg_methods[i];
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", eg_methods[i]->name);
    }
    eg_fail(error, EG_USAGE, "there is no attribution method '%s': choose one of %s", name, names);
    return NULL;
}
