/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headings of figures: every word once, no line wider than the figure, none nearly empty. */
#include "bench/report/figure_head.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>

enum { WIDEST = 90, HEIGHT = 300 };

static const char long_title[] =
    "The priors beside weight decay and noise augmentation: accuracy of the same test images under "
    "Gaussian noise (band: sd over models)";

/* The heading's lines, and the height that the figure then has. */
static json_t *make_head(const char *title, const char *dataset, json_int_t *height)
{
    const struct eg_figure_spec spec = {.title = title, .kind = EG_FIGURE_LINES, .metric = "score"};
    struct eg_result block = {.protocol = "paper", .scale = "quick"};
    snprintf(block.dataset, sizeof block.dataset, "%s", dataset);
    const struct eg_part part = {0};
    const struct eg_figure figure = {.spec = &spec, .block = &block, .part = &part};
    json_t *head = eg_figure_head(&figure, 880, HEIGHT, json_object());
    cr_assert(head);
    json_t *lines = json_incref(json_object_get(head, "heading"));
    *height = json_integer_value(json_object_get(head, "height"));
    json_decref(head);
    return lines;
}

static const char *line(const json_t *lines, size_t index)
{
    const char *text = json_string_value(json_array_get(lines, index));
    return text ? text : "";
}

Test(figure_head, a_long_title_takes_lines_of_nearly_the_same_length)
{
    json_int_t height;
    json_t *lines = make_head(long_title, "circles", &height);
    char joined[512];
    cr_assert_eq(json_array_size(lines), 3);
    snprintf(joined, sizeof joined, "%s %s", line(lines, 0), line(lines, 1));
    cr_assert_str_eq(joined, long_title);
    for (size_t i = 0; i < 2; i++)
        cr_assert(strlen(line(lines, i)) <= WIDEST && 3 * strlen(line(lines, i)) > WIDEST, "%s",
                  line(lines, i));
    cr_assert(height > HEIGHT, "no room for it");
    json_decref(lines);
}

Test(figure_head, what_it_is_of_breaks_between_sentences_alone)
{
    json_int_t height;
    json_t *lines = make_head(
        "Short", "a data set with a name that is so long that the rest goes below", &height);
    cr_assert_eq(json_array_size(lines), 3);
    cr_assert_str_eq(line(lines, 0), "Short");
    for (size_t i = 1; i < 3; i++)
        cr_assert_eq(line(lines, i)[strlen(line(lines, i)) - 1], '.', "%s", line(lines, i));
    json_decref(lines);
}

Test(figure_head, a_word_wider_than_a_line_is_not_cut)
{
    char word[2 * WIDEST + 1];
    json_int_t height;
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    json_t *lines = make_head(word, "circles", &height);
    cr_assert_eq(json_array_size(lines), 2);
    cr_assert_str_eq(line(lines, 0), word);
    json_decref(lines);
}

Test(figure_head, what_else_a_reader_must_know_breaks_between_words)
{
    const struct eg_figure_spec spec = {
        .title = "Short", .kind = EG_FIGURE_LINES, .metric = "score", .note = long_title};
    struct eg_result block = {.dataset = "circles", .protocol = "paper", .scale = "quick"};
    const struct eg_part part = {0};
    const struct eg_figure figure = {.spec = &spec, .block = &block, .part = &part};
    json_t *lines = eg_figure_heading(&figure);
    char joined[512];
    cr_assert_eq(json_array_size(lines), 4);
    snprintf(joined, sizeof joined, "%s %s", line(lines, 2), line(lines, 3));
    cr_assert_str_eq(joined, long_title);
    json_decref(lines);
}
