/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a safetensors file: tensors no larger than the bytes can hold, or one line of error. */
#include "base/safetensors.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct eg_error error = {0};
    struct eg_tensors tensors;
    const int status = eg_safetensors_parse("fuzz.safetensors", bytes, size, &tensors, &error);
    if (status != EG_OK && (tensors.items || !*error.message || strchr(error.message, '\n')))
        __builtin_trap();
    size_t count = 0, positive = 0;
    for (size_t i = 0; i < tensors.count; i++) {
        const struct eg_tensor *tensor = &tensors.items[i];
        count += tensor->data ? tensor->count : 0;
        for (size_t k = 0; tensor->data && k < tensor->count; k++)
            positive += tensor->data[k] > 0;
        if (eg_tensors_find(&tensors, tensor->name) != tensor)
            __builtin_trap();
    }
    if (count > size || positive > count)
        __builtin_trap();
    eg_tensors_free(&tensors);
    return 0;
}
