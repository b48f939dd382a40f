/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explanations of narrow networks in columns of tiles, against those that can be pulled back,
 * which keep all of their values and go by rows. */
#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "attribution/narrow_sweep.h"
#include "small_network.h"

enum { P = 37, N = 9 };

static void explain(const struct eg_explainer *explainer, const struct eg_matrix *x, int keeps,
                    real *phi)
{
    struct eg_attribution attribution;
    struct eg_error error = {0};
    cr_assert_eq(eg_attribution_alloc(&attribution, explainer, x->rows, keeps, &error), EG_OK, "%s",
                 error.message);
    cr_assert_eq(eg_is_narrow(&attribution), !keeps);
    eg_attribution_explain(&attribution, x->rows, x->data, NULL,
                           eg_stream_make(1, 0, EG_PURPOSE_EXPLAIN, 0, 0), phi, NULL, NULL);
    eg_attribution_free(&attribution);
}

static void check(const char *text, struct eg_explainer explainer)
{
    struct eg_network network = draw_network(P, text, 3);
    struct eg_matrix x = draw_matrix(N, P, 4), background = draw_matrix(21, P, 5);
    real *columns = calloc(N * P, sizeof *columns), *rows = calloc(N * P, sizeof *rows);
    explainer.network = &network;
    explainer.background = &background;
    explain(&explainer, &x, 0, columns);
    explain(&explainer, &x, 1, rows);
    double most = 0;
    for (size_t i = 0; i < N * P; i++)
        if (!explainer.features || (i % P >= explainer.feature_first &&
                                    i % P < explainer.feature_first + explainer.features))
            most = fmax(most, fabs((double)(columns[i] - rows[i])));
    cr_expect_lt(most, 1e-13, "%s, %zu draws: off by %g", text, explainer.settings.samples, most);
    explainer.threads = 3;
    explain(&explainer, &x, 0, rows);
    for (size_t i = 0; i < N * P; i++)
        cr_expect_eq(columns[i], rows[i], "%s: threads change bits", text);
    free(columns);
    free(rows);
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

/* Draws that fill a piece, that share one with other samples', and more than a piece has. */
Test(narrow_sweep, agrees_with_rows)
{
    static const size_t samples[] = {200, 16, 50, 700};
    for (size_t i = 0; i < 4; i++)
        check("dense 32, relu, dense 21, tanh, dense 1",
              (struct eg_explainer){.method = &eg_expected_gradients,
                                    .settings = {.samples = samples[i]}});
    check("dense 19, softplus, dense 1", (struct eg_explainer){.method = &eg_expected_gradients,
                                                               .settings = {.samples = 64},
                                                               .feature_first = 5,
                                                               .features = 30});
    check("dense 20, gelu, dense 9, silu, tanh, dense 1, elu",
          (struct eg_explainer){.method = &eg_expected_gradients, .settings = {.samples = 30}});
    check("dense 64, sigmoid, dense 7, relu, dense 1",
          (struct eg_explainer){.method = &eg_integrated_gradients, .settings = {.samples = 40}});
}
