/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/gene_sets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "datasets/packed_file.h"
#include "tests/scratch_folder.h"

enum { GENES = 5 };
static char *const genes[GENES] = {"TP53", "AKT1", "MYC", "FLT3", "NPM1"};

static const char text[] = "GROWTH\thttp://a \"b\"\tMYC\tAKT1\tNOT_GIVEN\tMYC\r\n"
                           "\r\n"
                           "ALL\t\tNPM1\tFLT3\tMYC\tAKT1\tTP53\r\n"
                           "ONE\tof them\tFLT3\r\n"
                           "NONE\tof them\tNOT_GIVEN";

static int parse(const char *bytes, size_t size, size_t least, size_t most,
                 struct eg_gene_sets *sets, struct eg_error *error)
{
    return eg_gene_sets_parse("s.gmt", bytes, size, GENES, genes, least, most, sets, error);
}

static struct eg_gene_sets parse_text(size_t least, size_t most)
{
    struct eg_gene_sets sets = {0};
    struct eg_error error = {0};
    cr_assert_eq(parse(text, strlen(text), least, most, &sets, &error), EG_OK, "%s", error.message);
    return sets;
}

/* A set that was there before must stay, and nothing be added. */
static void refuse_bytes(const char *bytes, size_t size, const char *message)
{
    struct eg_gene_sets sets = {0};
    struct eg_error error = {0};
    cr_assert_eq(eg_gene_sets_add(&sets, "BEFORE", 1, (uint32_t[]){2}, &error), EG_OK);
    cr_assert_eq(parse(bytes, size, 1, GENES, &sets, &error), EG_DATA,
                 "accepted where '%s' was due", message);
    cr_assert_str_eq(error.message, message);
    cr_assert(sets.count == 1 && sets.sets[0].count == 1 && sets.sets[0].items[0] == 2);
    eg_gene_sets_free(&sets);
}

static void refuse(const char *bytes, const char *message)
{
    refuse_bytes(bytes, strlen(bytes), message);
}

Test(gene_sets, numbers_the_genes_of_each_set)
{
    struct eg_gene_sets sets = parse_text(2, GENES);
    cr_assert_eq(sets.count, 2);
    cr_assert_str_eq(sets.names[0], "GROWTH");
    cr_assert_eq(sets.sets[0].count, 2);
    cr_assert(sets.sets[0].items[0] == 1 && sets.sets[0].items[1] == 2);
    cr_assert_str_eq(sets.names[1], "ALL");
    cr_assert_eq(sets.sets[1].count, GENES);
    for (uint32_t gene = 0; gene < GENES; gene++)
        cr_assert_eq(sets.sets[1].items[gene], gene);
    eg_gene_sets_free(&sets);
}

Test(gene_sets, keeps_those_of_the_wanted_size)
{
    struct eg_gene_sets sets = parse_text(1, 1);
    cr_assert_eq(sets.count, 1);
    cr_assert_str_eq(sets.names[0], "ONE");
    eg_gene_sets_free(&sets);
    sets = parse_text(0, GENES - 1); /* never one without a gene */
    cr_assert_eq(sets.count, 2);
    eg_gene_sets_free(&sets);
    sets = parse_text(GENES + 1, 2 * GENES);
    cr_assert_eq(sets.count, 0);
    eg_gene_sets_free(&sets);
}

Test(gene_sets, line_ends_do_not_matter)
{
    static const char *const files[] = {"A\tx\tMYC\nB\tx\tAKT1\n", "A\tx\tMYC\rB\tx\tAKT1\r",
                                        "A\tx\tMYC\r\nB\tx\tAKT1\r\n",
                                        "\n\nA\tx\tMYC\n\nB\tx\tAKT1"};
    for (size_t i = 0; i < 4; i++) {
        struct eg_gene_sets sets = {0};
        struct eg_error error = {0};
        cr_assert_eq(parse(files[i], strlen(files[i]), 1, GENES, &sets, &error), EG_OK, "%s",
                     error.message);
        cr_assert(sets.count == 2 && sets.sets[0].items[0] == 2 && sets.sets[1].items[0] == 1);
        eg_gene_sets_free(&sets);
    }
}

Test(gene_sets, refuses_with_line_and_column)
{
    refuse("A\tx\tMYC\nB\tx\n", "s.gmt:2: column 2 is the last; a name, a description and one gene "
                                "or more, separated by tabs, are needed");
    refuse("A\tx\tMYC\r\n\r\nB\tx\tMYC\t\tAKT1\r\n",
           "s.gmt:3: column 4: the gene is empty; one tab is too many");
    refuse("A\tx\tMYC\r\tx\tMYC\r", "s.gmt:2: column 1: the set has no name");
    refuse("A\tx\tMYC\nB\tx\tOTHER\nB\tx\tMYC\n",
           "s.gmt:3: column 1: a set 'B' was there before; rename one of them");
    refuse("A\tx\tMYC\nBEFORE\tx\tMYC\n",
           "s.gmt:2: column 1: a set 'BEFORE' was there before; rename one of them");
    const char zero[] = "A\tx\tMYC\nB\tx\tMY\0C\n";
    refuse_bytes(zero, sizeof zero - 1,
                 "s.gmt:2: column 3 holds a byte of zero; this is not a text file");
    refuse("", "s.gmt:1: no gene set; the file is empty");
}

/* Longer than what is read at a time, so that lines are cut in two on the way. */
Test(gene_sets, reads_long_files_gzipped_or_not)
{
    enum { LINES = 9000 };
    struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "sets.gmt");
    char *bytes = calloc(LINES, 40), command[128];
    size_t used = 0;
    for (int i = 0; i < LINES; i++)
        used += (size_t)sprintf(bytes + used, "SET_%d\tx\tMYC\t%s\n", i, genes[i % GENES]);
    write_scratch(&scratch, "sets.gmt", bytes, used);
    for (int gzipped = 0; gzipped < 2; gzipped++) {
        struct eg_gene_sets sets = {0};
        struct eg_error error = {0};
        cr_assert_eq(eg_gene_sets_read(path.text, GENES, genes, 1, GENES, &sets, &error), EG_OK,
                     "%s", error.message);
        cr_assert_eq(sets.count, LINES);
        for (size_t i = 0; i < LINES; i++)
            cr_assert_eq(sets.sets[i].count, i % GENES == 2 ? 1 : 2, "set %zu", i);
        cr_assert_str_eq(sets.names[LINES - 1], "SET_8999");
        eg_gene_sets_free(&sets);
        snprintf(command, sizeof command, "gzip '%s/sets.gmt'", scratch.folder);
        cr_assert(gzipped || system(command) == 0);
    }
    free(bytes);
    remove_scratch(&scratch);
}

Test(gene_sets, says_which_file_is_missing)
{
    struct eg_gene_sets sets = {0};
    struct eg_error error = {0};
    cr_assert_eq(eg_gene_sets_read("/nowhere/sets.gmt", GENES, genes, 1, GENES, &sets, &error),
                 EG_DATA);
    cr_assert(strstr(error.message, "/nowhere/sets.gmt: cannot open it"), "%s", error.message);
}

/* JUNB and TNFAIP3 are among the genes that NF-kB calls; PGK1 answers to hypoxia. */
Test(gene_sets, real_hallmarks_hold_what_is_known_of_them)
{
    static char *const some[] = {"TNFAIP3", "JUNB", "NOT_A_GENE", "PGK1"};
    const char *folder = getenv("EGBENCH_DATA_DIR");
    char path[1024];
    struct eg_gene_sets sets = {0};
    struct eg_error error = {0};
    snprintf(path, sizeof path, "%s/genesets/h.all.v6.2.symbols.gmt", folder ? folder : "");
    if (!folder || !eg_packed_exists(path))
        cr_skip("EGBENCH_DATA_DIR does not hold the gene sets");
    cr_assert_eq(eg_gene_sets_read(path, 4, some, 1, 4, &sets, &error), EG_OK, "%s", error.message);
    cr_assert_str_eq(sets.names[0], "HALLMARK_TNFA_SIGNALING_VIA_NFKB");
    cr_assert(sets.sets[0].count == 2 && sets.sets[0].items[0] == 0 && sets.sets[0].items[1] == 1);
    cr_assert_str_eq(sets.names[1], "HALLMARK_HYPOXIA");
    cr_assert_eq(sets.count, 12); /* lines that grep finds */
    eg_gene_sets_free(&sets);
}
