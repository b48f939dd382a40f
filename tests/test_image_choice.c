/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which strength stands for a model of the image experiment. */
#include "bench/image/image_models.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_rows.h"

extern const struct eg_experiment image_noise_experiment;

static void add(const struct eg_rows *rows, const char *model, double strength, int replicate,
                double accuracy, double variation)
{
    make_row(&image_noise_experiment, rows,
             json_pack("{s:s, s:s, s:s, s:s, s:f, s:i}", "dataset", "mnist", "protocol", "both",
                       "scale", "quick", "model", model, "strength", strength, "replicate",
                       replicate),
             json_pack("{s:f, s:f, s:f}", "test_accuracy", accuracy, "total_variation", variation,
                       "total_variation_gradients", 1000 - variation));
}

/* Holds the strengths chosen against those expected (NAN: none); the rows are taken over. */
static void expect_chosen(const struct eg_rows *rows, const char *const *methods,
                          const double *strengths, size_t count)
{
    struct eg_results results = make_summary(&image_noise_experiment, rows);
    for (size_t i = 0; i < count; i++) {
        const struct eg_result *found = eg_results_find(&results, "mnist", "paper", methods[i],
                                                        "chosen_strength", NAN);
        cr_expect_eq(found == NULL, isnan(strengths[i]), "%s", methods[i]);
        cr_expect(!found || found->value == strengths[i], "%s: %g", methods[i],
                  found ? found->value : 0);
    }
    eg_results_free(&results);
}

Test(image_choice, takes_the_smoothest_that_is_accurate_enough)
{
    const struct eg_rows rows = {.array = json_array()}, exact = {.array = json_array()};
    add(&rows, "baseline", 0, 0, 0.99, 800);
    add(&rows, "eg_prior", 1e-4, 0, 0.990, 700);
    add(&rows, "eg_prior", 1e-3, 0, 0.985, 600);
    add(&rows, "eg_prior", 1e-2, 0, 0.975, 400);
    add(&rows, "eg_prior", 1e-1, 0, 0.90, 100);
    expect_chosen(&rows, (const char *const[]){"eg_prior", "eg_prior_loose"},
                  (double[]){1e-3, 1e-1}, 2);
    add(&exact, "baseline", 0, 0, 0.985, 800);
    add(&exact, "eg_prior", 1e-3, 0, 0.985, 600);
    add(&exact, "eg_prior", 1e-2, 0, 0.985 - 0.01, 400);
    expect_chosen(&exact, (const char *const[]){"eg_prior"}, (double[]){1e-2}, 1);
}

Test(image_choice, none_where_none_is_enough_and_the_weakest_of_equals)
{
    const struct eg_rows rows = {.array = json_array()};
    add(&rows, "baseline", 0, 0, 0.9, 800);
    add(&rows, "eg_prior", 1e-3, 0, 0.85, 700);
    add(&rows, "eg_prior", 1e-4, 0, 0.85, 700);
    add(&rows, "eg_prior", 1e-2, 0, 0.7, 400);
    expect_chosen(&rows,
                  (const char *const[]){"eg_prior", "eg_prior_loose", "gradient_prior_loose"},
                  (double[]){NAN, 1e-4, NAN}, 3);
}

Test(image_choice, a_strength_of_few_replicates_does_not_stand)
{
    const struct eg_rows rows = {.array = json_array()};
    add(&rows, "baseline", 0, 0, 0.99, 800);
    add(&rows, "eg_prior", 1e-12, 0, 0.99, 300);
    for (int r = 0; r < 5; r++)
        add(&rows, "eg_prior", 1e-3, r, 0.985, 600);
    for (int r = 0; r < 4; r++)
        add(&rows, "eg_prior", 1e-2, r, 0.985, 400);
    expect_chosen(&rows, (const char *const[]){"eg_prior"}, (double[]){1e-3}, 1);
}

/* By the mean over replicates, and each model by the maps that it penalises. */
Test(image_choice, goes_by_means_of_what_a_model_penalises)
{
    static const char *const models[] = {"eg_prior", "gradient_prior"};
    const struct eg_rows rows = {.array = json_array()};
    add(&rows, "baseline", 0, 0, 0.9, 800);
    for (size_t m = 0; m < 2; m++) {
        add(&rows, models[m], 1e-2, 0, 0.8, 300);
        add(&rows, models[m], 1e-2, 1, 1.0, 500);
        add(&rows, models[m], 1e-3, 0, 0.9, 450);
        add(&rows, models[m], 1e-3, 1, 0.9, 450);
    }
    expect_chosen(&rows, models, (double[]){1e-2, 1e-3}, 2);
}

/* Every choice is of a model that there is; the rule of 1 % and that of 10 % are both there. */
Test(image_choice, every_choice_is_of_a_model)
{
    const char *const datasets[] = {"mnist", "fashion_mnist", "cifar10"};
    for (size_t d = 0; d < 3; d++) {
        double least = 1, most = 0;
        for (const struct eg_image_choice *c = eg_image_choices(datasets[d]); c->method; c++) {
            cr_assert_not_null(eg_image_model_find(c->model, NULL), "%s", c->model);
            if (strcmp(c->model, "eg_prior") == 0) {
                least = c->within < least ? c->within : least;
                most = c->within > most ? c->within : most;
            }
        }
        cr_expect_eq(least, 0.01);
        cr_expect_eq(most, 0.10);
    }
}

/* Below paper each prior has one strength there, the same for both; the whole VGG16 is trained without a prior
 * and with the paper's alone. */
Test(image_choice, cifar10_has_one_strength_below_paper)
{
    static const char *const scales[] = {"quick", "night"};
    double strengths[EG_IMAGE_STRENGTHS_MAX], of_prior;
    for (size_t s = 0; s < 2; s++)
        for (size_t m = 0; eg_image_models[m]; m++) {
            const struct eg_image_model *model = eg_image_models[m];
            const int is_baseline = !model->has_strengths,
                      is_eg = strcmp(model->name, "eg_prior") == 0;
            if (model->is_released)
                continue;
            cr_expect_eq(eg_image_strengths(model, "cifar10", scales[s], strengths),
                         model->penalty ? 0 : 1, "%s", model->name);
            of_prior = is_eg ? strengths[0] : of_prior;
            cr_expect(!model->method || strengths[0] == of_prior);
            cr_expect_eq(eg_image_strengths(model, "cifar10_vgg16", scales[s], strengths),
                         is_baseline || is_eg, "%s", model->name);
        }
}

Test(image_choice, the_paper_sweeps_twenty_decades)
{
    double strengths[EG_IMAGE_STRENGTHS_MAX];
    const struct eg_image_model *prior = eg_image_model_find("eg_prior", NULL);
    cr_assert_eq(eg_image_strengths(prior, "mnist", "paper", strengths), 20);
    for (int i = 0; i < 20; i++)
        cr_expect_float_eq(log10(strengths[i]), i - 20, 1e-12);
    cr_expect_eq(eg_image_replicates(prior, 1e-7, 5), 1);
    cr_expect_eq(eg_image_replicates(prior, 1e-6, 5), 5);
    cr_expect_eq(eg_image_replicates(eg_image_model_find("baseline", NULL), 0, 5), 5);
    cr_expect_eq(eg_image_replicates(eg_image_model_find("released_eg_prior", NULL), 5e-11, 5), 5);
}
