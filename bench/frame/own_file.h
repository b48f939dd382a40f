/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that the programs come with: in the sources under their own names, with
 * installed programs below share/egbench.
 */
#ifndef EG_BENCH_OWN_FILE_H
#define EG_BENCH_OWN_FILE_H

struct eg_own_path {
    char text[4096];
};

/* path where the working directory has that file or folder, or where the installed programs have none
 * of that name; else the installed one's, in *room. */
const char *eg_find_own(const char *path, struct eg_own_path *room);

#endif
