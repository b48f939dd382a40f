/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/metric_list.h"

#include "bench/page/view_values.h"
#include "metrics/metric_info.h"

void eg_print_metrics(FILE *out)
{
    for (const struct eg_metric_info *const *metric = eg_metrics; *metric; metric++)
        fprintf(out, "%s\n  better  %s\n  range   %s\n  needs   %s\n  tells   %s\n  hides   %s\n\n",
                (*metric)->name, (*metric)->direction, (*metric)->range, (*metric)->needs,
                (*metric)->tells, (*metric)->hides);
}

json_t *eg_metrics_data(void)
{
    json_t *list = json_array();
    for (const struct eg_metric_info *const *metric = eg_metrics; *metric; metric++)
        list = eg_append(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", (*metric)->name,
                                         "direction", (*metric)->direction, "range",
                                         (*metric)->range, "needs", (*metric)->needs, "tells",
                                         (*metric)->tells, "hides", (*metric)->hides));
    return list;
}

int eg_print_metrics_json(FILE *out, struct eg_error *error)
{
    json_t *list = eg_metrics_data(), *line;
    size_t i;
    json_array_foreach(list, i, line)
    {
        json_dumpf(line, out, JSON_COMPACT);
        fputc('\n', out);
    }
    json_decref(list);
    return list ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory printing metrics");
}
