/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of every kind, good and bad, each a line of shell. */
#include "run/exchange.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/npy.h"
#include "tests/scratch_folder.h"
#include "tests/small_network.h"

enum { P = 3, TRAIN = 4, TEST = 2 };

static const char text[] = "dense 5, relu, dense 1";

/* An exchange folder, with what went into it. */
struct made {
    struct scratch scratch;
    struct scratch_path folder;
    struct eg_network network;
    struct eg_matrix x_train, x_test;
    real y_test[TEST];
};

static struct made make_folder(const char *name)
{
    struct made made = {.scratch = make_scratch(),
                        .network = draw_network(P, text, 1),
                        .x_train = draw_matrix(TRAIN, P, 2),
                        .x_test = draw_matrix(TEST, P, 3),
                        .y_test = {0.5, -1}};
    struct eg_error error = {0};
    made.folder = find_scratch(&made.scratch, name);
    const struct eg_exchange exchange = {.network = &made.network,
                                         .text = text,
                                         .x_train = &made.x_train,
                                         .x_test = &made.x_test,
                                         .y_test = made.y_test,
                                         .dataset = "made",
                                         .seed = 7,
                                         .split = 2,
                                         .samples = 50,
                                         .explain_train = 3};
    cr_assert_eq(eg_exchange_write(made.folder.text, &exchange, &error), EG_OK, "%s",
                 error.message);
    return made;
}

static void remove_folder(struct made *made)
{
    eg_network_free(&made->network);
    eg_matrix_free(&made->x_train);
    eg_matrix_free(&made->x_test);
    remove_scratch(&made->scratch);
}

/* Runs the command; expects a failure whose line begins with `start` and goes on with `then`. */
static void refuse_command(const char *command, double seconds, const char *start, const char *then)
{
    struct made made = make_folder("exchange");
    struct eg_error error = {0};
    struct eg_child_result result;
    struct eg_matrix phi = {0};
    int status = eg_exchange_run(made.folder.text, "mine", command, seconds, NULL, &result, &error);
    if (!status)
        status = eg_exchange_read(made.folder.text, "mine", TEST, P, &phi, &error);
    cr_expect_eq(status, EG_DATA, "%s", command);
    cr_expect(strncmp(error.message, start, strlen(start)) == 0 && strstr(error.message, then) &&
                  !strchr(error.message, '\n'),
              "%s gave: %s", command, error.message);
    cr_expect_null(phi.data);
    remove_folder(&made);
}

Test(exchange, comes_over_whole)
{
    struct eg_exchange_task task;
    struct eg_error error = {0};
    struct made made = make_folder("exchange");
    cr_assert_eq(eg_exchange_load(made.folder.text, &task, &error), EG_OK, "%s", error.message);
    cr_expect(task.seed == 7 && task.split == 2 && task.samples == 50 && !task.y_train);
    cr_expect_eq(task.explain_train, 3);
    cr_expect_eq(largest_gap(&task.x_train, &made.x_train), 0);
    cr_expect_eq(largest_gap(&task.x_test, &made.x_test), 0);
    cr_expect(task.y_test[0] == made.y_test[0] && task.y_test[1] == made.y_test[1]);
    cr_assert_eq(task.network.parameters, made.network.parameters);
    cr_expect_eq(
        memcmp(task.network.theta, made.network.theta, made.network.parameters * sizeof(real)), 0);
    eg_exchange_task_free(&task);
    remove_folder(&made);
}

/* x_test itself as attributions, in a folder whose name a shell would take apart. */
Test(exchange, reads_what_a_command_left)
{
    struct eg_error error = {0};
    struct eg_child_result result;
    struct eg_matrix phi;
    struct made made = make_folder("a folder's $HOME");
    cr_assert_eq(eg_exchange_run(made.folder.text, "mine",
                                 "echo hello; cp {dir}/x_test.npy {dir}/attributions.npy", 10, NULL,
                                 &result, &error),
                 EG_OK, "%s", error.message);
    cr_expect_str_eq(result.last_line, "hello");
    cr_assert_eq(eg_exchange_read(made.folder.text, "mine", TEST, P, &phi, &error), EG_OK, "%s",
                 error.message);
    cr_expect_eq(largest_gap(&phi, &made.x_test), 0);
    eg_matrix_free(&phi);
    remove_folder(&made);
}

/* Training rows are answered in a file of their own, which may be missing. */
Test(exchange, training_rows_may_be_explained)
{
    struct eg_error error = {0};
    struct eg_matrix phi;
    struct made made = make_folder("exchange");
    const char *folder = made.folder.text;
    cr_expect_eq(eg_exchange_read_train(folder, "mine", 3, P, &phi, &error), EG_OK);
    cr_expect_null(phi.data);
    const struct eg_matrix first = {3, P, made.x_train.data};
    cr_assert_eq(eg_exchange_answer_train(folder, &first, &error), EG_OK, "%s", error.message);
    cr_assert_eq(eg_exchange_read_train(folder, "mine", 3, P, &phi, &error), EG_OK, "%s",
                 error.message);
    cr_expect_eq(largest_gap(&phi, &first), 0);
    eg_matrix_free(&phi);
    cr_expect_eq(eg_exchange_read_train(folder, "mine", 4, P, &phi, &error), EG_DATA);
    cr_expect(strstr(error.message, "attributions_train.npy has shape (3, 3)"), "%s",
              error.message);
    remove_folder(&made);
}

Test(exchange, asks_for_training_rows_that_there_are)
{
    struct eg_exchange_task task;
    struct eg_error error = {0};
    struct made made = make_folder("exchange");
    const struct scratch_path config = find_scratch(&made.scratch, "exchange/config.json");
    static const char asked[] = "{\"seed\": 7, \"split\": 2, \"samples\": 50, "
                                "\"explain_train\": 5}";
    FILE *file = fopen(config.text, "w");
    cr_assert_not_null(file);
    fputs(asked, file);
    fclose(file);
    cr_expect_eq(eg_exchange_load(made.folder.text, &task, &error), EG_DATA);
    cr_expect(strstr(error.message, "explain_train is 5 of 4 training rows"), "%s", error.message);
    remove_folder(&made);
}

Test(exchange, tells_of_commands_that_fail)
{
    refuse_command("echo no memory left >&2; exit 3", 10,
                   "mine: exit code 3; its last line: no memory left", "");
    refuse_command("kill -SEGV $$", 10, "mine: ended by signal 11 (Segmentation fault) after ", "");
    refuse_command("echo thinking; sleep 60", 1,
                   "mine: ran into the time limit of 1 s and was ended; its last line: thinking",
                   "");
    refuse_command("head -c 5000 /dev/urandom", 10, "mine: it left no attributions.npy in ", "");
    refuse_command("head -c 5000 /dev/urandom | tee {dir}/attributions.npy", 10, "mine: /",
                   "attributions.npy: not an NPY file; write it with numpy.save");
    refuse_command("head -c 130 {dir}/x_test.npy >{dir}/attributions.npy", 10, "mine: /",
                   "2 bytes of data where shape (2, 3) and type ask for 48");
}

Test(exchange, tells_of_wrong_attributions)
{
    refuse_command("cp {dir}/x_train.npy {dir}/attributions.npy", 10, "mine: /",
                   "attributions.npy has shape (4, 3) where the rows to explain have (2, 3)");
    refuse_command("cp {dir}/y_test.npy {dir}/attributions.npy", 10, "mine: /",
                   "attributions.npy has shape (2) where the rows to explain have (2, 3)");
    refuse_command("cp tests/data/numpy_i4_2x2x2.npy {dir}/attributions.npy", 10, "mine: /",
                   "has elements of type <i4; save attributions.astype('<f8')");
    refuse_command("cp tests/data/numpy_complex.npy {dir}/attributions.npy", 10, "mine: /",
                   "attributions.npy: elements of type '<c16'; ");
    /* numpy_f8_2x3.npy has a nan at row 1, feature 1 */
    refuse_command("cp tests/data/numpy_f8_2x3.npy {dir}/attributions.npy", 10, "mine: /",
                   "attributions.npy: row 1, feature 1 (from 0) is nan");
}

/* What stood there before must not be taken for an answer. */
Test(exchange, forgets_an_old_answer)
{
    struct eg_error error = {0};
    struct eg_matrix phi;
    struct made made = make_folder("exchange");
    const struct eg_exchange exchange = {
        .network = &made.network, .text = text, .x_train = &made.x_train, .x_test = &made.x_test};
    cr_assert_eq(eg_exchange_answer(made.folder.text, &made.x_test, &error), EG_OK);
    cr_assert_eq(eg_exchange_read(made.folder.text, "mine", TEST, P, &phi, &error), EG_OK);
    eg_matrix_free(&phi);
    cr_assert_eq(eg_exchange_write(made.folder.text, &exchange, &error), EG_OK);
    cr_expect_eq(eg_exchange_read(made.folder.text, "mine", TEST, P, &phi, &error), EG_DATA);
    struct eg_exchange_task task;
    cr_assert_eq(eg_exchange_load(made.folder.text, &task, &error), EG_OK, "%s", error.message);
    cr_expect_null(task.y_test, "an old y_test.npy stayed");
    eg_exchange_task_free(&task);
    remove_folder(&made);
}

/* A link or a pipe in the place of config.json is replaced, not written through. */
Test(exchange, writes_config_anew)
{
    struct eg_error error = {0};
    struct stat found;
    struct made made = make_folder("exchange");
    const char *folder = made.folder.text;
    const struct scratch_path config = find_scratch(&made.scratch, "exchange/config.json"),
                              other = find_scratch(&made.scratch, "other");
    const struct eg_exchange exchange = {
        .network = &made.network, .text = text, .x_train = &made.x_train, .x_test = &made.x_test};
    const struct eg_exchange_terms terms = {.kind = "slopes"};
    write_scratch(&made.scratch, "other", "{}", 2);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(remove(config.text), 0);
        cr_assert_eq(i == 0 ? mkfifo(config.text, 0600) : symlink(other.text, config.text), 0);
        cr_expect_eq(i < 2 ? eg_exchange_write(folder, &exchange, &error)
                           : eg_exchange_write_terms(folder, &terms, &error),
                     EG_OK, "%s", error.message);
        cr_assert_eq(lstat(config.text, &found), 0);
        cr_expect(S_ISREG(found.st_mode), "%d", i);
        cr_assert_eq(stat(other.text, &found), 0);
        cr_expect_eq(found.st_size, 2, "%d", i);
    }
    remove_folder(&made);
}

Test(exchange, tells_of_a_damaged_folder)
{
    struct eg_error error = {0};
    struct eg_exchange_task task;
    struct made made = make_folder("exchange");
    write_scratch(&made.scratch, "exchange/x_test.npy", "no", 2);
    cr_expect_eq(eg_exchange_load(made.folder.text, &task, &error), EG_DATA);
    cr_expect(strstr(error.message, "x_test.npy: not an NPY file"), "%s", error.message);
    write_scratch(&made.scratch, "exchange/config.json", "{\"seed\": 1}", 11);
    cr_expect_eq(eg_exchange_load(made.folder.text, &task, &error), EG_DATA);
    cr_expect(strstr(error.message, "config.json: 'split' is missing or no whole number"), "%s",
              error.message);
    remove_folder(&made);
}

/* 3.2 GB without a block on the disk, whose header and size fit each other. */
Test(exchange, refuses_a_large_answer_before_reading_it)
{
    static const char bytes[] = "\x93NUMPY\x01\x00\x41\x00{'descr': '<f8', 'fortran_order': False, "
                                "'shape': (200000000, 2)}";
    const struct scratch scratch = make_scratch();
    const struct scratch_path answer = find_scratch(&scratch, "attributions.npy");
    struct eg_matrix phi;
    struct eg_error error = {0};
    write_scratch(&scratch, "attributions.npy", bytes, sizeof bytes - 1);
    if (truncate(answer.text, (off_t)(10 + 65 + 3200000000)))
        cr_skip_test("no large files here");
#ifndef __SANITIZE_ADDRESS__
    const struct rlimit memory = {(rlim_t)2 << 30, (rlim_t)2 << 30};
    cr_assert_eq(setrlimit(RLIMIT_AS, &memory), 0);
#endif
    cr_expect_eq(eg_exchange_read(scratch.folder, "mine", 3, 2, &phi, &error), EG_DATA);
    cr_expect(
        strstr(error.message, "has shape (200000000, 2) where the rows to explain have (3, 2)"),
        "%s", error.message);
    remove_scratch(&scratch);
}
