/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/warner.h"

#include <stdarg.h>
#include <stdio.h>

void eg_warn(const struct eg_warner *warner, const char *format, ...)
{
    char message[1024];
    va_list arguments;
    if (!warner->warn)
        return;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    warner->warn(warner->context, message);
}
