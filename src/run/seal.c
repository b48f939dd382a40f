/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/seal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Of all fields but that one. */
static int hash_rest(const json_t *line, const char *field, char hash[EG_KEY_SIZE],
                     struct eg_error *error)
{
    json_t *rest = json_copy((json_t *)line);
    json_object_del(rest, field);
    char *text = rest ? eg_canonical_alloc(rest) : NULL;
    json_decref(rest);
    if (!text)
        return eg_fail(error, EG_INTERNAL, "cannot make the check of a line: out of memory");
    eg_hash_hex(text, strlen(text), hash);
    free(text);
    return EG_OK;
}

int eg_seal(json_t *line, struct eg_error *error)
{
    char check[EG_KEY_SIZE];
    const int status = hash_rest(line, "check", check, error);
    if (!status && json_object_set_new(line, "check", json_string(check)))
        return eg_fail(error, EG_INTERNAL, "cannot make the check of a line: out of memory");
    return status;
}

int eg_is_sealed(const json_t *line)
{
    char check[EG_KEY_SIZE];
    const char *written = json_string_value(json_object_get(line, "check"));
    return written && !hash_rest(line, "check", check, NULL) && strcmp(check, written) == 0;
}

int eg_hash_receipt(const json_t *receipt, char hash[EG_KEY_SIZE], struct eg_error *error)
{
    return hash_rest(receipt, "receipt", hash, error);
}

int eg_is_receipt(const json_t *line)
{
    return json_is_string(json_object_get(line, "receipt")) && !json_object_get(line, "key") &&
           !json_object_get(line, "values") && !json_object_get(line, "vouches");
}

/* The lines of in, each an object, or a text where it is none. NULL with *error filled. */
static json_t *read_lines(FILE *in, struct eg_error *error)
{
    json_t *lines = json_array();
    char *text = NULL;
    size_t capacity = 0;
    ssize_t got;
    int bad = !lines;
    errno = 0;
    while (!bad && (got = getline(&text, &capacity, in)) > 0) {
        json_t *line = json_loadb(text, (size_t)got, JSON_REJECT_DUPLICATES, NULL);
        if (!json_is_object(line)) {
            json_decref(line);
            line = json_stringn_nocheck(text, (size_t)got);
        }
        bad = json_array_append_new(lines, line);
    }
    const int reason = errno;
    free(text);
    if (!bad && feof(in) && !ferror(in))
        return lines;
    json_decref(lines);
    eg_fail(error, bad ? EG_INTERNAL : EG_DATA, "cannot read lines to seal: %s",
            bad ? "out of memory" : strerror(reason));
    return NULL;
}

/* Names the receipts anew; names: {old name: new name}. */
static int rename_receipts(json_t *lines, json_t *names, struct eg_error *error)
{
    char hash[EG_KEY_SIZE];
    size_t i;
    json_t *line;
    json_array_foreach(lines, i, line)
    {
        if (!eg_is_receipt(line))
            continue;
        int status = eg_hash_receipt(line, hash, error);
        const char *old = json_string_value(json_object_get(line, "receipt"));
        if (!status && (json_object_set_new(names, old, json_string(hash)) ||
                        json_object_set_new(line, "receipt", json_string(hash))))
            status = eg_fail(error, EG_INTERNAL, "out of memory sealing receipts");
        if (status)
            return status;
    }
    return EG_OK;
}

static int write_sealed(json_t *line, json_t *names, FILE *out, struct eg_error *error)
{
    const char *hash = json_string_value(json_object_get(line, "receipt"));
    json_t *name = hash ? json_object_get(names, hash) : NULL;
    int status = EG_OK, is_bad = 0;
    errno = 0;
    if (json_is_string(line))
        fwrite(json_string_value(line), 1, json_string_length(line), out);
    else if (name && json_object_set(line, "receipt", name))
        status = eg_fail(error, EG_INTERNAL, "out of memory sealing lines");
    else if (eg_is_receipt(line) || !(status = eg_seal(line, error))) {
        is_bad = json_dumpf(line, out, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(17));
        fputc('\n', out);
    }
    if (!status && (is_bad || ferror(out)))
        status = eg_fail(error, EG_DATA, "cannot write sealed lines: %s; make room",
                         strerror(errno));
    return status;
}

int eg_seal_lines(FILE *in, FILE *out, struct eg_error *error)
{
    json_t *lines = read_lines(in, error), *names = json_object(), *line;
    int status = lines ? EG_OK : EG_DATA;
    size_t i;
    if (!status)
        status = rename_receipts(lines, names, error);
    json_array_foreach(lines, i, line) if (!status) status = write_sealed(line, names, out, error);
    json_decref(names);
    json_decref(lines);
    return status;
}
