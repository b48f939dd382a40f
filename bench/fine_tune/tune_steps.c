/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "bench/fine_tune/tune_steps.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double keep_seconds = 300;

size_t eg_tuning_epoch(const struct eg_tuning *tuning)
{
    const size_t steps = tuning->count / tuning->batch;
    return steps ? steps : 1;
}

static int make_prior(struct eg_tuner *tuner, struct eg_error *error)
{
    const struct eg_explainer explainer = {
        .network = tuner->network,
        .method = &eg_expected_gradients,
        .settings = {.samples = 1, .references = EG_REFERENCES_SHIFTED},
        .threads = tuner->run->threads};
    const struct eg_prior_settings settings = {
        .is_mean = 1, .image = tuner->tuning->images->shape, .standardise = EG_STANDARDISE_SD};
    return eg_prior_term_alloc(&tuner->prior, &eg_total_variation_prior, &settings, &explainer,
                               tuner->batch, error);
}

int eg_tuner_alloc(struct eg_tuner *tuner, const struct eg_run *run, const struct eg_tuning *tuning,
                   const char *name, struct eg_network *network, struct eg_error *error)
{
    const size_t parameters = network->parameters, size = eg_image_size(&tuning->images->shape);
    *tuner = (struct eg_tuner){.run = run,
                               .tuning = tuning,
                               .network = network,
                               .batch = tuning->count < tuning->batch ? tuning->count
                                                                      : tuning->batch,
                               .kept_at = eg_clock(),
                               .epoch = SIZE_MAX,
                               .name = name};
    tuner->gradient = eg_alloc(parameters, sizeof(real), error);
    tuner->x = eg_alloc(tuner->batch * size, sizeof(real), error);
    tuner->y = eg_alloc(tuner->batch, sizeof(real), error);
    tuner->index = eg_alloc(tuning->count, sizeof *tuner->index, error);
    if (!tuner->gradient || !tuner->x || !tuner->y || !tuner->index ||
        eg_optimiser_alloc(&tuner->optimiser, &tuning->optimiser, parameters, error))
        return EG_INTERNAL;
    tuner->optimiser.threads = run->threads;
    int status = eg_backprop_alloc(&tuner->pass, network, tuner->batch, run->threads, error);
    if (!status)
        status = eg_penalty_term_alloc(&tuner->decay, &eg_weight_decay, network, error);
    return status || !tuning->has_prior ? status : make_prior(tuner, error);
}

void eg_tuner_free(struct eg_tuner *tuner)
{
    eg_backprop_free(&tuner->pass);
    eg_optimiser_free(&tuner->optimiser);
    eg_prior_term_free(&tuner->prior);
    eg_penalty_term_free(&tuner->decay);
    free(tuner->gradient);
    free(tuner->x);
    free(tuner->y);
    free(tuner->index);
}

/* --- a step --- */

/* The order of an epoch depends on its number alone, so that a training goes on anywhere. */
static void order_images(struct eg_tuner *tuner, size_t epoch)
{
    const struct eg_tuning *tuning = tuner->tuning;
    struct eg_stream stream = eg_stream_item(&tuning->shuffle, epoch);
    if (tuner->epoch == epoch)
        return;
    for (size_t i = 0; i < tuning->count; i++)
        tuner->index[i] = tuning->first + i;
    eg_stream_shuffle(&stream, tuner->index, tuning->count);
    tuner->epoch = epoch;
}

static void add_term(struct eg_tuner *tuner, const struct eg_batch *batch,
                     struct eg_objective_term term)
{
    if (term.strength > 0)
        term.add(term.context, tuner->network, batch, term.strength, tuner->gradient);
}

static int take_step(struct eg_tuner *tuner, double strength, struct eg_error *error)
{
    const struct eg_tuning *tuning = tuner->tuning;
    const size_t n = tuner->batch, epoch_steps = eg_tuning_epoch(tuning);
    const size_t epoch = tuner->steps / epoch_steps, at = tuner->steps % epoch_steps * n;
    order_images(tuner, epoch);
    const int status = eg_tune_take(
        tuning->images, 0, n, tuner->index + at, &tuning->augment, (uint64_t)tuner->steps * n,
        tuner->run->threads ? tuner->run->threads : 1, tuner->x, tuner->y, error);
    if (status)
        return status;
    const struct eg_batch batch = {n, tuner->x, tuner->y,
                                   eg_stream_step(&tuning->attribution, tuner->steps)};
    struct eg_stream dropout = eg_stream_item(&tuning->dropout, tuner->steps);
    tuner->loss = eg_backprop_run(&tuner->pass, tuner->network, &eg_softmax_cross_entropy, n,
                                  batch.x, batch.y, &dropout, tuner->gradient);
    eg_backprop_move_averages(&tuner->pass, tuner->network, n);
    add_term(tuner, &batch, eg_penalty_as_term(&tuner->decay, tuning->weight_decay));
    if (tuning->has_prior)
        add_term(tuner, &batch, eg_prior_as_term(&tuner->prior, strength));
    eg_optimiser_step(&tuner->optimiser, epoch, tuner->gradient, tuner->network->theta);
    tuner->steps++;
    return isfinite(tuner->loss)
               ? EG_OK
               : eg_fail(error, EG_DATA,
                         "%s: training diverged in step %zu: lower the learning rate or the "
                         "strength of the prior",
                         tuner->name, tuner->steps);
}

/* --- what is kept --- */

enum { KEPT_MOST = 6 };

static size_t list_kept(struct eg_tuner *tuner, struct eg_kept kept[KEPT_MOST])
{
    const size_t size = tuner->network->parameters * sizeof(real);
    size_t count = 0;
    kept[count++] = (struct eg_kept){&tuner->steps, sizeof tuner->steps};
    kept[count++] = (struct eg_kept){&tuner->loss, sizeof tuner->loss};
    kept[count++] = (struct eg_kept){tuner->network->theta, size};
    kept[count++] = (struct eg_kept){&tuner->optimiser.steps, sizeof tuner->optimiser.steps};
    kept[count++] = (struct eg_kept){tuner->optimiser.first, size};
    if (tuner->optimiser.second)
        kept[count++] = (struct eg_kept){tuner->optimiser.second, size};
    return count;
}

/* Writes (is_read 0) or reads the file; the state is EG_CHECKPOINT_TAKEN where all came out of it. */
static int exchange(struct eg_tuner *tuner, const char *ending, int is_read,
                    enum eg_checkpoint_state *state, struct eg_error *error)
{
    struct eg_kept kept[KEPT_MOST];
    const size_t count = list_kept(tuner, kept);
    char *path = NULL, *key = NULL;
    int status = EG_INTERNAL;
    *state = EG_CHECKPOINT_NONE;
    if (!tuner->run->checkpoint)
        return EG_OK;
    if (asprintf(&path, "%s%s", tuner->run->checkpoint, ending) < 0)
        path = NULL;
    if (asprintf(&key, "%s %s %zu", tuner->run->key, tuner->name, tuner->stage) < 0)
        key = NULL;
    if (path && key) {
        const struct eg_checkpoint file = {path, key};
        status = is_read ? eg_checkpoint_read(&file, kept, count, state, error)
                         : eg_checkpoint_write(&file, kept, count, error);
    } else
        eg_fail(error, EG_INTERNAL, "out of memory");
    free(path);
    free(key);
    return status;
}

/* Keeps what there is when it is time to, or when told to stop, which ends the training. */
static int keep(struct eg_tuner *tuner, struct eg_error *error)
{
    enum eg_checkpoint_state state;
    const int stops = tuner->run->stop && atomic_load(tuner->run->stop);
    if (!tuner->run->checkpoint || (!stops && eg_clock() - tuner->kept_at < keep_seconds))
        return EG_OK;
    const int status = exchange(tuner, "", 0, &state, error);
    tuner->kept_at = eg_clock();
    return !status && stops
               ? eg_fail(error, EG_INTERRUPTED, "%s: interrupted after step %zu; kept in %s",
                         tuner->name, tuner->steps, tuner->run->checkpoint)
               : status;
}

int eg_tuner_run(struct eg_tuner *tuner, size_t until, double strength, size_t stage,
                 struct eg_error *error)
{
    enum eg_checkpoint_state state;
    char ending[32];
    const double share = tuner->tuning->share;
    const size_t before = tuner->steps;
    snprintf(ending, sizeof ending, ".%zu", stage);
    tuner->stage = stage;
    int status = exchange(tuner, ending, 1, &state, error);
    const int is_done = state == EG_CHECKPOINT_TAKEN;
    if (!status && !is_done)
        status = exchange(tuner, "", 1, &state, error);
    eg_tell(tuner->run->listener, share * (double)(tuner->steps - before), 1);
    while (!status && tuner->steps < until) {
        status = take_step(tuner, strength, error);
        eg_tell(tuner->run->listener, share, 0);
        if (!status)
            status = keep(tuner, error);
    }
    return status || is_done ? status : exchange(tuner, ending, 0, &state, error);
}
