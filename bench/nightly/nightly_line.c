/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/nightly_line.h"

#include <math.h>

/* to[as] = from[field], where it is there. 0, or -1. */
static int copy_field(json_t *to, const char *as, const json_t *from, const char *field)
{
    json_t *value = json_object_get(from, field);
    return value ? json_object_set(to, as, value) : 0;
}

static int copy_facts(json_t *line, const struct eg_nightly *nightly)
{
    static const char *const fields[] = {"commit",  "dirty", "scale", "seeds",
                                         "machine", "cpu",   "code",  "digests"};
    int bad = 0;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        bad |= copy_field(line, fields[i], nightly->facts, fields[i]);
    return bad;
}

/* The mean over the seeds that have a value; NULL stands for none as null. */
static json_t *mean_of(const struct eg_measure *measure, size_t seed_count)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < seed_count; i++)
        if (isfinite(measure->values[i])) {
            sum += measure->values[i];
            count++;
        }
    return count ? json_real(sum / (double)count) : json_null();
}

static json_t *list_measures(const struct eg_nightly *nightly_run)
{
    json_t *list = json_array();
    for (size_t i = 0; i < nightly_run->count; i++) {
        const struct eg_measure *measure = &nightly_run->measures[i];
        json_t *mean = eg_measure_pack(measure);
        const int bad = json_object_set_new(mean, "mean",
                                            mean_of(measure, nightly_run->seed_count));
        if (json_array_append_new(list, mean) || bad) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *finish_line(json_t *line, int bad, struct eg_error *error)
{
    if (line && !bad)
        return line;
    json_decref(line);
    eg_fail(error, EG_INTERNAL, "out of memory making a line of the history");
    return NULL;
}

json_t *eg_nightly_line(const struct eg_nightly *nightly_run, const json_t *steps,
                        const json_t *verdict, struct eg_error *error)
{
    static const char *const costs[] = {"seconds", "peak_rss_mb", "failed"};
    static const char *const timings[] = {"calibration", "steps"};
    static const char *const findings[] = {"verdict", "answer", "moved"};
    json_t *line = json_pack("{s:s}", "history", "night");
    int bad = !line || copy_facts(line, nightly_run);
    for (size_t i = 0; i < sizeof costs / sizeof *costs; i++)
        bad |= copy_field(line, costs[i], nightly_run->facts, costs[i]);
    for (size_t i = 0; i < sizeof timings / sizeof *timings; i++)
        bad |= copy_field(line, timings[i], steps, timings[i]);
    bad |= json_object_set_new(line, "measures", list_measures(nightly_run));
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++)
        bad |= copy_field(line, findings[i], verdict, findings[i]);
    return finish_line(line, bad, error);
}

json_t *eg_nightly_accepted_line(const struct eg_nightly *old, const struct eg_nightly *new,
                                 const char *reason, struct eg_error *error)
{
    json_t *line = json_pack("{s:s, s:s}", "history", "accepted", "reason", reason);
    int bad = !line || copy_facts(line, new);
    if (old) {
        bad |= copy_field(line, "old_commit", old->facts, "commit");
        bad |= copy_field(line, "old_digests", old->facts, "digests");
    }
    return finish_line(line, bad, error);
}
