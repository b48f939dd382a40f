/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_CONVERGENCE_AXIOMS_H
#define EG_BENCH_CONVERGENCE_AXIOMS_H

#include <stdint.h>

#include "base/error.h"
#include "run/row.h"

/* Sensitivity, linearity, symmetry and implementation invariance (Methods 2). */
enum { EG_AXIOMS = 4 };
extern const char *const eg_axiom_names[EG_AXIOMS + 1]; /* NULL at the end */

/*
 * Whether expected gradients keep the axioms where these hold for every draw, on random networks of two
 * layers: row[name] = 1 where the attributions that should be equal (or zero) are, up to 1e-10 of the
 * largest, else 0. All networks are explained with the same draws.
 */
int eg_check_axioms(uint64_t seed, uint64_t replicate, const struct eg_row *row,
                    struct eg_error *error);

#endif
