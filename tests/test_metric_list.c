/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/metric_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "bench/compare/compare_measures.h"
#include "bench/page/template.h"

/* 18 of Keep/Remove, 25 more of attributions, local accuracy, Gini, ROC-AUC, R2 */
enum { METRICS = 49 };

static char *print_json_alloc(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert(out);
    cr_assert_eq(eg_print_metrics_json(out, NULL), EG_OK);
    fclose(out);
    return text;
}

Test(metric_list, every_metric_says_all_of_itself)
{
    static const char *const fields[] = {"name",  "formula", "citation", "direction", "range",
                                         "needs", "tells",   "hides",    "judged"};
    char *text = print_json_alloc(), *rest = NULL;
    size_t lines = 0;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        json_t *metric = json_loads(line, 0, NULL);
        cr_assert(metric, "not JSON: %s", line);
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
            cr_expect_gt(json_string_length(json_object_get(metric, fields[i])), 0, "%s: %s",
                         fields[i], line);
        json_decref(metric);
        lines++;
    }
    cr_expect_eq(lines, METRICS);
    free(text);
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        found++;
    return found;
}

Test(metric_list, text_and_page_hold_them_all)
{
    char *text = NULL, *page = NULL;
    size_t size, page_size;
    FILE *out = open_memstream(&text, &size);
    FILE *html = open_memstream(&page, &page_size);
    cr_assert(out && html);
    eg_print_metrics(out);
    json_t *data = json_pack("{s:o}", "metrics", eg_metrics_data());
    cr_assert_eq(eg_template_fill("metrics.html", data, html, NULL), EG_OK);
    json_decref(data);
    fclose(out);
    fclose(html);
    cr_expect_eq(count(text, "\n  hides   "), METRICS);
    cr_expect(strstr(text, "  better  higher is sparser\n"));
    cr_expect_eq(count(page, "<tr><td>"), METRICS);
    cr_expect(strstr(page, "<h2 id=metrics>"));
    free(text);
    free(page);
}

/* egbench-compare judges what the registry says it does, each by one name. */
Test(metric_list, says_what_is_judged)
{
    for (const struct eg_metric_info *const *info = eg_metrics; *info; info++) {
        size_t k = 0;
        while (eg_compare_metrics[k].name && strcmp(eg_compare_metrics[k].name, (*info)->name) != 0)
            k++;
        cr_expect_eq((*info)->judged != EG_JUDGED_NOT, eg_compare_metrics[k].name != NULL, "%s",
                     (*info)->name);
        cr_expect_eq(eg_compare_metrics[k].name && eg_compare_metrics[k].lower_is_better,
                     eg_compare_metrics[k].name && strncmp((*info)->direction, "lower", 5) == 0,
                     "%s: %s", (*info)->name, (*info)->direction);
    }
    for (size_t k = 0; eg_compare_metrics[k].name; k++) {
        size_t i = 0;
        while (eg_metrics[i] && strcmp(eg_metrics[i]->name, eg_compare_metrics[k].name) != 0)
            i++;
        cr_expect(eg_metrics[i], "%s says nothing of itself", eg_compare_metrics[k].name);
    }
}

/* Make it anew: egbench-compare --metrics --markdown >docs/measures.md */
Test(metric_list, the_page_of_the_documents_is_made_from_it)
{
    char *made = NULL, stored[1 << 16];
    size_t size;
    FILE *out = open_memstream(&made, &size), *page = fopen("docs/measures.md", "r");
    cr_assert(out && page);
    eg_write_metrics_page(out);
    fclose(out);
    stored[fread(stored, 1, sizeof stored - 1, page)] = '\0';
    fclose(page);
    cr_expect_str_eq(made, stored, "docs/measures.md is not what --metrics --markdown prints");
    for (const char *line = made; *line; line += strcspn(line, "\n"), line += *line == '\n')
        cr_expect_leq(strcspn(line, "\n"), 110, "%.60s", line);
    free(made);
}
