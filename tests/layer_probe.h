/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One layer alone with drawn parameters and rows, for tests of layer types. */
#ifndef EG_TESTS_LAYER_PROBE_H
#define EG_TESTS_LAYER_PROBE_H

#include "graph/graph.h"
#include "nn/network.h"

struct layer_probe {
    struct eg_network network;
    struct eg_graph graph;        /* of a graph convolution: a path with chords, propagating */
    const struct eg_layer *layer; /* the network's only one */
    size_t m;
    real *theta;             /* the layer's own */
    real *in, *t_in, *d_out; /* m x inputs, m x inputs, m x outputs: normals */
};

enum sweep_kind { SWEEP_FORWARD, SWEEP_TANGENT, SWEEP_BACKWARD, SWEEP_WEIGHTS, SWEEP_BIAS };
enum { SWEEP_KINDS = 5 };

/* The layer of that text ("conv 3x3x2 same") on images of that shape; m rows. A graph convolution has
 * the pixels as nodes, or the channels of a single one. */
void probe_open(struct layer_probe *probe, struct eg_image from, const char *text, size_t m,
                uint64_t seed);
void probe_close(struct layer_probe *probe);

/* Whether the layer's type has that sweep, and how many numbers it writes. */
int probe_has(const struct layer_probe *probe, enum sweep_kind kind);
size_t probe_size(const struct layer_probe *probe, enum sweep_kind kind);

/* Runs one part, with garbage for scratch. What the accumulating sweeps add to is out. */
void probe_part(const struct layer_probe *probe, enum sweep_kind kind, size_t part, size_t parts,
                real *out);

/* All parts, the last first. out begins as garbage, or as zero for the accumulating sweeps. The caller
 * frees it. */
real *probe_sweep(const struct layer_probe *probe, enum sweep_kind kind, size_t parts);

/* Sum of products; largest |a - b| divided by the largest |b|, or NaN. */
double dot_of(size_t count, const real *a, const real *b);
double gap_of(size_t count, const real *a, const real *b);

/* count standard normals, which the caller frees */
real *draw_normals(size_t count, uint64_t seed);

#endif
