/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several processes on one store, and a store that is lost while a process writes it. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "tests/run_fake.h"
#include "tests/scratch_folder.h"

#define RUN(...) run_fake((const char *[]){__VA_ARGS__, NULL})
#define START(told, ...) start_fake_telling((const char *[]){__VA_ARGS__, NULL}, told)
#define DIGEST(digest, ...) digest_of((const char *[]){__VA_ARGS__, NULL}, digest)

enum { CELLS = 24, OK_CELLS = 21 };

/* A run in the background: its folder, its rows, and what two processes say. */
struct place {
    struct scratch scratch, aside;
    struct scratch_path rows, told[2];
    char whole[33]; /* the digest of an unbroken run */
};

static struct place make_place(const char *milliseconds)
{
    struct place place = {.scratch = make_scratch(), .aside = make_scratch()};
    place.rows = find_scratch(&place.scratch, "runs/fake.jsonl");
    place.told[0] = find_scratch(&place.aside, "told-0");
    place.told[1] = find_scratch(&place.aside, "told-1");
    const struct scratch unbroken = make_scratch();
    cr_assert_eq(RUN("--out", unbroken.folder, "--threads", "1").status, 0);
    cr_assert_eq(DIGEST(place.whole, unbroken.folder), OK_CELLS);
    remove_scratch(&unbroken);
    setenv("EGBENCH_FAKE_MILLISECONDS", milliseconds, 1);
    return place;
}

static void remove_place(const struct place *place)
{
    remove_scratch(&place->scratch);
    remove_scratch(&place->aside);
}

static void pause_milliseconds(long milliseconds)
{
    nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
}

static void wait_for_lines(const struct place *place, size_t lines)
{
    for (int i = 0; i < 2000 && count_lines(place->rows.text) < lines; i++)
        pause_milliseconds(5);
    cr_assert(count_lines(place->rows.text) >= lines, "%s", place->rows.text);
}

/* What the process said, and how many cells it ran. */
static char told[8192];

static int cells_run(const struct scratch_path *path)
{
    FILE *file = fopen(path->text, "r");
    cr_assert(file);
    told[fread(told, 1, sizeof told - 1, file)] = '\0';
    fclose(file);
    const char *place = strstr(told, " missing; ");
    return place ? atoi(place + strlen(" missing; ")) : -1;
}

/* The store is whole, one row a cell: a run finds nothing to do, and nothing to warn of. */
static void expect_whole(const struct place *place)
{
    char digest[33];
    cr_assert_eq(DIGEST(digest, place->scratch.folder), OK_CELLS);
    cr_expect_str_eq(digest, place->whole);
    const struct fake_outcome again = RUN("--out", place->scratch.folder);
    cr_expect(again.status == 0 && strstr(again.err, " 0 run in") && !strstr(again.err, "warning"),
              "%s", again.err);
}

Test(shared_store, two_processes_share_the_cells)
{
    const struct place place = make_place("20");
    pid_t processes[2];
    for (size_t i = 0; i < 2; i++)
        processes[i] = START(place.told[i].text, "--out", place.scratch.folder, "--threads", "2");
    for (size_t i = 0; i < 2; i++)
        cr_assert_eq(wait_for_fake(processes[i]), 0);
    const int first = cells_run(&place.told[0]), second = cells_run(&place.told[1]);
    cr_expect_eq(first + second, CELLS, "%d and %d", first, second);
    cr_expect(first > 0 && second > 0, "%d and %d", first, second);
    char others[64];
    snprintf(others, sizeof others, ", %d by another process meanwhile", first);
    cr_expect(strstr(told, others) && strstr(told, " 0 missing"), "%s", told);
    const size_t lines = count_lines(place.rows.text);
    cr_expect(lines == CELLS + 1 || lines == CELLS + 2, "%zu: rows, and a receipt or two", lines);
    expect_whole(&place);
    remove_place(&place);
}

Test(shared_store, what_a_killed_process_had_claimed_is_free)
{
    const struct place place = make_place("50");
    const pid_t killed = START(place.told[0].text, "--out", place.scratch.folder, "--threads", "3");
    wait_for_lines(&place, 4);
    const pid_t other = START(place.told[1].text, "--out", place.scratch.folder, "--threads", "2");
    wait_for_lines(&place, 10);
    kill(killed, SIGKILL);
    wait_for_fake(killed);
    cr_assert_eq(wait_for_fake(other), 0);
    cells_run(&place.told[1]);
    cr_expect(strstr(told, " 0 missing") && !strstr(told, "holds"), "%s", told);
    expect_whole(&place);
    remove_place(&place);
}

/* Stops it, but not while it holds the lock of the file. */
static void halt(pid_t process, const struct place *place)
{
    const int rows = open(place->rows.text, O_RDONLY);
    kill(process, SIGSTOP);
    pause_milliseconds(20);
    while (flock(rows, LOCK_EX | LOCK_NB)) {
        kill(process, SIGCONT);
        pause_milliseconds(3);
        kill(process, SIGSTOP);
        pause_milliseconds(20);
    }
    close(rows);
}

/* And what it had in hand comes to the same when it goes on. */
Test(shared_store, a_process_that_hangs_is_not_waited_for)
{
    const struct place place = make_place("30");
    const pid_t halted = START(place.told[0].text, "--out", place.scratch.folder, "--threads", "2");
    wait_for_lines(&place, 5);
    halt(halted, &place);
    setenv("EGBENCH_CLAIM_SECONDS", "0.3", 1);
    const struct fake_outcome outcome = RUN("--out", place.scratch.folder, "--threads", "2");
    cr_expect(outcome.status == 0 && strstr(outcome.err, " 0 missing"), "%s", outcome.err);
    cr_expect(strstr(outcome.err, "holds 2 cells and brought no row in") &&
                  strstr(outcome.err, "the first: dataset="),
              "%s", outcome.err);
    kill(halted, SIGCONT);
    cr_expect_eq(wait_for_fake(halted), 0);
    expect_whole(&place);
    remove_place(&place);
}

Test(shared_store, an_interrupt_ends_the_wait)
{
    const struct place place = make_place("30");
    const pid_t halted = START(place.told[0].text, "--out", place.scratch.folder, "--threads", "2");
    wait_for_lines(&place, 5);
    halt(halted, &place);
    const pid_t waiting = START(place.told[1].text, "--out", place.scratch.folder, "--threads",
                                "2");
    wait_for_lines(&place, CELLS - 2); /* all but those in hand, and a receipt at least */
    pause_milliseconds(100);
    kill(waiting, SIGINT);
    cr_expect_eq(wait_for_fake(waiting), 130);
    kill(halted, SIGKILL);
    kill(halted, SIGCONT);
    wait_for_fake(halted);
    cr_expect_eq(RUN("--out", place.scratch.folder).status, 0);
    expect_whole(&place);
    remove_place(&place);
}

/* --- losses --- */

struct loss {
    char name[40], command[160], told[40]; /* $1: the rows, $2: the folder, $3: another folder */
};

ParameterizedTestParameters(shared_store, what_is_lost_is_written_again)
{
    static struct loss losses[] = {
        {"an editor saves", "head -n 3 $1 >$3/new; mv $3/new $1", "replaced by another file"},
        {"an editor saves all", "cp $1 $3/new; mv $3/new $1", "replaced by another file"},
        {"the folder is removed", "rm -rf $2", "removed"},
        {"the file is removed", "rm $1", "removed"},
        {"truncated", ": >$1", "cut short"},
        {"cut", "truncate -s 1000 $1", "cut short"},
        /* In one write: ">" would leave a moment in which the file is cut short. */
        {"copied over",
         "tr 0-9 0 <$1 >$3/new; cat $3/new $3/new | dd of=$1 bs=1M iflag=fullblock conv=notrunc "
         "status=none",
         "overwritten"},
    };
    return cr_make_param_array(struct loss, losses, sizeof losses / sizeof *losses);
}

static void lose(const struct loss *loss, const struct place *place)
{
    char script[600];
    snprintf(script, sizeof script, "set -- '%s' '%s' '%s'; %s", place->rows.text,
             place->scratch.folder, place->aside.folder, loss->command);
    cr_expect_eq(system(script), 0, "%s", loss->name);
}

ParameterizedTest(struct loss *loss, shared_store, what_is_lost_is_written_again)
{
    const struct place place = make_place("40");
    char wanted[400];
    cr_assert_eq(RUN("--out", place.scratch.folder, "--only", "*alpha*").status, 0);
    const pid_t process = START(place.told[0].text, "--out", place.scratch.folder, "--threads",
                                "2");
    wait_for_lines(&place, 12);
    lose(loss, &place);
    cr_assert_eq(wait_for_fake(process), 0);
    cr_expect_eq(cells_run(&place.told[0]), 16);
    snprintf(wanted, sizeof wanted, "%s was %s during the run", place.rows.text, loss->told);
    cr_expect(strstr(told, wanted), "%s: %s", loss->name, told);
    char digest[33];
    cr_assert_eq(DIGEST(digest, place.scratch.folder), OK_CELLS, "%s", loss->name);
    cr_expect_str_eq(digest, place.whole);
    const struct fake_outcome again = RUN("--out", place.scratch.folder);
    cr_expect(again.status == 0 && strstr(again.err, " 0 run in"), "%s: %s", loss->name, again.err);
    remove_place(&place);
}

/* Both notice, and neither undoes what the other has written again. */
Test(shared_store, two_processes_lose_one_store)
{
    const struct place place = make_place("40");
    static const struct loss removed = {"removed", "rm -rf $2/runs", ""};
    pid_t processes[2];
    for (size_t i = 0; i < 2; i++)
        processes[i] = START(place.told[i].text, "--out", place.scratch.folder, "--threads", "2");
    wait_for_lines(&place, 10);
    lose(&removed, &place);
    for (size_t i = 0; i < 2; i++) {
        cr_expect_eq(wait_for_fake(processes[i]), 0);
        cells_run(&place.told[i]);
        cr_expect(strstr(told, "was removed during the run") ||
                      strstr(told, "was replaced by another file during the run"),
                  "%s", told);
    }
    expect_whole(&place);
    remove_place(&place);
}

/* A shard keeps only how earlier cells came out. */
Test(shared_store, what_cannot_be_written_again_is_an_error)
{
    static const struct loss gone = {"removed", "rm $1*", ""},
                             blocked = {"blocked", "rm -rf $2/runs; touch $2/runs", ""};
    struct place place = make_place("40");
    place.rows = find_scratch(&place.scratch, "runs/fake.shard-1-of-2.jsonl");
    const char *const own[] = {"--out", place.scratch.folder, "--shard", "1/2", "--replicates", "8",
                               NULL};
    cr_assert_eq(RUN("--out", place.scratch.folder, "--shard", "1/2").status, 0);
    const size_t before = count_lines(place.rows.text);
    pid_t process = start_fake_telling(own, place.told[0].text);
    wait_for_lines(&place, before + 2);
    lose(&gone, &place);
    cr_expect_eq(wait_for_fake(process), 3);
    cells_run(&place.told[0]);
    cr_expect(strstr(told, "rows of earlier runs are gone, which a shard does not keep"), "%s",
              told);
    cr_expect(count_lines(place.rows.text) >= 2, "what this run made is there");
    process = start_fake_telling(own, place.told[0].text);
    wait_for_lines(&place, 6);
    lose(&blocked, &place);
    cr_expect_eq(wait_for_fake(process), 3);
    cells_run(&place.told[0]);
    cr_expect(strstr(told, place.scratch.folder), "%s", told);
    remove_place(&place);
}
