/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/history.h"

#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

#include "base/folder.h"
#include "base/input_file.h"
#include "base/json_lines.h"
#include "run/row_file.h"
#include "run/seal.h"

enum {
    MOST_NAMED = 10,      /* bad lines that are warned of one by one */
    UNCHECKED_VERSION = 1 /* the version whose lines have no check */
};

/* ---- what a line has to be ---- */

struct field {
    const char *name;
    json_type type;
};

static const struct field common[] = {{"time", JSON_STRING},    {"commit", JSON_STRING},
                                      {"scale", JSON_STRING},   {"seeds", JSON_ARRAY},
                                      {"machine", JSON_OBJECT}, {"code", JSON_OBJECT},
                                      {"digests", JSON_OBJECT}, {NULL, JSON_NULL}};
static const struct field of_nightly_run[] = {
    {"verdict", JSON_STRING}, {"answer", JSON_STRING}, {NULL, JSON_NULL}};
static const struct field of_accepted[] = {{"reason", JSON_STRING}, {NULL, JSON_NULL}};
static const struct field optional[] = {{"seconds", JSON_OBJECT},     {"peak_rss_mb", JSON_OBJECT},
                                        {"failed", JSON_OBJECT},      {"calibration", JSON_OBJECT},
                                        {"steps", JSON_OBJECT},       {"measures", JSON_ARRAY},
                                        {"moved", JSON_ARRAY},        {"old_commit", JSON_STRING},
                                        {"old_digests", JSON_OBJECT}, {NULL, JSON_NULL}};

/* The name of the first field that is not as it has to be, or NULL. */
static const char *find_fault(const json_t *line, const struct field *fields, int may_be_missing)
{
    for (; fields->name; fields++) {
        const json_t *value = json_object_get(line, fields->name);
        if (value ? json_typeof(value) != fields->type : !may_be_missing)
            return fields->name;
    }
    return NULL;
}

/* "2026-11-22T03:10:00Z": of one length, so that the order of texts is that of times. */
static int is_time(const char *text)
{
    static const char form[] = "0000-00-00T00:00:00Z";
    if (strlen(text) != sizeof form - 1)
        return 0;
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return 0;
    return 1;
}

static int is_measure(const json_t *measure)
{
    static const char *const names[] = {"experiment", "dataset", "protocol",
                                        "method",     "metric",  "label"};
    const json_t *mean = json_object_get(measure, "mean");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!json_is_string(json_object_get(measure, names[i])))
            return 0;
    return json_is_number(mean) || json_is_null(mean);
}

/* What is wrong with the line, into why; NULL when nothing is. */
static const char *fault_of_line(const json_t *line, char *why, size_t size)
{
    const char *kind = json_string_value(json_object_get(line, "history"));
    const int is_nightly_run = kind && strcmp(kind, "night") == 0;
    if (!is_nightly_run && (!kind || strcmp(kind, "accepted") != 0))
        return "\"history\" is neither \"night\" nor \"accepted\"";
    const char *field = find_fault(line, common, 0);
    if (!field)
        field = find_fault(line, is_nightly_run ? of_nightly_run : of_accepted, 0);
    if (!field)
        field = find_fault(line, optional, 1);
    if (!field && !is_time(json_string_value(json_object_get(line, "time"))))
        field = "time";
    const json_t *const seeds = json_object_get(line, "seeds");
    for (size_t i = 0; !field && i < json_array_size(seeds); i++)
        field = json_is_integer(json_array_get(seeds, i)) ? NULL : "seeds";
    const json_t *const measures = json_object_get(line, "measures");
    for (size_t i = 0; !field && i < json_array_size(measures); i++)
        field = is_measure(json_array_get(measures, i)) ? NULL : "measures";
    if (!field)
        return NULL;
    snprintf(why, size, "\"%s\" is missing or of a wrong kind", field);
    return why;
}

/* ---- measures that stand in an earlier line ---- */

static int is_kind(const json_t *line, const char *kind)
{
    return strcmp(json_string_value(json_object_get(line, "history")), kind) == 0;
}

/* Whether two nightly runs have the same rows; their measures differ only where the summaries do. */
static int has_same_rows(const json_t *a, const json_t *b)
{
    static const char *const fields[] = {"scale", "seeds", "digests"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!json_equal(json_object_get(a, fields[i]), json_object_get(b, fields[i])))
            return 0;
    return 1;
}

/* The measures of the last nightly run of the same rows that has any; NULL when there is none. */
static json_t *find_measures(const struct eg_history *history, const json_t *nightly_run)
{
    for (size_t i = json_array_size(history->lines); i-- > 0;) {
        const json_t *line = json_array_get(history->lines, i);
        json_t *measures = json_object_get(line, "measures");
        if (measures && is_kind(line, "night") && has_same_rows(line, nightly_run))
            return measures;
    }
    return NULL;
}

/* ---- reading ---- */

struct reading {
    struct eg_history *history;
    const char *path;
    struct eg_warner warner;
    size_t named;
    char latest[32]; /* time of the lines so far */
};

static void on_fault(void *context, enum eg_line_fault fault, size_t line, const char *why)
{
    struct reading *reading = context;
    if (fault == EG_LINE_TORN) {
        reading->history->torn++;
        eg_warn(&reading->warner,
                "%s:%zu: the last line is torn (its writer was killed): passed over", reading->path,
                line);
        return;
    }
    reading->history->malformed++;
    if (++reading->named <= MOST_NAMED)
        eg_warn(&reading->warner, "%s:%zu: not a line of a history (%s): passed over",
                reading->path, line, why);
}

static int check_version(const struct reading *reading, const json_t *object, size_t line,
                         struct eg_error *error)
{
    const json_t *version = json_object_get(object, "version");
    if (!json_is_integer(version) || (json_integer_value(version) >= UNCHECKED_VERSION &&
                                      json_integer_value(version) <= EG_HISTORY_VERSION))
        return EG_OK;
    return eg_fail(error, EG_DATA,
                   "%s:%zu: a line of version %lld, this program knows version %d: use the egbench "
                   "that wrote it, or move the history away and begin a new one",
                   reading->path, line, (long long)json_integer_value(version), EG_HISTORY_VERSION);
}

static const char *fault_of_check(const json_t *object)
{
    const json_t *version = json_object_get(object, "version");
    if (!json_is_integer(version))
        return "\"version\" is missing or of a wrong kind";
    if (!json_object_get(object, "check") && json_integer_value(version) == UNCHECKED_VERSION)
        return NULL;
    return eg_is_sealed(object) ? NULL : "changed since it was written: its check does not fit";
}

static void note_time(struct reading *reading, const char *time, size_t line)
{
    if (strcmp(time, reading->latest) >= 0) {
        snprintf(reading->latest, sizeof reading->latest, "%s", time);
        return;
    }
    reading->history->backwards++;
    if (++reading->named <= MOST_NAMED)
        eg_warn(
            &reading->warner,
            "%s:%zu: its time %s is before %s of a line above: did a clock go backwards? the order "
            "of the lines stands",
            reading->path, line, time, reading->latest);
}

static int on_object(void *context, json_t *object, size_t line, struct eg_error *error)
{
    struct reading *reading = context;
    struct eg_history *history = reading->history;
    char why[128];
    const char *fault = fault_of_check(object);
    const int is_damaged = fault && json_object_get(object, "check");
    const int status = is_damaged ? EG_OK : check_version(reading, object, line, error);
    if (status)
        return status;
    if (!fault)
        fault = fault_of_line(object, why, sizeof why);
    if (fault) {
        on_fault(reading, EG_LINE_MALFORMED, line, fault);
        return EG_OK;
    }
    history->unchecked += !json_object_get(object, "check");
    json_object_del(object, "check"); /* it is not of the line as it stands in memory */
    note_time(reading, json_string_value(json_object_get(object, "time")), line);
    json_t *measures = is_kind(object, "night") && !json_object_get(object, "measures")
                           ? find_measures(history, object)
                           : NULL;
    if ((measures && json_object_set(object, "measures", measures)) ||
        json_array_append(history->lines, object))
        return eg_fail(error, EG_INTERNAL, "%s:%zu: out of memory", reading->path, line);
    return EG_OK;
}

static int read_file(FILE *file, const char *path, struct eg_warner warner,
                     struct eg_history *history, struct eg_error *error)
{
    struct reading reading = {.history = history, .path = path, .warner = warner};
    const struct eg_line_visitor visitor = {on_object, on_fault, &reading};
    /* Shared: so that a line another process is just writing is not taken for a torn one. */
    flock(fileno(file), LOCK_SH);
    const int status = eg_json_lines_read(file, path, &visitor, error);
    if (reading.named > MOST_NAMED)
        eg_warn(&reading.warner, "%s: %zu more such lines", path, reading.named - MOST_NAMED);
    return status;
}

int eg_history_read(const char *path, struct eg_warner warner, struct eg_history *history,
                    struct eg_error *error)
{
    *history = (struct eg_history){.lines = json_array()};
    if (!history->lines)
        return eg_fail(error, EG_INTERNAL, "out of memory reading %s", path);
    struct eg_input_reason why;
    FILE *file = eg_input_stream(path, &why);
    if (!file && why.is_absent)
        return EG_OK;
    int status = file ? EG_OK
                      : eg_fail(error, why.status, "cannot read %s: %s; make it readable", path,
                                why.text);
    if (!status)
        status = read_file(file, path, warner, history, error);
    if (file)
        fclose(file);
    if (status)
        eg_history_free(history);
    return status;
}

void eg_history_free(struct eg_history *history)
{
    json_decref(history->lines);
    *history = (struct eg_history){0};
}

const json_t *eg_history_last(const struct eg_history *history, const char *kind)
{
    for (size_t i = json_array_size(history->lines); i-- > 0;)
        if (is_kind(json_array_get(history->lines, i), kind))
            return json_array_get(history->lines, i);
    return NULL;
}

/* ---- writing ---- */

static int complete_line(json_t *line, struct eg_error *error)
{
    char now[32], why[128];
    const time_t seconds = time(NULL);
    struct tm parts;
    int bad = json_object_set_new(line, "version", json_integer(EG_HISTORY_VERSION));
    if (!json_object_get(line, "time")) {
        gmtime_r(&seconds, &parts);
        strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &parts);
        bad |= json_object_set_new(line, "time", json_string(now));
    }
    if (bad)
        return eg_fail(error, EG_INTERNAL, "out of memory writing a line of the history");
    const char *fault = fault_of_line(line, why, sizeof why);
    return fault ? eg_fail(error, EG_INTERNAL, "a line of the history cannot be written: %s", fault)
                 : EG_OK;
}

static int make_folder_of(const char *path, struct eg_error *error)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash && slash != path ? strndup(path, (size_t)(slash - path)) : NULL;
    const int status = folder ? eg_make_folder(folder, error) : EG_OK;
    free(folder);
    return status;
}

/* Only measures that reading would put back just so. The lines before never change: no lock. */
static int drop_known_measures(const char *path, json_t *line, struct eg_error *error)
{
    struct eg_history history;
    if (!is_kind(line, "night") || !json_object_get(line, "measures"))
        return EG_OK;
    const int status = eg_history_read(path, (struct eg_warner){0}, &history, error);
    if (status)
        return status;
    if (json_equal(find_measures(&history, line), json_object_get(line, "measures")))
        json_object_del(line, "measures");
    eg_history_free(&history);
    return EG_OK;
}

int eg_history_append(const char *path, json_t *line, struct eg_error *error)
{
    struct eg_row_file file;
    int status = complete_line(line, error);
    if (!status)
        status = drop_known_measures(path, line, error);
    if (!status)
        status = make_folder_of(path, error);
    if (!status)
        status = eg_row_file_open(&file, path, error);
    if (status)
        return status;
    status = eg_seal(line, error);
    if (!status)
        status = eg_row_file_append(&file, line, error);
    struct eg_error at_close;
    const int closing = eg_row_file_close(&file, &at_close);
    if (!status && closing) {
        *error = at_close;
        status = closing;
    }
    return status;
}
