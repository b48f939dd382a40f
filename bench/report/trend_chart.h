/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small figures of series of nights, inside the report's page, coloured by its style sheet.
 */
#ifndef EG_BENCH_TREND_CHART_H
#define EG_BENCH_TREND_CHART_H

#include <jansson.h>

#include "bench/report/trends.h"

/* A series for the template trend.svg: its values from night to night, a dot on the last, a cross where a night's
 * verdict names it, a dashed line where a baseline was accepted; grey: what is expected, low to high. NULL when memory is
 * short. */
json_t *eg_chart_data(const struct eg_trends *trends, const struct eg_trend *trend);

/* The mark of a state, one character of UTF-8, and its class in the style sheet: "v0" to "v4". */
const char *eg_alarm_mark(enum eg_alarm alarm);
const char *eg_alarm_class(enum eg_alarm alarm);

#endif
