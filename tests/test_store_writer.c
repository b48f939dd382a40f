/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/store_writer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "run/seal.h"
#include "tests/run_fake.h"
#include "tests/scratch_folder.h"

static const struct eg_shard whole = {1, 1, NULL};

/* A store in a folder of its own. */
struct written {
    struct scratch scratch;
    struct scratch_path rows;
    struct eg_store store;
    struct eg_store_writer writer;
    struct eg_error error;
    size_t warnings;
};

static void count_warning(void *context, const char *message)
{
    (void)message;
    ++*(size_t *)context;
}

static json_t *make_row(int number)
{
    char key[EG_KEY_SIZE];
    snprintf(key, sizeof key, "%02x%030x", number + 1, 0);
    json_t *row = json_pack("{s:s, s:s, s:{s:i}, s:s, s:{s:f}}", "key", key, "experiment", "fake",
                            "config", "cell", number, "outcome", "ok", "values", "score", 0.1);
    cr_assert_eq(eg_seal(row, NULL), EG_OK);
    return row;
}

static int put(struct written *written, int number)
{
    json_t *row = make_row(number);
    const int status = eg_store_put(&written->writer, row, &written->error);
    json_decref(row);
    return status;
}

/* Loads what is in the folder, so that it can be opened then. */
static void load(struct written *written)
{
    const struct eg_warner warner = {count_warning, &written->warnings};
    cr_assert_eq(eg_store_make(&written->store, "fake", warner, &written->error), EG_OK);
    cr_assert_eq(eg_store_load(&written->store, written->scratch.folder, &written->error), EG_OK);
}

static void open_loaded(struct written *written)
{
    cr_assert_eq(eg_store_writer_open(&written->writer, &written->store, written->scratch.folder,
                                      &whole, NULL, &written->error),
                 EG_OK, "%s", written->error.message);
}

static void start(struct written *written)
{
    *written = (struct written){.scratch = make_scratch()};
    written->rows = find_scratch(&written->scratch, "runs/fake.jsonl");
    load(written);
    open_loaded(written);
}

static int finish(struct written *written)
{
    const int status = eg_store_writer_close(&written->writer, &written->error);
    eg_store_free(&written->store);
    return status;
}

static size_t count_rows(struct written *written)
{
    load(written);
    const size_t rows = json_object_size(written->store.rows);
    cr_expect_eq(written->store.malformed, 0);
    eg_store_free(&written->store);
    return rows;
}

/* After the last row nothing is appended, and the loss is noticed all the same. */
Test(store_writer, a_loss_after_the_last_row_is_noticed)
{
    struct written written;
    start(&written);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(put(&written, i), EG_OK, "%s", written.error.message);
    cr_assert_eq(unlink(written.rows.text), 0);
    cr_assert_eq(finish(&written), EG_OK, "%s", written.error.message);
    cr_expect_eq(written.warnings, 1);
    cr_expect_eq(count_lines(written.rows.text), 3);
    cr_expect_eq(count_rows(&written), 3);
    remove_scratch(&written.scratch);
}

/* Between reading the store and opening it for writing. */
Test(store_writer, a_loss_before_the_first_row_is_noticed)
{
    for (int how = 0; how < 3; how++) {
        struct written written;
        start(&written);
        for (int i = 0; i < 3; i++)
            cr_assert_eq(put(&written, i), EG_OK);
        cr_assert_eq(finish(&written), EG_OK);
        load(&written);
        if (how == 0)
            cr_assert_eq(unlink(written.rows.text), 0);
        if (how == 1)
            cr_assert_eq(truncate(written.rows.text, 10), 0);
        open_loaded(&written);
        cr_assert_eq(put(&written, 7), EG_OK, "%s", written.error.message);
        cr_assert_eq(finish(&written), EG_OK);
        cr_expect_eq(written.warnings, how < 2, "%d", how);
        cr_expect_eq(count_lines(written.rows.text), 4, "%d", how);
        cr_expect_eq(count_rows(&written), 4, "%d", how);
        remove_scratch(&written.scratch);
    }
}

/* Another writer on the same folder, in its own words: claims exclude, rows are taken in. */
Test(store_writer, claims_and_rows_of_another)
{
    struct written here, there;
    enum eg_cell_claim claim;
    char keys[3][EG_KEY_SIZE];
    start(&here);
    there = (struct written){.scratch = here.scratch, .rows = here.rows};
    load(&there);
    open_loaded(&there);
    for (int i = 0; i < 3; i++)
        snprintf(keys[i], sizeof keys[i], "%02x%030x", i + 1, 0);
    cr_assert_eq(put(&here, 2), EG_OK);
    cr_assert_eq(eg_store_claim(&here.writer, keys[0], &claim, &here.error), EG_OK);
    cr_expect_eq(claim, EG_CLAIM_OURS);
    cr_assert_eq(eg_store_claim(&there.writer, keys[0], &claim, &there.error), EG_OK);
    cr_expect_eq(claim, EG_CLAIM_HELD);
    cr_assert_eq(eg_store_claim(&there.writer, keys[2], &claim, &there.error), EG_OK);
    cr_expect_eq(claim, EG_CLAIM_DONE, "its row came since the store was loaded");
    cr_assert_eq(put(&here, 0), EG_OK);
    eg_store_release(&here.writer, keys[0]);
    cr_assert_eq(eg_store_claim(&there.writer, keys[0], &claim, &there.error), EG_OK);
    cr_expect_eq(claim, EG_CLAIM_DONE);
    cr_assert_eq(eg_store_claim(&there.writer, keys[1], &claim, &there.error), EG_OK);
    cr_expect_eq(claim, EG_CLAIM_OURS);
    cr_assert_eq(put(&there, 1), EG_OK);
    cr_expect_eq(json_object_size(there.store.rows), 3);
    cr_assert_eq(finish(&there), EG_OK);
    cr_assert_eq(eg_store_claim(&here.writer, keys[1], &claim, &here.error), EG_OK);
    cr_expect_eq(claim, EG_CLAIM_DONE, "though nobody released it");
    cr_expect(here.warnings == 0 && there.warnings == 0);
    cr_assert_eq(finish(&here), EG_OK);
    cr_expect_eq(count_rows(&here), 3);
    remove_scratch(&here.scratch);
}

/* Without locks every process runs all of its cells, as it must. */
Test(store_writer, no_claims_file_grants_all)
{
    struct eg_cell_claims claims = eg_cell_claims_open("/nowhere/fake.claims");
    cr_expect_eq(claims.descriptor, -1);
    cr_expect_eq(eg_cell_claims_take(&claims, "0123456789abcdef0123456789abcdef"), 1);
    eg_cell_claims_release(&claims, "0123456789abcdef0123456789abcdef");
    eg_cell_claims_close(&claims);
}

static json_t *make_vouch(int number)
{
    json_t *vouch = json_pack("{s:s, s:s, s:[s], s:[s], s:s, s:s}", "vouches", "now", "for",
                              "other", "kinds", "all", "cells", number ? "one" : "none", "outcome",
                              "equal", "receipt", "r");
    cr_assert_eq(eg_seal(vouch, NULL), EG_OK);
    return vouch;
}

/* Each of them, though a file beside has one. */
Test(store_writer, lost_vouches_are_written_again)
{
    struct written written;
    json_t *vouches[] = {make_vouch(0), make_vouch(1)};
    char *line = json_dumps(vouches[0], JSON_COMPACT);
    start(&written);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(eg_store_put(&written.writer, vouches[i], &written.error), EG_OK, "%s",
                     written.error.message);
    write_scratch(&written.scratch, "runs/fake.shard-1-of-2.jsonl", line, strlen(line));
    cr_assert_eq(unlink(written.rows.text), 0);
    cr_assert_eq(put(&written, 0), EG_OK, "%s", written.error.message);
    cr_assert_eq(finish(&written), EG_OK, "%s", written.error.message);
    cr_expect_eq(count_lines(written.rows.text), 2);
    free(line);
    for (int i = 0; i < 2; i++)
        json_decref(vouches[i]);
    remove_scratch(&written.scratch);
}

/* A file that is copied into the folder meanwhile is half there for a while. */
Test(store_writer, a_file_half_written_does_not_end_the_run)
{
    static const char half[] = "\xfd"
                               "7zXZ\0\0\4\xe6";
    struct written written;
    enum eg_cell_claim claim;
    start(&written);
    write_scratch(&written.scratch, "runs/fake.jsonl.xz", half, sizeof half - 1);
    cr_assert_eq(eg_store_claim(&written.writer, "01", &claim, &written.error), EG_OK, "%s",
                 written.error.message);
    cr_expect_eq(claim, EG_CLAIM_OURS);
    eg_store_release(&written.writer, "01");
    cr_assert_eq(put(&written, 0), EG_OK, "%s", written.error.message);
    cr_assert_eq(finish(&written), EG_OK, "%s", written.error.message);
    cr_assert_eq(eg_store_make(&written.store, "fake", (struct eg_warner){0}, NULL), EG_OK);
    cr_expect_eq(eg_store_load(&written.store, written.scratch.folder, &written.error), EG_DATA);
    eg_store_free(&written.store);
    remove_scratch(&written.scratch);
}

/* Cells in flight stay ours when the rows have to be written again. */
Test(store_writer, a_loss_keeps_what_is_claimed)
{
    struct written written, other;
    enum eg_cell_claim claim;
    start(&written);
    cr_assert_eq(eg_store_claim(&written.writer, "0a", &claim, &written.error), EG_OK);
    cr_assert_eq(put(&written, 0), EG_OK);
    cr_assert_eq(unlink(written.rows.text), 0);
    cr_assert_eq(put(&written, 1), EG_OK, "%s", written.error.message);
    other = (struct written){.scratch = written.scratch, .rows = written.rows};
    load(&other);
    open_loaded(&other);
    cr_assert_eq(eg_store_claim(&other.writer, "0a", &claim, &other.error), EG_OK);
    cr_expect_eq(claim, EG_CLAIM_HELD);
    cr_assert_eq(finish(&other), EG_OK);
    cr_assert_eq(finish(&written), EG_OK);
    remove_scratch(&written.scratch);
}
