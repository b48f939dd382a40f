/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_GUARD_OUTPUT_H
#define EG_BENCH_GUARD_OUTPUT_H

#include <stdio.h>

/* A stream to the descriptor through which no control character goes but the newline and the tab, whatever text a
 * program prints: those, and bytes that are no UTF-8, become question marks (bench/page/markup.h). Lines at once on a
 * terminal. NULL when memory is short. */
FILE *eg_guard_output(int descriptor);

#endif
