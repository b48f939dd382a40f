/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/child.h"

#include <dirent.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "run/child_keeper.h"
#include "tests/scratch_folder.h"

/* Runs a line of shell with its log in the scratch folder. */
static struct eg_child_result run_line(const struct scratch *scratch, const char *line,
                                       double seconds, int status, char message[1024])
{
    struct eg_child_result result;
    struct eg_error error = {0};
    const struct scratch_path log = find_scratch(scratch, "log.txt");
    const char *const words[] = {"/bin/sh", "-c", line, NULL};
    const struct eg_child child = {
        .words = words, .folder = scratch->folder, .log = log.text, .seconds = seconds};
    cr_assert_eq(eg_child_run(&child, &result, &error), EG_OK, "%s", error.message);
    cr_expect_eq(eg_child_judge("mine", &child, &result, &error), status, "%s", error.message);
    snprintf(message, 1024, "%s", error.message);
    return result;
}

/* Whether the process is there and not only waiting for init to notice its end. */
static int is_running(pid_t pid)
{
    char path[64], state = 'Z';
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%*d %*s %c", &state) != 1)
        state = 'Z';
    if (file)
        fclose(file);
    return state != 'Z';
}

static size_t count_descriptors(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

Test(child, tells_how_it_ended)
{
    char message[1024];
    struct scratch scratch = make_scratch();
    const struct eg_child_result fine = run_line(&scratch, "echo one; echo two >here; exit 0", 5,
                                                 EG_OK, message);
    cr_expect(fine.exit_code == 0 && fine.signal == 0 && !fine.is_timed_out);
    cr_expect_str_eq(fine.last_line, "one");
    cr_expect_eq(access(find_scratch(&scratch, "here").text, F_OK), 0, "not run in the folder");
    run_line(&scratch, "echo first; echo 'no such thing' >&2; exit 7", 5, EG_DATA, message);
    cr_expect_str_eq(message, "mine: exit code 7; its last line: no such thing");
    const struct eg_child_result crash = run_line(&scratch, "kill -SEGV $$", 5, EG_DATA, message);
    cr_expect(crash.exit_code == -1 && crash.signal == SIGSEGV);
    cr_expect(strstr(message, "mine: ended by signal 11 (Segmentation fault) after ") == message,
              "%s", message);
    cr_expect(strstr(message, "its last line: (it printed nothing)"), "%s", message);
    run_line(&scratch, "(kill -SEGV $(exec sh -c 'echo $PPID')); exit $?", 5, EG_DATA, message);
    cr_expect(strstr(message, "mine: ended by signal 11"), "%s", message);
    run_line(&scratch, "not-a-command-at-all", 5, EG_DATA, message);
    cr_expect(strstr(message, "mine: exit code 127 (there is no such command); its last line: "),
              "%s", message);
    remove_scratch(&scratch);
}

/* The process whose number the file holds, once it is there. */
static pid_t await_pid(const struct scratch *scratch, const char *name)
{
    char text[64] = "";
    const struct scratch_path path = find_scratch(scratch, name);
    for (int i = 0; i < 200 && !strchr(text, '\n'); i++) {
        FILE *file = fopen(path.text, "r");
        if (file && !fgets(text, sizeof text, file))
            *text = '\0';
        if (file)
            fclose(file);
        usleep(10000);
    }
    return (pid_t)atol(text);
}

/* The limit ends the whole group: the sleeper in the background must be gone too. */
Test(child, ends_at_its_limit_with_all_its_own)
{
    char message[1024];
    struct scratch scratch = make_scratch();
    const struct eg_child_result result = run_line(
        &scratch, "sleep 60 & echo $! >pid; echo waiting; wait", 2, EG_DATA, message);
    cr_expect(result.is_timed_out && result.seconds >= 2 && result.seconds < 20);
    cr_expect_str_eq(message,
                     "mine: ran into the time limit of 2 s and was ended; its last line: waiting");
    const pid_t sleeper = await_pid(&scratch, "pid");
    cr_expect(sleeper > 1 && !is_running(sleeper), "process %ld is still there", (long)sleeper);
    remove_scratch(&scratch);
}

/* What leaves group and session, and has its parent end first, is ended all the same: at the limit,
 * after a command that ends by itself, and by the stop flag. */
Test(child, ends_what_leaves_its_session)
{
    static const char *const ends[] = {"wait; sleep 60", "while [ ! -s pid ]; do sleep 0.01; done"};
    char message[1024], line[256];
    for (size_t i = 0; i < 2; i++) {
        struct scratch scratch = make_scratch();
        snprintf(line, sizeof line,
                 "(setsid sh -c 'setsid sh -c \"echo \\$\\$ >pid; exec sleep 60\" &' &); %s",
                 ends[i]);
        const struct eg_child_result result = run_line(&scratch, line, 1, i ? EG_OK : EG_DATA,
                                                       message);
        cr_expect_eq(result.is_timed_out, i == 0);
        const pid_t escaped = await_pid(&scratch, "pid");
        cr_expect(escaped > 1 && !is_running(escaped), "process %ld is still there", (long)escaped);
        cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
        remove_scratch(&scratch);
    }
}

/* A log has the beginning and the end; whatever the command makes of the file's name. */
Test(child, keeps_a_bounded_log)
{
    char message[1024];
    struct stat found;
    struct scratch scratch = make_scratch();
    const struct scratch_path log = find_scratch(&scratch, "log.txt");
    const struct eg_child_result result = run_line(
        &scratch, "yes | head -c 30000000; echo the end; exit 2", 30, EG_DATA, message);
    cr_expect_str_eq(result.last_line, "the end");
    cr_assert_eq(stat(log.text, &found), 0);
    cr_expect(found.st_size > EG_LOG_HEAD && found.st_size < EG_LOG_HEAD + 2 * EG_LOG_TAIL, "%ld",
              (long)found.st_size);
    run_line(&scratch, "echo one; rm log.txt; mkfifo log.txt; exit 2", 5, EG_DATA, message);
    cr_expect(strstr(message, "last line: one"), "%s", message);
    run_line(&scratch, "rm log.txt; mkdir -p log.txt/in; exit 2", 5, EG_DATA, message);
    run_line(&scratch, "echo two; exit 2", 5, EG_DATA, message);
    cr_expect(strstr(message, "last line: two"), "%s", message);
    remove_scratch(&scratch);
}

/* A command that ends and leaves somebody running in its group. */
Test(child, leaves_nobody_and_nothing_behind)
{
    char message[1024];
    struct scratch scratch = make_scratch();
    run_line(&scratch, "sleep 60 & exit 0", 5, EG_OK, message);
    const size_t before = count_descriptors();
    for (int i = 0; i < 20; i++)
        run_line(&scratch, i % 2 ? "exit 1" : "kill -KILL $$", 5, EG_DATA, message);
    cr_expect_eq(count_descriptors(), before);
    cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1, "a process was not waited for");
    remove_scratch(&scratch);
}

Test(child, is_ended_by_the_stop_flag)
{
    struct scratch scratch = make_scratch();
    struct eg_error error = {0};
    struct eg_child_result result;
    const atomic_int stop = SIGINT;
    const struct scratch_path log = find_scratch(&scratch, "log.txt");
    const char *const words[] = {"sleep", "60", NULL};
    const struct eg_child child = {.words = words, .log = log.text, .stop = &stop};
    cr_expect_eq(eg_child_run(&child, &result, &error), EG_INTERRUPTED);
    cr_expect(result.seconds < 5 && result.signal == SIGKILL);
    cr_expect_str_eq(error.message, "sleep: interrupted");
    remove_scratch(&scratch);
}

/* A program that starts this one may ignore the ends of children. */
Test(child, tells_how_it_ended_where_ends_are_ignored)
{
    char message[1024];
    struct scratch scratch = make_scratch();
    signal(SIGCHLD, SIG_IGN);
    run_line(&scratch, "exit 3", 5, EG_DATA, message);
    cr_expect(strstr(message, "mine: exit code 3"), "%s", message);
    run_line(&scratch, "grep -q 'SigIgn.*[02468ace]....$' /proc/self/status", 5, EG_OK, message);
    signal(SIGCHLD, SIG_DFL);
    remove_scratch(&scratch);
}

/* A command that stops its keeper, once or without end, or kills it. */
Test(child, ends_whatever_becomes_of_its_keeper, .timeout = 120)
{
    char message[1024];
    struct scratch scratch = make_scratch();
    const struct eg_child_result once = run_line(&scratch, "kill -STOP $PPID; exit 3", 0, EG_DATA,
                                                 message);
    cr_expect_eq(once.exit_code, 3, "%s", message);
    const struct eg_child_result endless = run_line(
        &scratch, "echo $$ >pid; while :; do kill -STOP $PPID; done", 1, EG_DATA, message);
    cr_expect(endless.is_timed_out, "%s", message);
    const pid_t stopper = await_pid(&scratch, "pid");
    cr_expect(stopper > 1 && !is_running(stopper));
    cr_assert_eq(remove(find_scratch(&scratch, "pid").text), 0);
    run_line(&scratch, "echo $$ >pid; sleep 0.3; kill -KILL $PPID; sleep 60", 20, EG_DATA, message);
    cr_expect(strstr(message, "mine: ended by signal 9"), "%s", message);
    const pid_t killer = await_pid(&scratch, "pid");
    for (int i = 0; i < 100 && is_running(killer); i++)
        usleep(20000);
    cr_expect(killer > 1 && !is_running(killer));
    cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
    remove_scratch(&scratch);
}

/* From here on this process is one on a kernel that has no close_range. */
static void forbid_close_range(void)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog filter = {sizeof steps / sizeof *steps, steps};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

/* A parent that is killed outright takes the command along. */
static void end_with_parent(int has_close_range)
{
    struct scratch scratch = make_scratch();
    const struct scratch_path log = find_scratch(&scratch, "log.txt");
    const char *const words[] = {"/bin/sh", "-c", "echo $$ >pid; exec sleep 60", NULL};
    const struct eg_child child = {.words = words, .folder = scratch.folder, .log = log.text};
    const pid_t parent = fork();
    if (parent == 0) {
        struct eg_child_result result;
        if (!has_close_range)
            forbid_close_range();
        eg_child_run(&child, &result, NULL);
        _exit(0);
    }
    const pid_t command = await_pid(&scratch, "pid");
    cr_assert_gt(command, 1);
    cr_expect(is_running(command));
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    for (int i = 0; i < 100 && is_running(command); i++)
        usleep(20000);
    cr_expect_not(is_running(command), "%d", has_close_range);
    remove_scratch(&scratch);
}

Test(child, ends_with_its_parent)
{
    end_with_parent(1);
    end_with_parent(0);
}

/* The parent's own memory is not the child's. */
Test(child, tells_its_own_memory)
{
    enum { BYTES = 200 << 20 };
    char message[1024];
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_maxrss > 50000)
        cr_skip_test(
            "this process is larger than the child, as under valgrind: its peak is not told");
    struct scratch scratch = make_scratch();
    const struct eg_child_result large = run_line(
        &scratch, "head -c 60000000 /dev/zero | tail -c 60000000 >/dev/null", 20, EG_OK, message);
    volatile char *mine = malloc(BYTES);
    for (size_t i = 0; i < BYTES; i += 4096)
        mine[i] = 1;
    const struct eg_child_result small = run_line(&scratch, "sleep 0.1", 5, EG_OK, message);
    free((void *)mine);
    cr_expect(large.peak_bytes > 50000000 && large.peak_bytes < BYTES, "%zu", large.peak_bytes);
    cr_expect(small.peak_bytes > 100000 && small.peak_bytes < 50000000, "%zu", small.peak_bytes);
    remove_scratch(&scratch);
}

Test(child, says_what_it_cannot_start)
{
    struct scratch scratch = make_scratch();
    struct eg_error error = {0};
    struct eg_child_result result;
    const struct scratch_path log = find_scratch(&scratch, "log.txt");
    const char *const words[] = {"no-such-program-here", NULL};
    struct eg_child child = {.words = words, .log = log.text};
    cr_expect_eq(eg_child_run(&child, &result, &error), EG_DATA);
    cr_expect_str_eq(error.message,
                     "no-such-program-here: cannot be started: No such file or directory");
    child.log = "tests/data/absent/log.txt";
    cr_expect_eq(eg_child_run(&child, &result, &error), EG_DATA);
    cr_expect_str_eq(error.message,
                     "tests/data/absent/log.txt: cannot write it: No such file or directory");
    remove_scratch(&scratch);
}

Test(child, runs_beside_others)
{
    enum { COUNT = 12 };
    int right = 0;
    struct scratch scratch = make_scratch();
    const size_t before = count_descriptors();
#pragma omp parallel for num_threads(4) reduction(+ : right)
    for (int i = 0; i < COUNT; i++) {
        char name[16], line[64];
        struct eg_child_result result;
        snprintf(name, sizeof name, "log%d", i);
        snprintf(line, sizeof line, "echo this is %d; exit %d", i, i);
        const struct scratch_path log = find_scratch(&scratch, name);
        const char *const words[] = {"/bin/sh", "-c", line, NULL};
        const struct eg_child child = {.words = words, .log = log.text, .seconds = 20};
        char expected[32];
        snprintf(expected, sizeof expected, "this is %d", i);
        right += eg_child_run(&child, &result, NULL) == EG_OK && result.exit_code == i &&
                 strcmp(result.last_line, expected) == 0;
    }
    cr_expect_eq(right, COUNT);
    cr_expect_eq(count_descriptors(), before);
    remove_scratch(&scratch);
}

/* Rubbish on the output stays one printable line. */
Test(child, makes_rubbish_printable)
{
    char message[1024];
    struct scratch scratch = make_scratch();
    const struct eg_child_result result = run_line(
        &scratch, "printf '\\001\\033[31mred\\377\\n\\n  \\n'; exit 2", 5, EG_DATA, message);
    cr_expect_str_eq(result.last_line, "??[31mred?");
    const struct eg_child_result lengthy = run_line(
        &scratch, "head -c 100000 /dev/zero | tr '\\0' x; exit 2", 5, EG_DATA, message);
    cr_expect_eq(strlen(lengthy.last_line), sizeof lengthy.last_line - 1);
    remove_scratch(&scratch);
}
