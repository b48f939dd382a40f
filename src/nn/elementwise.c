/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/elementwise.h"

#include <math.h>
#include <stdlib.h>

#include "base/smooth.h"
#include "base/wide.h"
#include "nn/layer.h"

/* s(a), s'(a) and s''(a); of what a loop does not use, nothing is computed. */
struct jet {
    real value, slope, curve;
};

EG_SMOOTH struct jet leaky_relu_at(real p, real a)
{
    const real slope = a > 0 ? 1 : p;
    return (struct jet){slope * a, slope, 0};
}

EG_SMOOTH struct jet elu_at(real p, real a)
{
    const real below = a < 0 ? a : 0;
    const real slope = p * eg_exp_down(below);
    return (struct jet){a > 0 ? a : p * eg_expm1_down(below), a > 0 ? 1 : slope, a > 0 ? 0 : slope};
}

EG_SMOOTH struct jet gelu_at(real p, real a)
{
    real density;
    const real below = eg_normal_smooth(a, &density);
    (void)p;
    return (struct jet){a * below, below + a * density, density * (2 - a * a)};
}

EG_SMOOTH struct jet gelu_tanh_at(real p, real a)
{
    const real k = EG_REAL_CONSTANT(0.79788456080286536), cubic = EG_REAL_CONSTANT(0.044715);
    const real half = EG_REAL_CONSTANT(0.5), square = a * a;
    const real t = eg_tanh_smooth(k * a * (1 + cubic * square)), rise = 1 - t * t;
    const real inner = k * (1 + 3 * cubic * square);
    (void)p;
    return (struct jet){half * a * (1 + t), half * (1 + t) + half * a * rise * inner,
                        rise * (inner + 3 * k * cubic * square - a * t * inner * inner)};
}

EG_SMOOTH struct jet silu_at(real p, real a)
{
    const real s = eg_sigmoid_smooth(a), left = 1 - s;
    (void)p;
    return (struct jet){a * s, s * (1 + a * left), s * left * (2 + a * (left - s))};
}

EG_SMOOTH struct jet scaled_softplus_at(real p, real a)
{
    const real s = eg_sigmoid_smooth(p * a);
    return (struct jet){eg_softplus_smooth(p * a) / p, s, p * s * (1 - s)};
}

#define DEFINE_LOOPS(name)                                                                         \
    EG_WIDE static void apply_##name(real p, size_t count, const real *restrict a,                 \
                                     real *restrict out)                                           \
    {                                                                                              \
        for (size_t i = 0; i < count; i++)                                                         \
            out[i] = name##_at(p, a[i]).value;                                                     \
    }                                                                                              \
    EG_WIDE static void slope_##name(real p, size_t count, const real *restrict a,                 \
                                     const real *restrict values, real *restrict out)              \
    {                                                                                              \
        for (size_t i = 0; i < count; i++)                                                         \
            out[i] = name##_at(p, a[i]).slope * values[i];                                         \
    }                                                                                              \
    EG_WIDE static void curve_##name(real p, size_t count, const real *restrict a,                 \
                                     const real *restrict tangent, const real *restrict delta,     \
                                     real *restrict out)                                           \
    {                                                                                              \
        for (size_t i = 0; i < count; i++)                                                         \
            out[i] = name##_at(p, a[i]).curve * tangent[i] * delta[i];                             \
    }                                                                                              \
    static const struct eg_elementwise name = {apply_##name, slope_##name, curve_##name}

DEFINE_LOOPS(leaky_relu);
DEFINE_LOOPS(elu);
DEFINE_LOOPS(gelu);
DEFINE_LOOPS(gelu_tanh);
DEFINE_LOOPS(silu);
DEFINE_LOOPS(scaled_softplus);

/* An exponential takes about as long as so many multiplications of a matrix product. */
enum { WORK_OF_NUMBER = 16 };

static int shape_elementwise(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    layer->to = layer->from;
    layer->work = WORK_OF_NUMBER * layer->inputs;
    if (!*words)
        return EG_OK;
    return eg_fail(error, EG_USAGE, "network: '%s %s': it takes no number", layer->type->name,
                   words);
}

static int read_parameter(struct eg_layer *layer, const char *words, double usual,
                          struct eg_error *error)
{
    char *end;
    layer->parameter = *words ? strtod(words, &end) : usual;
    if ((*words && (end == words || *end)) || !(layer->parameter > 0 && layer->parameter <= 1e6))
        return eg_fail(error, EG_USAGE, "network: '%s %s': give a number above 0, as '%s 1'",
                       layer->type->name, words, layer->type->name);
    return shape_elementwise(layer, "", error);
}

static int shape_leaky_relu(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    return read_parameter(layer, words, 0.01, error);
}

static int shape_elu(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    return read_parameter(layer, words, 1, error);
}

static int shape_scaled_softplus(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    return read_parameter(layer, words, 0, error);
}

/* The numbers of this part, of m rows. */
static size_t find_numbers(const struct eg_sweep *sweep, size_t *begin)
{
    const size_t count = sweep->m * sweep->layer->inputs;
    *begin = eg_part_begin(count, sweep->part, sweep->parts);
    return eg_part_begin(count, sweep->part + 1, sweep->parts) - *begin;
}

static void forward_elementwise(const struct eg_sweep *sweep, const real *in, real *out)
{
    size_t at;
    const size_t count = find_numbers(sweep, &at);
    sweep->layer->type->elementwise->apply((real)sweep->layer->parameter, count, in + at, out + at);
}

/* The Jacobian is diagonal: tangent and backward are one. */
static void multiply_slopes(const struct eg_sweep *sweep, const real *in, const real *values,
                            real *out)
{
    size_t at;
    const size_t count = find_numbers(sweep, &at);
    sweep->layer->type->elementwise->multiply_slope((real)sweep->layer->parameter, count, in + at,
                                                    values + at, out + at);
}

static void curve_elementwise(const struct eg_sweep *sweep, const real *in, const real *t_in,
                              const real *d_out, real *product)
{
    size_t at;
    const size_t count = find_numbers(sweep, &at);
    sweep->layer->type->elementwise->curve((real)sweep->layer->parameter, count, in + at, t_in + at,
                                           d_out + at, product + at);
}

#define SWEEPS                                                                                     \
    .forward = forward_elementwise, .tangent = multiply_slopes, .backward = multiply_slopes

const struct eg_layer_type eg_leaky_relu = {
    .name = "leaky_relu", .shape = shape_leaky_relu, SWEEPS, .elementwise = &leaky_relu};
const struct eg_layer_type eg_elu = {
    .name = "elu", .shape = shape_elu, SWEEPS, .curve = curve_elementwise, .elementwise = &elu};
const struct eg_layer_type eg_gelu = {.name = "gelu",
                                      .shape = shape_elementwise,
                                      SWEEPS,
                                      .curve = curve_elementwise,
                                      .elementwise = &gelu};
const struct eg_layer_type eg_gelu_tanh = {.name = "gelu_tanh",
                                           .shape = shape_elementwise,
                                           SWEEPS,
                                           .curve = curve_elementwise,
                                           .elementwise = &gelu_tanh};
const struct eg_layer_type eg_silu = {.name = "silu",
                                      .shape = shape_elementwise,
                                      SWEEPS,
                                      .curve = curve_elementwise,
                                      .elementwise = &silu};
const struct eg_layer_type eg_scaled_softplus = {.name = "softplus",
                                                 .shape = shape_scaled_softplus,
                                                 SWEEPS,
                                                 .curve = curve_elementwise,
                                                 .elementwise = &scaled_softplus};
