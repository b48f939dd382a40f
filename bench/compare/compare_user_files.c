/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* scandir */
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
    return options->model || options->units || options->predict;
}

int eg_compare_check_user(const struct eg_compare_options *options, struct eg_error *error)
{
    const int any = options->x_train || options->y_train || options->x_test || options->y_test ||
                    options->outputs_test || options->split != EG_NO_SPLIT;
    const int all = options->x_train && options->x_test;
    const int is_one = (options->model || options->predict) && !options->units;
    if (options->model && options->units)
        return eg_fail(error, EG_USAGE, "--model and --units: give one of them only");
    const int has_output = options->output != EG_NO_OUTPUT || options->by_class;
    if (options->predict && (options->model || options->network || has_output || options->channels))
        return eg_fail(error, EG_USAGE,
                       "--predict is the model: leave out --model, --network, --output and "
                       "--channels");
    if (options->label && (options->y_train || options->y_test || !is_one))
        return eg_fail(error, EG_USAGE,
                       "--label goes with --x-train and --x-test that are CSV files, and without "
                       "--y-train and --y-test");
    if (options->by_class && strcmp(options->by_class, "label") == 0 && is_one &&
        !options->y_test && !options->label)
        return eg_fail(error, EG_USAGE,
                       "--output label: give the labels of the rows to explain, with --y-test");
    if (options->predict && strstr(options->predict, "{dir}"))
        return eg_fail(error, EG_USAGE,
                       "--predict: {dir} is not for a command that stays up: it is told folders on "
                       "its standard input");
    if (is_one && !all)
        return eg_fail(error, EG_USAGE,
                       "--%s: give the rows too, with --x-train and --x-test, and their labels "
                       "with --y-test for what is scored by these",
                       options->model ? "model" : "predict");
    if (!is_one && any)
        return eg_fail(
            error, EG_USAGE,
            "--x-train, --y-train, --x-test, --y-test, --outputs-test and --split go with --model: "
            "give it too, or --predict");
    if (!eg_compare_has_user(options) && (options->network || has_output || options->channels))
        return eg_fail(error, EG_USAGE, "--%s goes with --model or --units: give one too",
                       options->network ? "network"
                       : has_output     ? "output"
                                        : "channels");
    return EG_OK;
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
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/config.json", folder);
    json_t *config = eg_read_json(path, &why);
    if (!config)
        return why.is_absent ? EG_OK
                             : eg_fail(error, why.status, "%s: cannot read it: %s", path, why.text);
    int status = read_number(path, config, "split", &files->split, error);
    if (!status)
        status = read_number(path, config, "model", &files->number, error);
    json_decref(config);
    return status;
}

static int find_files(const char *above, const char *name, struct eg_compare_files *files,
                      struct eg_error *error)
{
    const struct {
        const char *file, **path;
        int is_optional;
    } parts[EG_USER_FILES] = {
        {"model.safetensors", &files->model, 0}, {"x_train.npy", &files->x_train, 0},
        {"x_test.npy", &files->x_test, 0},       {"y_test.npy", &files->y_test, 1},
        {"y_train.npy", &files->y_train, 1},     {"outputs_test.npy", &files->outputs_test, 1}};
    char folder[PATH_MAX];
    snprintf(files->name, sizeof files->name, "%s", name);
    snprintf(folder, sizeof folder, "%s/%s", above, name);
    for (size_t i = 0; i < EG_USER_FILES; i++) {
        char *path = files->room[i];
        const int length = snprintf(path, PATH_MAX, "%s/%s", folder, parts[i].file);
        if (length >= PATH_MAX)
            return eg_fail(error, EG_DATA, "--units: %s: the path is too long", folder);
        *parts[i].path = parts[i].is_optional && access(path, F_OK) ? NULL : path;
    }
    if (access(files->model, F_OK)) {
        char other[PATH_MAX];
        if ((size_t)snprintf(other, sizeof other, "%s/model.onnx", folder) < sizeof other &&
            !access(other, F_OK))
            strcpy(files->room[0], other);
    }
    return read_config(folder, files, error);
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

static int find_folders(const char *folder, int has_command, struct eg_compare_user *user,
                        struct eg_error *error)
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
        if (has_command) /* it is the model of all */
            user->files[i].model = NULL;
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
        return find_folders(options->units, options->predict != NULL, user, error);
    user->files = eg_alloc(1, sizeof *user->files, error);
    if (!user->files)
        return EG_INTERNAL;
    user->count = 1;
    *user->files = (struct eg_compare_files){.model = options->model,
                                             .x_train = options->x_train,
                                             .y_train = options->y_train,
                                             .x_test = options->x_test,
                                             .y_test = options->y_test,
                                             .outputs_test = options->outputs_test,
                                             .split = options->split};
    if (options->split == EG_NO_SPLIT)
        user->files->split = 0;
    snprintf(user->files->name, sizeof user->files->name, "user-%zu", user->files->split);
    return EG_OK;
}

void eg_compare_user_free(struct eg_compare_user *user)
{
    free(user->files);
    free(user->whole);
    *user = (struct eg_compare_user){0};
}

void eg_compare_set_class(struct eg_compare_files *files, size_t class)
{
    const size_t used = strlen(files->name);
    files->class = class;
    files->split = files->split * EG_USER_CLASSES + class;
    snprintf(files->name + used, sizeof files->name - used, "-class-%zu", class);
}

const struct eg_compare_files *eg_compare_user_unit(struct eg_compare_user *user, int by_class,
                                                    size_t split, size_t number,
                                                    struct eg_error *error)
{
    const size_t whole = by_class ? split / EG_USER_CLASSES : split;
    for (size_t i = 0; i < user->count; i++)
        if (user->files[i].split == whole && user->files[i].number == number) {
            if (by_class)
                eg_compare_set_class(&user->files[i], split % EG_USER_CLASSES);
            return &user->files[i];
        }
    eg_fail(error, EG_INTERNAL, "there is no unit of split %zu, model %zu any more", split, number);
    return NULL;
}

int eg_compare_describe_user(const struct eg_compare_options *options,
                             const struct eg_compare_files *files, struct eg_compare_hashes *hashes,
                             struct eg_compare_cell *cell, struct eg_error *error)
{
    const struct {
        const char *path, **hash;
    } parts[] = {{files->x_train, &cell->x_train},
                 {files->y_train, &cell->y_train},
                 {files->x_test, &cell->x_test},
                 {files->y_test, &cell->y_test},
                 {files->outputs_test, &cell->outputs_test}};
    if (files->model && !(cell->model = eg_compare_hash_model(hashes, files->model, error)))
        return error->status;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].path && !(*parts[i].hash = eg_compare_hash(hashes, parts[i].path, error)))
            return error->status;
    cell->keep_remove = options->split != EG_NO_SPLIT ? "paper" : NULL;
    cell->network = options->network;
    cell->output = options->output != EG_NO_OUTPUT ? options->output : 0;
    cell->by_class = options->by_class;
    cell->label = options->label;
    cell->channels = options->channels;
    cell->predict = options->predict;
    cell->predict_files = options->predict ? options->predicted->hash : NULL;
    return EG_OK;
}
