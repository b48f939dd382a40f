/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * Version, precision, and what a thread does before it calls the library. */
#ifndef EGBENCH_BASE_H
#define EGBENCH_BASE_H

#include <stddef.h>
#include <stdint.h>

#include "egbench_error.h"

/** The version of this header, MAJOR.MINOR.PATCH (semver.org). The shared library's soname changes
 * with each version that a linked program would not run with. */
#define EGBENCH_VERSION "0.1.0"

/** The numbers of rows, weights and attributions: double with libegbench, float with
 * libegbench-single, whose pkg-config file defines EG_SINGLE. */
#ifdef EG_SINGLE
typedef float eg_real;
#define EGBENCH_PRECISION "single" /**< The precision this is compiled for. */
#define egbench_of_precision egbench_of_single
#else
typedef double eg_real;
#define EGBENCH_PRECISION "double" /**< The precision this is compiled for. */
#define egbench_of_precision egbench_of_double
#endif

/** Defined by the library of this precision alone, so that no program links with the other one. */
EGBENCH_API const char egbench_of_precision[];
#ifdef __GNUC__
__attribute__((used,
               unused)) static const char *const egbench_wanted_precision = egbench_of_precision;
#endif

/** The version of the library that is linked, as EGBENCH_VERSION; a constant. */
EGBENCH_API const char *egbench_version(void);

/** The precision of the library that is linked: "double" or "single"; a constant. */
EGBENCH_API const char *egbench_precision(void);

/** Has OpenBLAS and OpenMP compute each matrix product of the calling thread on one thread. Call it
 * first in each thread that trains or explains: results are then the same bits for any number of
 * threads; the library's own loops take as many threads as their handles are set to. It sets
 * OpenMP's threads of the caller to one (omp_get_max_threads()), and there is no way back: a
 * parallel region of the caller's says num_threads(...). Takes some milliseconds, and starts a
 * thread that OpenMP keeps. Returns EGBENCH_INTERNAL, naming what to set, where OpenBLAS does not
 * comply. */
EGBENCH_API int egbench_prepare_thread(struct egbench_error *error);

#endif
