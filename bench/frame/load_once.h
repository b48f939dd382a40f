/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the cells of a run share: loaded on first use, kept to the program's end.
 */
#ifndef EG_BENCH_LOAD_ONCE_H
#define EG_BENCH_LOAD_ONCE_H

#include <stddef.h>

#include "base/error.h"

/* A kind of thing that is loaded. */
struct eg_loaded_kind {
    size_t size; /* bytes of one */
    /* Fills *thing, zeroed, as *request says. */
    int (*load)(const void *request, void *thing, struct eg_error *error);
    void (*free)(void *thing); /* what load has filled, also in part */
};

/* The thing of that kind which the formatted text names: all that tells it from others of its kind. Any
 * thread may ask, but load must not. NULL with *error filled when it cannot be loaded. */
__attribute__((format(printf, 4, 5))) const void *eg_load_once(const struct eg_loaded_kind *kind,
                                                               const void *request,
                                                               struct eg_error *error,
                                                               const char *format, ...);

#endif
