/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/kernel/kernel_scaling.h"

#include <math.h>
#include <time.h>

#include <criterion/criterion.h>
#include <omp.h>

#include "bench/kernel/kernel_training.h"

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void work(double seconds)
{
    const double begin = processor_seconds();
    while (processor_seconds() < begin + seconds)
        continue;
}

/* In the place of libgomp's. */
static void start(void (*run)(void *), void *data, unsigned threads, unsigned flags)
{
    (void)flags;
#pragma omp parallel num_threads((int)threads)
    run(data);
}

/* The second thread is the longest. */
static void work_unevenly(void *data)
{
    (void)data;
    work(omp_get_thread_num() == 1 ? 0.03 : 0.01);
}

static void start_another(void *data)
{
    (void)data;
    if (omp_get_thread_num() == 0)
        eg_regions_run(start, work_unevenly, NULL, 2, 0);
}

Test(kernel_scaling, the_busiest_thread_of_each_region_and_what_is_outside_are_found)
{
    struct eg_regions regions;
    eg_regions_run(start, work_unevenly, NULL, 2, 0); /* before the beginning */
    eg_regions_begin();
    work(0.02);
    eg_regions_run(start, work_unevenly, NULL, 2, 0);
    eg_regions_run(start, work_unevenly, NULL, 4, 0);
    eg_regions_end(&regions);
    eg_regions_run(start, work_unevenly, NULL, 2, 0);
    cr_expect_eq(regions.count, 2);
    cr_expect_eq(regions.threads, 6);
    cr_expect(regions.longest >= 0.06 && regions.longest < 0.075, "%g", regions.longest);
    cr_expect(regions.serial >= 0.02 && regions.serial < 0.028, "%g", regions.serial);
}

Test(kernel_scaling, a_region_in_a_region_is_part_of_it)
{
    struct eg_regions regions;
    omp_set_max_active_levels(2);
    eg_regions_begin();
    eg_regions_run(start, start_another, NULL, 2, 0);
    eg_regions_end(&regions);
    cr_expect_eq(regions.count, 1);
    cr_expect_eq(regions.threads, 2);
}

Test(kernel_scaling, no_step_is_under_its_traffic)
{
    struct eg_scaling_point point = {.serial = 1, .work = 2, .regions = 0.5, .traffic = 3};
    eg_scaling_predict(&point);
    cr_expect_eq(point.predicted, 3.5);
    point.traffic = 4;
    eg_scaling_predict(&point);
    cr_expect_eq(point.predicted, 4);
}

/* 8 x 8 pixels are 4 tiles of 36 products in place of 64 places of 9 taps, for each pair of 16 channels; a
 * first layer has no way back to its input. */
Test(kernel_scaling, the_fewest_operations_are_those_of_minimal_filtering)
{
    const struct eg_training_step training = {
        .network = "image 8x8x16, conv 3x3x16 same, relu, dense 2",
        .inputs = 1024,
        .rows = 5,
        .epochs = 1,
        .loss = &eg_softmax_cross_entropy,
        .initialiser = EG_HE_NORMAL,
        .rate = 1e-3};
    struct eg_step_timing timing;
    const struct eg_step step = {.settings = &training};
    const double dense = 2 * 1024, filtered = 4 * 36 * 16 * 16, direct = 64 * 9 * 16 * 16;
    cr_assert_eq(eg_time_training(&step, 0, 1, &timing, NULL), EG_OK);
    cr_expect_eq(timing.operations, 2 * 5 * (2 * filtered + 3 * dense));
    cr_expect_eq(timing.direct, 2 * 5 * (2 * direct + 3 * dense));
    cr_expect_eq(timing.steps, 1);
}
