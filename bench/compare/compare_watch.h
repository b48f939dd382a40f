/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is watched of a method from outside, so that one that was changed is run again: the plug-in; of a
 * command the files among its words, all that git or a --depends pattern names in the folders of these,
 * and each Python file that is imported from there.
 */
#ifndef EG_BENCH_COMPARE_WATCH_H
#define EG_BENCH_COMPARE_WATCH_H

#include "bench/compare/compare_given.h"

enum { EG_MOST_DEPENDS = 16 };

/* --depends, as often as given. */
struct eg_compare_depends {
    const char *patterns[EG_MOST_DEPENDS];
    size_t count;
};

struct eg_compare_watched {
    char hash[33];  /* of the names and contents of all; hexadecimal */
    char text[512]; /* "mine.py, 2 files that git names beside it, 1 file that these import" */
};

/* EG_USAGE for a pattern that fits no file, EG_DATA for a file that cannot be read. */
int eg_compare_watch(const struct eg_given *given, const struct eg_compare_depends *depends,
                     struct eg_compare_watched *watched, struct eg_error *error);

#endif
