/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wanted numbers are worked out by hand. */
#include "datasets/rna_seq.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static struct eg_matrix make_table(size_t genes, size_t samples, const double *from)
{
    struct eg_matrix table;
    struct eg_error error = {0};
    cr_assert_eq(eg_matrix_alloc(&table, genes, samples, &error), EG_OK);
    for (size_t k = 0; k < genes * samples; k++)
        table.data[k] = (real)from[k];
    return table;
}

/* 500 fragments of a transcript of 2 kb among 10 million are 25 FPKM. */
Test(rna_seq, fpkm_is_per_kilobase_and_million)
{
    static const double lengths[] = {2000, 500}, totals[] = {1e7, 2.5e6};
    struct eg_matrix table = make_table(2, 2, (const double[]){500, 500, 0, 3});
    struct eg_error error = {0};
    cr_assert_eq(eg_rna_fpkm(&table, lengths, totals, NULL, &error), EG_OK, "%s", error.message);
    const double wanted[] = {25, 100, 0, 2.4};
    for (size_t k = 0; k < 4; k++)
        cr_expect_float_eq(table.data[k], wanted[k], 1e-12);
    eg_matrix_free(&table);
}

/* FPKM times length, summed over a sample's genes, is 1e9 where its total is that of these genes. */
Test(rna_seq, totals_are_those_of_the_samples)
{
    static const double lengths[] = {300, 1000, 77};
    struct eg_matrix table = make_table(3, 2, (const double[]){1, 20, 3, 40, 5, 60});
    double totals[2];
    eg_rna_totals(&table, totals);
    cr_expect(totals[0] == 9 && totals[1] == 120);
    cr_assert_eq(eg_rna_fpkm(&table, lengths, totals, NULL, NULL), EG_OK);
    for (size_t s = 0; s < 2; s++) {
        double sum = 0;
        for (size_t g = 0; g < 3; g++)
            sum += eg_row(&table, g)[s] * lengths[g];
        cr_expect_float_eq(sum, 1e9, 1e-5);
    }
    eg_matrix_free(&table);
}

static void expect_bad_count(double count, double length, double total, const char *words)
{
    const double lengths[] = {10, length}, totals[] = {5, total};
    struct eg_matrix table = make_table(2, 2, (const double[]){1, 1, 1, count});
    struct eg_rna_fault fault = {0};
    struct eg_error error = {0};
    cr_expect_eq(eg_rna_fpkm(&table, lengths, totals, &fault, &error), EG_DATA);
    cr_expect(strstr(error.message, words), "%s: %s", words, error.message);
    cr_expect(strcmp(words, "a count of") != 0 || (fault.gene == 1 && fault.sample == 1));
    eg_matrix_free(&table);
}

Test(rna_seq, fpkm_refuses_what_is_no_count_length_or_total)
{
    expect_bad_count(-1, 10, 5, "a count of");
    expect_bad_count(NAN, 10, 5, "a count of");
    expect_bad_count(INFINITY, 10, 5, "a count of");
    expect_bad_count(1, 0, 5, "a length of 0");
    expect_bad_count(1, -3, 5, "a length of -3");
    expect_bad_count(1, NAN, 5, "a length of");
    expect_bad_count(1, 10, 0, "0 counts in all");
    expect_bad_count(1e305, 10, 5, "too large");
}

/* 7 of 10 are no more than 70 %; 8 are. */
Test(rna_seq, genes_with_more_than_a_share_of_zeros_are_dropped)
{
    double values[4][10] = {{0}};
    unsigned char keep[] = {1, 1, 1, 0};
    for (size_t g = 0; g < 4; g++)
        for (size_t s = 0; s < 10; s++)
            values[g][s] = s < (const size_t[]){7, 8, 0, 10}[g] ? 0 : 1e-9;
    struct eg_matrix table = make_table(4, 10, values[0]);
    cr_expect_eq(eg_rna_drop_zeros(&table, 0.7, keep), 1);
    cr_expect(keep[0] && !keep[1] && keep[2] && !keep[3]);
    cr_expect_eq(eg_rna_drop_zeros(&table, 1, keep), 0);
    cr_expect_eq(eg_rna_drop_zeros(&table, 0, keep), 1);
    cr_expect(!keep[0] && keep[2]);
    eg_matrix_free(&table);
}

Test(rna_seq, genes_that_are_not_listed_are_dropped)
{
    char *names[] = {"TP53", "XIST", "FLT3", "MALAT1", "NPM1"};
    char *list[] = {"NPM1", "FLT3", "TP53", "FLT3", "KIT"};
    unsigned char keep[] = {1, 1, 0, 1, 1};
    struct eg_error error = {0};
    size_t dropped;
    cr_assert_eq(eg_rna_drop_unlisted(5, names, 5, list, keep, &dropped, &error), EG_OK);
    cr_expect_eq(dropped, 2);
    cr_expect_eq(memcmp(keep, (const unsigned char[]){1, 0, 0, 0, 1}, 5), 0);
}

Test(rna_seq, kept_genes_move_together_with_their_names)
{
    struct eg_matrix table = make_table(4, 2, (const double[]){1, 2, 3, 4, 5, 6, 7, 8});
    char *names[] = {strdup("a"), strdup("b"), strdup("c"), strdup("d")};
    eg_rna_keep(&table, names, (const unsigned char[]){0, 1, 0, 1});
    cr_assert_eq(table.rows, 2);
    const double wanted[] = {3, 4, 7, 8};
    for (size_t k = 0; k < 4; k++)
        cr_expect_eq(table.data[k], wanted[k]);
    cr_expect_str_eq(names[0], "b");
    cr_expect_str_eq(names[1], "d");
    cr_expect_null(names[2]);
    cr_expect_null(names[3]);
    free(names[0]);
    free(names[1]);
    eg_matrix_free(&table);
}

Test(rna_seq, logarithm_is_of_value_and_pseudo_count)
{
    struct eg_matrix table = make_table(1, 4, (const double[]){0, 1, 7, 0.5});
    const double wanted[] = {0, 1, 3, 0.58496250072115618};
    cr_assert_eq(eg_rna_log2(&table, 1, NULL, NULL), EG_OK);
    for (size_t k = 0; k < 4; k++)
        cr_expect_float_eq(table.data[k], wanted[k], 1e-15);
    eg_matrix_free(&table);
}

Test(rna_seq, logarithm_of_zero_is_refused)
{
    struct eg_matrix table = make_table(2, 2, (const double[]){8, 2, 4, 0});
    struct eg_rna_fault fault = {0};
    struct eg_error error = {0};
    cr_expect_eq(eg_rna_log2(&table, 0, &fault, &error), EG_DATA);
    cr_expect(fault.gene == 1 && fault.sample == 1 && strstr(error.message, "no logarithm"));
    eg_matrix_free(&table);
}

/* Of 0, 0, 0, 4 mean and sd are 1 and 2. */
Test(rna_seq, standardised_genes_have_mean_0_and_variance_1)
{
    struct eg_matrix table = make_table(
        3, 4, (const double[]){0, 0, 0, 4, 0.1, 0.1, 0.1, 0.1, -3, 1, 5, 30});
    struct eg_error error = {0};
    size_t constant;
    cr_assert_eq(eg_rna_standardise(&table, &constant, NULL, &error), EG_OK, "%s", error.message);
    cr_expect_eq(constant, 1);
    const double wanted[] = {-0.5, -0.5, -0.5, 1.5, 0, 0, 0, 0};
    double mean = 0, square = 0;
    for (size_t k = 0; k < 8; k++)
        cr_expect_float_eq(table.data[k], wanted[k], 1e-15);
    for (size_t s = 0; s < 4; s++) {
        mean += eg_row(&table, 2)[s] / 4;
        square += eg_row(&table, 2)[s] * eg_row(&table, 2)[s] / 3;
    }
    cr_expect_float_eq(mean, 0, 1e-14);
    cr_expect_float_eq(square, 1, 1e-14);
    eg_matrix_free(&table);
}

Test(rna_seq, values_too_large_to_be_squared_are_refused)
{
    struct eg_matrix table = make_table(2, 2, (const double[]){1, 2, 1e200, -1e200});
    struct eg_error error = {0};
    size_t constant, fault = 0;
    cr_expect_eq(eg_rna_standardise(&table, &constant, &fault, &error), EG_DATA);
    cr_expect(strstr(error.message, "too large"));
    cr_expect_eq(fault, 1);
    eg_matrix_free(&table);
}
