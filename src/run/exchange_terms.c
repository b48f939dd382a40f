/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a method says its numbers are (run/exchange.h). */
#define _GNU_SOURCE /* O_NOFOLLOW */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/folder.h"
#include "run/exchange.h"

enum { MOST = 1 << 20 }; /* bytes of a configuration */

/* NULL with *error filled, or without where there is no such file. The method may have left anything. */
static json_t *load_config(const char *path, const char *whose, struct eg_error *error)
{
    struct stat found;
    json_error_t fault;
    json_t *config = NULL;
    const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0 && errno == ENOENT)
        return NULL;
    if (file < 0 || fstat(file, &found) || !S_ISREG(found.st_mode) || found.st_size > MOST)
        eg_fail(error, EG_DATA, "%s: %s is no configuration: a file of at most %d bytes", whose,
                path, MOST);
    else if (!(config = json_loadfd(file, JSON_REJECT_DUPLICATES, &fault)))
        eg_fail(error, EG_DATA, "%s: %s: line %d is no JSON", whose, path, fault.line);
    if (file >= 0)
        close(file);
    return config;
}

static int read_kind(const json_t *config, const char *path, const char *whose,
                     struct eg_exchange_terms *terms, struct eg_error *error)
{
    const json_t *kind = json_object_get(config, "kind");
    const char *text = json_string_value(kind);
    if (!kind)
        return EG_OK;
    if (!text || (strcmp(text, "slopes") != 0 && strcmp(text, "shares") != 0))
        return eg_fail(error, EG_DATA, "%s: %s: 'kind' is neither \"slopes\" nor \"shares\"", whose,
                       path);
    snprintf(terms->kind, sizeof terms->kind, "%s", text);
    return EG_OK;
}

static int read_baseline(const json_t *config, const char *folder, const char *path,
                         const char *whose, struct eg_exchange_terms *terms, struct eg_error *error)
{
    const json_t *baseline = json_object_get(config, "baseline");
    const char *text = json_string_value(baseline);
    if (!baseline)
        return EG_OK;
    if (!text || !*text || strchr(text, '/'))
        return eg_fail(error, EG_DATA,
                       "%s: %s: 'baseline' is none of \"rows\", \"mean\", \"zero\" and no name of "
                       "a file beside it",
                       whose, path);
    const int is_word = strcmp(text, "rows") == 0 || strcmp(text, "mean") == 0 ||
                        strcmp(text, "zero") == 0;
    const int length = is_word ? snprintf(terms->baseline, sizeof terms->baseline, "%s", text)
                               : snprintf(terms->baseline, sizeof terms->baseline, "%s/%s", folder,
                                          text);
    return (size_t)length < sizeof terms->baseline
               ? EG_OK
               : eg_fail(error, EG_DATA, "%s: %s: the path of 'baseline' is too long", whose, path);
}

int eg_exchange_read_terms(const char *folder, const char *whose, struct eg_exchange_terms *terms,
                           struct eg_error *error)
{
    struct eg_error own = {0};
    *terms = (struct eg_exchange_terms){0};
    char *path = eg_join_path_alloc(folder, "config.json", error);
    if (!path)
        return EG_INTERNAL;
    json_t *config = load_config(path, whose, &own);
    int status = own.status ? eg_fail(error, own.status, "%s", own.message) : EG_OK;
    if (!status)
        status = read_kind(config, path, whose, terms, error);
    if (!status)
        status = read_baseline(config, folder, path, whose, terms, error);
    json_decref(config);
    free(path);
    return status;
}

int eg_exchange_write_terms(const char *folder, const struct eg_exchange_terms *terms,
                            struct eg_error *error)
{
    struct eg_error own = {0};
    char *path = eg_join_path_alloc(folder, "config.json", error);
    json_t *config = path ? load_config(path, folder, &own) : NULL;
    int status = !path      ? EG_INTERNAL
                 : !config ? eg_fail(error, EG_DATA, "%s: %s", path,
                                      own.status ? own.message : "it is missing")
                            : EG_OK;
    if (!status && ((*terms->kind && json_object_set_new(config, "kind", json_string(terms->kind))) ||
                    (*terms->baseline &&
                     json_object_set_new(config, "baseline", json_string(terms->baseline)))))
        status = eg_fail(error, EG_INTERNAL, "out of memory writing %s", path);
    if (!status && json_dump_file(config, path, JSON_INDENT(2)))
        status = eg_fail(error, EG_DATA, "%s: cannot write it: %s", path, strerror(errno));
    json_decref(config);
    free(path);
    return status;
}
