/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text written so that each format takes it as text and nothing else.
 */
#ifndef EG_BENCH_MARKUP_H
#define EG_BENCH_MARKUP_H

#include <stdio.h>

void eg_write_html(FILE *out, const char *text);     /* also inside double-quoted attributes */
void eg_write_markdown(FILE *out, const char *text); /* also inside a table's cell */
void eg_write_tex(FILE *out, const char *text);
void eg_write_csv(FILE *out, const char *text); /* one cell, quoted where needed */

/* Letters, digits and hyphens, for the target of a link. */
void eg_write_anchor(FILE *out, const char *text);

#endif
