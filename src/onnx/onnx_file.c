/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx/onnx_file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/input_file.h"

enum { DEEPEST = 32, SPARE = 1 << 20, MOST_GROWTH = 256 << 20, GROWTH = 32 };

struct eg_onnx_name eg_onnx_quote(const char *name)
{
    struct eg_onnx_name quoted;
    snprintf(quoted.text, sizeof quoted.text, "%s", name);
    if (strlen(name) >= sizeof quoted.text)
        memcpy(quoted.text + sizeof quoted.text - 4, "...", 4);
    for (char *at = quoted.text; *at; at++)
        if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
            *at = '?';
    return quoted;
}

/* --- a look at all messages before any is made --- */

enum wire { VARINT = 0, EIGHT_BYTES = 1, LENGTH = 2, FOUR_BYTES = 5 };

static int read_varint(const uint8_t **at, const uint8_t *end, uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; *at < end && shift < 64; shift += 7) {
        const uint8_t byte = *(*at)++;
        *number |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return 1;
    }
    return 0;
}

/* Moves over a field; *inside gets the length of what follows a LENGTH. */
static int skip_field(unsigned wire, const uint8_t **at, const uint8_t *end, uint64_t *inside)
{
    uint64_t size = wire == EIGHT_BYTES ? 8 : 4;
    if (wire == VARINT)
        return read_varint(at, end, &size);
    if (wire == LENGTH && !read_varint(at, end, &size))
        return 0;
    if ((wire != LENGTH && wire != EIGHT_BYTES && wire != FOUR_BYTES) ||
        size > (uint64_t)(end - *at))
        return 0;
    *inside = size;
    *at += size;
    return 1;
}

/* Whether the bytes are fields, and messages in them not too deep, as protobuf-c recurses. */
static int are_fields(const ProtobufCMessageDescriptor *type, const uint8_t *at, const uint8_t *end,
                      unsigned depth)
{
    while (at < end) {
        uint64_t tag, inside = 0;
        if (depth > DEEPEST || !read_varint(&at, end, &tag) || tag >> 3 == 0 ||
            tag >> 3 > UINT32_MAX)
            return 0;
        if (!skip_field(tag & 7, &at, end, &inside))
            return 0;
        const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
            type, (unsigned)(tag >> 3));
        if (field && field->type == PROTOBUF_C_TYPE_MESSAGE && (tag & 7) == LENGTH &&
            !are_fields(field->descriptor, at - inside, at, depth + 1))
            return 0;
    }
    return 1;
}

/* --- messages, within a budget --- */

static void *take(void *budget, size_t size)
{
    size_t *left = budget;
    const size_t whole = size + 16; /* what an allocation takes besides */
    if (size > SIZE_MAX - 16 || whole > *left)
        return NULL;
    *left -= whole;
    return malloc(size ? size : 1);
}

static void give_back(void *budget, void *block)
{
    (void)budget;
    free(block);
}

/* Of all that is ever taken: fields that come again and again are merged by allocating anew. */
static ProtobufCAllocator allocator_of(struct eg_onnx_file *file)
{
    return (ProtobufCAllocator){take, give_back, &file->budget};
}

static int check_model(const struct eg_onnx_file *file, struct eg_error *error)
{
    const Onnx__ModelProto *model = file->model;
    int64_t opset = 0;
    if (!model->graph)
        return eg_fail(error, EG_DATA, "%s: this ONNX file has no graph", file->path);
    for (size_t i = 0; i < model->n_opset_import; i++)
        if (!model->opset_import[i]->domain || !*model->opset_import[i]->domain)
            opset = model->opset_import[i]->version;
    if (opset < 7)
        return eg_fail(
            error, EG_DATA,
            "%s: its operators are of ONNX's opset %lld; export it with opset 7 or later",
            file->path, (long long)opset);
    return EG_OK;
}

int eg_onnx_file_parse(const char *path, const void *bytes, size_t size, struct eg_onnx_file *file,
                       struct eg_error *error)
{
    *file = (struct eg_onnx_file){.path = path};
    if (!are_fields(&onnx__model_proto__descriptor, bytes, (const uint8_t *)bytes + size, 0))
        return eg_fail(error, EG_DATA, "%s: this is no ONNX file, or it is cut off or damaged",
                       path);
    const size_t growth = size < MOST_GROWTH / GROWTH ? GROWTH * size : MOST_GROWTH;
    file->budget = size + growth + SPARE;
    ProtobufCAllocator allocator = allocator_of(file);
    file->model = onnx__model_proto__unpack(&allocator, size, bytes);
    if (!file->model)
        return eg_fail(error, EG_DATA, "%s: this ONNX file is damaged", path);
    return check_model(file, error);
}

int eg_onnx_file_read(const char *path, struct eg_onnx_file *file, struct eg_error *error)
{
    char *bytes = NULL;
    size_t size;
    *file = (struct eg_onnx_file){.path = path};
    int status = eg_read_file(path, INT32_MAX, &bytes, &size, error); /* what protobuf can hold */
    if (!status)
        status = eg_onnx_file_parse(path, bytes, size, file, error);
    file->has_folder = 1;
    free(bytes);
    return status;
}

void eg_onnx_file_free(struct eg_onnx_file *file)
{
    ProtobufCAllocator allocator = allocator_of(file);
    if (file->model)
        onnx__model_proto__free_unpacked(file->model, &allocator);
    file->model = NULL;
}
