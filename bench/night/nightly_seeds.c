/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/options.h"
#include "bench/frame/nightly_reference.h"

static int fail_seeds(const char *text, const char *why, struct eg_error *error)
{
    return eg_fail(error, EG_USAGE, "seeds '%s': %s; give them as 0..9 or 3,5,8..10, ascending",
                   text, why);
}

/* "3" or "8..10", in place of which word is cut. */
static int read_range(char *word, uint64_t *first, uint64_t *last)
{
    char *dots = strstr(word, "..");
    if (dots)
        *dots = '\0';
    if (eg_read_u64(word, first) || eg_read_u64(dots ? dots + 2 : word, last))
        return -1;
    return *first > *last || *last > INT64_MAX ? -1 : 0;
}

int eg_parse_seeds(const char *text, uint64_t **seeds, size_t *count, struct eg_error *error)
{
    char *copy = strdup(text), *rest = copy;
    uint64_t first, last;
    int status = EG_OK;
    *count = 0;
    *seeds = eg_alloc(EG_NIGHTLY_SEEDS, sizeof **seeds, error);
    if (!copy || !*seeds)
        status = eg_fail(error, EG_INTERNAL, "out of memory reading seeds");
    while (!status && rest) {
        if (read_range(strsep(&rest, ","), &first, &last))
            status = fail_seeds(text, "a seed or a range of seeds is not readable", error);
        else if (*count && first <= (*seeds)[*count - 1])
            status = fail_seeds(text, "not ascending", error);
        else if (last - first >= EG_NIGHTLY_SEEDS - *count)
            status = fail_seeds(text, "more than 1000", error);
        for (uint64_t seed = first; !status && seed <= last; seed++)
            (*seeds)[(*count)++] = seed;
    }
    free(copy);
    if (status) {
        free(*seeds);
        *seeds = NULL;
    }
    return status;
}
