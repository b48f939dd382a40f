/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replayed series of timings: drawn with a given scatter, and drawn from what nightly runs measured. */
#include <math.h>

#include "bench/nightly/drift_nightly_run.h"
#include "stats/step_detector.h"

enum { SERIES = 25, BEFORE = 20, ALL = BEFORE + EG_STEP_NIGHTLY_RUNS };

/* What series scatter by: measured deviations, or a standard deviation of drawn ones. */
struct source {
    const struct eg_scatter *scatter; /* or NULL */
    double sd;
};

/* How far the timing of a nightly run is off, as a factor. */
static double draw_timing(struct eg_stream *stream, const struct source *source, size_t series)
{
    if (source->scatter) {
        const size_t runs = source->scatter->runs;
        return exp(source->scatter->deviations[series * runs + eg_stream_below(stream, runs)]);
    }
    const double slow = eg_stream_uniform(stream) < 0.05 ? log(5.0 / 3) : 0;
    return exp(source->sd * eg_stream_normal(stream) + slow);
}

static int judge_series(struct eg_stream *stream, const struct source *source, size_t series,
                        double factor, int *found, struct eg_error *error)
{
    double values[ALL];
    struct eg_step step;
    for (size_t i = 0; i < ALL; i++)
        values[i] = draw_timing(stream, source, series) * (i < BEFORE ? 1 : factor);
    const int status = eg_detect_step(values, ALL, &step, error);
    *found |= step.found != 0;
    return status;
}

/* All series where nothing changed; else one, each in turn. */
static int replay_series(struct eg_replayed *replayed, const struct source *source, size_t series,
                         size_t nightly_runs, double factor, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t nightly_run = 0; nightly_run < nightly_runs && !status; nightly_run++) {
        struct eg_stream stream = eg_stream_make((uint64_t)(1e4 * source->sd), 3,
                                                 EG_PURPOSE_PERMUTE, (uint64_t)replayed->planted,
                                                 nightly_run);
        const size_t first = replayed->planted ? nightly_run % series : 0;
        const size_t end = replayed->planted ? first + 1 : series;
        int found = 0;
        for (size_t k = first; k < end && !status; k++)
            status = judge_series(&stream, source, k, factor, &found, error);
        eg_count_nightly_run(replayed, (struct eg_nightly_run_outcome){found, found});
    }
    return status;
}

static struct eg_replayed describe(double factor)
{
    const int planted = factor != 1;
    return (struct eg_replayed){.kind = planted ? "slower" : "speed", .planted = planted};
}

int eg_replay_speed(struct eg_replay *replay, size_t nightly_runs, double sd, double factor,
                    struct eg_error *error)
{
    struct eg_replayed replayed = describe(factor);
    snprintf(replayed.what, sizeof replayed.what, "%d series, %g times, scatter %g %%",
             replayed.planted ? 1 : SERIES, factor, 100 * sd);
    const int status = replay_series(&replayed, &(struct source){.sd = sd}, SERIES, nightly_runs,
                                     factor, error);
    return status ? status : eg_replay_add(replay, replayed, error);
}

int eg_replay_measured_speed(struct eg_replay *replay, size_t nightly_runs,
                             const struct eg_scatter *scatter, double factor,
                             struct eg_error *error)
{
    struct eg_replayed replayed = describe(factor);
    snprintf(replayed.what, sizeof replayed.what, "%zu series, %g times, scatter as measured",
             replayed.planted ? 1 : scatter->series, factor);
    const int status = replay_series(&replayed, &(struct source){.scatter = scatter},
                                     scatter->series, nightly_runs, factor, error);
    return status ? status : eg_replay_add(replay, replayed, error);
}
