/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_RUN_DIGEST_H
#define EG_RUN_DIGEST_H

#include "run/cell_key.h"
#include "run/experiment.h"
#include "run/store.h"

/* XXH3-128 over the rows that came out "ok" of all the experiments (NULL-terminated) in the folders
 * taken together: experiment, configuration and values of each, but for values["timing"], sorted by
 * experiment and canonical configuration. Keys, times, seeds of rows and receipts are not in it, so that
 * it is the same however the rows came about. Where a configuration was run by several outcome versions,
 * the row of the experiment's own counts. scale: only rows of that scale; NULL: all. unchecked: rows without a
 * check too. *rows: how many rows went in (may be NULL). */
int eg_digest(const char *const *folders, size_t folder_count,
              const struct eg_experiment *const *experiments, const char *scale, int unchecked,
              struct eg_warner warner, char digest[EG_KEY_SIZE], size_t *rows,
              struct eg_error *error);

#endif
