/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a method says its numbers are (run/exchange.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/folder.h"
#include "base/input_file.h"
#include "run/exchange.h"

/* NULL with *error filled, or without where there is no such file. The method may have left anything. */
static json_t *load_config(const char *path, const char *whose, struct eg_error *error)
{
    struct eg_input_reason why;
    json_t *config = eg_read_json(path, &why);
    if (!config && !why.is_absent)
        eg_fail(error, why.status, "%s: %s: cannot read it: %s", whose, path, why.text);
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
    int status = !path     ? EG_INTERNAL
                 : !config ? eg_fail(error, EG_DATA, "%s: %s", path,
                                     own.status ? own.message : "it is missing")
                           : EG_OK;
    if (!status &&
        ((*terms->kind && json_object_set_new(config, "kind", json_string(terms->kind))) ||
         (*terms->baseline &&
          json_object_set_new(config, "baseline", json_string(terms->baseline)))))
        status = eg_fail(error, EG_INTERNAL, "out of memory writing %s", path);
    int why = status ? 0 : eg_remove_tree(path); /* a link there may lead elsewhere */
    if (!status && !why && json_dump_file(config, path, JSON_INDENT(2)))
        why = errno;
    if (why)
        status = eg_fail(error, EG_DATA, "%s: cannot write it: %s", path, strerror(why));
    json_decref(config);
    free(path);
    return status;
}
