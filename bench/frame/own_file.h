/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that the programs come with: in the sources under their own names, with
 * installed programs below share/egbench.
 */
#ifndef EG_BENCH_OWN_FILE_H
#define EG_BENCH_OWN_FILE_H

#include "base/error.h"

struct eg_own_path {
    char text[4096];
};

/* path where the working directory has that file or folder, or where the installed programs have none
 * of that name; else the installed one's, in *room. */
const char *eg_find_own(const char *path, struct eg_own_path *room);

/* The program of that name in the folder of this one, in *room; EG_DATA where it cannot be run. */
int eg_find_beside(const char *name, struct eg_own_path *room, struct eg_error *error);

#endif
