/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_base.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/blas_threads.h"
#include "public/handles.h"

const char egbench_of_precision[] = EGBENCH_PRECISION;

const char *egbench_version(void)
{
    return EGBENCH_VERSION;
}

const char *egbench_precision(void)
{
    return EGBENCH_PRECISION;
}

int egbench_prepare_thread(struct egbench_error *error)
{
    return eg_blas_take_one_thread(eg_error_of(error));
}

_Static_assert((int)EGBENCH_USAGE == (int)EG_USAGE && (int)EGBENCH_DATA == (int)EG_DATA &&
                   (int)EGBENCH_INTERNAL == (int)EG_INTERNAL &&
                   (int)EGBENCH_INTERRUPTED == (int)EG_INTERRUPTED,
               "egbench_error.h and base/error.h differ");

int egbench_fail(struct egbench_error *error, int status, const char *format, ...)
{
    char message[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return eg_fail(eg_error_of(error), status, "%s", message);
}
