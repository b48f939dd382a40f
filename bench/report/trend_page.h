/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_TREND_PAGE_H
#define EG_BENCH_TREND_PAGE_H

#include <stdio.h>

#include "bench/report/trends.h"

/* For the first screen: whether anything is wrong after the last night, and its plain answer, with a link
 * to the section. */
void eg_write_tonight(FILE *out, const struct eg_trends *trends);

/* The section "nights": one box a night, the last nights in words, then each series as a small figure, the
 * moved ones first. */
void eg_write_nights(FILE *out, const struct eg_trends *trends);

#endif
