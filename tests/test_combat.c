/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wanted numbers are those of ComBat(x, batch) of the R package sva 3.46.0 under R 4.2.2, printed
 * with 15 digits: once as it is, which stops at a change of 1e-4, once with the default of
 * its inner function's argument conv set to 1e-14. x was drawn by rnorm and rounded to 2 digits; gene
 * 4 then got one value in batch 2, gene 7 one value everywhere.
 */
#include "datasets/combat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

enum { GENES = 8, SAMPLES = 9, BATCHES = 3 };

static const uint32_t batch[SAMPLES] = {0, 0, 0, 0, 1, 1, 1, 2, 2};

static const double x[GENES][SAMPLES] = {
    {3.16, 1.54, 2.97, 1.76, 4.26, 1.88, 3.73, 2.33, 2.2},
    {4.71, 4.72, 5.01, 4.26, 6.11, 4.79, 5.37, 4, 3.37},
    {3.57, -0.04, -0.17, -1.19, -1.35, 1.95, 3.04, -2.84, 1.13},
    {-2.33, -1.15, -0.61, -2.15, 1.25, 1.25, 1.25, -1.14, -2.57},
    {2.87, 2.81, 3.07, 2.26, 2.73, 2.69, 3.06, 3.02, 3.27},
    {8.57, 9.32, 7.86, 7.39, 10.3, 9.07, 10.39, 6.43, 5.18},
    {-0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5},
    {3.3, 3.65, 4.3, 5.27, 4.97, 5.34, 4.67, 2.4, 2.57},
};

static const double of_sva[GENES][SAMPLES] = {
    {3.18007915304675, 1.82445358430872, 3.02108603078735, 2.00855088376697, 3.32694745379187,
     1.4793855233964, 2.91551559534246, 2.81226085856054, 2.65548815794055},
    {4.74875585720568, 4.75751250843701, 5.01145539414582, 4.35470655179546, 5.30034250880231,
     4.29024184524878, 4.734073954992, 4.98713676634425, 4.32112807733338},
    {3.20972764561116, 0.193997214301422, 0.0853975034786336, -0.766692535284782, -2.08914690438084,
     0.671650668960297, 1.58355047348813, -1.28447085781205, 2.60018321090978},
    {-2.33, -1.15, -0.61, -2.15, 1.25, 1.25, 1.25, -1.14, -2.57},
    {2.89947252359426, 2.85294892956516, 3.05455117035793, 2.42648265096507, 2.69676991161353,
     2.66190625025008, 2.98439511786203, 2.79849332656118, 3.07757591572451},
    {8.57313853464482, 9.18504563511415, 7.99386647953387, 7.61040469657309, 8.82712319729974,
     7.78836670042424, 8.90312977024185, 8.72897981531696, 7.4683140295604},
    {-0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5},
    {3.51707254643511, 3.7825180390091, 4.27548823950364, 5.01115146178012, 4.11233386337393,
     4.4506049423104, 3.83806001558761, 3.86812468312199, 4.07187501340292},
};

static const double of_sva_at_rest[GENES][SAMPLES] = {
    {3.18007911971079, 1.82445355382219, 3.02108599778559, 2.00855085289348, 3.32694745379738,
     1.47938552340152, 2.91551559534788, 2.81226085869, 2.65548815807099},
    {4.74875585722831, 4.75751250845964, 5.01145539416831, 4.35470655181831, 5.3003425081142,
     4.29024184445339, 4.73407395424374, 4.98713676653262, 4.32112807750893},
    {3.20972765240106, 0.193997221465826, 0.0853975106565238, -0.766692528001077, -2.08914690281142,
     0.671650670695574, 1.58355047527819, -1.2844708582754, 2.6001832104785},
    {-2.33, -1.15, -0.61, -2.15, 1.25, 1.25, 1.25, -1.14, -2.57},
    {2.89947256413404, 2.85294896956938, 3.05455121268291, 2.42648268605999, 2.69676971350234,
     2.66190605574938, 2.98439488996421, 2.79849351086012, 3.0775760779315},
    {8.57313853439326, 9.1850456348684, 7.99386647927679, 7.61040469631236, 8.8271232928048,
     7.78836681275022, 8.90312986451611, 8.72898024335256, 7.46831439216952},
    {-0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5},
    {3.5170725217059, 3.78251801485528, 4.27548821641841, 5.01115144028955, 4.11233386376424,
     4.45060494268884, 3.83806001598754, 3.86812468155334, 4.07187501180365},
};

static struct eg_matrix copy_table(size_t genes, size_t samples, const double *from)
{
    struct eg_matrix table;
    struct eg_error error = {0};
    cr_assert_eq(eg_matrix_alloc(&table, genes, samples, &error), EG_OK);
    for (size_t k = 0; k < genes * samples; k++)
        table.data[k] = (real)from[k];
    return table;
}

static size_t correct(struct eg_matrix *table, size_t batches, const uint32_t *of)
{
    struct eg_error error = {0};
    size_t unchanged;
    cr_assert_eq(eg_combat(table, NULL, batches, of, NULL, &unchanged, &error), EG_OK, "%s",
                 error.message);
    return unchanged;
}

Test(combat, gives_the_numbers_of_sva)
{
    struct eg_matrix table = copy_table(GENES, SAMPLES, x[0]);
    cr_expect_eq(correct(&table, BATCHES, batch), 2);
    for (size_t g = 0; g < GENES; g++)
        for (size_t s = 0; s < SAMPLES; s++) {
            cr_expect_float_eq(eg_row(&table, g)[s], of_sva[g][s], 1e-6, "%zu %zu", g, s);
            cr_expect_float_eq(eg_row(&table, g)[s], of_sva_at_rest[g][s], 1e-12, "%zu %zu", g, s);
        }
    eg_matrix_free(&table);
}

Test(combat, leaves_genes_that_stand_still_in_a_batch_as_they_were)
{
    struct eg_matrix table = copy_table(GENES, SAMPLES, x[0]);
    correct(&table, BATCHES, batch);
    for (size_t s = 0; s < SAMPLES; s++) {
        cr_expect_eq(eg_row(&table, 3)[s], x[3][s]);
        cr_expect_eq(eg_row(&table, 6)[s], x[6][s]);
    }
    eg_matrix_free(&table);
}

/* Samples in another order, and batches under other numbers, change nothing but the order. */
Test(combat, does_not_depend_on_the_order_of_samples_and_batches)
{
    struct eg_matrix straight = copy_table(GENES, SAMPLES, x[0]),
                     turned = copy_table(GENES, SAMPLES, x[0]);
    uint32_t of[SAMPLES];
    for (size_t s = 0; s < SAMPLES; s++) {
        of[s] = BATCHES - 1 - batch[SAMPLES - 1 - s];
        for (size_t g = 0; g < GENES; g++)
            eg_row(&turned, g)[s] = (real)x[g][SAMPLES - 1 - s];
    }
    correct(&straight, BATCHES, batch);
    correct(&turned, BATCHES, of);
    for (size_t g = 0; g < GENES; g++)
        for (size_t s = 0; s < SAMPLES; s++)
            cr_expect_float_eq(eg_row(&turned, g)[SAMPLES - 1 - s], eg_row(&straight, g)[s], 1e-11);
    eg_matrix_free(&straight);
    eg_matrix_free(&turned);
}

/* Another unit of a gene, y = 3 x - 2, comes out in that unit. */
Test(combat, follows_the_unit_of_each_gene)
{
    struct eg_matrix plain = copy_table(GENES, SAMPLES, x[0]),
                     scaled = copy_table(GENES, SAMPLES, x[0]);
    for (size_t s = 0; s < SAMPLES; s++)
        eg_row(&scaled, 1)[s] = 3 * eg_row(&scaled, 1)[s] - 2;
    correct(&plain, BATCHES, batch);
    correct(&scaled, BATCHES, batch);
    for (size_t s = 0; s < SAMPLES; s++) {
        cr_expect_float_eq(eg_row(&scaled, 1)[s], 3 * eg_row(&plain, 1)[s] - 2, 1e-11);
        cr_expect_float_eq(eg_row(&scaled, 0)[s], eg_row(&plain, 0)[s], 1e-11);
    }
    eg_matrix_free(&plain);
    eg_matrix_free(&scaled);
}

/* Where all genes are shifted alike and spread alike, the priors hold no doubt: batches end with the
 * same mean, and with the overall spread. */
Test(combat, takes_a_shift_common_to_all_genes_off_exactly)
{
    static const double shifted[3][6] = {
        {-1, 0, 1, 9, 10, 11}, {4, 5, 6, 14, 15, 16}, {1, 2, 3, 11, 12, 13}};
    static const uint32_t of[] = {0, 0, 0, 1, 1, 1};
    struct eg_matrix table = copy_table(3, 6, shifted[0]);
    cr_expect_eq(correct(&table, 2, of), 0);
    for (size_t g = 0; g < 3; g++)
        for (size_t s = 0; s < 3; s++) {
            /* Z has variance 3/2 in each batch, where v has divisor 6 and not 4. */
            const double wanted = shifted[g][1] + 5 + ((double)s - 1) / sqrt(1.5);
            cr_expect_float_eq(eg_row(&table, g)[s], wanted, 1e-12);
            cr_expect_float_eq(eg_row(&table, g)[s + 3], wanted, 1e-12);
        }
    eg_matrix_free(&table);
}

static void expect_refusal(const struct eg_matrix *table, size_t batches, const uint32_t *of,
                           char *const *names, const char *words)
{
    char *genes[] = {"g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8"};
    struct eg_error error = {0};
    struct eg_matrix tried = copy_table(table->rows, table->cols, table->data);
    size_t unchanged;
    cr_expect_eq(eg_combat(&tried, names ? genes : NULL, batches, of, names, &unchanged, &error),
                 EG_DATA);
    cr_expect(strstr(error.message, words), "%s: %s", words, error.message);
    cr_expect_eq(memcmp(tried.data, table->data, table->rows * table->cols * sizeof *tried.data),
                 0);
    eg_matrix_free(&tried);
}

Test(combat, refuses_what_it_cannot_correct)
{
    static const uint32_t alone[SAMPLES] = {0, 0, 0, 0, 1, 1, 1, 1, 2}, one[SAMPLES] = {0};
    char *names[] = {"north", "south", "east"};
    struct eg_matrix table = copy_table(GENES, SAMPLES, x[0]);
    expect_refusal(&table, BATCHES, alone, names, "batch 'east' has 1 sample;");
    expect_refusal(&table, BATCHES, alone, NULL, "batch 3 has 1 sample;");
    expect_refusal(&table, BATCHES + 1, batch, NULL, "batch 4 has 0 samples;");
    expect_refusal(&table, BATCHES - 1, batch, NULL, "sample 8 is of batch 3");
    expect_refusal(&table, 1, one, names, "of one batch");
    eg_row(&table, 3)[4] = NAN;
    expect_refusal(&table, BATCHES, batch, NULL, "gene 4 of sample 5");
    expect_refusal(&table, BATCHES, batch, names, "gene 'g4' of sample 5");
    eg_row(&table, 3)[4] = 1;
    eg_row(&table, 2)[1] = 1e200;
    expect_refusal(&table, BATCHES, batch, names, "gene 'g3': its values are too large");
    table.rows = 1;
    expect_refusal(&table, BATCHES, batch, NULL, "1 of 1 genes vary");
    eg_matrix_free(&table);
}
