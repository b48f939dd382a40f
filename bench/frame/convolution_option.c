/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/convolution_option.h"

#include <stdlib.h>
#include <string.h>

#include "base/options.h"

struct eg_option eg_convolution_option(const char **convolution)
{
    *convolution = "winograd";
    return (struct eg_option){
        "convolution",
        0,
        "FORM",
        "how convolutions are computed: winograd (the default), by minimal filtering where that "
        "is faster, or direct, which rounds otherwise and is slower; its cells are others",
        eg_parse_choice,
        convolution,
        0,
        0,
        "direct winograd"};
}

void *eg_convolution_make_options(struct eg_option table[EG_OWN_OPTIONS])
{
    const char **convolution = calloc(1, sizeof *convolution);
    if (convolution)
        table[0] = eg_convolution_option(convolution);
    return convolution;
}

const char *eg_convolution_of(const struct eg_run *run)
{
    const char *const *convolution = run->own;
    return convolution && strcmp(*convolution, "direct") == 0 ? *convolution : NULL;
}
