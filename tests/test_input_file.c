/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is no file, or far too large a one, in the place of each kind of file that is read. An alarm ends
 * the test where a reader waits. */
#include "base/input_file.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/csv_table.h"
#include "base/npy.h"
#include "base/safetensors.h"
#include "datasets/cifar_file.h"
#include "datasets/gene_sets.h"
#include "datasets/idx_file.h"
#include "nn/checkpoint.h"
#include "run/history.h"
#include "run/store.h"
#include "tests/scratch_folder.h"

/* Each returns what its reader does. */
static int read_csv(const char *path, struct eg_error *error)
{
    struct eg_csv_table table;
    return eg_csv_read(path, NULL, EG_CSV_NUMBER, &table, error);
}

static int read_npy(const char *path, struct eg_error *error)
{
    struct eg_npy array;
    return eg_npy_read(path, &array, error);
}

static int read_safetensors(const char *path, struct eg_error *error)
{
    struct eg_tensors tensors;
    return eg_safetensors_read(path, &tensors, error);
}

static int read_idx(const char *path, struct eg_error *error)
{
    uint8_t *elements = NULL;
    return eg_idx_read(path, 1, (const size_t[]){6}, &elements, NULL, error);
}

static int read_json(const char *path, struct eg_error *error)
{
    struct eg_input_reason why;
    json_t *object = eg_read_json(path, &why);
    const int status = object ? EG_OK : eg_fail(error, why.status, "%s: %s", path, why.text);
    json_decref(object);
    return status;
}

static int read_history(const char *path, struct eg_error *error)
{
    struct eg_history history;
    return eg_history_read(path, (struct eg_warner){0}, &history, error);
}

static const struct reader {
    const char *name;
    int (*read)(const char *path, struct eg_error *error);
    int takes_pipes;
} readers[] = {{"csv", read_csv, 1}, {"npy", read_npy, 0},   {"safetensors", read_safetensors, 0},
               {"idx", read_idx, 1}, {"json", read_json, 0}, {"history", read_history, 0}};

static void refuse_all(const char *path, const char *message)
{
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        struct eg_error error = {0};
        alarm(30);
        cr_expect_eq(readers[i].read(path, &error), EG_DATA, "%s of %s: %s", readers[i].name, path,
                     error.message);
        cr_expect(strstr(error.message, message) && strstr(error.message, path), "%s: %s",
                  readers[i].name, error.message);
        alarm(0);
    }
}

Test(input_file, refuses_what_is_no_file)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path link = find_scratch(&scratch, "link"),
                              taken = find_scratch(&scratch, "socket");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    strcpy(address.sun_path, taken.text);
    cr_assert_eq(bind(server, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(symlink("/dev/zero", link.text), 0);
    refuse_all(scratch.folder, "it is a folder; a file is needed");
    refuse_all("/dev/zero", "it is a device; a file is needed");
    refuse_all("/dev/full", "it is a device; a file is needed");
    refuse_all(link.text, "it is a device; a file is needed");
    refuse_all(taken.text, "it is a socket or a device; a file is needed");
    close(server);
    remove_scratch(&scratch);
}

Test(input_file, does_not_wait_for_a_pipe)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path pipe = find_scratch(&scratch, "pipe");
    cr_assert_eq(mkfifo(pipe.text, 0600), 0);
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        struct eg_error error = {0};
        if (readers[i].takes_pipes)
            continue; /* tests/test_unpacked_input.c */
        alarm(30);
        cr_expect_eq(readers[i].read(pipe.text, &error), EG_DATA, "%s", readers[i].name);
        cr_expect(strstr(error.message, "it is a pipe, which can be read only once"), "%s: %s",
                  readers[i].name, error.message);
        alarm(0);
    }
    remove_scratch(&scratch);
}

/* 6 GB without a block on the disk; nobody may take its size in memory. */
Test(input_file, refuses_more_than_is_read)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path file = find_scratch(&scratch, "file");
    const struct rlimit memory __attribute__((unused)) = {(rlim_t)3 << 30, (rlim_t)3 << 30};
    write_scratch(&scratch, "file", "", 0);
    if (truncate(file.text, (off_t)6 << 30))
        cr_skip_test("no large files here");
#ifndef __SANITIZE_ADDRESS__
    cr_assert_eq(setrlimit(RLIMIT_AS, &memory), 0);
#endif
    refuse_all(file.text, "it has 6442450944 bytes, and at most ");
    cr_assert_eq(truncate(file.text, (off_t)4 << 30), 0);
    for (size_t i = 0; i < sizeof readers / sizeof *readers - 1; i++) {
        struct eg_error error = {0};
        cr_expect_eq(readers[i].read(file.text, &error), EG_DATA, "%s: %s", readers[i].name,
                     error.message);
    }
    remove_scratch(&scratch);
}

static void count_warning(void *context, const char *message)
{
    (void)message;
    ++*(int *)context;
}

/* A line without end is passed over as malformed, and what comes after it is read. */
Test(input_file, a_long_line_is_no_row)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path file = find_scratch(&scratch, "file");
    struct eg_history history;
    struct eg_error error = {0};
    int warnings = 0;
    write_scratch(&scratch, "file", "", 0);
    cr_assert_eq(truncate(file.text, (off_t)80 << 20), 0);
    FILE *out = fopen(file.text, "a");
    fputs("\n{}\n", out);
    fclose(out);
    cr_assert_eq(
        eg_history_read(file.text, (struct eg_warner){count_warning, &warnings}, &history, &error),
        EG_OK, "%s", error.message);
    cr_expect_eq(history.malformed, 2);
    eg_history_free(&history);
    remove_scratch(&scratch);
}

Test(input_file, nothing_is_an_empty_file)
{
    struct eg_history history;
    struct eg_error error = {0};
    char *bytes;
    size_t size = 1;
    cr_assert_eq(eg_read_file("/dev/null", 10, &bytes, &size, &error), EG_OK, "%s", error.message);
    cr_expect(size == 0 && *bytes == '\0');
    free(bytes);
    cr_assert_eq(eg_history_read("/dev/null", (struct eg_warner){0}, &history, &error), EG_OK);
    eg_history_free(&history);
}

Test(input_file, says_what_is_wrong_with_json)
{
    static const struct {
        const char *text, *message;
    } cases[] = {{"[1]", "it is no JSON object"},
                 {"{\n\"a\": }", "line 2 is no JSON"},
                 {"{\"a\": 1, \"a\": 2}", "line 1 is no JSON"},
                 {"", "line 1 is no JSON"}};
    const struct scratch scratch = make_scratch();
    const struct scratch_path file = find_scratch(&scratch, "file");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct eg_input_reason why;
        write_scratch(&scratch, "file", cases[i].text, strlen(cases[i].text));
        cr_expect_null(eg_read_json(file.text, &why));
        cr_expect_eq(strncmp(why.text, cases[i].message, strlen(cases[i].message)), 0, "%s",
                     why.text);
    }
    remove_scratch(&scratch);
}
