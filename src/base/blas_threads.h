/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Matrix products on one thread each, so that their bits do not depend on how
 * many threads there are; parallel loops are this library's own.
 */
#ifndef EG_BASE_BLAS_THREADS_H
#define EG_BASE_BLAS_THREADS_H

#include "base/error.h"

/* Call it first, in each thread that is to call this library: sets the counts of OpenBLAS and of
 * OpenMP, since OpenBLAS's OpenMP flavour takes OpenMP's whatever was said to itself, and looks with
 * eg_blas_check whether it took. From then on a parallel region of the caller's has one thread,
 * unless it says num_threads(...). Fails as eg_blas_check. */
int eg_blas_take_one_thread(struct eg_error *error);

/* EG_OK when a product outside all regions, and one in a region of one thread, have the bits of one in
 * a region of several, where OpenBLAS keeps to one; some milliseconds. EG_INTERNAL naming what to
 * set when they do not, or when memory is short. */
int eg_blas_check(struct eg_error *error);

#endif
