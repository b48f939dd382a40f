/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attribution/explain.h"
#include "base/progress.h"
#include "bench/compare/compare_data.h"
#include "bench/compare/compare_fit.h"
#include "bench/compare/compare_measures.h"
#include "bench/compare/compare_methods.h"
#include "bench/compare/compare_options.h"
#include "bench/compare/compare_outside.h"
#include "bench/compare/compare_retrain.h"
#include "bench/compare/compare_took.h"
#include "bench/compare/compare_user.h"
#include "bench/experiments.h"
#include "run/values.h"

/* Beside the test rows, in streams. */
enum { TRAIN_STREAM = 1 << 23 };

struct cell {
    const struct eg_run *run;
    const struct eg_compare_source *source; /* NULL: the user's own */
    const char *method;
    size_t seed, split, model, samples, background;
    size_t retrain_rows; /* 0: the cell is not about retraining */
    size_t is_asked_again;
    int is_outside;
    struct eg_outside outside;
    const char *watched; /* of a method that is run; else NULL */
    struct eg_compare_unit unit;
};

/* --- what the configuration says --- */

/* A field that is left out where it is 0. */
static size_t read_optional(const json_t *config, const char *field)
{
    return (size_t)json_integer_value(json_object_get(config, field));
}

static int find_outside(struct cell *cell, struct eg_error *error)
{
    const struct eg_compare_options *options = cell->run->own;
    struct eg_outsiders all;
    const struct eg_outside *found = NULL;
    const int status = eg_compare_find_outside(options, &all, error);
    if (!status)
        found = eg_compare_find_outsider(&all, cell->method);
    if (!status && !found)
        return eg_fail(error, EG_INTERNAL, "there is no method '%s' any more", cell->method);
    if (found)
        cell->outside = *found;
    if (found && found->given.kind != EG_OUTSIDE_FILES && options->watched)
        cell->watched = options->watched[found - all.items].text;
    return status;
}

static int read_cell(const struct eg_run *run, const json_t *config, struct cell *cell,
                     struct eg_error *error)
{
    const char *name;
    *cell = (struct cell){.run = run,
                          .model = read_optional(config, "initialisation"),
                          .retrain_rows = read_optional(config, "retrain_rows"),
                          .is_asked_again = read_optional(config, "asked_again")};
    if (eg_config_text(config, "dataset", &name, error) ||
        eg_config_text(config, "method", &cell->method, error) ||
        eg_config_count(config, "seed", &cell->seed, error) ||
        eg_config_count(config, "unit", &cell->split, error) ||
        eg_config_count(config, "samples", &cell->samples, error) ||
        eg_config_count(config, "background", &cell->background, error))
        return EG_INTERNAL;
    cell->is_outside = json_object_get(config, "files") != NULL;
    if (cell->is_outside && find_outside(cell, error))
        return error->status;
    if (json_object_get(config, "model"))
        return EG_OK;
    cell->source = eg_compare_find_source(name, strlen(name), error);
    return cell->source ? EG_OK : EG_INTERNAL;
}

static int is_oracle(const struct cell *cell)
{
    return strcmp(cell->method, eg_compare_oracle) == 0 ||
           strcmp(cell->method, eg_compare_flipped) == 0;
}

static int load_user(struct cell *cell, struct eg_error *error)
{
    struct eg_compare_user user;
    const struct eg_compare_files *files = NULL;
    int status = eg_compare_find_user(cell->run->own, &user, error);
    if (!status) {
        files = eg_compare_user_unit(&user, cell->split, cell->model, error);
        status = files ? eg_compare_load_user(&cell->unit, cell->run->own, files, cell->seed, error)
                       : EG_INTERNAL;
    }
    eg_compare_user_free(&user);
    return status;
}

static int prepare_unit(struct cell *cell, struct eg_error *error)
{
    int status = cell->source ? eg_compare_prepare(&cell->unit, cell->source, cell->run,
                                                   cell->split, cell->model, cell->seed, error)
                              : load_user(cell, error);
    if (!status)
        status = eg_compare_finish_unit(&cell->unit, cell->background, error);
    /* Where it is exact, all methods are held against it; retraining needs it of other rows. */
    if (!status && !cell->retrain_rows && (cell->unit.oracle_is_exact || is_oracle(cell)))
        status = eg_compare_make_oracle(&cell->unit, cell->run->threads, error);
    return status;
}

/* --- what comes out --- */

static void skip(const char *why, json_t *values)
{
    json_object_set_new(values, "skip", json_string(why));
}

static int store_unit(const struct eg_compare_unit *unit, json_t *values, struct eg_error *error)
{
    int status = eg_values_set(values, "n_train", (double)unit->n_train, error);
    if (!status)
        status = eg_values_set(values, "n_test", (double)unit->n_test, error);
    if (!status)
        status = eg_values_set(values, "test_rows", (double)unit->test.x.rows, error);
    if (!status)
        status = eg_compare_store_about(unit, values, error);
    return status || isnan(unit->score)
               ? status
               : eg_values_set(values, unit->is_classes ? "test_roc_auc" : "test_r2", unit->score,
                               error);
}

static void turn_sign(const struct cell *cell, struct eg_matrix *phi)
{
    for (size_t i = 0; i < phi->rows * phi->cols; i++)
        if (strcmp(cell->method, eg_compare_flipped) == 0)
            phi->data[i] = -phi->data[i];
}

/* --- the measures --- */

/* For struct eg_compare_asker; the context is what explained the test rows. */
static int explain_again(void *context, const struct eg_network *network, const struct eg_matrix *x,
                         struct eg_matrix *phi, struct eg_error *error)
{
    const struct eg_compare_explainer *made = context;
    struct eg_explainer explainer = made->explainer;
    explainer.network = network;
    return eg_explain_phi(&explainer, x, NULL, made->stream, phi, error);
}

static int measure_method(const struct cell *cell, const struct eg_compare_explainer *made,
                          json_t *values, struct eg_error *error)
{
    const struct eg_compare_unit *unit = &cell->unit;
    const struct eg_compare_asker asker = {(void *)made, 1, explain_again};
    struct eg_explanation explanation;
    double base;
    const double started = eg_clock();
    int status = eg_explain(&made->explainer, &unit->test.x, NULL, made->stream, &explanation,
                            error);
    if (status)
        return status;
    const struct eg_compare_cost cost = {(double)explanation.gradient_evaluations,
                                         (double)explanation.model_evaluations,
                                         eg_clock() - started, (double)explanation.bytes, NAN};
    /* What a method counts from is what it reads: the training rows, some of them, or their mean. */
    status = eg_compare_average_output(&unit->network, &made->background, &base, error);
    if (!status)
        status = eg_compare_measure(unit, &explanation.phi, eg_compare_kind(cell->method), base,
                                    values, error);
    if (!status)
        status = eg_compare_ask_again(unit, &asker, &explanation.phi, values, error);
    if (!status)
        status = eg_compare_store_cost(&cost, values, error);
    eg_explanation_free(&explanation);
    return status;
}

static int make_explainer(const struct cell *cell, struct eg_compare_explainer *made,
                          struct eg_error *error)
{
    return eg_compare_explainer_make(made, &cell->unit, cell->method, cell->samples,
                                     cell->background, cell->run->threads, error);
}

static int run_method(const struct cell *cell, json_t *values, struct eg_error *error)
{
    struct eg_compare_explainer made = {0};
    int status = make_explainer(cell, &made, error);
    if (!status)
        status = measure_method(cell, &made, values, error);
    eg_compare_explainer_free(&made);
    return status;
}

static int run_oracle(const struct cell *cell, json_t *values, struct eg_error *error)
{
    const struct eg_compare_unit *unit = &cell->unit;
    const struct eg_matrix seen = {unit->oracle_is_exact ? unit->background : unit->train.x.rows,
                                   unit->train.x.cols, unit->train.x.data};
    struct eg_matrix phi = {0};
    double base;
    int status = eg_matrix_alloc(&phi, unit->oracle.rows, unit->oracle.cols, error);
    if (!status) {
        memcpy(phi.data, unit->oracle.data, phi.rows * phi.cols * sizeof *phi.data);
        turn_sign(cell, &phi);
        status = eg_compare_average_output(&unit->network, &seen, &base, error);
    }
    if (!status)
        status = eg_compare_measure(unit, &phi, EG_PHI_SHARES, base, values, error);
    eg_matrix_free(&phi);
    return status;
}

/* For struct eg_compare_asker; the context is the cell. */
static int ask_outside_again(void *context, const struct eg_network *network,
                             const struct eg_matrix *x, struct eg_matrix *phi,
                             struct eg_error *error)
{
    const struct cell *cell = context;
    struct eg_compare_unit unit = cell->unit; /* borrows all of it */
    struct eg_outside_answer answer;
    unit.network = *network;
    unit.test.x = *x;
    const int status = eg_compare_ask_outside(cell->run, &cell->outside, &unit, cell->samples, 0,
                                              &answer, error);
    if (!status)
        memcpy(phi->data, answer.phi.data, phi->rows * phi->cols * sizeof *phi->data);
    eg_outside_answer_free(&answer);
    return status;
}

static int run_outside(const struct cell *cell, json_t *values, struct eg_error *error)
{
    const struct eg_compare_unit *unit = &cell->unit;
    const struct eg_compare_asker asker = {(void *)cell, 0, ask_outside_again};
    struct eg_outside_answer answer;
    int status = eg_compare_ask_outside(cell->run, &cell->outside, unit, cell->samples, 0, &answer,
                                        error);
    const int ran = cell->outside.given.kind != EG_OUTSIDE_FILES;
    const struct eg_compare_cost cost = {
        NAN, NAN, ran ? answer.taken.seconds : NAN,
        answer.taken.peak_bytes ? (double)answer.taken.peak_bytes : NAN, (double)time(NULL)};
    if (!status)
        status = eg_compare_measure(unit, &answer.phi, answer.kind, answer.base, values, error);
    if (!status && cell->is_asked_again)
        status = eg_compare_ask_again(unit, &asker, &answer.phi, values, error);
    if (!status)
        status = eg_compare_store_cost(&cost, values, error);
    if (!status)
        status = eg_compare_store_provenance(answer.terms, cell->watched, values, error);
    eg_outside_answer_free(&answer);
    return status;
}

/* --- retraining --- */

/* phi (made here) of some rows by the program's own method or the oracle. */
static int explain_rows(const struct cell *cell, const struct eg_matrix *x, int is_train,
                        struct eg_matrix *phi, struct eg_error *error)
{
    struct eg_compare_explainer made = {0};
    int status;
    if (is_oracle(cell)) {
        status = eg_compare_find_shapley(&cell->unit, x, (size_t)is_train, cell->run->threads, phi,
                                         error);
        turn_sign(cell, phi);
        return status;
    }
    status = eg_matrix_alloc(phi, x->rows, x->cols, error);
    if (!status)
        status = make_explainer(cell, &made, error);
    /* Rows of both parts must not share draws. */
    if (is_train)
        made.stream.counter[2] += TRAIN_STREAM;
    if (!status)
        status = eg_explain_phi(&made.explainer, x, NULL, made.stream, phi, error);
    eg_compare_explainer_free(&made);
    return status;
}

static int retrain_own(const struct cell *cell, const struct eg_matrix *x_train, json_t *values,
                       struct eg_error *error)
{
    struct eg_matrix test = {0}, train = {0};
    int status = explain_rows(cell, &cell->unit.test.x, 0, &test, error);
    if (!status)
        status = explain_rows(cell, x_train, 1, &train, error);
    if (!status)
        status = eg_compare_retrain(&cell->unit, &train, &test, values, error);
    eg_matrix_free(&test);
    eg_matrix_free(&train);
    return status;
}

static int retrain_outside(const struct cell *cell, size_t rows, json_t *values,
                           struct eg_error *error)
{
    struct eg_outside_answer answer;
    int status = eg_compare_ask_outside(cell->run, &cell->outside, &cell->unit, cell->samples, rows,
                                        &answer, error);
    if (!status && !answer.phi_train.data)
        skip("it gave no attributions of the training rows", values);
    else if (!status)
        status = eg_compare_retrain(&cell->unit, &answer.phi_train, &answer.phi, values, error);
    if (!status && !json_object_get(values, "skip"))
        status = eg_compare_store_cost(
            &(struct eg_compare_cost){NAN, NAN, NAN, NAN, (double)time(NULL)}, values, error);
    eg_outside_answer_free(&answer);
    return status;
}

static int run_retrain(const struct cell *cell, json_t *values, struct eg_error *error)
{
    const struct eg_matrix *x = &cell->unit.train.x;
    const size_t rows = cell->retrain_rows < x->rows ? cell->retrain_rows : x->rows;
    const struct eg_matrix first = {rows, x->cols, x->data};
    if (!cell->unit.recipe.network || *cell->unit.labels_lack) {
        skip(*cell->unit.labels_lack ? cell->unit.labels_lack
                                     : "there are no training labels to train with",
             values);
        return EG_OK;
    }
    return cell->is_outside ? retrain_outside(cell, rows, values, error)
                            : retrain_own(cell, &first, values, error);
}

static int run_prepared(const struct cell *cell, json_t *values, struct eg_error *error)
{
    char why[EG_SKIP];
    if (!cell->is_outside && eg_compare_skip(&cell->unit, cell->method, cell->samples, why)) {
        skip(why, values);
        return EG_OK;
    }
    const int status = store_unit(&cell->unit, values, error);
    if (status)
        return status;
    if (cell->retrain_rows)
        return run_retrain(cell, values, error);
    if (cell->is_outside)
        return run_outside(cell, values, error);
    return is_oracle(cell) ? run_oracle(cell, values, error) : run_method(cell, values, error);
}

int eg_compare_run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                        struct eg_error *error)
{
    struct cell cell;
    int status = read_cell(run, config, &cell, error);
    if (!status)
        status = prepare_unit(&cell, error);
    if (!status)
        status = run_prepared(&cell, values, error);
    eg_compare_unit_free(&cell.unit);
    return status;
}
