/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an ONNX file: a network's text and tensors in bounded time and memory, or one line of error. */
#include "onnx/onnx_network.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct eg_error error = {0};
    struct eg_onnx_network network;
    const int status = eg_onnx_network_parse("fuzz.onnx", bytes, size, 0, &network, &error);
    if (status != EG_OK && (!*error.message || strchr(error.message, '\n')))
        __builtin_trap();
    if (status == EG_OK && (!network.text || !*network.text))
        __builtin_trap();
    for (size_t i = 0; status == EG_OK && i < network.tensors.count; i++)
        for (size_t k = 0; k < network.tensors.items[i].count; k++)
            if (!isfinite(network.tensors.items[i].data[k]))
                __builtin_trap();
    eg_onnx_network_free(&network);
    return 0;
}
