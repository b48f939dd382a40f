/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/store_folder.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/folder.h"

int eg_check_store_folder(const char *folder, struct eg_error *error)
{
    char *runs = eg_join_path_alloc(folder, "runs", error);
    if (!runs)
        return EG_INTERNAL;
    const int status = access(runs, R_OK | X_OK)
                           ? eg_fail(error, EG_DATA,
                                     "no store in %s: there is no folder %s that can be read; name "
                                     "the folder that --out named",
                                     folder, runs)
                           : EG_OK;
    free(runs);
    return status;
}
