/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BASE_WARNER_H
#define EG_BASE_WARNER_H

/* Where warnings go: lines about a file that do not end the run. */
struct eg_warner {
    void (*warn)(void *context, const char *message); /* NULL: nowhere */
    void *context;
};

/* Formats a message as printf does, cut at 1023 bytes, and hands it to the warner. */
__attribute__((format(printf, 2, 3))) void eg_warn(const struct eg_warner *warner,
                                                   const char *format, ...);

#endif
