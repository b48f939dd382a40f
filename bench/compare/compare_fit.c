/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/npy.h"
#include "base/safetensors.h"

#define TOLERANCE 1e-5

/* How many labels are `value`; *others counts the rest that are not `also`. */
static size_t count_labels(const struct eg_subset *rows, double value, double also, size_t *others)
{
    size_t count = 0;
    for (size_t i = 0; rows->y && i < rows->x.rows; i++) {
        count += (double)rows->y[i] == value;
        *others += (double)rows->y[i] != value && (double)rows->y[i] != also;
    }
    return count;
}

static void map_part(struct eg_subset *rows, double one)
{
    for (size_t i = 0; rows->y && i < rows->x.rows; i++)
        rows->y[i] = (double)rows->y[i] == one;
}

void eg_compare_map_labels(struct eg_compare_unit *unit)
{
    static const struct {
        double zero, one;
        const char *told;
    } codes[] = {{-1, 1, "labels -1 and 1 are taken as 0 and 1"},
                 {1, 2, "labels 1 and 2 are taken as 0 and 1"}};
    for (size_t c = 0; c < sizeof codes / sizeof *codes && !unit->labels; c++) {
        const double zero = codes[c].zero, one = codes[c].one;
        size_t others = 0, unused = 0;
        const size_t zeros = count_labels(&unit->train, zero, one, &others) +
                             count_labels(&unit->test, zero, one, &others);
        const size_t ones = count_labels(&unit->train, one, zero, &unused) +
                            count_labels(&unit->test, one, zero, &unused);
        if (others || !zeros || !ones)
            continue;
        map_part(&unit->train, one);
        map_part(&unit->test, one);
        unit->labels = codes[c].told;
    }
}

/* The first row of which the number given is not what the network's output gives, or its sigmoid; rows when there
 * is none. */
static size_t find_misfit(const real *outputs, const struct eg_npy *given, int is_sigmoid)
{
    const size_t rows = eg_npy_count(given);
    for (size_t row = 0; row < rows; row++) {
        const double raw = (double)outputs[row], wanted = given->data[row];
        const double output = is_sigmoid ? 1 / (1 + exp(-raw)) : raw;
        if (!(fabs(output - wanted) <= TOLERANCE * (1 + fabs(wanted))))
            return row;
    }
    return rows;
}

/* Of outputs that were given for all rows, or for all outputs too, what the unit explains. */
static int pick_outputs(const char *path, const struct eg_compare_unit *unit, struct eg_npy *given,
                        struct eg_error *error)
{
    const struct eg_compare_part *part = &unit->part;
    const size_t cols = given->ndim == 2 ? given->shape[1] : 1;
    const size_t rows = part->classes ? part->rows : unit->test.x.rows;
    const int fits = (given->ndim == 1 || given->ndim == 2) && given->shape[0] == rows;
    if (!fits || (cols != 1 && cols != part->outputs) || (part->classes && cols == 1))
        return eg_fail(error, EG_DATA,
                       "%s: shape %s where one output a test row is needed, (%zu)%s", path,
                       eg_format_shape(given->ndim, given->shape).text, rows,
                       part->outputs ? ", or all outputs" : "");
    size_t kept = 0;
    for (size_t i = 0; i < rows; i++)
        if (!part->classes || part->classes[i] == part->output)
            given->data[kept++] = given->data[i * cols + (cols > 1 ? part->output : 0)];
    given->ndim = 1;
    given->shape[0] = kept;
    return EG_OK;
}

static int compare_outputs(const char *path, const struct eg_compare_unit *unit,
                           const real *outputs, struct eg_error *error)
{
    const size_t rows = unit->test.x.rows;
    struct eg_npy given;
    int status = eg_npy_read(path, &given, error);
    if (status)
        return status;
    status = pick_outputs(path, unit, &given, error);
    const size_t row = status ? rows : find_misfit(outputs, &given, 0);
    if (row < rows && find_misfit(outputs, &given, 1) == rows)
        status = eg_fail(error, EG_DATA,
                         "%s: these are sigmoids of the network's outputs; models are explained "
                         "before a last sigmoid: save the outputs before it",
                         path);
    else if (row < rows)
        status = eg_fail(
            error, EG_DATA,
            "%s: row %zu is %.9g where the network, as it is read here, gives %.9g; do "
            "the layers and activations of --network and the rows fit the model?",
            path, row, given.data[row], (double)outputs[row]);
    eg_npy_free(&given);
    return status;
}

int eg_compare_check_outputs(const struct eg_compare_unit *unit, const char *model,
                             const char *outputs, struct eg_error *error)
{
    const size_t rows = unit->test.x.rows;
    real *own = eg_alloc(rows, sizeof *own, error);
    int status = own ? eg_network_predict(&unit->network, rows, unit->test.x.data, own, error)
                     : EG_INTERNAL;
    for (size_t i = 0; i < rows && !status; i++)
        if (!isfinite(own[i]))
            status = eg_fail(error, EG_DATA,
                             "%s: the network's output for test row %zu is %g; are the weights "
                             "damaged, or the rows far from those it was trained on?",
                             model, i, (double)own[i]);
    if (!status && outputs)
        status = compare_outputs(outputs, unit, own, error);
    free(own);
    return status;
}

void eg_compare_set_about(const struct eg_compare_unit *unit, const struct eg_row *row)
{
    const struct eg_row about = eg_row_part(row, "about");
    char text[4096];
    eg_row_set_text(&about, "unit", unit->name);
    if (unit->head && (size_t)snprintf(text, sizeof text, "%s, without its last %s", unit->text,
                                       unit->head) < sizeof text)
        eg_row_set_text(&about, "network", text);
    else
        eg_row_set_text(&about, "network", unit->text);
    if (unit->labels)
        eg_row_set_text(&about, "labels", unit->labels);
}
