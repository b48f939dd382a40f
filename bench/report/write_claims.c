/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/write_claims.h"

#include "bench/page/template.h"
#include "bench/report/report_view.h"

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
