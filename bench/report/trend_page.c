/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/trend_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/page/view_values.h"
#include "bench/report/trend_chart.h"
#include "stats/drift_test.h"

enum { TEXT = 512, LINES = 10 };

/* ---- nightly runs ---- */

/* "2026-11-22 03:10 UTC" of "2026-11-22T03:10:00Z". */
static json_t *time_data(const json_t *line)
{
    const char *time = eg_history_text(line, "time");
    char text[32];
    snprintf(text, sizeof text, "%.10s %.5s UTC", time, strlen(time) > 11 ? time + 11 : "");
    return eg_text(text);
}

/* A line of the history, a nightly run or a baseline that was accepted. */
static json_t *line_data(const json_t *line)
{
    const int is_nightly_run = strcmp(eg_history_text(line, "history"), "night") == 0;
    const enum eg_alarm alarm = is_nightly_run ? eg_nightly_run_alarm(line)
                                               : EG_NIGHTLY_RUN_ACCEPTED;
    return json_pack("{s:o, s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:i}", "time", time_data(line),
                     "commit", eg_history_text(line, "commit"), "is_dirty",
                     json_is_true(json_object_get(line, "dirty")), "mark", eg_alarm_mark(alarm),
                     "class", eg_alarm_class(alarm), "verdict",
                     is_nightly_run ? eg_history_text(line, "verdict") : "accepted", "words",
                     eg_history_text(line, is_nightly_run ? "answer" : "reason"), "scale",
                     eg_history_text(line, "scale"), "seeds",
                     (int)json_array_size(json_object_get(line, "seeds")));
}

static json_t *box_data(const struct eg_trends *trends, size_t nightly_run)
{
    const json_t *line = trends->nightly_runs[nightly_run];
    json_t *data = line_data(line), *time = time_data(line);
    char title[TEXT];
    snprintf(title, sizeof title, "%s: %s", time ? json_string_value(time) : "",
             eg_history_text(line, "verdict"));
    json_decref(time);
    return json_pack("{s:o, s:O, s:O}", "title", eg_text(title), "mark",
                     json_object_get(data, "mark"), "class", json_object_get(data, "class"));
}

static json_t *list_boxes(const struct eg_trends *trends)
{
    json_t *boxes = json_array();
    for (size_t i = 0; i <= trends->nightly_run_count; i++) {
        const int is_last = i == trends->nightly_run_count;
        if (is_last ? eg_trends_alarm(trends) == EG_NIGHTLY_RUN_ACCEPTED && i > 0
                    : eg_trends_accepted_before(trends, i))
            boxes = eg_append(boxes, json_pack("{s:s, s:s, s:s}", "title", "new reference accepted",
                                               "mark", eg_alarm_mark(EG_NIGHTLY_RUN_ACCEPTED),
                                               "class", eg_alarm_class(EG_NIGHTLY_RUN_ACCEPTED)));
        if (!is_last)
            boxes = eg_append(boxes, box_data(trends, i));
    }
    return boxes;
}

static json_t *list_lines(const struct eg_trends *trends)
{
    const size_t count = json_array_size(trends->history.lines);
    json_t *lines = json_array();
    for (size_t i = 0; i < count && i < LINES; i++)
        lines = eg_append(lines, line_data(json_array_get(trends->history.lines, count - 1 - i)));
    return lines;
}

/* How many results, and how many series of speed or memory, the last nightly run names. */
static json_t *moved_data(const json_t *moved)
{
    int costs = 0;
    for (size_t i = 0; i < json_array_size(moved); i++)
        costs += json_object_get(json_array_get(moved, i), "series") != NULL;
    const int results = (int)json_array_size(moved) - costs;
    return json_pack("{s:i, s:b, s:b, s:i, s:b}", "results", results, "has_results",
                     results || !costs, "many_results", results != 1, "costs", costs, "many_costs",
                     costs != 1);
}

/* The state after the last line, by its name. */
static json_t *alarm_data(enum eg_alarm alarm)
{
    static const char *const names[] = {"none", "fine", "accepted", "unclear", "broken", "drift"};
    json_t *data = json_object();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        json_object_set_new(data, names[i], json_boolean(i == alarm));
    return data;
}

/* ---- series ---- */

static int is_measure(const struct eg_trend *trend)
{
    return strcmp(trend->field, "measures") == 0;
}

static const char *cost_title(const char *field)
{
    static const char *const titles[][2] = {
        {"steps", "a training step's time, over the least that the run's products allow"},
        {"seconds", "seconds, all seeds"},
        {"peak_rss_mb", "peak memory, MB"},
        {"calibration", "speed of the machine, a billion a second"}};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strcmp(titles[i][0], field) == 0)
            return titles[i][1];
    return "";
}

/* How far the value is from what is expected; sums and medians of equal numbers differ by rounding. */
static json_t *change_data(const struct eg_trend *trend, double value)
{
    const double change = value - trend->expected;
    const double relative = change / (trend->expected != 0 ? fabs(trend->expected) : 1);
    char text[32];
    if (isnan(change))
        return json_null();
    if (fabs(relative) < 1e-12)
        return json_string("none");
    if (fabs(relative) < EG_DRIFT_ROUNDING)
        return json_string("rounding");
    snprintf(text, sizeof text, trend->expected != 0 ? "%+.2g\u00a0%%" : "%+.2g",
             trend->expected != 0 ? 100 * relative : change);
    return json_string(text);
}

static json_t *trend_data(const struct eg_trends *trends, const struct eg_trend *trend)
{
    const size_t last = eg_trend_last(trends, trend), nightly_runs = trends->nightly_run_count;
    const double value = last < nightly_runs ? trend->values[last] : NAN;
    char title[TEXT];
    return json_pack(
        "{s:o, s:o, s:o, s:s, s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:o}", "title",
        eg_text(eg_metric_title(trend->names.metric, trend->names.statistic, title, sizeof title)),
        "versus", *trend->names.versus ? eg_title(trend->names.versus) : json_null(), "method",
        is_measure(trend) ? eg_title(trend->names.method) : json_null(), "experiment",
        trend->names.experiment, "data", eg_text(eg_dataset_title(trend->names.dataset)),
        "protocol", trend->names.protocol, "label", trend->names.label, "cost",
        is_measure(trend) ? "" : cost_title(trend->field), "last", eg_number(value), "none_since",
        last + 1 < nightly_runs ? time_data(trends->nightly_runs[last]) : json_null(), "expected",
        eg_number(trend->expected), "change", change_data(trend, value), "is_moved",
        nightly_runs && trend->moved[nightly_runs - 1], "chart", eg_chart_data(trends, trend));
}

/* The series for which chosen says yes. */
static json_t *list_chosen(const struct eg_trends *trends,
                           int (*chosen)(const struct eg_trends *, const struct eg_trend *))
{
    json_t *series = json_array();
    for (size_t i = 0; i < trends->count && trends->nightly_run_count; i++)
        if (chosen(trends, &trends->items[i]))
            series = eg_append(series, trend_data(trends, &trends->items[i]));
    return series;
}

static int moved_last(const struct eg_trends *trends, const struct eg_trend *trend)
{
    return trend->moved[trends->nightly_run_count - 1];
}

static int moved_before(const struct eg_trends *trends, const struct eg_trend *trend)
{
    return !moved_last(trends, trend) && eg_trend_times_moved(trends, trend) > 0;
}

static int is_cost(const struct eg_trends *trends, const struct eg_trend *trend)
{
    (void)trends;
    return !is_measure(trend);
}

static int begins_measures(const struct eg_trends *trends, size_t index)
{
    if (!is_measure(&trends->items[index]))
        return 0;
    for (size_t i = 0; i < index; i++)
        if (strcmp(trends->items[i].names.experiment, trends->items[index].names.experiment) == 0)
            return 0;
    return 1;
}

/* Those of each experiment. */
static json_t *list_measures(const struct eg_trends *trends)
{
    json_t *experiments = json_array();
    for (size_t i = 0; i < trends->count && trends->nightly_run_count; i++) {
        const char *experiment = trends->items[i].names.experiment;
        json_t *series = json_array();
        for (size_t j = i; begins_measures(trends, i) && j < trends->count; j++)
            if (strcmp(trends->items[j].names.experiment, experiment) == 0)
                series = eg_append(series, trend_data(trends, &trends->items[j]));
        const int count = (int)json_array_size(series);
        if (count || !series)
            experiments = eg_append(experiments,
                                    json_pack("{s:s, s:i, s:o}", "experiment", experiment, "count",
                                              count, "series", series));
        else
            json_decref(series);
    }
    return experiments;
}

json_t *eg_trends_data(const struct eg_trends *trends)
{
    const struct eg_history *history = &trends->history;
    const enum eg_alarm alarm = eg_trends_alarm(trends);
    const json_t *nightly_run = eg_history_last(history, "night");
    const int lines = (int)json_array_size(history->lines),
              bad = (int)(history->malformed + history->torn);
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:i, s:i, s:b, s:i, s:b, s:o, s:o, s:o, s:o}",
        "mark", eg_alarm_mark(alarm), "class", eg_alarm_class(alarm), "alarm", alarm_data(alarm),
        "night", nightly_run ? line_data(nightly_run) : json_null(), "reason",
        eg_history_text(eg_history_last(history, "accepted"), "reason"), "moved",
        moved_data(json_object_get(nightly_run, "moved")), "boxes", list_boxes(trends), "lines",
        list_lines(trends), "shown", LINES, "line_count", lines, "has_more", lines > LINES, "bad",
        bad, "many_bad", bad != 1, "moved_last", list_chosen(trends, moved_last), "moved_before",
        list_chosen(trends, moved_before), "costs", list_chosen(trends, is_cost), "measures",
        list_measures(trends));
}
