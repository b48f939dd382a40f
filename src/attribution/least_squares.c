/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/least_squares.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>

/* What GSL's complete orthogonal decomposition needs, in one block. */
struct room {
    double *numbers;
    gsl_matrix_view normal;
    gsl_vector_view right, tau_q, tau_z, work, residual;
    gsl_permutation order;
};

static int make_room(struct eg_explain_task *task, struct room *room, size_t cols,
                     struct eg_error *error)
{
    room->numbers = eg_task_take(task, cols * (cols + 5), sizeof *room->numbers, error);
    room->order = (gsl_permutation){cols, eg_task_take(task, cols, sizeof(size_t), error)};
    if (!room->numbers || !room->order.data)
        return EG_INTERNAL;
    double *rest = room->numbers + cols * cols;
    room->normal = gsl_matrix_view_array(room->numbers, cols, cols);
    room->right = gsl_vector_view_array(rest, cols);
    room->tau_q = gsl_vector_view_array(rest + cols, cols);
    room->tau_z = gsl_vector_view_array(rest + 2 * cols, cols);
    room->work = gsl_vector_view_array(rest + 3 * cols, cols);
    room->residual = gsl_vector_view_array(rest + 4 * cols, cols);
    return EG_OK;
}

static void form_normal_equations(struct room *room, size_t rows, size_t cols, const double *a,
                                  const double *y, double ridge)
{
    const gsl_matrix_const_view all = gsl_matrix_const_view_array(a, rows, cols);
    const gsl_vector_const_view target = gsl_vector_const_view_array(y, rows);
    gsl_matrix *normal = &room->normal.matrix;
    gsl_blas_dsyrk(CblasUpper, CblasTrans, 1, &all.matrix, 0, normal);
    gsl_blas_dgemv(CblasTrans, 1, &all.matrix, &target.vector, 0, &room->right.vector);
    for (size_t i = 0; i < cols; i++) {
        *gsl_matrix_ptr(normal, i, i) += ridge;
        for (size_t j = 0; j < i; j++)
            gsl_matrix_set(normal, i, j, gsl_matrix_get(normal, j, i));
    }
}

int eg_solve_least_squares(struct eg_explain_task *task, size_t rows, size_t cols, const double *a,
                           const double *y, double ridge, double *solution, struct eg_error *error)
{
    struct room room = {0};
    const int status = cols ? make_room(task, &room, cols, error) : EG_OK;
    if (!status && cols) {
        size_t rank;
        gsl_vector_view answer = gsl_vector_view_array(solution, cols);
        form_normal_equations(&room, rows, cols, a, y, ridge);
        gsl_linalg_COD_decomp(&room.normal.matrix, &room.tau_q.vector, &room.tau_z.vector,
                              &room.order, &rank, &room.work.vector);
        gsl_linalg_COD_lssolve(&room.normal.matrix, &room.tau_q.vector, &room.tau_z.vector,
                               &room.order, rank, &room.right.vector, &answer.vector,
                               &room.residual.vector);
    }
    eg_task_give(task, room.numbers);
    eg_task_give(task, room.order.data);
    return status;
}
