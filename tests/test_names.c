/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/names.h"

#include <math.h>

#include <criterion/criterion.h>

Test(names, titles)
{
    char text[64], small[4];
    cr_expect_str_eq(eg_dataset_title("nhanes"), "NHANES I");
    cr_expect_str_eq(eg_dataset_title("unheard_of"), "unheard_of");
    cr_expect_str_eq(eg_name_title("expected_gradients", text, sizeof text), "Expected gradients");
    cr_expect_str_eq(eg_name_title("l1_all", text, sizeof text), "L1, all layers");
    cr_expect_str_eq(eg_dataset_title("gdsc"), "GDSC cell lines");
    cr_expect_str_eq(eg_name_title("q_with_prior", text, sizeof text), "q, prior");
    cr_expect_str_eq(eg_name_title("kernel_shap", text, sizeof text), "Kernel SHAP");
    cr_expect_str_eq(eg_name_title("flipped_oracle", text, sizeof text), "Oracle, sign turned");
    cr_expect_str_eq(eg_name_title("KPM", text, sizeof text), "KPM");
    cr_expect_str_eq(eg_name_title("expected_gradients", small, sizeof small), "Exp");
}

Test(names, numbers_keep_their_digits)
{
    char text[64];
    cr_expect_str_eq(eg_format_value(3.7314, 3, text, sizeof text), "3.731");
    cr_expect_str_eq(eg_format_value(-0.02, 3, text, sizeof text), "-0.020");
    cr_expect_str_eq(eg_format_value(0, 3, text, sizeof text), "0.000");
    cr_expect_str_eq(eg_format_value(7.2479e-5, 3, text, sizeof text), "7.248e-05");
    cr_expect_str_eq(eg_format_value(123456.7, 1, text, sizeof text), "1.2e+05");
    cr_expect_str_eq(eg_format_value(NAN, 3, text, sizeof text), "-");
}

Test(names, a_small_error_is_not_rounded_away)
{
    char text[64];
    cr_expect_str_eq(eg_format_error(0.0123, 3, text, sizeof text), "0.012");
    cr_expect_str_eq(eg_format_error(0.00024, 3, text, sizeof text), "0.0002");
    cr_expect_str_eq(eg_format_error(0, 3, text, sizeof text), "0.000");
}
