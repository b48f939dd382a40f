/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/made_nightly.h"

#include <stdio.h>

#include <criterion/criterion.h>

#include "base/stream.h"

struct eg_nightly make_nightly(uint64_t first, size_t seeds, size_t metrics)
{
    struct eg_nightly nightly = {.scale = "smoke", .seed_count = seeds};
    struct eg_error error = {0};
    nightly.facts = json_pack("{s:{s:s}}", "machine", "blas_core", "Made");
    nightly.seeds = eg_alloc(seeds, sizeof *nightly.seeds, &error);
    cr_assert(nightly.seeds && nightly.facts);
    for (size_t i = 0; i < seeds; i++)
        nightly.seeds[i] = first + i;
    for (size_t k = 0; k < metrics; k++) {
        struct eg_measure names = {.experiment = "made", .dataset = "data", .protocol = "paper"};
        snprintf(names.metric, sizeof names.metric, "m%zu", k);
        struct eg_measure *measure = eg_nightly_add(&nightly, &names, &error);
        cr_assert_not_null(measure, "%s", error.message);
        for (size_t i = 0; i < seeds; i++) {
            struct eg_stream stream = eg_stream_make(first + i, 0, EG_PURPOSE_DATA, k, 0);
            measure->values[i] = 1 + 0.1 * eg_stream_normal(&stream);
        }
    }
    return nightly;
}
