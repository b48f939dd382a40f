/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_TEXT_LAYOUT_H
#define EG_BENCH_TEXT_LAYOUT_H

#include <stddef.h>
#include <stdio.h>

/* Lays text out for a terminal of that width. Lines of cells parted by tabs, one after the other, become a table: the
 * first column to the left, the others to the right, and what is too wide below, with the first column anew. Other
 * lines are broken at blanks; what follows stands two letters further in where the line itself is indented. */
void eg_lay_out(const char *text, size_t width, FILE *out);

#endif
