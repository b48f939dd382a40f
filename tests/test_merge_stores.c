/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/merge_stores.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "run/digest.h"
#include "tests/made_report.h"

#define RECEIPT(hash)                                                                              \
    "{\"receipt\":\"" hash "\",\"commit\":\"c" hash "\",\"blas_core\":\"Haswell\"}\n"
#define VALUES "{\"a\":{\"score\":1.5}}"

static const struct eg_experiment *const experiments[] = {&made_experiment, NULL};

/* Two machines and what is merged of them. */
struct machines {
    struct scratch one, two, out;
    char warnings[8192], counts[1024];
    struct eg_error error;
    int status;
};

static void note(void *context, const char *message)
{
    struct machines *machines = context;
    const size_t used = strlen(machines->warnings);
    snprintf(machines->warnings + used, sizeof machines->warnings - used, "%s\n", message);
}

static void merge_in_order(struct machines *machines, const char *first, const char *second)
{
    const char *const folders[] = {first, second};
    const struct eg_merge merge = {.out = machines->out.folder,
                                   .folders = folders,
                                   .folder_count = 2,
                                   .experiments = experiments,
                                   .warner = {note, machines}};
    FILE *counts = tmpfile();
    machines->warnings[0] = '\0';
    machines->error = (struct eg_error){0};
    machines->status = eg_merge_stores(&merge, counts, &machines->error);
    rewind(counts);
    machines->counts[fread(machines->counts, 1, sizeof machines->counts - 1, counts)] = '\0';
    fclose(counts);
}

static void merge(struct machines *machines)
{
    merge_in_order(machines, machines->one.folder, machines->two.folder);
}

static void write_rows(const struct scratch *scratch, const char *text)
{
    write_lines(scratch, "runs/made.jsonl", text);
}

static struct machines make_machines(const char *one, const char *two)
{
    struct machines machines = {
        .one = make_scratch(), .two = make_scratch(), .out = make_scratch()};
    write_rows(&machines.one, one);
    write_rows(&machines.two, two);
    return machines;
}

static void remove_machines(const struct machines *machines)
{
    remove_scratch(&machines->one);
    remove_scratch(&machines->two);
    remove_scratch(&machines->out);
}

/* A row of replicate so and so on that receipt: receipt "r" of make_line, or NULL for none at all. */
static struct made_line row_of(int outcome_version, int replicate, const char *values,
                               const char *receipt)
{
    struct made_line line = make_line(outcome_version, "moons", "smoke", 7, replicate, values);
    char *place = strstr(line.text, ",\"receipt\":\"r\"}\n");
    const size_t left = sizeof line.text - (size_t)(place - line.text);
    if (receipt)
        snprintf(place, left, ",\"receipt\":\"%s\"}\n", receipt);
    else
        snprintf(place, left, "}\n");
    return line;
}

static void join(char text[4096], const char *const *parts)
{
    text[0] = '\0';
    for (; *parts; parts++)
        strncat(text, *parts, 4095 - strlen(text));
}

static void expect_merged(const struct machines *machines, const char *wanted)
{
    char *text = read_scratch_alloc(&machines->out, "runs/made.jsonl");
    char *sealed = seal_text_alloc(wanted);
    cr_expect_str_eq(text, sealed);
    free(sealed);
    free(text);
}

Test(merge_stores, one_row_a_cell_in_one_order)
{
    const struct made_line zero = row_of(0, 0, VALUES, "b"), one = row_of(0, 1, VALUES, "a");
    char left[4096], right[4096], wanted[4096];
    join(left, (const char *[]){RECEIPT("a"), RECEIPT("unused"), one.text, NULL});
    join(right, (const char *[]){RECEIPT("b"), zero.text, RECEIPT("a"), one.text, NULL});
    join(wanted, (const char *[]){RECEIPT("b"), zero.text, RECEIPT("a"), one.text, NULL});
    struct machines machines = make_machines(left, right);
    merge(&machines);
    cr_expect_eq(machines.status, EG_OK, "%s", machines.error.message);
    cr_expect_str_eq(machines.warnings, "");
    cr_expect_str_eq(
        machines.counts,
        "made: 2 cells ok, 0 skipped, 0 failed, 0 missing; 0 conflicts, 0 bad lines\n");
    expect_merged(&machines, wanted);
    merge(&machines);
    expect_merged(&machines, wanted);
    const char *const parts[] = {machines.one.folder, machines.two.folder};
    const char *const whole[] = {machines.out.folder};
    char apart[EG_KEY_SIZE], together[EG_KEY_SIZE];
    cr_assert_eq(
        eg_digest(parts, 2, experiments, NULL, 0, (struct eg_warner){0}, apart, NULL, NULL), EG_OK);
    cr_assert_eq(
        eg_digest(whole, 1, experiments, NULL, 0, (struct eg_warner){0}, together, NULL, NULL),
        EG_OK);
    cr_expect_str_eq(apart, together);
    remove_scratch(&machines.out);
    machines.out = make_scratch();
    merge_in_order(&machines, machines.two.folder, machines.one.folder);
    expect_merged(&machines, wanted);
    remove_machines(&machines);
}

Test(merge_stores, other_values_are_a_conflict)
{
    const struct made_line zero = row_of(0, 0, VALUES, "a"), one = row_of(0, 1, VALUES, "a"),
                           other = row_of(0, 1, "{\"a\":{\"score\":2.5}}", "b");
    char left[4096], right[4096], wanted[4096];
    join(left, (const char *[]){RECEIPT("a"), zero.text, one.text, NULL});
    join(right, (const char *[]){RECEIPT("b"), other.text, NULL});
    join(wanted, (const char *[]){RECEIPT("a"), zero.text, RECEIPT("b"), other.text, NULL});
    struct machines machines = make_machines(left, right);
    merge(&machines);
    cr_expect_eq(machines.status, EG_CLAIM_FAILED);
    cr_expect(strstr(machines.error.message, "of their cell: 1; the later stand in"), "%s",
              machines.error.message);
    cr_expect(strstr(machines.warnings, "replicate=1"), "%s", machines.warnings);
    cr_expect(strstr(machines.warnings, ", commit ca, core Haswell; here receipt ") &&
                  strstr(machines.warnings, ", commit cb, core Haswell)"),
              "%s", machines.warnings);
    cr_expect(strstr(machines.counts, "1 conflicts"), "%s", machines.counts);
    expect_merged(&machines, wanted);
    remove_machines(&machines);
}

Test(merge_stores, missing_cells_are_named_with_their_command)
{
    const struct made_line zero = row_of(0, 0, VALUES, "r"), four = row_of(0, 4, VALUES, "r");
    char right[4096];
    join(right, (const char *[]){RECEIPT("r"), four.text, NULL});
    struct machines machines = make_machines(zero.text, "");
    merge(&machines);
    cr_expect_eq(machines.status, EG_OK);
    char command[256];
    snprintf(command, sizeof command,
             "egbench-made --scale smoke --protocol paper --dataset moons --seed 7 --out %s\n",
             machines.out.folder);
    cr_expect(strstr(machines.warnings, "made: 1 of 2 cells are missing; they come with: ") &&
                  strstr(machines.warnings, command),
              "%s", machines.warnings);
    cr_expect(strstr(machines.warnings, "made: missing: ") &&
                  strstr(machines.warnings, "replicate=1"),
              "%s", machines.warnings);
    /* Replicate 4 tells of a run with --replicates 5 at least. */
    write_rows(&machines.two, right);
    merge(&machines);
    cr_expect(strstr(machines.warnings, "made: 3 of 5 cells are missing") &&
                  strstr(machines.warnings, "--seed 7 --replicates 5 --out"),
              "%s", machines.warnings);
    for (int replicate = 1; replicate <= 3; replicate++) {
        char name[32];
        snprintf(name, sizeof name, "replicate=%d", replicate);
        cr_expect(strstr(machines.warnings, name), "%s in %s", name, machines.warnings);
    }
    cr_expect(strstr(machines.counts, "3 missing"), "%s", machines.counts);
    remove_machines(&machines);
}

Test(merge_stores, other_versions_are_kept_apart)
{
    const struct made_line zero = row_of(0, 0, VALUES, "b"), one = row_of(0, 1, VALUES, "b"),
                           old = row_of(1, 0, "{\"a\":{\"score\":9}}", "a");
    char left[4096], right[4096], wanted[4096];
    join(left, (const char *[]){RECEIPT("a"), old.text, NULL});
    join(right, (const char *[]){RECEIPT("b"), zero.text, one.text, NULL});
    join(wanted, (const char *[]){RECEIPT("b"), zero.text, RECEIPT("a"), old.text, one.text, NULL});
    struct machines machines = make_machines(left, right);
    merge(&machines);
    cr_expect_eq(machines.status, EG_OK, "no conflict: %s", machines.error.message);
    cr_expect(strstr(machines.warnings, "made: rows of another outcome version or precision: 1;") &&
                  strstr(machines.warnings, "egbench-made makes its own"),
              "%s", machines.warnings);
    cr_expect(strstr(machines.counts, "3 cells ok") && strstr(machines.counts, "0 missing"));
    expect_merged(&machines, wanted);
    remove_machines(&machines);
}

Test(merge_stores, rows_of_an_older_form)
{
    const struct made_line zero = row_of(0, 0, VALUES, NULL), one = row_of(0, 1, VALUES, "lost");
    struct machines machines = make_machines(zero.text, one.text);
    merge(&machines);
    cr_expect_eq(machines.status, EG_OK);
    cr_expect(strstr(machines.warnings, "made: rows without a receipt here: 2,") &&
                  strstr(machines.warnings, "egbench-made --force"),
              "%s", machines.warnings);
    char wanted[4096];
    join(wanted, (const char *[]){zero.text, one.text, NULL});
    expect_merged(&machines, wanted);
    /* Without what a row cannot do without it is no row, and its cell is missing. */
    write_rows(&machines.two,
               "{\"key\":\"x\",\"experiment\":\"made\",\"outcome\":\"ok\",\"values\":{}}\n");
    remove_scratch(&machines.out);
    machines.out = make_scratch();
    merge(&machines);
    cr_expect(strstr(machines.warnings, "runs/made.jsonl:1: not a row (no config)") &&
                  strstr(machines.counts, "1 missing; 0 conflicts, 1 bad lines"),
              "%s%s", machines.warnings, machines.counts);
    expect_merged(&machines, zero.text);
    remove_machines(&machines);
}

Test(merge_stores, the_better_outcome_stands)
{
    struct made_line failed = row_of(0, 0, "{}", "r");
    char *outcome = strstr(failed.text, "\"ok\"");
    char rest[sizeof failed.text], wanted[4096];
    snprintf(rest, sizeof rest, "%s", outcome + strlen("\"ok\""));
    snprintf(outcome, sizeof failed.text - (size_t)(outcome - failed.text), "\"failed: x\"%s",
             rest);
    const struct made_line zero = row_of(0, 0, VALUES, "r"), one = row_of(0, 1, VALUES, "r");
    join(wanted, (const char *[]){zero.text, one.text, NULL});
    struct machines machines = make_machines(wanted, failed.text);
    merge(&machines);
    cr_expect_eq(machines.status, EG_OK);
    expect_merged(&machines, wanted);
    cr_expect(!strstr(machines.warnings, "failed"), "%s", machines.warnings);
    write_rows(&machines.one, one.text);
    remove_scratch(&machines.out);
    machines.out = make_scratch();
    merge(&machines);
    cr_expect(strstr(machines.warnings, "made: cells that failed: 1; egbench-made with --out"),
              "%s", machines.warnings);
    cr_expect(strstr(machines.counts, "1 cells ok, 0 skipped, 1 failed, 0 missing"), "%s",
              machines.counts);
    remove_machines(&machines);
}

Test(merge_stores, folders_without_a_store_are_refused)
{
    struct machines machines = make_machines("", "");
    merge_in_order(&machines, machines.one.folder, "no-such-folder");
    cr_expect_eq(machines.status, EG_DATA);
    cr_expect(strstr(machines.error.message, "no-such-folder") &&
                  strstr(machines.error.message, "--out"),
              "%s", machines.error.message);
    merge(&machines);
    cr_expect_eq(machines.status, EG_DATA);
    cr_expect(strstr(machines.error.message, "holds a row"), "%s", machines.error.message);
    remove_machines(&machines);
}
