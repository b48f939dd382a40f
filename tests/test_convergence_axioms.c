/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/convergence/convergence_axioms.h"

#include <criterion/criterion.h>

Test(convergence_axioms, expected_gradients_keep_them_on_any_network)
{
    for (uint64_t replicate = 0; replicate < 3; replicate++) {
        json_t *values = json_object();
        int failed = 0;
        const struct eg_row row = {values, &failed};
        struct eg_error error = {0};
        cr_assert_eq(eg_check_axioms(1, replicate, &row, &error), EG_OK, "%s", error.message);
        cr_expect_eq(json_object_size(values), EG_AXIOMS);
        for (size_t i = 0; eg_axiom_names[i]; i++)
            cr_expect_eq(json_number_value(json_object_get(values, eg_axiom_names[i])), 1, "%s",
                         eg_axiom_names[i]);
        json_decref(values);
    }
}
