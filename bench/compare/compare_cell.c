/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_cell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "attribution/explain.h"
#include "base/progress.h"
#include "bench/compare/compare_asked.h"
#include "bench/compare/compare_black_box.h"
#include "bench/compare/compare_data.h"
#include "bench/compare/compare_fit.h"
#include "bench/compare/compare_measures.h"
#include "bench/compare/compare_methods.h"
#include "bench/compare/compare_outside.h"
#include "bench/compare/compare_places.h"
#include "bench/experiments.h"
#include "bench/frame/start.h"

/* Beside the test rows, in streams. */
enum { TRAIN_STREAM = 1 << 23 };

/* What a method took on a unit; NaN: not known. */
struct cost {
    double gradient_evaluations, model_evaluations, seconds, peak_bytes;
    double asked; /* when, in seconds since 1970: of methods from outside */
};

/* A cell, what it is about, and what comes of it. */
struct job {
    const struct eg_run *run;
    const struct eg_compare_cell *cell;
    struct eg_outside outside; /* of a method from outside */
    const char *watched;       /* what is watched of one that is run; else NULL */
    struct eg_compare_unit unit;
    struct eg_matrix x_train; /* a view: training rows that are explained too */
    /* Attributions of the unit's test rows and of those, and what they took. */
    struct eg_outside_answer given;
    struct cost cost;
    struct eg_compare_explainer made; /* of a method of the program's own */
    const struct eg_row *row;
};

int eg_compare_comes_first(const void *cell)
{
    const struct eg_compare_cell *own = cell;
    return (own->plugin || own->command) && !own->measure;
}

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

static int load_unit(struct job *job, struct eg_error *error)
{
    const struct eg_compare_cell *cell = job->cell;
    struct eg_compare_place place = {.split = cell->unit, .model = cell->initialisation};
    struct eg_compare_user user = {0};
    int status = EG_OK;
    if (cell->x_train) {
        status = eg_compare_find_user(job->run->own, &user, error);
        place.files = status ? NULL
                             : eg_compare_user_unit(&user, cell->by_class != NULL, place.split,
                                                    place.model, error);
    } else
        place.source = eg_compare_find_source(cell->dataset, strlen(cell->dataset), error);
    if (!status)
        status = place.files || place.source
                     ? eg_compare_load_place(job->run, &place, &job->unit, error)
                     : EG_INTERNAL;
    eg_compare_user_free(&user);
    return status;
}

static int prepare_unit(struct job *job, struct eg_error *error)
{
    int status = load_unit(job, error);
    if (!status)
        status = eg_compare_finish_unit(&job->unit, job->cell->background, error);
    /* All methods are compared with an exact one. */
    if (!status && !job->cell->measure && job->unit.oracle_is_exact)
        status = eg_compare_find_shapley(&job->unit, &job->unit.test.x, 0, job->run->threads,
                                         &job->unit.oracle, error);
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

static void set_cost(const struct job *job, struct cost cost)
{
    const struct eg_row timing = eg_row_timing(job->row);
    set_known(job->row, "gradient_evaluations", cost.gradient_evaluations);
    set_known(job->row, "model_evaluations", cost.model_evaluations);
    set_known(&timing, "seconds", cost.seconds);
    set_known(&timing, "peak_bytes", cost.peak_bytes);
    set_known(&timing, "asked", cost.asked);
}

/* What is watched says where files are, so it is none of the outcome. */
static void set_provenance(const struct job *job)
{
    const struct eg_row timing = eg_row_timing(job->row);
    eg_row_set_text(job->row, "terms", job->given.terms);
    if (job->watched)
        eg_row_set_text(&timing, "watched", job->watched);
}

/* --- what the method says --- */

static int ask_own(struct job *job, struct eg_error *error)
{
    struct eg_compare_explainer *made = &job->made;
    struct eg_explanation explanation;
    int status = eg_compare_explainer_make(made, &job->unit, job->cell->method, job->cell->samples,
                                           job->cell->background, job->run->threads, error);
    const double started = eg_clock();
    if (!status)
        status = eg_explain(&made->explainer, &job->unit.test.x, NULL, made->stream, &explanation,
                            error);
    if (status)
        return status;
    job->cost = (struct cost){(double)explanation.gradient_evaluations,
                              (double)explanation.model_evaluations, eg_clock() - started,
                              (double)explanation.bytes, NAN};
    job->given.phi = explanation.phi;
    explanation.phi = (struct eg_matrix){0};
    eg_explanation_free(&explanation);
    job->given.kind = eg_compare_kind(job->cell->method);
    /* What a method counts from is what it reads: the training rows, some of them, or their mean. */
    status = eg_compare_average_output(&job->unit.network, &made->background, &job->given.base,
                                       error);
    if (status || !job->x_train.rows)
        return status;
    struct eg_stream stream = made->stream; /* rows of both parts must not share draws */
    stream.counter[2] += TRAIN_STREAM;
    status = eg_matrix_alloc(&job->given.phi_train, job->x_train.rows, job->x_train.cols, error);
    return status ? status
                  : eg_explain_phi(&made->explainer, &job->x_train, NULL, stream,
                                   &job->given.phi_train, error);
}

static void turn_sign(const struct job *job, struct eg_matrix *phi)
{
    if (strcmp(job->cell->method, eg_compare_flipped) == 0)
        for (size_t i = 0; i < phi->rows * phi->cols; i++)
            phi->data[i] = -phi->data[i];
}

static int copy_matrix(const struct eg_matrix *from, struct eg_matrix *to, struct eg_error *error)
{
    const int status = eg_matrix_alloc(to, from->rows, from->cols, error);
    if (!status)
        memcpy(to->data, from->data, to->rows * to->cols * sizeof *to->data);
    return status;
}

static int ask_oracle(struct job *job, struct eg_error *error)
{
    const struct eg_compare_unit *unit = &job->unit;
    const struct eg_matrix seen = {unit->oracle_is_exact ? unit->background : unit->train.x.rows,
                                   unit->train.x.cols, unit->train.x.data};
    struct eg_outside_answer *given = &job->given;
    int status = unit->oracle.data ? copy_matrix(&unit->oracle, &given->phi, error)
                                   : eg_compare_find_shapley(unit, &unit->test.x, 0,
                                                             job->run->threads, &given->phi, error);
    if (!status && job->x_train.rows)
        status = eg_compare_find_shapley(unit, &job->x_train, 1, job->run->threads,
                                         &given->phi_train, error);
    turn_sign(job, &given->phi);
    turn_sign(job, &given->phi_train);
    given->kind = EG_PHI_SHARES;
    return status ? status : eg_compare_average_output(&unit->network, &seen, &given->base, error);
}

static int ask_outside(struct job *job, struct eg_error *error)
{
    const struct eg_child_result *taken = &job->given.taken;
    const int status = eg_compare_ask_outside(job->run, &job->outside, &job->unit,
                                              job->cell->samples, job->x_train.rows, &job->given,
                                              error);
    job->cost.seconds = job->outside.given.kind != EG_OUTSIDE_FILES ? taken->seconds : NAN;
    job->cost.peak_bytes = taken->peak_bytes ? (double)taken->peak_bytes : NAN;
    job->cost.asked = (double)time(NULL);
    return status;
}

static int ask(struct job *job, struct eg_error *error)
{
    if (job->cell->files)
        return ask_outside(job, error);
    return is_oracle(job) ? ask_oracle(job, error) : ask_own(job, error);
}

/* For struct eg_compare_asker; the context is what explained the test rows. */
static int explain_again(void *context, const struct eg_network *network, const struct eg_matrix *x,
                         struct eg_matrix *phi, struct eg_error *error)
{
    const struct eg_compare_explainer *made = context;
    struct eg_explainer explainer = made->explainer;
    explainer.network = network;
    return eg_explain_phi(&explainer, x, NULL, made->stream, phi, error);
}

/* The same of a method from outside; the context is the job. */
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

/* --- what comes of it --- */

static struct eg_compare_asker make_asker(struct job *job)
{
    const int is_own = !job->cell->files && !is_oracle(job);
    return (struct eg_compare_asker){.context = is_own ? (void *)&job->made : job,
                                     .draws_by_row = is_own,
                                     .explain = is_own ? explain_again : ask_outside_again};
}

static int measure(struct job *job, struct eg_error *error)
{
    const struct eg_outside_answer *given = &job->given;
    const int is_outside = job->cell->files != NULL, is_own = !is_outside && !is_oracle(job);
    const struct eg_compare_asker asker = make_asker(job);
    int status = eg_compare_measure(&job->unit, &given->phi, given->kind, given->base, job->row,
                                    error);
    if (!status && (is_own || job->cell->asked_again))
        status = eg_compare_ask_again(&job->unit, &asker, &given->phi, job->row, error);
    if (is_own || is_outside)
        set_cost(job, job->cost);
    if (is_outside)
        set_provenance(job);
    return status;
}

/* Measures that were asked for by name. */
static int measure_asked(struct job *job, struct eg_error *error)
{
    const struct eg_outside_answer *given = &job->given;
    const int is_own = !job->cell->files && !is_oracle(job);
    const struct eg_compare_asker asker = make_asker(job);
    const struct eg_asked asked = {.unit = &job->unit,
                                   .phi = &given->phi,
                                   .asker = is_own || job->cell->asked_again ? &asker : NULL,
                                   .made = is_own ? &job->made : NULL,
                                   .row = job->row};
    if (job->cell->files)
        set_cost(job, (struct cost){NAN, NAN, NAN, NAN, job->cost.asked});
    return eg_compare_measure_asked(job->cell->measure, &asked, error);
}

static int retrain(const struct job *job, struct eg_error *error)
{
    const struct eg_outside_answer *given = &job->given;
    if (!given->phi_train.data) {
        eg_row_skip(job->row, "it gave no attributions of the training rows");
        return EG_OK;
    }
    if (job->cell->files)
        set_cost(job, (struct cost){NAN, NAN, NAN, NAN, job->cost.asked});
    return eg_compare_retrain(&job->unit, &given->phi_train, &given->phi, job->row, error);
}

/* Why the cell has nothing to say, or "". */
static void find_skip(const struct job *job, char why[EG_SKIP])
{
    const struct eg_compare_unit *unit = &job->unit;
    *why = '\0';
    if (!job->cell->files && eg_compare_skip(unit, job->cell->method, job->cell->samples, why))
        return;
    if (job->cell->retrain_rows && (!unit->recipe.network || *unit->labels_lack))
        snprintf(why, EG_SKIP, "%s",
                 unit->black_box      ? "how the model was trained is not known"
                 : *unit->labels_lack ? unit->labels_lack
                                      : "there are no training labels to train with");
}

static int run_prepared(struct job *job, struct eg_error *error)
{
    const size_t wanted = job->cell->retrain_rows, rows = job->unit.train.x.rows;
    char why[EG_SKIP];
    find_skip(job, why);
    if (*why) {
        eg_row_skip(job->row, why);
        return EG_OK;
    }
    job->x_train = job->unit.train.x;
    job->x_train.rows = wanted < rows ? wanted : rows;
    set_unit(&job->unit, job->row);
    const int status = ask(job, error);
    if (status)
        return status;
    if (wanted)
        return retrain(job, error);
    return job->cell->measure ? measure_asked(job, error) : measure(job, error);
}

/* At once, where it is a method from outside. */
static void tell_failure(const struct job *job, const struct eg_error *error)
{
    const struct eg_compare_options *options = job->run->own;
    const struct eg_warner warner = eg_stderr_warner("egbench-compare");
    const char *unit = *job->unit.name ? job->unit.name : job->cell->dataset;
    if (options->failures && eg_compare_comes_first(job->cell))
        eg_compare_tell_failure(options->failures, job->cell->method, unit, error, &warner);
}

/* "mine on nhanes-3: why", once. */
static void name_failure(const struct job *job, struct eg_error *error)
{
    char why[sizeof error->message];
    const char *method = job->cell->method, *unit = job->unit.name;
    const size_t length = strlen(method);
    const int is_named = strncmp(error->message, method, length) == 0 &&
                         strncmp(error->message + length, ": ", 2) == 0;
    snprintf(why, sizeof why, "%s", error->message + (is_named ? length + 2 : 0));
    eg_fail(error, error->status, "%s on %s%s: %s", method, *unit ? unit : job->cell->dataset,
            job->cell->measure ? ", retrained" : "", why);
}

int eg_compare_run_cell(const struct eg_run *run, const void *cell, const struct eg_row *row,
                        struct eg_error *error)
{
    struct job job = {.run = run, .cell = cell, .row = row, .cost = {NAN, NAN, NAN, NAN, NAN}};
    int status = job.cell->files ? find_outside(&job, error) : EG_OK;
    if (!status)
        status = prepare_unit(&job, error);
    if (!status)
        status = run_prepared(&job, error);
    status = eg_black_box_judge(job.unit.black_box, status, error);
    if (status && status != EG_INTERRUPTED) {
        tell_failure(&job, error);
        name_failure(&job, error);
    }
    eg_outside_answer_free(&job.given);
    eg_compare_explainer_free(&job.made);
    eg_compare_unit_free(&job.unit);
    return status;
}
