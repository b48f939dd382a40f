/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/row_file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/run_fake.h"
#include "tests/scratch_folder.h"

static int append_number(struct eg_row_file *file, int number, struct eg_error *error)
{
    json_t *row = json_pack("{s:i, s:f}", "i", number, "x", 0.1);
    const int status = eg_row_file_append(file, row, error);
    json_decref(row);
    return status;
}

/* Opens the file, appends a row, closes it. */
static int append_once(const char *path, int number, struct eg_error *error)
{
    struct eg_row_file file;
    int status = eg_row_file_open(&file, path, error);
    if (status)
        return status;
    status = append_number(&file, number, error);
    const int closed = eg_row_file_close(&file, status ? NULL : error);
    return status ? status : closed;
}

static void expect_text(const char *path, const char *wanted)
{
    char text[1024];
    FILE *file = fopen(path, "r");
    cr_assert(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    cr_assert_str_eq(text, wanted);
}

#define ROW(number) "{\"i\":" #number ",\"x\":0.10000000000000001}\n"

Test(row_file, appends_lines)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "rows.jsonl");
    struct eg_error error = {0};
    for (int i = 1; i <= 2; i++)
        cr_assert_eq(append_once(path.text, i, &error), EG_OK, "%s", error.message);
    expect_text(path.text, ROW(1) ROW(2));
    remove_scratch(&scratch);
}

Test(row_file, takes_a_torn_line_away)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "rows.jsonl");
    struct eg_error error = {0};
    static char torn[9000];
    write_scratch(&scratch, "rows.jsonl", "{}\n{\"a\":", 8);
    cr_assert_eq(append_once(path.text, 1, &error), EG_OK, "%s", error.message);
    expect_text(path.text, "{}\n" ROW(1));
    write_scratch(&scratch, "rows.jsonl", "{}\n{\"a\":1}", 10); /* whole but for its end */
    cr_assert_eq(append_once(path.text, 1, &error), EG_OK, "%s", error.message);
    expect_text(path.text, "{}\n{\"a\":1}\n" ROW(1));
    memset(torn, '[', sizeof torn); /* longer than one block of the search */
    memcpy(torn, "{}\n", 3);
    write_scratch(&scratch, "rows.jsonl", torn, sizeof torn);
    cr_assert_eq(append_once(path.text, 1, &error), EG_OK, "%s", error.message);
    expect_text(path.text, "{}\n" ROW(1));
    write_scratch(&scratch, "rows.jsonl", "{\"a\":", 5);
    cr_assert_eq(append_once(path.text, 1, &error), EG_OK, "%s", error.message);
    expect_text(path.text, ROW(1));
    remove_scratch(&scratch);
}

Test(row_file, repairs_what_another_left_torn_meanwhile)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "rows.jsonl");
    struct eg_row_file file;
    struct eg_error error = {0};
    cr_assert_eq(eg_row_file_open(&file, path.text, &error), EG_OK);
    cr_assert_eq(append_number(&file, 1, &error), EG_OK);
    FILE *other = fopen(path.text, "a");
    cr_assert(other && fputs("{\"key\":\"12", other) >= 0 && fclose(other) == 0);
    cr_assert_eq(append_number(&file, 2, &error), EG_OK);
    cr_assert_eq(eg_row_file_close(&file, &error), EG_OK);
    expect_text(path.text, ROW(1) ROW(2));
    remove_scratch(&scratch);
}

Test(row_file, a_full_disk_is_told)
{
    struct eg_error error = {0};
    cr_assert_eq(append_once("/dev/full", 1, &error), EG_DATA);
    cr_assert(strstr(error.message, "/dev/full") && strstr(error.message, "No space left") &&
                  strstr(error.message, "free some space"),
              "%s", error.message);
}

Test(row_file, what_does_not_fit_is_taken_back)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "rows.jsonl");
    const struct rlimit limit = {100, RLIM_INFINITY};
    struct eg_row_file file;
    struct eg_error error = {0};
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(eg_row_file_open(&file, path.text, &error), EG_OK);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    int number = 1;
    while (number < 100 && append_number(&file, number, &error) == EG_OK)
        number++;
    cr_assert_eq(number, 4, "%d rows of 33 bytes fit into 100 bytes", number - 1);
    cr_assert_eq(error.status, EG_DATA);
    cr_assert(strstr(error.message, path.text) && strstr(error.message, "ulimit -f"), "%s",
              error.message);
    cr_assert_eq(eg_row_file_close(&file, &error), EG_OK);
    expect_text(path.text, ROW(1) ROW(2) ROW(3));
    remove_scratch(&scratch);
}

Test(row_file, what_cannot_be_opened_is_named)
{
    const struct scratch scratch = make_scratch();
    struct eg_error error = {0};
    write_scratch(&scratch, "file", "x", 1);
    const struct scratch_path under = find_scratch(&scratch, "file/rows.jsonl");
    cr_assert_eq(append_once(under.text, 1, &error), EG_DATA);
    cr_assert(strstr(error.message, under.text) && strstr(error.message, "--out"));
    cr_assert_eq(append_once("/proc/version", 1, &error), EG_DATA);
    cr_assert_eq(append_once(scratch.folder, 1, &error), EG_DATA);
    remove_scratch(&scratch);
}

/* Whoever holds it may hang: a signal ends the wait. */
Test(row_file, waits_no_longer_once_stopped)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "rows.jsonl");
    const atomic_int stop = 1;
    struct eg_row_file file;
    struct eg_error error = {0};
    write_scratch(&scratch, "rows.jsonl", "{}\n", 3);
    const int holder = open(path.text, O_RDONLY);
    cr_assert_eq(flock(holder, LOCK_EX), 0);
    cr_assert_eq(eg_row_file_open(&file, path.text, &error), EG_OK);
    file.stop = &stop;
    cr_expect_eq(append_number(&file, 1, &error), EG_INTERRUPTED);
    cr_expect(strstr(error.message, "rows.jsonl: interrupted while another process holds it"), "%s",
              error.message);
    eg_row_file_close(&file, NULL);
    close(holder);
    expect_text(path.text, "{}\n");
    remove_scratch(&scratch);
}

Test(row_file, waits_for_the_lock)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "rows.jsonl");
    struct eg_error error = {0};
    int status;
    write_scratch(&scratch, "rows.jsonl", "{}\n", 3);
    const int holder = open(path.text, O_RDONLY);
    cr_assert_eq(flock(holder, LOCK_EX), 0);
    const pid_t writer = fork();
    if (writer == 0) {
        close(holder);
        _exit(append_once(path.text, 1, &error));
    }
    usleep(200000);
    expect_text(path.text, "{}\n");
    cr_assert_eq(flock(holder, LOCK_UN), 0);
    cr_assert(waitpid(writer, &status, 0) == writer && WIFEXITED(status) &&
              WEXITSTATUS(status) == 0);
    expect_text(path.text, "{}\n" ROW(1));
    close(holder);
    remove_scratch(&scratch);
}

/* Four processes of two threads each, every line whole. */
Test(row_file, many_writers_at_once)
{
    enum { PROCESSES = 4, ROWS = 200 };
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "rows.jsonl");
    for (int process = 0; process < PROCESSES; process++)
        if (fork() == 0) {
            struct eg_row_file file;
            struct eg_error error = {0};
            int bad = eg_row_file_open(&file, path.text, &error);
#pragma omp parallel for num_threads(2) reduction(| : bad)
            for (int i = 0; i < ROWS; i++)
                bad |= append_number(&file, i, NULL);
            _exit(bad | eg_row_file_close(&file, &error));
        }
    for (int process = 0, status; process < PROCESSES; process++)
        cr_assert(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    cr_assert_eq(count_lines(path.text), PROCESSES * ROWS);
    FILE *file = fopen(path.text, "r");
    char line[128];
    int seen[ROWS] = {0};
    for (int number; fgets(line, sizeof line, file); seen[number]++)
        cr_assert(sscanf(line, "{\"i\":%d,\"x\":0.10000000000000001}", &number) == 1 &&
                  number >= 0 && number < ROWS);
    fclose(file);
    for (int i = 0; i < ROWS; i++)
        cr_assert_eq(seen[i], PROCESSES);
    remove_scratch(&scratch);
}
