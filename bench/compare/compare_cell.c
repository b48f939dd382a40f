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
#include "bench/compare/compare_user.h"
#include "bench/experiments.h"

/* Beside the test rows, in streams. */
enum { TRAIN_STREAM = 1 << 23 };

/* What a method took on a unit; NaN: not known. */
struct cost {
    double gradient_evaluations, model_evaluations, seconds, peak_bytes;
    double asked; /* when, in seconds since 1970: of methods from outside */
};

/* A cell and what it is about. */
struct job {
    const struct eg_run *run;
    const struct eg_compare_cell *cell;
    struct eg_outside outside; /* of a method from outside */
    const char *watched;       /* what is watched of one that is run; else NULL */
    struct eg_compare_unit unit;
};

static int is_oracle(const struct job *job)
{
    return strcmp(job->cell->method, eg_compare_oracle) == 0 ||
           strcmp(job->cell->method, eg_compare_flipped) == 0;
}

static int find_outside(struct job *job, struct eg_error *error)
{
    const struct eg_compare_options *options = job->run->own;
    struct eg_outsiders all;
    const int status = eg_compare_find_outside(options, &all, error);
    if (status)
        return status;
    const struct eg_outside *found = eg_compare_find_outsider(&all, job->cell->method);
    if (!found)
        return eg_fail(error, EG_INTERNAL, "there is no method '%s' any more", job->cell->method);
    job->outside = *found;
    if (found->given.kind != EG_OUTSIDE_FILES && options->watched)
        job->watched = options->watched[found - all.items].text;
    return EG_OK;
}

static int load_user(struct job *job, struct eg_error *error)
{
    const struct eg_compare_cell *cell = job->cell;
    struct eg_compare_user user;
    const struct eg_compare_files *files = NULL;
    int status = eg_compare_find_user(job->run->own, &user, error);
    if (!status) {
        files = eg_compare_user_unit(&user, cell->unit, cell->initialisation, error);
        status = files ? eg_compare_load_user(&job->unit, job->run->own, files, cell->seed, error)
                       : EG_INTERNAL;
    }
    eg_compare_user_free(&user);
    return status;
}

static int prepare_own(struct job *job, struct eg_error *error)
{
    const struct eg_compare_cell *cell = job->cell;
    const struct eg_compare_source *source = eg_compare_find_source(cell->dataset,
                                                                    strlen(cell->dataset), error);
    return source ? eg_compare_prepare(&job->unit, source, job->run, cell->unit,
                                       cell->initialisation, cell->seed, error)
                  : EG_INTERNAL;
}

static int prepare_unit(struct job *job, struct eg_error *error)
{
    int status = job->cell->model ? load_user(job, error) : prepare_own(job, error);
    if (!status)
        status = eg_compare_finish_unit(&job->unit, job->cell->background, error);
    /* Where it is exact, all methods are held against it; retraining needs it of other rows. */
    if (!status && !job->cell->retrain_rows && (job->unit.oracle_is_exact || is_oracle(job)))
        status = eg_compare_make_oracle(&job->unit, job->run->threads, error);
    return status;
}

/* --- what comes out --- */

static void set_unit(const struct eg_compare_unit *unit, const struct eg_row *row)
{
    eg_row_set(row, "n_train", (double)unit->n_train);
    eg_row_set(row, "n_test", (double)unit->n_test);
    eg_row_set(row, "test_rows", (double)unit->test.x.rows);
    eg_compare_set_about(unit, row);
    if (!isnan(unit->score))
        eg_row_set(row, unit->is_classes ? "test_roc_auc" : "test_r2", unit->score);
}

static void set_known(const struct eg_row *row, const char *name, double number)
{
    if (isfinite(number))
        eg_row_set(row, name, number);
}

static void set_cost(const struct cost *cost, const struct eg_row *row)
{
    const struct eg_row timing = eg_row_timing(row);
    set_known(row, "gradient_evaluations", cost->gradient_evaluations);
    set_known(row, "model_evaluations", cost->model_evaluations);
    set_known(&timing, "seconds", cost->seconds);
    set_known(&timing, "peak_bytes", cost->peak_bytes);
    set_known(&timing, "asked", cost->asked);
}

/* What is watched says where files are, so it is none of the outcome. */
static void set_provenance(const struct job *job, const char *terms, const struct eg_row *row)
{
    const struct eg_row timing = eg_row_timing(row);
    eg_row_set_text(row, "terms", terms);
    if (job->watched)
        eg_row_set_text(&timing, "watched", job->watched);
}

static void turn_sign(const struct job *job, struct eg_matrix *phi)
{
    if (strcmp(job->cell->method, eg_compare_flipped) == 0)
        for (size_t i = 0; i < phi->rows * phi->cols; i++)
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

static int measure_method(const struct job *job, const struct eg_compare_explainer *made,
                          const struct eg_row *row, struct eg_error *error)
{
    const struct eg_compare_unit *unit = &job->unit;
    const struct eg_compare_asker asker = {(void *)made, 1, explain_again};
    struct eg_explanation explanation;
    double base;
    const double started = eg_clock();
    int status = eg_explain(&made->explainer, &unit->test.x, NULL, made->stream, &explanation,
                            error);
    if (status)
        return status;
    const struct cost cost = {(double)explanation.gradient_evaluations,
                              (double)explanation.model_evaluations, eg_clock() - started,
                              (double)explanation.bytes, NAN};
    /* What a method counts from is what it reads: the training rows, some of them, or their mean. */
    status = eg_compare_average_output(&unit->network, &made->background, &base, error);
    if (!status)
        status = eg_compare_measure(unit, &explanation.phi, eg_compare_kind(job->cell->method),
                                    base, row, error);
    if (!status)
        status = eg_compare_ask_again(unit, &asker, &explanation.phi, row, error);
    set_cost(&cost, row);
    eg_explanation_free(&explanation);
    return status;
}

static int make_explainer(const struct job *job, struct eg_compare_explainer *made,
                          struct eg_error *error)
{
    return eg_compare_explainer_make(made, &job->unit, job->cell->method, job->cell->samples,
                                     job->cell->background, job->run->threads, error);
}

static int run_method(const struct job *job, const struct eg_row *row, struct eg_error *error)
{
    struct eg_compare_explainer made = {0};
    int status = make_explainer(job, &made, error);
    if (!status)
        status = measure_method(job, &made, row, error);
    eg_compare_explainer_free(&made);
    return status;
}

static int run_oracle(const struct job *job, const struct eg_row *row, struct eg_error *error)
{
    const struct eg_compare_unit *unit = &job->unit;
    const struct eg_matrix seen = {unit->oracle_is_exact ? unit->background : unit->train.x.rows,
                                   unit->train.x.cols, unit->train.x.data};
    struct eg_matrix phi = {0};
    double base;
    int status = eg_matrix_alloc(&phi, unit->oracle.rows, unit->oracle.cols, error);
    if (!status) {
        memcpy(phi.data, unit->oracle.data, phi.rows * phi.cols * sizeof *phi.data);
        turn_sign(job, &phi);
        status = eg_compare_average_output(&unit->network, &seen, &base, error);
    }
    if (!status)
        status = eg_compare_measure(unit, &phi, EG_PHI_SHARES, base, row, error);
    eg_matrix_free(&phi);
    return status;
}

/* For struct eg_compare_asker; the context is the job. */
static int ask_outside_again(void *context, const struct eg_network *network,
                             const struct eg_matrix *x, struct eg_matrix *phi,
                             struct eg_error *error)
{
    const struct job *job = context;
    struct eg_compare_unit unit = job->unit; /* borrows all of it */
    struct eg_outside_answer answer;
    unit.network = *network;
    unit.test.x = *x;
    const int status = eg_compare_ask_outside(job->run, &job->outside, &unit, job->cell->samples, 0,
                                              &answer, error);
    if (!status)
        memcpy(phi->data, answer.phi.data, phi->rows * phi->cols * sizeof *phi->data);
    eg_outside_answer_free(&answer);
    return status;
}

static int run_outside(const struct job *job, const struct eg_row *row, struct eg_error *error)
{
    const struct eg_compare_unit *unit = &job->unit;
    const struct eg_compare_asker asker = {(void *)job, 0, ask_outside_again};
    struct eg_outside_answer answer;
    int status = eg_compare_ask_outside(job->run, &job->outside, unit, job->cell->samples, 0,
                                        &answer, error);
    const int ran = job->outside.given.kind != EG_OUTSIDE_FILES;
    const struct cost cost = {NAN, NAN, ran ? answer.taken.seconds : NAN,
                              answer.taken.peak_bytes ? (double)answer.taken.peak_bytes : NAN,
                              (double)time(NULL)};
    if (!status)
        status = eg_compare_measure(unit, &answer.phi, answer.kind, answer.base, row, error);
    if (!status && job->cell->asked_again)
        status = eg_compare_ask_again(unit, &asker, &answer.phi, row, error);
    set_cost(&cost, row);
    set_provenance(job, answer.terms, row);
    eg_outside_answer_free(&answer);
    return status;
}

/* --- retraining --- */

/* phi (made here) of some rows by the program's own method or the oracle. */
static int explain_rows(const struct job *job, const struct eg_matrix *x, int is_train,
                        struct eg_matrix *phi, struct eg_error *error)
{
    struct eg_compare_explainer made = {0};
    int status;
    if (is_oracle(job)) {
        status = eg_compare_find_shapley(&job->unit, x, (size_t)is_train, job->run->threads, phi,
                                         error);
        turn_sign(job, phi);
        return status;
    }
    status = eg_matrix_alloc(phi, x->rows, x->cols, error);
    if (!status)
        status = make_explainer(job, &made, error);
    /* Rows of both parts must not share draws. */
    if (is_train)
        made.stream.counter[2] += TRAIN_STREAM;
    if (!status)
        status = eg_explain_phi(&made.explainer, x, NULL, made.stream, phi, error);
    eg_compare_explainer_free(&made);
    return status;
}

static int retrain_own(const struct job *job, const struct eg_matrix *x_train,
                       const struct eg_row *row, struct eg_error *error)
{
    struct eg_matrix test = {0}, train = {0};
    int status = explain_rows(job, &job->unit.test.x, 0, &test, error);
    if (!status)
        status = explain_rows(job, x_train, 1, &train, error);
    if (!status)
        status = eg_compare_retrain(&job->unit, &train, &test, row, error);
    eg_matrix_free(&test);
    eg_matrix_free(&train);
    return status;
}

static int retrain_outside(const struct job *job, size_t rows, const struct eg_row *row,
                           struct eg_error *error)
{
    struct eg_outside_answer answer;
    int status = eg_compare_ask_outside(job->run, &job->outside, &job->unit, job->cell->samples,
                                        rows, &answer, error);
    if (!status && !answer.phi_train.data)
        eg_row_skip(row, "it gave no attributions of the training rows");
    else if (!status) {
        status = eg_compare_retrain(&job->unit, &answer.phi_train, &answer.phi, row, error);
        set_cost(&(struct cost){NAN, NAN, NAN, NAN, (double)time(NULL)}, row);
    }
    eg_outside_answer_free(&answer);
    return status;
}

static int run_retrain(const struct job *job, const struct eg_row *row, struct eg_error *error)
{
    const struct eg_matrix *x = &job->unit.train.x;
    const size_t wanted = job->cell->retrain_rows, rows = wanted < x->rows ? wanted : x->rows;
    const struct eg_matrix first = {rows, x->cols, x->data};
    if (!job->unit.recipe.network || *job->unit.labels_lack) {
        eg_row_skip(row, *job->unit.labels_lack ? job->unit.labels_lack
                                                : "there are no training labels to train with");
        return EG_OK;
    }
    return job->cell->files ? retrain_outside(job, rows, row, error)
                            : retrain_own(job, &first, row, error);
}

static int run_prepared(const struct job *job, const struct eg_row *row, struct eg_error *error)
{
    char why[EG_SKIP];
    const int is_outside = job->cell->files != NULL;
    if (!is_outside && eg_compare_skip(&job->unit, job->cell->method, job->cell->samples, why)) {
        eg_row_skip(row, why);
        return EG_OK;
    }
    set_unit(&job->unit, row);
    if (job->cell->retrain_rows)
        return run_retrain(job, row, error);
    if (is_outside)
        return run_outside(job, row, error);
    return is_oracle(job) ? run_oracle(job, row, error) : run_method(job, row, error);
}

int eg_compare_run_cell(const struct eg_run *run, const void *cell, const struct eg_row *row,
                        struct eg_error *error)
{
    struct job job = {.run = run, .cell = cell};
    int status = job.cell->files ? find_outside(&job, error) : EG_OK;
    if (!status)
        status = prepare_unit(&job, error);
    if (!status)
        status = run_prepared(&job, row, error);
    eg_compare_unit_free(&job.unit);
    return status;
}
