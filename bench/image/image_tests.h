/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is one image model more robust than another? Paired over replicates, which share first weights,
 * shuffles and dropout.
 */
#ifndef EG_BENCH_IMAGE_TESTS_H
#define EG_BENCH_IMAGE_TESTS_H

#include "bench/frame/summary.h"

/*
 * From the robustness areas of the rows `ours` less those of `others` in equal replicates, results
 * under `method`: difference_PREFIX with its 95 % interval (stats/mean_interval.h) _low_ and _high_, paired_t_PREFIX, paired_p_PREFIX. Nothing with fewer than 2 replicates.
 */
int eg_image_add_test(const struct eg_group *ours, const struct eg_group *others,
                      const char *method, const char *prefix, struct eg_results *results,
                      struct eg_error *error);

#endif
