/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/least_squares.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>

/* The system's matrix and right side, and what GSL's complete orthogonal decomposition needs, in one block. */
struct room {
    double *numbers;
    gsl_matrix_view system;
    gsl_vector_view right, answer, tau_q, tau_z, work, residual;
    gsl_permutation order;
};

static int make_room(struct eg_explain_task *task, struct room *room, size_t size,
                     struct eg_error *error)
{
    room->numbers = eg_task_take(task, size * (size + 6), sizeof *room->numbers, error);
    room->order = (gsl_permutation){size, eg_task_take(task, size, sizeof(size_t), error)};
    if (!room->numbers || !room->order.data)
        return EG_INTERNAL;
    double *rest = room->numbers + size * size;
    room->system = gsl_matrix_view_array(room->numbers, size, size);
    room->right = gsl_vector_view_array(rest, size);
    room->answer = gsl_vector_view_array(rest + size, size);
    room->tau_q = gsl_vector_view_array(rest + 2 * size, size);
    room->tau_z = gsl_vector_view_array(rest + 3 * size, size);
    room->work = gsl_vector_view_array(rest + 4 * size, size);
    room->residual = gsl_vector_view_array(rest + 5 * size, size);
    return EG_OK;
}

/* system = the upper triangle's symmetric matrix, with the ridge on its diagonal. */
static void complete_system(gsl_matrix *system, double ridge)
{
    for (size_t i = 0; i < system->size1; i++) {
        *gsl_matrix_ptr(system, i, i) += ridge;
        for (size_t j = 0; j < i; j++)
            gsl_matrix_set(system, i, j, gsl_matrix_get(system, j, i));
    }
}

static void solve_system(struct room *room)
{
    size_t rank;
    gsl_linalg_COD_decomp(&room->system.matrix, &room->tau_q.vector, &room->tau_z.vector,
                          &room->order, &rank, &room->work.vector);
    gsl_linalg_COD_lssolve(&room->system.matrix, &room->tau_q.vector, &room->tau_z.vector,
                           &room->order, rank, &room->right.vector, &room->answer.vector,
                           &room->residual.vector);
}

/* With rows enough, (a'a + ridge) b = a'y; with fewer rows than columns the smaller system of the
 * dual, b = a'u with (aa' + ridge) u = y. Of either the shortest solution gives the shortest b. */
int eg_solve_least_squares(struct eg_explain_task *task, size_t rows, size_t cols, const double *a,
                           const double *y, double ridge, double *solution, struct eg_error *error)
{
    if (!cols)
        return EG_OK;
    struct room room = {0};
    const int is_wide = rows < cols;
    const int status = make_room(task, &room, is_wide ? rows : cols, error);
    if (!status) {
        const gsl_matrix_const_view all = gsl_matrix_const_view_array(a, rows, cols);
        const gsl_vector_const_view target = gsl_vector_const_view_array(y, rows);
        gsl_vector_view b = gsl_vector_view_array(solution, cols);
        gsl_blas_dsyrk(CblasUpper, is_wide ? CblasNoTrans : CblasTrans, 1, &all.matrix, 0,
                       &room.system.matrix);
        complete_system(&room.system.matrix, ridge);
        if (is_wide)
            gsl_vector_memcpy(&room.right.vector, &target.vector);
        else
            gsl_blas_dgemv(CblasTrans, 1, &all.matrix, &target.vector, 0, &room.right.vector);
        solve_system(&room);
        if (is_wide)
            gsl_blas_dgemv(CblasTrans, 1, &all.matrix, &room.answer.vector, 0, &b.vector);
        else
            gsl_vector_memcpy(&b.vector, &room.answer.vector);
    }
    eg_task_give(task, room.numbers);
    eg_task_give(task, room.order.data);
    return status;
}
