/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where data sets lie on this machine.
 */
#ifndef EG_DATASETS_DATA_FOLDER_H
#define EG_DATASETS_DATA_FOLDER_H

#include "base/error.h"

/* *folder (the caller's, to free) is given, when it is not NULL or empty; else the environment's
 * EGBENCH_DATA_DIR; else the cache that datasets/fetch.sh fills ($XDG_CACHE_HOME/egbench or
 * ~/.cache/egbench), when it is there; else NULL. EG_DATA when a folder that was asked for is none
 * that can be entered. */
int eg_find_data_folder(const char *given, char **folder, struct eg_error *error);

#endif
