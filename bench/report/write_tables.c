/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/write_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "bench/page/template.h"
#include "bench/report/report_view.h"
#include "bench/report/table_view.h"

static int write_table(const struct eg_report *report, const struct eg_part *part,
                       const struct eg_table_spec *spec, const char *folder, struct eg_error *error)
{
    static const char *const templates[] = {"table.md", "table.csv", "table.tex"};
    char name[256];
    json_t *data = eg_table_data(report, part, spec);
    const int is_empty = data && json_array_size(json_object_get(data, "blocks")) == 0;
    int status = EG_OK;
    for (size_t i = 0; i < sizeof templates / sizeof *templates && !status && !is_empty; i++) {
        snprintf(name, sizeof name, "%s%s", spec->id, templates[i] + strlen("table"));
        status = eg_template_write(templates[i], data, folder, name, error);
    }
    json_decref(data);
    return status;
}

int eg_write_tables(const struct eg_report *report, const char *folder, struct eg_error *error)
{
    char *tables = eg_join_path_alloc(folder, "tables", error);
    int status = tables ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < report->part_count && !status; i++) {
        const struct eg_table_spec *spec = report->parts[i].experiment->tables;
        for (; spec && spec->id && !status; spec++)
            status = write_table(report, &report->parts[i], spec, tables, error);
    }
    free(tables);
    return status;
}

int eg_write_claims(const struct eg_report *report, const char *folder, struct eg_error *error)
{
    static const char *const names[] = {"claims.csv", "claims.md"};
    json_t *data = eg_report_data(report);
    int status = EG_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && !status; i++)
        status = eg_template_write(names[i], data, folder, names[i], error);
    json_decref(data);
    return status;
}
