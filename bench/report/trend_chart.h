/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small figures of series of nightly runs, inside the report's page, coloured by its style sheet.
 */
#ifndef EG_BENCH_TREND_CHART_H
#define EG_BENCH_TREND_CHART_H

#include <jansson.h>

#include "bench/report/trends.h"

/* A series for the template trend.svg: its values from run to run, a dot on the last, a cross where a nightly run's
 * verdict names it, a dashed line where a baseline was accepted; grey: what is expected, low to high. NULL when memory is
 * short. */
json_t *eg_chart_data(const struct eg_trends *trends, const struct eg_trend *trend);

#endif
