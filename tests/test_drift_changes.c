/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/drift_changes.h"

#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_nightly.h"
#include "tests/made_report.h"

/* ---- cells ---- */

static void write_rows(const struct scratch *scratch, const char *first, const char *second)
{
    char text[4096];
    snprintf(text, sizeof text, "%s\n%s\n", make_line(0, "data", "smoke", 0, 0, first).text,
             make_line(0, "data", "smoke", 0, 1, second).text);
    write_lines(scratch, "runs/made.jsonl", text);
}

Test(drift_changes, names_the_number_that_changed_most)
{
    struct scratch before = make_scratch(), after = make_scratch();
    struct eg_drift_change change = {.experiment = "made"};
    struct eg_error error = {0};
    write_rows(&before, "{\"a\": {\"x\": 1}}", "{\"a\": {\"x\": 2, \"c\": [1, 2, 4]}}");
    write_rows(&after, "{\"a\": {\"x\": 1}}", "{\"a\": {\"x\": 2.02, \"c\": [1, 2, 5]}}");
    cr_assert_eq(eg_drift_compare_cells(&change, before.folder, after.folder, "smoke", 0,
                                        (struct eg_warner){0}, &error),
                 EG_OK, "%s", error.message);
    cr_expect_eq(change.cells, 2);
    cr_expect_eq(change.changed_cells, 1);
    cr_expect_str_eq(change.shown[0].name, "replicate 1");
    cr_expect_str_eq(change.shown[0].value, "a.c[2]");
    cr_expect_float_eq(change.shown[0].relative, 0.2, 1e-15);
    cr_expect_str_empty(change.shown[1].value);
    remove_scratch(&before);
    remove_scratch(&after);
}

/* ---- digests and commits ---- */

static const char a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                  b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

static void set_facts(struct eg_nightly *nightly, const char *commit, const char *code,
                      const char *digest)
{
    json_object_set_new(nightly->facts, "commit", json_string(commit));
    json_object_set_new(nightly->facts, "seeds", json_pack("[i, i]", 0, 1));
    json_object_set_new(nightly->facts, "code", json_pack("{s:s}", "made", code));
    json_object_set_new(nightly->facts, "digests", json_pack("{s:[s, s]}", "made", a, digest));
}

static void add_nightly_run(struct eg_history *history, const char *commit, const char *digest)
{
    json_array_append_new(history->lines,
                          json_pack("{s:s, s:s, s:s, s:[i, i], s:{s:[s, s]}}", "history", "night",
                                    "commit", commit, "scale", "smoke", "seeds", 0, 1, "digests",
                                    "made", a, digest));
}

Test(drift_changes, says_since_which_commit)
{
    struct eg_nightly reference = make_nightly(0, 2, 1), current = make_nightly(0, 2, 1);
    struct eg_history history = {.lines = json_array()};
    struct eg_drift_change change;
    set_facts(&reference, "c0", "v1", a);
    set_facts(&current, "c5", "v2", b);
    eg_drift_compare_digests(&change, "made", &reference, &current, &history);
    cr_expect_str_eq(change.last_same, "c0");
    cr_expect_str_eq(change.first_other, "c5");
    add_nightly_run(&history, "c1", b); /* repaired again by c2 */
    add_nightly_run(&history, "c2", a);
    add_nightly_run(&history, "c3", b);
    add_nightly_run(&history, "c4", b);
    eg_drift_compare_digests(&change, "made", &reference, &current, &history);
    cr_expect_str_eq(change.last_same, "c2");
    cr_expect_str_eq(change.first_other, "c3");
    cr_expect_eq(change.seeds, 2);
    cr_expect_eq(change.unequal, 1);
    cr_expect_not(change.same_code);
    cr_expect(eg_drift_same_machine(&reference, &current));
    json_decref(history.lines);
    eg_nightly_free(&reference);
    eg_nightly_free(&current);
}
