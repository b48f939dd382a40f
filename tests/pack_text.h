/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compressed texts, for tests of those who read them. */
#ifndef EG_TESTS_PACK_TEXT_H
#define EG_TESTS_PACK_TEXT_H

#include <stddef.h>

/* A gzip member, or an xz stream, of that text into bytes; returns its length. */
size_t pack_gzip(const char *text, size_t length, unsigned char *bytes, size_t room);
size_t pack_xz(const char *text, size_t length, unsigned char *bytes, size_t room);

#endif
