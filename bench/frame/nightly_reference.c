/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/nightly_reference.h"

#include <libgen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/input_file.h"
#include "base/json_lines.h"
#include "bench/frame/output_file.h"
#include "run/seal.h"

void eg_nightly_free(struct eg_nightly *nightly)
{
    for (size_t i = 0; i < nightly->count; i++)
        free(nightly->measures[i].values);
    free(nightly->measures);
    free(nightly->seeds);
    json_decref(nightly->facts);
    *nightly = (struct eg_nightly){0};
}

/* The names in the order in which they are written. */
#define NAME(member)                                                                               \
    {                                                                                              \
#member, offsetof(struct eg_measure, member), sizeof(((struct eg_measure *)0)->member)     \
    }
static const struct {
    const char *field;
    size_t offset, size;
} name_fields[] = {NAME(experiment), NAME(dataset), NAME(protocol),  NAME(method),
                   NAME(versus),     NAME(metric),  NAME(statistic), NAME(label)};
enum { NAMES = sizeof name_fields / sizeof *name_fields };

static const char *name_at(const struct eg_measure *names, size_t i)
{
    return (const char *)names + name_fields[i].offset;
}

struct eg_measure eg_measure_name(const char *experiment, const struct eg_result *result)
{
    const char *const texts[NAMES] = {experiment,        result->dataset, result->protocol,
                                      result->method,    result->versus,  result->metric,
                                      result->statistic, result->label};
    struct eg_measure names = {.values = NULL};
    for (size_t i = 0; i < NAMES; i++)
        snprintf((char *)&names + name_fields[i].offset, name_fields[i].size, "%s", texts[i]);
    return names;
}

json_t *eg_measure_pack(const struct eg_measure *names)
{
    json_t *object = json_object();
    for (size_t i = 0; i < NAMES; i++)
        if (json_object_set_new(object, name_fields[i].field, json_string(name_at(names, i)))) {
            json_decref(object);
            return NULL;
        }
    return object;
}

int eg_measure_read(struct eg_measure *names, const json_t *object)
{
    int fault = 0;
    *names = (struct eg_measure){.values = NULL};
    for (size_t i = 0; i < NAMES; i++) {
        const json_t *value = json_object_get(object, name_fields[i].field);
        if (json_is_string(value) && json_string_length(value) < name_fields[i].size)
            strcpy((char *)names + name_fields[i].offset, json_string_value(value));
        else
            fault = -1;
    }
    return fault;
}

int eg_measure_is_like(const struct eg_measure *a, const struct eg_measure *b)
{
    for (size_t i = NAMES; i-- > 0;) /* the first differ least */
        if (strcmp(name_at(a, i), name_at(b, i)) != 0)
            return 0;
    return 1;
}

const struct eg_measure *eg_nightly_find(const struct eg_nightly *nightly,
                                         const struct eg_measure *like)
{
    for (size_t i = 0; i < nightly->count; i++)
        if (eg_measure_is_like(&nightly->measures[i], like))
            return &nightly->measures[i];
    return NULL;
}

size_t eg_nightly_seed(const struct eg_nightly *nightly, uint64_t seed)
{
    size_t position = 0;
    while (position < nightly->seed_count && nightly->seeds[position] != seed)
        position++;
    return position;
}

const char *eg_nightly_digest(const struct eg_nightly *nightly, const char *experiment,
                              size_t position)
{
    const json_t *digests = json_object_get(nightly->facts, "digests");
    const char *digest = json_string_value(
        json_array_get(json_object_get(digests, experiment), position));
    return digest ? digest : "";
}

struct eg_measure *eg_nightly_add(struct eg_nightly *nightly, const struct eg_measure *names,
                                  struct eg_error *error)
{
    if (nightly->count == nightly->capacity) {
        const size_t capacity = nightly->capacity ? 2 * nightly->capacity : 256;
        struct eg_measure *more = realloc(nightly->measures, capacity * sizeof *more);
        if (!more) {
            eg_fail(error, EG_INTERNAL, "out of memory: %zu measures", capacity);
            return NULL;
        }
        nightly->measures = more;
        nightly->capacity = capacity;
    }
    struct eg_measure *measure = &nightly->measures[nightly->count];
    *measure = *names;
    measure->values = eg_alloc(nightly->seed_count, sizeof *measure->values, error);
    if (!measure->values)
        return NULL;
    for (size_t i = 0; i < nightly->seed_count; i++)
        measure->values[i] = NAN;
    nightly->count++;
    return measure;
}

/* ---- reading ---- */

struct reading {
    struct eg_nightly *nightly;
    const char *path;
    struct eg_error fault; /* of the first line that is no JSON object */
};

/* What nightly runs are compared with is whole, or it is none. */
static int fail_line(const struct reading *reading, size_t line, const char *why,
                     struct eg_error *error)
{
    return eg_fail(error, EG_DATA,
                   "%s:%zu: %s; get the file back from git, or make it anew with: make "
                   "nightly-reference",
                   reading->path, line, why);
}

static void on_fault(void *context, enum eg_line_fault fault, size_t line, const char *why)
{
    struct reading *reading = context;
    if (!reading->fault.status)
        fail_line(reading, line, fault == EG_LINE_TORN ? "the last line is torn" : why,
                  &reading->fault);
}

static int is_list_of_digests(const json_t *list, size_t count)
{
    if (json_array_size(list) != count)
        return 0;
    for (size_t i = 0; i < count; i++) {
        const char *digest = json_string_value(json_array_get(list, i));
        if (!digest || (*digest && strlen(digest) != EG_KEY_SIZE - 1))
            return 0;
    }
    return 1;
}

/* The name of the first field that is not as it has to be, or NULL. */
static const char *find_fault(const json_t *facts, size_t seed_count)
{
    static const char *const texts[] = {"scale", "commit", "made"};
    static const char *const objects[] = {"machine", "code", "digests"};
    const char *name;
    json_t *value;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!json_is_string(json_object_get(facts, texts[i])))
            return texts[i];
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
        if (!json_is_object(json_object_get(facts, objects[i])))
            return objects[i];
    json_object_foreach(json_object_get(facts, "code"), name,
                        value) if (!json_is_string(value)) return "code";
    json_object_foreach(json_object_get(facts, "machine"), name,
                        value) if (!json_is_string(value)) return "machine";
    json_object_foreach(json_object_get(facts, "digests"), name,
                        value) if (!is_list_of_digests(value, seed_count)) return "digests";
    return NULL;
}

static int read_seeds(struct eg_nightly *nightly, const json_t *list)
{
    const size_t count = json_array_size(list);
    if (count == 0 || count > EG_NIGHTLY_SEEDS)
        return -1;
    nightly->seeds = eg_alloc(count, sizeof *nightly->seeds, NULL);
    for (size_t i = 0; nightly->seeds && i < count; i++) {
        const json_t *seed = json_array_get(list, i);
        if (!json_is_integer(seed) || json_integer_value(seed) < 0 ||
            eg_nightly_seed(nightly, (uint64_t)json_integer_value(seed)) < i)
            return -1;
        nightly->seeds[nightly->seed_count++] = (uint64_t)json_integer_value(seed);
    }
    return nightly->seeds ? 0 : -1;
}

static int read_first_line(struct reading *reading, json_t *object, struct eg_error *error)
{
    struct eg_nightly *nightly = reading->nightly;
    const char *kind = json_string_value(json_object_get(object, "reference"));
    const json_t *version = json_object_get(object, "version");
    if (!kind || strcmp(kind, "nightly") != 0 || !json_is_integer(version))
        return eg_fail(error, EG_DATA,
                       "%s: its first line is not that of a reference; make it anew with: make "
                       "nightly-reference",
                       reading->path);
    if (json_integer_value(version) != EG_NIGHTLY_VERSION)
        return eg_fail(error, EG_DATA,
                       "%s is of version %lld, this program knows version %d; make it anew with: "
                       "make nightly-reference",
                       reading->path, (long long)json_integer_value(version), EG_NIGHTLY_VERSION);
    const char *fault = read_seeds(nightly, json_object_get(object, "seeds"))
                            ? "seeds"
                            : find_fault(object, nightly->seed_count);
    if (fault)
        return eg_fail(error, EG_DATA,
                       "%s: \"%s\" of its first line is missing or wrong; make it anew with: make "
                       "nightly-reference",
                       reading->path, fault);
    nightly->facts = json_incref(object);
    nightly->scale = json_string_value(json_object_get(object, "scale"));
    return EG_OK;
}

static int is_list_of_values(const json_t *list, size_t count)
{
    if (json_array_size(list) != count)
        return 0;
    for (size_t i = 0; i < count; i++)
        if (!json_is_number(json_array_get(list, i)) && !json_is_null(json_array_get(list, i)))
            return 0;
    return 1;
}

static int read_measure(struct reading *reading, const json_t *line, size_t number,
                        struct eg_error *error)
{
    struct eg_nightly *nightly = reading->nightly;
    struct eg_measure names;
    const json_t *values = json_object_get(line, "values");
    const char *fault = NULL;
    if (eg_measure_read(&names, line))
        fault = "a name is missing or too long";
    else if (!is_list_of_values(values, nightly->seed_count))
        fault = "\"values\" is not a number or null for each seed";
    else if (eg_nightly_find(nightly, &names))
        fault = "it was there before";
    if (fault)
        return fail_line(reading, number, fault, error);
    const struct eg_measure *measure = eg_nightly_add(nightly, &names, error);
    for (size_t i = 0; measure && i < nightly->seed_count; i++)
        if (json_is_number(json_array_get(values, i)))
            measure->values[i] = json_number_value(json_array_get(values, i));
    return measure ? EG_OK : EG_INTERNAL;
}

static int on_object(void *context, json_t *object, size_t line, struct eg_error *error)
{
    struct reading *reading = context;
    const int is_first = !reading->nightly->facts;
    const int status = is_first ? read_first_line(reading, object, error) : EG_OK;
    if (status)
        return status;
    if (!eg_is_sealed(object))
        return fail_line(reading, line, "changed since it was written: its check does not fit",
                         error);
    return is_first ? EG_OK : read_measure(reading, object, line, error);
}

/* Whole lines that are gone leave no other trace. */
static int check_count(const struct reading *reading, struct eg_error *error)
{
    const struct eg_nightly *nightly = reading->nightly;
    const json_int_t wanted = json_integer_value(json_object_get(nightly->facts, "measures"));
    return wanted == (json_int_t)nightly->count
               ? EG_OK
               : eg_fail(error, EG_DATA,
                         "%s: it has %zu measures, and its first line says %lld; get the file back "
                         "from git, or make it anew with: make nightly-reference",
                         reading->path, nightly->count, (long long)wanted);
}

int eg_nightly_read(struct eg_nightly *nightly, const char *path, struct eg_error *error)
{
    *nightly = (struct eg_nightly){0};
    struct reading reading = {.nightly = nightly, .path = path};
    const struct eg_line_visitor visitor = {on_object, on_fault, &reading};
    struct eg_input_reason why;
    FILE *file = eg_input_stream(path, &why);
    if (!file)
        return eg_fail(error, why.status,
                       "cannot read the reference %s: %s; make it with: make "
                       "nightly-reference",
                       path, why.text);
    int status = eg_json_lines_read(file, path, &visitor, error);
    fclose(file);
    if (!status && !nightly->facts)
        status = eg_fail(error, EG_DATA,
                         "%s is empty or not a reference; make it with: make "
                         "nightly-reference",
                         path);
    if (!status && (status = reading.fault.status) && error)
        *error = reading.fault;
    if (!status)
        status = check_count(&reading, error);
    if (status)
        eg_nightly_free(nightly);
    return status;
}

/* ---- writing ---- */

static int write_line(json_t *line, FILE *out, struct eg_error *error)
{
    const int bad = !line || eg_seal(line, NULL) ||
                    json_dumpf(line, out, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(line);
    fputc('\n', out);
    /* A full disk is told when the file is closed. */
    return bad && !ferror(out) ? eg_fail(error, EG_INTERNAL, "out of memory writing the reference")
                               : EG_OK;
}

static json_t *make_first_line(const struct eg_nightly *nightly)
{
    static const char *const kept[] = {"scale",  "seeds", "machine", "cpu",
                                       "commit", "dirty", "code",    "digests"};
    char now[32];
    const time_t seconds = time(NULL);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &parts);
    json_t *line = json_pack("{s:s, s:i, s:s, s:I}", "reference", "nightly", "version",
                             EG_NIGHTLY_VERSION, "made", now, "measures",
                             (json_int_t)nightly->count);
    for (size_t i = 0; line && i < sizeof kept / sizeof *kept; i++) {
        json_t *value = json_object_get(nightly->facts, kept[i]);
        if (value && json_object_set(line, kept[i], value)) {
            json_decref(line);
            line = NULL;
        }
    }
    return line;
}

static json_t *make_measure_line(const struct eg_measure *measure, size_t seed_count)
{
    json_t *line = eg_measure_pack(measure), *values = json_array();
    int bad = !line || !values;
    for (size_t i = 0; i < seed_count && !bad; i++)
        bad = json_array_append_new(
            values, isfinite(measure->values[i]) ? json_real(measure->values[i]) : json_null());
    if (json_object_set_new(line, "values", values) == 0 && !bad)
        return line;
    json_decref(line);
    return NULL;
}

static int write_lines(const struct eg_nightly *nightly, FILE *out, struct eg_error *error)
{
    int status = write_line(make_first_line(nightly), out, error);
    for (size_t i = 0; i < nightly->count && !status; i++)
        status = write_line(make_measure_line(&nightly->measures[i], nightly->seed_count), out,
                            error);
    return status;
}

int eg_nightly_write(const struct eg_nightly *nightly, const char *path, struct eg_error *error)
{
    struct eg_output output;
    char *folder = strdup(path), *name = strdup(path);
    int status = folder && name ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory");
    if (!status)
        status = eg_output_open(&output, dirname(folder), basename(name), error);
    if (!status)
        status = eg_output_close(&output, write_lines(nightly, output.stream, error), error);
    free(folder);
    free(name);
    return status;
}
