/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare/compare_options.h"

#define FIELD(member) EG_FIELD(struct eg_compare_cell, member)
#define OPTIONAL(member) EG_OPTIONAL_FIELD(struct eg_compare_cell, member)

/* clang-format off */
const struct eg_field eg_compare_fields[] = {
    FIELD(dataset), FIELD(data), FIELD(protocol), FIELD(scale), FIELD(seed), FIELD(unit),
    FIELD(method), FIELD(epochs), FIELD(samples), FIELD(background),
    OPTIONAL(initialisation), OPTIONAL(measure), OPTIONAL(retrain_rows),
    OPTIONAL(plugin), OPTIONAL(command), OPTIONAL(files), OPTIONAL(train_files),
    OPTIONAL(asked_again), OPTIONAL(kind), OPTIONAL(baseline), OPTIONAL(baseline_file),
    OPTIONAL(model), OPTIONAL(x_train), OPTIONAL(y_train), OPTIONAL(x_test), OPTIONAL(y_test),
    OPTIONAL(outputs_test), OPTIONAL(keep_remove), OPTIONAL(network),
    OPTIONAL(output), OPTIONAL(by_class), OPTIONAL(label), OPTIONAL(channels), OPTIONAL(predict), OPTIONAL(predict_files), {0}};
/* clang-format on */

/* --- what belongs together --- */

/* What cells share that are compared with each other. */
static const struct eg_field same_unit[] = {
    FIELD(dataset), FIELD(unit), FIELD(initialisation), FIELD(measure), {0}};

/* What a method from outside is, but for its name. Files of numbers have another hash on each unit, so that of
 * these the first does not tell versions apart. */
static const struct eg_field same_version[] = {FIELD(files), FIELD(plugin), FIELD(command), {0}};

int eg_compare_goes_with(const struct eg_run *run, const void *wanted, const void *other)
{
    const struct eg_compare_cell *cell = other;
    return strcmp(cell->method, eg_compare_reference(run->own)) == 0 &&
           eg_fields_equal(same_unit, wanted, other);
}

/* All of a cell that is not the method's is the unit's. */
static int is_same_unit(const struct eg_compare_cell *cell, const struct eg_compare_cell *other)
{
    struct eg_compare_cell same = *other;
    same.method = cell->method;
    same.plugin = cell->plugin;
    same.command = cell->command;
    same.files = cell->files;
    same.train_files = cell->train_files;
    same.asked_again = cell->asked_again;
    same.kind = cell->kind;
    same.baseline = cell->baseline;
    same.baseline_file = cell->baseline_file;
    return eg_fields_equal(eg_compare_fields, cell, &same);
}

int eg_compare_stays(const struct eg_run *run, const void *cell, const void *other)
{
    const struct eg_compare_cell *earlier = other;
    struct eg_outsiders outside;
    return earlier->files && is_same_unit(cell, earlier) &&
           eg_compare_find_outside(run->own, &outside, NULL) == EG_OK &&
           !eg_compare_find_outsider(&outside, earlier->method);
}

static int is_version(const struct eg_compare_cell *cell, const struct eg_compare_cell *latest)
{
    const int is_run = cell->plugin || cell->command;
    return eg_fields_equal(same_version + !is_run, cell, latest);
}

/* Whether the row at that place stands among the others of its method. */
static int stands(const struct eg_compare_rows *rows, size_t place)
{
    const struct eg_compare_row *row = &rows->items[place], *latest = row;
    for (size_t i = 0; i < rows->count; i++) {
        const struct eg_compare_row *other = &rows->items[i];
        if (strcmp(row->cell.method, other->cell.method) != 0)
            continue;
        if (other->asked > latest->asked)
            latest = other;
        const int is_later = other->asked > row->asked || (other->asked == row->asked && i > place);
        if (is_later && eg_fields_equal(same_unit, &row->cell, &other->cell))
            return 0;
    }
    return is_version(&row->cell, &latest->cell);
}

/* --- reading --- */

static int read_row(const json_t *row, struct eg_compare_row *read, struct eg_error *error)
{
    read->values = json_object_get(row, "values");
    read->asked = eg_row_number(read->values, "timing", "asked");
    read->asked = isnan(read->asked) ? 0 : read->asked;
    return eg_fields_read(eg_compare_fields, json_object_get(row, "config"), &read->cell, error);
}

static int read_all(const struct eg_rows *rows, struct eg_compare_rows *read,
                    struct eg_error *error)
{
    int status = EG_OK;
    read->count = json_array_size(rows->array);
    read->skipped = json_array_size(rows->skipped);
    read->items = eg_alloc(read->count + read->skipped + 1, sizeof *read->items, error);
    if (!read->items)
        return EG_INTERNAL;
    for (size_t i = 0; i < read->count && !status; i++)
        status = read_row(json_array_get(rows->array, i), &read->items[i], error);
    for (size_t i = 0; i < read->skipped && !status; i++) {
        const json_t *row = json_array_get(rows->skipped, i);
        struct eg_compare_row *skipped = &read->items[read->count + i];
        status = read_row(row, skipped, error);
        skipped->outcome = json_string_value(json_object_get(row, "outcome"));
    }
    return status;
}

/* The rows that keep() wants. */
static int copy_rows(const struct eg_compare_rows *rows,
                     int (*keep)(const struct eg_compare_rows *rows, size_t place,
                                 const void *context),
                     const void *context, struct eg_compare_rows *kept, struct eg_error *error)
{
    size_t used = 0;
    *kept = (struct eg_compare_rows){0};
    kept->items = eg_alloc(rows->count + rows->skipped + 1, sizeof *kept->items, error);
    if (!kept->items)
        return EG_INTERNAL;
    for (size_t i = 0; i < rows->count + rows->skipped; i++)
        if (keep(rows, i, context)) {
            kept->items[used++] = rows->items[i];
            kept->count += i < rows->count;
            kept->skipped += i >= rows->count;
        }
    return EG_OK;
}

static int is_wanted(const struct eg_compare_rows *rows, size_t place, const void *outside)
{
    const struct eg_compare_cell *cell = &rows->items[place].cell;
    const int is_earlier = cell->files && !eg_compare_find_outsider(outside, cell->method);
    return place >= rows->count || !is_earlier || stands(rows, place);
}

int eg_compare_rows_read(const struct eg_rows *rows, const struct eg_outsiders *outside,
                         struct eg_compare_rows *read, struct eg_error *error)
{
    struct eg_compare_rows all = {0};
    *read = (struct eg_compare_rows){0};
    int status = read_all(rows, &all, error);
    if (!status)
        status = copy_rows(&all, is_wanted, outside, read, error);
    eg_compare_rows_free(&all);
    return status;
}

static int is_of(const struct eg_compare_rows *rows, size_t place, const void *dataset)
{
    return strcmp(rows->items[place].cell.dataset, dataset) == 0;
}

int eg_compare_rows_of(const struct eg_compare_rows *rows, const char *dataset,
                       struct eg_compare_rows *own, struct eg_error *error)
{
    return copy_rows(rows, is_of, dataset, own, error);
}

void eg_compare_rows_free(struct eg_compare_rows *rows)
{
    free(rows->items);
    *rows = (struct eg_compare_rows){0};
}
