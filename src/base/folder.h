/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BASE_FOLDER_H
#define EG_BASE_FOLDER_H

#include "base/error.h"

/* Makes the folder and those above it, as mkdir -p. EG_DATA naming the folder and the fix. */
int eg_make_folder(const char *path, struct eg_error *error);

/* Removes what is there of that name, a folder with all in it; links are not followed. 0, or an errno where
 * something stays; what is not there is no failure. */
int eg_remove_tree(const char *path);

/* "folder/name", owned by the caller (free). NULL with *error filled when memory is short. */
char *eg_join_path_alloc(const char *folder, const char *name, struct eg_error *error);

#endif
