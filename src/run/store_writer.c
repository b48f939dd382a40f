/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "run/store_writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "run/seal.h"

enum { MOST_LOSSES = 3 }; /* one after another, before it is given up */

static int make_runs(const char *folder, struct eg_error *error)
{
    char *runs = eg_join_path_alloc(folder, "runs", error);
    const int status = runs ? eg_make_folder(runs, error) : EG_INTERNAL;
    free(runs);
    return status;
}

/* Once more where the file of claims was removed or replaced meanwhile. */
static void open_claims(struct eg_store_writer *writer)
{
    char *path = NULL;
    if (asprintf(&path, "%s/runs/%s.claims", writer->folder, writer->store->experiment) < 0)
        return;
    if (!eg_cell_claims_are_of(&writer->claims, path)) {
        eg_cell_claims_close(&writer->claims);
        writer->claims = eg_cell_claims_open(path);
    }
    free(path);
}

int eg_store_writer_open(struct eg_store_writer *writer, struct eg_store *store, const char *folder,
                         const struct eg_shard *shard, const atomic_int *stop,
                         struct eg_error *error)
{
    *writer = (struct eg_store_writer){
        .store = store, .folder = folder, .is_shard = shard->count > 1, .claims = {-1}};
    int status = make_runs(folder, error);
    char *path = status ? NULL : eg_store_path_alloc(folder, store->experiment, shard, error);
    if (!status)
        status = path ? eg_row_file_open(&writer->file, path, error) : EG_INTERNAL;
    free(path);
    if (status)
        return status;
    writer->file.stop = stop;
    /* What happened to the file since it was read counts too. */
    const struct eg_store_file *known = eg_store_files_find(&store->files, writer->file.path);
    if (known && known->inode) {
        struct eg_row_mark *mark = &writer->file.mark;
        mark->tail_length = mark->end == known->end ? mark->tail_length : 0;
        mark->device = known->device;
        mark->inode = known->inode;
        mark->begin = mark->end = known->end;
    }
    open_claims(writer);
    pthread_mutex_init(&writer->mutex, NULL);
    return EG_OK;
}

void eg_store_writer_open_memory(struct eg_store_writer *writer, struct eg_store *store)
{
    *writer = (struct eg_store_writer){.store = store, .claims = {-1}};
    pthread_mutex_init(&writer->mutex, NULL);
}

/* Writes the line, and takes it for read. */
static int append(struct eg_store_writer *writer, const json_t *line, struct eg_error *error)
{
    const struct eg_row_mark *mark = &writer->file.mark;
    const int status = eg_row_file_append(&writer->file, line, error);
    struct eg_store_file *known = eg_store_files_find(&writer->store->files, writer->file.path);
    if (!status && known && known->inode == mark->inode && known->device == mark->device &&
        known->end == mark->begin) {
        known->size = known->end = mark->end;
        known->lines++;
    }
    return status;
}

static int has_line(const json_t *lines, const json_t *line)
{
    const json_t *other;
    size_t i;
    json_array_foreach(lines, i, other) if (json_equal(other, line)) return 1;
    return 0;
}

/* Appends the receipts, vouches and rows that the folder, as read into now, has not; *gone: rows of which only the
 * outcome is known. */
static int append_lost(struct eg_store_writer *writer, const struct eg_store *now, size_t *gone,
                       struct eg_error *error)
{
    const char *name;
    json_t *line;
    int status = EG_OK;
    *gone = 0;
    json_object_foreach(writer->store->receipts, name, line)
    {
        if (!status && !json_object_get(now->receipts, name))
            status = append(writer, line, error);
    }
    size_t i;
    json_array_foreach(writer->store->vouches, i, line)
    {
        if (!status && !has_line(now->vouches, line))
            status = append(writer, line, error);
    }
    json_object_foreach(writer->store->rows, name, line)
    {
        const enum eg_outcome outcome = eg_store_outcome(writer->store, name);
        if (status || eg_store_outcome(now, name) >= outcome)
            continue;
        if (json_object_get(line, "config"))
            status = append(writer, line, error);
        else
            *gone += outcome != EG_OUTCOME_FAILED;
    }
    return status;
}

static int restore(struct eg_store_writer *writer, const char *loss, struct eg_error *error)
{
    struct eg_store now = {0};
    struct eg_store *store = writer->store;
    size_t gone = 0;
    const char *path = writer->file.path;
    eg_warn(&store->warner,
            "%s was %s during the run: what it had, and is not there now, is written again", path,
            loss);
    int status = make_runs(writer->folder, error);
    if (!status)
        status = eg_row_file_reopen(&writer->file, error);
    if (status)
        return status;
    open_claims(writer);
    status = eg_store_make(&now, store->experiment, (struct eg_warner){0}, error);
    now.outcomes_only = 1;
    now.takes_unchecked = store->takes_unchecked;
    if (!status)
        status = eg_store_load(&now, writer->folder, error);
    if (!status)
        status = append_lost(writer, &now, &gone, error);
    eg_store_free(&now);
    return status || !gone
               ? status
               : eg_fail(error, EG_DATA,
                         "%s was %s during the run, and %zu rows of earlier runs are gone, which a "
                         "shard does not keep: put the file back, or give the same command again, "
                         "which runs their cells anew",
                         path, loss, gone);
}

/* Needs the lock. */
static int make_sure(struct eg_store_writer *writer, struct eg_error *error)
{
    const char *loss = NULL;
    for (int i = 0; i < MOST_LOSSES && (loss = eg_row_file_loss(&writer->file)); i++) {
        const int status = restore(writer, loss, error);
        if (status)
            return status;
    }
    return loss && (loss = eg_row_file_loss(&writer->file))
               ? eg_fail(error, EG_DATA,
                         "%s was %s again and again: find out who does it, or give another folder "
                         "with --out",
                         writer->file.path, loss)
               : EG_OK;
}

int eg_store_put(struct eg_store_writer *writer, json_t *line, struct eg_error *error)
{
    const char *key = json_string_value(json_object_get(line, "key"));
    const char *receipt = json_string_value(json_object_get(line, "receipt"));
    struct eg_store *store = writer->store;
    pthread_mutex_lock(&writer->mutex);
    int status = writer->folder ? make_sure(writer, error) : EG_OK;
    if (!status && writer->folder)
        status = append(writer, line, error);
    if (!status && (eg_is_receipt(line) ? json_object_set(store->receipts, receipt, line)
                    : key               ? json_object_set(store->rows, key, line)
                                        : json_array_append(store->vouches, line)))
        status = eg_fail(error, EG_INTERNAL, "out of memory keeping a row of %s",
                         store->experiment);
    pthread_mutex_unlock(&writer->mutex);
    return status;
}

int eg_store_sync(struct eg_store_writer *writer, struct eg_error *error)
{
    return writer->folder ? eg_row_file_sync(&writer->file, error) : EG_OK;
}

int eg_store_claim(struct eg_store_writer *writer, const char *key, enum eg_cell_claim *claim,
                   struct eg_error *error)
{
    struct eg_store *store = writer->store;
    *claim = EG_CLAIM_OURS;
    if (!writer->folder)
        return EG_OK;
    pthread_mutex_lock(&writer->mutex);
    const int is_ours = eg_cell_claims_take(&writer->claims, key);
    const int status = eg_store_refresh(store, writer->folder,
                                        writer->is_shard ? writer->file.path : NULL, error);
    const int is_done = !status && json_object_get(store->arrived, key) &&
                        eg_store_outcome(store, key) > EG_OUTCOME_FAILED;
    *claim = is_done ? EG_CLAIM_DONE : is_ours ? EG_CLAIM_OURS : EG_CLAIM_HELD;
    if (is_ours && (status || is_done))
        eg_cell_claims_release(&writer->claims, key);
    pthread_mutex_unlock(&writer->mutex);
    return status;
}

void eg_store_release(struct eg_store_writer *writer, const char *key)
{
    pthread_mutex_lock(&writer->mutex);
    eg_cell_claims_release(&writer->claims, key);
    pthread_mutex_unlock(&writer->mutex);
}

int eg_store_writer_close(struct eg_store_writer *writer, struct eg_error *error)
{
    struct eg_error unheard = {0};
    const int status = writer->folder ? make_sure(writer, error) : EG_OK;
    const int closed = eg_row_file_close(&writer->file, status ? &unheard : error);
    eg_cell_claims_close(&writer->claims);
    pthread_mutex_destroy(&writer->mutex);
    return status ? status : closed;
}
