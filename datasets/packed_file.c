/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "datasets/packed_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nettle/sha2.h>
#include <zlib.h>

#include "base/folder.h"

/* Read and hashed at a time, so that the bytes are still near when they are hashed. */
#define PIECE ((size_t)1 << 18)

struct eg_packed_file {
    gzFile gz;
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
    int status = EG_OK;
    errno = ENOMEM; /* what gzopen leaves as it is when memory is short */
    if (!opened->path)
        status = eg_fail(error, EG_INTERNAL, "out of memory opening %s", path);
    else if (!(opened->gz = gzopen(opened->path, "rb")))
        status = eg_fail(error, EG_DATA, "%s: cannot open it%s: %s", path,
                         errno == ENOENT ? ", nor with .gz after its name" : "", strerror(errno));
    if (status) {
        eg_packed_close(opened);
        return status;
    }
    gzbuffer(opened->gz, PIECE);
    sha256_init(&opened->hash);
    *file = opened;
    return EG_OK;
}

static const char *explain(int why)
{
    if (why == Z_ERRNO)
        return strerror(errno);
    return why == Z_BUF_ERROR ? "what is compressed is cut short" : "what is compressed is damaged";
}

int eg_packed_read(struct eg_packed_file *file, void *bytes, size_t size, size_t *count,
                   struct eg_error *error)
{
    unsigned char *to = bytes;
    for (*count = 0; *count < size;) {
        const size_t wanted = size - *count < PIECE ? size - *count : PIECE;
        const int got = gzread(file->gz, to + *count, (unsigned)wanted);
        if (got > 0) {
            sha256_update(&file->hash, (size_t)got, to + *count);
            *count += (size_t)got;
        }
        int why = Z_OK;
        gzerror(file->gz, &why);
        if (why == Z_MEM_ERROR)
            return eg_fail(error, EG_INTERNAL, "out of memory reading %s", file->path);
        if (why < 0)
            return eg_fail(error, EG_DATA, "%s: cannot be read to its end (%s); copy it again",
                           file->path, explain(why));
        if (got <= 0)
            break;
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
    if (file->gz)
        gzclose(file->gz);
    free(file->path);
    free(file);
}

int eg_known_file_find(const struct eg_known_file *known, const char *folder, const char *mend,
                       char **path, struct eg_error *error)
{
    *path = eg_join_path_alloc(folder, known->path, error);
    if (!*path)
        return EG_INTERNAL;
    if (eg_packed_exists(*path))
        return EG_OK;
    eg_fail(error, EG_DATA, "%s: not there, nor with .gz after its name; get it with: %s", *path,
            mend);
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
                        const struct eg_sha256 *digest, const char *mend, struct eg_error *error)
{
    if (strcmp(digest->text, known->sha256) == 0)
        return EG_OK;
    return eg_fail(error, EG_DATA,
                   "%s: not the file it should be (the SHA-256 of its content begins with %.12s, "
                   "that of the right one with %.12s); get it anew with: %s",
                   path, digest->text, known->sha256, mend);
}
