/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a command line that is handed to a shell, as far as they can be told without one. */
#ifndef EG_BENCH_COMPARE_WORDS_H
#define EG_BENCH_COMPARE_WORDS_H

#include <stddef.h>

/* The next word of *text, without quotes around it, into word; 0 when there is none. */
int eg_compare_next_word(const char **text, char *word, size_t size);

/* Whether a word names a program that runs what comes after it: "/usr/bin/python3.11". */
int eg_compare_is_interpreter(const char *word);

/* Whether there is such a regular file, or such a folder. */
int eg_compare_is_file(const char *path);
int eg_compare_is_folder(const char *path);

#endif
