/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_script.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/report/report_data.h"

static const struct eg_result accuracy = {.dataset = "made",
                                          .protocol = "fixed",
                                          .scale = "quick",
                                          .method = "eg",
                                          .metric = "test_accuracy",
                                          .x = NAN,
                                          .value = 0.9,
                                          .se = NAN,
                                          .n = 5};

/* The lines of a figure of that kind that are no comment. */
static size_t count_points(const struct eg_part *part, enum eg_figure_kind kind, char **text)
{
    const struct eg_figure_spec spec = {.kind = kind, .metric = "test_accuracy"};
    const struct eg_report report = {0};
    struct eg_figure figure;
    size_t size, count = 0;
    FILE *stream = open_memstream(text, &size);
    cr_assert(eg_figure_make(&figure, &report, part, &spec, &part->results.items[0]));
    cr_assert_eq(eg_figure_write_data(&figure, stream, NULL), EG_OK);
    fclose(stream);
    for (const char *line = *text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        count += *line && *line != '#' && *line != '\n';
    }
    return count;
}

/* A metric may be a number and a curve: bars show the one, lines the other. */
Test(figure_data, bars_are_of_plain_numbers_and_lines_of_curves)
{
    struct eg_part part = {0};
    struct eg_result at = accuracy;
    char *text;
    cr_assert_eq(eg_results_add(&part.results, &accuracy, NULL), EG_OK);
    for (int decade = 0; decade < 3; decade++) {
        at.x = pow(10, decade);
        at.value = 0.5;
        cr_assert_eq(eg_results_add(&part.results, &at, NULL), EG_OK);
    }
    cr_expect_eq(count_points(&part, EG_FIGURE_BARS, &text), 1, "%s", text);
    cr_expect(strstr(text, " 0.9 ") && !strstr(text, " 0.5 "), "%s", text);
    free(text);
    cr_expect_eq(count_points(&part, EG_FIGURE_LINES, &text), 3, "%s", text);
    cr_expect(!strstr(text, " 0.9 "), "%s", text);
    free(text);
    eg_results_free(&part.results);
}
