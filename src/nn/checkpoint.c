/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "nn/checkpoint.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>

#include "base/folder.h"
#include "base/input_file.h"
#include "base/real.h"

enum { FORMAT = 1 }; /* count it up with any change of the file or of what eg_train keeps in it */

static const char magic[8] = "egbench";

/* What a file that fits begins with. */
struct head {
    unsigned char *bytes; /* owned */
    size_t size;
};

static unsigned char *append(unsigned char *end, const void *bytes, size_t size)
{
    memcpy(end, bytes, size);
    return end + size;
}

static unsigned char *append_number(unsigned char *end, uint64_t number)
{
    return append(end, &number, sizeof number);
}

static int make_head(const struct eg_checkpoint *checkpoint, const struct eg_kept *kept,
                     size_t count, struct head *head, struct eg_error *error)
{
    const size_t key = strlen(checkpoint->key);
    head->size = sizeof magic + (4 + count) * sizeof(uint64_t) + key;
    unsigned char *end = head->bytes = eg_alloc(head->size, 1, error);
    if (!end)
        return EG_INTERNAL;
    end = append(end, magic, sizeof magic);
    end = append_number(end, FORMAT);
    end = append_number(end, sizeof(real));
    end = append_number(end, key);
    end = append(end, checkpoint->key, key);
    end = append_number(end, count);
    for (size_t i = 0; i < count; i++)
        end = append_number(end, kept[i].size);
    return EG_OK;
}

static XXH128_canonical_t finish_checksum(const XXH3_state_t *checksum)
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(checksum));
    return canonical;
}

/* 0, or errno. */
static int put(FILE *file, const void *bytes, size_t size, XXH3_state_t *checksum)
{
    errno = 0;
    if (size && fwrite(bytes, 1, size, file) != size)
        return errno ? errno : EIO;
    XXH3_128bits_update(checksum, bytes, size);
    return 0;
}

/* Everything, on the disk. 0, or errno. */
static int write_all(FILE *file, const struct head *head, const struct eg_kept *kept, size_t count,
                     XXH3_state_t *checksum)
{
    XXH3_128bits_reset(checksum);
    int reason = put(file, head->bytes, head->size, checksum);
    for (size_t i = 0; i < count && !reason; i++)
        reason = put(file, kept[i].bytes, kept[i].size, checksum);
    const XXH128_canonical_t sum = finish_checksum(checksum);
    if (!reason)
        reason = put(file, &sum, sizeof sum, checksum);
    if (!reason && (fflush(file) || fsync(fileno(file))))
        reason = errno;
    return reason;
}

/* Opens for writing, making the folder when it is not there. NULL with errno or *error set. */
static FILE *open_new(const char *path, struct eg_error *error)
{
    FILE *file = fopen(path, "wbe");
    const char *slash = strrchr(path, '/');
    if (file || errno != ENOENT || !slash)
        return file;
    char *folder = strndup(path, (size_t)(slash - path));
    const int status = folder ? eg_make_folder(folder, error) : EG_INTERNAL;
    free(folder);
    return status ? NULL : fopen(path, "wbe");
}

static int fail_write(const char *path, int reason, struct eg_error *error)
{
    return eg_fail(error, EG_DATA,
                   "cannot write checkpoint %s: %s; make room for it and its folder writable, then "
                   "run the same again",
                   path, strerror(reason));
}

static int replace_file(const char *path, const char *made, const struct head *head,
                        const struct eg_kept *kept, size_t count, XXH3_state_t *checksum,
                        struct eg_error *error)
{
    struct eg_error of_folder = {0};
    FILE *file = open_new(made, &of_folder);
    if (!file)
        return of_folder.status ? eg_fail(error, of_folder.status, "%s", of_folder.message)
                                : fail_write(path, errno, error);
    int reason = write_all(file, head, kept, count, checksum);
    if (fclose(file) && !reason)
        reason = errno;
    /* ENOENT: another process has done the same work, and removed what was kept for it. */
    if (!reason && rename(made, path) && errno != ENOENT)
        reason = errno;
    if (!reason)
        return EG_OK;
    unlink(made);
    return fail_write(path, reason, error);
}

int eg_checkpoint_write(const struct eg_checkpoint *checkpoint, const struct eg_kept *kept,
                        size_t count, struct eg_error *error)
{
    struct head head = {0};
    char *made = NULL;
    XXH3_state_t *checksum = XXH3_createState();
    int status = make_head(checkpoint, kept, count, &head, error);
    /* Of this process alone, should two do the same work at once. */
    if (!status && (!checksum || asprintf(&made, "%s.%ld", checkpoint->path, (long)getpid()) < 0)) {
        made = NULL;
        status = eg_fail(error, EG_INTERNAL, "out of memory writing checkpoint %s",
                         checkpoint->path);
    }
    if (!status)
        status = replace_file(checkpoint->path, made, &head, kept, count, checksum, error);
    XXH3_freeState(checksum);
    free(made);
    free(head.bytes);
    return status;
}

/* Whether the file begins with as much of the head as it has. */
static int is_own(FILE *file, const struct head *head, unsigned char *begin)
{
    const size_t size = fread(begin, 1, head->size, file);
    return memcmp(begin, head->bytes, size) == 0;
}

/* What is left of the file after its head, the checksum with it. */
static int is_whole(FILE *file, const struct head *head, unsigned char *rest, size_t size,
                    XXH3_state_t *checksum)
{
    XXH128_canonical_t sum;
    if (fread(rest, 1, size + sizeof sum, file) != size + sizeof sum)
        return 0;
    XXH3_128bits_reset(checksum);
    XXH3_128bits_update(checksum, head->bytes, head->size);
    XXH3_128bits_update(checksum, rest, size);
    sum = finish_checksum(checksum);
    return memcmp(rest + size, &sum, sizeof sum) == 0;
}

/* Reads a file that has been opened, into a copy first: what is kept must not change by halves. */
static int read_file(FILE *file, const struct head *head, const struct eg_kept *kept, size_t count,
                     enum eg_checkpoint_state *state, struct eg_error *error)
{
    size_t size = 0;
    struct stat found;
    for (size_t i = 0; i < count; i++)
        size += kept[i].size;
    const size_t needed = head->size + size + sizeof(XXH128_canonical_t);
    unsigned char *copy = eg_alloc(needed, 1, error);
    XXH3_state_t *checksum = XXH3_createState();
    int status = copy && checksum ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory");
    if (!status && !is_own(file, head, copy))
        *state = EG_CHECKPOINT_FOREIGN;
    else if (!status && fstat(fileno(file), &found) == 0 && (size_t)found.st_size == needed &&
             is_whole(file, head, copy, size, checksum)) {
        const unsigned char *next = copy;
        for (size_t i = 0; i < count; next += kept[i++].size)
            memcpy(kept[i].bytes, next, kept[i].size);
        *state = EG_CHECKPOINT_TAKEN;
    }
    XXH3_freeState(checksum);
    free(copy);
    return status;
}

int eg_checkpoint_read(const struct eg_checkpoint *checkpoint, const struct eg_kept *kept,
                       size_t count, enum eg_checkpoint_state *state, struct eg_error *error)
{
    struct head head = {0};
    struct eg_input_reason why;
    FILE *file = eg_input_stream(checkpoint->path, &why);
    *state = file || !why.is_absent ? EG_CHECKPOINT_DAMAGED : EG_CHECKPOINT_NONE;
    if (!file)
        return EG_OK;
    int status = make_head(checkpoint, kept, count, &head, error);
    if (!status)
        status = read_file(file, &head, kept, count, state, error);
    free(head.bytes);
    fclose(file);
    return status;
}

int eg_checkpoint_is_other(const char *path)
{
    char begin[sizeof magic];
    struct eg_input_reason why;
    FILE *file = eg_input_stream(path, &why);
    const size_t size = file ? fread(begin, 1, sizeof begin, file) : 0;
    if (file)
        fclose(file);
    return file ? memcmp(begin, magic, size) != 0 : !why.is_absent;
}

void eg_checkpoint_remove(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char *folder = slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
    DIR *entries = folder ? opendir(*folder ? folder : "/") : NULL;
    const struct dirent *entry;
    while (entries && *name && (entry = readdir(entries)))
        if (strncmp(entry->d_name, name, strlen(name)) == 0)
            unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries)
        closedir(entries);
    free(folder);
}
