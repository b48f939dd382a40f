/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/pack_text.h"

#include <criterion/criterion.h>
#include <lzma.h>
#include <zlib.h>

size_t pack_gzip(const char *text, size_t length, unsigned char *bytes, size_t room)
{
    z_stream stream = {0};
    cr_assert_eq(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (unsigned char *)text;
    stream.avail_in = (unsigned)length;
    stream.next_out = bytes;
    stream.avail_out = (unsigned)room;
    cr_assert_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return stream.total_out;
}

size_t pack_xz(const char *text, size_t length, unsigned char *bytes, size_t room)
{
    size_t size = 0;
    cr_assert_eq(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL, (const unsigned char *)text,
                                         length, bytes, &size, room),
                 LZMA_OK);
    return size;
}
