/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/receipt.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include <cblas.h>
#include <gnu/libc-version.h>
#include <gsl/gsl_version.h>
#include <xxhash.h>

#include "base/matrix.h"
#include "base/real.h"
#include "run/seal.h"

#ifndef EG_BUILD_COMMIT
#define EG_BUILD_COMMIT "unknown"
#define EG_BUILD_COMPILER "unknown"
#define EG_BUILD_FLAGS "unknown"
#endif

/* The processor's name from /proc/cpuinfo, else its kind. */
static void read_cpu(char *name, size_t size)
{
    struct utsname system;
    snprintf(name, size, "%s", uname(&system) == 0 ? system.machine : "unknown");
    FILE *file = fopen("/proc/cpuinfo", "re");
    if (!file)
        return;
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, file) > 0) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        colon += 1 + strspn(colon + 1, " \t");
        snprintf(name, size, "%.*s", (int)strcspn(colon, "\n"), colon);
        break;
    }
    free(line);
    fclose(file);
}

json_t *eg_receipt_make(const char *code_hash, size_t threads, char hash[EG_KEY_SIZE],
                        struct eg_error *error)
{
    char cpu[128];
    const size_t dirty_length = strlen("-dirty"), length = strlen(EG_BUILD_COMMIT);
    const int dirty = length > dirty_length &&
                      strcmp(&EG_BUILD_COMMIT[length - dirty_length], "-dirty") == 0;
    read_cpu(cpu, sizeof cpu);
    json_t *receipt = json_pack(
        "{s:s#, s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:I, s:s}", "commit",
        EG_BUILD_COMMIT, (int)(dirty ? length - dirty_length : length), "dirty", dirty, "compiler",
        EG_BUILD_COMPILER, "flags", EG_BUILD_FLAGS, "openblas", openblas_get_config(), "blas_core",
        eg_blas_core(), "gsl", gsl_version, "jansson", jansson_version_str(), "libc",
        gnu_get_libc_version(), "xxhash", (int)XXH_versionNumber(), "cpu", cpu, "precision",
        EG_REAL_NAME, "threads", (json_int_t)threads, "code_hash", code_hash);
    json_t *named = receipt && !eg_hash_receipt(receipt, hash, NULL) ? json_object() : NULL;
    if (!named || json_object_set_new(named, "receipt", json_string(hash)) ||
        json_object_update(named, receipt)) {
        json_decref(named);
        named = NULL;
        eg_fail(error, EG_INTERNAL, "out of memory writing the receipt");
    }
    json_decref(receipt);
    return named;
}
