/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* fopencookie */
#include "base/unpacked_input.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lzma.h>
#include <zlib.h>

#include "base/progress.h"

enum { PIECE = 1 << 16, NO_WRITER = 5, SILENT_WRITER = 300 };

/* Bytes: xz -9 needs 65 MiB to unpack. */
static const uint64_t most_memory = (uint64_t)256 << 20;
static const unsigned char xz_magic[] = {0xfd, '7', 'z', 'X', 'Z', 0};

static const char cut_short[] = "what is compressed is cut short",
                  damaged[] = "what is compressed is damaged";

struct eg_unpacked {
    int descriptor, is_pipe, is_at_end; /* of the file */
    uint64_t taken, given;              /* bytes of the file, of its content */
    enum { PLAIN, GZIP, XZ } kind;
    int is_begun;             /* it is known which kind */
    int in_member, is_padded; /* is_padded: zeros came after a member */
    z_stream stream; /* next_in, avail_in: what was read and is not used yet, of any kind */
    lzma_stream xz;
    unsigned char piece[PIECE];
};

struct eg_unpacked *eg_unpacked_open(const char *path, struct eg_input_reason *why)
{
    struct stat facts = {0};
    const int descriptor = eg_input_open(path, EG_INPUT_MOST, 1, why);
    if (descriptor < 0)
        return NULL;
    struct eg_unpacked *input = calloc(1, sizeof *input);
    const lzma_stream empty = LZMA_STREAM_INIT;
    if (input)
        input->xz = empty;
    if (!input || inflateInit2(&input->stream, 15 + 16) != Z_OK ||
        lzma_stream_decoder(&input->xz, most_memory, LZMA_CONCATENATED) != LZMA_OK) {
        if (input)
            inflateEnd(&input->stream);
        eg_input_fail(why, EG_INTERNAL, "out of memory");
        free(input);
        close(descriptor);
        return NULL;
    }
    input->descriptor = descriptor;
    input->is_pipe = fstat(descriptor, &facts) == 0 && S_ISFIFO(facts.st_mode);
    return input;
}

/* Waits for a pipe that had nothing to read. 1: look again; 0: its end; -1. */
static int await_pipe(const struct eg_unpacked *input, int has_writer, struct eg_input_reason *why)
{
    struct pollfd wanted = {.fd = input->descriptor, .events = POLLIN};
    const int seconds = has_writer ? SILENT_WRITER : NO_WRITER;
    const double deadline = eg_clock() + seconds;
    int ready;
    do {
        const double left = deadline - eg_clock();
        ready = poll(&wanted, 1, left > 0 ? (int)(1000 * left) + 1 : 0);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0)
        return eg_input_fail(why, EG_DATA, "%s", strerror(errno));
    if (ready == 0)
        return eg_input_fail(why, EG_DATA, "it is a pipe, and nothing came through it in %d s",
                             seconds);
    return (wanted.revents & POLLIN) != 0;
}

/* Bytes of the file, at most size; 0 at its end, -1. */
static ssize_t read_some(struct eg_unpacked *input, unsigned char *bytes, size_t size,
                         struct eg_input_reason *why)
{
    for (;;) {
        const ssize_t got = read(input->descriptor, bytes, size);
        const int is_empty = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        if (got < 0 && !is_empty && errno != EINTR)
            return eg_input_fail(why, EG_DATA, "%s", strerror(errno));
        if (got > 0) {
            input->taken += (uint64_t)got;
            return input->taken <= EG_INPUT_MOST
                       ? got
                       : eg_input_fail(why, EG_DATA,
                                       "it has more than the %llu bytes that are read",
                                       (unsigned long long)EG_INPUT_MOST);
        }
        /* Without a writer a pipe looks ended, also before the first one comes. */
        if (got == 0 && (!input->is_pipe || input->taken > 0))
            return 0;
        const int waited = got == 0 || is_empty ? await_pipe(input, is_empty, why) : 1;
        if (waited <= 0)
            return waited;
    }
}

/* Makes sure that there is something to use, but at the end. 0, or -1. */
static int refill(struct eg_unpacked *input, struct eg_input_reason *why)
{
    z_stream *stream = &input->stream;
    if (stream->avail_in > 0 || input->is_at_end)
        return 0;
    const ssize_t got = read_some(input, input->piece, PIECE, why);
    if (got < 0)
        return -1;
    input->is_at_end = got == 0;
    stream->next_in = input->piece;
    stream->avail_in = (unsigned)got;
    return 0;
}

/* The first bytes tell whether it is compressed, and may come one by one. 0, or -1. */
static int begin(struct eg_unpacked *input, struct eg_input_reason *why)
{
    z_stream *stream = &input->stream;
    while (!input->is_at_end &&
           (stream->avail_in < 2 || (stream->avail_in < sizeof xz_magic &&
                                     memcmp(input->piece, xz_magic, stream->avail_in) == 0))) {
        const ssize_t got = read_some(input, input->piece + stream->avail_in,
                                      PIECE - stream->avail_in, why);
        if (got < 0)
            return -1;
        input->is_at_end = got == 0;
        stream->next_in = input->piece;
        stream->avail_in += (unsigned)got;
    }
    input->is_begun = 1;
    if (stream->avail_in >= 2 && input->piece[0] == 0x1f && input->piece[1] == 0x8b)
        input->kind = GZIP;
    else if (stream->avail_in >= sizeof xz_magic &&
             memcmp(input->piece, xz_magic, sizeof xz_magic) == 0)
        input->kind = XZ;
    input->in_member = input->kind != PLAIN;
    return 0;
}

static size_t copy_plain(struct eg_unpacked *input, unsigned char *bytes, size_t size)
{
    z_stream *stream = &input->stream;
    const size_t count = size < stream->avail_in ? size : stream->avail_in;
    memcpy(bytes, stream->next_in, count);
    stream->next_in += count;
    stream->avail_in -= (unsigned)count;
    return count;
}

/* Between two members: zeros are passed over, another member is begun. 0, or -1. */
static int begin_member(struct eg_unpacked *input, struct eg_input_reason *why)
{
    z_stream *stream = &input->stream;
    while (stream->avail_in > 0 && *stream->next_in == 0) {
        stream->next_in++;
        stream->avail_in--;
        input->is_padded = 1;
    }
    if (stream->avail_in == 0)
        return 0;
    if (input->is_padded || *stream->next_in != 0x1f)
        return eg_input_fail(why, EG_DATA, "after what is compressed comes something else");
    if (inflateReset(stream) != Z_OK)
        return eg_input_fail(why, EG_DATA, "%s", damaged);
    input->in_member = 1;
    return 0;
}

/* Some bytes of content, none of which need come. 0, or -1. */
static int inflate_some(struct eg_unpacked *input, unsigned char *bytes, size_t size, size_t *count,
                        struct eg_input_reason *why)
{
    z_stream *stream = &input->stream;
    stream->next_out = bytes;
    stream->avail_out = size < PIECE ? (unsigned)size : PIECE;
    const unsigned room = stream->avail_out;
    const int result = inflate(stream, Z_NO_FLUSH);
    *count = room - stream->avail_out;
    if (result == Z_STREAM_END)
        input->in_member = 0;
    else if (result == Z_MEM_ERROR)
        return eg_input_fail(why, EG_INTERNAL, "out of memory");
    else if (result != Z_OK && result != Z_BUF_ERROR)
        return eg_input_fail(why, EG_DATA, "%s", damaged);
    else if (*count == 0 && stream->avail_in == 0 && input->is_at_end)
        return eg_input_fail(why, EG_DATA, "%s", cut_short);
    return 0;
}

/* The same of xz, whose streams and padding liblzma tells apart. 0, or -1. */
static int decode_some(struct eg_unpacked *input, unsigned char *bytes, size_t size, size_t *count,
                       struct eg_input_reason *why)
{
    lzma_stream *xz = &input->xz;
    xz->next_in = input->stream.next_in;
    xz->avail_in = input->stream.avail_in;
    xz->next_out = bytes;
    xz->avail_out = size;
    const lzma_ret result = lzma_code(xz, input->is_at_end ? LZMA_FINISH : LZMA_RUN);
    input->stream.next_in += input->stream.avail_in - xz->avail_in;
    input->stream.avail_in = (unsigned)xz->avail_in;
    *count = size - xz->avail_out;
    switch (result) {
    case LZMA_STREAM_END:
        input->in_member = 0;
        return 0;
    case LZMA_OK:
        return 0;
    case LZMA_BUF_ERROR:
        return input->is_at_end ? eg_input_fail(why, EG_DATA, "%s", cut_short) : 0;
    case LZMA_MEM_ERROR:
        return eg_input_fail(why, EG_INTERNAL, "out of memory");
    case LZMA_MEMLIMIT_ERROR:
        return eg_input_fail(why, EG_DATA, "it takes more than %llu MiB of memory to unpack",
                             (unsigned long long)(most_memory >> 20));
    default:
        return eg_input_fail(why, EG_DATA, "%s", damaged);
    }
}

int eg_unpacked_read(struct eg_unpacked *input, void *bytes, size_t size, size_t *count,
                     struct eg_input_reason *why)
{
    unsigned char *to = bytes;
    *count = 0;
    if (!input->is_begun && begin(input, why))
        return -1;
    while (*count < size) {
        size_t more = 0;
        if (refill(input, why))
            return -1;
        const int is_over = input->is_at_end && input->stream.avail_in == 0;
        if (is_over && !input->in_member)
            break;
        if (input->kind == PLAIN)
            more = copy_plain(input, to + *count, size - *count);
        else if (input->kind == XZ && input->in_member) {
            if (decode_some(input, to + *count, size - *count, &more, why))
                return -1;
        } else if (!input->in_member) {
            if (begin_member(input, why))
                return -1;
        } else if (inflate_some(input, to + *count, size - *count, &more, why))
            return -1;
        *count += more;
        input->given += more;
        if (input->given > EG_INPUT_MOST)
            return eg_input_fail(why, EG_DATA,
                                 "it unpacks to more than the %llu bytes that are read",
                                 (unsigned long long)EG_INPUT_MOST);
    }
    return 0;
}

void eg_unpacked_close(struct eg_unpacked *input)
{
    if (!input)
        return;
    inflateEnd(&input->stream);
    lzma_end(&input->xz);
    close(input->descriptor);
    free(input);
}

/* A stream's content. */
struct cookie {
    struct eg_unpacked *input;
    struct eg_input_reason *why;
};

static ssize_t read_cookie(void *context, char *bytes, size_t size)
{
    const struct cookie *cookie = context;
    size_t count;
    if (eg_unpacked_read(cookie->input, bytes, size, &count, cookie->why) == 0)
        return (ssize_t)count;
    errno = EIO;
    return -1;
}

static int close_cookie(void *context)
{
    struct cookie *cookie = context;
    eg_unpacked_close(cookie->input);
    free(cookie);
    return 0;
}

FILE *eg_unpacked_stream(const char *path, struct eg_input_reason *why)
{
    const cookie_io_functions_t functions = {.read = read_cookie, .close = close_cookie};
    *why = (struct eg_input_reason){0};
    struct eg_unpacked *input = eg_unpacked_open(path, why);
    struct cookie *cookie = input ? malloc(sizeof *cookie) : NULL;
    FILE *file = cookie ? fopencookie(cookie, "r", functions) : NULL;
    if (file) {
        *cookie = (struct cookie){input, why};
        return file;
    }
    if (input)
        eg_input_fail(why, EG_INTERNAL, "out of memory");
    eg_unpacked_close(input);
    free(cookie);
    return NULL;
}
