/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_hashes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>

#include "base/input_file.h"
#include "bench/compare/compare_words.h"
#include "onnx/onnx_network.h"

/* Of any size: a command may name what it reads. */
static int hash_file(const char *path, XXH3_state_t *state, struct eg_error *error)
{
    char bytes[1 << 16];
    struct eg_input_reason why;
    ssize_t count = 1;
    const int file = eg_input_open(path, UINT64_MAX, 0, &why);
    if (file < 0)
        return eg_fail(error, why.status, "%s: cannot read it: %s", path, why.text);
    while (count > 0 || (count < 0 && errno == EINTR)) {
        count = read(file, bytes, sizeof bytes);
        if (count > 0)
            XXH3_128bits_update(state, bytes, (size_t)count);
    }
    const int status = count < 0 ? eg_fail(error, EG_DATA, "%s: cannot be read: %s", path,
                                           strerror(errno))
                                 : EG_OK;
    close(file);
    return status;
}

static int start_hash(XXH3_state_t **state, struct eg_error *error)
{
    *state = XXH3_createState();
    if (!*state)
        return eg_fail(error, EG_INTERNAL, "out of memory hashing a method");
    XXH3_128bits_reset(*state);
    return EG_OK;
}

static void end_hash(XXH3_state_t *state, char hash[33])
{
    XXH128_canonical_t digest;
    XXH128_canonicalFromHash(&digest, XXH3_128bits_digest(state));
    for (size_t i = 0; i < sizeof digest.digest; i++)
        snprintf(hash + 2 * i, 3, "%02x", digest.digest[i]);
}

int eg_compare_hash_words(const char *text, char hash[33], struct eg_error *error)
{
    char word[4096];
    XXH3_state_t *state;
    int status = start_hash(&state, error);
    /* A path with blanks in it may be the whole text. */
    const int is_path = !status && eg_compare_is_file(text);
    if (is_path)
        status = hash_file(text, state, error);
    while (!is_path && !status && eg_compare_next_word(&text, word, sizeof word))
        if (eg_compare_is_file(word))
            status = hash_file(word, state, error);
    if (!status)
        end_hash(state, hash);
    XXH3_freeState(state);
    return status;
}

const char *eg_compare_hash(struct eg_compare_hashes *hashes, const char *text,
                            struct eg_error *error)
{
    char *hash = hashes->text[hashes->count];
    if (eg_compare_hash_words(text, hash, error))
        return NULL;
    hashes->count++;
    return hash;
}

static int hash_beside(void *state, const char *path, struct eg_error *error)
{
    return hash_file(path, state, error);
}

const char *eg_compare_hash_model(struct eg_compare_hashes *hashes, const char *path,
                                  struct eg_error *error)
{
    XXH3_state_t *state;
    if (!eg_onnx_is_named(path))
        return eg_compare_hash(hashes, path, error);
    int status = start_hash(&state, error);
    if (!status)
        status = hash_file(path, state, error);
    if (!status)
        status = eg_onnx_visit_files(path, hash_beside, state, error);
    if (!status)
        end_hash(state, hashes->text[hashes->count++]);
    XXH3_freeState(state);
    return status ? NULL : hashes->text[hashes->count - 1];
}
