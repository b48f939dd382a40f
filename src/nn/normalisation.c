/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layer normalisation (Ba et al. 2016) of a whole row and group normalisation (Wu and He 2018) of
 * groups of channels over all pixels: each is two layers, of which the first normalises,
 *
 *     x^ = r (in - mean),   r = 1 / sqrt(variance + epsilon),   over the n numbers of a group,
 *
 * and the second has scale and shift of each number (layernorm) or channel (groupnorm). The Jacobian
 * J = r (I - 1 1'/n - x^ x^'/n) is its own transpose, and
 *
 *     d/din of d' J t = -r^2 (x^ (cov(d, t) - 3 <x^ d> <x^ t>) + <x^ t> (d - <d>) + <x^ d> (t - <t>)),
 *
 * with <> for the mean over the group and cov(d, t) = <d t> - <d> <t>.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "nn/layer.h"

/* A number to be read several times and written takes as long as so many multiplications. */
enum { WORK_OF_NUMBER = 16 };

static const double usual_epsilon = 1e-5; /* PyTorch's */

/* Reads "epsilon E", or nothing. */
static int read_epsilon(struct eg_layer *layer, const char *words, const char *all,
                        struct eg_error *error)
{
    static const char word[] = "epsilon ";
    char *end = NULL;
    layer->parameter = usual_epsilon;
    if (strncmp(words, word, strlen(word)) == 0)
        layer->parameter = strtod(words + strlen(word), &end);
    if ((*words && (!end || end == words + strlen(word) || *end)) ||
        !(layer->parameter > 0 && layer->parameter <= 1))
        return eg_fail(
            error, EG_USAGE,
            "network: '%s %s': write \"%s%s\", then maybe \"epsilon E\" with E from 0 to 1",
            layer->type->name, all, layer->type->name, words == all ? "" : " GROUPS");
    layer->to = layer->from;
    layer->work = WORK_OF_NUMBER * layer->inputs;
    return EG_OK;
}

static int shape_layer_norm(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    layer->groups = 1;
    return read_epsilon(layer, words, words, error);
}

static int shape_group_norm(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    char *end;
    const unsigned long groups = strtoul(words, &end, 10);
    if (end == words || groups == 0 || layer->from.channels % groups)
        return eg_fail(
            error, EG_USAGE,
            "network: 'groupnorm %s': give a number of groups that divides the %zu channels", words,
            layer->from.channels);
    layer->groups = groups;
    return read_epsilon(layer, end + strspn(end, " "), words, error);
}

/* A group of one row: lines of numbers that lie next to each other, a line for each pixel. */
struct group {
    size_t first, width, step, lines; /* in numbers of all rows */
};

typedef void visitor(const struct eg_layer *layer, const struct group *group, const real *in,
                     const real *t, const real *d, real *out);

static void visit_groups(const struct eg_sweep *sweep, visitor *visit, const real *in,
                         const real *t, const real *d, real *out)
{
    const struct eg_layer *layer = sweep->layer;
    const size_t width = layer->from.channels / layer->groups;
    const size_t end = eg_part_begin(sweep->m, sweep->part + 1, sweep->parts);
    for (size_t row = eg_part_begin(sweep->m, sweep->part, sweep->parts); row < end; row++)
        for (size_t i = 0; i < layer->groups; i++) {
            struct group group = {row * layer->inputs + i * width, width, layer->from.channels,
                                  layer->from.height * layer->from.width};
            if (layer->groups == 1)
                group = (struct group){row * layer->inputs, layer->inputs, layer->inputs, 1};
            visit(layer, &group, in, t, d, out);
        }
}

/* a less a number, and b; b NULL stands for 1 */
struct product {
    const real *a;
    double less;
    const real *b;
};

/* Mean of a group's products. */
EG_WIDE static double find_mean(const struct group *group, struct product product)
{
    enum { LANES = 8 };
    const real *a = product.a, *b = product.b ? product.b : a;
    const double one = product.b ? 0 : 1, times = product.b ? 1 : 0;
    double sums[LANES] = {0}, sum = 0;
    for (size_t line = 0; line < group->lines; line++) {
        const size_t at = group->first + line * group->step, end = at + group->width;
        size_t i = at;
        for (; i + LANES <= end; i += LANES)
            for (size_t j = 0; j < LANES; j++)
                sums[j] += ((double)a[i + j] - product.less) * (one + times * (double)b[i + j]);
        for (; i < end; i++)
            sum += ((double)a[i] - product.less) * (one + times * (double)b[i]);
    }
    for (size_t j = 0; j < LANES; j++)
        sum += sums[j];
    return sum / (double)(group->lines * group->width);
}

/* x^ = r (in - mean) */
struct scale {
    double mean, r;
};

static struct scale find_scale(const struct eg_layer *layer, const struct group *group,
                               const real *in)
{
    struct scale scale = {.mean = find_mean(group, (struct product){in, 0, NULL})};
    const double variance = find_mean(group, (struct product){in, scale.mean, in});
    scale.r = 1 / sqrt(fmax(variance, 0) + layer->parameter);
    return scale;
}

/* <values> and <x^ values> */
struct means {
    double plain, along;
};

static struct means find_means(const struct group *group, struct scale scale, const real *in,
                               const real *values)
{
    return (struct means){find_mean(group, (struct product){values, 0, NULL}),
                          scale.r * find_mean(group, (struct product){in, scale.mean, values})};
}

EG_WIDE static void normalise(const struct eg_layer *layer, const struct group *group,
                              const real *in, const real *t, const real *d, real *out)
{
    const struct scale scale = find_scale(layer, group, in);
    (void)t;
    (void)d;
    for (size_t line = 0; line < group->lines; line++) {
        const size_t at = group->first + line * group->step;
        for (size_t i = at; i < at + group->width; i++)
            out[i] = (real)(scale.r * ((double)in[i] - scale.mean));
    }
}

/* out = J t */
EG_WIDE static void multiply_jacobian(const struct eg_layer *layer, const struct group *group,
                                      const real *in, const real *t, const real *d, real *out)
{
    const struct scale scale = find_scale(layer, group, in);
    const struct means means = find_means(group, scale, in, t);
    const double slope = means.along * scale.r;
    (void)d;
    for (size_t line = 0; line < group->lines; line++) {
        const size_t at = group->first + line * group->step;
        for (size_t i = at; i < at + group->width; i++)
            out[i] = (real)(scale.r *
                            ((double)t[i] - means.plain - slope * ((double)in[i] - scale.mean)));
    }
}

EG_WIDE static void find_curve(const struct eg_layer *layer, const struct group *group,
                               const real *in, const real *t, const real *d, real *out)
{
    const struct scale scale = find_scale(layer, group, in);
    const struct means of_t = find_means(group, scale, in, t);
    const struct means of_d = find_means(group, scale, in, d);
    const double covariance = find_mean(group, (struct product){d, of_d.plain, t});
    const double slope = scale.r * (covariance - 3 * of_t.along * of_d.along);
    const double factor = -scale.r * scale.r;
    for (size_t line = 0; line < group->lines; line++) {
        const size_t at = group->first + line * group->step;
        for (size_t i = at; i < at + group->width; i++)
            out[i] = (real)(factor * (slope * ((double)in[i] - scale.mean) +
                                      of_t.along * ((double)d[i] - of_d.plain) +
                                      of_d.along * ((double)t[i] - of_t.plain)));
    }
}

static void forward_normalisation(const struct eg_sweep *sweep, const real *in, real *out)
{
    visit_groups(sweep, normalise, in, NULL, NULL, out);
}

static void multiply_normalisation(const struct eg_sweep *sweep, const real *in, const real *values,
                                   real *out)
{
    visit_groups(sweep, multiply_jacobian, in, values, NULL, out);
}

static void curve_normalisation(const struct eg_sweep *sweep, const real *in, const real *t_in,
                                const real *d_out, real *product)
{
    visit_groups(sweep, find_curve, in, t_in, d_out, product);
}

const struct eg_layer_type eg_layer_norm = {
    .name = "layernorm",
    .shape = shape_layer_norm,
    .forward = forward_normalisation,
    .tangent = multiply_normalisation,
    .backward = multiply_normalisation,
    .curve = curve_normalisation,
    .second = &eg_scale_numbers,
};

const struct eg_layer_type eg_group_norm = {
    .name = "groupnorm",
    .shape = shape_group_norm,
    .forward = forward_normalisation,
    .tangent = multiply_normalisation,
    .backward = multiply_normalisation,
    .curve = curve_normalisation,
    .second = &eg_scale_channels,
};
