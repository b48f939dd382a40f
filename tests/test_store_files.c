/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compressed stores, rows without a check, and what came since. */
#include "run/store_files.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "run/store.h"
#include "tests/pack_text.h"
#include "tests/scratch_folder.h"

#define ROW(key, score)                                                                            \
    "{\"key\":\"" key "\",\"experiment\":\"fake\",\"config\":{\"cell\":\"" key                     \
    "\"},\"outcome\":\"ok\",\"values\":{\"score\":" score "},\"receipt\":\"r\"}\n"
#define RECEIPT "{\"receipt\":\"r\",\"commit\":\"abc\"}\n"

typedef size_t pack(const char *text, size_t length, unsigned char *bytes, size_t room);

struct warnings {
    size_t count;
    char all[2048];
};

static void keep_warning(void *context, const char *message)
{
    struct warnings *warnings = context;
    const size_t length = strlen(warnings->all);
    warnings->count++;
    snprintf(warnings->all + length, sizeof warnings->all - length, "%s\n", message);
}

static struct eg_store make_store(struct warnings *warnings)
{
    struct eg_store store;
    *warnings = (struct warnings){0};
    cr_assert_eq(eg_store_make(&store, "fake", (struct eg_warner){keep_warning, warnings}, NULL),
                 EG_OK);
    return store;
}

static double score_of(const struct eg_store *store, const char *key)
{
    return eg_row_number(json_object_get(eg_store_find(store, key), "values"), NULL, "score");
}

/* The sealed lines, compressed, into bytes; returns their length. */
static size_t pack_lines(pack *packs, const char *text, unsigned char *bytes, size_t room)
{
    char *sealed = seal_text_alloc(text);
    const size_t size = packs(sealed, strlen(sealed), bytes, room);
    free(sealed);
    return size;
}

static void write_packed(const struct scratch *scratch, const char *name, pack *packs,
                         const char *text)
{
    unsigned char bytes[4096];
    write_scratch(scratch, name, bytes, pack_lines(packs, text, bytes, sizeof bytes));
}

/* What is compressed is older, whatever its name. */
Test(store_files, reads_compressed_files_first)
{
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    struct eg_error error = {0};
    write_packed(&scratch, "runs/fake.jsonl.gz", pack_gzip, RECEIPT ROW("a", "1"));
    write_packed(&scratch, "runs/fake.shard-1-of-2.jsonl.xz", pack_xz, ROW("b", "2") ROW("c", "3"));
    write_packed(&scratch, "runs/faked.jsonl.xz", pack_xz, ROW("d", "4"));
    write_lines(&scratch, "runs/fake.jsonl", ROW("c", "5"));
    struct eg_store store = make_store(&warnings);
    cr_assert_eq(eg_store_load(&store, scratch.folder, &error), EG_OK, "%s", error.message);
    cr_expect(json_object_size(store.rows) == 3 && json_object_size(store.receipts) == 1);
    cr_expect(score_of(&store, "a") == 1 && score_of(&store, "b") == 2 &&
              score_of(&store, "c") == 5);
    cr_expect(warnings.count == 1 && strstr(warnings.all, "runs/fake.jsonl:1: cell cell=c"), "%s",
              warnings.all);
    eg_store_free(&store);
    remove_scratch(&scratch);
}

/* An error or a warning names the file, or the rows are the same. */
static void expect_named(const struct scratch *scratch, const char *name,
                         const struct eg_store *whole, const char *change, size_t place)
{
    struct warnings warnings;
    struct eg_error error = {0};
    struct eg_store store = make_store(&warnings);
    const int status = eg_store_load(&store, scratch->folder, &error);
    cr_assert(strstr(status ? error.message : warnings.all, name) ||
                  (!status && json_equal(store.rows, whole->rows) &&
                   json_equal(store.receipts, whole->receipts)),
              "%s, %s at %zu: passed", name, change, place);
    eg_store_free(&store);
}

/* Every bit of a compressed store changed, and cut at every byte. */
static void damage(const char *name, pack *packs)
{
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    struct eg_error error = {0};
    unsigned char bytes[4096];
    const size_t size = pack_lines(packs, RECEIPT ROW("a", "1.5") ROW("b", "2"), bytes,
                                   sizeof bytes);
    write_scratch(&scratch, name, bytes, size);
    struct eg_store whole = make_store(&warnings);
    cr_assert_eq(eg_store_load(&whole, scratch.folder, &error), EG_OK, "%s", error.message);
    cr_assert(warnings.count == 0 && whole.lines == 2);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        set_scratch_byte(&scratch, name, bit / 8, bytes[bit / 8] ^ (1 << bit % 8));
        expect_named(&scratch, name, &whole, "bit changed", bit);
        set_scratch_byte(&scratch, name, bit / 8, bytes[bit / 8]);
    }
    for (size_t cut = size - 1; cut > 0; cut--) {
        cr_assert_eq(truncate(find_scratch(&scratch, name).text, (off_t)cut), 0);
        expect_named(&scratch, name, &whole, "cut", cut);
    }
    eg_store_free(&whole);
    remove_scratch(&scratch);
}

Test(store_files, no_flipped_bit_of_gzip_passes_unnamed)
{
    damage("runs/fake.jsonl.gz", pack_gzip);
}

Test(store_files, no_flipped_bit_of_xz_passes_unnamed)
{
    damage("runs/fake.jsonl.xz", pack_xz);
}

Test(store_files, rows_without_a_check_only_when_asked_for)
{
    static const char text[] = ROW("a", "1") ROW("b", "2");
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    struct eg_error error = {0};
    write_scratch(&scratch, "runs/fake.jsonl", text, strlen(text));
    for (int takes = 0; takes < 2; takes++) {
        struct eg_store store = make_store(&warnings);
        store.takes_unchecked = takes;
        cr_assert_eq(eg_store_load(&store, scratch.folder, &error), EG_OK, "%s", error.message);
        cr_expect(takes ? store.lines == 2 && store.unchecked == 2 && warnings.count == 1
                        : store.lines == 0 && store.malformed == 2);
        cr_expect(strstr(warnings.all, takes ? "rows of fake without a check, taken as they are: 2"
                                             : "fake.jsonl:1: not a row (no check"),
                  "%s", warnings.all);
        eg_store_free(&store);
    }
    remove_scratch(&scratch);
}

static void append_text(const struct scratch *scratch, const char *name, const char *text)
{
    FILE *file = fopen(find_scratch(scratch, name).text, "a");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static size_t count_arrived(struct eg_store *store, const char *folder, const char *own)
{
    struct eg_error error = {0};
    json_decref(store->arrived);
    store->arrived = NULL;
    cr_assert_eq(eg_store_refresh(store, folder, own, &error), EG_OK, "%s", error.message);
    return json_object_size(store->arrived);
}

/* Only what is new is read, also of a line that comes in two pieces. */
Test(store_files, refreshes_from_where_it_was)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path own = find_scratch(&scratch, "runs/fake.jsonl");
    struct warnings warnings;
    struct eg_store store = make_store(&warnings);
    write_lines(&scratch, "runs/fake.jsonl", ROW("a", "1"));
    cr_assert_eq(eg_store_load(&store, scratch.folder, NULL), EG_OK);
    cr_expect_eq(count_arrived(&store, scratch.folder, NULL), 0);
    char *line = seal_text_alloc(ROW("b", "2"));
    char first[20] = "";
    strncat(first, line, sizeof first - 1);
    append_text(&scratch, "runs/fake.jsonl", first);
    cr_expect_eq(count_arrived(&store, scratch.folder, NULL), 0);
    append_text(&scratch, "runs/fake.jsonl", line + strlen(first));
    append_text(&scratch, "runs/fake.jsonl", "rubbish\n");
    cr_expect_eq(count_arrived(&store, scratch.folder, NULL), 1);
    cr_expect(store.lines == 2 && score_of(&store, "b") == 2, "%zu lines", store.lines);
    cr_expect(warnings.count == 1 && strstr(warnings.all, "fake.jsonl:3: not a row"), "%s",
              warnings.all);
    write_lines(&scratch, "runs/fake.shard-1-of-2.jsonl", ROW("c", "3"));
    cr_expect_eq(count_arrived(&store, scratch.folder, own.text), 0, "of its own file alone");
    cr_expect_eq(count_arrived(&store, scratch.folder, NULL), 1);
    write_lines(&scratch, "runs/fake.jsonl", ROW("d", "4"));
    cr_expect_eq(count_arrived(&store, scratch.folder, NULL), 1,
                 "another file, read from its begin");
    cr_assert_eq(unlink(own.text), 0);
    cr_expect_eq(count_arrived(&store, scratch.folder, own.text), 0);
    cr_expect_eq(json_object_size(store.rows), 4);
    free(line);
    eg_store_free(&store);
    remove_scratch(&scratch);
}
