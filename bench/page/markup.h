/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text from rows, histories, names and files, written so that each format takes it as text and nothing else. In all
 * of them control characters, letters that turn or hide others, and bytes that are no UTF-8 become a question mark.
 */
#ifndef EG_BENCH_MARKUP_H
#define EG_BENCH_MARKUP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

void eg_write_html(FILE *out,
                   const char *text); /* also inside quoted attributes; lines stay lines */
void eg_write_markdown(FILE *out, const char *text); /* also inside a table's cell */
void eg_write_tex(FILE *out, const char *text);
void eg_write_terminal(FILE *out, const char *text); /* one line */
void eg_write_gnuplot(FILE *out, const char *text);  /* a string with its quotes */

/* One cell, quoted where needed. What a spreadsheet would run, since it begins with = + - or @ and is no number, gets
 * an apostrophe before it. */
void eg_write_csv(FILE *out, const char *text);

/* Letters, digits and hyphens, for the target of a link. */
void eg_write_anchor(FILE *out, const char *text);

/* name (size, 32 at least) = text as a part of a file's name: letters, digits, and _ - . but at the beginning; what
 * had to be changed ends with a hash of text, so that two texts stay two names. Returns name. */
char *eg_safe_name(const char *text, char *name, size_t size);

/* What eg_read_letter finds where there is no letter of UTF-8. */
enum { EG_NO_LETTER = 0x110000 };

/* The letter that text, of size bytes, begins with; returns how many it takes, 1 for a byte that begins none, 0 when
 * the letter does not end within size (size > 0). */
size_t eg_read_letter(const char *text, size_t size, uint32_t *code);

/* Whether the letter is a control character (C0, DEL, C1), turns or hides others, or is none. */
int eg_is_hidden(uint32_t code);

#endif
