/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_asked.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare/compare_measuring.h"
#include "metrics/monotonicity.h"
#include "metrics/randomisation.h"

static void skip_all(const struct eg_asked *asked, const struct eg_asked_family *family,
                     const char *why)
{
    for (size_t k = 0; family->measures[k]; k++)
        eg_compare_note_skip(asked->row, family->measures[k], why);
}

static int measure_monotonicity(const struct eg_asked *asked, const struct eg_asked_family *family,
                                struct eg_error *error)
{
    const struct eg_compare_unit *unit = asked->unit;
    const struct eg_predictor predictor = eg_network_predictor(&unit->network);
    const struct eg_measuring measuring = {.row = asked->row};
    struct eg_error own = {0};
    double mean = NAN;
    eg_monotonicity(&predictor, &unit->train.x, &unit->test.x, asked->phi, &mean, &own);
    return eg_compare_settle(&measuring, &own, family->measures[0], mean, NULL, NAN, error);
}

/* --- layer by layer --- */

struct cascade {
    const struct eg_asked *asked;
    struct eg_matrix x, first,
        phi; /* rows; their attributions by the model, and by the network at hand */
    struct eg_network random, mixed;
    double differences[EG_LAYERS_MAX]; /* of each depth, as a share of what unrelated numbers get */
    size_t depths;
};

/* The network at hand has the last layers drawn anew, from that one on. */
static int measure_depth(struct cascade *c, const struct eg_layer *from, struct eg_error *error)
{
    const struct eg_compare_asker *asker = c->asked->asker;
    memcpy(c->mixed.theta + from->offset, c->random.theta + from->offset,
           from->parameters * sizeof *c->mixed.theta);
    memset(c->phi.data, 0, c->phi.rows * c->phi.cols * sizeof *c->phi.data);
    int status = asker->explain(asker->context, &c->mixed, &c->x, &c->phi, error);
    if (!status)
        status = eg_randomisation(&c->first, &c->phi, &c->differences[c->depths], error);
    c->differences[c->depths++] /= eg_unrelated_randomisation(c->x.cols);
    return status;
}

static int cascade_alloc(struct cascade *c, struct eg_error *error)
{
    const struct eg_compare_unit *unit = c->asked->unit;
    c->x = eg_compare_rows_again(unit);
    int status = eg_matrix_alloc(&c->phi, c->x.rows, c->x.cols, error);
    if (!status)
        status = eg_compare_draw_network(unit, &c->random, error);
    if (!status)
        status = eg_network_alloc(&c->mixed, unit->network.inputs, unit->text, error);
    if (!status)
        memcpy(c->mixed.theta, unit->network.theta,
               unit->network.parameters * sizeof *c->mixed.theta);
    return status ? status
                  : eg_compare_first_again(unit, c->asked->asker, c->asked->phi, &c->first, error);
}

static void cascade_free(struct cascade *c)
{
    eg_matrix_free(&c->first);
    eg_matrix_free(&c->phi);
    eg_network_free(&c->random);
    eg_network_free(&c->mixed);
}

static int measure_layers(const struct eg_asked *asked, const struct eg_asked_family *family,
                          struct eg_error *error)
{
    const struct eg_network *network = &asked->unit->network;
    struct cascade c = {.asked = asked};
    double mean = 0;
    if (!asked->asker || asked->unit->black_box || network->inputs < 2) {
        skip_all(asked, family,
                 asked->unit->black_box ? "a command has no weights to draw anew"
                 : network->inputs < 2  ? "one feature has no order"
                                        : "the method cannot be asked again (--ask-again asks it)");
        return EG_OK;
    }
    int status = cascade_alloc(&c, error);
    for (size_t l = network->layer_count; l-- > 0 && !status;)
        if (network->layers[l].type->initialise && network->layers[l].parameters)
            status = measure_depth(&c, &network->layers[l], error);
    for (size_t d = 0; d < c.depths; d++)
        mean += c.differences[d] / (double)c.depths;
    if (!status) {
        eg_row_set(asked->row, family->measures[0], mean);
        eg_row_set_array(asked->row, "randomisation_depths", c.depths, c.differences);
    }
    cascade_free(&c);
    return status;
}

/* --- all --- */

const struct eg_asked_family eg_asked_families[] = {
    {"monotonicity", {"monotonicity"}, 1, measure_monotonicity},
    {"layers", {"randomisation_layers"}, 1, measure_layers},
    {"directed",
     {"directed_top", "directed_order", "directed_rank"},
     20,
     eg_compare_measure_directed},
    {NULL, {NULL}, 0, NULL}};

int eg_compare_is_asked(const struct eg_compare_options *options,
                        const struct eg_asked_family *family)
{
    for (size_t k = 0; options->measures && family->measures[k]; k++)
        if (eg_compare_is_chosen(options, family->measures[k]))
            return 1;
    return 0;
}

int eg_compare_measure_asked(const char *name, const struct eg_asked *asked, struct eg_error *error)
{
    const struct eg_asked_family *family = eg_asked_families;
    while (family->name && strcmp(family->name, name) != 0)
        family++;
    return family->name ? family->measure(asked, family, error)
                        : eg_fail(error, EG_INTERNAL, "there are no measures '%s'", name);
}
