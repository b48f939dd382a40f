/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Programs of others that draw: gnuplot, rsvg-convert.
 */
#ifndef EG_BENCH_RUN_TOOL_H
#define EG_BENCH_RUN_TOOL_H

enum { EG_TOOL_CANNOT_START = 127 };

/* Runs arguments[0], which is looked up in PATH, with these arguments (NULL-terminated) in the folder; its output
 * goes to the descriptor out (-1: nowhere), what else it says nowhere. Returns its exit code, or
 * EG_TOOL_CANNOT_START. */
int eg_run_tool(const char *folder, const char *const *arguments, int out);

/* Whether it can be run: NAME --version ends well. */
int eg_has_tool(const char *name);

#endif
