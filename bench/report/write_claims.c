/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/write_claims.h"

#include <math.h>
#include <string.h>

#include "bench/page/markup.h"
#include "bench/frame/output_file.h"
#include "bench/report/origin.h"

enum { TEXT = 1024 };

static void write_csv_number(FILE *out, double number, const char *format)
{
    if (!isnan(number))
        fprintf(out, format, number);
    fputc(',', out);
}

/* What the rows were made by that the claim was held against; nothing where there were none. */
static void write_csv_origin(FILE *out, const struct eg_report *report,
                             const struct eg_judgement *judgement)
{
    const struct eg_part *part = eg_find_part(report, judgement->claim->experiment);
    if (!part || judgement->verdict == EG_NOT_ATTEMPTED) {
        fputs(",,,", out);
        return;
    }
    const struct eg_origin origin = eg_origin_of(part->origins,
                                                 *judgement->dataset ? judgement->dataset : NULL,
                                                 NULL, *judgement->scale ? judgement->scale : NULL);
    fprintf(out, ",%d,", part->outcome_version);
    eg_write_csv(out, origin.code);
    fputc(',', out);
    eg_write_csv(out, origin.core);
}

static int write_csv(const struct eg_report *report, const char *folder, struct eg_error *error)
{
    struct eg_output output;
    int status = eg_output_open(&output, folder, "claims.csv", error);
    if (status)
        return status;
    FILE *out = output.stream;
    char reason[TEXT];
    fputs(
        "id,experiment,place,statement,class,kind,method,metric,published,published_p,measured,se,"
        "n,p,needed,dataset,scale,verdict,stand_in,reason,outcome_version,code,core\n",
        out);
    for (size_t i = 0; i < report->claims.count; i++) {
        const struct eg_judgement *judgement = &report->judgements[i];
        const struct eg_claim *claim = judgement->claim;
        const char *const texts[] = {claim->id,
                                     claim->experiment,
                                     claim->place,
                                     claim->statement,
                                     claim->class_name,
                                     eg_claim_kind_name(eg_claim_kind(claim)),
                                     claim->method,
                                     claim->metric,
                                     claim->published_text,
                                     claim->published_p_text};
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) {
            eg_write_csv(out, texts[j]);
            fputc(',', out);
        }
        write_csv_number(out, judgement->measured, "%.10g");
        write_csv_number(out, judgement->se, "%.4g");
        fprintf(out, "%zu,", judgement->n);
        write_csv_number(out, judgement->p, "%.2g");
        if (judgement->needed)
            fprintf(out, "%zu", judgement->needed);
        fputc(',', out);
        eg_write_csv(out, judgement->dataset);
        fputc(',', out);
        eg_write_csv(out, judgement->scale);
        fprintf(out, ",%s,", eg_verdict_name(judgement->verdict));
        eg_write_csv(out, judgement->stand_in);
        fputc(',', out);
        snprintf(reason, sizeof reason, "%s%s%s", judgement->reason,
                 *judgement->reason && *judgement->detail ? "; " : "", judgement->detail);
        eg_write_csv(out, reason);
        write_csv_origin(out, report, judgement);
        fputc('\n', out);
    }
    return eg_output_close(&output, EG_OK, error);
}

static void write_markdown_head(FILE *out, const char *first)
{
    fprintf(out, "\n| %s |", first);
    for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
        fprintf(out, " %s |", eg_verdict_name((enum eg_verdict)verdict));
    fputs("\n| --- |", out);
    for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
        fputs(" ---: |", out);
    fputc('\n', out);
}

/* By kind: "reproduced" is of a number and of an ordering not the same thing. */
static void write_markdown_kinds(FILE *out, const struct eg_report *report)
{
    write_markdown_head(out, "kind of claim");
    for (int kind = 0; kind < EG_KINDS; kind++) {
        fprintf(out, "| %s |", eg_claim_kind_name((enum eg_claim_kind)kind));
        for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
            fprintf(
                out, " %zu |",
                eg_report_count_kind(report, (enum eg_claim_kind)kind, (enum eg_verdict)verdict));
        fputc('\n', out);
    }
}

static void write_markdown_counts(FILE *out, const struct eg_report *report, const char *experiment)
{
    fputs("| ", out);
    eg_write_markdown(out, experiment ? experiment : "all");
    fputs(" |", out);
    for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
        fprintf(out, " %zu |", eg_report_count(report, experiment, (enum eg_verdict)verdict));
    fputc('\n', out);
}

static void write_markdown_claims(FILE *out, const struct eg_report *report, const char *experiment)
{
    char text[TEXT];
    const struct eg_part *part = eg_find_part(report, experiment);
    fputs("\n## ", out);
    eg_write_markdown(out, experiment);
    if (part && part->rows) {
        const struct eg_origin origin = eg_origin_of(part->origins, NULL, NULL, NULL);
        fprintf(out, "\n\nOutcome version: %d. Code: ", part->outcome_version);
        eg_write_markdown(out, origin.code);
        fprintf(out, ". Core: ");
        eg_write_markdown(out, origin.core);
        fputc('.', out);
    }
    fputs("\n\n| place | claim | published | measured | n | verdict |\n"
          "| --- | --- | ---: | ---: | ---: | --- |\n",
          out);
    for (size_t i = 0; i < report->claims.count; i++) {
        const struct eg_judgement *judgement = &report->judgements[i];
        const struct eg_claim *claim = judgement->claim;
        if (strcmp(claim->experiment, experiment) != 0)
            continue;
        fputs("| ", out);
        eg_write_markdown(out, claim->place);
        fputs(" | ", out);
        eg_write_markdown(out, claim->statement);
        fputs(" | ", out);
        eg_write_markdown(out, claim->published_text);
        if (*claim->published_p_text) {
            fputs(" (p ", out);
            eg_write_markdown(out, claim->published_p_text);
            fputc(')', out);
        }
        fputs(" | ", out);
        if (!isnan(judgement->measured))
            fprintf(out, "%.5g", judgement->measured);
        if (!isnan(judgement->se))
            fprintf(out, " \u00b1 %.2g", judgement->se);
        fputs(" | ", out);
        if (judgement->n)
            fprintf(out, "%zu", judgement->n);
        fputs(" | ", out);
        eg_write_markdown(out, eg_judgement_text(judgement, text, sizeof text));
        fputs(" |\n", out);
    }
}

static int write_markdown(const struct eg_report *report, const char *folder,
                          struct eg_error *error)
{
    struct eg_output output;
    int status = eg_output_open(&output, folder, "claims.md", error);
    if (status)
        return status;
    FILE *out = output.stream;
    fputs("# Claims\n\nEvery number, ordering and statement of significance of the paper, and what "
          "came of it here.\n",
          out);
    write_markdown_head(out, "experiment");
    for (size_t i = 0; i < report->claims.count; i++)
        if (eg_begins_experiment(report, i))
            write_markdown_counts(out, report, report->claims.items[i].experiment);
    write_markdown_counts(out, report, NULL);
    write_markdown_kinds(out, report);
    for (size_t i = 0; i < report->claims.count; i++)
        if (eg_begins_experiment(report, i))
            write_markdown_claims(out, report, report->claims.items[i].experiment);
    return eg_output_close(&output, EG_OK, error);
}

int eg_write_claims(const struct eg_report *report, const char *folder, struct eg_error *error)
{
    const int status = write_csv(report, folder, error);
    return status ? status : write_markdown(report, folder, error);
}
