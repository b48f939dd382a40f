/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an NPY file: an array no larger than the bytes can hold, or one line of error. */
#include "base/npy.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct eg_error error = {0};
    struct eg_npy array;
    const int status = eg_npy_parse("fuzz.npy", bytes, size, &array, &error);
    if (status != EG_OK && (array.data || !*error.message || strchr(error.message, '\n')))
        __builtin_trap();
    if (status == EG_OK && eg_npy_count(&array) > size)
        __builtin_trap();
    size_t positive = 0;
    for (size_t i = 0; status == EG_OK && i < eg_npy_count(&array); i++)
        positive += array.data[i] > 0;
    if (positive > size)
        __builtin_trap();
    eg_npy_free(&array);
    return 0;
}
