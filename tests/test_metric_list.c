/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/metric_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "bench/page/template.h"

/* 18 of Keep/Remove, 11 more of attributions, local accuracy, Gini, ROC-AUC, R2 */
enum { METRICS = 35 };

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
    static const char *const fields[] = {"name", "direction", "range", "needs", "tells", "hides"};
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
    cr_expect(strstr(text, "gini\n  better  higher is sparser\n"));
    cr_expect_eq(count(page, "<tr><td>"), METRICS);
    cr_expect(strstr(page, "<h2 id=metrics>"));
    free(text);
    free(page);
}
