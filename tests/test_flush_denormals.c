/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/flush_denormals.h"

#include <criterion/criterion.h>
#include <omp.h>

#include "base/real.h"
#include "bench/frame/start.h"

/* The processor's words at run time, not the compiler's. */
static int makes_denormals(void)
{
    volatile real least = EG_REAL_MIN;
    return least / 2 > 0;
}

static int takes_denormals(void)
{
    volatile real denormal = EG_REAL_MIN * EG_REAL_EPSILON;
    return denormal * (1 / EG_REAL_EPSILON) > 0;
}

static int count_threads_with_denormals(void)
{
    int count = 0;
#pragma omp parallel num_threads(4) reduction(+ : count)
    count += makes_denormals() || takes_denormals();
    return count;
}

#if defined(__x86_64__) || defined(__aarch64__)
Test(flush_denormals, results_and_operands_of_this_thread_and_of_those_it_starts)
{
    cr_assert(makes_denormals() && takes_denormals());
    eg_flush_denormals();
    cr_expect(!makes_denormals());
    cr_expect(!takes_denormals());
    cr_expect_eq(count_threads_with_denormals(), 0);
}

/* OpenMP's threads start in it, when BLAS is tried. */
Test(flush_denormals, is_on_in_all_threads_of_a_program)
{
    size_t unused;
    cr_assert_eq(eg_start_program(&unused, NULL), EG_OK);
    cr_expect_eq(count_threads_with_denormals(), 0);
}
#endif

Test(flush_denormals, keeps_normal_numbers)
{
    volatile real least = EG_REAL_MIN, two = 2;
    eg_flush_denormals();
    cr_expect_eq(least * two / two, EG_REAL_MIN);
    cr_expect_eq(-(least * two), -2 * EG_REAL_MIN);
}
