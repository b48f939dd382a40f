/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * How the library reports failure. A function that can fail returns 0, or an enum egbench_status
 * and then one line in *error that names the thing, the value and what to do. The library neither
 * prints nor exits. Where an _alloc function fails, the handle is NULL. A NULL error is allowed
 * everywhere: no line is written. No other pointer may be NULL unless it is said; those that an
 * _alloc function that failed has left are refused where a handle is made of them. */
#ifndef EGBENCH_ERROR_H
#define EGBENCH_ERROR_H

#include <stddef.h>

/** Before each function of the library. */
#if defined(__cplusplus) && defined(__GNUC__)
#define EGBENCH_API extern "C" __attribute__((visibility("default")))
#elif defined(__cplusplus)
#define EGBENCH_API extern "C"
#elif defined(__GNUC__)
#define EGBENCH_API extern __attribute__((visibility("default")))
#else
#define EGBENCH_API extern
#endif

/** What a function returns; also fit for a program's exit status. */
enum egbench_status {
    EGBENCH_OK = 0,           /**< all is well */
    EGBENCH_USAGE = 2,        /**< an argument or a setting is wrong */
    EGBENCH_DATA = 3,         /**< a file, or the numbers in it, cannot be used */
    EGBENCH_INTERNAL = 4,     /**< out of memory, or a fault of the library */
    EGBENCH_INTERRUPTED = 130 /**< egbench_training_stop() was called */
};

/** A failure: its status and one line without a newline. Need not be initialised. */
struct egbench_error {
    int status;         /**< an enum egbench_status */
    char message[1024]; /**< a text that ends with '\0' */
};

/** For a callback: writes a line as printf does, cut at 1023 bytes, into *error (which may be NULL)
 * and returns status, so that `return egbench_fail(error, EGBENCH_DATA, "...")` does both. What a
 * callback returns other than an enum egbench_status counts as EGBENCH_DATA. */
EGBENCH_API int egbench_fail(struct egbench_error *error, int status, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 3, 4)))
#endif
    ;

#endif
