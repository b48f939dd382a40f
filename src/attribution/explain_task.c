/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/explain_task.h"

#include <math.h>
#include <stdlib.h>

/* Before what is given out, which is aligned as eg_alloc's. */
struct head {
    _Alignas(64) size_t bytes;
};

void *eg_task_take(struct eg_explain_task *task, size_t count, size_t size, struct eg_error *error)
{
    const size_t more = (sizeof(struct head) + size - 1) / size;
    struct head *head = eg_alloc(count < (size_t)-1 - more ? count + more : (size_t)-1, size,
                                 error);
    if (!head)
        return NULL;
    head->bytes = count * size;
    task->bytes += head->bytes;
    eg_task_note(task, 0);
    return head + 1;
}

void eg_task_give(struct eg_explain_task *task, void *memory)
{
    struct head *head = memory ? (struct head *)memory - 1 : NULL;
    task->bytes -= head ? head->bytes : 0;
    free(head);
}

void eg_task_note(struct eg_explain_task *task, size_t bytes)
{
    if (task->bytes + bytes > task->most_bytes)
        task->most_bytes = task->bytes + bytes;
}

int eg_task_alloc(struct eg_explain_task *task, struct eg_error *error)
{
    task->mean = eg_task_take(task, 2 * task->p, sizeof *task->mean, error);
    task->squares = task->mean ? task->mean + task->p : NULL;
    return task->mean ? EG_OK : EG_INTERNAL;
}

void eg_task_free(struct eg_explain_task *task)
{
    eg_task_give(task, task->mean);
    task->mean = task->squares = NULL;
}

int eg_task_check_label(const struct eg_explain_task *task, struct eg_error *error)
{
    const enum eg_target_kind kind = task->target->kind;
    if (task->y || (kind == EG_TARGET_OUTPUT && task->network->outputs == 1) ||
        kind == EG_TARGET_LOG_PROBABILITY_SUM)
        return EG_OK;
    return eg_fail(error, EG_USAGE,
                   "%s: the target of %zu outputs needs the labels of the rows: "
                   "give y",
                   task->method->name, task->network->outputs);
}

int eg_task_predict(struct eg_explain_task *task, size_t rows, const real *z, double *g,
                    struct eg_error *error)
{
    const size_t outputs = task->network->outputs;
    int status = eg_task_check_label(task, error);
    if (status)
        return status;
    real *a = eg_task_take(task, (rows + 1) * outputs, sizeof *a, error);
    eg_task_note(task, eg_network_predict_bytes(task->network, rows));
    status = a ? eg_network_predict(task->network, rows, z, a, error) : EG_INTERNAL;
    for (size_t i = 0; i < rows && !status; i++) {
        g[i] = eg_target_gradient(task->target, outputs, a + i * outputs, task->y,
                                  a + rows * outputs);
        if (!isfinite(g[i]))
            status = eg_fail(error, EG_DATA,
                             "%s: the model's output is %g at a row near the sample: it cannot be "
                             "explained where it is not finite",
                             task->method->name, g[i]);
    }
    task->model_evaluations += rows;
    eg_task_give(task, a);
    return status;
}

/* Composed rows that wait to be predicted together. */
struct queue {
    size_t count;
    real *rows;     /* ROWS x p */
    double *g;      /* ROWS */
    size_t *owners; /* ROWS: coalitions */
};

enum { ROWS = 512 };

static int allocate_queue(struct eg_explain_task *task, struct queue *queue, struct eg_error *error)
{
    queue->rows = eg_task_take(task, ROWS * task->p, sizeof *queue->rows, error);
    queue->g = eg_task_take(task, ROWS, sizeof *queue->g, error);
    queue->owners = eg_task_take(task, ROWS, sizeof *queue->owners, error);
    return queue->rows && queue->g && queue->owners ? EG_OK : EG_INTERNAL;
}

static void free_queue(struct eg_explain_task *task, struct queue *queue)
{
    eg_task_give(task, queue->rows);
    eg_task_give(task, queue->g);
    eg_task_give(task, queue->owners);
}

static int flush_queue(struct eg_explain_task *task, struct queue *queue, double *values,
                       struct eg_error *error)
{
    const int status = eg_task_predict(task, queue->count, queue->rows, queue->g, error);
    for (size_t i = 0; i < queue->count && !status; i++)
        values[queue->owners[i]] += queue->g[i];
    queue->count = 0;
    return status;
}

/* Adds to values[coalition] all rows that it takes; returns their number, 0 after an error. */
static size_t add_coalition(struct eg_explain_task *task, struct queue *queue, size_t coalition,
                            const unsigned char *member, double *values, struct eg_error *error)
{
    int is_full = 1;
    for (size_t j = 0; j < task->p; j++)
        is_full &= member[j];
    const size_t rows = is_full ? 1 : task->background->rows;
    for (size_t b = 0; b < rows; b++) {
        const real *reference = eg_row(task->background, b);
        real *row = queue->rows + queue->count * task->p;
        for (size_t j = 0; j < task->p; j++)
            row[j] = member[j] ? task->x[j] : reference[j];
        queue->owners[queue->count++] = coalition;
        if (queue->count == ROWS && flush_queue(task, queue, values, error))
            return 0;
    }
    return rows;
}

int eg_task_value_coalitions(struct eg_explain_task *task, size_t count,
                             const unsigned char *members, double *values, struct eg_error *error)
{
    struct queue queue = {0};
    size_t *rows = eg_task_take(task, count + 1, sizeof *rows, error);
    int status = rows ? allocate_queue(task, &queue, error) : EG_INTERNAL;
    for (size_t c = 0; c < count && !status; c++) {
        values[c] = 0;
        rows[c] = add_coalition(task, &queue, c, members + c * task->p, values, error);
        status = rows[c] ? EG_OK : error ? error->status : EG_INTERNAL;
    }
    if (!status)
        status = flush_queue(task, &queue, values, error);
    for (size_t c = 0; c < count && !status; c++)
        values[c] /= (double)rows[c];
    free_queue(task, &queue);
    eg_task_give(task, rows);
    return status;
}

void eg_task_draw_references(const struct eg_explain_task *task, size_t count,
                             struct eg_stream *stream, uint32_t *reference)
{
    const size_t rows = task->background->rows;
    const int is_random = task->settings->references == EG_REFERENCES_RANDOM;
    for (size_t i = 0; i < count; i++)
        reference[i] = (uint32_t)(is_random ? eg_stream_below(stream, rows) : i % rows);
    if (task->settings->references != EG_REFERENCES_WITHOUT_REPLACEMENT)
        return;
    for (size_t last = count; last > 1; last--) {
        const size_t pick = (size_t)eg_stream_below(stream, last);
        const uint32_t kept = reference[last - 1];
        reference[last - 1] = reference[pick];
        reference[pick] = kept;
    }
}

/* Welford's recurrence. */
static void add_to_mean(double value, double count, double *mean, double *squares)
{
    const double change = value - *mean;
    *mean += change / count;
    *squares += change * (value - *mean);
}

void eg_task_add_share(struct eg_explain_task *task, const double *share)
{
    const double count = (double)++task->shares;
    double total = 0;
    for (size_t j = 0; j < task->p; j++) {
        add_to_mean(share[j], count, &task->mean[j], &task->squares[j]);
        total += share[j];
    }
    add_to_mean(total, count, &task->total_mean, &task->total_squares);
}

size_t eg_count_samples(const struct eg_method_settings *settings, size_t background_rows,
                        size_t round)
{
    if (background_rows == 0 || settings->references == EG_REFERENCES_SHIFTED)
        return 0;
    if (settings->references == EG_REFERENCES_ALL &&
        settings->samples % (round * background_rows) != 0)
        return 0;
    return settings->samples;
}
