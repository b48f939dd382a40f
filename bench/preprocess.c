/* SPDX-License-Identifier: GPL-3.0-or-later */
/* egbench-preprocess: prepares RNA-seq as Supplement H.1 says, from counts to batch-corrected genes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/preprocess/preprocess_files.h"
#include "bench/frame/start.h"
#include "datasets/combat.h"
#include "datasets/rna_seq.h"

static const char program[] = "egbench-preprocess";

static const struct eg_term exit_codes[] = {
    {"0", "all is well"},
    {"2", "the command line is wrong"},
    {"3", "a file is missing, malformed or not writable; nothing was written"},
    {"4", "out of memory, or a bug"},
    {NULL, NULL}};

static const struct eg_term files[] = {
    {"--counts, --out", "first column: the genes' names, under any heading; a column for each "
                        "sample. In --out numbers have 12 significant digits"},
    {"--lengths", "columns gene and length, in bases; others are passed over"},
    {"--genes", "column gene; others are passed over"},
    {"--batches", "columns sample and batch; others are passed over"},
    {NULL, NULL}};

static const struct eg_term examples[] = {
    {"egbench-preprocess --counts counts.csv.gz --lengths lengths.csv --genes coding.csv --batches "
     "batches.csv --out expression.csv",
     "all steps of the paper"},
    {"egbench-preprocess --counts log2.csv --no-fpkm --no-log2 --zeros 1 --no-combat --out "
     "standardised.csv",
     "only standardises what is in logarithms already"},
    {NULL, NULL}};

static const char description[] =
    "Prepares RNA-seq as Supplement H.1 of Erion et al. (2021) says, in this order: counts become "
    "fragments per kilobase of transcript and million mapped reads (1e9 count / (total of the "
    "sample, over all genes of the file, times length)); genes that do not code for proteins are "
    "dropped; genes that are 0 in more than 70 % of the samples are dropped; log2; each gene is "
    "standardised to mean 0 and variance 1 (divisor samples - 1); batch effects are taken off by "
    "ComBat (parametric, without covariates).\n\n"
    "The paper does not say what it adds before the logarithm, where zeros are left; here it is "
    "--pseudo-count. A gene that has one value in all samples becomes 0. A gene that has one value "
    "throughout some batch passes ComBat unchanged, as in the R package sva; a batch of one sample "
    "is an error.\n\n"
    "All files are CSV with a header row; those that are read may be gzipped. The result replaces "
    "what was at --out, and only when it is complete.";

struct request {
    const char *counts, *lengths, *genes, *batches, *out;
    double zeros, pseudo_count; /* pseudo_count is negative where none is given */
    int no_fpkm, no_log2, no_standardise, no_combat, quiet;
    struct eg_common_options common;
};

/* What became of the genes. */
struct tally {
    size_t before, unlisted, zeros, constant, unchanged, batches;
};

static int read_number(const struct eg_option *option, const char *text, double most,
                       const char *range, struct eg_error *error)
{
    char *end;
    const double number = strtod(text, &end);
    if (!*text || *end || text[strspn(text, "0123456789.eE+-")] || !(number >= 0 && number <= most))
        return eg_fail(error, EG_USAGE, "--%s %s: give a number %s", option->name,
                       *text ? text : "''", range);
    *(double *)option->target = number;
    return EG_OK;
}

static int parse_share(const struct eg_option *option, const char *text, struct eg_error *error)
{
    return read_number(option, text, 1, "from 0 to 1", error);
}

static int parse_amount(const struct eg_option *option, const char *text, struct eg_error *error)
{
    return read_number(option, text, 1e9, "from 0 to 1e9", error);
}

static int check_request(const struct request *request, struct eg_error *error)
{
    if (!request->counts)
        return eg_fail(error, EG_USAGE, "give the counts with --counts FILE; see --help");
    if (!request->out)
        return eg_fail(error, EG_USAGE, "give the file to write with --out FILE; see --help");
    if (!request->lengths == !request->no_fpkm)
        return eg_fail(error, EG_USAGE,
                       "give either --lengths FILE, or --no-fpkm when the values are FPKM already");
    if (!request->batches == !request->no_combat)
        return eg_fail(error, EG_USAGE,
                       "give either --batches FILE, or --no-combat to leave batch effects in");
    if (request->no_log2 && request->pseudo_count >= 0)
        return eg_fail(error, EG_USAGE, "--pseudo-count means nothing with --no-log2; drop one");
    return EG_OK;
}

static int make_fpkm(const char *path, struct eg_gene_table *table, struct eg_error *error)
{
    struct eg_rna_fault fault = {0};
    struct eg_error own = {0};
    double *lengths = eg_alloc(table->values.rows, sizeof *lengths, error),
           *totals = eg_alloc(table->values.cols, sizeof *totals, error);
    int status = lengths && totals ? eg_lengths_read(path, table, lengths, error) : EG_INTERNAL;
    if (!status) {
        eg_rna_totals(&table->values, totals);
        status = eg_rna_fpkm(&table->values, lengths, totals, &fault, &own);
        if (status)
            eg_csv_fail(error, table->path, &table->csv, &table->csv.columns[fault.sample + 1],
                        fault.gene, "%s", own.message);
    }
    free(lengths);
    free(totals);
    return status;
}

/* Steps 2 and 3: of which genes there is something to be learnt. */
static int drop_genes(const struct request *request, struct eg_gene_table *table,
                      struct tally *tally, struct eg_error *error)
{
    int status = EG_OK;
    unsigned char *keep = eg_alloc(table->values.rows, 1, error);
    if (!keep)
        return EG_INTERNAL;
    memset(keep, 1, table->values.rows);
    if (request->genes)
        status = eg_gene_list_read(request->genes, table, keep, &tally->unlisted, error);
    tally->zeros = eg_rna_drop_zeros(&table->values, request->zeros, keep);
    if (!status && tally->unlisted + tally->zeros == tally->before)
        status = eg_fail(error, EG_DATA,
                         "%s: none of its %zu genes is left: %zu are not in %s, %zu have too many "
                         "zeros",
                         table->path, tally->before, tally->unlisted,
                         request->genes ? request->genes : "a list", tally->zeros);
    if (!status)
        eg_rna_keep(&table->values, table->genes, keep);
    free(keep);
    return status;
}

static int take_logarithms(const struct request *request, struct eg_gene_table *table,
                           struct eg_error *error)
{
    struct eg_rna_fault fault = {0};
    struct eg_error own = {0};
    const int status = eg_rna_log2(
        &table->values, request->pseudo_count < 0 ? 1 : request->pseudo_count, &fault, &own);
    return status ? eg_fail(error, status, "%s: gene '%.60s', sample '%.60s': %s", table->path,
                            table->genes[fault.gene], table->samples[fault.sample], own.message)
                  : EG_OK;
}

static int standardise(struct eg_gene_table *table, struct tally *tally, struct eg_error *error)
{
    size_t gene = 0;
    struct eg_error own = {0};
    const int status = eg_rna_standardise(&table->values, &tally->constant, &gene, &own);
    return status ? eg_fail(error, status, "%s: gene '%.60s': %s", table->path, table->genes[gene],
                            own.message)
                  : EG_OK;
}

static int correct_batches(const char *path, struct eg_gene_table *table, struct tally *tally,
                           struct eg_error *error)
{
    struct eg_batches batches;
    struct eg_error own = {0};
    int status = eg_batches_read(path, table, &batches, error);
    if (!status) {
        status = eg_combat(&table->values, table->genes, batches.count, batches.batch,
                           batches.names, &tally->unchanged, &own);
        if (status)
            eg_fail(error, status, "%s by %s: %s", table->path, path, own.message);
        tally->batches = batches.count;
    }
    eg_batches_free(&batches);
    return status;
}

static void print_tally(const struct request *request, const struct tally *tally, size_t kept)
{
    printf("%s: %zu of %zu genes kept (%zu not listed, %zu with too many zeros)", request->out,
           kept, tally->before, tally->unlisted, tally->zeros);
    if (!request->no_standardise)
        printf(", %zu constant and now 0", tally->constant);
    if (!request->no_combat)
        printf("; ComBat over %zu batches, %zu genes unchanged", tally->batches, tally->unchanged);
    putchar('\n');
}

static int prepare(const struct request *request, struct eg_error *error)
{
    struct eg_gene_table table;
    struct tally tally = {0};
    int status = check_request(request, error);
    if (status)
        return status;
    status = eg_gene_table_read(request->counts, &table, error);
    tally.before = table.values.rows;
    if (!status && !request->no_fpkm)
        status = make_fpkm(request->lengths, &table, error);
    if (!status)
        status = drop_genes(request, &table, &tally, error);
    if (!status && !request->no_log2)
        status = take_logarithms(request, &table, error);
    if (!status && !request->no_standardise)
        status = standardise(&table, &tally, error);
    if (!status && !request->no_combat)
        status = correct_batches(request->batches, &table, &tally, error);
    if (!status)
        status = eg_gene_table_write(&table, request->out, error);
    if (!status && !request->quiet)
        print_tally(request, &tally, table.values.rows);
    eg_gene_table_free(&table);
    return status;
}

/* What an option of no range and no choices ends with. */
#define TO(member) &request.member, 0, 0, NULL

static int read_and_run(int argc, char **argv, struct eg_error *error)
{
    struct request request = {.zeros = 0.7, .pseudo_count = -1};
    const struct eg_option options[] = {
        {"counts", 'c', "FILE", "the counts, genes x samples", eg_parse_text, TO(counts)},
        {"lengths", 'l', "FILE", "the genes' effective lengths in bases", eg_parse_text,
         TO(lengths)},
        {"genes", 'g', "FILE", "the protein-coding genes; others are dropped (default: all stay)",
         eg_parse_text, TO(genes)},
        {"batches", 'b', "FILE", "the samples' batches", eg_parse_text, TO(batches)},
        {"out", 'o', "FILE", "the file to write", eg_parse_text, TO(out)},
        {"zeros", 'z', "SHARE", "drop genes that are 0 in more than this share (default 0.7)",
         parse_share, TO(zeros)},
        {"pseudo-count", 'p', "NUMBER", "what is added before the logarithm (default 1)",
         parse_amount, TO(pseudo_count)},
        {"no-fpkm", 0, NULL, "take the values as they are; no --lengths then", eg_parse_flag,
         TO(no_fpkm)},
        {"no-log2", 0, NULL, "take no logarithm", eg_parse_flag, TO(no_log2)},
        {"no-standardise", 0, NULL, "do not standardise the genes", eg_parse_flag,
         TO(no_standardise)},
        {"no-combat", 0, NULL, "leave batch effects in; no --batches then", eg_parse_flag,
         TO(no_combat)},
        {"quiet", 'q', NULL, "do not print what was dropped", eg_parse_flag, TO(quiet)},
        EG_COMMON_OPTIONS(&request.common)};
    const struct eg_manual manual = {.program = program,
                                     .title = "prepare RNA-seq: from counts to corrected genes",
                                     .description = description,
                                     .options = options,
                                     .exit_codes = exit_codes,
                                     .files = files,
                                     .examples = examples,
                                     .see_also = "egbench egbench-graph-prior",
                                     .version = EG_BUILD_VERSION,
                                     .date = EG_MANUAL_DATE};
    const int status = eg_options_read(options, 0, argc, argv, NULL, error);
    if (status || eg_answer_common(&request.common, &manual))
        return status;
    return prepare(&request, error);
}

int main(int argc, char **argv)
{
    return eg_run_program(program, read_and_run, argc, argv);
}
