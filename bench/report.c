/* SPDX-License-Identifier: GPL-3.0-or-later */
/* egbench-report: sums a store up into tables, figures, verdicts and one page. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "bench/compare/compare_results.h"
#include "bench/experiments.h"
#include "bench/frame/own_file.h"
#include "bench/report/merge_stores.h"
#include "bench/report/moved_cells.h"
#include "bench/page/metric_list.h"
#include "bench/frame/print_results.h"
#include "bench/report/report_data.h"
#include "bench/report/store_folder.h"
#include "bench/frame/start.h"
#include "bench/report/write_figures.h"
#include "bench/report/write_page.h"
#include "bench/report/write_tables.h"
#include "datasets/data_folder.h"
#include "run/digest.h"
#include "run/seal.h"

static const char program[] = "egbench-report";

static const struct eg_term files[] = {
    {"DIR/runs/*.jsonl", "the stores, which the experiments' programs write"},
    {"DIR/runs/*.jsonl.gz, *.jsonl.xz",
     "stores compressed with gzip or xz, which are read as well"},
    {"DIR/tables/ID.md, .csv, .tex", "each table, published beside reproduced"},
    {"DIR/figures/ID.svg, .pdf, .gp, .dat", "each figure, its gnuplot script and its numbers"},
    {"DIR/claims.md, claims.csv", "the verdict of every claim"},
    {"DIR/report/index.html", "all of it on one page that needs nothing else"},
    {"DIR/report/nightly.html", "the nightly runs, likewise, where there is a history of them"},
    {"DIR/history.jsonl", "the nightly runs, which make nightly writes"},
    {"results/published/claims.csv", "what the paper says; its columns are explained in "
                                     "bench/report/claims.h"},
    {NULL, NULL}};

static const struct eg_term examples[] = {
    {"egbench-report", "the report on results/"},
    {"egbench-report --out merged node1 node2", "the report on two stores taken together"},
    {"egbench-report --merge all node1 node2", "one store of two, in the folder all"},
    {"egbench-report --digest results", "one digest over all rows"},
    {"egbench-report --against results/reference/smoke",
     "whether the smoke scale gave here what it "
     "gave before"},
    {NULL, NULL}};

static const char description[] =
    "Sums up the rows of all experiments in one or several stores and says for each number and "
    "each "
    "claim of Erion et al. (2021) whether it came back. The stores are the folders named, or the "
    "one of --out. What is written depends on the rows alone, not on when, where or in which order "
    "they were made.\n\n"
    "Where a data set and protocol was run at several scales or seeds, the largest scale and then "
    "the lowest seed stands.\n\n"
    "Two stores made on the same OpenBLAS core, with the same versions of OpenBLAS, GSL and the C "
    "library, must agree in every bit; others by tolerances, which src/run/tolerance.h "
    "gives "
    "with "
    "their reasons.";

struct request {
    const char *out, *claims, *scale, *digest, *against, *beside, *merge, *history;
    int metrics, json, fail_on_claim, quiet, seal, unchecked;
    struct eg_common_options common;
};

static int check_folders(const char *const *folders, size_t count, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = eg_check_store_folder(folders[i], error);
    return status;
}

static int print_digest(const struct request *request, const char *const *folders, size_t count,
                        struct eg_error *error)
{
    char digest[EG_KEY_SIZE];
    size_t rows;
    int status = check_folders(folders, count, error);
    if (!status)
        status = eg_digest(folders, count, eg_stored_experiments, request->scale,
                           request->unchecked, eg_stderr_warner(program), digest, &rows, error);
    if (!status && rows == 0)
        return eg_fail(error, EG_DATA, "%s/runs holds no row: run an experiment with --out %s",
                       folders[0], folders[0]);
    if (!status)
        puts(digest);
    return status;
}

/* The history given; else that of the folder, where it has one. *loaded: whether there is any. */
static int load_trends(const struct request *request, struct eg_trends *trends, int *loaded,
                       struct eg_error *error)
{
    char *own = eg_join_path_alloc(request->out, "history.jsonl", error);
    if (!own)
        return EG_INTERNAL;
    *loaded = request->history || access(own, F_OK) == 0;
    const int status = *loaded ? eg_trends_load(trends, request->history ? request->history : own,
                                                eg_stderr_warner(program), error)
                               : EG_OK;
    free(own);
    return status;
}

static int write_files(const struct eg_report *report, const struct request *request,
                       struct eg_error *error)
{
    struct eg_figures figures = {0};
    struct eg_trends trends = {0};
    int has_nightly_runs = 0;
    int status = eg_write_tables(report, request->out, error);
    if (!status)
        status = eg_write_claims(report, request->out, error);
    if (!status)
        status = eg_write_figures(report, request->out, eg_stderr_warner(program), &figures, error);
    if (!status)
        status = load_trends(request, &trends, &has_nightly_runs, error);
    if (!status)
        status = eg_write_page(report, &figures, has_nightly_runs ? &trends : NULL, request->out,
                               error);
    eg_trends_free(&trends);
    eg_figures_free(&figures);
    return status;
}

static int print_json(const struct eg_report *report, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; i < report->part_count && !status; i++)
        status = eg_print_json(report->parts[i].experiment, &report->parts[i].results, stdout,
                               error);
    for (int kind = 0; kind < EG_KINDS && !status && report->claims.count; kind++) {
        printf("{\"claims\":\"%s\"", eg_claim_kind_name((enum eg_claim_kind)kind));
        for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
            printf(
                ",\"%s\":%zu", eg_verdict_name((enum eg_verdict)verdict),
                eg_report_count(report, NULL, (enum eg_claim_kind)kind, (enum eg_verdict)verdict));
        printf(",\"shown\":%zu}\n", eg_report_count_shown(report, NULL, (enum eg_claim_kind)kind));
    }
    return status;
}

/* All together and by kind: "reproduced" is of a number and of an ordering not the same thing. */
static void print_verdicts(const struct eg_report *report, const char *out)
{
    for (int kind = EG_KINDS; kind >= 0; kind--) {
        printf("%-13s", kind == EG_KINDS ? "all" : eg_claim_kind_name((enum eg_claim_kind)kind));
        for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
            printf(
                "%s%zu %s", verdict ? ", " : "",
                eg_report_count(report, NULL, (enum eg_claim_kind)kind, (enum eg_verdict)verdict),
                eg_verdict_name((enum eg_verdict)verdict));
        printf(", of these %zu shown\n",
               eg_report_count_shown(report, NULL, (enum eg_claim_kind)kind));
    }
    printf("%s/report/index.html\n", out);
}

/* At smoke scale no published number is to be expected. */
static int check_gates(const struct eg_report *report, struct eg_error *error)
{
    size_t failed = 0, first = 0;
    for (size_t i = report->claims.count; i-- > 0;) {
        const struct eg_judgement *judgement = &report->judgements[i];
        if (!report->claims.items[i].gate || eg_came_back(judgement->verdict) ||
            judgement->verdict == EG_NOT_ATTEMPTED || strcmp(judgement->scale, "smoke") == 0)
            continue;
        failed++;
        first = i;
    }
    char text[512];
    return failed ? eg_fail(error, EG_CLAIM_FAILED,
                            "%zu claim%s that must hold did not come back; the first, %s: %s",
                            failed, failed == 1 ? "" : "s", report->claims.items[first].id,
                            eg_judgement_text(&report->judgements[first], text, sizeof text))
                  : EG_OK;
}

/* The scale of all results, or NULL where there are several. */
static const char *only_scale(const struct eg_report *report)
{
    const char *scale = NULL;
    for (size_t i = 0; i < report->part_count; i++)
        for (size_t j = 0; j < report->parts[i].results.count; j++) {
            const char *own = report->parts[i].results.items[j].scale;
            if (scale && strcmp(scale, own) != 0)
                return NULL;
            scale = own;
        }
    return scale;
}

/* Holds the stores of *sources against the reference; where that has one scale, that scale alone.
 * Times are nobody's twice. */
static int compare_stores(struct eg_report_sources sources, const char *reference,
                          struct eg_error *error)
{
    struct eg_report here, there;
    sources.experiments = eg_steady_experiments();
    struct eg_report_sources others = sources;
    others.folders = &reference;
    others.folder_count = 1;
    others.warner = (struct eg_warner){0}; /* it may well be of another outcome version */
    int status = eg_report_load(&there, &others, error);
    if (status)
        return status;
    if (there.digest_rows == 0)
        status = eg_fail(error, EG_DATA, "%s/runs holds no row: name the folder of other results",
                         reference);
    if (!sources.scale)
        sources.scale = only_scale(&there);
    if (!status)
        status = eg_report_load(&here, &sources, error);
    if (!status && here.digest_rows == 0) {
        status = eg_fail(error, EG_DATA, "%s/runs holds no row of that scale: run the experiments",
                         sources.folders[0]);
        eg_report_free(&here);
    }
    if (!status) {
        const struct eg_comparison comparison = eg_compare_reports(&here, &there);
        size_t moved = 0;
        eg_print_comparison(&comparison, &here, &there, stdout);
        if (!comparison.same_digest)
            status = eg_print_moved_cells(&sources, reference, stdout, &moved, error);
        if (!status)
            status = eg_check_comparison(&comparison, reference, error);
        eg_report_free(&here);
    }
    eg_report_free(&there);
    return status;
}

static int make_report(const struct request *request, const char *const *folders, size_t count,
                       struct eg_error *error)
{
    struct eg_report report;
    struct eg_own_path room;
    const struct eg_report_sources sources = {
        .folders = count ? folders : &request->out,
        .folder_count = count ? count : 1,
        .claims = request->claims ? request->claims
                                  : eg_find_own("results/published/claims.csv", &room),
        .scale = request->scale,
        .experiments = eg_experiments,
        .unchecked = request->unchecked,
        .warner = eg_stderr_warner(program),
    };
    struct eg_own_path other;
    int status = check_folders(folders, count, error);
    if (!status && request->beside)
        status = eg_check_store_folder(request->beside, error);
    if (!status && request->against)
        return compare_stores(sources, eg_find_own(request->against, &other), error);
    if (!status)
        status = eg_report_load(&report, &sources, error);
    if (status)
        return status;
    struct eg_report beside = {0};
    struct eg_report_sources kept = sources;
    kept.folders = &request->beside;
    kept.folder_count = 1;
    kept.warner = (struct eg_warner){0};
    if (request->beside) {
        status = eg_report_load(&beside, &kept, error);
        report.beside = &beside;
    }
    if (!status && report.digest_rows == 0)
        status = eg_fail(error, EG_DATA,
                         "%s/runs holds no row: run an experiment, or name the folder of its "
                         "results",
                         sources.folders[0]);
    if (!status)
        status = request->json ? print_json(&report, error) : write_files(&report, request, error);
    if (!status && !request->json && !request->quiet)
        print_verdicts(&report, request->out);
    if (!status && request->fail_on_claim)
        status = check_gates(&report, error);
    eg_report_free(&beside);
    eg_report_free(&report);
    return status;
}

static int merge_stores(const struct request *request, const char *const *folders, size_t count,
                        struct eg_error *error)
{
    char *data = NULL;
    struct eg_merge merge = {.out = request->merge,
                             .folders = folders,
                             .folder_count = count,
                             .experiments = eg_stored_experiments,
                             .unchecked = request->unchecked,
                             .warner = eg_stderr_warner(program)};
    const int status = eg_find_data_folder(NULL, &data, error);
    merge.data = data;
    const int merged = status ? status : eg_merge_stores(&merge, stdout, error);
    free(data);
    return merged;
}

static int read_and_run(int argc, char **argv, struct eg_error *error)
{
    struct request request = {.out = "results"};
    const struct eg_option options[] = {
        {"out", 'o', "DIR", "folder to write to (default results)", eg_parse_text, &request.out, 0,
         0, NULL},
        {"claims", 'c', "FILE",
         "the published claims (default results/published/claims.csv, else the installed ones)",
         eg_parse_text, &request.claims, 0, 0, NULL},
        {"scale", 's', "SCALE", "only rows of that scale: smoke, quick, night or paper",
         eg_parse_choice, &request.scale, 0, 0, "smoke quick night paper"},
        {"digest", 0, "DIR",
         "print one digest over all rows of the store in DIR (and in the folders named besides), "
         "and stop",
         eg_parse_text, &request.digest, 0, 0, NULL},
        {"merge", 0, "DIR",
         "join the stores of the folders named into one in DIR, and stop: names the cells that are "
         "missing, and with 1 those that came out with different values",
         eg_parse_text, &request.merge, 0, 0, NULL},
        {"against", 0, "DIR",
         "compare the results with those of the store in DIR, tell what differs, and stop: with 1 "
         "when a result differs beyond tolerance; times are left out",
         eg_parse_text, &request.against, 0, 0, NULL},
        {"beside", 0, "DIR",
         "a store of a larger scale: the page has its numbers and verdicts beside those of each "
         "claim",
         eg_parse_text, &request.beside, 0, 0, NULL},
        {"seal", 0, NULL,
         "copy rows from standard input to standard output with their checks made anew, after a "
         "change that was meant, and stop",
         eg_parse_flag, &request.seal, 0, 0, NULL},
        {"unchecked", 0, NULL,
         "take rows without a check too, of an older version or made by hand; --merge gives "
         "them one",
         eg_parse_flag, &request.unchecked, 0, 0, NULL},
        {"metrics", 0, NULL,
         "print what each metric is, tells and hides (with --json one object a line), and stop",
         eg_parse_flag, &request.metrics, 0, 0, NULL},
        {"history", 0, "FILE",
         "nightly runs to tell of (default history.jsonl in the folder to write to, where it "
         "is; the reference runs are looked for beside it)",
         eg_parse_text, &request.history, 0, 0, NULL},
        {"fail-on-claim", 0, NULL,
         "exit with 1 when a claim that must hold did not come back "
         "(column gate of the claims; not at smoke scale)",
         eg_parse_flag, &request.fail_on_claim, 0, 0, NULL},
        {"json", 'j', NULL,
         "print the results as JSON, one object a line, and how many claims of each kind came out "
         "how; "
         "write no file",
         eg_parse_flag, &request.json, 0, 0, NULL},
        {"quiet", 'q', NULL, "do not print the counts of verdicts", eg_parse_flag, &request.quiet,
         0, 0, NULL},
        EG_COMMON_OPTIONS(&request.common)};
    const struct eg_manual manual = {.program = program,
                                     .title = "tables, figures and verdicts from the results",
                                     .operands = "[FOLDER ...]",
                                     .description = description,
                                     .options = options,
                                     .exit_codes = eg_exit_codes,
                                     .files = files,
                                     .examples = examples,
                                     .see_also = "egbench egbench-reproduce",
                                     .version = EG_BUILD_VERSION,
                                     .date = EG_MANUAL_DATE};
    int first;
    const int status = eg_options_read(options, 1, argc, argv, &first, error);
    if (status || eg_answer_common(&request.common, &manual))
        return status;
    if (request.seal)
        return eg_seal_lines(stdin, stdout, error);
    if (request.metrics && request.json)
        return eg_print_metrics_json(stdout, error);
    else if (request.metrics)
        eg_print_metrics(stdout);
    else if (request.digest) {
        /* Its folder goes before the others, in place of the last option, which is read. */
        argv[first - 1] = (char *)request.digest;
        return print_digest(&request, (const char *const *)argv + first - 1,
                            (size_t)(argc - first) + 1, error);
    } else if (request.merge)
        return merge_stores(&request, (const char *const *)argv + first, (size_t)(argc - first),
                            error);
    else
        return make_report(&request, (const char *const *)argv + first, (size_t)(argc - first),
                           error);
    return EG_OK;
}

int main(int argc, char **argv)
{
    return eg_run_program(program, read_and_run, argc, argv);
}
