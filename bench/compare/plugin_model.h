/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_PLUGIN_MODEL_H
#define EG_BENCH_PLUGIN_MODEL_H

#include "attribution/attribution.h"
#include "plugin/egbench_plugin.h"

/* A network as plug-ins see it. */
struct eg_plugin_model {
    struct egbench_model handle; /* its context is this struct, which therefore must not move */
    const struct eg_network *network;
    struct eg_attribution gradients;
    struct eg_workers workers;
    real *y;                       /* of a block of rows */
    real *values[2], *tangents[2]; /* block x width, in turn */
    real *marked;                  /* both of marked layers, block x outputs each */
    real *room;                    /* what the above point into */
};

/* The network is borrowed. EG_INTERNAL when memory is short. */
int eg_plugin_model_alloc(struct eg_plugin_model *model, const struct eg_network *network,
                          struct eg_error *error);
void eg_plugin_model_free(struct eg_plugin_model *model);

/* Uniforms and normals of the stream, which must stay where it is. */
struct egbench_random eg_plugin_random(struct eg_stream *stream);

#endif
