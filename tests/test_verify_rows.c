/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole program that finds rows of other code in its store. */
#include "bench/frame/verify_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/frame/program.h"
#include "tests/fake_experiment.h"
#include "tests/made_report.h"
#include "tests/run_fake.h"

#define RUN(...) run_fake((const char *[]){__VA_ARGS__, NULL})

/* Replaces the first `was` after `begin` in the store, which must have it, and seals the lines. */
static void edit_store(const struct scratch *scratch, const char *begin, const char *was,
                       const char *now)
{
    char *text = read_scratch_alloc(scratch, "runs/fake.jsonl"), *edited = NULL;
    char *place = strstr(text, begin);
    place = place ? strstr(place, was) : NULL;
    cr_assert(place, "no %s after %s", was, begin);
    size_t size;
    FILE *out = open_memstream(&edited, &size);
    fprintf(out, "%.*s%s%s", (int)(place - text), text, now, place + strlen(was));
    fclose(out);
    write_lines(scratch, "runs/fake.jsonl", edited);
    free(edited);
    free(text);
}

/* The store of an unbroken run, as if code "0" had made it. */
static struct scratch make_old_store(void)
{
    const struct scratch scratch = make_scratch();
    const struct fake_outcome outcome = RUN("--out", scratch.folder);
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    edit_store(&scratch, "", "\"code_hash\":\"1\"", "\"code_hash\":\"0\"");
    return scratch;
}

static size_t count_vouches(const struct scratch *scratch, const char *file)
{
    char *text = read_scratch_alloc(scratch, file);
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, "{\"vouches\":\"1\",\"for\":\"0\"")); at++)
        count++;
    free(text);
    return count;
}

static void expect_told(const struct fake_outcome *outcome, int status, const char *word)
{
    cr_expect_eq(outcome->status, status, "exit %d: %s", outcome->status, outcome->err);
    cr_expect(strstr(outcome->err, word), "no '%s' in %s", word, outcome->err);
}

Test(verify_rows, equal_rows_stand_and_are_not_verified_again)
{
    const struct scratch scratch = make_old_store();
    const char *const folders[] = {scratch.folder, NULL};
    char before[33], after[33];
    digest_of(folders, before);
    struct fake_outcome outcome = RUN("--out", scratch.folder, "--verify", "none");
    expect_told(&outcome, 0, "not verified: rows of other code of 6 of 6 kinds");
    cr_expect_eq(count_vouches(&scratch, "runs/fake.jsonl"), 0);
    outcome = RUN("--out", scratch.folder);
    expect_told(&outcome, 0, "cells run anew came out equal");
    expect_told(&outcome, 0, " 0 run in");
    cr_expect_eq(count_vouches(&scratch, "runs/fake.jsonl"), 1);
    outcome = RUN("--out", scratch.folder);
    cr_expect(!strstr(outcome.err, "anew"), "%s", outcome.err);
    digest_of(folders, after);
    cr_expect_str_eq(before, after);
    remove_scratch(&scratch);
}

/* A shard keeps no values of the rows that are there, and verifies its own cells all the same. */
Test(verify_rows, shards_verify_their_own)
{
    const struct scratch scratch = make_old_store();
    const struct fake_outcome outcome = RUN("--out", scratch.folder, "--shard", "2/2", "--verify",
                                            "all");
    expect_told(&outcome, 0, "cells run anew came out equal");
    cr_expect_eq(count_vouches(&scratch, "runs/fake.shard-2-of-2.jsonl"), 1);
    remove_scratch(&scratch);
}

Test(verify_rows, a_value_that_moved_ends_the_run)
{
    const struct scratch scratch = make_old_store();
    edit_store(&scratch, "\"dataset\":\"moons\",\"method\":\"beta\"",
               "\"score\":", "\"score\":7.5,\"before\":");
    struct fake_outcome outcome = RUN("--out", scratch.folder, "--verify", "all", "--replicates",
                                      "5");
    expect_told(&outcome, EG_CLAIM_FAILED,
                "1 of 21 cells run anew have other values; dataset=moons,method=beta,");
    expect_told(&outcome, EG_CLAIM_FAILED, ": score was ");
    expect_told(&outcome, EG_CLAIM_FAILED, "(code 0, commit ");
    expect_told(&outcome, EG_CLAIM_FAILED, "raise .outcome_version in bench/fake.c if");
    cr_expect_eq(count_vouches(&scratch, "runs/fake.jsonl"), 2, "of what is equal, and what not");
    outcome = RUN("--out", scratch.folder, "--force");
    expect_told(&outcome, 0, " 24 run in");
    remove_scratch(&scratch);
}

Test(verify_rows, a_program_in_the_wrong_precision_does_not_start)
{
    struct eg_experiment single = fake_experiment;
    char *argv[] = {(char *)"egbench-fake", (char *)"--list", NULL};
    single.precision = "single";
    cr_expect_eq(eg_program_main(&single, 2, argv), EG_INTERNAL);
}

Test(verify_rows, the_fix_names_the_file)
{
    char text[160];
    cr_expect(strstr(eg_outcome_fix("keep-remove", text, sizeof text),
                     "raise .outcome_version in bench/keep_remove.c if the change was meant"));
}
