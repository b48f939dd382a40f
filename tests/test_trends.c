/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series of nightly runs, and what the report's page says of them, on made histories. */
#include "bench/report/trends.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/report/trend_chart.h"
#include "bench/page/template.h"
#include "bench/report/trend_page.h"
#include "stats/step_detector.h"
#include "tests/scratch_folder.h"

#define COMMON "\"version\":1,\"time\":\"2026-11-22T03:10:00Z\",\"commit\":\"a<b\",\"machine\":{},"
#define SMOKE "\"scale\":\"smoke\",\"seeds\":[0,1],"
#define NAMES(metric)                                                                              \
    "\"experiment\":\"made\",\"dataset\":\"circles\",\"protocol\":\"paper\",\"method\":\"lasso\"," \
    "\"versus\":\"\",\"metric\":\"" metric "\",\"statistic\":\"\",\"label\":\"\""
#define MEASURE(metric, mean) "{" NAMES(metric) ",\"mean\":" mean "}"
/* digest: of its own for each set of measures, or a nightly run would get those of an earlier one. */
#define NIGHTLY_RUN(scale_and_seeds, verdict, digest, measures, rest)                              \
    "{\"history\":\"night\"," COMMON scale_and_seeds "\"code\":{\"made\":\"1\"},\"digests\":{"     \
    "\"made\":[\"" digest "\"]},\"measures\":[" measures "],\"verdict\":\"" verdict                \
    "\",\"answer\":\"first <is> & second\"" rest "}\n"
#define ACCEPTED(scale_and_seeds)                                                                  \
    "{\"history\":\"accepted\"," COMMON scale_and_seeds "\"code\":{},\"digests\":{},"              \
    "\"reason\":\"a <better> way\"}\n"
#define QUIET NIGHTLY_RUN(SMOKE, "same", "d", MEASURE("score", "1.5") "," MEASURE("other", "2"), "")
#define MOVED                                                                                      \
    NIGHTLY_RUN(SMOKE, "drift", "e", MEASURE("score", "1.6") "," MEASURE("other", "2"),            \
                ",\"moved\":[{" NAMES("score") ",\"p\":1e-9}]")

static const char reference[] =
    "{\"reference\":\"nightly\",\"version\":3,\"scale\":\"smoke\",\"seeds\":[0,1,2,3],"
    "\"machine\":{},\"commit\":\"c\",\"made\":\"2026-11-01T00:00:00Z\",\"code\":{\"made\":\"1\"},"
    "\"digests\":{\"made\":[\"\",\"\",\"\",\"\"]},\"measures\":1}\n"
    "{" NAMES("score") ",\"values\":[1,2,3,6]}\n";

struct made_nightly_runs {
    struct scratch scratch;
    struct eg_trends trends;
};

static struct made_nightly_runs load(const char *history, const char *runs)
{
    struct made_nightly_runs made = {.scratch = make_scratch()};
    struct eg_error error = {0};
    write_scratch(&made.scratch, "history.jsonl", history, strlen(history));
    if (runs)
        write_lines(&made.scratch, "reference/nightly.jsonl", runs);
    const struct scratch_path path = find_scratch(&made.scratch, "history.jsonl");
    cr_assert_eq(eg_trends_load(&made.trends, path.text, (struct eg_warner){0}, &error), EG_OK,
                 "%s", error.message);
    return made;
}

static void unload(struct made_nightly_runs *made)
{
    eg_trends_free(&made->trends);
    remove_scratch(&made->scratch);
}

static const struct eg_trend *find(const struct eg_trends *trends, const char *metric)
{
    for (size_t i = 0; i < trends->count; i++)
        if (strcmp(trends->items[i].names.metric, metric) == 0)
            return &trends->items[i];
    cr_assert_fail("no series %s", metric);
    return NULL;
}

/* The template filled with data, which is taken over. */
static char *text_alloc(const char *name, json_t *data)
{
    struct eg_error error = {0};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_expect_eq(eg_template_fill(name, data, out, &error), EG_OK, "%s", error.message);
    json_decref(data);
    fclose(out);
    return text;
}

static char *chart_alloc(const struct eg_trends *trends, const char *metric)
{
    return text_alloc("trend.svg", eg_chart_data(trends, find(trends, metric)));
}

static void expect_has(const char *text, const char *part)
{
    cr_expect(strstr(text, part), "there is no \"%s\" in %s", part, text);
}

Test(trends, what_is_expected_is_the_reference_over_the_same_seeds)
{
    struct made_nightly_runs made = load(QUIET MOVED, reference);
    const struct eg_trend *score = find(&made.trends, "score");
    const double se = sqrt(14.0 / 3) /
                      sqrt(2); /* 1, 2, 3, 6: sum of squares 14; 2 seeds a nightly run */
    cr_expect_eq(made.trends.nightly_run_count, 2);
    cr_expect_eq(score->values[0], 1.5);
    cr_expect_eq(score->values[1], 1.6);
    cr_expect_eq(score->expected, 1.5, "the mean of seeds 0 and 1");
    cr_expect_float_eq(score->expected_high, 1.5 + 2 * se, 1e-12);
    cr_expect_float_eq(score->expected_low, 1.5 - 2 * se, 1e-12);
    cr_expect(isnan(find(&made.trends, "other")->expected), "the reference lacks it");
    cr_expect_eq(score->moved[0], 0);
    cr_expect_eq(score->moved[1], 1);
    cr_expect_eq(eg_trend_times_moved(&made.trends, find(&made.trends, "other")), 0);
    unload(&made);
}

Test(trends, seeds_that_the_reference_lacks_are_held_against_all_of_its)
{
    struct made_nightly_runs made = load(NIGHTLY_RUN("\"scale\":\"smoke\",\"seeds\":[0,9],",
                                                     "quiet", "d", MEASURE("score", "3"), ""),
                                         reference);
    cr_expect_eq(find(&made.trends, "score")->expected, 3);
    unload(&made);
}

Test(trends, only_nightly_runs_like_the_last_are_one_series)
{
    static const char history[] = NIGHTLY_RUN("\"scale\":\"quick\",\"seeds\":[0,1],", "same", "q",
                                              MEASURE("score", "7"), "")
        NIGHTLY_RUN("\"scale\":\"smoke\",\"seeds\":[0],", "same", "s", MEASURE("score", "8"), "")
            QUIET ACCEPTED(SMOKE) MOVED;
    struct made_nightly_runs made = load(history, NULL);
    cr_expect_eq(made.trends.nightly_run_count, 2);
    cr_expect_eq(find(&made.trends, "score")->values[0], 1.5);
    cr_expect(isnan(find(&made.trends, "score")->expected), "there is no reference");
    cr_expect_eq(eg_trends_accepted_before(&made.trends, 0), 0);
    cr_expect_eq(eg_trends_accepted_before(&made.trends, 1), 1);
    unload(&made);
}

Test(trends, the_state_is_that_of_the_last_line)
{
    static const struct {
        const char *history;
        enum eg_alarm alarm;
        const char *said;
    } cases[] = {
        {"", EG_NIGHTLY_RUN_NONE, "There is no nightly run yet"},
        {QUIET, EG_NIGHTLY_RUN_FINE, "Nothing moved in the last nightly run"},
        {MOVED QUIET, EG_NIGHTLY_RUN_FINE, "Nothing moved in the last nightly run"},
        {QUIET MOVED, EG_NIGHTLY_RUN_DRIFT, "The last nightly run drifted: 1 result moved."},
        {MOVED ACCEPTED(SMOKE), EG_NIGHTLY_RUN_ACCEPTED, "a &lt;better&gt; way"},
        {MOVED ACCEPTED("\"scale\":\"quick\",\"seeds\":[0,1],"), EG_NIGHTLY_RUN_DRIFT, "drifted"},
        {QUIET NIGHTLY_RUN(SMOKE, "broken", "", "", ""), EG_NIGHTLY_RUN_BROKEN,
         "The last nightly run is broken"},
        {NIGHTLY_RUN(SMOKE, "broken", "", "", "") ACCEPTED(SMOKE), EG_NIGHTLY_RUN_BROKEN,
         "is broken"},
        {NIGHTLY_RUN(SMOKE, "suspect", "", "", ""), EG_NIGHTLY_RUN_UNCLEAR, "suspect"},
        {QUIET NIGHTLY_RUN(SMOKE, "drift", "", "",
                           ",\"moved\":[{\"series\":\"steps\",\"name\":\"dense\",\"ratio\":1.2}]"),
         EG_NIGHTLY_RUN_DRIFT, "drifted: 1 step in speed or memory."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made_nightly_runs made = load(cases[i].history, reference);
        char *text = text_alloc("tonight.html", eg_trends_data(&made.trends));
        cr_expect_eq(eg_trends_alarm(&made.trends), cases[i].alarm, "case %zu", i);
        expect_has(text, cases[i].said);
        free(text);
        unload(&made);
    }
}

#define STEP(ratio)                                                                                \
    NIGHTLY_RUN(SMOKE, "same", "d", MEASURE("score", "1.5"), ",\"steps\":{\"dense\":" ratio "}")

Test(trends, times_are_expected_where_earlier_nightly_runs_had_them)
{
    char history[(EG_STEP_BEFORE + EG_STEP_NIGHTLY_RUNS) * sizeof STEP("2") +
                 sizeof(ACCEPTED(SMOKE) STEP("3"))] = "";
    for (int i = 0; i < EG_STEP_BEFORE + EG_STEP_NIGHTLY_RUNS; i++)
        strcat(history, i < EG_STEP_BEFORE ? STEP("2") : STEP("3"));
    struct made_nightly_runs made = load(history, reference);
    const struct eg_trend *step = find(&made.trends, "dense");
    cr_expect_str_eq(step->field, "steps");
    cr_expect_float_eq(step->expected, 2, 1e-12);
    cr_expect_float_eq(step->expected_high, 2.2, 1e-12);
    cr_expect_eq(step->values[EG_STEP_BEFORE], 3);
    unload(&made);
    made = load(STEP("2") STEP("2"), reference);
    cr_expect(isnan(find(&made.trends, "dense")->expected), "two nights tell nothing");
    unload(&made);
    strcat(history, ACCEPTED(SMOKE) STEP("3"));
    made = load(history, reference);
    cr_expect(isnan(find(&made.trends, "dense")->expected), "the baseline is another");
    unload(&made);
}

Test(trends, of_a_long_history_the_last_nightly_runs_are_shown)
{
    const size_t nightly_runs = EG_TREND_NIGHTLY_RUNS + 3;
    char *history = calloc(nightly_runs + 1, sizeof QUIET);
    cr_assert(history);
    for (size_t i = 0; i < 3; i++)
        strcat(history, MOVED);
    for (size_t i = 3; i < nightly_runs; i++)
        strcat(history, QUIET);
    struct made_nightly_runs made = load(history, reference);
    cr_expect_eq(made.trends.nightly_run_count, EG_TREND_NIGHTLY_RUNS);
    cr_expect_eq(find(&made.trends, "score")->values[0], 1.5);
    cr_expect_eq(eg_trend_times_moved(&made.trends, find(&made.trends, "score")), 0);
    free(history);
    unload(&made);
}

/* The view of 2, expected nowhere: 180 wide and 34 high with a margin of 4, 1 % of 2 above and below. */
Test(trends, a_series_that_stays_is_a_straight_line)
{
    struct made_nightly_runs made = load(QUIET QUIET MOVED, NULL);
    char *stays = chart_alloc(&made.trends, "other"), *moves = chart_alloc(&made.trends, "score");
    expect_has(stays, "d=\"M4.0 17.0H176.0\"");
    cr_expect_null(strstr(stays, "class=cross"));
    expect_has(moves, "d=\"M4.0 30.0H90.0L176.0 4.0H176.0\"");
    expect_has(moves, "class=cross");
    free(stays);
    free(moves);
    unload(&made);
}

Test(trends, a_nightly_run_without_the_measure_is_a_gap)
{
    struct made_nightly_runs made = load(
        QUIET NIGHTLY_RUN(SMOKE, "broken", "x", MEASURE("score", "null"), "")
            QUIET QUIET NIGHTLY_RUN(SMOKE, "broken", "y", "", ""),
        NULL);
    const struct eg_trend *score = find(&made.trends, "score");
    char *chart = chart_alloc(&made.trends, "score");
    char *page = text_alloc("nights.html", eg_trends_data(&made.trends));
    cr_expect_eq(eg_trend_last(&made.trends, score), 3);
    expect_has(chart, "d=\"M4.0 17.0H4.0M90.0 17.0H133.0\"");
    cr_expect_null(strstr(chart, "nan"));
    expect_has(page, "none since 2026-11-22 03:10 UTC");
    free(chart);
    free(page);
    unload(&made);
}

Test(trends, the_section_escapes_what_others_wrote_and_counts_what_it_could_not_read)
{
    struct made_nightly_runs made = load(QUIET "{\"history\": 3}\n" MOVED, reference);
    char *page = text_alloc("nights.html", eg_trends_data(&made.trends));
    char *again = text_alloc("nights.html", eg_trends_data(&made.trends));
    expect_has(page, "first &lt;is&gt; &amp; second");
    expect_has(page, "<code>a&lt;b</code>");
    expect_has(page, "1 line of the history could not be read");
    expect_has(page, "What moved in the last nightly run");
    expect_has(page, "+6.7\u00a0%");
    cr_expect_null(strstr(page, "What moved in earlier nightly runs"));
    cr_expect_str_eq(page, again);
    free(page);
    free(again);
    unload(&made);
}
