/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the paper prepares RNA-seq (Supplement H.1), step by step: FPKM, protein-coding genes alone,
 * genes that are mostly 0 dropped, log2, standardised genes. The last step, batches, is
 * datasets/combat.h.
 *
 * Tables have a row for each gene and a column for each sample. Values are to be finite.
 */
#ifndef EG_DATASETS_RNA_SEQ_H
#define EG_DATASETS_RNA_SEQ_H

#include "base/error.h"
#include "base/matrix.h"

/* Where a table is at fault. */
struct eg_rna_fault {
    size_t gene, sample;
};

/* totals (samples) = the counts of each sample, over all genes. */
void eg_rna_totals(const struct eg_matrix *counts, double *totals);

/*
 * Turns counts into fragments per kilobase of transcript and million mapped reads, eq. 1:
 *
 *     FPKM = 1e9 * count / (total of the sample * length of the gene in bases)
 *
 * EG_DATA, with *fault (may be NULL) telling where, for a count that is negative or not finite, a
 * length (genes) or total (samples) that is not positive and finite, or a result that is too large.
 */
int eg_rna_fpkm(struct eg_matrix *counts, const double *lengths, const double *totals,
                struct eg_rna_fault *fault, struct eg_error *error);

/* Sets keep (genes) to 0 for genes that are exactly 0 in more than the share most_zeros of all the
 * samples (Supplement H.1, step 3: "across all samples"); leaves the others. Returns for how many it was not 0 before. */
size_t eg_rna_drop_zeros(const struct eg_matrix *values, double most_zeros, unsigned char *keep);

/* Sets keep (genes) to 0 for genes whose name is not in the list, in whatever order that is; leaves
 * the others. *dropped: for how many it was not 0 before. */
int eg_rna_drop_unlisted(size_t genes, char *const *names, size_t listed, char *const *list,
                         unsigned char *keep, size_t *dropped, struct eg_error *error);

/* Moves the rows of the genes to keep together, and their names; the names of others are freed. The
 * table then has so many rows as were kept. */
void eg_rna_keep(struct eg_matrix *values, char **names, const unsigned char *keep);

/*
 * values = log2(values + pseudo_count). The paper does not say what it adds, though the logarithm of
 * the zeros it leaves in needs something; 1 is the common choice, and has 0 stay 0. EG_DATA, with
 * *fault (may be NULL) telling where, for a sum that is not positive.
 */
int eg_rna_log2(struct eg_matrix *values, double pseudo_count, struct eg_rna_fault *fault,
                struct eg_error *error);

/* Takes each gene's mean off and divides by its standard deviation, eq. 2: of all samples, before any
 * split and before ComBat (Supplement H.1, steps 5 and 6). The divisor is samples - 1, that of R's sd,
 * since step 6 is done in R; the paper does not state it. Genes that have one value in all samples become 0; *constant: how many. EG_DATA, with *fault_gene
 * (may be NULL) telling which, for a gene whose standard deviation is too large or small for a
 * number. */
int eg_rna_standardise(struct eg_matrix *values, size_t *constant, size_t *fault_gene,
                       struct eg_error *error);

#endif
