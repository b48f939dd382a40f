/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/history.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

/* A whole line of a nightly run, and one that differs in a field. */
#define REST(time, digest)                                                                         \
    "\"time\":\"" time "\",\"commit\":\"abc\",\"scale\":\"smoke\",\"seeds\":[0,1],\"machine\":{}," \
    "\"code\":{\"e\":\"1\"},\"digests\":{\"e\":[\"" digest "\"]}"
#define NIGHTLY_RUN(time)                                                                          \
    "{\"history\":\"night\",\"version\":1," REST(time, "d") ",\"verdict\":\"quiet\","              \
                                                            "\"answer\":\"nothing moved\"}\n"

struct warnings {
    size_t count;
    char all[4096];
};

static void keep_warning(void *context, const char *message)
{
    struct warnings *warnings = context;
    warnings->count++;
    strncat(warnings->all, message, sizeof warnings->all - strlen(warnings->all) - 1);
    strncat(warnings->all, "\n", sizeof warnings->all - strlen(warnings->all) - 1);
}

static struct eg_history read_fine(const char *path, struct warnings *warnings)
{
    struct eg_history history;
    struct eg_error error = {0};
    *warnings = (struct warnings){0};
    cr_assert_eq(
        eg_history_read(path, (struct eg_warner){keep_warning, warnings}, &history, &error), EG_OK,
        "%s", error.message);
    return history;
}

static json_t *make_nightly_run(const char *digest, const char *answer)
{
    json_t *nightly_run = json_pack("{s:s, s:s, s:s, s:[i,i], s:{}, s:{s:s}, s:{s:[s]}, s:s, s:s}",
                                    "history", "night", "commit", "abc", "scale", "smoke", "seeds",
                                    0, 1, "machine", "code", "e", "1", "digests", "e", digest,
                                    "verdict", "quiet", "answer", answer);
    cr_assert_not_null(nightly_run);
    return nightly_run;
}

static void give_measure(json_t *nightly_run, double mean)
{
    json_t *measure = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:f}", "experiment", "e", "dataset",
                                "d", "protocol", "paper", "method", "m", "metric", "x", "label", "",
                                "mean", mean);
    cr_assert_eq(json_object_set_new(nightly_run, "measures", json_pack("[o]", measure)), 0);
}

static int append(const char *path, json_t *line, struct eg_error *error)
{
    const int status = eg_history_append(path, line, error);
    json_decref(line);
    return status;
}

static const char *text_of(const json_t *line, const char *field)
{
    const char *text = json_string_value(json_object_get(line, field));
    return text ? text : "";
}

static double mean_of(const struct eg_history *history, size_t i)
{
    const json_t *measures = json_object_get(json_array_get(history->lines, i), "measures");
    cr_assert_eq(json_array_size(measures), 1);
    return json_number_value(json_object_get(json_array_get(measures, 0), "mean"));
}

static long size_of(const char *path)
{
    struct stat now;
    return stat(path, &now) == 0 ? (long)now.st_size : -1;
}

Test(history, no_file_is_an_empty_history)
{
    struct warnings warnings;
    struct eg_history history = read_fine("/tmp/no-such-folder/history.jsonl", &warnings);
    cr_expect_eq(json_array_size(history.lines), 0);
    cr_expect_eq(warnings.count, 0);
    cr_expect_null(eg_history_last(&history, "night"));
    eg_history_free(&history);
}

Test(history, what_is_appended_comes_back_in_its_order)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "deep/history.jsonl");
    struct eg_error error = {0};
    struct warnings warnings;
    cr_assert_eq(append(path.text, make_nightly_run("a", "first"), &error), EG_OK, "%s",
                 error.message);
    json_t *accepted = make_nightly_run("b", "");
    json_object_set_new(accepted, "history", json_string("accepted"));
    json_object_set_new(accepted, "reason", json_string("a better step"));
    cr_assert_eq(append(path.text, accepted, &error), EG_OK, "%s", error.message);
    cr_assert_eq(append(path.text, make_nightly_run("b", "second"), &error), EG_OK, "%s",
                 error.message);
    struct eg_history history = read_fine(path.text, &warnings);
    cr_assert_eq(json_array_size(history.lines), 3);
    cr_expect_eq(warnings.count, 0, "%s", warnings.all);
    cr_expect_str_eq(text_of(json_array_get(history.lines, 0), "answer"), "first");
    cr_expect_str_eq(text_of(eg_history_last(&history, "night"), "answer"), "second");
    cr_expect_str_eq(text_of(eg_history_last(&history, "accepted"), "reason"), "a better step");
    const json_t *first = json_array_get(history.lines, 0);
    cr_expect_eq(json_integer_value(json_object_get(first, "version")), EG_HISTORY_VERSION);
    cr_expect_eq(strlen(text_of(first, "time")), strlen("2026-11-22T03:10:00Z"));
    eg_history_free(&history);
    remove_scratch(&scratch);
}

Test(history, bad_lines_are_named_passed_over_and_counted)
{
    static const char text[] =
        NIGHTLY_RUN("2026-01-01T03:00:00Z") "{\"history\":\"night\",\"version\":1," REST(
            "2026-01-02T03:00:00Z",
            "d") "}\n"
                 "{\"history\":\"night\",\"version\":1," REST(
                     "yesterday",
                     "d") ",\"verdict\":\"quiet\","
                          "\"answer\":\"\"}\n"
                          "{\"history\":\"nightly\",\"version\":1," REST(
                              "2026-01-03T03:00:00Z",
                              "d") "}\n"
                                   "[1, 2]\n"
                                   "{\"history\":\"night\",\"version\":1,\"time\":\"2026-01-"
                                   "0\n" NIGHTLY_RUN(
                                       "2026-01-04T03:00:00Z") "{\"history\":\"night\",\"ver";
    static const char *const told[] = {":2: not a line of a history (\"verdict\" is missing",
                                       ":3: not a line of a history (\"time\" is missing",
                                       ":4: not a line of a history (\"history\" is neither",
                                       ":5: not a line of a history (not a JSON object",
                                       ":6: not a line of a history (",
                                       ":8: the last line is torn"};
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "history.jsonl");
    struct warnings warnings;
    write_scratch(&scratch, "history.jsonl", text, strlen(text));
    struct eg_history history = read_fine(path.text, &warnings);
    cr_expect_eq(json_array_size(history.lines), 2);
    cr_expect_eq(history.malformed, 5);
    cr_expect_eq(history.torn, 1);
    cr_expect_eq(warnings.count, 6, "%s", warnings.all);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        cr_expect(strstr(warnings.all, told[i]), "'%s' not in %s", told[i], warnings.all);
    eg_history_free(&history);
    remove_scratch(&scratch);
}

/* What a killed writer left is taken away by the next one, not glued to its line. */
Test(history, a_torn_line_does_not_harm_the_next)
{
    static const char text[] = NIGHTLY_RUN("2026-01-01T03:00:00Z") "{\"history\":\"night\",\"ver";
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "history.jsonl");
    struct warnings warnings;
    struct eg_error error = {0};
    write_scratch(&scratch, "history.jsonl", text, strlen(text));
    cr_assert_eq(append(path.text, make_nightly_run("d", "next"), &error), EG_OK, "%s",
                 error.message);
    struct eg_history history = read_fine(path.text, &warnings);
    cr_expect_eq(json_array_size(history.lines), 2);
    cr_expect_eq(warnings.count, 0, "%s", warnings.all);
    cr_expect_str_eq(text_of(eg_history_last(&history, "night"), "answer"), "next");
    eg_history_free(&history);
    remove_scratch(&scratch);
}

Test(history, a_clock_that_goes_backwards_is_told_and_changes_no_order)
{
    static const char text[] = NIGHTLY_RUN("2026-03-02T03:00:00Z")
        NIGHTLY_RUN("2026-03-01T03:00:00Z") NIGHTLY_RUN("2026-03-01T09:00:00Z")
            NIGHTLY_RUN("2026-03-03T03:00:00Z");
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "history.jsonl");
    struct warnings warnings;
    write_scratch(&scratch, "history.jsonl", text, strlen(text));
    struct eg_history history = read_fine(path.text, &warnings);
    cr_assert_eq(json_array_size(history.lines), 4);
    cr_expect_eq(history.backwards, 2);
    cr_expect_eq(warnings.count, 2);
    cr_expect(strstr(warnings.all, ":2: its time 2026-03-01T03:00:00Z is before"), "%s",
              warnings.all);
    cr_expect_str_eq(text_of(json_array_get(history.lines, 1), "time"), "2026-03-01T03:00:00Z");
    eg_history_free(&history);
    remove_scratch(&scratch);
}

Test(history, another_version_is_refused_with_the_fix)
{
    static const char text[] = NIGHTLY_RUN(
        "2026-01-01T03:00:00Z") "{\"history\":\"night\",\"version\":3,\"when\":0}\n";
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "history.jsonl");
    struct eg_history history;
    struct eg_error error = {0};
    write_scratch(&scratch, "history.jsonl", text, strlen(text));
    cr_assert_eq(eg_history_read(path.text, (struct eg_warner){0}, &history, &error), EG_DATA);
    cr_expect(strstr(error.message, "history.jsonl:2: a line of version 3") &&
                  strstr(error.message, "move the history away"),
              "%s", error.message);
    cr_expect_null(history.lines);
    remove_scratch(&scratch);
}

/* Every bit of a history of two lines, the second of which has the measures of the first. */
Test(history, no_flipped_bit_passes_unnamed)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "history.jsonl");
    struct eg_error error = {0};
    struct warnings warnings;
    for (int i = 0; i < 2; i++) {
        json_t *nightly_run = make_nightly_run("a", "nothing");
        give_measure(nightly_run, 1.5);
        json_object_set_new(nightly_run, "time", json_string("2026-01-01T03:00:00Z"));
        cr_assert_eq(append(path.text, nightly_run, &error), EG_OK, "%s", error.message);
    }
    struct eg_history history, whole = read_fine(path.text, &warnings);
    cr_assert(json_array_size(whole.lines) == 2 && warnings.count == 0 && whole.unchecked == 0);
    char text[4096];
    FILE *file = fopen(path.text, "r");
    const size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
        write_scratch(&scratch, "history.jsonl", text, size);
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
        warnings = (struct warnings){0};
        cr_assert_eq(eg_history_read(path.text, (struct eg_warner){keep_warning, &warnings},
                                     &history, &error),
                     EG_OK, "bit %zu of byte %zu: %s", bit % 8, bit / 8, error.message);
        cr_assert(strstr(warnings.all, path.text) || json_equal(history.lines, whole.lines),
                  "bit %zu of byte %zu passed", bit % 8, bit / 8);
        eg_history_free(&history);
    }
    eg_history_free(&whole);
    remove_scratch(&scratch);
}

Test(history, measures_that_an_earlier_nightly_run_has_are_kept_once)
{
    static const char *const digests[] = {"a", "a", "b", "a"};
    static const double means[] = {1.5, 1.5, 2.5, 1.5};
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "history.jsonl");
    struct warnings warnings;
    long size[5] = {0};
    for (size_t i = 0; i < 4; i++) {
        struct eg_error error = {0};
        json_t *nightly_run = make_nightly_run(digests[i], "");
        give_measure(nightly_run, means[i]);
        cr_assert_eq(append(path.text, nightly_run, &error), EG_OK, "%s", error.message);
        size[i + 1] = size_of(path.text);
    }
    cr_expect_lt(size[2] - size[1], size[1] - 50, "the second night repeats the measures");
    cr_expect_eq(size[3] - size[2], size[1], "the third has measures of its own");
    cr_expect_eq(size[4] - size[3], size[2] - size[1], "the fourth repeats the measures");
    struct eg_history history = read_fine(path.text, &warnings);
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(mean_of(&history, i), means[i]);
    eg_history_free(&history);
    remove_scratch(&scratch);
}

Test(history, a_line_that_could_not_be_read_is_not_written)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "history.jsonl");
    struct eg_error error = {0};
    json_t *nightly_run = make_nightly_run("a", "");
    json_object_set_new(nightly_run, "seeds", json_string("0..9"));
    cr_expect_eq(append(path.text, nightly_run, &error), EG_INTERNAL);
    cr_expect(strstr(error.message, "seeds"), "%s", error.message);
    cr_expect_eq(size_of(path.text), -1);
    remove_scratch(&scratch);
}

Test(history, a_full_disk_leaves_the_file_as_it_was)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "history.jsonl");
    struct eg_error error = {0};
    struct warnings warnings;
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(append(path.text, make_nightly_run("a", "first"), &error), EG_OK, "%s",
                 error.message);
    const long size = size_of(path.text);
    struct rlimit was, limit;
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
    limit = (struct rlimit){(rlim_t)size + 20, was.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const int status = append(path.text, make_nightly_run("b", "second"), &error);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
    cr_expect_eq(status, EG_DATA);
    cr_expect(strstr(error.message, path.text), "%s", error.message);
    cr_expect_eq(size_of(path.text), size);
    cr_assert_eq(append(path.text, make_nightly_run("b", "again"), &error), EG_OK, "%s",
                 error.message);
    struct eg_history history = read_fine(path.text, &warnings);
    cr_expect_eq(json_array_size(history.lines), 2);
    cr_expect_eq(warnings.count, 0, "%s", warnings.all);
    eg_history_free(&history);
    remove_scratch(&scratch);
}

Test(history, writers_at_once_lose_nothing)
{
    enum { WRITERS = 6, LINES = 15 };
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "history.jsonl");
    struct warnings warnings;
    for (int writer = 0; writer < WRITERS; writer++)
        if (fork() == 0) {
            int bad = 0;
            for (int line = 0; line < LINES; line++)
                bad |= append(path.text, make_nightly_run("a", "one of many"), NULL);
            _exit(bad);
        }
    for (int writer = 0; writer < WRITERS; writer++) {
        int status;
        cr_assert(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    struct eg_history history = read_fine(path.text, &warnings);
    cr_expect_eq(json_array_size(history.lines), WRITERS * LINES);
    cr_expect_eq(history.malformed + history.torn, 0, "%s", warnings.all);
    eg_history_free(&history);
    remove_scratch(&scratch);
}
