/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/start.h"

#include "bench/frame/flush_denormals.h"
#include "bench/frame/guard_output.h"
#include "bench/page/markup.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <cblas.h>
#include <gsl/gsl_errno.h>
#include <jansson.h>
#include <omp.h>

#include "base/blas_threads.h"
#include "base/matrix.h"
#include "base/real.h"

const struct eg_term eg_exit_codes[] = {
    {"0", "all is well"},
    {"1", "a claim failed, a drift was found or merged stores disagree, where the options ask for "
          "it; or "
          "rows in the store do not come out again (see --verify)"},
    {"2", "the command line is wrong"},
    {"3", "a file or folder is missing, malformed or not writable"},
    {"4", "out of memory, or a bug"},
    {"130", "interrupted; what was finished is kept, and the same command goes on"},
    {NULL, NULL},
};

int eg_start_program(size_t *threads, struct eg_error *error)
{
    FILE *const guarded = eg_guard_output(STDOUT_FILENO);
    if (guarded)
        stdout = guarded; /* names of rows and files are printed in many places */
    eg_flush_denormals();
    *threads = (size_t)omp_get_max_threads();
    const int status = eg_blas_take_one_thread(error);
    if (status)
        return status;
    /* Cells, and where there are fewer of them than threads the loops inside. */
    omp_set_max_active_levels(2);
    gsl_set_error_handler_off();
    json_object_seed(1);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return EG_OK;
}

static atomic_int caught_signal;
static int hears_hangup; /* nohup has it ignored, and is to be heard */

/* Cells in flight may take a while yet: say that the signal has come, where somebody sees it. */
static void catch_signal(int number)
{
    static const char told[] =
        "\ninterrupted: finishing the cells in flight, long ones up to their next checkpoint; once "
        "more stops at once\n";
    const int kept = errno;
    atomic_store(&caught_signal, number);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    if (hears_hangup)
        signal(SIGHUP, SIG_DFL);
    if (isatty(STDERR_FILENO) && write(STDERR_FILENO, told, sizeof told - 1) < 0)
        atomic_store(&caught_signal, number); /* nobody to tell */
    errno = kept;
}

const atomic_int *eg_catch_signals(void)
{
    struct sigaction before, action = {.sa_handler = catch_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    hears_hangup = sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (hears_hangup)
        sigaction(SIGHUP, &action, NULL);
    return &caught_signal;
}

/* One line, whatever the command line or a file name brought into the message. */
static void print_line(const char *program, const char *kind, const char *message)
{
    fprintf(stderr, "%s: %s", program, kind);
    eg_write_terminal(stderr, message);
    fputc('\n', stderr);
}

int eg_finish_program(const char *program, int status, const struct eg_error *error)
{
    if (status && error->message[0])
        print_line(program, "", error->message);
    errno = 0;
    const int unwritten = ferror(stdout) | fflush(stdout);
    if (!unwritten || errno == EPIPE)
        return status;
    fprintf(stderr, "%s: cannot write standard output: %s; check where it goes\n", program,
            errno ? strerror(errno) : "an earlier write failed");
    return status ? status : EG_DATA;
}

int eg_run_program(const char *program, int (*run)(int argc, char **argv, struct eg_error *error),
                   int argc, char **argv)
{
    struct eg_error error = {0};
    size_t threads;
    int status = eg_start_program(&threads, &error);
    if (!status)
        status = run(argc, argv, &error);
    return eg_finish_program(program, status, &error);
}

static void print_version(const struct eg_manual *manual)
{
    const char *blas = openblas_get_config(); /* "OpenBLAS 0.3.21 NO_LAPACKE ..." */
    size_t length = strcspn(blas, " ");
    length += blas[length] ? 1 + strcspn(blas + length + 1, " ") : 0;
    printf("%s %s (commit %s, %s precision, %.*s, core %s)\n", manual->program, manual->version,
           EG_BUILD_COMMIT, EG_REAL_NAME, (int)length, blas, eg_blas_core());
}

int eg_asks_common(const struct eg_common_options *common)
{
    return common->help || common->man || common->version || common->completion;
}

int eg_answer_common(const struct eg_common_options *common, const struct eg_manual *manual)
{
    if (common->help)
        eg_print_help(manual, stdout);
    else if (common->man)
        eg_print_man(manual, stdout);
    else if (common->version)
        print_version(manual);
    else if (common->completion)
        eg_print_completion(manual, common->completion, stdout);
    return eg_asks_common(common);
}

static void warn(void *context, const char *message)
{
    print_line(context, "warning: ", message);
}

struct eg_warner eg_stderr_warner(const char *program)
{
    return (struct eg_warner){warn, (void *)program};
}
