/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_TREND_PAGE_H
#define EG_BENCH_TREND_PAGE_H

#include <jansson.h>

#include "bench/report/trends.h"

/* The nightly runs for templates. tonight.html: whether anything moved in the last one, and its plain answer.
 * nights.html: one box a run, the last runs in words, then each series as a small figure, the moved ones first.
 * NULL when memory is short. */
json_t *eg_trends_data(const struct eg_trends *trends);

#endif
