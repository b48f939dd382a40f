/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_measuring.h"

#include <math.h>
#include <string.h>

#include "bench/experiments.h"

enum { AGAIN_ROWS = 25 };

struct eg_stream eg_compare_stream(const struct eg_compare_unit *unit, enum eg_draws draws)
{
    return eg_stream_make(unit->seed, EG_STREAM_COMPARE, EG_PURPOSE_MASKING,
                          unit->number * 16 + (unsigned)draws, 0);
}

void eg_compare_note_skip(const struct eg_row *row, const char *measure, const char *why)
{
    const struct eg_row skipped = eg_row_part(row, "skipped");
    eg_row_set_text(&skipped, measure, why);
}

int eg_compare_settle(const struct eg_measuring *measuring, const struct eg_error *own,
                      const char *first, double value, const char *second, double other,
                      struct eg_error *error)
{
    if (own->status && own->status != EG_DATA)
        return eg_fail(error, own->status, "%s", own->message);
    if (own->status)
        eg_compare_note_skip(measuring->row, first, own->message);
    else
        eg_row_set(measuring->row, first, value);
    return second ? eg_compare_settle(measuring, own, second, other, NULL, NAN, error) : EG_OK;
}

int eg_compare_draw_network(const struct eg_compare_unit *unit, struct eg_network *network,
                            struct eg_error *error)
{
    const int status = eg_network_alloc(network, unit->network.inputs, unit->text, error);
    if (!status)
        eg_network_initialise(network, EG_GLOROT_UNIFORM,
                              eg_stream_make(unit->seed, EG_STREAM_COMPARE,
                                             EG_PURPOSE_OTHER_WEIGHTS, unit->number, 0));
    return status;
}

struct eg_matrix eg_compare_rows_again(const struct eg_compare_unit *unit)
{
    struct eg_matrix x = unit->test.x;
    x.rows = x.rows < AGAIN_ROWS ? x.rows : AGAIN_ROWS;
    return x;
}

int eg_compare_first_again(const struct eg_compare_unit *unit, const struct eg_compare_asker *asker,
                           const struct eg_matrix *all, struct eg_matrix *phi,
                           struct eg_error *error)
{
    const struct eg_matrix x = eg_compare_rows_again(unit);
    const int status = eg_matrix_alloc(phi, x.rows, x.cols, error);
    if (status || !asker->draws_by_row)
        return status ? status : asker->explain(asker->context, &unit->network, &x, phi, error);
    memcpy(phi->data, all->data, x.rows * x.cols * sizeof *phi->data);
    return EG_OK;
}
