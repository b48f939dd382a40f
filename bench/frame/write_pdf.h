/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_WRITE_PDF_H
#define EG_BENCH_WRITE_PDF_H

#include "base/error.h"
#include "base/warner.h"

/* Whether figures can be written as PDF too; if not, a line to the warner says so. */
int eg_can_write_pdf(const struct eg_warner *warner);

/* Writes folder/NAME.pdf of folder/NAME.svg, through rsvg-convert: the same bytes of the same figure. Where
 * that fails a warning is given, and there is none. EG_DATA when the file cannot be written. */
int eg_write_pdf(const char *folder, const char *name, const struct eg_warner *warner,
                 struct eg_error *error);

#endif
