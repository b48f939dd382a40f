/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/kernel/kernel_growth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "tests/scratch_folder.h"

/* Values 1, 2, 4 ... with the usual 2; seconds as that power of them, operations as the value. */
static struct eg_growth_axis make_axis(const char *name, size_t count, size_t measured,
                                       double power)
{
    struct eg_growth_axis axis = {.name = name, .usual = 2, .count = count, .measured = measured};
    for (size_t i = 0; i < count; i++) {
        struct eg_growth_point *point = &axis.points[i];
        point->value = (size_t)1 << i;
        for (size_t round = 0; round < EG_GROWTH_ROUNDS; round++)
            point->seconds[round] = (double)(1 + round) * pow((double)point->value, power);
        point->operations = 1e9 * (double)point->value;
    }
    return axis;
}

Test(kernel_growth, a_power_of_the_value_is_found)
{
    struct eg_growth_axis axis = make_axis("rows", 5, 5, 1.5);
    cr_assert_eq(eg_growth_fit(&axis, NULL), EG_OK);
    cr_expect_float_eq(axis.exponent, 1.5, 1e-12);
    cr_expect_float_eq(axis.exponent_se, 0, 1e-7);
    cr_expect_float_eq(axis.exponent_predicted, 1, 1e-12);
    cr_expect_float_eq(axis.points[2].fastest, 8, 1e-12);
    cr_expect_float_eq(axis.points[2].median, 24, 1e-12);
    cr_expect_float_eq(axis.points[2].predicted, 2 * pow(2, 1.5), 1e-12);
}

/* A slope through (0,0), (1,1), (2,1) in logarithms of base 2: 1/2, with residuals -1/6, 1/3, -1/6. */
Test(kernel_growth, scatter_about_the_line_is_its_doubt)
{
    struct eg_growth_axis axis = make_axis("rows", 3, 3, 1);
    axis.points[2].seconds[0] = 2;
    cr_assert_eq(eg_growth_fit(&axis, NULL), EG_OK);
    cr_expect_float_eq(axis.exponent, 0.5, 1e-12);
    cr_expect_float_eq(axis.exponent_se, sqrt(1 / 6.0 / 2), 1e-12);
}

/* The same work on twice the threads is predicted to take half the time. */
Test(kernel_growth, threads_share_the_operations)
{
    struct eg_growth_axis axis = make_axis("threads", 4, 2, -0.8);
    axis.is_threads = 1;
    axis.usual = 1;
    axis.points[1].operations = axis.points[0].operations;
    cr_assert_eq(eg_growth_fit(&axis, NULL), EG_OK);
    cr_expect_float_eq(axis.exponent, -0.8, 1e-12);
    cr_expect(isnan(axis.exponent_se));
    cr_expect_float_eq(axis.exponent_predicted, -1, 1e-12);
    cr_expect_float_eq(axis.points[1].predicted, 0.5, 1e-12);
    axis.measured = 1; /* one core: no line, and no failure */
    cr_assert_eq(eg_growth_fit(&axis, NULL), EG_OK);
    cr_expect(isnan(axis.exponent) && isnan(axis.exponent_predicted));
}

Test(kernel_growth, the_usual_value_must_be_among_those_measured)
{
    struct eg_growth_axis axis = make_axis("rows", 3, 3, 1);
    struct eg_error error = {0};
    axis.usual = 3;
    cr_expect_eq(eg_growth_fit(&axis, &error), EG_INTERNAL);
    cr_expect(strstr(error.message, "rows"), "%s", error.message);
}

static struct eg_growth make_growth(void)
{
    static const char *const names[EG_GROWTH_AXES] = {"rows", "references", "features",
                                                      "hidden layers", "threads"};
    struct eg_growth growth = {.threads = 2};
    for (size_t a = 0; a < EG_GROWTH_AXES; a++) {
        growth.axes[a] = make_axis(names[a], 4, a == 4 ? 2 : 4, a == 4 ? -0.9 : 1);
        growth.axes[a].is_threads = a == 4;
        cr_assert_eq(eg_growth_fit(&growth.axes[a], NULL), EG_OK);
    }
    return growth;
}

Test(kernel_growth, the_table_names_what_was_not_measured)
{
    const struct eg_growth growth = make_growth();
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    cr_assert_eq(eg_growth_print(&growth, stream, NULL), EG_OK);
    fclose(stream);
    cr_expect(strstr(text, "\n| rows | 1 to 8 | 1.00 ± 0.00 | 1.00 | 2.00 | 2.00 | 1.00 |\n"), "%s",
              text);
    cr_expect(strstr(text, "\n| threads | 4 | not measured"), "%s", text);
    cr_expect(strstr(text, "\n| threads | 8 | not measured"), "%s", text);
    cr_expect(strstr(text, "\n| rows | 4 | 4000.00 | 12000.00 | 4000.00 | 4.000 | 1.0 | 0.0 |\n"),
              "%s", text);
    free(text);
}

Test(kernel_growth, files_hold_the_same_numbers)
{
    const struct eg_growth growth = make_growth();
    struct eg_error error = {0};
    const struct scratch scratch = make_scratch();
    cr_assert_eq(eg_growth_write(&growth, scratch.folder, (struct eg_warner){0}, &error), EG_OK,
                 "%s", error.message);
    json_t *all = json_load_file(find_scratch(&scratch, "growth.json").text, 0, NULL);
    json_t *threads = json_array_get(json_object_get(all, "axes"), 4);
    cr_expect_eq(json_array_size(json_object_get(threads, "points")), 2);
    cr_expect_eq(json_integer_value(json_array_get(json_object_get(threads, "not_measured"), 1)),
                 8);
    cr_expect(json_is_null(json_object_get(threads, "exponent_se")));
    cr_expect_float_eq(json_real_value(json_object_get(threads, "exponent")), -0.9, 1e-6);
    json_decref(all);
    /* x, value, no interval, predicted; four points an axis, and two of threads. */
    FILE *data = fopen(find_scratch(&scratch, "figures/growth.dat").text, "r");
    char line[256];
    size_t points = 0, last = 0;
    while (data && fgets(line, sizeof line, data)) {
        double x, times, predicted;
        if (sscanf(line, " %lf %lf ? ? %lf", &x, &times, &predicted) == 3) {
            points++;
            last += fabs(times - x) < 1e-9 && fabs(predicted - x) < 1e-9;
        }
    }
    if (data)
        fclose(data);
    cr_expect_eq(points, 18);
    cr_expect_eq(last, 17, "all but a thread fewer go with the value: %zu", last);
    remove_scratch(&scratch);
}
