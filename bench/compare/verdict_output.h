/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of comparisons, one a data set and model, in each format. */
#ifndef EG_BENCH_VERDICT_OUTPUT_H
#define EG_BENCH_VERDICT_OUTPUT_H

#include <stdio.h>

#include <jansson.h>

#include "base/warner.h"
#include "bench/compare/verdict.h"

/* For a terminal, at most one screen: the verdict on each method that all is about, with its
 * measures by name as far as there is room, and all methods in short. folder: where all of it is
 * written to. EG_INTERNAL when memory is short. */
enum { EG_SCREEN_LINES = 36 };
int eg_contests_print_screen(const struct eg_contest *items, size_t count, const char *folder,
                             FILE *out, struct eg_error *error);

/* All of it for a terminal: means with standard errors, differences, what each method takes,
 * conclusions and warnings. EG_INTERNAL when memory is short. */
int eg_contests_print(const struct eg_contest *items, size_t count, FILE *out,
                      struct eg_error *error);

/* JSON, one object a line; NaN is null. kind "unit": a network and what it scores; "score": a
 * method on a metric; "method": a method on all, with its conclusion; "check": a metric; "remark":
 * a text. EG_INTERNAL when memory is short. */
int eg_contests_print_json(const struct eg_contest *items, size_t count, FILE *out,
                           struct eg_error *error);

/* All of it for the templates comparison.txt (for a terminal, once it is laid out), comparison.html
 * (one page that needs nothing else, figures in it), comparison.tex (a table for each comparison)
 * and comparison.csv (a line for each method and metric; missing numbers are empty). NULL when
 * memory is short. */
json_t *eg_contests_data(const struct eg_contest *items, size_t count);

/* Writes comparison.txt, .jsonl, .csv, .tex and .html to the folder, which is made, and the figures
 * of each data set that has any, DATASET-ranks, -differences, -seconds and -gradients, as .svg and,
 * where rsvg-convert is there, .pdf; where not, a warning. EG_DATA when one cannot be written. */
int eg_contests_write(const struct eg_contest *items, size_t count, const char *folder,
                      struct eg_warner warner, struct eg_error *error);

#endif
