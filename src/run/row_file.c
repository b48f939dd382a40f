/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/row_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/json_lines.h"
#include "base/progress.h"

static const double sync_every = 2, patience = 2; /* seconds */

static const char *fix_of(int reason)
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
                   fix_of(reason));
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
            reason == ESPIPE ? "it is a pipe" : strerror(reason), fix_of(reason));
    return -1;
}

/* What is there now. 0, or errno; EIO where the file became shorter meanwhile. */
static int look_at_end(struct eg_row_file *file)
{
    struct stat now;
    struct eg_row_mark *mark = &file->mark;
    if (fstat(file->descriptor, &now))
        return errno;
    *mark = (struct eg_row_mark){.device = now.st_dev, .inode = now.st_ino};
    if (!S_ISREG(now.st_mode))
        return 0;
    const int reason = eg_last_line_end(file->descriptor, now.st_size, &mark->end);
    const off_t tail = mark->end < (off_t)sizeof mark->tail ? mark->end : (off_t)sizeof mark->tail;
    mark->begin = mark->end;
    mark->tail_length = (size_t)tail;
    errno = EIO;
    return reason                                                                        ? reason
           : pread(file->descriptor, mark->tail, (size_t)tail, mark->end - tail) == tail ? 0
                                                                                         : errno;
}

/* Another process may take away a torn last line between two looks. */
static int set_mark(struct eg_row_file *file)
{
    enum { LOOKS = 3 };
    int reason = EIO;
    for (int look = 0; look < LOOKS && reason == EIO; look++)
        reason = look_at_end(file);
    return reason;
}

static int open_marked(struct eg_row_file *file, struct eg_error *error)
{
    file->descriptor = open_rows(file->path, error);
    if (file->descriptor < 0)
        return EG_DATA;
    const int reason = set_mark(file);
    return reason ? eg_fail(error, EG_DATA, "cannot read %s: %s; check the disk", file->path,
                            strerror(reason))
                  : EG_OK;
}

int eg_row_file_open(struct eg_row_file *file, const char *path, struct eg_error *error)
{
    *file = (struct eg_row_file){.descriptor = -1, .path = strdup(path), .synced = eg_clock()};
    if (!file->path)
        return eg_fail(error, EG_INTERNAL, "out of memory opening %s", path);
    const int status = open_marked(file, error);
    if (status) {
        if (file->descriptor >= 0)
            close(file->descriptor);
        free(file->path);
        file->path = NULL;
        return status;
    }
    pthread_mutex_init(&file->mutex, NULL);
    return EG_OK;
}

int eg_row_file_reopen(struct eg_row_file *file, struct eg_error *error)
{
    const int before = file->descriptor;
    const int status = open_marked(file, error);
    if (file->descriptor < 0)
        file->descriptor = before;
    else
        close(before);
    return status;
}

const char *eg_row_file_loss(const struct eg_row_file *file)
{
    struct stat now;
    char tail[sizeof file->mark.tail];
    const struct eg_row_mark *mark = &file->mark;
    const off_t begin = mark->end - (off_t)mark->tail_length;
    if (stat(file->path, &now))
        return errno == ENOENT || errno == ENOTDIR ? "removed" : "made unreadable";
    if (now.st_dev != mark->device || now.st_ino != mark->inode)
        return "replaced by another file";
    if (!S_ISREG(now.st_mode))
        return NULL;
    if (now.st_size < mark->end)
        return "cut short";
    return pread(file->descriptor, tail, mark->tail_length, begin) == (ssize_t)mark->tail_length &&
                   memcmp(tail, mark->tail, mark->tail_length) == 0
               ? NULL
               : "overwritten";
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

/* *is_row: whether the bytes from begin to size are a whole row that lacks only its line end. 0, or errno where
 * there is no telling. */
static int check_tail(int descriptor, off_t begin, off_t size, int *is_row)
{
    const size_t length = (size_t)(size - begin);
    json_error_t fault = {0};
    char *text = malloc(length);
    if (!text)
        return ENOMEM;
    const ssize_t got = pread(descriptor, text, length, begin);
    const int reason = got < 0 ? errno : got != (ssize_t)length ? EIO : 0;
    json_t *row = reason ? NULL : json_loadb(text, length, 0, &fault);
    *is_row = json_is_object(row);
    json_decref(row);
    free(text);
    return !reason && !row && json_error_code(&fault) == json_error_out_of_memory ? ENOMEM : reason;
}

/* Ends or takes away a torn last line. Needs the lock. 0, or errno. */
static int fix_tail(int descriptor, off_t *size)
{
    struct stat now;
    off_t begin;
    if (fstat(descriptor, &now))
        return errno;
    *size = now.st_size;
    if (!S_ISREG(now.st_mode))
        return 0;
    int is_row, reason = eg_last_line_end(descriptor, now.st_size, &begin);
    if (reason || begin == now.st_size)
        return reason;
    reason = check_tail(descriptor, begin, now.st_size, &is_row);
    if (reason)
        return reason;
    if (is_row) {
        *size = now.st_size + 1;
        return write(descriptor, "\n", 1) == 1 ? 0 : errno;
    }
    *size = begin;
    return ftruncate(descriptor, begin) ? errno : 0;
}

/* begin: where the line went. Needs the lock. 0, or errno. */
static int write_line(int descriptor, const char *line, size_t length, off_t *begin)
{
    int reason = fix_tail(descriptor, begin);
    for (size_t done = 0; !reason && done < length;) {
        const ssize_t wrote = write(descriptor, line + done, length - done);
        if (wrote > 0)
            done += (size_t)wrote;
        else if (wrote == 0 || errno != EINTR)
            reason = wrote == 0 ? EIO : errno;
        if (reason && done > 0 && ftruncate(descriptor, *begin))
            reason = errno; /* the next writer or reader drops the torn line */
    }
    return reason;
}

/* EINVAL: not a file that can be brought to a disk. 0, or errno. */
static int bring_to_disk(struct eg_row_file *file)
{
    file->synced = eg_clock();
    return fsync(file->descriptor) && errno != EINVAL ? errno : 0;
}

int eg_row_file_sync(struct eg_row_file *file, struct eg_error *error)
{
    pthread_mutex_lock(&file->mutex);
    const int reason = bring_to_disk(file);
    pthread_mutex_unlock(&file->mutex);
    return reason ? fail_file(file, reason, error) : EG_OK;
}

static int append_locked(struct eg_row_file *file, const char *line, size_t length)
{
    off_t begin = 0;
    int reason = lock(file);
    if (reason)
        return reason;
    reason = write_line(file->descriptor, line, length, &begin);
    flock(file->descriptor, LOCK_UN);
    if (!reason) {
        struct eg_row_mark *mark = &file->mark;
        mark->begin = begin;
        mark->end = begin + (off_t)length;
        mark->tail_length = length < sizeof mark->tail ? length : sizeof mark->tail;
        memcpy(mark->tail, line + length - mark->tail_length, mark->tail_length);
    }
    return !reason && eg_clock() - file->synced > sync_every ? bring_to_disk(file) : reason;
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
