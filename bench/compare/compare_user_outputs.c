/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_user_outputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare/compare_user.h"
#include "bench/frame/start.h"

/* The network with one output of several. Its text ends with the last dense layer, and dropout maybe. */
static int cut_network(struct eg_compare_unit *unit, const char *path, size_t output,
                       struct eg_error *error)
{
    const struct eg_network *all = &unit->network;
    const struct eg_layer *last = &all->layers[all->layer_count - 1];
    const size_t p = last->inputs;
    struct eg_network one = {0};
    if (output >= all->outputs || last->type != &eg_dense || last->activation != &eg_identity)
        return eg_fail(error, EG_DATA, "%s: --output %zu: the network ends with %zu outputs of %s",
                       path, output, all->outputs,
                       output >= all->outputs ? "which 0 is the first"
                                              : "a layer that is not plainly dense");
    char *text = strdup(unit->owned_text), *at = NULL;
    for (char *next = text; next && (next = strstr(next, "dense ")); next++)
        at = next;
    const char *rest = at ? at + strcspn(at, ",") : NULL;
    if (at)
        snprintf(at, strlen(at) + 1, "dense 1%s", unit->owned_text + (rest - text));
    int status = at ? eg_network_alloc(&one, all->inputs, text, error)
                    : eg_fail(error, EG_INTERNAL, "out of memory reading %s", path);
    if (!status) {
        real *theta = one.theta + last->offset;
        memcpy(one.theta, all->theta, last->offset * sizeof *theta);
        memcpy(theta, all->theta + last->offset + output * p, p * sizeof *theta);
        theta[p] = all->theta[last->offset + last->weights + output];
        eg_network_free(&unit->network);
        free(unit->owned_text);
        unit->network = one;
        unit->text = unit->owned_text = text;
        unit->labels = "labels are 1 where they are that of the output, else 0";
        return EG_OK;
    }
    eg_network_free(&one);
    free(text);
    return status;
}

static void take_label(struct eg_subset *rows, size_t output)
{
    for (size_t i = 0; rows->y && i < rows->x.rows; i++)
        rows->y[i] = rows->y[i] == (real)output;
}

/* --- a class of each row --- */

/* classes (one a test row) = the label, which must be one of the outputs. */
static int take_labels(const struct eg_compare_unit *unit, const char *path, size_t *classes,
                       struct eg_error *error)
{
    const size_t outputs = unit->network.outputs;
    if (!unit->test.y)
        return eg_fail(error, EG_USAGE,
                       "--output label: give the labels of the rows to explain, with --y-test");
    for (size_t i = 0; i < unit->test.x.rows; i++) {
        const double label = (double)unit->test.y[i];
        classes[i] = label >= 0 && label < (double)outputs ? (size_t)label : outputs;
        if (classes[i] == outputs || (double)classes[i] != label)
            return eg_fail(error, EG_DATA,
                           "--output label: the label of test row %zu is %g, and the outputs of %s "
                           "are 0 to %zu",
                           i, label, path, outputs - 1);
    }
    return EG_OK;
}

/* classes = the output that is largest, of equal ones the first. */
static int take_predictions(const struct eg_compare_unit *unit, size_t *classes,
                            struct eg_error *error)
{
    const size_t rows = unit->test.x.rows, outputs = unit->network.outputs;
    real *all = eg_alloc(rows * outputs, sizeof *all, error);
    const int status = all ? eg_network_predict(&unit->network, rows, unit->test.x.data, all, error)
                           : EG_INTERNAL;
    for (size_t i = 0; i < rows && !status; i++) {
        classes[i] = 0;
        for (size_t k = 1; k < outputs; k++)
            if (all[i * outputs + k] > all[i * outputs + classes[i]])
                classes[i] = k;
    }
    free(all);
    return status;
}

static int find_classes(const struct eg_compare_unit *unit, const char *path, const char *by,
                        size_t **classes, struct eg_error *error)
{
    const size_t outputs = unit->network.outputs;
    if (outputs == 1 || outputs > EG_USER_CLASSES)
        return eg_fail(error, EG_USAGE,
                       "--output %s: %s has %zu output%s where 2 to %d classes can be units%s", by,
                       path, outputs, outputs == 1 ? "" : "s", EG_USER_CLASSES,
                       outputs == 1 ? ": leave --output out" : "");
    *classes = eg_alloc(unit->test.x.rows, sizeof **classes, error);
    if (!*classes)
        return EG_INTERNAL;
    return strcmp(by, "label") == 0 ? take_labels(unit, path, *classes, error)
                                    : take_predictions(unit, *classes, error);
}

/* The test rows of that class, of so many. */
static void keep_class(struct eg_compare_unit *unit, const size_t *classes, size_t class)
{
    struct eg_subset *test = &unit->test;
    const size_t cols = test->x.cols;
    size_t kept = 0;
    for (size_t i = 0; i < test->x.rows; i++) {
        if (classes[i] != class)
            continue;
        memmove(test->x.data + kept * cols, test->x.data + i * cols, cols * sizeof *test->x.data);
        if (test->y)
            test->y[kept] = test->y[i];
        kept++;
    }
    test->x.rows = kept;
}

static int take_class(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                      const struct eg_compare_files *files, struct eg_error *error)
{
    size_t *classes = NULL;
    const int status = find_classes(unit, files->model, options->by_class, &classes, error);
    unit->part = (struct eg_compare_part){unit->test.x.rows, unit->network.outputs, files->class,
                                          classes};
    if (!status)
        keep_class(unit, classes, files->class);
    return status;
}

int eg_compare_take_output(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                           const struct eg_compare_files *files, struct eg_error *error)
{
    const size_t outputs = unit->network.outputs;
    const size_t output = options->by_class ? files->class : options->output;
    int status = options->by_class ? take_class(unit, options, files, error) : EG_OK;
    if (status || (outputs == 1 && (output == EG_NO_OUTPUT || output == 0)))
        return status;
    if (output == EG_NO_OUTPUT)
        return eg_fail(
            error, EG_DATA,
            "%s: the network has %zu outputs: say with --output K which is explained, "
            "from 0, or that of each row's class with --output label or --output predicted",
            files->model, outputs);
    if (!options->by_class)
        unit->part = (struct eg_compare_part){unit->test.x.rows, outputs, output, NULL};
    status = cut_network(unit, files->model, output, error);
    if (!status) {
        take_label(&unit->train, output);
        take_label(&unit->test, output);
    }
    return status;
}

/* --- units --- */

static int add_classes(const struct eg_compare_files *files, const size_t *classes, size_t rows,
                       size_t outputs, struct eg_compare_user *user, struct eg_error *error)
{
    const struct eg_warner warner = eg_stderr_warner("egbench-compare");
    size_t left_out = 0;
    for (size_t k = 0; k < outputs; k++) {
        size_t count = 0;
        for (size_t i = 0; i < rows; i++)
            count += classes[i] == k;
        left_out += count < 2;
        if (count < 2)
            continue;
        struct eg_compare_files *more = realloc(user->files,
                                                (user->count + 1) * sizeof *user->files);
        if (!more)
            return eg_fail(error, EG_INTERNAL, "out of memory listing units");
        user->files = more;
        more[user->count++] = *files;
        eg_compare_set_class(&more[user->count - 1], k);
    }
    if (left_out)
        eg_warn(&warner, "%s: %zu of %zu classes have fewer than two test rows and are left out",
                files->name, left_out, outputs);
    return EG_OK;
}

static int split_files(const struct eg_compare_options *options,
                       const struct eg_compare_files *files, struct eg_compare_user *user,
                       struct eg_error *error)
{
    struct eg_compare_unit unit = {0};
    size_t *classes = NULL;
    int status = eg_compare_read_user(&unit, options, files, error);
    if (!status)
        status = find_classes(&unit, files->model, options->by_class, &classes, error);
    if (!status)
        status = add_classes(files, classes, unit.test.x.rows, unit.network.outputs, user, error);
    free(classes);
    eg_compare_unit_free(&unit);
    return status;
}

int eg_compare_split_classes(const struct eg_compare_options *options, struct eg_compare_user *user,
                             struct eg_error *error)
{
    struct eg_compare_user split = {0};
    int status = EG_OK;
    for (size_t i = 0; i < user->count && !status; i++)
        status = split_files(options, &user->files[i], &split, error);
    if (!status && split.count == 0)
        status = eg_fail(error, EG_DATA, "--output %s: no class has two test rows",
                         options->by_class);
    split.whole = user->files; /* paths point into it */
    user->files = NULL;
    eg_compare_user_free(user);
    *user = split;
    return status;
}
