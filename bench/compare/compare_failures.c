/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_failures.h"

#include <stdio.h>
#include <string.h>

void eg_compare_expect_cells(struct eg_compare_failures *failures, size_t place, const char *name,
                             size_t cells)
{
    struct eg_compare_failing *own = &failures->items[place];
    snprintf(own->name, sizeof own->name, "%s", name);
    own->cells = cells;
}

/* The reason without method and unit, and without the place of its log. */
static void take_reason(const char *message, const char *name, char why[512])
{
    const size_t length = strlen(name);
    if (strncmp(message, name, length) == 0 && strncmp(message + length, ": ", 2) == 0)
        message += length + 2;
    const char *end = strstr(message, "; its log: ");
    if (!end)
        end = strstr(message, "; its folder: ");
    snprintf(why, 512, "%.*s", end ? (int)(end - message) : (int)strlen(message), message);
}

static void count_failure(struct eg_compare_failing *own, const char *unit,
                          const struct eg_error *error, const struct eg_warner *warner)
{
    char why[512];
    take_reason(error->message, own->name, why);
    if (own->failed++ == 0) {
        memcpy(own->why, why, sizeof why);
        eg_warn(warner, "%s failed on %s: %s; the other cells go on", own->name, unit, why);
    }
    own->differs |= strcmp(own->why, why) != 0;
    if (own->failed == own->cells && own->cells > 1 && !own->differs)
        eg_warn(warner,
                "%s failed on all %zu units for that reason: end the run, fix it and run again; "
                "what is done stays",
                own->name, own->cells);
}

void eg_compare_tell_failure(struct eg_compare_failures *failures, const char *name,
                             const char *unit, const struct eg_error *error,
                             const struct eg_warner *warner)
{
    pthread_mutex_lock(&failures->lock);
    for (size_t i = 0; i < EG_MOST_OUTSIDE; i++)
        if (strcmp(failures->items[i].name, name) == 0)
            count_failure(&failures->items[i], unit, error, warner);
    pthread_mutex_unlock(&failures->lock);
}
