/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/store.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/folder.h"
#include "run/cell_key.h"
#include "tests/scratch_folder.h"

/* A row of experiment "fake" as the store has it. */
#define ROW(key, outcome, values)                                                                  \
    "{\"key\":\"" key "\",\"experiment\":\"fake\",\"config\":{\"cell\":\"" key                     \
    "\"},\"outcome\":\"" outcome "\",\"values\":" values ",\"receipt\":\"r\"}\n"

struct warnings {
    size_t count;
    char all[4096];
};

static void keep_warning(void *context, const char *message)
{
    struct warnings *warnings = context;
    warnings->count++;
    strncat(warnings->all, message, sizeof warnings->all - strlen(warnings->all) - 1);
    strncat(warnings->all, "\n", sizeof warnings->all - strlen(warnings->all) - 1);
}

static struct eg_store load_fine(const char *folder, struct warnings *warnings)
{
    struct eg_store store;
    struct eg_error error = {0};
    *warnings = (struct warnings){0};
    cr_assert_eq(eg_store_make(&store, "fake", (struct eg_warner){keep_warning, warnings}, &error),
                 EG_OK);
    cr_assert_eq(eg_store_load(&store, folder, &error), EG_OK, "%s", error.message);
    return store;
}

static double score_of(const struct eg_store *store, const char *key)
{
    return eg_row_number(json_object_get(eg_store_find(store, key), "values"), NULL, "score");
}

static void write_store(const struct scratch *scratch, const char *name, const char *text)
{
    write_lines(scratch, name, text);
}

Test(store, reads_rows_shards_and_receipts)
{
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    write_store(&scratch, "runs/fake.jsonl",
                "{\"receipt\":\"r\",\"commit\":\"abc\"}\n" ROW("a", "ok", "{\"score\":1.5}")
                    ROW("b", "skip: none", "{}"));
    write_store(&scratch, "runs/fake.shard-2-of-3.jsonl", ROW("c", "failed: why", "{}"));
    write_store(&scratch, "runs/faked.jsonl", ROW("d", "ok", "{}"));
    write_store(&scratch, "runs/fake.jsonl.bak", ROW("e", "ok", "{}"));
    struct eg_store store = load_fine(scratch.folder, &warnings);
    cr_assert_eq(warnings.count, 0, "%s", warnings.all);
    cr_assert_eq(store.lines, 3);
    cr_assert_eq(score_of(&store, "a"), 1.5);
    cr_assert_eq(eg_store_outcome(&store, "a"), EG_OUTCOME_OK);
    cr_assert_eq(eg_store_outcome(&store, "b"), EG_OUTCOME_SKIP);
    cr_assert_eq(eg_store_outcome(&store, "c"), EG_OUTCOME_FAILED);
    cr_assert_eq(eg_store_outcome(&store, "d"), EG_OUTCOME_MISSING);
    cr_assert_eq(eg_store_outcome(&store, "e"), EG_OUTCOME_MISSING);
    cr_assert_eq(json_object_size(store.receipts), 1);
    const json_t *receipt = json_object_iter_value(json_object_iter(store.receipts));
    cr_assert_str_eq(json_string_value(json_object_get(receipt, "commit")), "abc");
    eg_store_free(&store);
    remove_scratch(&scratch);
}

Test(store, merges_folders)
{
    const struct scratch one = make_scratch(), two = make_scratch();
    struct warnings warnings;
    struct eg_error error = {0};
    write_store(&one, "runs/fake.jsonl", ROW("a", "ok", "{\"score\":1}"));
    write_store(&two, "runs/fake.jsonl", ROW("b", "ok", "{\"score\":2}"));
    struct eg_store store = load_fine(one.folder, &warnings);
    cr_assert_eq(eg_store_load(&store, two.folder, &error), EG_OK);
    cr_assert(score_of(&store, "a") == 1 && score_of(&store, "b") == 2);
    eg_store_free(&store);
    remove_scratch(&one);
    remove_scratch(&two);
}

Test(store, a_torn_last_line_is_dropped)
{
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    write_store(&scratch, "runs/fake.jsonl",
                ROW("a", "ok", "{\"score\":1}") "{\"key\":\"b\",\"experi");
    struct eg_store store = load_fine(scratch.folder, &warnings);
    cr_assert(store.torn == 1 && store.malformed == 0 && store.lines == 1);
    cr_assert(warnings.count == 1 && strstr(warnings.all, "runs/fake.jsonl:2") &&
                  strstr(warnings.all, "torn"),
              "%s", warnings.all);
    eg_store_free(&store);
    remove_scratch(&scratch);
}

Test(store, bad_lines_are_named_and_counted)
{
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    char text[4096] = ROW("a", "ok",
                          "{\"score\":1}") "{\"key\":\"b\",,}\n"
                                           "{\"key\":\"c\",\"experiment\":\"other\"}\n"
                                           "{\"experiment\":\"fake\"}\n"
                                           "{\"key\":\"c\",\"experiment\":\"fake\",\"config\":3}\n"
                                           "{\"key\":\"c\",\"experiment\":\"fake\",\"config\":{},"
                                           "\"values\":[]}\n" ROW("c", "fine", "{}");
    for (int i = 0; i < 9; i++)
        strcat(text, "rubbish\n");
    strcat(text, ROW("z", "ok", "{\"score\":26}"));
    write_store(&scratch, "runs/fake.jsonl", text);
    struct eg_store store = load_fine(scratch.folder, &warnings);
    cr_assert_eq(store.malformed, 15);
    cr_assert(score_of(&store, "a") == 1 && score_of(&store, "z") == 26);
    cr_assert_eq(eg_store_outcome(&store, "c"), EG_OUTCOME_MISSING);
    cr_assert_eq(warnings.count, 11);
    cr_assert(strstr(warnings.all, "runs/fake.jsonl:2: not a row") &&
                  strstr(warnings.all, "runs/fake.jsonl:3: not a row (of another experiment)") &&
                  strstr(warnings.all, "jsonl: 5 more lines passed over"),
              "%s", warnings.all);
    eg_store_free(&store);
    remove_scratch(&scratch);
}

/* Every number of a checked row, and each of its texts, changed by one sign. */
Test(store, a_row_that_was_changed_is_none)
{
    const char *const row = "{\"key\":\"a\",\"experiment\":\"fake\",\"config\":{\"cell\":\"b\"},"
                            "\"outcome\":\"ok\",\"values\":{\"score\":0.1,\"curve\":[1.0,null]},"
                            "\"seconds\":2.5,\"receipt\":\"r\"}";
    static const char *const places[] = {"\"a\"", "\"b\"", "0.1", "1.0", "2.5", "\"r\""};
    enum { PLACES = sizeof places / sizeof *places };
    char text[2048] = "", line[512];
    struct warnings warnings;
    char *sealed = seal_text_alloc(row);
    for (size_t i = 0; i <= PLACES; i++) {
        snprintf(line, sizeof line, "%s", sealed);
        char *place = i < PLACES ? strstr(line, places[i]) : NULL;
        if (place)
            place[place[0] == '"'] += 2;
        strcat(text, line);
    }
    free(sealed);
    const struct scratch scratch = make_scratch();
    write_scratch(&scratch, "runs/fake.jsonl", text, strlen(text));
    struct eg_store store = load_fine(scratch.folder, &warnings);
    cr_expect(store.malformed == PLACES && store.lines == 1, "%zu", store.malformed);
    cr_expect(strstr(warnings.all, "fake.jsonl:6: not a row (changed since it was written"), "%s",
              warnings.all);
    cr_expect_eq(score_of(&store, "a"), 0.1, "the last line, which nobody changed");
    eg_store_free(&store);
    remove_scratch(&scratch);
}

/* A row without its check, or without a configuration, is none. */
Test(store, what_carries_no_check_is_no_row)
{
    static const char bare[] = ROW("a", "ok", "{\"score\":1}");
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    write_scratch(&scratch, "runs/fake.jsonl", bare, strlen(bare));
    write_lines(&scratch, "runs/fake.shard-2-of-2.jsonl",
                "{\"key\":\"b\",\"experiment\":\"fake\",\"config\":{},\"outcome\":\"ok\","
                "\"values\":{\"score\":1},\"receipt\":\"r\"}\n");
    struct eg_store store = load_fine(scratch.folder, &warnings);
    cr_expect(store.malformed == 2 && store.lines == 0);
    cr_expect(strstr(warnings.all, "fake.jsonl:1: not a row (no check") &&
                  strstr(warnings.all, "2-of-2.jsonl:1: not a row (no config"),
              "%s", warnings.all);
    eg_store_free(&store);
    remove_scratch(&scratch);
}

/* Every bit of a store in turn, receipt and rows: it is named, or the rows say what they said. */
Test(store, no_flipped_bit_passes_unnamed)
{
    char *text = seal_text_alloc("{\"receipt\":\"r\",\"commit\":\"abc\",\"threads\":2}\n" ROW(
        "a", "ok", "{\"score\":1.5,\"curve\":[1e-9,null]}") ROW("b", "skip: none", "{}"));
    const size_t size = strlen(text);
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    write_scratch(&scratch, "runs/fake.jsonl", text, size);
    struct eg_store whole = load_fine(scratch.folder, &warnings);
    cr_assert(warnings.count == 0 && whole.lines == 2);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        set_scratch_byte(&scratch, "runs/fake.jsonl", bit / 8, text[bit / 8] ^ (1 << bit % 8));
        struct eg_store store = load_fine(scratch.folder, &warnings);
        cr_assert(
            strstr(warnings.all, "runs/fake.jsonl:") ||
                (json_equal(store.rows, whole.rows) && json_equal(store.receipts, whole.receipts)),
            "bit %zu of byte %zu passed", bit % 8, bit / 8);
        set_scratch_byte(&scratch, "runs/fake.jsonl", bit / 8, text[bit / 8]);
        eg_store_free(&store);
    }
    eg_store_free(&whole);
    free(text);
    remove_scratch(&scratch);
}

Test(store, the_better_outcome_stands)
{
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    write_store(&scratch, "runs/fake.jsonl",
                ROW("a", "failed: x", "{}") ROW("a", "ok", "{\"score\":1}")
                    ROW("a", "ok", "{\"score\":1.0}") ROW("a", "failed: y", "{}"));
    struct eg_store store = load_fine(scratch.folder, &warnings);
    cr_assert_eq(eg_store_outcome(&store, "a"), EG_OUTCOME_OK);
    cr_assert_eq(json_object_size(store.rows), 1);
    eg_store_free(&store);
    remove_scratch(&scratch);
}

Test(store, different_values_are_a_conflict)
{
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    write_store(&scratch, "runs/fake.jsonl",
                ROW("a", "ok", "{\"score\":1.5}") ROW("b", "ok", "{\"score\":null}")
                    ROW("a", "ok", "{\"score\":2.5}") ROW("b", "ok", "{\"score\":null}"));
    struct eg_store store = load_fine(scratch.folder, &warnings);
    cr_assert_eq(store.conflicts, 1);
    cr_assert(warnings.count == 1 && strstr(warnings.all, ":3: cell cell=a came out before"), "%s",
              warnings.all);
    cr_assert_eq(score_of(&store, "a"), 2.5);
    eg_store_free(&store);
    remove_scratch(&scratch);
}

/* Two machines never take the same time. */
Test(store, different_times_are_no_conflict)
{
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    write_store(&scratch, "runs/fake.jsonl",
                ROW("a", "ok", "{\"score\":1.5,\"timing\":{\"seconds\":1}}")
                    ROW("a", "ok", "{\"score\":1.5,\"timing\":{\"seconds\":2}}")
                        ROW("a", "ok", "{\"score\":2.5,\"timing\":{\"seconds\":2}}"));
    struct eg_store store = load_fine(scratch.folder, &warnings);
    cr_expect(store.conflicts == 1 && strstr(warnings.all, "fake.jsonl:3: cell cell=a"), "%s",
              warnings.all);
    eg_store_free(&store);
    remove_scratch(&scratch);
}

Test(store, outcomes_only)
{
    const struct scratch scratch = make_scratch();
    struct eg_store store;
    struct eg_error error = {0};
    write_store(&scratch, "runs/fake.jsonl",
                ROW("a", "ok", "{\"score\":1}") ROW("b", "failed: x", "{}"));
    cr_assert_eq(eg_store_make(&store, "fake", (struct eg_warner){0}, &error), EG_OK);
    store.outcomes_only = 1;
    cr_assert_eq(eg_store_load(&store, scratch.folder, &error), EG_OK, "%s", error.message);
    cr_assert_eq(eg_store_outcome(&store, "a"), EG_OUTCOME_OK);
    cr_assert_eq(eg_store_outcome(&store, "b"), EG_OUTCOME_FAILED);
    cr_assert_eq(json_object_size(eg_store_find(&store, "a")), 2, "outcome and receipt");
    eg_store_free(&store);
    remove_scratch(&scratch);
}

/* A row's key is that of what it says of experiment, outcome version, precision and configuration. */
Test(store, a_key_that_does_not_fit_is_named)
{
    static const char form[] =
        "{\"key\":\"%s\",\"experiment\":\"fake\",\"outcome_version\":%s,%s\"config\":{\"cell\":1},"
        "\"outcome\":\"ok\",\"values\":{\"score\":1}}\n";
    static const struct {
        const char *version, *precision;
    } others[] = {{"3", "\"precision\":\"single\","},
                  {"2", "\"precision\":\"double\","},
                  {"0", "\"precision\":\"single\","},
                  {"\"2\"", "\"precision\":\"single\","},
                  {"2", ""}};
    enum { OTHERS = sizeof others / sizeof *others };
    char key[EG_KEY_SIZE], line[512], text[4096] = "";
    json_t *config = json_pack("{s:i}", "cell", 1);
    cr_assert_eq(eg_cell_key("fake", 2, "single", config, key, NULL), EG_OK);
    json_decref(config);
    for (size_t i = 0; i <= OTHERS; i++) {
        snprintf(line, sizeof line, form, key, i < OTHERS ? others[i].version : "2",
                 i < OTHERS ? others[i].precision : "\"precision\":\"single\",");
        strcat(text, line);
    }
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    write_store(&scratch, "runs/fake.jsonl", text);
    struct eg_store store = load_fine(scratch.folder, &warnings);
    cr_expect(store.malformed == OTHERS && store.lines == 1, "%s", warnings.all);
    cr_expect(strstr(warnings.all, "fake.jsonl:2: not a row (its key is not that of what it says)"),
              "%s", warnings.all);
    eg_store_free(&store);
    remove_scratch(&scratch);
}

/* What vouches is no row and no receipt; damaged, it is named and vouches for nothing. */
Test(store, lines_that_vouch)
{
#define VOUCH(cells)                                                                               \
    "{\"vouches\":\"new\",\"for\":\"old\",\"kinds\":[\"method=a\"],\"cells\":" cells               \
    ",\"outcome\":\"equal\",\"receipt\":\"r\"}\n"
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    write_store(&scratch, "runs/fake.jsonl", VOUCH("[\"k\"]") VOUCH("[\"k\"]") VOUCH("[1]"));
    write_scratch(&scratch, "runs/fake.shard-1-of-2.jsonl", VOUCH("[\"k\",\"l\"]"),
                  strlen(VOUCH("[\"k\",\"l\"]")));
    struct eg_store store = load_fine(scratch.folder, &warnings);
    cr_expect_eq(json_array_size(store.vouches), 1, "the same line twice says no more");
    cr_expect_eq(json_object_size(store.receipts), 0);
    cr_expect(store.malformed == 2 && strstr(warnings.all, "fake.jsonl:3: not a row (it vouches") &&
                  strstr(warnings.all, "of-2.jsonl:1: not a row (changed since"),
              "%s", warnings.all);
    eg_store_free(&store);
    remove_scratch(&scratch);
}

Test(store, folders_that_are_not_there)
{
    const struct scratch scratch = make_scratch();
    struct warnings warnings;
    struct eg_error error = {0};
    struct eg_store store = load_fine(find_scratch(&scratch, "none").text, &warnings);
    cr_assert_eq(json_object_size(store.rows), 0);
    write_store(&scratch, "file", "");
    cr_assert_eq(eg_store_load(&store, find_scratch(&scratch, "file").text, &error), EG_DATA);
    cr_assert(strstr(error.message, "/file/runs") && strstr(error.message, "--out"));
    const struct scratch_path folder = find_scratch(&scratch, "runs/fake.jsonl");
    cr_assert_eq(eg_make_folder(folder.text, &error), EG_OK);
    cr_assert_eq(eg_store_load(&store, scratch.folder, &error), EG_DATA);
    cr_assert(strstr(error.message, folder.text));
    eg_store_free(&store);
    remove_scratch(&scratch);
}

Test(store, path_of_a_shard)
{
    struct eg_error error = {0};
    char *whole = eg_store_path_alloc("out", "fake", &(struct eg_shard){1, 1, NULL}, &error);
    char *part = eg_store_path_alloc("out", "fake", &(struct eg_shard){2, 3, NULL}, &error);
    cr_assert_str_eq(whole, "out/runs/fake.jsonl");
    cr_assert_str_eq(part, "out/runs/fake.shard-2-of-3.jsonl");
    free(whole);
    free(part);
}
