/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small figures of series of nights, as SVG inside the report's page, coloured by its style sheet.
 */
#ifndef EG_BENCH_TREND_CHART_H
#define EG_BENCH_TREND_CHART_H

#include <stdio.h>

#include "bench/report/trends.h"

/* A series: its values from night to night, a dot on the last, a cross where a night's verdict names it, a
 * dashed line where a baseline was accepted; grey: what is expected, low to high. */
void eg_draw_trend(const struct eg_trends *trends, const struct eg_trend *trend, FILE *out);

/* The mark of a state, one character of UTF-8, and its class in the style sheet: "v0" to "v4". */
const char *eg_alarm_mark(enum eg_alarm alarm);
const char *eg_alarm_class(enum eg_alarm alarm);

#endif
