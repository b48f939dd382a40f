/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/masked_outputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/numpy_stream.h"
#include "base/stream.h"
#include "base/wide.h"

/* Beside slots, what an entry of same[] may be. */
enum { PLAIN = EG_MASK_SLOTS, HIDDEN, NOT_WANTED };

/* The item of the streams keyed by row that no row can have. */
static const uint64_t backgrounds_item = UINT64_MAX;

static struct eg_stream row_stream(const struct eg_keep_remove_input *input, uint64_t item)
{
    return eg_stream_make(input->seed, 0, EG_PURPOSE_MASKING, input->split, item);
}

/* Draws with replacement, then each row drawn counts once with its share: fewer predictions, the
 * same mean. */
static int draw_backgrounds(struct eg_masked_outputs *outputs, struct eg_error *error)
{
    const struct eg_keep_remove_input *input = outputs->input;
    const struct eg_keep_remove_convention *convention = input->convention;
    const size_t train = input->x_train->rows, test = input->x_test->rows;
    const size_t range = convention->backgrounds_from_first_rows && test < train ? test : train;
    struct eg_stream stream = row_stream(input, backgrounds_item);
    struct eg_numpy_stream numpy;
    double *share = eg_alloc(train, sizeof *share, error);
    if (!share)
        return EG_INTERNAL;
    eg_numpy_seed(&numpy, input->split);
    for (size_t i = 0; i < convention->backgrounds; i++) {
        const size_t row = convention->numpy_backgrounds
                               ? eg_numpy_bounded(&numpy, (uint32_t)(range - 1))
                               : (size_t)eg_stream_below(&stream, range);
        share[row] += 1.0 / (double)convention->backgrounds;
    }
    const int status = eg_resampler_fit(&outputs->resampler, input->predictor, input->x_train,
                                        share, error);
    free(share);
    return status;
}

int eg_masked_outputs_alloc(struct eg_masked_outputs *outputs,
                            const struct eg_keep_remove_input *input, struct eg_error *error)
{
    const size_t p = input->x_test->cols, rows = input->x_test->rows;
    *outputs = (struct eg_masked_outputs){.input = input};
    int status = eg_prediction_queue_alloc(&outputs->queue, input->predictor, error);
    if (!status)
        status = input->without_imputed
                     ? eg_imputer_fit_mean(&outputs->imputer, input->x_train, error)
                     : eg_imputer_fit(&outputs->imputer, input->x_train, error);
    if (!status)
        status = draw_backgrounds(outputs, error);
    if (!status)
        status = eg_mask_set_alloc(&outputs->masks, p, error);
    if (status)
        return status;
    outputs->sequence = eg_alloc(p, sizeof(size_t), error);
    outputs->wanted = eg_alloc(p + 1, 1, error);
    outputs->plain = eg_alloc(rows, sizeof(double), error);
    int complete = outputs->sequence && outputs->wanted && outputs->plain;
    for (int m = 0; m < EG_MASKINGS; m++) {
        outputs->noise[m] = eg_alloc(p, sizeof(double), error);
        outputs->masked[m] = eg_alloc(rows, EG_MASK_SLOTS * sizeof(double), error);
        outputs->same[m] = eg_alloc(rows, EG_MASK_SLOTS, error);
        complete = complete && outputs->noise[m] && outputs->masked[m] && outputs->same[m];
    }
    return complete ? EG_OK : EG_INTERNAL;
}

void eg_masked_outputs_free(struct eg_masked_outputs *outputs)
{
    eg_prediction_queue_free(&outputs->queue);
    eg_imputer_free(&outputs->imputer);
    eg_resampler_free(&outputs->resampler);
    eg_mask_set_free(&outputs->masks);
    free(outputs->sequence);
    free(outputs->wanted);
    free(outputs->plain);
    for (int m = 0; m < EG_MASKINGS; m++) {
        free(outputs->noise[m]);
        free(outputs->masked[m]);
        free(outputs->same[m]);
    }
}

static void draw_shared_noise(double *noise, size_t features, uint32_t seed)
{
    struct eg_numpy_stream numpy;
    eg_numpy_seed(&numpy, seed);
    for (size_t i = 0; i < features; i++)
        noise[i] = eg_numpy_uniform(&numpy);
}

static void draw_tie_noise(struct eg_masked_outputs *outputs)
{
    const uint32_t split = outputs->input->split;
    const int64_t resample_seed = outputs->input->convention->resample_tie_seed;
    const size_t p = outputs->masks.features;
    draw_shared_noise(outputs->noise[EG_MEAN], p, split);
    draw_shared_noise(outputs->noise[EG_RESAMPLE], p,
                      resample_seed < 0 ? split : (uint32_t)resample_seed);
}

static void draw_row_noise(struct eg_masked_outputs *outputs, size_t row)
{
    struct eg_stream stream = row_stream(outputs->input, row);
    for (size_t i = 0; i < outputs->masks.features; i++)
        outputs->noise[EG_MEAN][i] = outputs->noise[EG_RESAMPLE][i] = eg_stream_uniform(&stream);
}

static int queue_unmasked(struct eg_masked_outputs *outputs, struct eg_error *error)
{
    const struct eg_matrix *x = outputs->input->x_test;
    for (size_t row = 0; row < x->rows; row++) {
        real *copy;
        const int status = eg_prediction_queue_add(&outputs->queue, &outputs->plain[row], 1, &copy,
                                                   error);
        if (status)
            return status;
        memcpy(copy, eg_row(x, row), x->cols * sizeof *copy);
    }
    return EG_OK;
}

static int predict_all_masked(struct eg_masked_outputs *outputs, struct eg_error *error)
{
    real *copy;
    for (enum eg_masking m = EG_MEAN; m <= EG_IMPUTE; m += EG_IMPUTE - EG_MEAN) {
        const int status = eg_prediction_queue_add(&outputs->queue, &outputs->hidden[m], 1, &copy,
                                                   error);
        if (status)
            return status;
        for (size_t i = 0; i < outputs->masks.features; i++)
            copy[i] = (real)outputs->imputer.mean[i];
    }
    eg_resampler_begin(&outputs->resampler);
    return eg_resampler_predict(&outputs->resampler, &outputs->hidden[EG_RESAMPLE], error);
}

/* Makes the masks of a row and notes where the output of each slot will stand. */
static void make_masks(struct eg_masked_outputs *outputs, enum eg_masking masking, size_t row)
{
    struct eg_mask_set *masks = &outputs->masks;
    const struct eg_keep_remove_input *input = outputs->input;
    eg_mask_set_fill(masks, eg_row(input->attributions, row), outputs->noise[masking],
                     input->convention->clip_counts);
    unsigned char *same = outputs->same[masking] + row * EG_MASK_SLOTS;
    for (unsigned slot = 0; slot < EG_MASK_SLOTS; slot++)
        same[slot] = slot % EG_MASK_POINTS >= masks->points ? NOT_WANTED
                     : masks->kept[slot] == masks->features ? PLAIN
                     : masks->kept[slot] == 0               ? HIDDEN
                                                            : masks->same[slot];
}

/* row = x where observed, else mean */
EG_WIDE static void mix_row(size_t count, const unsigned char *restrict observed,
                            const real *restrict x, const double *restrict mean, real *restrict row)
{
    for (size_t i = 0; i < count; i++) {
        const real hidden = (real)mean[i];
        row[i] = observed[i] ? x[i] : hidden;
    }
}

static int queue_mean(struct eg_masked_outputs *outputs, size_t row, struct eg_error *error)
{
    const real *x = eg_row(outputs->input->x_test, row);
    const double *mean = outputs->imputer.mean;
    const size_t first = row * EG_MASK_SLOTS;
    for (unsigned slot = 0; slot < EG_MASK_SLOTS; slot++) {
        if (outputs->same[EG_MEAN][first + slot] != slot)
            continue;
        real *copy;
        const int status = eg_prediction_queue_add(
            &outputs->queue, &outputs->masked[EG_MEAN][first + slot], 1, &copy, error);
        if (status)
            return status;
        mix_row(outputs->masks.features, outputs->masks.observed[slot], x, mean, copy);
    }
    return EG_OK;
}

static void want_slots(struct eg_masked_outputs *outputs, enum eg_masking masking, size_t row,
                       unsigned kind, unsigned sign)
{
    for (unsigned point = 0; point < outputs->masks.points; point++) {
        const unsigned slot = eg_mask_slot(kind, sign, point);
        if (outputs->same[masking][row * EG_MASK_SLOTS + slot] == slot)
            outputs->wanted[outputs->masks.kept[slot]] = (unsigned char)slot;
    }
}

/* Observes the next feature; output: where the prediction for the row then goes, or NULL. */
static int impute_next(struct eg_masked_outputs *outputs, double *output, struct eg_error *error)
{
    int status = eg_imputer_observe(&outputs->imputer, error);
    if (status || !output)
        return status;
    real *copy;
    status = eg_prediction_queue_add(&outputs->queue, output, 1, &copy, error);
    if (!status)
        eg_imputer_read(&outputs->imputer, copy);
    return status;
}

static int resample_next(struct eg_masked_outputs *outputs, size_t feature, real x, double *output,
                         struct eg_error *error)
{
    eg_resampler_observe(&outputs->resampler, feature, x);
    return output ? eg_resampler_predict(&outputs->resampler, output, error) : EG_OK;
}

/* Imputes or resamples along outputs->sequence, with a prediction at each number wanted. */
static int follow_sequence(struct eg_masked_outputs *outputs, enum eg_masking masking, size_t row,
                           struct eg_error *error)
{
    const real *x = eg_row(outputs->input->x_test, row);
    size_t last = outputs->masks.features;
    while (last > 0 && outputs->wanted[last] == NOT_WANTED)
        last--;
    if (last == 0)
        return EG_OK;
    if (masking == EG_IMPUTE)
        eg_imputer_begin(&outputs->imputer, x, outputs->sequence);
    else
        eg_resampler_begin(&outputs->resampler);
    int status = EG_OK;
    for (size_t n = 1; n <= last && !status; n++) {
        const size_t feature = outputs->sequence[n - 1], slot = outputs->wanted[n];
        double *masked = outputs->masked[masking] + row * EG_MASK_SLOTS;
        double *output = slot == NOT_WANTED ? NULL : masked + slot;
        status = masking == EG_IMPUTE ? impute_next(outputs, output, error)
                                      : resample_next(outputs, feature, x[feature], output, error);
    }
    return status;
}

/* Ascending in one sign is descending in the other, unless noise has broken a tie between. */
static int signs_mirror(const struct eg_mask_set *masks)
{
    for (size_t i = 0; i < masks->features; i++)
        if (masks->order[EG_POSITIVE][i] != masks->order[EG_NEGATIVE][masks->features - 1 - i])
            return 0;
    return 1;
}

/* Keeping observes the most important feature first, removing the least important. So a curve
 * that keeps positive attributions shares its sequence with the one that removes negative ones. */
static int follow_sequences(struct eg_masked_outputs *outputs, enum eg_masking masking, size_t row,
                            struct eg_error *error)
{
    const size_t p = outputs->masks.features;
    const int mirror = signs_mirror(&outputs->masks);
    for (unsigned kind = 0; kind < EG_MASK_KINDS; kind++)
        for (unsigned sign = 0; sign < EG_MASK_SIGNS; sign++) {
            const int is_signed = sign != EG_ABSOLUTE;
            if (kind == EG_REMOVE && is_signed && mirror)
                continue;
            const size_t *order = outputs->masks.order[sign];
            for (size_t i = 0; i < p; i++)
                outputs->sequence[i] = order[kind == EG_KEEP ? i : p - 1 - i];
            memset(outputs->wanted, NOT_WANTED, p + 1);
            want_slots(outputs, masking, row, kind, sign);
            if (is_signed && mirror)
                want_slots(outputs, masking, row, EG_REMOVE,
                           sign == EG_POSITIVE ? EG_NEGATIVE : EG_POSITIVE);
            const int status = follow_sequence(outputs, masking, row, error);
            if (status)
                return status;
        }
    return EG_OK;
}

static int mask_row(struct eg_masked_outputs *outputs, size_t row, struct eg_error *error)
{
    if (!outputs->input->convention->shared_tie_noise)
        draw_row_noise(outputs, row);
    make_masks(outputs, EG_MEAN, row);
    const size_t first = row * EG_MASK_SLOTS;
    memcpy(outputs->same[EG_IMPUTE] + first, outputs->same[EG_MEAN] + first, EG_MASK_SLOTS);
    int status = queue_mean(outputs, row, error);
    if (!status && !outputs->input->without_imputed)
        status = follow_sequences(outputs, EG_IMPUTE, row, error);
    make_masks(outputs, EG_RESAMPLE, row);
    return status ? status : follow_sequences(outputs, EG_RESAMPLE, row, error);
}

int eg_masked_outputs_fill(struct eg_masked_outputs *outputs, struct eg_error *error)
{
    if (outputs->input->convention->shared_tie_noise)
        draw_tie_noise(outputs);
    int status = queue_unmasked(outputs, error);
    if (!status)
        status = predict_all_masked(outputs, error);
    for (size_t row = 0; !status && row < outputs->input->x_test->rows; row++)
        status = mask_row(outputs, row, error);
    return status ? status : eg_prediction_queue_flush(&outputs->queue, error);
}

double eg_masked_output(const struct eg_masked_outputs *outputs, enum eg_masking masking,
                        unsigned slot, size_t row)
{
    const size_t first = row * EG_MASK_SLOTS;
    const unsigned same = outputs->same[masking][first + slot];
    return same == PLAIN    ? outputs->plain[row]
           : same == HIDDEN ? outputs->hidden[masking]
                            : outputs->masked[masking][first + same];
}
