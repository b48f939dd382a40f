/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/run_grid.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/fake_experiment.h"
#include "tests/run_fake.h"
#include "tests/scratch_folder.h"

static const struct eg_run run = {.scale = "smoke", .protocol = "both", .replicates = 4};
static const struct eg_shard whole = {1, 1, NULL};

struct run_of_grid {
    struct eg_plan plan;
    struct eg_store store;
    struct eg_tally tally;
    struct eg_error error;
    int status;
    struct eg_progress progress;
};

static atomic_int cells_run;

static int run_and_count(const struct eg_run *asked, const void *cell, const struct eg_row *row,
                         struct eg_error *error)
{
    atomic_fetch_add(&cells_run, 1);
    return fake_experiment.run_cell(asked, cell, row, error);
}

static struct eg_experiment counted;

/* Runs the fake experiment with these cells into the store in that folder; folder: for checkpoints.
 * Free with free_run. */
static struct run_of_grid run_cells_into(const struct scratch *scratch,
                                         int (*run_cell)(const struct eg_run *, const void *,
                                                         const struct eg_row *, struct eg_error *),
                                         const char *folder, size_t threads, int stopped)
{
    const int is_timed = counted.is_timed;
    counted = fake_experiment;
    counted.run_cell = run_cell;
    counted.is_timed = is_timed;
    struct run_of_grid made = {0};
    struct eg_store_writer writer;
    const atomic_int stop = stopped;
    made.progress = eg_progress_start(NULL, "test", 24, 1);
    cr_assert_eq(eg_plan_make(&made.plan, &counted, &run, NULL, &made.error), EG_OK);
    cr_assert_eq(eg_store_make(&made.store, "fake", (struct eg_warner){0}, &made.error), EG_OK);
    eg_plan_mark_pending(&made.plan, &whole, &made.store, 0);
    cr_assert_eq(
        eg_store_writer_open(&writer, &made.store, scratch->folder, &whole, &stop, &made.error),
        EG_OK, "%s", made.error.message);
    const struct eg_grid_run job = {.plan = &made.plan,
                                    .threads = threads,
                                    .stop = &stop,
                                    .receipt = "receipt",
                                    .writer = &writer,
                                    .progress = &made.progress,
                                    .folder = folder};
    made.status = eg_run_grid(&job, &made.tally, &made.error);
    eg_store_writer_close(&writer, NULL);
    return made;
}

static struct run_of_grid run_into(const struct scratch *scratch, size_t threads, int stopped)
{
    return run_cells_into(scratch, run_and_count, NULL, threads, stopped);
}

static void free_run(struct run_of_grid *made)
{
    eg_plan_free(&made->plan);
    eg_store_free(&made->store);
}

Test(run_grid, any_number_of_threads_gives_the_same)
{
    static const size_t threads[] = {1, 2, 3, 8};
    char first[33], digest[33];
    for (size_t t = 0; t < 4; t++) {
        const struct scratch scratch = make_scratch();
        struct run_of_grid made = run_into(&scratch, threads[t], 0);
        cr_assert_eq(made.status, EG_OK, "%s", made.error.message);
        cr_assert(made.tally.ran == 24 && made.tally.left == 0 && made.tally.failed == 0);
        cr_assert_eq(digest_of((const char *[]){scratch.folder, NULL}, t ? digest : first), 21);
        cr_assert(t == 0 || strcmp(first, digest) == 0);
        free_run(&made);
        remove_scratch(&scratch);
    }
}

Test(run_grid, failed_cells_are_stored_and_the_run_goes_on)
{
    const struct scratch scratch = make_scratch();
    setenv("EGBENCH_FAKE_FAIL", "beta", 1);
    struct run_of_grid made = run_into(&scratch, 2, 0);
    cr_assert_eq(made.status, EG_OK);
    cr_assert(made.tally.ran == 24 && made.tally.failed == 8 && made.tally.failure == EG_DATA);
    cr_assert(strstr(made.tally.first_failure, "dataset=moons,method=beta") &&
                  strstr(made.tally.first_failure, "replicate=0"),
              "%s", made.tally.first_failure);
    size_t failed = 0;
    for (size_t i = 0; i < made.plan.count; i++) {
        const json_t *row = eg_store_find(&made.store, made.plan.cells[i].key);
        const char *outcome = json_string_value(json_object_get(row, "outcome"));
        failed += strcmp(outcome, "failed: no data f??r beta") == 0;
    }
    cr_assert_eq(failed, 8);
    free_run(&made);
    remove_scratch(&scratch);
}

Test(run_grid, a_row_says_all_there_is_to_say)
{
    const struct scratch scratch = make_scratch();
    struct run_of_grid made = run_into(&scratch, 2, 0);
    size_t skipped = 0, not_finite = 0;
    for (size_t i = 0; i < made.plan.count; i++) {
        const json_t *row = eg_store_find(&made.store, made.plan.cells[i].key);
        const json_t *values = json_object_get(row, "values");
        cr_assert_str_eq(json_string_value(json_object_get(row, "experiment")), "fake");
        cr_assert_str_eq(json_string_value(json_object_get(row, "key")), made.plan.cells[i].key);
        cr_assert_str_eq(json_string_value(json_object_get(row, "receipt")), "receipt");
        cr_assert(json_equal(json_object_get(row, "config"), made.plan.cells[i].config));
        cr_assert(json_real_value(json_object_get(row, "seconds")) >= 0 &&
                  json_real_value(json_object_get(row, "peak_rss_mb")) > 0);
        cr_assert_eq(json_is_true(json_object_get(row, "not_finite")), eg_row_has_null(values));
        not_finite += json_is_true(json_object_get(row, "not_finite")) != 0;
        if (eg_store_outcome(&made.store, made.plan.cells[i].key) == EG_OUTCOME_SKIP) {
            cr_assert_str_eq(json_string_value(json_object_get(row, "outcome")),
                             "skip: no moon today");
            cr_assert_eq(json_object_size(values), 0);
            skipped++;
        }
    }
    cr_assert(skipped == 3 && not_finite == 6);
    free_run(&made);
    remove_scratch(&scratch);
}

static struct {
    atomic_int now, most, threads;
} at_once;

static int run_and_look_around(const struct eg_run *asked, const void *cell,
                               const struct eg_row *row, struct eg_error *error)
{
    const int now = atomic_fetch_add(&at_once.now, 1) + 1;
    if (now > atomic_load(&at_once.most))
        atomic_store(&at_once.most, now);
    atomic_store(&at_once.threads, (int)asked->threads);
    usleep(2000);
    const int status = fake_experiment.run_cell(asked, cell, row, error);
    atomic_fetch_sub(&at_once.now, 1);
    return status;
}

Test(run_grid, timed_cells_run_alone_on_all_threads)
{
    for (int is_timed = 0; is_timed < 2; is_timed++) {
        const struct scratch scratch = make_scratch();
        atomic_store(&at_once.most, 0);
        counted.is_timed = is_timed;
        struct run_of_grid made = run_cells_into(&scratch, run_and_look_around, NULL, 3, 0);
        cr_assert_eq(made.tally.ran, 24);
        cr_expect(is_timed ? at_once.most == 1 : at_once.most > 1, "%d at once", at_once.most);
        cr_expect_eq(at_once.threads, is_timed ? 3 : 1);
        free_run(&made);
        remove_scratch(&scratch);
    }
    counted.is_timed = 0;
}

Test(run_grid, stops_when_told)
{
    const struct scratch scratch = make_scratch();
    struct run_of_grid made = run_into(&scratch, 2, 15);
    cr_assert(made.status == EG_OK && made.tally.ran == 0 && made.tally.left == 24);
    free_run(&made);
    remove_scratch(&scratch);
}

/* What cells are given: their own file, key and threads. */
static struct {
    const char *folder;
    size_t threads;
    atomic_size_t strange;
    int interrupted; /* whether cells say that they were */
} given;

static int run_with_file(const struct eg_run *asked, const void *cell, const struct eg_row *row,
                         struct eg_error *error)
{
    char path[512];
    snprintf(path, sizeof path, "%s/checkpoints/%s.checkpoint", given.folder, asked->key);
    if (strcmp(path, asked->checkpoint) != 0 || asked->threads != given.threads || !asked->stop)
        given.strange++;
    FILE *file = fopen(path, "w");
    if (!file || fclose(file))
        given.strange++;
    if (given.interrupted)
        return eg_fail(error, EG_INTERRUPTED, "broken off");
    return fake_experiment.run_cell(asked, cell, row, error);
}

/* A cell that ran on: half of it was there, a quarter is told, the last quarter only with its end. */
static int run_and_tell(const struct eg_run *asked, const void *cell, const struct eg_row *row,
                        struct eg_error *error)
{
    struct eg_listener half = *asked->listener;
    half.part = 0.5;
    eg_tell(&half, 1, 1);
    eg_tell(asked->listener, 0.25, 0);
    return fake_experiment.run_cell(asked, cell, row, error);
}

/* Whatever is told, the cells' costs add up. */
Test(run_grid, cells_tell_how_far_they_are)
{
    const struct scratch scratch = make_scratch();
    struct run_of_grid made = run_cells_into(&scratch, run_and_tell, NULL, 2, 0);
    double cost = 0;
    for (size_t i = 0; i < made.plan.count; i++)
        cost += made.plan.cells[i].cost;
    cr_assert(made.status == EG_OK && made.progress.done == 24);
    cr_expect_float_eq(made.progress.cost_done, cost, 1e-9);
    cr_expect_float_eq(made.progress.cost_given, cost / 2, 1e-9);
    free_run(&made);
    remove_scratch(&scratch);
}

static size_t count_checkpoints(const struct run_of_grid *made, int of_failed)
{
    size_t count = 0;
    for (size_t i = 0; i < made->plan.count; i++) {
        char path[512];
        const char *key = made->plan.cells[i].key;
        const int failed = eg_store_outcome(&made->store, key) == EG_OUTCOME_FAILED;
        snprintf(path, sizeof path, "%s/checkpoints/%s.checkpoint", given.folder, key);
        count += access(path, F_OK) == 0 && failed == of_failed;
    }
    return count;
}

Test(run_grid, checkpoints_go_with_the_row)
{
    const struct scratch scratch = make_scratch();
    write_scratch(&scratch, "checkpoints/other.checkpoint", "", 0);
    setenv("EGBENCH_FAKE_FAIL", "beta", 1);
    given.folder = scratch.folder;
    given.threads = 1;
    struct run_of_grid made = run_cells_into(&scratch, run_with_file, scratch.folder, 1, 0);
    cr_assert(made.status == EG_OK && made.tally.ran == 24 && made.tally.failed == 8);
    cr_expect_eq(given.strange, 0);
    cr_expect_eq(count_checkpoints(&made, 0), 0);
    cr_expect_eq(count_checkpoints(&made, 1), 8, "what failed will be tried again");
    cr_expect_eq(access(find_scratch(&scratch, "checkpoints/other.checkpoint").text, F_OK), 0);
    free_run(&made);
    remove_scratch(&scratch);
}

/* No row says so, and the file stays for the next run. */
Test(run_grid, cells_that_break_off_are_left)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path rows = find_scratch(&scratch, "runs/fake.jsonl");
    write_scratch(&scratch, "checkpoints/other.checkpoint", "", 0);
    given.folder = scratch.folder;
    given.threads = 2;
    given.interrupted = 1;
    struct run_of_grid made = run_cells_into(&scratch, run_with_file, scratch.folder, 48, 0);
    cr_assert(made.status == EG_OK && made.tally.ran == 0 && made.tally.left == 24 &&
              made.tally.failed == 0 && json_object_size(made.store.rows) == 0);
    cr_expect_eq(given.strange, 0);
    cr_expect_eq(count_checkpoints(&made, 0), 24);
    cr_expect_eq(count_lines(rows.text), 0);
    free_run(&made);
    remove_scratch(&scratch);
}

/* The threads that 24 cells have between them. */
Test(run_grid, spare_threads_go_to_the_cells)
{
    static const size_t threads[][2] = {{1, 1}, {23, 1}, {47, 1}, {48, 2}, {100, 4}};
    for (size_t i = 0; i < 5; i++) {
        const struct scratch scratch = make_scratch();
        write_scratch(&scratch, "checkpoints/other.checkpoint", "", 0);
        given.folder = scratch.folder;
        given.threads = threads[i][1];
        struct run_of_grid made = run_cells_into(&scratch, run_with_file, scratch.folder,
                                                 threads[i][0], 0);
        cr_assert(made.status == EG_OK && made.tally.ran == 24);
        cr_expect_eq(given.strange, 0, "%zu threads", threads[i][0]);
        free_run(&made);
        remove_scratch(&scratch);
    }
}

Test(run_grid, a_full_disk_ends_the_run)
{
    const struct scratch scratch = make_scratch();
    const struct rlimit limit = {20, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    struct run_of_grid made = run_into(&scratch, 2, 0);
    cr_assert_eq(made.status, EG_DATA);
    cr_assert(strstr(made.error.message, "File too large"), "%s", made.error.message);
    cr_assert(made.tally.ran == 0 && json_object_size(made.store.rows) == 0);
    cr_assert(atomic_load(&cells_run) <= 2, "no cell is begun after the first row was lost");
    free_run(&made);
    remove_scratch(&scratch);
}
