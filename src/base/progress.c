/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/progress.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double eg_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int is_terminal(FILE *stream)
{
    const char *kind = getenv("TERM");
    return stream && isatty(fileno(stream)) && !(kind && strcmp(kind, "dumb") == 0);
}

struct eg_progress eg_progress_start(FILE *stream, const char *label, size_t count, double cost)
{
    const double now = eg_clock();
    struct eg_progress progress = {.stream = stream,
                                   .is_terminal = is_terminal(stream),
                                   .label = label,
                                   .count = count,
                                   .cost = cost,
                                   .started = now,
                                   .drawn = is_terminal(stream) ? 0 : now};
    if (progress.is_terminal) {
        fprintf(progress.stream, "%s: %zu cells to run", label, count);
        fflush(progress.stream);
    }
    return progress;
}

static void draw(struct eg_progress *progress)
{
    const double now = eg_clock();
    const double ran = progress->cost_done - progress->cost_given;
    if (!progress->stream || now - progress->drawn < (progress->is_terminal ? 0.1 : 60) ||
        !(ran > 0))
        return;
    progress->drawn = now;
    char left[64] = "";
    const double rest = (now - progress->started) * (progress->cost - progress->cost_done) / ran;
    if (ran > 0.001 * progress->cost) { /* less says nothing of the speed yet */
        char duration[32];
        snprintf(left, sizeof left, ", about %s left",
                 eg_format_duration(rest, duration, sizeof duration));
    }
    fprintf(progress->stream, "%s%s: %zu of %zu cells, %.0f %%%s%s",
            progress->is_terminal ? "\r\033[K" : "", progress->label, progress->done,
            progress->count, 100 * progress->cost_done / progress->cost, left,
            progress->is_terminal ? "" : "\n");
    fflush(progress->stream);
}

void eg_progress_advance(struct eg_progress *progress, double cost, int is_given)
{
    progress->cost_given += is_given ? cost : 0;
    progress->cost_done += cost;
    draw(progress);
}

void eg_progress_step(struct eg_progress *progress, double cost)
{
    progress->done++;
    eg_progress_advance(progress, cost, 0);
}

void eg_progress_end(struct eg_progress *progress)
{
    if (progress->is_terminal) {
        fputs("\r\033[K", progress->stream);
        fflush(progress->stream);
    }
}

void eg_tell(const struct eg_listener *listener, double share, int is_given)
{
    if (listener)
        listener->hear(listener->context, share * listener->part, is_given);
}

const char *eg_format_duration(double seconds, char *text, size_t size)
{
    if (seconds < 59.95) {
        snprintf(text, size, "%.1f s", seconds < 0 ? 0 : seconds);
        return text;
    }
    if (!(seconds < 1e15)) {
        snprintf(text, size, "for ever");
        return text;
    }
    const long long whole = (long long)(seconds + 0.5);
    const long long minutes = whole / 60, hours = minutes / 60;
    if (minutes < 60)
        snprintf(text, size, "%lld min %02lld s", minutes, whole % 60);
    else if (hours < 48)
        snprintf(text, size, "%lld h %02lld min", hours, minutes % 60);
    else
        snprintf(text, size, "%lld d %lld h", hours / 24, hours % 24);
    return text;
}
