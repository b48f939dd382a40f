/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The common main, from the command line to the store, in processes of its own. */
#include "bench/frame/program.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "tests/run_fake.h"
#include "tests/scratch_folder.h"

#define RUN(...) run_fake((const char *[]){__VA_ARGS__, NULL})
#define START(...) start_fake((const char *[]){__VA_ARGS__, NULL})
#define DIGEST(digest, ...) digest_of((const char *[]){__VA_ARGS__, NULL}, digest)

static void pause_milliseconds(long milliseconds)
{
    nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
}

/* Waits until the file has so many lines; at most ten seconds. */
static void wait_for_lines(const char *path, size_t lines)
{
    for (int i = 0; i < 2000 && count_lines(path) < lines; i++)
        pause_milliseconds(5);
    cr_assert(count_lines(path) >= lines, "%s", path);
}

/* The digest of an unbroken run on one thread. */
static void run_unbroken(char digest[33])
{
    const struct scratch scratch = make_scratch();
    const struct fake_outcome outcome = RUN("--out", scratch.folder, "--threads", "1");
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    cr_assert_eq(DIGEST(digest, scratch.folder), 21);
    remove_scratch(&scratch);
}

Test(program, prints_tables_and_one_closing_line)
{
    const struct scratch scratch = make_scratch();
    struct fake_outcome outcome = RUN("--out", scratch.folder, "--scale", "smoke");
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    cr_assert(strstr(outcome.out, "Table 0: sums of random numbers\n[circles, protocol fixed"));
    cr_assert(strstr(outcome.out, "\nbeta "));
    cr_assert(strstr(outcome.err, "24 cells in") && strstr(outcome.err, "21 ok, 3 skipped") &&
                  strchr(outcome.err, '\n') == outcome.err + strlen(outcome.err) - 1,
              "%s", outcome.err);
    const struct fake_outcome again = RUN("--out", scratch.folder, "--scale", "smoke", "--quiet",
                                          "--json");
    cr_assert(again.status == 0 && *again.err == '\0', "%s", again.err);
    cr_assert_eq(strncmp(again.out, "{\"experiment\":\"fake\",\"dataset\":\"circles\"", 39), 0);
    remove_scratch(&scratch);
}

Test(program, what_is_stored_is_not_run_again)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path rows = find_scratch(&scratch, "runs/fake.jsonl");
    cr_assert_eq(RUN("--out", scratch.folder).status, 0);
    cr_assert_eq(count_lines(rows.text), 25); /* one is the receipt */
    cr_assert(strstr(RUN("--out", scratch.folder).err, "0 run in"));
    cr_assert_eq(count_lines(rows.text), 25);
    const struct fake_outcome forced = RUN("--out", scratch.folder, "--force", "--only", "moons");
    cr_assert(strstr(forced.err, "12 run in"), "%s", forced.err);
    cr_assert_eq(count_lines(rows.text), 37);
    cr_assert(strstr(RUN("--out", scratch.folder, "--seed", "1").err, "24 run in"));
    cr_assert(strstr(RUN("--out", scratch.folder, "--replicates", "6").err, " 12 run in"));
    remove_scratch(&scratch);
}

struct bad_words {
    char words[2][24];
    char told[48];
};

ParameterizedTestParameters(program, bad_command_lines)
{
    static struct bad_words bad[] = {
        {{"--threads", "0"}, "--threads 0"},
        {{"--threads", "9999"}, "--threads 9999"},
        {{"--replicates", "-1"}, "--replicates -1"},
        {{"--seed", "9223372036854775808"}, "--seed 9223372036854775808"},
        {{"--scale", "big"}, "smoke quick night paper"},
        {{"--protocol", "mine"}, "paper fixed both"},
        {{"--shard", "4/3"}, "--shard 4/3"},
        {{"--only", "none*"}, "--only none*"},
        {{"--dry-run", "--list"}, "one of them"},
        {{"--colour"}, "--colour"},
        {{"stray"}, "stray"},
        {{"--out="}, "--out"},
    };
    return cr_make_param_array(struct bad_words, bad, sizeof bad / sizeof *bad);
}

ParameterizedTest(struct bad_words *bad, program, bad_command_lines)
{
    const struct fake_outcome outcome = RUN(bad->words[0], *bad->words[1] ? bad->words[1] : NULL);
    cr_assert_eq(outcome.status, 2, "%s: %d", bad->words[0], outcome.status);
    cr_assert(strncmp(outcome.err, "egbench-fake: ", 14) == 0 && strstr(outcome.err, bad->told),
              "%s", outcome.err);
    cr_assert_eq(strchr(outcome.err, '\n'), outcome.err + strlen(outcome.err) - 1);
    cr_assert_eq(*outcome.out, '\0');
}

Test(program, folders_that_cannot_be_used)
{
    const struct scratch scratch = make_scratch();
    write_scratch(&scratch, "file", "x", 1);
    const struct scratch_path file = find_scratch(&scratch, "file");
    const char *const outs[] = {file.text, "/proc/egbench", "/proc/version"};
    for (size_t i = 0; i < 3; i++) {
        const struct fake_outcome outcome = RUN("--out", outs[i]);
        cr_assert_eq(outcome.status, 3);
        cr_assert(strstr(outcome.err, outs[i]) && strstr(outcome.err, "--out"), "%s", outcome.err);
    }
    const struct fake_outcome outcome = RUN("--out", scratch.folder, "--data", "/no/such/folder");
    cr_assert_eq(outcome.status, 3);
    cr_assert(strstr(outcome.err, "/no/such/folder"), "%s", outcome.err);
    remove_scratch(&scratch);
}

Test(program, lists_cells_and_what_would_run)
{
    const struct scratch scratch = make_scratch();
    cr_assert_eq(RUN("--out", scratch.folder, "--only", "circles", "-q").status, 0);
    const struct fake_outcome list = RUN("--out", scratch.folder, "--list");
    cr_assert(strstr(list.out, "ok\tdataset=circles,method=alpha,") &&
              strstr(list.out, "missing\tdataset=moons,method=alpha,"));
    const struct fake_outcome dry = RUN("--out", scratch.folder, "--dry-run");
    cr_assert(!strstr(dry.out, "circles") && strstr(dry.out, "dataset=moons,method=gamma,"));
    const struct fake_outcome estimate = RUN("--out", scratch.folder, "--estimate");
    cr_assert(strstr(estimate.out, "12 of 24 cells to run (3 timed)") &&
                  strstr(estimate.out, "core hours"),
              "%s", estimate.out);
    cr_assert_eq(count_lines(find_scratch(&scratch, "runs/fake.jsonl").text), 13);
    remove_scratch(&scratch);
}

Test(program, failed_cells_are_tried_again)
{
    char unbroken[33], digest[33];
    const struct scratch scratch = make_scratch();
    run_unbroken(unbroken);
    setenv("EGBENCH_FAKE_FAIL", "gamma", 1);
    const struct fake_outcome outcome = RUN("--out", scratch.folder);
    cr_assert_eq(outcome.status, 3);
    cr_assert(strstr(outcome.err, "8 of 24 cells failed") && strstr(outcome.err, "method=gamma"),
              "%s", outcome.err);
    cr_assert(strstr(outcome.out, "\nbeta ") && !strstr(outcome.out, "\ngamma "));
    unsetenv("EGBENCH_FAKE_FAIL");
    cr_assert(strstr(RUN("--out", scratch.folder).err, "8 run in"));
    cr_assert_eq(DIGEST(digest, scratch.folder), 21);
    cr_assert_str_eq(digest, unbroken);
    remove_scratch(&scratch);
}

Test(program, three_shards_make_the_whole)
{
    char unbroken[33], digest[33];
    const struct scratch here = make_scratch(), there = make_scratch();
    run_unbroken(unbroken);
    cr_assert_eq(RUN("--out", here.folder, "--shard", "1/3").status, 0);
    cr_assert_eq(RUN("--out", there.folder, "--shard", "2/3").status, 0);
    setenv("PMI_RANK", "2", 1);
    setenv("PMI_SIZE", "3", 1);
    const struct fake_outcome last = RUN("--out", here.folder);
    cr_assert(last.status == 0 && *last.out == '\0', "a shard has no result to print");
    cr_assert(strstr(last.err, "shard 3 of 3 (PMI_RANK)") && strstr(last.err, " 0 missing; "), "%s",
              last.err);
    cr_assert_eq(DIGEST(digest, here.folder, there.folder), 21);
    cr_assert_str_eq(digest, unbroken);
    remove_scratch(&here);
    remove_scratch(&there);
}

/* What follows from rows is run once all of these are there, whoever made them. */
Test(program, cells_that_follow_from_others)
{
    const struct scratch whole = make_scratch(), parts = make_scratch();
    char expected[33], digest[33];
    setenv("EGBENCH_FAKE_FOLLOWS", "1", 1);
    struct fake_outcome outcome = RUN("--out", whole.folder);
    cr_assert(outcome.status == 0 && strstr(outcome.err, "26 run in"), "%s", outcome.err);
    cr_assert_eq(DIGEST(expected, whole.folder), 23);
    cr_expect(strstr(RUN("--out", whole.folder).err, "26 cells in"));
    cr_expect(strstr(RUN("--out", parts.folder, "--list").out, "missing"));
    cr_expect_null(strstr(RUN("--out", parts.folder, "--list").out, "strength=9"));
    for (int round = 0; round < 2; round++)
        for (int shard = 1; shard <= 3; shard++) {
            char own[8];
            snprintf(own, sizeof own, "%d/3", shard);
            outcome = RUN("--out", parts.folder, "--shard", own);
            cr_assert_eq(outcome.status, 0, "%s", outcome.err);
            cr_expect(round > 0 || DIGEST(digest, parts.folder) <= 21, "none knows the others");
        }
    cr_assert_eq(DIGEST(digest, parts.folder), 23);
    cr_assert_str_eq(digest, expected);
    outcome = RUN("--out", "nowhere", "--estimate");
    cr_expect(strstr(outcome.out, "26 of 26 cells"), "%s", outcome.out);
    remove_scratch(&whole);
    remove_scratch(&parts);
}

Test(program, killed_and_resumed)
{
    char unbroken[33], digest[33];
    const struct scratch scratch = make_scratch();
    const struct scratch_path rows = find_scratch(&scratch, "runs/fake.jsonl");
    run_unbroken(unbroken);
    setenv("EGBENCH_FAKE_MILLISECONDS", "10", 1);
    for (size_t lines = 4; lines <= 16; lines += 6) {
        const pid_t process = START("--out", scratch.folder, "--threads", "2");
        wait_for_lines(rows.text, lines);
        kill(process, SIGKILL);
        cr_assert_eq(wait_for_fake(process), FAKE_KILLED + SIGKILL);
        /* What a kill in the middle of a write would leave. */
        FILE *file = fopen(rows.text, "a");
        cr_assert(file && fputs("{\"key\":\"0123", file) >= 0 && fclose(file) == 0);
    }
    const struct fake_outcome outcome = RUN("--out", scratch.folder, "--threads", "3");
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    cr_assert(strstr(outcome.err, "torn"), "%s", outcome.err);
    cr_assert_eq(DIGEST(digest, scratch.folder), 21);
    cr_assert_str_eq(digest, unbroken);
    remove_scratch(&scratch);
}

Test(program, interrupted_and_resumed)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    char unbroken[33], digest[33];
    signal(SIGHUP, SIG_DFL); /* nohup has it ignored, which programs inherit and heed */
    run_unbroken(unbroken);
    setenv("EGBENCH_FAKE_MILLISECONDS", "20", 1);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        const struct scratch scratch = make_scratch();
        const struct scratch_path rows = find_scratch(&scratch, "runs/fake.jsonl");
        const pid_t process = START("--out", scratch.folder, "--threads", "2");
        wait_for_lines(rows.text, 4);
        kill(process, signals[i]);
        cr_assert_eq(wait_for_fake(process), 130);
        const size_t lines = count_lines(rows.text);
        cr_assert(lines >= 4 && lines < 25, "%zu", lines);
        const struct fake_outcome outcome = RUN("--out", scratch.folder, "--threads", "2");
        cr_assert(outcome.status == 0 && !strstr(outcome.err, "torn"), "%s", outcome.err);
        cr_assert_eq(count_lines(rows.text), 25);
        DIGEST(digest, scratch.folder);
        cr_assert_str_eq(digest, unbroken);
        remove_scratch(&scratch);
    }
}

Test(program, two_at_once_on_one_store)
{
    char unbroken[33], digest[33];
    const struct scratch scratch = make_scratch();
    run_unbroken(unbroken);
    setenv("EGBENCH_FAKE_MILLISECONDS", "2", 1);
    pid_t processes[3];
    for (size_t i = 0; i < 3; i++)
        processes[i] = START("--out", scratch.folder, "--threads", "2", "--force");
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq(wait_for_fake(processes[i]), 0);
    const struct fake_outcome outcome = RUN("--out", scratch.folder);
    cr_assert(outcome.status == 0 && !strstr(outcome.err, "warning"), "%s", outcome.err);
    cr_assert_eq(DIGEST(digest, scratch.folder), 21);
    cr_assert_str_eq(digest, unbroken);
    remove_scratch(&scratch);
}

Test(program, a_full_disk_loses_nothing_stored)
{
    char unbroken[33], digest[33];
    const struct scratch scratch = make_scratch();
    const struct scratch_path rows = find_scratch(&scratch, "runs/fake.jsonl");
    run_unbroken(unbroken);
    cr_assert_eq(RUN("--out", scratch.folder, "--only", "circles").status, 0);
    struct stat now;
    cr_assert_eq(stat(rows.text, &now), 0);
    const struct rlimit tight = {(rlim_t)now.st_size + 1500, RLIM_INFINITY},
                        wide = {RLIM_INFINITY, RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &tight), 0);
    const struct fake_outcome outcome = RUN("--out", scratch.folder);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &wide), 0);
    cr_assert_eq(outcome.status, 3);
    cr_assert(strstr(outcome.err, rows.text) && strstr(outcome.err, "File too large"), "%s",
              outcome.err);
    const size_t lines = count_lines(rows.text);
    cr_assert(lines > 13 && lines < 25, "%zu", lines);
    const struct fake_outcome again = RUN("--out", scratch.folder);
    cr_assert(again.status == 0 && !strstr(again.err, "warning"), "%s", again.err);
    cr_assert_eq(count_lines(rows.text), 25);
    DIGEST(digest, scratch.folder);
    cr_assert_str_eq(digest, unbroken);
    remove_scratch(&scratch);
}

Test(program, a_device_is_no_store)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path rows = find_scratch(&scratch, "runs/fake.jsonl");
    write_scratch(&scratch, "runs/other", "", 0);
    cr_assert_eq(symlink("/dev/full", rows.text), 0);
    const struct fake_outcome outcome = RUN("--out", scratch.folder);
    cr_assert_eq(outcome.status, 3);
    cr_assert(strstr(outcome.err, "fake.jsonl: it is a device; a file is needed"), "%s",
              outcome.err);
    remove_scratch(&scratch);
}

Test(program, help_version_and_manual)
{
    const struct fake_outcome help = RUN("--help"), version = RUN("--version"), man = RUN("--man");
    cr_assert(help.status == 0 && strstr(help.out, "Usage: egbench-fake") &&
              strstr(help.out, "--shard I/N") && strstr(help.out, "Exit status:"));
    cr_assert(version.status == 0 && strncmp(version.out, "egbench-fake ", 13) == 0);
    cr_assert(man.status == 0 && strstr(man.out, ".Dt EGBENCH-FAKE 1") &&
              strstr(man.out, ".Sh EXIT STATUS"));
}
