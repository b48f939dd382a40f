/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/digest.h"

#include <string.h>

#include <criterion/criterion.h>

#include "tests/run_fake.h"
#include "tests/scratch_folder.h"

#define ROW(key, cell, outcome, values, rest)                                                      \
    "{\"key\":\"" key "\",\"experiment\":\"fake\",\"config\":{\"cell\":" cell                      \
    "},\"outcome\":\"" outcome "\",\"values\":" values rest "}\n"

struct digest {
    size_t rows;
    char text[33];
};

static struct digest digest_text(const char *text)
{
    struct digest digest;
    const struct scratch scratch = make_scratch();
    write_lines(&scratch, "runs/fake.jsonl", text);
    digest.rows = digest_of((const char *[]){scratch.folder, NULL}, digest.text);
    remove_scratch(&scratch);
    return digest;
}

Test(digest, depends_on_configurations_and_values_only)
{
    const struct digest digest = digest_text(ROW("a", "1", "ok", "{\"x\":0.5,\"y\":2}", "")
                                                 ROW("b", "2", "ok", "{\"x\":null}", ""));
    cr_assert_eq(digest.rows, 2);
    const struct digest same = digest_text(
        ROW("d", "2", "ok", "{\"x\":null}", ",\"seconds\":3.5,\"receipt\":\"q\"")
            ROW("e", "3", "failed: why", "{}", "") ROW("f", "4", "skip: why", "{}", "")
                ROW("c", "1", "ok", "{\"y\":2,\"x\":5e-1}", ",\"seed\":1"));
    cr_assert_eq(same.rows, 2);
    cr_assert_str_eq(same.text, digest.text);
}

Test(digest, does_not_see_times)
{
    const struct digest digest = digest_text(ROW("a", "1", "ok", "{\"x\":0.5}", ""));
    const struct digest timed = digest_text(
        ROW("a", "1", "ok", "{\"timing\":{\"seconds\":[3,4]},\"x\":0.5}", ""));
    cr_assert_eq(timed.rows, 1);
    cr_assert_str_eq(timed.text, digest.text);
}

Test(digest, sees_every_change)
{
    static const char *const changed[] = {
        ROW("a", "1", "ok", "{\"x\":0.5000000000000001}", "") ROW("b", "2", "ok", "{\"x\":1}", ""),
        ROW("a", "1", "ok", "{\"x\":0.5}", ""),
        ROW("a", "1", "ok", "{\"x\":0.5}", "") ROW("b", "3", "ok", "{\"x\":1}", ""),
        ROW("a", "1", "ok", "{\"z\":0.5}", "") ROW("b", "2", "ok", "{\"x\":1}", ""),
        ROW("a", "1", "ok", "{\"x\":1}", "") ROW("b", "2", "ok", "{\"x\":0.5}", ""),
        "",
    };
    const struct digest digest = digest_text(ROW("a", "1", "ok", "{\"x\":0.5}", "")
                                                 ROW("b", "2", "ok", "{\"x\":1}", ""));
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++)
        cr_assert_str_neq(digest_text(changed[i]).text, digest.text, "%zu", i);
}

Test(digest, the_row_of_this_outcome_version_counts)
{
    char key[EG_KEY_SIZE], row[512], both[1024];
    struct eg_error error = {0};
    json_t *config = json_pack("{s:i}", "cell", 1);
    cr_assert_eq(eg_cell_key("fake", 1, "double", config, key, &error), EG_OK);
    json_decref(config);
    snprintf(
        row, sizeof row,
        "{\"key\":\"%s\",\"experiment\":\"fake\",\"outcome_version\":1,\"precision\":\"double\","
        "\"config\":{\"cell\":1},\"outcome\":\"ok\",\"values\":{\"x\":2}}\n",
        key);
    const struct digest digest = digest_text(row);
    snprintf(both, sizeof both, "%s%s%s", ROW("zz", "1", "ok", "{\"x\":3}", ""), row,
             ROW("00", "1", "ok", "{\"x\":1}", ""));
    const struct digest mixed = digest_text(both);
    cr_assert_eq(mixed.rows, 1);
    cr_assert_str_eq(mixed.text, digest.text);
}

Test(digest, folders_are_taken_together)
{
    const struct scratch one = make_scratch(), two = make_scratch();
    const char *a = ROW("a", "1", "ok", "{\"x\":0.5}", ""),
               *b = ROW("b", "2", "ok", "{\"x\":1}", "");
    char both[1024], text[33];
    write_lines(&one, "runs/fake.shard-1-of-2.jsonl", a);
    write_lines(&two, "runs/fake.shard-2-of-2.jsonl", b);
    cr_assert_eq(digest_of((const char *[]){two.folder, one.folder, NULL}, text), 2);
    snprintf(both, sizeof both, "%s%s", a, b);
    cr_assert_str_eq(text, digest_text(both).text);
    remove_scratch(&one);
    remove_scratch(&two);
}
