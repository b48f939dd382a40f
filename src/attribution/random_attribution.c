/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/method.h"

static size_t count_none(const struct eg_method_settings *settings, size_t background_rows)
{
    (void)settings;
    (void)background_rows;
    return 1;
}

/* Standard normals that know nothing of the model: the floor of every comparison. */
static void explain_random(const struct eg_method_settings *settings, size_t p, const real *x,
                           struct eg_stream stream, real *phi)
{
    (void)settings;
    (void)x;
    for (size_t i = 0; i < p; i++)
        phi[i] = (real)eg_stream_normal(&stream);
}

const struct eg_method eg_random_attribution = {
    .name = "random",
    .summary = "standard normal numbers",
    .count_points = count_none,
    .explain = explain_random,
};
