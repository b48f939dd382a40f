/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/options.h"
#include "bench/frame/nightly_reference.h"
#include "bench/report/report_data.h"
#include "run/digest.h"
#include "run/receipt.h"

/* ---- seeds ---- */

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

/* ---- stores ---- */

/* A seed's store that is being added. */
struct adding {
    struct eg_nightly *nightly;
    const char *folder; /* of the seed */
    size_t position;    /* of the seed */
    struct eg_warner warner;
    size_t rows; /* in all seeds so far */
};

static int fail_memory(struct eg_error *error)
{
    return eg_fail(error, EG_INTERNAL, "out of memory reading a nightly run");
}

/* ---- what the rows were made on ---- */

static int add_machine(struct adding *adding, const char *field, json_t *value,
                       const char *experiment, struct eg_error *error)
{
    json_t *machine = json_object_get(adding->nightly->facts, "machine");
    const json_t *known = json_object_get(machine, field);
    if (!json_is_string(value) || (known && json_equal(known, value)))
        return EG_OK;
    if (known)
        return eg_fail(error, EG_DATA,
                       "%s: %s was run on %s %s, other rows on %s; remove the folder and run anew",
                       adding->folder, experiment, field, json_string_value(value),
                       json_string_value(known));
    return json_object_set(machine, field, value) ? fail_memory(error) : EG_OK;
}

static int add_receipts(struct adding *adding, const struct eg_part *part, struct eg_error *error)
{
    static const char *const fields[] = {"blas_core", "openblas", "gsl", "libc", "compiler"};
    const char *hash;
    json_t *receipt;
    int status = EG_OK;
    json_object_foreach(part->receipts, hash, receipt)
    {
        for (size_t i = 0; i < sizeof fields / sizeof *fields && !status; i++)
            status = add_machine(adding, fields[i], json_object_get(receipt, fields[i]),
                                 part->experiment->name, error);
        if (!status &&
            json_object_set(adding->nightly->facts, "cpu", json_object_get(receipt, "cpu")))
            status = fail_memory(error);
    }
    return status;
}

/* ---- what the rows took ---- */

/* facts[field][experiment] = number. */
static int set_number(struct eg_nightly *nightly, const char *field, const char *experiment,
                      double number, struct eg_error *error)
{
    return json_object_set_new(json_object_get(nightly->facts, field), experiment,
                               json_real(number))
               ? fail_memory(error)
               : EG_OK;
}

static double get_number(const struct eg_nightly *nightly, const char *field,
                         const char *experiment)
{
    return json_number_value(json_object_get(json_object_get(nightly->facts, field), experiment));
}

static int add_costs(struct adding *adding, const char *experiment, size_t failed,
                     struct eg_error *error)
{
    struct eg_nightly *nightly = adding->nightly;
    struct eg_store store;
    double seconds = get_number(nightly, "seconds", experiment);
    double peak = get_number(nightly, "peak_rss_mb", experiment);
    int status = eg_store_make(&store, experiment, (struct eg_warner){0}, error);
    if (status)
        return status;
    status = eg_store_load(&store, adding->folder, error);
    const char *key;
    json_t *row;
    json_object_foreach(store.rows, key, row)
    {
        seconds += json_number_value(json_object_get(row, "seconds"));
        peak = fmax(peak, json_number_value(json_object_get(row, "peak_rss_mb")));
    }
    eg_store_free(&store);
    if (!status)
        status = set_number(nightly, "seconds", experiment, seconds, error);
    if (!status)
        status = set_number(nightly, "peak_rss_mb", experiment, peak, error);
    if (!status)
        status = set_number(nightly, "failed", experiment,
                            get_number(nightly, "failed", experiment) + (double)failed, error);
    return status;
}

/* ---- measures and digests ---- */

/* Where the measure stands; hint: where to look first, since summaries keep their order. */
static struct eg_measure *find_or_add(struct eg_nightly *nightly, const struct eg_measure *names,
                                      size_t *hint, struct eg_error *error)
{
    const struct eg_nightly next = {.measures = nightly->measures + *hint,
                                    .count = *hint < nightly->count};
    const struct eg_measure *found = eg_nightly_find(&next, names);
    if (!found)
        found = eg_nightly_find(nightly, names);
    struct eg_measure *measure = found ? &nightly->measures[found - nightly->measures]
                                       : eg_nightly_add(nightly, names, error);
    if (measure)
        *hint = (size_t)(measure - nightly->measures) + 1;
    return measure;
}

static int add_result(struct adding *adding, const char *experiment, const struct eg_result *result,
                      size_t *hint, struct eg_error *error)
{
    if (!isnan(result->x))
        return EG_OK; /* a point of a curve */
    const struct eg_measure names = eg_measure_name(experiment, result);
    struct eg_measure *measure = find_or_add(adding->nightly, &names, hint, error);
    if (!measure)
        return EG_INTERNAL;
    if (isnan(measure->values[adding->position]))
        measure->values[adding->position] = result->value;
    return EG_OK;
}

static int set_digest(struct adding *adding, const struct eg_part *part, struct eg_error *error)
{
    const struct eg_experiment *const alone[] = {part->experiment, NULL};
    json_t *digests = json_object_get(adding->nightly->facts, "digests");
    char digest[EG_KEY_SIZE] = "";
    int status = part->rows ? eg_digest(&adding->folder, 1, alone, adding->nightly->scale, 0,
                                        (struct eg_warner){0}, digest, NULL, error)
                            : EG_OK;
    if (!status && json_array_set_new(json_object_get(digests, part->experiment->name),
                                      adding->position, json_string(digest)))
        status = fail_memory(error);
    return status;
}

static int add_part(struct adding *adding, const struct eg_part *part, struct eg_error *error)
{
    const char *name = part->experiment->name;
    const uint64_t seed = adding->nightly->seeds[adding->position];
    size_t hint = 0;
    int status = EG_OK;
    adding->rows += part->rows;
    if (part->rows && (part->other_version || part->other_code == part->rows))
        return EG_OK; /* to the current run's code all its cells are missing */
    if (part->left_out || part->other_code)
        return eg_fail(error, EG_DATA,
                       "%s holds rows of %s of other code or another scale; remove the folder and "
                       "run anew",
                       adding->folder, name);
    for (size_t i = 0; i < part->results.count && !status; i++)
        status = part->results.items[i].seed == seed
                     ? add_result(adding, name, &part->results.items[i], &hint, error)
                     : eg_fail(error, EG_DATA, "%s holds rows of seed %llu; remove the folder",
                               adding->folder, (unsigned long long)part->results.items[i].seed);
    if (!status)
        status = set_digest(adding, part, error);
    if (!status)
        status = add_receipts(adding, part, error);
    return status ? status : add_costs(adding, name, part->failed, error);
}

static int add_seed(struct adding *adding, const struct eg_experiment *const *experiments,
                    struct eg_error *error)
{
    struct eg_report report;
    const struct eg_report_sources sources = {.folders = &adding->folder,
                                              .folder_count = 1,
                                              .scale = adding->nightly->scale,
                                              .experiments = experiments,
                                              .warner = adding->warner};
    int status = eg_report_load(&report, &sources, error);
    if (status)
        return status;
    for (size_t i = 0; i < report.part_count && !status; i++)
        status = add_part(adding, &report.parts[i], error);
    eg_report_free(&report);
    return status;
}

/* ---- the whole ---- */

/* An array of empty digests for each experiment. */
static json_t *make_digests(const struct eg_nightly *nightly,
                            const struct eg_experiment *const *experiments)
{
    json_t *digests = json_object();
    int bad = !digests;
    for (; *experiments && !bad; experiments++) {
        json_t *list = json_array();
        for (size_t i = 0; i < nightly->seed_count && !bad; i++)
            bad = json_array_append_new(list, json_string(""));
        bad |= json_object_set_new(digests, (*experiments)->name, list);
    }
    return digests;
}

static json_t *make_code(const struct eg_experiment *const *experiments)
{
    json_t *code = json_object();
    for (; *experiments; experiments++)
        json_object_set_new(code, (*experiments)->name, json_string((*experiments)->code_hash));
    return code;
}

static int make_facts(struct eg_nightly *nightly, const char *scale,
                      const struct eg_experiment *const *experiments, struct eg_error *error)
{
    char hash[EG_KEY_SIZE];
    json_t *seeds = json_array(), *receipt = eg_receipt_make("", 1, hash, error);
    for (size_t i = 0; i < nightly->seed_count; i++)
        json_array_append_new(seeds, json_integer((json_int_t)nightly->seeds[i]));
    nightly->facts = json_pack(
        "{s:s, s:o, s:{}, s:o, s:O, s:O, s:o, s:{}, s:{}, s:{}}", "scale", scale, "seeds", seeds,
        "machine", "code", make_code(experiments), "commit", json_object_get(receipt, "commit"),
        "dirty", json_object_get(receipt, "dirty"), "digests", make_digests(nightly, experiments),
        "seconds", "peak_rss_mb", "failed");
    json_decref(receipt);
    nightly->scale = json_string_value(json_object_get(nightly->facts, "scale"));
    return nightly->facts ? EG_OK : fail_memory(error);
}

static int add_seeds(struct adding *adding, const char *folder,
                     const struct eg_experiment *const *experiments, struct eg_error *error)
{
    int status = EG_OK;
    for (; adding->position < adding->nightly->seed_count && !status; adding->position++) {
        char *own = NULL;
        if (asprintf(&own, "%s/seed-%llu", folder,
                     (unsigned long long)adding->nightly->seeds[adding->position]) < 0)
            return fail_memory(error);
        adding->folder = own;
        status = add_seed(adding, experiments, error);
        free(own);
    }
    return status;
}

int eg_nightly_collect(struct eg_nightly *nightly, const char *folder, const char *scale,
                       const char *seeds, const struct eg_experiment *const *experiments,
                       struct eg_warner warner, struct eg_error *error)
{
    struct adding adding = {.nightly = nightly, .warner = warner};
    *nightly = (struct eg_nightly){0};
    if (eg_parse_seeds(seeds, &nightly->seeds, &nightly->seed_count, error))
        return error->status;
    int status = make_facts(nightly, scale, experiments, error);
    if (!status)
        status = add_seeds(&adding, folder, experiments, error);
    if (!status && adding.rows == 0)
        status = eg_fail(error, EG_DATA,
                         "%s holds no row of scale %s and these seeds: run the "
                         "experiments, or name another folder",
                         folder, scale);
    if (status)
        eg_nightly_free(nightly);
    return status;
}
