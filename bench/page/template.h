/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts by templates: code says what there is, as a JSON object, and a file of bench/page how it looks. A template has
 *   {{name}}          the value: text, written so that the format takes it as text; a number; nothing for null
 *   {{name %.3g}}     a number in that format of printf (e, f or g)
 *   {{name anchor}}   the text as a part of a link's target
 *   {{&name}}         the text as it is, markup
 *   {{#name}} {{/name}}  is written for each item of a list; for an object or any other value once, but not for nothing:
 *                     null, false, "", an empty list, a count of 0
 *   {{?name}} {{/name}}  once, whatever there is, but not for nothing: what stands around a list
 *   {{^name}} {{/name}}  for nothing alone
 *   {{>file}}         the template of that name, in the format of this one and without its last newline
 *   {{! remark }}
 * A name is looked up in the innermost item, then around it; {{.}} is the item, and @first whether it begins its list. A section's tag and a remark take their line with them where they stand alone in
 * it. The format is what the name ends with: .html, .svg, .md, .tex, .csv, .gp, .txt; others take text as it is.
 * More braces than two before a tag, or after one, are text.
 */
#ifndef EG_BENCH_TEMPLATE_H
#define EG_BENCH_TEMPLATE_H

#include <stdio.h>

#include <jansson.h>

#include "base/error.h"

/* Fills the template of that name. EG_INTERNAL naming template, line and fix: no such template, a name that data lacks,
 * a section not closed; or data NULL, as where memory was short when it was made. */
int eg_template_fill(const char *name, const json_t *data, FILE *out, struct eg_error *error);

/* Fills text, in the format and under the name given. */
int eg_template_fill_text(const char *name, const char *text, const json_t *data, FILE *out,
                          struct eg_error *error);

/* Fills the template into the file folder/file (see bench/frame/output_file.h). */
int eg_template_write(const char *name, const json_t *data, const char *folder, const char *file,
                      struct eg_error *error);

/* The text of bench/page/NAME; NULL: there is none. */
const char *eg_template_text(const char *name);

#endif
