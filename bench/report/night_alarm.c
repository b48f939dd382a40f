/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/night_alarm.h"

#include <string.h>

const char *eg_history_text(const json_t *line, const char *field)
{
    const char *text = json_string_value(json_object_get(line, field));
    return text ? text : "";
}

enum eg_alarm eg_night_alarm(const json_t *night)
{
    static const struct {
        const char *verdict;
        enum eg_alarm alarm;
    } known[] = {{"same", EG_NIGHT_FINE},
                 {"quiet", EG_NIGHT_FINE},
                 {"drift", EG_NIGHT_DRIFT},
                 {"broken", EG_NIGHT_BROKEN}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(eg_history_text(night, "verdict"), known[i].verdict) == 0)
            return known[i].alarm;
    return EG_NIGHT_UNCLEAR;
}

/* Whether a line between the places from and to (both left out) accepts a baseline of the scale. */
static int is_accepted_between(const struct eg_trends *trends, size_t from, size_t to,
                               const json_t *scale)
{
    for (size_t i = from + 1; i < to; i++) {
        const json_t *line = json_array_get(trends->history.lines, i);
        if (strcmp(eg_history_text(line, "history"), "accepted") == 0 &&
            json_equal(json_object_get(line, "scale"), scale))
            return 1;
    }
    return 0;
}

int eg_trends_accepted_before(const struct eg_trends *trends, size_t night)
{
    if (night == 0 || night >= trends->night_count)
        return 0;
    return is_accepted_between(trends, trends->lines[night - 1], trends->lines[night],
                               json_object_get(trends->nights[night], "scale"));
}

enum eg_alarm eg_trends_alarm(const struct eg_trends *trends)
{
    if (trends->night_count == 0)
        return EG_NIGHT_NONE;
    const size_t last = trends->night_count - 1;
    const enum eg_alarm alarm = eg_night_alarm(trends->nights[last]);
    const int accepted = is_accepted_between(trends, trends->lines[last],
                                             json_array_size(trends->history.lines),
                                             json_object_get(trends->nights[last], "scale"));
    return alarm == EG_NIGHT_DRIFT && accepted ? EG_NIGHT_ACCEPTED : alarm;
}

const char *eg_alarm_mark(enum eg_alarm alarm)
{
    static const char *const marks[] = {"\u2013", "\u2713", "\u2197", "?", "!", "\u2717"};
    return marks[alarm];
}

const char *eg_alarm_class(enum eg_alarm alarm)
{
    static const char *const classes[] = {"v4", "v0", "v1", "v2", "v3", "v3"};
    return classes[alarm];
}
