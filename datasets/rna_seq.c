/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/rna_seq.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/name_index.h"

void eg_rna_totals(const struct eg_matrix *counts, double *totals)
{
    memset(totals, 0, counts->cols * sizeof *totals);
    for (size_t g = 0; g < counts->rows; g++)
        for (size_t s = 0; s < counts->cols; s++)
            totals[s] += (double)eg_row(counts, g)[s];
}

static int is_positive(double value)
{
    return isfinite(value) && value > 0;
}

static void set_fault(struct eg_rna_fault *fault, size_t gene, size_t sample)
{
    if (fault)
        *fault = (struct eg_rna_fault){gene, sample};
}

/* Before anything is made of them: a wrong count makes its sample's total wrong. */
static int check_counts(const struct eg_matrix *counts, struct eg_rna_fault *fault,
                        struct eg_error *error)
{
    for (size_t g = 0; g < counts->rows; g++)
        for (size_t s = 0; s < counts->cols; s++) {
            const double count = (double)eg_row(counts, g)[s];
            if (isfinite(count) && count >= 0)
                continue;
            set_fault(fault, g, s);
            return eg_fail(error, EG_DATA, "a count of %g; counts are 0 or more", count);
        }
    return EG_OK;
}

static int scale_count(real *count, double length, double total, struct eg_error *error)
{
    if (!is_positive(length))
        return eg_fail(error, EG_DATA, "a length of %g; lengths are in bases, more than 0", length);
    if (!is_positive(total))
        return eg_fail(error, EG_DATA,
                       "a sample with %g counts in all; leave samples without counts out", total);
    const double fpkm = 1e9 * (double)*count / (total * length);
    if (!isfinite((real)fpkm))
        return eg_fail(error, EG_DATA, "an FPKM that is too large, from a count of %g",
                       (double)*count);
    *count = (real)fpkm;
    return EG_OK;
}

int eg_rna_fpkm(struct eg_matrix *counts, const double *lengths, const double *totals,
                struct eg_rna_fault *fault, struct eg_error *error)
{
    int status = check_counts(counts, fault, error);
    for (size_t g = 0; g < counts->rows && !status; g++)
        for (size_t s = 0; s < counts->cols && !status; s++) {
            status = scale_count(eg_row(counts, g) + s, lengths[g], totals[s], error);
            if (status)
                set_fault(fault, g, s);
        }
    return status;
}

size_t eg_rna_drop_zeros(const struct eg_matrix *values, double most_zeros, unsigned char *keep)
{
    size_t dropped = 0;
    for (size_t g = 0; g < values->rows; g++) {
        size_t zeros = 0;
        for (size_t s = 0; s < values->cols; s++)
            zeros += eg_row(values, g)[s] == 0;
        /* As a share of the samples, so that 7 of 10 are no more than 0.7. */
        if (keep[g] && (double)zeros / (double)values->cols > most_zeros) {
            keep[g] = 0;
            dropped++;
        }
    }
    return dropped;
}

int eg_rna_drop_unlisted(size_t genes, char *const *names, size_t listed, char *const *list,
                         unsigned char *keep, size_t *dropped, struct eg_error *error)
{
    struct eg_name_index index;
    const int status = eg_name_index_alloc(&index, listed, list, error);
    *dropped = 0;
    if (status)
        return status;
    for (size_t g = 0; g < genes; g++)
        if (keep[g] && !eg_name_index_find(&index, names[g])) {
            keep[g] = 0;
            ++*dropped;
        }
    eg_name_index_free(&index);
    return EG_OK;
}

void eg_rna_keep(struct eg_matrix *values, char **names, const unsigned char *keep)
{
    size_t kept = 0;
    for (size_t g = 0; g < values->rows; g++) {
        if (!keep[g]) {
            free(names[g]);
            names[g] = NULL;
            continue;
        }
        if (kept != g) {
            memcpy(eg_row(values, kept), eg_row(values, g), values->cols * sizeof *values->data);
            names[kept] = names[g];
            names[g] = NULL;
        }
        kept++;
    }
    values->rows = kept;
}

int eg_rna_log2(struct eg_matrix *values, double pseudo_count, struct eg_rna_fault *fault,
                struct eg_error *error)
{
    for (size_t g = 0; g < values->rows; g++)
        for (size_t s = 0; s < values->cols; s++) {
            real *value = eg_row(values, g) + s;
            const double sum = (double)*value + pseudo_count;
            if (!is_positive(sum)) {
                set_fault(fault, g, s);
                return eg_fail(error, EG_DATA,
                               "%g with a pseudo-count of %g has no logarithm; give a pseudo-count "
                               "above 0, and values that are not logarithms already",
                               (double)*value, pseudo_count);
            }
            *value = (real)log2(sum);
        }
    return EG_OK;
}

static int is_constant(size_t count, const real *row)
{
    for (size_t s = 1; s < count; s++)
        if (row[s] != row[0])
            return 0;
    return 1;
}

int eg_rna_standardise(struct eg_matrix *values, size_t *constant, size_t *fault_gene,
                       struct eg_error *error)
{
    const size_t n = values->cols;
    *constant = 0;
    for (size_t g = 0; g < values->rows; g++) {
        real *row = eg_row(values, g);
        double mean = 0, square = 0;
        if (is_constant(n, row)) {
            memset(row, 0, n * sizeof *row);
            ++*constant;
            continue;
        }
        for (size_t s = 0; s < n; s++)
            mean += (double)row[s] / (double)n;
        for (size_t s = 0; s < n; s++)
            square += ((double)row[s] - mean) * ((double)row[s] - mean);
        const double sd = sqrt(square / (double)(n - 1));
        if (!is_positive(sd)) {
            if (fault_gene)
                *fault_gene = g;
            return eg_fail(error, EG_DATA,
                           "a standard deviation of %g; the values are too large or too close "
                           "together, so leave the gene out",
                           sd);
        }
        for (size_t s = 0; s < n; s++)
            row[s] = (real)(((double)row[s] - mean) / sd);
    }
    return EG_OK;
}
