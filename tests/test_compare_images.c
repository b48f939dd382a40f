/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: properties of the units of MNIST and CIFAR-10, where EGBENCH_DATA_DIR has them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/compare/compare_data.h"
#include "bench/compare/compare_methods.h"

static int load(const char *name, size_t split, struct eg_compare_unit *unit)
{
    struct eg_error error = {0};
    const struct eg_run run = {
        .scale = "smoke", .protocol = "fixed", .data = getenv("EGBENCH_DATA_DIR")};
    const struct eg_compare_source *source = eg_compare_find_source(name, strlen(name), &error);
    struct eg_compare_source brief = *source;
    brief.epochs = 1;
    cr_assert_not_null(source, "%s", error.message);
    const int status = eg_compare_prepare(unit, &brief, &run, split, 0, 0, &error);
    cr_assert(status == EG_OK || status == EG_DATA, "%s", error.message);
    cr_expect(status == EG_OK || strstr(error.message, "EGBENCH_DATA_DIR"), "%s", error.message);
    return status == EG_OK;
}

static void check(const char *name, size_t features)
{
    struct eg_compare_unit unit = {0}, other = {0};
    char why[EG_SKIP];
    double ones = 0, sum = 0;
    if (!load(name, 0, &unit)) {
        eg_compare_unit_free(&unit);
        cr_skip("EGBENCH_DATA_DIR does not hold %s", name);
    }
    cr_assert(load(name, 1, &other));
    cr_expect_eq(unit.train.x.cols, features);
    for (size_t i = 0; i < unit.train.x.rows; i++)
        ones += (double)unit.train.y[i] / (double)unit.train.x.rows;
    cr_expect(ones > 0.3 && ones < 0.7, "%s: a share of %g has the class", name, ones);
    for (size_t i = 0; i < unit.train.x.rows * features; i++)
        sum += (double)unit.train.x.data[i];
    cr_expect_float_eq(sum / (double)(unit.train.x.rows * features), 0, 1e-6);
    cr_expect_neq(memcmp(unit.test.x.data, other.test.x.data, features * sizeof(real)), 0);
    cr_assert_eq(eg_compare_finish_unit(&unit, 50, NULL), EG_OK);
    cr_expect(unit.score > 0.6, "%s: after one epoch a ROC-AUC of %g", name, unit.score);
    cr_expect(strstr(unit.rows_lack, "imputing takes time"), "%s", unit.rows_lack);
    cr_expect(eg_compare_skip(&unit, "kernel_shap", 20, why) &&
                  eg_compare_skip(&unit, eg_compare_oracle, 20, why),
              "%s", why);
    cr_expect(!eg_compare_skip(&unit, "expected_gradients", 20, why) &&
                  !eg_compare_skip(&unit, "integrated_gradients_mean", 20, why),
              "%s", why);
    eg_compare_unit_free(&unit);
    eg_compare_unit_free(&other);
}

Test(compare_images, mnist)
{
    check("mnist", 784);
}

Test(compare_images, cifar10)
{
    check("cifar10", 3072);
}
