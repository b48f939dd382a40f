/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One table of a report, whatever format it is written in: the pivot of the
 * results of one data set and protocol, each beside what was published.
 */
#ifndef EG_BENCH_TABLE_VIEW_H
#define EG_BENCH_TABLE_VIEW_H

#include "bench/report/origin.h"
#include "bench/report/report_data.h"
#include "bench/frame/table_pivot.h"

/* More columns than EG_TABLE_COLUMNS fit no page: the rest stands below, as in the paper. */
enum { EG_CELL_TEXT = 64, EG_TABLE_COLUMNS = 9 };

struct eg_table_view {
    const struct eg_report *report;
    const struct eg_part *part;
    const struct eg_results *results; /* the part's */
    const struct eg_table_spec *spec;
    const struct eg_result *block; /* its data set, protocol, scale and seed */
    struct eg_table_pivot pivot;
};

struct eg_table_cell {
    struct eg_result_name name;
    const struct eg_result *result;             /* NULL: none */
    const struct eg_claim *claim;               /* with the published number; NULL: none */
    const struct eg_judgement *judgement;       /* NULL: the claim is about another protocol */
    const char *published;                      /* as printed; "" where nothing is */
    char value[EG_CELL_TEXT], se[EG_CELL_TEXT]; /* "" where there is none */
};

/* The view of that block. Returns 0 when the block has nothing for this table. */
int eg_table_view(struct eg_table_view *view, const struct eg_report *report,
                  const struct eg_part *part, const struct eg_table_spec *spec,
                  const struct eg_result *block);

/* The column after the last that stands in one line with column first. */
size_t eg_table_break(const struct eg_table_view *view, size_t first);

struct eg_table_cell eg_table_cell(const struct eg_table_view *view, size_t method, size_t metric);

/* Whether a number is published for the method. */
int eg_table_is_published(const struct eg_table_view *view, size_t method);

/* What the block's rows were made by (bench/report/origin.h). */
struct eg_origin eg_table_origin(const struct eg_table_view *view);

/* "Data: NHANES I. Protocol: paper. Scale: quick. Seed: 0. ... Outcome version: 1. Code: ... Core: ..." Returns
 * text. */
char *eg_table_caption(const struct eg_table_view *view, char *text, size_t size);

/* A mark for the verdict in a table's cell: one character of UTF-8; "" where none was passed. */
const char *eg_verdict_mark(const struct eg_judgement *judgement);

/* What the marks mean. */
extern const char eg_mark_legend[];

#endif
