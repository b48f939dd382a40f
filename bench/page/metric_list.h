/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of metrics: what each is, tells and hides, for readers and programs.
 */
#ifndef EG_BENCH_METRIC_LIST_H
#define EG_BENCH_METRIC_LIST_H

#include <stdio.h>

#include <jansson.h>

#include "base/error.h"

/* A paragraph for each metric of eg_metrics. */
void eg_print_metrics(FILE *out);

/* The same as a page of Markdown: docs/measures.md. */
void eg_write_metrics_page(FILE *out);

/* One object a line: name, formula, citation, direction, range, needs, tells, hides, judged, and former where it had
 * another name. EG_INTERNAL when memory is short. */
int eg_print_metrics_json(FILE *out, struct eg_error *error);

/* The same as a list, for templates. NULL when memory is short. */
json_t *eg_metrics_data(void);

#endif
