/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_stream.h"

#include <stdlib.h>

#include "public/handles.h"

int egbench_stream_alloc(struct egbench_stream **stream, uint64_t seed, uint64_t number,
                         struct egbench_error *error)
{
    if (!EG_HANDLE(error, *stream))
        return EG_INTERNAL;
    (*stream)->stream = eg_stream_make(seed, 0, EG_PURPOSE_DATA, 0, number);
    return EG_OK;
}

void egbench_stream_free(struct egbench_stream *stream)
{
    free(stream);
}

double egbench_stream_uniform(struct egbench_stream *stream)
{
    return eg_stream_uniform(&stream->stream);
}

double egbench_stream_normal(struct egbench_stream *stream)
{
    return eg_stream_normal(&stream->stream);
}

uint64_t egbench_stream_below(struct egbench_stream *stream, uint64_t bound)
{
    return eg_stream_below(&stream->stream, bound);
}

void egbench_stream_shuffle(struct egbench_stream *stream, size_t count, size_t *index)
{
    eg_stream_shuffle(&stream->stream, index, count);
}
