/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/store_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/folder.h"
#include "base/input_file.h"
#include "base/json_lines.h"
#include "base/unpacked_input.h"
#include "run/store.h"

enum { MOST_NAMED = 10 }; /* bad lines of a file that are warned of one by one */

struct reading {
    struct eg_store *store;
    const char *path;
    int is_refresh;
    size_t before, lines; /* lines read before, and now */
    size_t named;
};

void eg_store_files_free(struct eg_store_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->items[i].path);
    free(files->items);
    *files = (struct eg_store_files){0};
}

struct eg_store_file *eg_store_files_find(struct eg_store_files *files, const char *path)
{
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->items[i].path, path) == 0)
            return &files->items[i];
    struct eg_store_file *items = realloc(files->items, (files->count + 1) * sizeof *items);
    if (!items)
        return NULL;
    files->items = items;
    items[files->count] = (struct eg_store_file){.path = strdup(path)};
    return items[files->count].path ? &items[files->count++] : NULL;
}

static void on_fault(void *context, enum eg_line_fault fault, size_t line, const char *why)
{
    struct reading *reading = context;
    struct eg_store *store = reading->store;
    if (fault == EG_LINE_TORN) {
        if (reading->is_refresh)
            return;
        store->torn++;
        eg_warn(&store->warner,
                "%s:%zu: the last line is torn (a run was killed while writing): dropped",
                reading->path, line);
        return;
    }
    reading->lines = line;
    store->malformed++;
    if (++reading->named <= MOST_NAMED)
        eg_warn(&store->warner,
                "%s:%zu: not a row (%s): passed over; if it was a cell's, that runs again",
                reading->path, reading->before + line, why);
}

static int on_object(void *context, json_t *object, size_t line, struct eg_error *error)
{
    struct reading *reading = context;
    const struct eg_line_place place = {reading->path, reading->before + line};
    const char *fault;
    const int status = eg_store_take(reading->store, object, &place, &fault, error);
    if (!status && fault)
        on_fault(reading, EG_LINE_MALFORMED, line, fault);
    reading->lines = line;
    return status;
}

static int read_lines(struct reading *reading, FILE *file, struct eg_error *error)
{
    const struct eg_line_visitor visitor = {on_object, on_fault, reading};
    const int status = eg_json_lines_read(file, reading->path, &visitor, error);
    if (reading->named > MOST_NAMED)
        eg_warn(&reading->store->warner, "%s: %zu more lines passed over", reading->path,
                reading->named - MOST_NAMED);
    return status;
}

static int fail_input(const char *path, const struct eg_input_reason *why, struct eg_error *error)
{
    return eg_fail(error, why->status,
                   "cannot read %s: %s; make it readable, or move it away to go on without", path,
                   why->text);
}

static int read_compressed(struct reading *reading, struct eg_store_file *known,
                           struct eg_error *error)
{
    struct eg_input_reason why = {0};
    struct stat facts = {0};
    FILE *file = eg_unpacked_stream(known->path, &why);
    if (!file)
        return fail_input(known->path, &why, error);
    int status = read_lines(reading, file, error);
    fclose(file);
    if (*why.text)
        status = fail_input(known->path, &why, error);
    if (!status && stat(known->path, &facts) == 0) {
        known->device = facts.st_dev;
        known->inode = facts.st_ino;
        known->size = facts.st_size;
    }
    return status;
}

/* From where it was read to; from the beginning when it is another file, or a load. */
static int read_plain(struct reading *reading, struct eg_store_file *known, struct eg_error *error)
{
    struct eg_input_reason why;
    struct stat facts;
    off_t end = 0;
    FILE *file = eg_input_stream(known->path, &why);
    if (!file)
        return reading->is_refresh && why.is_absent ? EG_OK : fail_input(known->path, &why, error);
    /* Shared: so that a row another process is just writing is not taken for a torn one. A refresh takes only
     * what is ended, and waits for nobody. */
    if (!reading->is_refresh)
        flock(fileno(file), LOCK_SH);
    int reason = fstat(fileno(file), &facts) ? errno : 0;
    if (!reason && S_ISREG(facts.st_mode))
        reason = eg_last_line_end(fileno(file), facts.st_size, &end);
    if (!reading->is_refresh || facts.st_dev != known->device || facts.st_ino != known->inode ||
        end < known->end) {
        known->end = 0;
        known->lines = 0;
    }
    reading->before = known->lines;
    if (!reason && known->end && fseeko(file, known->end, SEEK_SET))
        reason = errno;
    int status = reason ? eg_fail(error, EG_DATA, "cannot read %s: %s; check the disk", known->path,
                                  strerror(reason))
                        : read_lines(reading, file, error);
    fclose(file);
    if (!status) {
        known->device = facts.st_dev;
        known->inode = facts.st_ino;
        known->size = facts.st_size;
        known->end = end;
        known->lines += reading->lines;
    }
    return status;
}

static int is_compressed(const char *path)
{
    const size_t length = strlen(path);
    return length < 6 || strcmp(path + length - 6, ".jsonl") != 0;
}

/* Whether there is nothing new in it. */
static int is_read(const struct eg_store_file *known)
{
    struct stat facts;
    return stat(known->path, &facts) == 0 && facts.st_dev == known->device &&
           facts.st_ino == known->inode && facts.st_size == known->size;
}

static int read_file(struct eg_store *store, const char *path, int is_refresh,
                     struct eg_error *error)
{
    struct reading reading = {.store = store, .path = path, .is_refresh = is_refresh};
    struct eg_store_file *known = eg_store_files_find(&store->files, path);
    if (!known)
        return eg_fail(error, EG_INTERNAL, "out of memory reading %s", path);
    if (!is_refresh)
        return is_compressed(path) ? read_compressed(&reading, known, error)
                                   : read_plain(&reading, known, error);
    if (is_read(known))
        return EG_OK;
    /* What cannot be read may be half written yet: the next refresh reads it again. */
    struct eg_error own = {0};
    const int status = is_compressed(path) ? read_compressed(&reading, known, &own)
                                           : read_plain(&reading, known, &own);
    return status == EG_DATA || !status ? EG_OK : eg_fail(error, status, "%s", own.message);
}

static int is_file_of(const char *experiment, const char *name, int wants_compressed)
{
    static const char *const endings[] = {".jsonl", ".jsonl.gz", ".jsonl.xz"};
    const size_t length = strlen(experiment), size = strlen(name);
    if (strncmp(name, experiment, length) != 0 || name[length] != '.')
        return 0;
    for (size_t i = wants_compressed ? 1 : 0; i < (wants_compressed ? 3 : 1); i++) {
        const size_t ending = strlen(endings[i]);
        if (size >= length + ending && strcmp(name + size - ending, endings[i]) == 0)
            return 1;
    }
    return 0;
}

static int read_folder(struct eg_store *store, const char *folder, int is_refresh,
                       struct eg_error *error)
{
    struct dirent **entries = NULL;
    char *runs = eg_join_path_alloc(folder, "runs", error);
    if (!runs)
        return EG_INTERNAL;
    const int count = scandir(runs, &entries, NULL, alphasort);
    int status = EG_OK;
    if (count < 0 && errno != ENOENT)
        status = eg_fail(error, EG_DATA, "cannot read folder %s: %s; give another with --out", runs,
                         strerror(errno));
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < count && !status; i++)
            if (is_file_of(store->experiment, entries[i]->d_name, !pass)) {
                char *path = eg_join_path_alloc(runs, entries[i]->d_name, error);
                status = path ? read_file(store, path, is_refresh, error) : EG_INTERNAL;
                free(path);
            }
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    free(runs);
    return status;
}

int eg_store_load(struct eg_store *store, const char *folder, struct eg_error *error)
{
    const size_t before = store->unchecked;
    const int status = read_folder(store, folder, 0, error);
    if (store->unchecked > before)
        eg_warn(&store->warner, "%s/runs: rows of %s without a check, taken as they are: %zu",
                folder, store->experiment, store->unchecked - before);
    return status;
}

int eg_store_refresh(struct eg_store *store, const char *folder, const char *own,
                     struct eg_error *error)
{
    if (!store->arrived && !(store->arrived = json_object()))
        return eg_fail(error, EG_INTERNAL, "out of memory reading %s", folder);
    return own ? read_file(store, own, 1, error) : read_folder(store, folder, 1, error);
}
