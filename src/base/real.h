/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The floating-point type of the numerical core. The library is built twice
 * from the same sources: libegbench in double precision, libegbench-single
 * (with -DEG_SINGLE) in single precision. A program is linked with one of them.
 */
#ifndef EG_BASE_REAL_H
#define EG_BASE_REAL_H

#include <float.h>
#include <stddef.h>

#ifdef EG_SINGLE
typedef float real;
#define EG_REAL_EPSILON FLT_EPSILON
#define EG_REAL_MIN FLT_MIN
#define EG_REAL_NAME "single"
#else
typedef double real;
#define EG_REAL_EPSILON DBL_EPSILON
#define EG_REAL_MIN DBL_MIN
#define EG_REAL_NAME "double"
#endif

#endif
