/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/fine_tune/tune_cell.h"

#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/fine_tune/tune_files.h"
#include "bench/fine_tune/tune_measures.h"
#include "bench/fine_tune/tune_record.h"
#include "bench/fine_tune/tune_steps.h"

#define FIELD(member) EG_FIELD(struct eg_tune_cell, member)
#define OPTIONAL(member) EG_OPTIONAL_FIELD(struct eg_tune_cell, member)
const struct eg_field eg_tune_fields[] = {FIELD(dataset),
                                          FIELD(data),
                                          FIELD(protocol),
                                          FIELD(scale),
                                          FIELD(seed),
                                          FIELD(network),
                                          OPTIONAL(weights),
                                          FIELD(short_side),
                                          FIELD(window),
                                          FIELD(channels),
                                          FIELD(pretrain_images),
                                          FIELD(pretrain_epochs),
                                          FIELD(pretrain_batch),
                                          FIELD(pretrain_rate),
                                          FIELD(train_images),
                                          FIELD(batch),
                                          FIELD(first_steps),
                                          FIELD(last_steps),
                                          FIELD(rate),
                                          FIELD(weight_decay),
                                          FIELD(first_strength),
                                          FIELD(last_strength),
                                          FIELD(has_control),
                                          FIELD(test_images),
                                          FIELD(smooth_images),
                                          FIELD(map_images),
                                          FIELD(black_images),
                                          FIELD(black_among),
                                          FIELD(samples),
                                          FIELD(references),
                                          FIELD(replicate),
                                          OPTIONAL(convolution),
                                          {0}};

/* What the trainings of a cell are: pretraining, and the same fine-tuning with the prior and without. */
enum phase { PRETRAINING, PRIOR, CONTROL };
static const char *const phase_names[] = {"pretraining", "prior", "control"};

struct work {
    const struct eg_run *run;
    const struct eg_tune_cell *cell;
    const struct eg_tune_images *images;
    const struct eg_row *row;
    struct eg_network network;
    struct eg_tune_meter meter;
    real *before; /* theta of the network before fine-tuning */
};

/* The two fine-tunings draw the same. */
static struct eg_stream stream_of(const struct eg_tune_cell *cell, enum phase phase,
                                  enum eg_purpose purpose)
{
    return eg_stream_make(cell->seed, EG_STREAM_FINE_TUNE, purpose,
                          2 * cell->replicate + (phase == PRETRAINING), 0);
}

static struct eg_tuning make_tuning(const struct work *work, enum phase phase)
{
    const struct eg_tune_cell *cell = work->cell;
    const int is_before = phase == PRETRAINING;
    const size_t tuned = (cell->first_steps + cell->last_steps) * (1 + (cell->has_control != 0));
    struct eg_tuning tuning = {.images = work->images,
                               .first = is_before ? 0 : cell->pretrain_images,
                               .count = is_before ? cell->pretrain_images : cell->train_images,
                               .batch = is_before ? cell->pretrain_batch : cell->batch,
                               .optimiser = is_before ? eg_adam(cell->pretrain_rate)
                                                      : eg_sgd(cell->rate, 0.9),
                               .weight_decay = cell->weight_decay,
                               .has_prior = phase == PRIOR,
                               .shuffle = stream_of(cell, phase, EG_PURPOSE_SHUFFLE),
                               .dropout = stream_of(cell, phase, EG_PURPOSE_DROPOUT),
                               .attribution = stream_of(cell, phase, EG_PURPOSE_TRAIN_ATTRIBUTION),
                               .augment = stream_of(cell, phase, EG_PURPOSE_AUGMENT)};
    const size_t before = cell->pretrain_epochs ? cell->pretrain_epochs *
                                                      (cell->pretrain_images / cell->pretrain_batch)
                                                : 0;
    tuning.share = 1 / (double)(tuned + before);
    return tuning;
}

/* --- before --- */

static int pretrain(struct work *work, struct eg_error *error)
{
    const struct eg_tune_cell *cell = work->cell;
    const struct eg_tuning tuning = make_tuning(work, PRETRAINING);
    struct eg_tuner tuner = {0};
    eg_network_initialise(&work->network, EG_HE_NORMAL,
                          stream_of(cell, PRETRAINING, EG_PURPOSE_WEIGHTS));
    int status = eg_tuner_alloc(&tuner, work->run, &tuning, phase_names[PRETRAINING],
                                &work->network, error);
    if (!status)
        status = eg_tuner_run(&tuner, cell->pretrain_epochs * eg_tuning_epoch(&tuning), 0, 0,
                              error);
    eg_row_set(work->row, "pretrain_loss", tuner.loss);
    eg_tuner_free(&tuner);
    return status;
}

static int read_weights(struct work *work, struct eg_error *error)
{
    const struct eg_tune_options *options = work->run->own;
    const struct eg_tune_weights *weights = eg_cached_tune_weights(options->weights, error);
    if (!weights)
        return error->status;
    memcpy(work->network.theta, weights->model.network.theta,
           work->network.parameters * sizeof(real));
    return EG_OK;
}

static int prepare_network(struct work *work, struct eg_error *error)
{
    const struct eg_tune_cell *cell = work->cell;
    const int status = eg_network_alloc(&work->network, eg_image_size(&work->images->shape),
                                        cell->network, error);
    if (status)
        return status;
    eg_network_choose_convolutions(&work->network, cell->convolution ? 0 : cell->batch);
    return cell->weights ? read_weights(work, error) : pretrain(work, error);
}

/* --- fine-tuning --- */

static struct eg_tune_record record_of(struct work *work, const char *model, int has_maps)
{
    const struct eg_tune_cell *cell = work->cell;
    return (struct eg_tune_record){.meter = &work->meter,
                                   .model = model,
                                   .test_images = cell->test_images,
                                   .smooth_images = cell->smooth_images,
                                   .map_images = has_maps && cell->replicate == 0 ? cell->map_images
                                                                                  : 0,
                                   .black_images = cell->black_images,
                                   .black_among = cell->black_among};
}

static int fine_tune(struct work *work, enum phase phase, struct eg_error *error)
{
    const struct eg_tune_cell *cell = work->cell;
    const struct {
        const char *names[2]; /* with the prior, without */
        size_t until;
        double strength;
    } stages[] = {{{"prior_1_epoch", "control_1_epoch"}, cell->first_steps, cell->first_strength},
                  {{"prior_1.25_epochs", "control_1.25_epochs"},
                   cell->first_steps + cell->last_steps,
                   cell->last_strength}};
    const struct eg_tuning tuning = make_tuning(work, phase);
    struct eg_tuner tuner = {0};
    memcpy(work->network.theta, work->before, work->network.parameters * sizeof(real));
    int status = eg_tuner_alloc(&tuner, work->run, &tuning, phase_names[phase], &work->network,
                                error);
    for (size_t s = 0; s < 2 && !status; s++) {
        const struct eg_tune_record record = record_of(work, stages[s].names[phase == CONTROL],
                                                       phase == PRIOR);
        status = eg_tuner_run(&tuner, stages[s].until, stages[s].strength, 2 * (size_t)phase + s,
                              error);
        if (!status)
            status = eg_tune_record_model(&record, work->row, error);
    }
    eg_tuner_free(&tuner);
    return status;
}

static int do_work(struct work *work, struct eg_error *error)
{
    const struct eg_tune_cell *cell = work->cell;
    int status = prepare_network(work, error);
    if (!status)
        status = eg_tune_meter_alloc(&work->meter, &work->network, work->images,
                                     cell->pretrain_images, cell->references, work->run->threads,
                                     error);
    if (status)
        return status;
    work->meter.samples = cell->samples;
    work->meter.explain = stream_of(cell, PRIOR, EG_PURPOSE_EXPLAIN);
    const size_t size = work->network.parameters * sizeof(real);
    work->before = eg_alloc(work->network.parameters, sizeof(real), error);
    if (!work->before)
        return EG_INTERNAL;
    memcpy(work->before, work->network.theta, size);
    const struct eg_tune_record before = record_of(work, "baseline", 1);
    status = eg_tune_record_model(&before, work->row, error);
    if (!status)
        status = eg_tune_record_black(&before, work->row, error);
    if (!status)
        status = fine_tune(work, PRIOR, error);
    if (!status && cell->has_control)
        status = fine_tune(work, CONTROL, error);
    return status;
}

int eg_tune_run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                     struct eg_error *error)
{
    const struct eg_tune_cell *cell = of_cell;
    struct work work = {.run = run, .cell = cell, .row = row};
    work.images = eg_cached_tune_images(run, cell, error);
    if (!work.images)
        return error->status;
    const int status = do_work(&work, error);
    eg_tune_meter_free(&work.meter);
    eg_network_free(&work.network);
    free(work.before);
    return status;
}
