/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* open_memstream */
/* The report's pages: what there is. bench/page/report.html and nightly.html say how they look. */
#include "bench/report/write_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/input_file.h"
#include "bench/frame/names.h"
#include "bench/frame/table_pivot.h"
#include "bench/page/markup.h"
#include "bench/page/metric_list.h"
#include "bench/page/template.h"
#include "bench/page/view_values.h"
#include "bench/report/figure_caption.h"
#include "bench/report/report_view.h"
#include "bench/report/table_view.h"
#include "bench/report/trend_page.h"

struct page {
    const struct eg_report *report;
    const struct eg_figures *figures;
    const char *folder; /* with the figures in it */
};

/* Lists longer than this are folded. */
enum { FOLD_ABOVE = 12 };

/* ---- where a claim is shown ---- */

/* Whether a cell of the table is of what the claim is about. */
static int holds(const struct eg_table_spec *spec, const struct eg_table_pivot *pivot,
                 const struct eg_claim *claim)
{
    for (size_t line = 0; line < pivot->method_count; line++)
        for (size_t column = 0; column < pivot->metric_count; column++) {
            const struct eg_result_name name = eg_table_name(spec, pivot->methods[line],
                                                             pivot->metrics[column]);
            if (strcmp(name.method, claim->method) == 0 &&
                strcmp(name.metric, claim->metric) == 0 &&
                strcmp(name.statistic, claim->statistic) == 0 &&
                (!*claim->statistic || strcmp(name.versus, claim->versus) == 0))
                return 1;
        }
    return 0;
}

static int is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return 1;
    return 0;
}

/* Whether the block is what a claim about that data set and protocol is compared with. */
static int is_about(const struct eg_claim *claim, const struct eg_result *block)
{
    return strcmp(claim->dataset, block->dataset) == 0 &&
           (!*claim->protocol || strcmp(claim->protocol, block->protocol) == 0);
}

/* The first drawn figure of the part that shows the claim; claim NULL: any. NULL: none. */
static const struct eg_figure *find_figure(const struct eg_figures *figures,
                                           const struct eg_part *part, const struct eg_claim *claim)
{
    for (size_t i = 0; i < figures->count; i++) {
        const struct eg_figure *figure = &figures->items[i];
        const char *metric = figure->spec->metric, *other = figure->spec->published;
        if (figure->part == part && figure->drawn &&
            (!claim || (is_about(claim, figure->block) &&
                        is_among(claim->method, figure->methods, figure->method_count) &&
                        ((metric && strcmp(claim->metric, metric) == 0) ||
                         (other && strcmp(claim->metric, other) == 0)))))
            return figure;
    }
    return NULL;
}

/* The first table, likewise. */
static const struct eg_table_spec *find_table(const struct eg_part *part,
                                              const struct eg_claim *claim)
{
    const struct eg_table_spec *spec = part->experiment->tables;
    struct eg_table_pivot pivot;
    for (; spec && spec->id; spec++)
        for (size_t i = 0; i < part->results.count; i++) {
            const struct eg_result *block = &part->results.items[i];
            if (eg_begins_block(&part->results, i, spec->dataset) &&
                (!claim || is_about(claim, block)) &&
                eg_table_pivot(&pivot, spec, &part->results, block) &&
                (!claim || holds(spec, &pivot, claim)))
                return spec;
        }
    return NULL;
}

/* The first table and figure that show the claim, NULL: that there are. */
static json_t *link_data(const struct page *page, const struct eg_part *part,
                         const struct eg_claim *claim)
{
    const struct eg_table_spec *table = find_table(part, claim);
    const struct eg_figure *figure = find_figure(page->figures, part, claim);
    return json_pack("{s:s, s:s}", "table", table ? table->id : "", "figure",
                     figure ? figure->name : "");
}

static int add_claim_links(const struct page *page, json_t *claims)
{
    int failed = 0;
    for (size_t i = 0; i < json_array_size(claims) && !failed; i++) {
        const struct eg_judgement *judgement = &page->report->judgements[i];
        const struct eg_part *part = eg_find_part(page->report, judgement->claim->experiment);
        failed = json_object_set_new(
            json_array_get(claims, i), "links",
            part && (judgement->verdict != EG_NOT_ATTEMPTED || eg_is_shown(judgement->absence))
                ? link_data(page, part, judgement->claim)
                : json_null());
    }
    return failed;
}

/* ---- a figure ---- */

/* Copies the SVG element; every id and every reference to one gets the prefix, since all figures of
 * gnuplot use the same ids. */
static void write_svg(FILE *out, const char *svg, const char *prefix)
{
    static const char *const before_id[] = {" id=\"", " id='", "href='#", "href=\"#", "url(#"};
    static const char title[] = "<title>Gnuplot</title>";
    while (*svg) {
        if (strncmp(svg, title, strlen(title)) == 0) {
            svg += strlen(title);
            continue;
        }
        size_t matched = 0;
        for (size_t i = 0; i < sizeof before_id / sizeof *before_id && !matched; i++)
            if (strncmp(svg, before_id[i], strlen(before_id[i])) == 0)
                matched = strlen(before_id[i]);
        if (matched) {
            fprintf(out, "%.*s", (int)matched, svg);
            eg_write_anchor(out, prefix);
            fputc('-', out);
            svg += matched;
        } else
            fputc(*svg++, out);
    }
}

static json_t *svg_data(const char *svg, const char *prefix)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    write_svg(out, svg, prefix);
    json_t *data = fclose(out) ? NULL : eg_text(text);
    free(text);
    return data;
}

/* The drawn figure FOLDER/figures/NAME.svg, the ids of the element made unique. NULL: it cannot be read, or memory is
 * short; *error says which. */
static json_t *figure_data(const struct eg_figure *figure, const char *folder,
                           struct eg_error *error)
{
    char name[256];
    snprintf(name, sizeof name, "figures/%s.svg", figure->name);
    char *path = eg_join_path_alloc(folder, name, error), *svg = NULL;
    char *caption = eg_figure_caption_alloc(figure);
    json_t *data = NULL;
    size_t size;
    if (path && !eg_read_file(path, EG_INPUT_MOST, &svg, &size, error)) {
        const char *start = strstr(svg, "<svg");
        if (start)
            data = json_pack("{s:s, s:s, s:o, s:o, s:o}", "name", figure->name, "title",
                             figure->spec->title, "command",
                             eg_command_data(figure->part, figure->block), "caption",
                             eg_text(caption), "svg", svg_data(start, figure->name));
        if (!start)
            eg_fail(error, EG_DATA, "%s is no SVG: remove it and try again", path);
        else if (!data)
            eg_fail(error, EG_INTERNAL, "out of memory at figure %s", figure->name);
    }
    free(caption);
    free(svg);
    free(path);
    return data;
}

/* ---- an experiment ---- */

static json_t *list_tables(const struct page *page, const struct eg_part *part)
{
    json_t *tables = json_array();
    const struct eg_table_spec *spec = part->experiment->tables;
    for (; spec && spec->id; spec++)
        tables = eg_append(tables, eg_table_data(page->report, part, spec));
    return tables;
}

static json_t *list_figures(const struct page *page, const struct eg_part *part,
                            struct eg_error *error)
{
    json_t *figures = json_array();
    for (size_t i = 0; i < page->figures->count && figures; i++) {
        const struct eg_figure *figure = &page->figures->items[i];
        if (figure->part == part && figure->drawn)
            figures = eg_append(figures, figure_data(figure, page->folder, error));
    }
    return figures;
}

/* The data sets and protocols that there are cells of. */
static json_t *list_blocks(const struct eg_part *part)
{
    json_t *blocks = json_array();
    for (size_t i = 0; i < part->results.count; i++) {
        const struct eg_result *block = &part->results.items[i];
        if (eg_begins_block(&part->results, i, NULL))
            blocks = eg_append(
                blocks, json_pack("{s:o, s:o, s:o, s:o}", "command", eg_command_data(part, block),
                                  "data", eg_text(eg_dataset_title(block->dataset)), "protocol",
                                  eg_text(block->protocol), "scale", eg_text(block->scale)));
    }
    return blocks;
}

/* Each as often as it follows another. */
static json_t *list_scales(const struct eg_part *part)
{
    json_t *scales = json_array();
    const struct eg_result *items = part->results.items;
    for (size_t i = 0; i < part->results.count; i++)
        if (i == 0 || strcmp(items[i].scale, items[i - 1].scale) != 0)
            scales = eg_append(scales, eg_text(items[i].scale));
    return scales;
}

static json_t *part_data(const struct page *page, const struct eg_part *part,
                         struct eg_error *error)
{
    json_t *figures = list_figures(page, part, error);
    return eg_merge(json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:b, s:o, s:o, s:o, s:o, s:o}",
                              "name", part->experiment->name, "title", part->experiment->title,
                              "reproduces", part->experiment->reproduces, "rows", (int)part->rows,
                              "failed", (int)part->failed, "skipped", (int)part->skipped,
                              "left_out", (int)part->left_out, "other_version", part->other_version,
                              "scales", list_scales(part), "tables", list_tables(page, part),
                              "figures", figures, "blocks", list_blocks(part), "links",
                              link_data(page, part, NULL)),
                    eg_origin_data(part, NULL, NULL, NULL));
}

/* The reason that most claims of the experiment were left for; others: how many for other ones. */
static json_t *main_absence(const json_t *absences)
{
    json_int_t most = 0, all = 0;
    const char *reason = "";
    size_t i;
    json_t *absence;
    json_array_foreach(absences, i, absence)
    {
        const json_int_t count = json_integer_value(json_object_get(absence, "count"));
        all += count;
        if (count > most) {
            most = count;
            reason = json_string_value(json_object_get(absence, "reason"));
        }
    }
    return all ? json_pack("{s:I, s:o, s:I}", "count", most, "reason", eg_text(reason), "others",
                           all - most)
               : json_null();
}

static int add_to_experiment(const struct page *page, json_t *experiment, struct eg_error *error)
{
    const char *name = json_string_value(json_object_get(experiment, "experiment"));
    const struct eg_part *part = eg_find_part(page->report, name);
    return json_object_set_new(experiment, "part",
                               part ? part_data(page, part, error) : json_null()) ||
           json_object_set_new(experiment, "main_absence",
                               main_absence(json_object_get(experiment, "absences")));
}

/* ---- the whole ---- */

static json_t *list_receipts(const struct eg_report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->part_count; i++) {
        const struct eg_part *part = &report->parts[i];
        char *text = json_dumps(part->receipts, JSON_INDENT(2) | JSON_SORT_KEYS);
        if (!text || json_object_size(part->receipts))
            list = eg_append(list,
                             json_pack("{s:s, s:i, s:s}", "name", part->experiment->name, "count",
                                       (int)json_object_size(part->receipts), "text", text));
        free(text);
    }
    return list;
}

static int has_smoke_rows(const struct eg_report *report)
{
    for (size_t i = 0; i < report->part_count; i++)
        for (size_t j = 0; j < report->parts[i].results.count; j++)
            if (strcmp(report->parts[i].results.items[j].scale, "smoke") == 0)
                return 1;
    return 0;
}

static json_t *failed_claims(const struct eg_report *report, const json_t *claims)
{
    json_t *failed = json_array();
    for (size_t i = 0; i < report->claims.count; i++)
        if (report->judgements[i].verdict == EG_NOT_REPRODUCED)
            failed = eg_append(failed, json_incref(json_array_get(claims, i)));
    const size_t count = json_array_size(failed);
    return json_pack("{s:i, s:b, s:o}", "count", (int)count, "is_open", count <= FOLD_ABOVE,
                     "claims", failed);
}

/* Of what no claim is about there are tables and figures all the same. */
static int add_experiments_without_claims(const struct eg_report *report, json_t *experiments,
                                          const json_t *claims)
{
    int failed = 0;
    for (size_t i = 0; i < report->part_count && !failed; i++) {
        const char *name = report->parts[i].experiment->name;
        size_t own = 0;
        for (size_t j = 0; j < report->claims.count; j++)
            own += strcmp(report->claims.items[j].experiment, name) == 0;
        if (!own && report->parts[i].rows)
            failed = json_array_append_new(experiments, eg_experiment_data(report, name, claims));
    }
    return failed;
}

/* NULL where memory was short, or with *error filled. */
static json_t *page_data(const struct page *page, const struct eg_trends *trends,
                         struct eg_error *error)
{
    const struct eg_report *report = page->report;
    json_t *data = eg_report_data(report), *claims = json_object_get(data, "claims"),
           *experiments = json_object_get(data, "experiments");
    int failed = add_claim_links(page, claims) ||
                 add_experiments_without_claims(report, experiments, claims);
    for (size_t i = 0; i < json_array_size(experiments) && !failed; i++)
        failed = add_to_experiment(page, json_array_get(experiments, i), error);
    return eg_merge(
        data, failed ? NULL
                     : json_pack("{s:s, s:i, s:b, s:o, s:o, s:o, s:o}", "digest", report->digest,
                                 "digest_rows", (int)report->digest_rows, "has_smoke",
                                 has_smoke_rows(report), "metrics", eg_metrics_data(), "receipts",
                                 list_receipts(report), "failed", failed_claims(report, claims),
                                 "trends", trends ? eg_trends_data(trends) : json_null()));
}

int eg_write_page(const struct eg_report *report, const struct eg_figures *figures,
                  const struct eg_trends *trends, const char *folder, struct eg_error *error)
{
    const struct page page = {report, figures, folder};
    struct eg_error reason = {0};
    json_t *data = page_data(&page, trends, &reason);
    char *path = eg_join_path_alloc(folder, "report", error);
    int status = path ? EG_OK : EG_INTERNAL;
    if (!status && !data && reason.status)
        status = eg_fail(error, reason.status, "%s", reason.message);
    if (!status)
        status = eg_template_write("report.html", data, path, "index.html", error);
    if (!status && trends)
        status = eg_template_write("nightly.html", data, path, "nightly.html", error);
    json_decref(data);
    free(path);
    return status;
}
