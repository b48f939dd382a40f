/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/trends.h"

#include <libgen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "bench/frame/names.h"
#include "stats/moments.h"
#include "stats/step_detector.h"

/* ---- names ---- */

static struct eg_trend name_measure(const json_t *measure)
{
    struct eg_trend trend = {.field = "measures"};
    (void)eg_measure_read(&trend.names, measure);
    return trend;
}

static struct eg_trend name_cost(const char *field, const char *name)
{
    struct eg_trend trend = {.field = field};
    snprintf(trend.names.metric, sizeof trend.names.metric, "%s", name);
    return trend;
}

static int has_same_names(const struct eg_trend *a, const struct eg_trend *b)
{
    return eg_measure_is_like(&a->names, &b->names) && strcmp(a->field, b->field) == 0;
}

/* Lines list their measures in the same order, so that a look at place hint mostly does. */
static struct eg_trend *find_trend(const struct eg_trends *trends, const struct eg_trend *names,
                                   size_t hint)
{
    if (hint < trends->count && has_same_names(&trends->items[hint], names))
        return &trends->items[hint];
    for (size_t i = 0; i < trends->count; i++)
        if (has_same_names(&trends->items[i], names))
            return &trends->items[i];
    return NULL;
}

static int add_trend(struct eg_trends *trends, const struct eg_trend *names, struct eg_error *error)
{
    if (trends->count == trends->capacity) {
        const size_t capacity = trends->capacity ? 2 * trends->capacity : 64;
        struct eg_trend *more = realloc(trends->items, capacity * sizeof *more);
        if (!more)
            return eg_fail(error, EG_INTERNAL, "out of memory: %zu series of nightly runs",
                           capacity);
        trends->items = more;
        trends->capacity = capacity;
    }
    struct eg_trend *trend = &trends->items[trends->count++];
    *trend = *names;
    trend->expected = trend->expected_low = trend->expected_high = NAN;
    for (size_t i = 0; i < EG_TREND_NIGHTLY_RUNS; i++)
        trend->values[i] = NAN;
    return EG_OK;
}

/* ---- values ---- */

static int add_value(struct eg_trends *trends, size_t nightly_run, const struct eg_trend *names,
                     size_t hint, const json_t *value, struct eg_error *error)
{
    struct eg_trend *trend = find_trend(trends, names, hint);
    const int status = trend ? EG_OK : add_trend(trends, names, error);
    if (status)
        return status;
    trend = trend ? trend : &trends->items[trends->count - 1];
    if (json_is_number(value))
        trend->values[nightly_run] = json_number_value(value);
    return EG_OK;
}

static int add_nightly_run(struct eg_trends *trends, size_t nightly_run, struct eg_error *error)
{
    static const char *const costs[] = {"steps", "seconds", "peak_rss_mb", "calibration"};
    const json_t *line = trends->nightly_runs[nightly_run];
    const json_t *measures = json_object_get(line, "measures");
    int status = EG_OK;
    for (size_t i = 0; i < json_array_size(measures) && !status; i++) {
        const json_t *measure = json_array_get(measures, i);
        const struct eg_trend names = name_measure(measure);
        status = add_value(trends, nightly_run, &names, i, json_object_get(measure, "mean"), error);
    }
    for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
        const char *name;
        json_t *value;
        json_object_foreach(json_object_get(line, costs[i]), name, value)
        {
            const struct eg_trend names = name_cost(costs[i], name);
            if (!status)
                status = add_value(trends, nightly_run, &names, trends->count, value, error);
        }
    }
    return status;
}

/* What a verdict names that is no series is left to its answer. */
static void mark_moved(struct eg_trends *trends, size_t nightly_run)
{
    const json_t *moved = json_object_get(trends->nightly_runs[nightly_run], "moved");
    for (size_t i = 0; i < json_array_size(moved); i++) {
        const json_t *item = json_array_get(moved, i);
        const struct eg_trend names = json_object_get(item, "series")
                                          ? name_cost(eg_history_text(item, "series"),
                                                      eg_history_text(item, "name"))
                                          : name_measure(item);
        struct eg_trend *trend = find_trend(trends, &names, i);
        if (trend)
            trend->moved[nightly_run] = 1;
    }
}

/* ---- what is expected ---- */

/* The mean of the reference over the seeds of the nightly run; over all where it lacks one of them. */
static double mean_over_seeds(const struct eg_nightly *reference, const double *values,
                              const json_t *seeds, double mean_of_all)
{
    double sum = 0;
    size_t counted = 0;
    for (size_t i = 0; i < json_array_size(seeds); i++) {
        const json_int_t seed = json_integer_value(json_array_get(seeds, i));
        const size_t place = eg_nightly_seed(reference, (uint64_t)seed);
        if (place == reference->seed_count)
            return mean_of_all;
        if (isnan(values[place]))
            continue;
        sum += values[place];
        counted++;
    }
    return counted ? sum / (double)counted : mean_of_all;
}

static void expect_measure(const struct eg_trends *trends, struct eg_trend *trend)
{
    const struct eg_measure *measure = eg_nightly_find(&trends->reference, &trend->names);
    const json_t *seeds = json_object_get(trends->nightly_runs[trends->nightly_run_count - 1],
                                          "seeds");
    struct eg_moments moments;
    if (!measure ||
        eg_moments(measure->values, trends->reference.seed_count, EG_NAN_OMIT, &moments, NULL))
        return;
    const double se = moments.sd / sqrt((double)json_array_size(seeds));
    trend->expected = mean_over_seeds(&trends->reference, measure->values, seeds, moments.mean);
    trend->expected_low = trend->expected - 2 * se;
    trend->expected_high = trend->expected + 2 * se;
}

/* The first nightly run shown from which on machine and baseline are those of the last. */
static size_t find_comparable(const struct eg_trends *trends)
{
    size_t first = trends->nightly_run_count - 1;
    const json_t *machine = json_object_get(trends->nightly_runs[first], "machine");
    while (first > 0 && !eg_trends_accepted_before(trends, first) &&
           json_equal(json_object_get(trends->nightly_runs[first - 1], "machine"), machine))
        first--;
    return first;
}

static int expect_cost(const struct eg_trends *trends, struct eg_trend *trend,
                       struct eg_error *error)
{
    const size_t first = find_comparable(trends);
    struct eg_step step;
    const int status = eg_detect_step(trend->values + first, trends->nightly_run_count - first,
                                      &step, error);
    if (!status && step.known) {
        trend->expected = step.before;
        trend->expected_low = step.before / (1 + EG_STEP_SIZE);
        trend->expected_high = step.before * (1 + EG_STEP_SIZE);
    }
    return status;
}

/* ---- loading ---- */

/* The last nightly runs of the scale and seeds of the last. */
static void choose_nightly_runs(struct eg_trends *trends)
{
    const json_t *last = eg_history_last(&trends->history, "night");
    for (size_t i = json_array_size(trends->history.lines);
         last && i-- > 0 && trends->nightly_run_count < EG_TREND_NIGHTLY_RUNS;) {
        const json_t *line = json_array_get(trends->history.lines, i);
        if (strcmp(eg_history_text(line, "history"), "night") != 0 ||
            !json_equal(json_object_get(line, "scale"), json_object_get(last, "scale")) ||
            !json_equal(json_object_get(line, "seeds"), json_object_get(last, "seeds")))
            continue;
        trends->nightly_runs[trends->nightly_run_count] = line;
        trends->lines[trends->nightly_run_count++] = i;
    }
    for (size_t i = 0; i < trends->nightly_run_count / 2; i++) {
        const size_t other = trends->nightly_run_count - 1 - i, place = trends->lines[i];
        const json_t *line = trends->nightly_runs[i];
        trends->nightly_runs[i] = trends->nightly_runs[other];
        trends->lines[i] = trends->lines[other];
        trends->nightly_runs[other] = line;
        trends->lines[other] = place;
    }
}

static int read_reference(struct eg_trends *trends, const char *history, struct eg_warner warner,
                          struct eg_error *error)
{
    const char *scale = eg_history_text(trends->nightly_runs[trends->nightly_run_count - 1],
                                        "scale");
    const int is_smoke = strcmp(scale, "smoke") == 0;
    char name[128];
    snprintf(name, sizeof name, "reference/nightly%s%.64s.jsonl", is_smoke ? "" : "-",
             is_smoke ? "" : scale);
    char *copy = strdup(history),
         *path = copy ? eg_join_path_alloc(dirname(copy), name, error) : NULL;
    free(copy);
    if (!path)
        return eg_fail(error, EG_INTERNAL, "out of memory");
    struct eg_error why;
    if (eg_scale_rank(scale) >= 0 && access(path, F_OK) == 0 &&
        eg_nightly_read(&trends->reference, path, &why))
        eg_warn(&warner, "%s", why.message);
    if (trends->reference.scale && strcmp(trends->reference.scale, scale) != 0)
        eg_nightly_free(&trends->reference);
    free(path);
    return EG_OK;
}

int eg_trends_load(struct eg_trends *trends, const char *history, struct eg_warner warner,
                   struct eg_error *error)
{
    *trends = (struct eg_trends){0};
    int status = eg_history_read(history, warner, &trends->history, error);
    if (status)
        return status;
    choose_nightly_runs(trends);
    if (trends->nightly_run_count)
        status = read_reference(trends, history, warner, error);
    for (size_t i = 0; i < trends->nightly_run_count && !status; i++)
        status = add_nightly_run(trends, i, error);
    for (size_t i = 0; i < trends->nightly_run_count; i++)
        mark_moved(trends, i);
    for (size_t i = 0; i < trends->count && !status; i++)
        if (strcmp(trends->items[i].field, "measures") == 0)
            expect_measure(trends, &trends->items[i]);
        else
            status = expect_cost(trends, &trends->items[i], error);
    if (status)
        eg_trends_free(trends);
    return status;
}

void eg_trends_free(struct eg_trends *trends)
{
    eg_history_free(&trends->history);
    eg_nightly_free(&trends->reference);
    free(trends->items);
    *trends = (struct eg_trends){0};
}

/* ---- questions ---- */

size_t eg_trend_last(const struct eg_trends *trends, const struct eg_trend *trend)
{
    for (size_t i = trends->nightly_run_count; i-- > 0;)
        if (!isnan(trend->values[i]))
            return i;
    return trends->nightly_run_count;
}

size_t eg_trend_times_moved(const struct eg_trends *trends, const struct eg_trend *trend)
{
    size_t times = 0;
    for (size_t i = 0; i < trends->nightly_run_count; i++)
        times += trend->moved[i];
    return times;
}

/* ---- alarms ---- */

const char *eg_history_text(const json_t *line, const char *field)
{
    const char *text = json_string_value(json_object_get(line, field));
    return text ? text : "";
}

enum eg_alarm eg_nightly_run_alarm(const json_t *nightly_run)
{
    static const struct {
        const char *verdict;
        enum eg_alarm alarm;
    } known[] = {{"same", EG_NIGHTLY_RUN_FINE},
                 {"quiet", EG_NIGHTLY_RUN_FINE},
                 {"drift", EG_NIGHTLY_RUN_DRIFT},
                 {"broken", EG_NIGHTLY_RUN_BROKEN}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(eg_history_text(nightly_run, "verdict"), known[i].verdict) == 0)
            return known[i].alarm;
    return EG_NIGHTLY_RUN_UNCLEAR;
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

int eg_trends_accepted_before(const struct eg_trends *trends, size_t nightly_run)
{
    if (nightly_run == 0 || nightly_run >= trends->nightly_run_count)
        return 0;
    return is_accepted_between(trends, trends->lines[nightly_run - 1], trends->lines[nightly_run],
                               json_object_get(trends->nightly_runs[nightly_run], "scale"));
}

enum eg_alarm eg_trends_alarm(const struct eg_trends *trends)
{
    if (trends->nightly_run_count == 0)
        return EG_NIGHTLY_RUN_NONE;
    const size_t last = trends->nightly_run_count - 1;
    const enum eg_alarm alarm = eg_nightly_run_alarm(trends->nightly_runs[last]);
    const int accepted = is_accepted_between(trends, trends->lines[last],
                                             json_array_size(trends->history.lines),
                                             json_object_get(trends->nightly_runs[last], "scale"));
    return alarm == EG_NIGHTLY_RUN_DRIFT && accepted ? EG_NIGHTLY_RUN_ACCEPTED : alarm;
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
