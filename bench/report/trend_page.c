/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/trend_page.h"

#include <math.h>
#include <string.h>

#include "bench/page/markup.h"
#include "bench/frame/names.h"
#include "bench/report/trend_chart.h"
#include "stats/drift_test.h"

enum { TEXT = 256, LINES = 10 };

static const char *text_of(const json_t *line, const char *field)
{
    const char *text = json_string_value(json_object_get(line, field));
    return text ? text : "";
}

/* ---- the first screen ---- */

/* "2026-11-22 03:10 UTC" of "2026-11-22T03:10:00Z". */
static void write_time(FILE *out, const json_t *line)
{
    const char *time = text_of(line, "time");
    fprintf(out, "%.10s %.5s UTC", time, strlen(time) > 11 ? time + 11 : "");
}

static void write_commit(FILE *out, const json_t *line)
{
    fputs("<code>", out);
    eg_write_html(out, text_of(line, "commit"));
    fputs("</code>", out);
    if (json_is_true(json_object_get(line, "dirty")))
        fputs(" with changes that no commit has", out);
}

/* "2 results moved", "1 step in speed or memory", or both. */
static void write_moved(FILE *out, const json_t *moved)
{
    size_t costs = 0;
    for (size_t i = 0; i < json_array_size(moved); i++)
        costs += json_object_get(json_array_get(moved, i), "series") != NULL;
    const size_t results = json_array_size(moved) - costs;
    if (results || !costs)
        fprintf(out, "%zu result%s moved%s", results, results == 1 ? "" : "s", costs ? ", " : "");
    if (costs)
        fprintf(out, "%zu step%s in speed or memory", costs, costs == 1 ? "" : "s");
}

static void write_headline(FILE *out, const struct eg_trends *trends)
{
    const json_t *last = eg_history_last(&trends->history, "night");
    switch (eg_trends_alarm(trends)) {
    case EG_NIGHT_NONE:
        fputs("No night has run yet.", out);
        break;
    case EG_NIGHT_FINE:
        fputs("Nothing is wrong tonight.", out);
        break;
    case EG_NIGHT_ACCEPTED:
        fputs("Something moved in the last night, and was accepted since as the new baseline.",
              out);
        break;
    case EG_NIGHT_UNCLEAR:
        fputs("Look at this night: its verdict is \u201c", out);
        eg_write_html(out, text_of(last, "verdict"));
        fputs("\u201d.", out);
        break;
    case EG_NIGHT_BROKEN:
        fputs("Something is wrong tonight: the run itself is broken.", out);
        break;
    case EG_NIGHT_DRIFT:
        fputs("Something is wrong tonight: ", out);
        write_moved(out, json_object_get(last, "moved"));
        fputs(".", out);
    }
}

void eg_write_tonight(FILE *out, const struct eg_trends *trends)
{
    const enum eg_alarm alarm = eg_trends_alarm(trends);
    const json_t *last = eg_history_last(&trends->history, "night");
    fprintf(out, "<section class=tonight id=tonight><p><b class=%s>%s ", eg_alarm_class(alarm),
            eg_alarm_mark(alarm));
    write_headline(out, trends);
    fputs("</b></p>\n", out);
    if (last) {
        fputs("<p>", out);
        eg_write_html(out, text_of(last, "answer"));
        if (alarm == EG_NIGHT_ACCEPTED) {
            fputs(" <b>Accepted:</b> ", out);
            eg_write_html(out, text_of(eg_history_last(&trends->history, "accepted"), "reason"));
        }
        fputs("</p>\n<p class=soft>Night of ", out);
        write_time(out, last);
        fputs(", commit ", out);
        write_commit(out, last);
        fprintf(out, ", %zu seeds at ", json_array_size(json_object_get(last, "seeds")));
        eg_write_html(out, text_of(last, "scale"));
        fputs(" scale. ", out);
    } else
        fputs("<p><code>make nightly</code> runs one. ", out);
    fputs("<a href=\"#nights\">What each night gave</a></p></section>\n", out);
}

/* ---- the section: nights ---- */

static void write_boxes(FILE *out, const struct eg_trends *trends)
{
    fputs("<ol class=nights>", out);
    for (size_t i = 0; i < trends->night_count; i++) {
        const enum eg_alarm alarm = eg_night_alarm(trends->nights[i]);
        if (eg_trends_accepted_before(trends, i))
            fputs("<li class=v1 title=\"baseline accepted\">\u2197</li>", out);
        fprintf(out, "<li class=%s title=\"", eg_alarm_class(alarm));
        write_time(out, trends->nights[i]);
        fputs(": ", out);
        eg_write_html(out, text_of(trends->nights[i], "verdict"));
        fprintf(out, "\">%s</li>", eg_alarm_mark(alarm));
    }
    if (eg_trends_alarm(trends) == EG_NIGHT_ACCEPTED)
        fputs("<li class=v1 title=\"baseline accepted\">\u2197</li>", out);
    fputs(
        "</ol>\n<p class=caption>One mark a night, the last one last: \u2713 nothing is wrong, "
        "\u2717 something moved, ! the run itself was broken; \u2197 a change was accepted as the "
        "new baseline.</p>\n",
        out);
}

static void write_line(FILE *out, const json_t *line)
{
    const int is_night = strcmp(text_of(line, "history"), "night") == 0;
    const enum eg_alarm alarm = is_night ? eg_night_alarm(line) : EG_NIGHT_ACCEPTED;
    fputs("<tr><td>", out);
    write_time(out, line);
    fputs("</td><td>", out);
    write_commit(out, line);
    fprintf(out, "</td><td><span class=%s>%s ", eg_alarm_class(alarm), eg_alarm_mark(alarm));
    eg_write_html(out, is_night ? text_of(line, "verdict") : "accepted");
    fputs("</span></td><td>", out);
    eg_write_html(out, text_of(line, is_night ? "answer" : "reason"));
    fputs("</td></tr>\n", out);
}

static void write_last_lines(FILE *out, const struct eg_trends *trends)
{
    const size_t count = json_array_size(trends->history.lines);
    fputs("<div class=wide><table class=\"claims lines\"><thead><tr><th>time</th><th>commit</th>"
          "<th>verdict</th><th>in words</th></tr></thead><tbody>\n",
          out);
    for (size_t i = 0; i < count && i < LINES; i++)
        write_line(out, json_array_get(trends->history.lines, count - 1 - i));
    fputs("</tbody></table></div>\n", out);
    if (count > LINES)
        fprintf(out,
                "<p class=soft>The last %d of %zu lines; <code>egbench-nightly --show</code> "
                "prints them all.</p>\n",
                LINES, count);
    const size_t bad = trends->history.malformed + trends->history.torn;
    if (bad)
        fprintf(out,
                "<p class=v3>%zu line%s of the history could not be read and %s passed over: "
                "<code>egbench-nightly --show</code> names each.</p>\n",
                bad, bad == 1 ? "" : "s", bad == 1 ? "was" : "were");
}

/* ---- the section: series ---- */

static int is_measure(const struct eg_trend *trend)
{
    return strcmp(trend->field, "measures") == 0;
}

static const char *cost_title(const char *field)
{
    static const char *const titles[][2] = {
        {"steps", "a training step's time, over the least that the night's products allow"},
        {"seconds", "seconds, all seeds"},
        {"peak_rss_mb", "peak memory, MB"},
        {"calibration", "speed of the machine, a billion a second"}};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strcmp(titles[i][0], field) == 0)
            return titles[i][1];
    return "";
}

static void write_title(FILE *out, const struct eg_trend *trend)
{
    char text[TEXT];
    eg_write_html(out, eg_metric_title(trend->metric, trend->statistic, text, sizeof text));
    if (!is_measure(trend)) {
        fprintf(out, "<small>%s</small>", cost_title(trend->field));
        return;
    }
    fputs(", ", out);
    eg_write_html(out, eg_name_title(trend->method, text, sizeof text));
    if (*trend->versus) {
        fputs(" against ", out);
        eg_write_html(out, eg_name_title(trend->versus, text, sizeof text));
    }
    fputs("<small>", out);
    eg_write_html(out, trend->experiment);
    fputs(", ", out);
    eg_write_html(out, eg_dataset_title(trend->dataset));
    fputs(", ", out);
    eg_write_html(out, trend->protocol);
    fputs(*trend->label ? ", " : "", out);
    eg_write_html(out, trend->label);
    fputs("</small>", out);
}

/* How far the value is from what is expected; sums and medians of equal numbers differ by rounding. */
static void write_change(FILE *out, const struct eg_trend *trend, double value)
{
    const double change = value - trend->expected;
    const double relative = change / (trend->expected != 0 ? fabs(trend->expected) : 1);
    if (isnan(change))
        return;
    if (fabs(relative) < 1e-12)
        fputs("none", out);
    else if (fabs(relative) < EG_DRIFT_ROUNDING)
        fputs("rounding", out);
    else if (trend->expected != 0)
        fprintf(out, "%+.2g\u00a0%%", 100 * relative);
    else
        fprintf(out, "%+.2g", change);
}

static void write_trend(FILE *out, const struct eg_trends *trends, const struct eg_trend *trend)
{
    const size_t last = eg_trend_last(trends, trend);
    const int is_moved = trends->night_count && trend->moved[trends->night_count - 1];
    fputs("<tr><td>", out);
    write_title(out, trend);
    fputs("</td><td>", out);
    eg_draw_trend(trends, trend, out);
    fputs("</td><td>", out);
    if (last < trends->night_count)
        fprintf(out, "%.5g", trend->values[last]);
    if (last + 1 < trends->night_count) {
        fputs("<small class=v2>none since ", out);
        write_time(out, trends->nights[last]);
        fputs("</small>", out);
    }
    fputs("</td><td>", out);
    if (!isnan(trend->expected))
        fprintf(out, "%.5g", trend->expected);
    fprintf(out, "</td><td>%s", is_moved ? "<b class=v3>" : "");
    if (last < trends->night_count)
        write_change(out, trend, trend->values[last]);
    fprintf(out, "%s</td></tr>\n", is_moved ? "</b>" : "");
}

static void begin_trends(FILE *out)
{
    fputs("<div class=wide><table class=trends><thead><tr><th></th><th>night by night</th>"
          "<th>last</th><th>expected</th><th>change</th></tr></thead><tbody>\n",
          out);
}

static const char end_trends[] = "</tbody></table></div>\n";

/* The series for which chosen says yes; what comes before the first of them is head. */
static size_t write_chosen(FILE *out, const struct eg_trends *trends, const char *head,
                           int (*chosen)(const struct eg_trends *, const struct eg_trend *))
{
    size_t written = 0;
    for (size_t i = 0; i < trends->count; i++) {
        if (!chosen(trends, &trends->items[i]))
            continue;
        if (!written++) {
            fputs(head, out);
            begin_trends(out);
        }
        write_trend(out, trends, &trends->items[i]);
    }
    if (written)
        fputs(end_trends, out);
    return written;
}

static int moved_last(const struct eg_trends *trends, const struct eg_trend *trend)
{
    return trend->moved[trends->night_count - 1];
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
        if (strcmp(trends->items[i].experiment, trends->items[index].experiment) == 0)
            return 0;
    return 1;
}

static void write_measures(FILE *out, const struct eg_trends *trends)
{
    for (size_t i = 0; i < trends->count; i++) {
        size_t count = 0;
        if (!begins_measures(trends, i))
            continue;
        const char *experiment = trends->items[i].experiment;
        for (size_t j = i; j < trends->count; j++)
            count += strcmp(trends->items[j].experiment, experiment) == 0;
        fputs("<details><summary>", out);
        eg_write_html(out, experiment);
        fprintf(out, ": %zu measures</summary>\n", count);
        begin_trends(out);
        for (size_t j = i; j < trends->count; j++)
            if (strcmp(trends->items[j].experiment, experiment) == 0)
                write_trend(out, trends, &trends->items[j]);
        fprintf(out, "%s</details>\n", end_trends);
    }
}

void eg_write_nights(FILE *out, const struct eg_trends *trends)
{
    const size_t nights = trends->night_count;
    fputs(
        "<h2 id=nights>Nights</h2>\n<p>Every night the experiments run at a small scale, with the "
        "same seeds. Where nothing changed, every bit is as in the reference runs; what differs "
        "is tested, and told of only when it moved by a size that matters and a second set of "
        "seeds confirms it.</p>\n",
        out);
    if (json_array_size(trends->history.lines) == 0) {
        fputs("<p>There is none yet: <code>make nightly</code>.</p>\n", out);
        return;
    }
    if (nights)
        write_boxes(out, trends);
    if (nights)
        write_chosen(out, trends, "<h3 id=nights-moved>What moved in the last night</h3>\n",
                     moved_last);
    fputs("<h3 id=nights-last>The last nights in words</h3>\n", out);
    write_last_lines(out, trends);
    if (!nights)
        return;
    write_chosen(out, trends, "<h3 id=nights-earlier>What moved in earlier nights</h3>\n",
                 moved_before);
    write_chosen(out, trends, "<h3 id=nights-speed>Speed and memory</h3>\n", is_cost);
    fputs("<h3 id=nights-measures>All measures</h3>\n", out);
    write_measures(out, trends);
    fputs("<p class=caption>Each line is the mean over the night's seeds, from night to night; the "
          "dot is the last night, a cross a night whose verdict names it, a vertical line a "
          "baseline that was accepted. Dashed: what is expected, which is the mean of the "
          "reference runs over the same seeds, and for speed and memory the median of earlier "
          "nights. Grey: how far other seeds would move it (two standard errors); for speed and "
          "memory 10 %.</p>\n",
          out);
}
