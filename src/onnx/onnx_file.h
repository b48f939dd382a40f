/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX files as messages of their schema (onnx.proto), which protobuf-c takes apart. */
#ifndef EG_ONNX_FILE_H
#define EG_ONNX_FILE_H

#include <stddef.h>

#include "base/error.h"
#include "onnx.pb-c.h"

/* A name as messages quote it: printable, and not without end. */
struct eg_onnx_name {
    char text[100];
};
struct eg_onnx_name eg_onnx_quote(const char *name);

struct eg_onnx_file {
    const char *path; /* for messages; borrowed */
    int has_folder;   /* files beside it may be read */
    size_t budget;    /* bytes that its messages may still take */
    Onnx__ModelProto *model;
};

/*
 * The messages of size bytes; path stands for the file in messages. Before anything is allocated, lengths and
 * the depth of nesting are checked; what is allocated is bounded by the size, so that a hostile file neither
 * takes all memory nor hangs. EG_DATA when the bytes are no ONNX model. Free it after failure too; it must not move.
 */
int eg_onnx_file_parse(const char *path, const void *bytes, size_t size, struct eg_onnx_file *file,
                       struct eg_error *error);
int eg_onnx_file_read(const char *path, struct eg_onnx_file *file, struct eg_error *error);
void eg_onnx_file_free(struct eg_onnx_file *file);

#endif
