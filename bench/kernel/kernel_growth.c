/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/kernel/kernel_growth.h"

#include <stddef.h>
#include <string.h>

#include "bench/kernel/kernel_training.h"

enum { ROUNDS = 3, DEPTH_MOST = 5, WIDTH = 256 };

/* One setting of the sweep. */
struct setting {
    size_t rows, samples, features, depth, threads;
};

static const struct setting usual = {
    .rows = 100, .samples = 100, .features = 118, .depth = 2, .threads = 1};

/* "dense 256, relu, ... dense 1" with so many hidden layers. */
static void write_network(size_t depth, char *text, size_t size)
{
    size_t used = 0;
    for (size_t l = 0; l < depth; l++)
        used += (size_t)snprintf(text + used, size - used, "dense %d, relu, ", WIDTH);
    snprintf(text + used, size - used, "dense 1");
}

/* The fastest of some epochs: the least disturbed by whatever else runs. */
static int time_setting(const struct setting *setting, struct eg_step_timing *best,
                        struct eg_error *error)
{
    char network[32 * DEPTH_MOST];
    write_network(setting->depth, network, sizeof network);
    const struct eg_training_step step = {.network = network,
                                          .inputs = setting->features,
                                          .rows = setting->rows,
                                          .epochs = 1,
                                          .loss = &eg_bce_logits,
                                          .initialiser = EG_GLOROT_UNIFORM,
                                          .rate = 1e-3,
                                          .prior = &eg_gini_prior,
                                          .strength = 1.259,
                                          .samples = setting->samples,
                                          .references = EG_REFERENCES_DEALT};
    for (int round = 0; round < ROUNDS; round++) {
        struct eg_step_timing timing;
        const int status = eg_time_training(&step, 0, setting->threads, &timing, error);
        if (status)
            return status;
        if (round == 0 || timing.seconds < best->seconds)
            *best = timing;
    }
    return EG_OK;
}

/* What is varied: a member of struct setting, and its values up to a 0. */
static const struct axis {
    const char *name;
    size_t member, values[8];
} axes[] = {
    {"rows", offsetof(struct setting, rows), {25, 50, 100, 200, 400}},
    {"references", offsetof(struct setting, samples), {1, 10, 100, 500, 2000}},
    {"features", offsetof(struct setting, features), {30, 60, 118, 236, 472}},
    {"depth", offsetof(struct setting, depth), {1, 2, 3, 4, DEPTH_MOST}},
    {"threads", offsetof(struct setting, threads), {1, 2, 4, 8}},
};

static int print_setting(const struct axis *axis, size_t value, FILE *out, struct eg_error *error)
{
    struct setting setting = usual;
    struct eg_step_timing timing;
    memcpy((char *)&setting + axis->member, &value, sizeof value);
    const int status = time_setting(&setting, &timing, error);
    if (!status)
        fprintf(out, "%-10s %8zu %10.2f %10.3f %10.1f %10.1f\n", axis->name, value,
                timing.seconds * 1e3, timing.operations * 1e-9,
                timing.operations / timing.seconds * 1e-9, timing.bytes / 1048576);
    return status;
}

int eg_print_growth(size_t threads, FILE *out, struct eg_error *error)
{
    int status = EG_OK;
    fprintf(out,
            "an epoch under the sparse prior: %zu rows, %zu references each, %zu features, %zu "
            "hidden layers of %d, one thread, one of these varied; the fastest of %d\n",
            usual.rows, usual.samples, usual.features, usual.depth, WIDTH, ROUNDS);
    fprintf(out, "%-10s %8s %10s %10s %10s %10s\n", "what", "value", "ms", "GFLOP", "GFLOP/s",
            "MB");
    for (size_t a = 0; a < sizeof axes / sizeof *axes; a++) {
        const int is_threads = axes[a].member == offsetof(struct setting, threads);
        for (const size_t *value = axes[a].values; *value && !status; value++)
            if (!is_threads || *value <= threads)
                status = print_setting(&axes[a], *value, out, error);
    }
    return status;
}
