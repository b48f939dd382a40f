/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf, scandir */
#include "bench/compare/compare_user_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/input_file.h"

enum { MOST_NUMBER = 1 << 20 };

int eg_compare_has_user(const struct eg_compare_options *options)
{
    return options->model || options->units;
}

int eg_compare_check_user(const struct eg_compare_options *options, struct eg_error *error)
{
    const int any = options->x_train || options->y_train || options->x_test || options->y_test ||
                    options->outputs_test || options->split != EG_NO_SPLIT;
    const int all = options->x_train && options->x_test;
    if (options->model && options->units)
        return eg_fail(error, EG_USAGE, "--model and --units: give one of them only");
    if (options->model && !all)
        return eg_fail(error, EG_USAGE,
                       "--model: give the rows too, with --x-train and --x-test, and their labels "
                       "with --y-test for what is scored by these");
    if (!options->model && any)
        return eg_fail(
            error, EG_USAGE,
            "--x-train, --y-train, --x-test, --y-test, --outputs-test and --split go with --model: "
            "give it too");
    if (!eg_compare_has_user(options) && options->network)
        return eg_fail(error, EG_USAGE, "--network goes with --model or --units: give one too");
    return EG_OK;
}

static int copy_paths(const struct eg_compare_options *options, struct eg_compare_files *files,
                      struct eg_error *error)
{
    const struct {
        const char *given;
        char **path;
    } parts[] = {
        {options->model, &files->model},     {options->x_train, &files->x_train},
        {options->y_train, &files->y_train}, {options->x_test, &files->x_test},
        {options->y_test, &files->y_test},   {options->outputs_test, &files->outputs_test}};
    files->split = options->split == EG_NO_SPLIT ? 0 : options->split;
    int failed = asprintf(&files->name, "user-%zu", files->split) < 0;
    files->name = failed ? NULL : files->name;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !failed; i++) {
        *parts[i].path = parts[i].given ? strdup(parts[i].given) : NULL;
        failed = parts[i].given && !*parts[i].path;
    }
    return failed ? eg_fail(error, EG_INTERNAL, "out of memory naming files") : EG_OK;
}

static int read_number(const char *path, const json_t *config, const char *field, size_t *number,
                       struct eg_error *error)
{
    const json_t *found = json_object_get(config, field);
    const json_int_t value = json_integer_value(found);
    if (!found)
        return EG_OK;
    if (!json_is_integer(found) || value < 0 || value >= MOST_NUMBER)
        return eg_fail(error, EG_DATA, "%s: '%s' is no number from 0 to %d", path, field,
                       MOST_NUMBER - 1);
    *number = (size_t)value;
    return EG_OK;
}

static int read_config(const char *folder, struct eg_compare_files *files, struct eg_error *error)
{
    struct eg_input_reason why;
    json_t *config = NULL;
    char *path = eg_join_path_alloc(folder, "config.json", error);
    int status = path ? EG_OK : EG_INTERNAL;
    if (status || access(path, F_OK)) {
        free(path);
        return status;
    }
    config = eg_read_json(path, &why);
    if (!config)
        status = eg_fail(error, why.status, "%s: cannot read it: %s", path, why.text);
    if (!status)
        status = read_number(path, config, "split", &files->split, error);
    if (!status)
        status = read_number(path, config, "model", &files->number, error);
    json_decref(config);
    free(path);
    return status;
}

/* Paths of optional files that are not there stay NULL. */
static int find_files(const char *above, const char *name, struct eg_compare_files *files,
                      struct eg_error *error)
{
    const struct {
        const char *file;
        char **path;
        int is_optional;
    } parts[] = {
        {"model.safetensors", &files->model, 0}, {"x_train.npy", &files->x_train, 0},
        {"x_test.npy", &files->x_test, 0},       {"y_test.npy", &files->y_test, 1},
        {"y_train.npy", &files->y_train, 1},     {"outputs_test.npy", &files->outputs_test, 1}};
    char *folder = eg_join_path_alloc(above, name, error);
    files->name = strdup(name);
    int status = folder && files->name ? EG_OK
                                       : eg_fail(error, EG_INTERNAL, "out of memory naming files");
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !status; i++) {
        char *path = eg_join_path_alloc(folder, parts[i].file, error);
        status = path ? EG_OK : EG_INTERNAL;
        if (path && parts[i].is_optional && access(path, F_OK)) {
            free(path);
            path = NULL;
        }
        *parts[i].path = path;
    }
    if (!status)
        status = read_config(folder, files, error);
    free(folder);
    return status;
}

static int is_named_unit(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && entry->d_type != DT_REG;
}

static int check_distinct(const struct eg_compare_user *user, const char *folder,
                          struct eg_error *error)
{
    for (size_t a = 0; a < user->count; a++)
        for (size_t b = 0; b < a; b++)
            if (user->files[a].split == user->files[b].split &&
                user->files[a].number == user->files[b].number)
                return eg_fail(error, EG_DATA,
                               "%s: %s and %s are both model %zu on split %zu; give each its own "
                               "\"split\" or \"model\" in config.json",
                               folder, user->files[b].name, user->files[a].name,
                               user->files[a].number, user->files[a].split);
    return EG_OK;
}

static int find_folders(const char *folder, struct eg_compare_user *user, struct eg_error *error)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_named_unit, alphasort);
    if (count < 0)
        return eg_fail(error, EG_DATA, "--units %s: %s", folder, strerror(errno));
    int status = EG_OK;
    if (count == 0)
        status = eg_fail(error, EG_DATA, "--units %s: there is no folder in it", folder);
    user->files = status ? NULL : eg_alloc((size_t)count, sizeof *user->files, error);
    if (!status && !user->files)
        status = EG_INTERNAL;
    for (size_t i = 0; i < (size_t)count && !status; i++) {
        user->files[i].split = i;
        user->count++;
        status = find_files(folder, entries[i]->d_name, &user->files[i], error);
    }
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return status ? status : check_distinct(user, folder, error);
}

int eg_compare_find_user(const struct eg_compare_options *options, struct eg_compare_user *user,
                         struct eg_error *error)
{
    *user = (struct eg_compare_user){0};
    if (options->units)
        return find_folders(options->units, user, error);
    user->files = eg_alloc(1, sizeof *user->files, error);
    user->count = user->files != NULL;
    return user->files ? copy_paths(options, user->files, error) : EG_INTERNAL;
}

void eg_compare_user_free(struct eg_compare_user *user)
{
    for (size_t i = 0; i < user->count; i++) {
        struct eg_compare_files *files = &user->files[i];
        char *const paths[] = {files->name,   files->model,  files->x_train,     files->y_train,
                               files->x_test, files->y_test, files->outputs_test};
        for (size_t k = 0; k < sizeof paths / sizeof *paths; k++)
            free(paths[k]);
    }
    free(user->files);
    *user = (struct eg_compare_user){0};
}

const struct eg_compare_files *eg_compare_user_unit(const struct eg_compare_user *user,
                                                    size_t split, size_t number,
                                                    struct eg_error *error)
{
    for (size_t i = 0; i < user->count; i++)
        if (user->files[i].split == split && user->files[i].number == number)
            return &user->files[i];
    eg_fail(error, EG_INTERNAL, "there is no unit of split %zu, model %zu any more", split, number);
    return NULL;
}

int eg_compare_describe_user(const struct eg_compare_options *options,
                             const struct eg_compare_files *files, struct eg_compare_hashes *hashes,
                             struct eg_compare_cell *cell, struct eg_error *error)
{
    const struct {
        const char *path, **hash;
    } parts[] = {{files->model, &cell->model},     {files->x_train, &cell->x_train},
                 {files->y_train, &cell->y_train}, {files->x_test, &cell->x_test},
                 {files->y_test, &cell->y_test},   {files->outputs_test, &cell->outputs_test}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].path && !(*parts[i].hash = eg_compare_hash(hashes, parts[i].path, error)))
            return error->status;
    cell->keep_remove = options->split != EG_NO_SPLIT ? "paper" : NULL;
    cell->network = options->network;
    return EG_OK;
}
