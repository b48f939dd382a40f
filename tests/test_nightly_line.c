/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/nightly_line.h"

#include <criterion/criterion.h>

#include "run/history.h"
#include "tests/scratch_folder.h"

static const uint64_t seeds[] = {3, 4, 5};

/* Two measures of three seeds, one without any value. */
static struct eg_nightly make_nightly(const char *commit)
{
    const struct eg_measure names = {.experiment = "e", .dataset = "d", .metric = "score"};
    const struct eg_measure none = {.experiment = "e", .dataset = "d", .metric = "none"};
    struct eg_nightly nightly = {.seed_count = 3};
    nightly.facts = json_pack("{s:s, s:b, s:s, s:[i,i,i], s:{}, s:{s:s}, s:{s:[s,s,s]}, s:{s:f}}",
                              "commit", commit, "dirty", 0, "scale", "smoke", "seeds", 3, 4, 5,
                              "machine", "code", "e", "1", "digests", "e", "a", "", commit,
                              "seconds", "e", 2.5);
    nightly.seeds = eg_alloc(3, sizeof *nightly.seeds, NULL);
    cr_assert(nightly.facts && nightly.seeds);
    for (size_t i = 0; i < 3; i++)
        nightly.seeds[i] = seeds[i];
    struct eg_measure *measure = eg_nightly_add(&nightly, &names, NULL);
    cr_assert_not_null(measure);
    measure->values[0] = 0.25;
    measure->values[2] = -1.75;
    cr_assert_not_null(eg_nightly_add(&nightly, &none, NULL));
    return nightly;
}

/* Appends the line to a history of its own and reads it back, so that it is one. */
static struct eg_history keep(json_t *line)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "history.jsonl");
    struct eg_history history;
    struct eg_error error = {0};
    cr_assert_eq(eg_history_append(path.text, line, &error), EG_OK, "%s", error.message);
    cr_assert_eq(eg_history_read(path.text, (struct eg_warner){0}, &history, &error), EG_OK);
    cr_assert_eq(json_array_size(history.lines), 1);
    json_decref(line);
    remove_scratch(&scratch);
    return history;
}

static const json_t *number_of(const json_t *line, const char *field, const char *name)
{
    return json_object_get(json_object_get(line, field), name);
}

Test(nightly_line, a_nightly_run_holds_means_over_the_seeds_that_have_a_value)
{
    struct eg_nightly nightly_run = make_nightly("abc");
    json_t *steps = json_pack("{s:{s:f}, s:{s:f}, s:i}", "steps", "sparse_epoch", 1.5,
                              "calibration", "product_gflops", 50.0, "threads", 2);
    json_t *verdict = json_pack("{s:s, s:s, s:[], s:i}", "verdict", "quiet", "answer", "fine",
                                "moved", "more", 1);
    struct eg_history history = keep(eg_nightly_line(&nightly_run, steps, verdict, NULL));
    const json_t *line = eg_history_last(&history, "night");
    const json_t *measures = json_object_get(line, "measures");
    cr_assert_eq(json_array_size(measures), 2);
    cr_expect_eq(json_real_value(json_object_get(json_array_get(measures, 0), "mean")),
                 (0.25 - 1.75) / 2);
    cr_expect(json_is_null(json_object_get(json_array_get(measures, 1), "mean")));
    cr_expect_eq(json_real_value(number_of(line, "steps", "sparse_epoch")), 1.5);
    cr_expect_eq(json_real_value(number_of(line, "calibration", "product_gflops")), 50);
    cr_expect_eq(json_real_value(number_of(line, "seconds", "e")), 2.5);
    cr_expect_str_eq(json_string_value(json_object_get(line, "verdict")), "quiet");
    eg_history_free(&history);
    json_decref(steps);
    json_decref(verdict);
    eg_nightly_free(&nightly_run);
}

Test(nightly_line, an_accepted_line_holds_old_and_new_digests)
{
    struct eg_nightly old = make_nightly("abc"), new = make_nightly("def");
    struct eg_history history = keep(eg_nightly_accepted_line(&old, &new, "a better step", NULL));
    const json_t *line = eg_history_last(&history, "accepted");
    cr_expect_str_eq(json_string_value(json_object_get(line, "commit")), "def");
    cr_expect_str_eq(json_string_value(json_object_get(line, "old_commit")), "abc");
    cr_expect_str_eq(json_string_value(json_array_get(number_of(line, "digests", "e"), 2)), "def");
    cr_expect_str_eq(json_string_value(json_array_get(number_of(line, "old_digests", "e"), 2)),
                     "abc");
    cr_expect_str_eq(json_string_value(json_object_get(line, "reason")), "a better step");
    eg_history_free(&history);
    history = keep(eg_nightly_accepted_line(NULL, &new, "the first", NULL));
    cr_expect_null(json_object_get(eg_history_last(&history, "accepted"), "old_digests"));
    eg_history_free(&history);
    eg_nightly_free(&old);
    eg_nightly_free(&new);
}
