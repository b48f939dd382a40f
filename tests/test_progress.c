/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* posix_openpt */
#include "base/progress.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

static void expect_duration(double seconds, const char *wanted)
{
    char text[32];
    cr_assert_str_eq(eg_format_duration(seconds, text, sizeof text), wanted);
}

Test(progress, durations)
{
    expect_duration(0, "0.0 s");
    expect_duration(59.94, "59.9 s");
    expect_duration(59.96, "1 min 00 s");
    expect_duration(245, "4 min 05 s");
    expect_duration(12000, "3 h 20 min");
    expect_duration(187200, "2 d 4 h");
    expect_duration(1e300, "for ever");
}

Test(progress, a_line_a_minute_where_there_is_no_terminal)
{
    static const char wanted[] = "x: 2 of 4 cells, 50 %, about 1 min 01 s left\n";
    char text[128] = "";
    FILE *file = tmpfile();
    struct eg_progress progress = eg_progress_start(file, "x", 4, 4);
    eg_progress_step(&progress, 1);
    cr_assert_eq(ftell(file), 0, "nothing in the first minute");
    progress.started -= 61;
    progress.drawn -= 61;
    eg_progress_step(&progress, 1);
    eg_progress_step(&progress, 1);
    eg_progress_end(&progress);
    cr_assert_eq(ftell(file), (long)strlen(wanted), "one line in this minute");
    rewind(file);
    cr_assert(fgets(text, sizeof text, file));
    cr_assert_str_eq(text, wanted);
    fclose(file);
}

Test(progress, silent_where_nobody_listens)
{
    struct eg_progress progress = eg_progress_start(NULL, "x", 2, 2);
    eg_progress_step(&progress, 1);
    eg_progress_end(&progress);
    cr_assert_eq(progress.done, 1);
}

/* What progress draws on a terminal of its own for one step of 75 of 100, half a minute after the
 * beginning; given of these were there before. */
static void draw_step(double given, char text[512])
{
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) || unlockpt(master))
        cr_skip_test("this machine has no pseudo-terminals");
    FILE *terminal = fopen(ptsname(master), "w");
    cr_assert(terminal);
    setenv("TERM", "xterm", 1);
    struct eg_progress progress = eg_progress_start(terminal, "job", 4, 100);
    progress.started -= 30; /* as if half a minute had gone by */
    eg_progress_advance(&progress, given, 1);
    eg_progress_step(&progress, 75 - given);
    eg_progress_end(&progress);
    fclose(terminal); /* then reading ends where the text does */
    size_t got = 0;
    for (ssize_t more; (more = read(master, text + got, 511 - got)) > 0;)
        got += (size_t)more;
    text[got] = '\0';
    close(master);
    cr_assert(got > 4);
    cr_assert(strncmp(text + got - 4, "\r\033[K", 4) == 0);
}

Test(progress, tells_remaining_time_by_cost)
{
    char text[512];
    draw_step(0, text);
    cr_assert(strstr(text, "job: 1 of 4 cells, 75 %, about 10.0 s left"), "%s", text);
}

Test(progress, what_an_earlier_run_did_took_no_time_of_this_one)
{
    char text[512];
    draw_step(60, text);
    cr_assert(strstr(text, "job: 1 of 4 cells, 75 %, about 50.0 s left"), "%s", text);
}

Test(progress, says_nothing_of_the_time_left_before_a_thousandth_is_done)
{
    char text[512];
    draw_step(74.95, text);
    cr_assert(strstr(text, "job: 1 of 4 cells, 75 %"), "%s", text);
    cr_assert_not(strstr(text, "left"), "%s", text);
}
