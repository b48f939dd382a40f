/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/image_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <xxhash.h>

#include "base/folder.h"
#include "base/input_file.h"

enum { CLASSES_MOST = 20000 };
static const uint64_t list_bytes_most = (uint64_t)16 << 20;

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

/* Appends a copy; the array grows twofold. */
static int add_name(char ***names, size_t *count, size_t *room, const char *name,
                    struct eg_error *error)
{
    if (*count == *room) {
        const size_t wanted = *room ? 2 * *room : 64;
        char **grown = realloc(*names, wanted * sizeof *grown);
        if (!grown)
            return eg_fail(error, EG_INTERNAL, "out of memory for %zu names", wanted);
        *names = grown;
        *room = wanted;
    }
    (*names)[*count] = strdup(name);
    if (!(*names)[*count])
        return eg_fail(error, EG_INTERNAL, "out of memory");
    ++*count;
    return EG_OK;
}

/* The names in a folder for which keep is not 0, sorted. */
static int list_names(const char *folder, int (*keep)(const char *folder, const char *name),
                      char ***names, size_t *count, struct eg_error *error)
{
    size_t room = 0;
    int status = EG_OK;
    *names = NULL;
    *count = 0;
    DIR *stream = opendir(folder);
    if (!stream)
        return eg_fail(error, EG_DATA, "%s: cannot list it: %s", folder, strerror(errno));
    for (const struct dirent *entry; !status && (entry = readdir(stream));)
        if (*entry->d_name != '.' && keep(folder, entry->d_name))
            status = add_name(names, count, &room, entry->d_name, error);
    closedir(stream);
    if (!status && *count)
        qsort(*names, *count, sizeof **names, compare_names);
    return status;
}

static int is_folder(const char *folder, const char *name)
{
    struct stat facts;
    char *path = eg_join_path_alloc(folder, name, NULL);
    const int is = path && stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
    free(path);
    return is;
}

static int is_picture(const char *folder, const char *name)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png"};
    const char *dot = strrchr(name, '.');
    (void)folder;
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(dot, endings[i]) == 0)
            return 1;
    return 0;
}

/* --- classes --- */

/* images->classes where there is none of that name */
static size_t find_class(const struct eg_image_folder *images, const char *name)
{
    size_t at = 0;
    while (at < images->classes && strcmp(images->class_names[at], name) != 0)
        at++;
    return at;
}

static int too_many(const char *path, struct eg_error *error)
{
    return eg_fail(error, EG_DATA, "%s: more than %d classes", path, CLASSES_MOST);
}

static int read_list(const char *path, struct eg_image_folder *images, struct eg_error *error)
{
    char *text, *rest;
    size_t size, room = 0;
    int status = eg_read_file(path, list_bytes_most, &text, &size, error);
    if (status)
        return status;
    for (char *line = strtok_r(text, "\r\n", &rest); line && !status;
         line = strtok_r(NULL, "\r\n", &rest)) {
        if (strchr(line, '/') || *line == '.' || find_class(images, line) < images->classes)
            status = eg_fail(error, EG_DATA, "%s: the class '%.60s' is %s", path, line,
                             strchr(line, '/') || *line == '.' ? "no name of a folder"
                                                               : "listed twice");
        if (!status && images->classes == CLASSES_MOST)
            status = too_many(path, error);
        if (!status)
            status = add_name(&images->class_names, &images->classes, &room, line, error);
    }
    free(text);
    if (!status && images->classes == 0)
        return eg_fail(error, EG_DATA, "%s: no class is listed; write one name a line", path);
    return status;
}

/* --- pictures --- */

static int add_picture(struct eg_image_folder *images, size_t label, const char *name,
                       struct eg_error *error)
{
    const size_t room = images->room;
    char *path = eg_join_path_alloc(images->class_names[label], name, error);
    int status = path ? add_name(&images->paths, &images->count, &images->room, path, error)
                      : EG_INTERNAL;
    free(path);
    if (!status && images->room > room) {
        uint32_t *grown = realloc(images->labels, images->room * sizeof *grown);
        if (!grown)
            return eg_fail(error, EG_INTERNAL, "out of memory for %zu labels", images->room);
        images->labels = grown;
    }
    if (!status)
        images->labels[images->count - 1] = (uint32_t)label;
    return status;
}

static int add_class(struct eg_image_folder *images, size_t label, struct eg_error *error)
{
    char **names = NULL,
         *path = eg_join_path_alloc(images->folder, images->class_names[label], error);
    size_t count = 0;
    int status = path ? list_names(path, is_picture, &names, &count, error) : EG_INTERNAL;
    for (size_t i = 0; i < count && !status; i++)
        status = add_picture(images, label, names[i], error);
    free_names(names, count);
    free(path);
    return status;
}

static int hash_content(struct eg_image_folder *images, struct eg_error *error)
{
    XXH3_state_t *state = XXH3_createState();
    int status = state ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory");
    if (!status)
        XXH3_128bits_reset(state);
    for (size_t i = 0; i < images->classes && !status; i++)
        XXH3_128bits_update(state, images->class_names[i], strlen(images->class_names[i]) + 1);
    for (size_t i = 0; i < images->count && !status; i++) {
        struct stat facts = {0};
        char *path = eg_join_path_alloc(images->folder, images->paths[i], error);
        if (!path)
            status = EG_INTERNAL;
        else if (stat(path, &facts) != 0)
            status = eg_fail(error, EG_DATA, "%s: %s", path, strerror(errno));
        const uint64_t size = (uint64_t)facts.st_size;
        XXH3_128bits_update(state, images->paths[i], strlen(images->paths[i]) + 1);
        XXH3_128bits_update(state, &size, sizeof size);
        free(path);
    }
    if (!status) {
        const XXH128_hash_t hash = XXH3_128bits_digest(state);
        snprintf(images->content_hash, sizeof images->content_hash, "%016llx%016llx",
                 (unsigned long long)hash.high64, (unsigned long long)hash.low64);
    }
    XXH3_freeState(state);
    return status;
}

/* The classes are known; subfolders are there or not. */
static int list_pictures(struct eg_image_folder *images, struct eg_error *error)
{
    char **found = NULL;
    size_t count = 0;
    int status = list_names(images->folder, is_folder, &found, &count, error);
    for (size_t i = 0; i < count && !status; i++)
        if (find_class(images, found[i]) == images->classes)
            status = eg_fail(error, EG_DATA,
                             "%s/%s: no such class is known (%zu are, '%.60s' is the first); take "
                             "the folder away or list it",
                             images->folder, found[i], images->classes, images->class_names[0]);
    for (size_t c = 0; c < images->classes && !status; c++)
        if (is_folder(images->folder, images->class_names[c]))
            status = add_class(images, c, error);
    free_names(found, count);
    if (!status && images->count == 0)
        return eg_fail(error, EG_DATA,
                       "%s: no picture in any of its classes; each class is a subfolder of .jpg, "
                       ".jpeg or .png files",
                       images->folder);
    return status ? status : hash_content(images, error);
}

static int begin(const char *folder, struct eg_image_folder *images, struct eg_error *error)
{
    *images = (struct eg_image_folder){.folder = strdup(folder)};
    return images->folder ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory");
}

int eg_image_folder_list(const char *folder, const char *list_path, struct eg_image_folder *images,
                         struct eg_error *error)
{
    int status = begin(folder, images, error);
    if (!status)
        status = list_path
                     ? read_list(list_path, images, error)
                     : list_names(folder, is_folder, &images->class_names, &images->classes, error);
    if (!status && images->classes == 0)
        return eg_fail(error, EG_DATA, "%s: no subfolder; each class is one, with its pictures",
                       folder);
    if (!status && images->classes > CLASSES_MOST)
        status = too_many(folder, error);
    return status ? status : list_pictures(images, error);
}

int eg_image_folder_list_like(const char *folder, const struct eg_image_folder *like,
                              struct eg_image_folder *images, struct eg_error *error)
{
    size_t room = 0;
    int status = begin(folder, images, error);
    for (size_t c = 0; c < like->classes && !status; c++)
        status = add_name(&images->class_names, &images->classes, &room, like->class_names[c],
                          error);
    return status ? status : list_pictures(images, error);
}

void eg_image_folder_free(struct eg_image_folder *images)
{
    free(images->folder);
    free_names(images->class_names, images->classes);
    free_names(images->paths, images->count);
    free(images->labels);
    *images = (struct eg_image_folder){0};
}
