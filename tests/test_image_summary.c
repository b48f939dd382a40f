/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_rows.h"

extern const struct eg_experiment image_noise_experiment;

/* Two test images of 1 x 2, of which the first is classified correctly where is_right is set. */
static json_t *pack_drawn(const char *model, int is_right)
{
    json_t *drawn = json_pack("{s:[[i,i],[i,i]], s:[i,i]}", "maps", 1000, -500, 0, 1000,
                              "predicted", is_right ? 3 : 4, 1);
    if (strcmp(model, "baseline") == 0)
        json_object_update_new(drawn,
                               json_pack("{s:[[i,i],[i,i]], s:[i,i], s:[s,s,s,s], s:[i,i,i]}",
                                         "images", 0, 255, 9, 8, "labels", 3, 1, "class_names",
                                         "nought", "one", "two", "three", "shape", 1, 2, 1));
    return drawn;
}

struct numbers {
    double test, validation, variation, area;
};

static void add_row(const struct eg_rows *rows, const char *model, double strength, int replicate,
                    struct numbers n)
{
    json_t *values = json_pack("{s:f, s:f, s:f, s:f, s:f, s:[f,f], s:[f,f]}", "test_accuracy",
                               n.test, "validation_accuracy", n.validation, "total_variation",
                               n.variation, "validation_total_variation", n.variation,
                               "robustness_area", n.area, "noisy_accuracy", n.test, n.test / 2,
                               "flipped_accuracy", n.test, n.test / 4);
    if (replicate == 0)
        json_object_update_new(values, pack_drawn(model, strength < 0.005));
    make_row(&image_noise_experiment, rows,
             json_pack("{s:s, s:s, s:s, s:s, s:f, s:i, s:[f,f], s:[f,f]}", "dataset", "mnist",
                       "protocol", "both", "scale", "quick", "model", model, "strength", strength,
                       "replicate", replicate, "noise_levels", 0.0, 0.3, "flipped_levels", 0.0,
                       0.1),
             values);
}

/* By test accuracy the prior of 0.01 is within 1 % of the baseline, by validation that of 0.001. */
static struct eg_results summarise(void)
{
    const struct eg_rows rows = {.array = json_array()};
    for (int r = 0; r < 3; r++) {
        const double shift = 0.001 * r;
        add_row(&rows, "baseline", 0, r, (struct numbers){0.99, 0.98, 800, 0.50 + shift});
        add_row(&rows, "eg_prior", 1e-3, r, (struct numbers){0.985, 0.975, 600, 0.60});
        add_row(&rows, "eg_prior", 1e-2, r, (struct numbers){0.982, 0.960, 400, 0.70 + 3 * shift});
        add_row(&rows, "noise_augmentation", 0.2, r, (struct numbers){0.99, 0.98, 790, 0.80});
    }
    return make_summary(&image_noise_experiment, &rows);
}

static double find(const struct eg_results *results, const char *protocol, const char *method,
                   const char *metric, double x)
{
    const struct eg_result *result = eg_results_find(results, "mnist", protocol, method, metric, x);
    cr_assert_not_null(result, "%s %s %s %g", protocol, method, metric, x);
    return result->value;
}

static double find_test(const struct eg_results *results, const char *of, const char *versus,
                        const char *statistic)
{
    const struct eg_result_name name = {of, versus, "robustness_area", statistic};
    const struct eg_result *result = eg_results_find_named(results, "mnist", "paper", &name, NAN);
    cr_assert_not_null(result, "%s %s %s", of, versus, statistic);
    return result->value;
}

Test(image_summary, each_protocol_chooses_by_its_own_images)
{
    struct eg_results results = summarise();
    cr_expect_eq(find(&results, "paper", "eg_prior", "chosen_strength", NAN), 1e-2);
    cr_expect_eq(find(&results, "fixed", "eg_prior", "chosen_strength", NAN), 1e-3);
    cr_expect_eq(find(&results, "fixed", "eg_prior_loose", "chosen_strength", NAN), 1e-2);
    cr_expect_float_eq(find(&results, "paper", "eg_prior", "test_accuracy", NAN), 0.982, 1e-12);
    cr_expect_float_eq(find(&results, "fixed", "eg_prior", "test_accuracy", NAN), 0.985, 1e-12);
    cr_expect_float_eq(find(&results, "paper", "baseline", "test_error", NAN), 0.01, 1e-12);
    cr_expect_null(eg_results_find(&results, NULL, "both", NULL, NULL, NAN));
    eg_results_free(&results);
}

Test(image_summary, curves_and_their_points_in_the_table)
{
    struct eg_results results = summarise();
    cr_expect_float_eq(find(&results, "paper", "baseline", "noisy_accuracy", 0.3), 0.495, 1e-12);
    cr_expect_float_eq(find(&results, "paper", "baseline", "noisy_accuracy_0.3", NAN), 0.495,
                       1e-12);
    cr_expect_float_eq(find(&results, "paper", "eg_prior", "flipped_accuracy", 0.1), 0.2455, 1e-12);
    cr_expect_float_eq(find(&results, "paper", "eg_prior", "test_accuracy", 1e-3), 0.985, 1e-12);
    cr_expect_float_eq(find(&results, "paper", "eg_prior", "total_variation", 1e-2), 400, 1e-12);
    cr_expect_float_eq(find(&results, "paper", "baseline", "test_accuracy", 0), 0.99, 1e-12);
    eg_results_free(&results);
}

/* The areas differ by 0.200, 0.202 and 0.204: mean 0.202, sd 0.002, t = 0.202 sqrt(3) / 0.002. */
Test(image_summary, areas_are_paired_over_replicates)
{
    struct eg_results results = summarise();
    cr_expect_float_eq(find_test(&results, "eg_prior", "baseline", "difference"), 0.202, 1e-12);
    cr_expect_float_eq(find_test(&results, "eg_prior", "baseline", "paired_t"), 101 * sqrt(3),
                       1e-6);
    cr_expect_float_eq(find_test(&results, "eg_prior", "noise_augmentation", "difference"), -0.097,
                       1e-12);
    cr_expect_null(eg_results_find_named(
        &results, NULL, NULL, &(struct eg_result_name){"baseline", NULL, NULL, "difference"}, NAN));
    eg_results_free(&results);
}

/* Under protocol paper the drawn prior (0.01) takes the first image for another class; the second is
 * right in all. */
Test(image_summary, maps_of_images_that_all_models_have_right)
{
    struct eg_results results = summarise();
    size_t of_paper = 0;
    for (size_t i = 0; i < results.map_count; i++) {
        const struct eg_map *map = &results.maps[i];
        if (strcmp(map->protocol, "paper") != 0)
            continue;
        of_paper++;
        cr_expect_eq(map->position, 0);
        cr_expect_str_eq(map->label, "one");
        cr_expect_eq(map->values[1], strcmp(map->method, "image") ? 1000 : 8);
    }
    cr_expect_eq(of_paper, 3, "image, baseline, EG prior");
    cr_expect_eq(results.map_count, 3 + 6, "protocol fixed has both images");
    eg_results_free(&results);
}

Test(image_summary, without_a_baseline_nothing_is_chosen)
{
    const struct eg_rows rows = {.array = json_array()};
    add_row(&rows, "eg_prior", 1e-3, 0, (struct numbers){0.985, 0.975, 600, 0.60});
    struct eg_results results = make_summary(&image_noise_experiment, &rows);
    cr_expect_float_eq(find(&results, "paper", "eg_prior", "test_accuracy", 1e-3), 0.985, 1e-12);
    cr_expect_null(eg_results_find(&results, NULL, NULL, NULL, "test_accuracy", NAN));
    cr_expect_eq(results.map_count, 0);
    eg_results_free(&results);
}
