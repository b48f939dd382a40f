/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of known content that may be gzipped: read once from the beginning to the end, with the
 * SHA-256 of the content taken on the way.
 */
#ifndef EG_DATASETS_PACKED_FILE_H
#define EG_DATASETS_PACKED_FILE_H

#include <stddef.h>

#include "base/error.h"

/* 64 hexadecimal digits and the end of the text. */
struct eg_sha256 {
    char text[65];
};

struct eg_packed_file;

/* Whether there is a file path or path.gz. */
int eg_packed_exists(const char *path);

/* Opens path, or path.gz where path is not there; either may be gzipped or not. EG_DATA when it
 * cannot be opened. *file is NULL on failure, else for eg_packed_close. */
int eg_packed_open(const char *path, struct eg_packed_file **file, struct eg_error *error);

/* The next size bytes of the content; *count is less than size at the end alone. EG_DATA when the
 * file cannot be read or its compressed content is damaged. */
int eg_packed_read(struct eg_packed_file *file, void *bytes, size_t size, size_t *count,
                   struct eg_error *error);

/* The path that was opened, for messages. */
const char *eg_packed_path(const struct eg_packed_file *file);

/* Of all bytes read so far. */
struct eg_sha256 eg_packed_digest(const struct eg_packed_file *file);

/* file may be NULL. */
void eg_packed_close(struct eg_packed_file *file);

/* A file whose content is known. */
struct eg_known_file {
    const char *path;   /* below the data folder; it may lie there as path.gz */
    const char *sha256; /* of the content when it is not gzipped */
};

/* The path of that file below a folder, the caller's to free. EG_DATA when neither it nor its
 * gzipped form is there; fix is the command that gets it. On failure *path is NULL. */
int eg_known_file_find(const struct eg_known_file *known, const char *folder, const char *fix,
                       char **path, struct eg_error *error);

/* Whether eg_known_file_find finds it; folder may be NULL. */
int eg_known_file_exists(const struct eg_known_file *known, const char *folder);

/* EG_DATA naming path and fix when the digest is not the known one. */
int eg_known_file_check(const struct eg_known_file *known, const char *path,
                        const struct eg_sha256 *digest, const char *fix, struct eg_error *error);

#endif
