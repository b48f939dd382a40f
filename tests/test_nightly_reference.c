/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/nightly_reference.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <criterion/criterion.h>

#include "base/folder.h"
#include "run/digest.h"
#include "tests/made_report.h"

static const struct eg_experiment *const experiments[] = {&made_experiment, NULL};

static void write_seed(const struct scratch *scratch, int seed, const char *lines)
{
    char name[64];
    snprintf(name, sizeof name, "seed-%d/runs", seed);
    const struct scratch_path folder = find_scratch(scratch, name);
    cr_assert_eq(eg_make_folder(folder.text, NULL), EG_OK);
    snprintf(name, sizeof name, "seed-%d/runs/made.jsonl", seed);
    write_lines(scratch, name, lines);
}

/* Two rows of a seed; the mean of the score is that given. */
static void write_scores(const struct scratch *scratch, int seed, double mean, const char *core)
{
    char lines[4096], values[2][256];
    for (int i = 0; i < 2; i++)
        snprintf(values[i], sizeof values[i],
                 "{\"first_method\":{\"score\":%.17g,\"curve\":[1,2]}}", mean + (i ? 0.25 : -0.25));
    const struct made_line first = make_line(0, "d", "smoke", seed, 0, values[0]);
    const struct made_line second = make_line(0, "d", "smoke", seed, 1, values[1]);
    snprintf(lines, sizeof lines,
             "{\"receipt\":\"r\",\"commit\":\"abc\",\"code_hash\":\"%s\",\"cpu\":\"a processor\","
             "\"blas_core\":\"%s\"}\n%s%s",
             made_experiment.code_hash, core, first.text, second.text);
    write_seed(scratch, seed, lines);
}

static int collect(const struct scratch *scratch, struct eg_nightly *nightly,
                   struct eg_error *error)
{
    *error = (struct eg_error){0};
    return eg_nightly_collect(nightly, scratch->folder, "smoke", "0,1,5", experiments,
                              (struct eg_warner){0}, error);
}

/* Seeds 0 and 5 have rows, 1 has none. */
static struct scratch make_runs(struct eg_nightly *nightly)
{
    const struct scratch scratch = make_scratch();
    struct eg_error error;
    write_scores(&scratch, 0, 1.0 / 3, "Haswell");
    write_scores(&scratch, 5, -7.75, "Haswell");
    cr_assert_eq(collect(&scratch, nightly, &error), EG_OK, "%s", error.message);
    return scratch;
}

static const struct eg_measure score = {.experiment = "made",
                                        .dataset = "d",
                                        .protocol = "paper",
                                        .method = "first_method",
                                        .metric = "score"};

static void expect_scores(const struct eg_nightly *nightly)
{
    const struct eg_measure *measure = eg_nightly_find(nightly, &score);
    cr_assert_not_null(measure);
    cr_expect_eq(measure->values[0], (1.0 / 3 - 0.25 + (1.0 / 3 + 0.25)) / 2);
    cr_expect(isnan(measure->values[1]));
    cr_expect_eq(measure->values[2], -7.75);
}

static double fact(const struct eg_nightly *nightly, const char *field)
{
    return json_number_value(json_object_get(json_object_get(nightly->facts, field), "made"));
}

Test(nightly_reference, sums_up_each_seed_alone)
{
    struct eg_nightly nightly;
    const struct scratch scratch = make_runs(&nightly);
    const struct scratch_path of_seed = find_scratch(&scratch, "seed-5");
    const char *const folders[] = {of_seed.text};
    char digest[EG_KEY_SIZE];
    expect_scores(&nightly);
    cr_expect_eq(nightly.count, 1, "a point of a curve is no measure");
    cr_assert_eq(
        eg_digest(folders, 1, experiments, "smoke", 0, (struct eg_warner){0}, digest, NULL, NULL),
        EG_OK);
    cr_expect_str_eq(eg_nightly_digest(&nightly, "made", 2), digest);
    cr_expect_str_eq(eg_nightly_digest(&nightly, "made", 1), "");
    cr_expect_str_neq(eg_nightly_digest(&nightly, "made", 0), digest);
    cr_expect_eq(eg_nightly_seed(&nightly, 5), 2);
    cr_expect_eq(eg_nightly_seed(&nightly, 2), 3);
    cr_expect_eq(fact(&nightly, "seconds"), 4);
    cr_expect_eq(fact(&nightly, "peak_rss_mb"), 1);
    cr_expect_eq(fact(&nightly, "failed"), 0);
    const json_t *machine = json_object_get(nightly.facts, "machine");
    cr_expect_str_eq(json_string_value(json_object_get(machine, "blas_core")), "Haswell");
    eg_nightly_free(&nightly);
    remove_scratch(&scratch);
}

Test(nightly_reference, a_file_keeps_every_bit)
{
    struct eg_nightly nightly, back;
    struct eg_error error = {0};
    const struct scratch scratch = make_runs(&nightly);
    const struct scratch_path path = find_scratch(&scratch, "reference.jsonl");
    cr_assert_eq(eg_nightly_write(&nightly, find_scratch(&scratch, "reference.jsonl").text, &error),
                 EG_OK, "%s", error.message);
    cr_assert_eq(eg_nightly_read(&back, path.text, &error), EG_OK, "%s", error.message);
    expect_scores(&back);
    cr_expect_eq(back.seed_count, 3);
    cr_expect_eq(back.seeds[2], 5);
    cr_expect_str_eq(back.scale, "smoke");
    static const char *const same[] = {"machine", "code", "digests", "commit", "cpu", "seeds"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        cr_expect(json_equal(json_object_get(back.facts, same[i]),
                             json_object_get(nightly.facts, same[i])),
                  "%s", same[i]);
    eg_nightly_free(&back);
    eg_nightly_free(&nightly);
    remove_scratch(&scratch);
}

static void expect_refused(const struct scratch *scratch, const char *told)
{
    struct eg_nightly nightly;
    struct eg_error error;
    cr_expect_eq(collect(scratch, &nightly, &error), EG_DATA);
    cr_expect(strstr(error.message, told), "'%s' not in %s", told, error.message);
    cr_expect_null(nightly.facts);
}

Test(nightly_reference, rows_that_do_not_belong_together_are_refused)
{
    const struct scratch scratch = make_scratch();
    expect_refused(&scratch, "holds no row of scale smoke");
    write_scores(&scratch, 0, 1, "Haswell");
    write_scores(&scratch, 1, 1, "Zen");
    expect_refused(&scratch, "blas_core Zen, other rows on Haswell");
    write_seed(&scratch, 1, make_line(0, "d", "quick", 1, 0, "{}").text);
    expect_refused(&scratch, "another scale");
    write_scores(&scratch, 5, 1, "Haswell");
    char lines[2048];
    snprintf(lines, sizeof lines, "{\"receipt\":\"r\",\"code_hash\":\"%s\"}\n%s",
             made_experiment.code_hash,
             make_line(0, "d", "smoke", 4, 0, "{\"first_method\":{\"score\":1}}").text);
    write_seed(&scratch, 1, lines);
    expect_refused(&scratch, "holds rows of seed 4");
    remove_scratch(&scratch);
}

#define FIRST(version)                                                                             \
    "{\"reference\":\"nightly\",\"version\":" version                                              \
    ",\"made\":\"now\",\"measures\":2,\"scale\":\"smoke\","                                        \
    "\"seeds\":[0,1],\"machine\":{},\"commit\":\"abc\",\"code\":{},\"digests\":{}}\n"
#define MEASURE(method, values)                                                                    \
    "{\"experiment\":\"made\",\"dataset\":\"d\",\"protocol\":\"paper\",\"method\":\"" method       \
    "\",\"versus\":\"\",\"metric\":\"score\",\"statistic\":\"\",\"label\":\"\",\"values\":" values \
    "}\n"

static int read_text(const char *text, struct eg_nightly *nightly, struct eg_error *error)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "reference.jsonl");
    *error = (struct eg_error){0};
    write_lines(&scratch, "reference.jsonl", text);
    const int status = eg_nightly_read(nightly, path.text, error);
    remove_scratch(&scratch);
    return status;
}

Test(nightly_reference, a_reference_that_is_not_whole_is_refused_naming_the_line)
{
    static const struct {
        const char *text, *told;
    } cases[] = {
        {FIRST("3") MEASURE("a", "[1,null]") MEASURE("b", "[1]"), ":3: \"values\""},
        {FIRST("3") MEASURE("a", "[1,2]") MEASURE("a", "[1,2]"), ":3: it was there before"},
        {FIRST("3") MEASURE("a", "[1,2]") "{\"experiment\":\"ma", ":3: the last line is torn"},
        {FIRST("3") MEASURE("a", "[1,2]"), "it has 1 measures, and its first line says 2"},
    };
    struct eg_nightly nightly;
    struct eg_error error;
    cr_assert_eq(read_text(FIRST("3") MEASURE("first_method", "[1,null]") MEASURE("b", "[1,2]"),
                           &nightly, &error),
                 EG_OK, "%s", error.message);
    cr_expect_eq(eg_nightly_find(&nightly, &score)->values[0], 1);
    cr_expect(isnan(eg_nightly_find(&nightly, &score)->values[1]));
    eg_nightly_free(&nightly);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(read_text(cases[i].text, &nightly, &error), EG_DATA);
        cr_expect(strstr(error.message, cases[i].told), "'%s' not in %s", cases[i].told,
                  error.message);
        cr_expect_null(nightly.facts);
    }
}

/* Every bit of a reference in turn. A change that leaves what the line says ("1e3", "1E3") is none. */
Test(nightly_reference, no_flipped_bit_passes_unnamed)
{
    char *text = seal_text_alloc(FIRST("3") MEASURE("first_method", "[0.1,null]")
                                     MEASURE("b", "[-1e-7,2]"));
    const size_t size = strlen(text);
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "reference.jsonl");
    struct eg_nightly whole, nightly;
    struct eg_error error;
    write_scratch(&scratch, "reference.jsonl", text, size);
    cr_assert_eq(eg_nightly_read(&whole, path.text, &error), EG_OK, "%s", error.message);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
        write_scratch(&scratch, "reference.jsonl", text, size);
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
        if (eg_nightly_read(&nightly, path.text, &error)) {
            cr_assert(strstr(error.message, path.text), "bit %zu: %s", bit, error.message);
            continue;
        }
        cr_assert(json_equal(nightly.facts, whole.facts) && nightly.count == whole.count);
        for (size_t i = 0; i < whole.count; i++)
            cr_assert(eg_measure_is_like(&nightly.measures[i], &whole.measures[i]) &&
                          nightly.measures[i].values[0] == whole.measures[i].values[0],
                      "bit %zu passed", bit);
        eg_nightly_free(&nightly);
    }
    eg_nightly_free(&whole);
    free(text);
    remove_scratch(&scratch);
}

Test(nightly_reference, what_is_no_reference_is_refused_with_the_fix)
{
    static const struct {
        const char *text, *told;
    } cases[] = {{"", "is empty or not a reference"},
                 {"{\"reference\":\"nigh", "is empty or not a reference"},
                 {MEASURE("first_method", "[1,2]"), "its first line is not that of a reference"},
                 {FIRST("1"), "is of version 1, this program knows version 3"},
                 {"{\"reference\":\"nightly\",\"version\":3,\"seeds\":[0,0]}\n", "\"seeds\""},
                 {"{\"reference\":\"nightly\",\"version\":3,\"seeds\":[0]}\n", "\"scale\""}};
    struct eg_nightly nightly;
    struct eg_error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(read_text(cases[i].text, &nightly, &error), EG_DATA);
        cr_expect(strstr(error.message, cases[i].told) &&
                      strstr(error.message, "make nightly-reference"),
                  "'%s' not in %s", cases[i].told, error.message);
    }
    cr_expect_eq(eg_nightly_read(&nightly, "/tmp/no_such_reference", &error), EG_DATA);
    cr_expect(strstr(error.message, "/tmp/no_such_reference"));
}

Test(nightly_reference, a_full_disk_leaves_the_old_file)
{
    struct eg_nightly nightly;
    struct eg_error error = {0};
    const struct scratch scratch = make_runs(&nightly);
    struct rlimit was;
    write_scratch(&scratch, "reference.jsonl", "the old one", 11);
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
    const struct rlimit limit = {50, was.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const int status = eg_nightly_write(&nightly, find_scratch(&scratch, "reference.jsonl").text,
                                        &error);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
    cr_expect_eq(status, EG_DATA, "%s", error.message);
    char *text = read_scratch_alloc(&scratch, "reference.jsonl");
    cr_expect_str_eq(text, "the old one");
    free(text);
    eg_nightly_free(&nightly);
    remove_scratch(&scratch);
}

Test(nightly_reference, seeds_are_read_from_ranges)
{
    static const uint64_t wanted[] = {3, 5, 8, 9, 10};
    static const char *const wrong[] = {"",    "a",      "3..",     "..3", "5..3", "3,3",
                                        "5,4", "0..3,2", "0..1000", "-1",  "1,,2", "0...3"};
    uint64_t *seeds;
    size_t count;
    struct eg_error error;
    cr_assert_eq(eg_parse_seeds("3,5,8..10", &seeds, &count, &error), EG_OK);
    cr_assert_eq(count, 5);
    for (size_t i = 0; i < count; i++)
        cr_expect_eq(seeds[i], wanted[i]);
    free(seeds);
    cr_assert_eq(eg_parse_seeds("0..999", &seeds, &count, &error), EG_OK);
    cr_expect_eq(count, 1000);
    free(seeds);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_expect_eq(eg_parse_seeds(wrong[i], &seeds, &count, &error), EG_USAGE, "%s", wrong[i]);
        cr_expect_null(seeds);
    }
}
