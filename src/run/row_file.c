/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memrchr */
#include "run/row_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/progress.h"

static const double sync_every = 2, patience = 2; /* seconds */

static const char *mend_of(int reason)
{
    switch (reason) {
    case ENOSPC:
    case EDQUOT:
        return "free some space and give the same command again: it goes on where it was";
    case EFBIG:
        return "raise the limit on file size (ulimit -f) and give the same command again";
    case EROFS:
    case EACCES:
    case EPERM:
        return "make it writable, or give another folder with --out";
    default:
        return "check the disk, or give another folder with --out";
    }
}

static int fail_file(const struct eg_row_file *file, int reason, struct eg_error *error)
{
    if (reason == EINTR)
        return eg_fail(error, EG_INTERRUPTED, "%s: interrupted while another process holds it",
                       file->path);
    return eg_fail(error, EG_DATA, "cannot write %s: %s; %s", file->path, strerror(reason),
                   mend_of(reason));
}

/* A pipe would take rows that nobody reads, and then block. -1 with *error filled. */
static int open_rows(const char *path, struct eg_error *error)
{
    struct stat kind;
    const int descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
    const int reason = descriptor < 0                         ? errno
                       : fstat(descriptor, &kind)             ? errno
                       : S_ISFIFO(kind.st_mode)               ? ESPIPE
                       : fcntl(descriptor, F_SETFL, O_APPEND) ? errno
                                                              : 0;
    if (!reason)
        return descriptor;
    if (descriptor >= 0)
        close(descriptor);
    eg_fail(error, EG_DATA, "cannot write %s: %s; %s", path,
            reason == ESPIPE ? "it is a pipe" : strerror(reason), mend_of(reason));
    return -1;
}

int eg_row_file_open(struct eg_row_file *file, const char *path, struct eg_error *error)
{
    *file = (struct eg_row_file){.descriptor = -1, .path = strdup(path), .synced = eg_clock()};
    if (!file->path)
        return eg_fail(error, EG_INTERNAL, "out of memory opening %s", path);
    file->descriptor = open_rows(path, error);
    if (file->descriptor < 0) {
        free(file->path);
        file->path = NULL;
        return EG_DATA;
    }
    pthread_mutex_init(&file->mutex, NULL);
    return EG_OK;
}

/* Waits for the lock, once *stop is not 0 for some seconds only: who holds it may hang. Some network file
 * systems know no locks; there every shard has a file of its own anyway. 0, or errno. */
static int lock(const struct eg_row_file *file)
{
    const struct timespec pause = {0, 5000000};
    double stopped = 0;
    while (flock(file->descriptor, LOCK_EX | LOCK_NB)) {
        if (errno == ENOSYS || errno == EOPNOTSUPP || errno == ENOLCK || errno == EINVAL)
            return 0;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return errno;
        if (file->stop && atomic_load(file->stop)) {
            stopped = stopped > 0 ? stopped : eg_clock();
            if (eg_clock() - stopped > patience)
                return EINTR;
        }
        nanosleep(&pause, NULL);
    }
    return 0;
}

/* Where the line begins that a killed writer left without an end; size when the file is whole.
 * Needs the lock. 0, or errno. */
static int find_torn(int descriptor, off_t size, off_t *begin)
{
    char block[4096];
    *begin = size;
    for (off_t end = size; end > 0;) {
        const size_t length = end < (off_t)sizeof block ? (size_t)end : sizeof block;
        if (pread(descriptor, block, length, end - (off_t)length) != (ssize_t)length)
            return errno ? errno : EIO;
        const char *newline = memrchr(block, '\n', length);
        end -= (off_t)length;
        *begin = newline ? end + (newline - block) + 1 : end;
        if (newline)
            break;
    }
    return 0;
}

/* Whether the bytes from begin to size are a whole row that lacks only its line end. */
static int is_row(int descriptor, off_t begin, off_t size)
{
    const size_t length = (size_t)(size - begin);
    char *text = malloc(length);
    json_t *row = text && pread(descriptor, text, length, begin) == (ssize_t)length
                      ? json_loadb(text, length, 0, NULL)
                      : NULL;
    const int good = json_is_object(row);
    json_decref(row);
    free(text);
    return good;
}

/* Ends or takes away a torn last line. Needs the lock. 0, or errno. */
static int mend_tail(int descriptor, off_t *size)
{
    struct stat now;
    off_t begin;
    if (fstat(descriptor, &now))
        return errno;
    *size = now.st_size;
    if (!S_ISREG(now.st_mode))
        return 0;
    const int reason = find_torn(descriptor, now.st_size, &begin);
    if (reason || begin == now.st_size)
        return reason;
    if (is_row(descriptor, begin, now.st_size)) {
        *size = now.st_size + 1;
        return write(descriptor, "\n", 1) == 1 ? 0 : errno;
    }
    *size = begin;
    return ftruncate(descriptor, begin) ? errno : 0;
}

/* Needs the lock. 0, or errno. */
static int write_line(int descriptor, const char *line, size_t length)
{
    off_t size = 0;
    int reason = mend_tail(descriptor, &size);
    for (size_t done = 0; !reason && done < length;) {
        const ssize_t wrote = write(descriptor, line + done, length - done);
        if (wrote > 0)
            done += (size_t)wrote;
        else if (wrote == 0 || errno != EINTR)
            reason = wrote == 0 ? EIO : errno;
        if (reason && done > 0 && ftruncate(descriptor, size))
            reason = errno; /* the next writer or reader drops the torn line */
    }
    return reason;
}

static int append_locked(struct eg_row_file *file, const char *line, size_t length)
{
    int reason = lock(file);
    if (reason)
        return reason;
    reason = write_line(file->descriptor, line, length);
    flock(file->descriptor, LOCK_UN);
    const double now = eg_clock();
    if (!reason && now - file->synced > sync_every) {
        file->synced = now;
        /* EINVAL: not a file that can be brought to a disk. */
        if (fsync(file->descriptor) && errno != EINVAL)
            reason = errno;
    }
    return reason;
}

int eg_row_file_append(struct eg_row_file *file, const json_t *row, struct eg_error *error)
{
    char *line = json_dumps(row, JSON_COMPACT | JSON_REAL_PRECISION(17));
    if (!line)
        return eg_fail(error, EG_INTERNAL, "%s: cannot write a row: out of memory", file->path);
    const size_t length = strlen(line);
    line[length] = '\n'; /* in the place of the closing zero: it is written with its length */
    pthread_mutex_lock(&file->mutex);
    const int reason = append_locked(file, line, length + 1);
    pthread_mutex_unlock(&file->mutex);
    free(line);
    return reason ? fail_file(file, reason, error) : EG_OK;
}

int eg_row_file_close(struct eg_row_file *file, struct eg_error *error)
{
    if (!file->path)
        return EG_OK;
    int status = EG_OK;
    if (fsync(file->descriptor) && errno != EINVAL)
        status = fail_file(file, errno, error);
    if (close(file->descriptor) && !status)
        status = fail_file(file, errno, error);
    pthread_mutex_destroy(&file->mutex);
    free(file->path);
    file->path = NULL;
    return status;
}
