/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the reference of nightly runs: measures that can be found, or one line of error. */
#define _GNU_SOURCE /* memfd_create */
#include "bench/frame/nightly_reference.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_nightly(const struct eg_nightly *nightly)
{
    if (!nightly->facts || !nightly->scale || nightly->seed_count == 0)
        __builtin_trap();
    for (size_t i = 0; i < nightly->seed_count; i++)
        if (eg_nightly_seed(nightly, nightly->seeds[i]) != i)
            __builtin_trap();
    for (size_t i = 0; i < nightly->count; i++) {
        const struct eg_measure *measure = &nightly->measures[i];
        const char *digest = eg_nightly_digest(nightly, measure->experiment, 0);
        if (eg_nightly_find(nightly, measure) != measure || (*digest && strlen(digest) != 32))
            __builtin_trap();
        for (size_t seed = 0; seed < nightly->seed_count; seed++)
            if (isinf(measure->values[seed]))
                __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct eg_nightly nightly;
    struct eg_error error = {0};
    char path[64];
    const int memory = memfd_create("reference", MFD_CLOEXEC);
    if (memory < 0 || write(memory, bytes, size) != (ssize_t)size)
        __builtin_trap();
    snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    const int status = eg_nightly_read(&nightly, path, &error);
    close(memory);
    if (status == EG_OK)
        check_nightly(&nightly);
    else if (nightly.facts || nightly.measures || !*error.message)
        __builtin_trap();
    eg_nightly_free(&nightly);
    return 0;
}
