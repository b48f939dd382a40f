/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_words.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int eg_compare_is_file(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

int eg_compare_is_folder(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

int eg_compare_next_word(const char **text, char *word, size_t size)
{
    static const char breaks[] = " \t\n'\"();|&<>=";
    *text += strspn(*text, breaks);
    const size_t length = strcspn(*text, breaks);
    snprintf(word, size, "%.*s", (int)length, *text);
    *text += length;
    return length > 0;
}

int eg_compare_is_interpreter(const char *word)
{
    static const char *const names[] = {"python", "Rscript", "R",    "julia", "sh",   "bash",
                                        "dash",   "zsh",     "perl", "ruby",  "lua",  "node",
                                        "octave", "java",    "env",  "nice",  "time", "timeout"};
    const char *slash = strrchr(word, '/');
    const char *base = slash ? slash + 1 : word;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const size_t length = strlen(names[i]);
        if (strncmp(base, names[i], length) == 0 &&
            base[length + strspn(base + length, "0123456789.")] == '\0')
            return 1;
    }
    return 0;
}
