/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/verify.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "run/stored_row.h"
#include "run/vouch.h"
#include "tests/fake_experiment.h"

static const struct eg_run smoke = {.scale = "smoke", .protocol = "both", .replicates = 3};
static const struct eg_shard whole = {1, 1, NULL};

/* A store of all 18 cells of six kinds, and the plan of them. */
struct fixture {
    struct eg_plan plan;
    struct eg_store store;
};

static json_t *receipt_of(const char *name, const char *code, const char *core)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "receipt", name, "code_hash", code,
                     "blas_core", core, "openblas", "o", "gsl", "g", "libc", "l");
}

/* By code "old" on receipt "r"; a cell of replicate r takes 1 + r times `seconds`. */
static struct fixture make_fixture(double seconds)
{
    struct fixture fixture;
    struct eg_error error = {0};
    cr_assert_eq(eg_plan_make(&fixture.plan, &fake_experiment, &smoke, NULL, &error), EG_OK);
    cr_assert_eq(eg_store_make(&fixture.store, "fake", (struct eg_warner){0}, &error), EG_OK);
    json_object_set_new(fixture.store.receipts, "r", receipt_of("r", "old", "Haswell"));
    for (size_t i = 0; i < fixture.plan.count; i++) {
        const struct eg_cell *cell = &fixture.plan.cells[i];
        const double replicate = json_number_value(json_object_get(cell->config, "replicate"));
        json_object_set_new(fixture.store.rows, cell->key,
                            json_pack("{s:s, s:s, s:O, s:s, s:{s:f, s:[f,n]}, s:f, s:s}", "key",
                                      cell->key, "precision", "double", "config",
                                      (json_t *)cell->config, "outcome", "ok", "values", "score",
                                      cell->cost, "curve", 0.5, "seconds",
                                      seconds * (1 + replicate), "receipt", "r"));
    }
    return fixture;
}

static void free_fixture(struct fixture *fixture)
{
    eg_store_free(&fixture->store);
    eg_plan_free(&fixture->plan);
}

static struct eg_verification choose(const struct fixture *fixture, struct eg_verify_extent extent,
                                     size_t threads)
{
    struct eg_verification verification;
    struct eg_error error = {0};
    cr_assert_eq(eg_verification_make(&verification, &fixture->plan, &fixture->store, &whole,
                                      extent, threads, &error),
                 EG_OK, "%s", error.message);
    return verification;
}

static void expect_choice(const struct fixture *fixture, struct eg_verify_extent extent,
                          size_t threads, size_t chosen, size_t kinds_left)
{
    struct eg_verification verification = choose(fixture, extent, threads);
    cr_expect_eq(verification.chosen, chosen, "%zu, not %zu", verification.chosen, chosen);
    cr_expect_eq(verification.kinds_left, kinds_left, "%zu kinds left", verification.kinds_left);
    eg_verification_free(&verification);
}

static const struct eg_verify_extent some = {EG_VERIFY_SOME, 0}, all = {EG_VERIFY_ALL, 0},
                                     none = {EG_VERIFY_NONE, 0}, two = {EG_VERIFY_COUNT, 2};

Test(verify, kinds_differ_in_texts_alone)
{
    json_t *config = json_pack("{s:s, s:s, s:i, s:s}", "method", "a", "data",
                               "0123456789abcdef0123456789abcdef", "replicate", 3, "scale",
                               "smoke");
    char *kind = eg_cell_kind_alloc(config), *hashes = eg_content_hashes_alloc(config);
    cr_expect_str_eq(kind, "method=a,scale=smoke");
    cr_expect_str_eq(hashes, "data=0123456789abcdef0123456789abcdef");
    free(kind);
    free(hashes);
    json_decref(config);
}

/* 18 cells of 1 to 3 s: six kinds of 1 s each, and with one thread two more of 2 s make ten. */
Test(verify, the_quickest_of_each_kind_and_more_while_there_is_time)
{
    struct fixture fixture = make_fixture(1);
    expect_choice(&fixture, some, 1, 8, 0);
    expect_choice(&fixture, some, 100, 18, 0);
    expect_choice(&fixture, two, 1, 12, 0);
    expect_choice(&fixture, all, 1, 18, 0);
    expect_choice(&fixture, none, 1, 0, 6);
    struct eg_verification verification = choose(&fixture, two, 1);
    for (size_t i = 0; i < verification.plan.count; i++) {
        const json_t *config = verification.plan.cells[i].config;
        cr_expect_eq(verification.plan.cells[i].pending,
                     json_integer_value(json_object_get(config, "replicate")) < 2);
    }
    cr_expect(verification.unverified == 18 && verification.kinds == 6);
    eg_verification_free(&verification);
    free_fixture(&fixture);
}

/* Cells of 10.5 s and more are not run unasked; nor are times, whatever is asked. */
Test(verify, what_takes_long_is_left)
{
    struct fixture fixture = make_fixture(10.5);
    expect_choice(&fixture, some, 100, 0, 6);
    expect_choice(&fixture, two, 1, 12, 0);
    struct eg_experiment timed = fake_experiment;
    timed.is_timed = 1;
    fixture.plan.experiment = &timed;
    expect_choice(&fixture, all, 1, 0, 0);
    free_fixture(&fixture);
}

Test(verify, rows_of_this_code_need_none)
{
    struct fixture fixture = make_fixture(1);
    json_object_set_new(fixture.store.receipts, "r",
                        receipt_of("r", fake_experiment.code_hash, "Haswell"));
    expect_choice(&fixture, some, 100, 0, 0);
    expect_choice(&fixture, all, 1, 18, 0);
    free_fixture(&fixture);
}

static void set_score(struct eg_store *store, const char *key, double score)
{
    json_t *values = json_object_get(json_object_get(store->rows, key), "values");
    json_object_set_new(values, "score", json_real(score));
}

/* Chooses two of each kind, and runs them anew: the same but for the first cell's score, which moves so far. */
static struct eg_verified verify(struct fixture *fixture, double moves, const char *core)
{
    struct eg_verified verified;
    struct eg_error error = {0};
    struct fixture again = make_fixture(2);
    json_t *receipt = receipt_of("s", fake_experiment.code_hash, core);
    struct eg_verification verification = choose(fixture, two, 1);
    size_t first = 0;
    while (!verification.plan.cells[first].pending)
        first++;
    const struct eg_cell *cell = &fixture->plan.cells[first];
    set_score(&again.store, cell->key, cell->cost * (1 + moves));
    cr_assert_eq(eg_compare_verified(&verification, &fixture->store, &again.store, receipt,
                                     &verified, &error),
                 EG_OK, "%s", error.message);
    size_t i;
    json_t *vouch;
    json_array_foreach(verified.vouches, i, vouch)
    {
        cr_expect_null(eg_vouch_fault(vouch), "%s", eg_vouch_fault(vouch));
        json_array_append(fixture->store.vouches, vouch);
    }
    cr_expect(!verified.cell || strcmp(verified.cell->key, cell->key) == 0);
    eg_verification_free(&verification);
    json_decref(receipt);
    free_fixture(&again);
    return verified;
}

static size_t count_trusted(const struct fixture *fixture, enum eg_trust trust)
{
    size_t count = 0;
    for (size_t i = 0; i < fixture->plan.count; i++) {
        const struct eg_cell *cell = &fixture->plan.cells[i];
        count += eg_row_trust(&fixture->store, eg_store_find(&fixture->store, cell->key),
                              cell->config, fake_experiment.code_hash) == trust;
    }
    return count;
}

/* Rows that this code, and no other, ran anew. */
static size_t count_recomputed(const struct fixture *fixture)
{
    size_t count = 0;
    for (size_t i = 0; i < fixture->plan.count; i++) {
        json_t *codes = json_object();
        const json_t *row = eg_store_find(&fixture->store, fixture->plan.cells[i].key);
        count += eg_row_recomputers(&fixture->store, row, codes) &&
                 json_object_get(codes, fake_experiment.code_hash) && json_object_size(codes) == 1;
        json_decref(codes);
    }
    return count;
}

Test(verify, what_came_out_equal_is_vouched_for)
{
    struct fixture fixture = make_fixture(1);
    struct eg_verified verified = verify(&fixture, 0, "Haswell");
    cr_expect(verified.equal == 12 && verified.different == 0 && !verified.cell);
    cr_expect_eq(json_array_size(verified.vouches), 1);
    cr_expect_eq(count_trusted(&fixture, EG_TRUST_VOUCHED), 18, "all of these kinds");
    cr_expect_eq(count_recomputed(&fixture), 12, "those cells themselves");
    expect_choice(&fixture, some, 100, 0, 0);
    eg_verified_free(&verified);
    free_fixture(&fixture);
}

/* One of 12 cells moves by one bit: the three rows of its kind are refuted, and are run anew each time. */
Test(verify, what_came_out_different_is_refuted)
{
    struct fixture fixture = make_fixture(1);
    struct eg_verified verified = verify(&fixture, 2.3e-16, "Haswell");
    cr_expect(verified.equal == 11 && verified.different == 1);
    cr_expect_str_eq(verified.moved.where, "score");
    cr_expect_str_neq(verified.moved.was, verified.moved.now);
    cr_expect_eq(json_array_size(verified.vouches), 2);
    cr_expect_eq(count_trusted(&fixture, EG_TRUST_REFUTED), 3);
    cr_expect_eq(count_trusted(&fixture, EG_TRUST_VOUCHED), 15);
    expect_choice(&fixture, two, 1, 2, 0);
    eg_verified_free(&verified);
    free_fixture(&fixture);
}

/* On another core rounding may differ, within the tolerance of the precision, and no more. */
Test(verify, another_core_has_a_tolerance)
{
    struct fixture fixture = make_fixture(1);
    struct eg_verified verified = verify(&fixture, 9e-7, "SkylakeX");
    cr_expect_eq(verified.different, 0);
    eg_verified_free(&verified);
    free_fixture(&fixture);
    fixture = make_fixture(1);
    verified = verify(&fixture, 2e-6, "SkylakeX");
    cr_expect_eq(verified.different, 1);
    cr_expect(verified.unclear && json_array_size(verified.vouches) == 0);
    cr_expect_eq(count_trusted(&fixture, EG_TRUST_UNVERIFIED), 18, "nobody knows");
    eg_verified_free(&verified);
    free_fixture(&fixture);
}

Test(verify, a_cell_that_is_not_run_is_an_interruption)
{
    struct fixture fixture = make_fixture(1), empty = make_fixture(1);
    struct eg_verified verified;
    struct eg_error error = {0};
    struct eg_verification verification = choose(&fixture, all, 1);
    json_object_clear(empty.store.rows);
    cr_expect_eq(
        eg_compare_verified(&verification, &fixture.store, &empty.store, NULL, &verified, &error),
        EG_INTERRUPTED);
    eg_verification_free(&verification);
    free_fixture(&fixture);
    free_fixture(&empty);
}

Test(verify, the_first_value_that_moved_is_named)
{
    static const struct {
        const char *was, *now, *where, *before, *after;
    } cases[] = {
        {"{\"a\":{\"KPM\":1.5}}", "{\"a\":{\"KPM\":1.25}}", "a.KPM", "1.5", "1.25"},
        {"{\"a\":1,\"c\":[0,1,2]}", "{\"a\":1,\"c\":[0,1,3]}", "c[2]", "2", "3"},
        {"{\"c\":[0,1]}", "{\"c\":[0]}", "c", "[0,1]", "[0]"},
        {"{\"a\":1}", "{}", "a", "1", "nothing"},
        {"{}", "{\"b\":null}", "b", "nothing", "null"},
        {"{\"t\":\"x\"}", "{\"t\":\"y\"}", "t", "\"x\"", "\"y\""},
        {"{\"a\":null}", "{\"a\":0}", "a", "null", "0"},
        {"{\"a\":1,\"b\":[{\"c\":2.0}]}", "{\"b\":[{\"c\":2}],\"a\":1.0}", NULL, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct eg_moved_value moved = {"", "", ""};
        json_t *was = json_loads(cases[i].was, 0, NULL), *now = json_loads(cases[i].now, 0, NULL);
        cr_expect_eq(eg_find_moved(was, now, NULL, &moved), cases[i].where != NULL, "%zu", i);
        cr_expect_str_eq(moved.where, cases[i].where ? cases[i].where : "");
        cr_expect_str_eq(moved.was, cases[i].before ? cases[i].before : "");
        cr_expect_str_eq(moved.now, cases[i].after ? cases[i].after : "");
        json_decref(was);
        json_decref(now);
    }
}

Test(verify, extents_are_read)
{
    struct eg_verify_extent extent = {0};
    struct eg_error error;
    const struct eg_option option = {.name = "verify", .target = &extent};
    cr_expect(!eg_parse_verify(&option, "all", &error) && extent.kind == EG_VERIFY_ALL);
    cr_expect(!eg_parse_verify(&option, "none", &error) && extent.kind == EG_VERIFY_NONE);
    cr_expect(!eg_parse_verify(&option, "3", &error) && extent.kind == EG_VERIFY_COUNT &&
              extent.count == 3);
    cr_expect_eq(eg_parse_verify(&option, "0", &error), EG_USAGE);
    cr_expect_eq(eg_parse_verify(&option, "some", &error), EG_USAGE);
    cr_expect(strstr(error.message, "--verify some"), "%s", error.message);
}
