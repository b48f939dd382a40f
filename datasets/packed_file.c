/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "datasets/packed_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nettle/sha2.h>

#include "base/folder.h"
#include "base/unpacked_input.h"

/* Read and hashed at a time, so that the bytes are still near when they are hashed. */
#define PIECE ((size_t)1 << 18)

struct eg_packed_file {
    struct eg_unpacked *input;
    char *path;
    struct sha256_ctx hash;
};

static char *name_gzipped_alloc(const char *path)
{
    char *gzipped = NULL;
    return asprintf(&gzipped, "%s.gz", path) < 0 ? NULL : gzipped;
}

int eg_packed_exists(const char *path)
{
    if (access(path, F_OK) == 0)
        return 1;
    char *gzipped = name_gzipped_alloc(path);
    const int exists = gzipped && access(gzipped, F_OK) == 0;
    free(gzipped);
    return exists;
}

int eg_packed_open(const char *path, struct eg_packed_file **file, struct eg_error *error)
{
    *file = NULL;
    struct eg_packed_file *opened = eg_alloc(1, sizeof *opened, error);
    if (!opened)
        return EG_INTERNAL;
    if (eg_packed_exists(path))
        opened->path = access(path, F_OK) == 0 ? strdup(path) : name_gzipped_alloc(path);
    else
        opened->path = strdup(path);
    struct eg_input_reason why;
    int status = EG_OK;
    if (!opened->path)
        status = eg_fail(error, EG_INTERNAL, "out of memory opening %s", path);
    else if (!(opened->input = eg_unpacked_open(opened->path, &why)))
        status = eg_fail(error, why.status, "%s: cannot open it%s: %s", opened->path,
                         why.is_absent ? ", nor with .gz after its name" : "", why.text);
    if (status) {
        eg_packed_close(opened);
        return status;
    }
    sha256_init(&opened->hash);
    *file = opened;
    return EG_OK;
}

int eg_packed_read(struct eg_packed_file *file, void *bytes, size_t size, size_t *count,
                   struct eg_error *error)
{
    struct eg_input_reason why;
    unsigned char *to = bytes;
    size_t got = 1;
    for (*count = 0; *count < size && got > 0; *count += got) {
        const size_t wanted = size - *count < PIECE ? size - *count : PIECE;
        if (eg_unpacked_read(file->input, to + *count, wanted, &got, &why))
            return eg_fail(error, why.status, "%s: cannot be read to its end (%s); copy it again",
                           file->path, why.text);
        sha256_update(&file->hash, got, to + *count);
    }
    return EG_OK;
}

const char *eg_packed_path(const struct eg_packed_file *file)
{
    return file->path;
}

struct eg_sha256 eg_packed_digest(const struct eg_packed_file *file)
{
    struct sha256_ctx hash = file->hash;
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct eg_sha256 result = {""};
    sha256_digest(&hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(result.text + 2 * i, 3, "%02x", digest[i]);
    return result;
}

void eg_packed_close(struct eg_packed_file *file)
{
    if (!file)
        return;
    eg_unpacked_close(file->input);
    free(file->path);
    free(file);
}

int eg_known_file_find(const struct eg_known_file *known, const char *folder, const char *fix,
                       char **path, struct eg_error *error)
{
    *path = eg_join_path_alloc(folder, known->path, error);
    if (!*path)
        return EG_INTERNAL;
    if (eg_packed_exists(*path))
        return EG_OK;
    eg_fail(error, EG_DATA, "%s: not there, nor with .gz after its name; get it with: %s", *path,
            fix);
    free(*path);
    *path = NULL;
    return EG_DATA;
}

int eg_known_file_exists(const struct eg_known_file *known, const char *folder)
{
    char *path = NULL;
    const int exists = folder && eg_known_file_find(known, folder, "", &path, NULL) == EG_OK;
    free(path);
    return exists;
}

int eg_known_file_check(const struct eg_known_file *known, const char *path,
                        const struct eg_sha256 *digest, const char *fix, struct eg_error *error)
{
    if (strcmp(digest->text, known->sha256) == 0)
        return EG_OK;
    return eg_fail(error, EG_DATA,
                   "%s: not the file it should be (the SHA-256 of its content begins with %.12s, "
                   "that of the right one with %.12s); get it anew with: %s",
                   path, digest->text, known->sha256, fix);
}
