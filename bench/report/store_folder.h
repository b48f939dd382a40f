/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_STORE_FOLDER_H
#define EG_BENCH_STORE_FOLDER_H

#include "base/error.h"

/* EG_DATA where FOLDER/runs is no folder that can be read: a mistyped name would otherwise be a store without rows. */
int eg_check_store_folder(const char *folder, struct eg_error *error);

#endif
