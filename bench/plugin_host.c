/* SPDX-License-Identifier: GPL-3.0-or-later */
/* egbench-plugin-host: explains the rows of an exchange folder by a method in a shared object. */
#include <dlfcn.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "bench/compare/plugin_model.h"
#include "bench/frame/start.h"
#include "run/exchange.h"

static const char program[] = "egbench-plugin-host";

static const struct eg_term exit_codes[] = {
    {"0", "all is well"},
    {"2", "the command line is wrong"},
    {"3",
     "the plug-in cannot be loaded or failed, or a file is missing, malformed or not writable"},
    {"4", "out of memory, or a bug"},
    {NULL, NULL}};

static const struct eg_term files[] = {
    {"PLUGIN", "a shared object that exports egbench_get_plugin(), see egbench_plugin.h"},
    {"FOLDER",
     "holds model.safetensors, x_train.npy, x_test.npy, config.json and where there are "
     "labels y_train.npy, y_test.npy; gets attributions.npy, attributions_train.npy where "
     "explain_train in config.json asks for it, and in config.json the kind of the numbers and "
     "their baseline"},
    {NULL, NULL}};

static const struct eg_term examples[] = {
    {"egbench-plugin-host ./mine.so exchange", "explains exchange/x_test.npy"},
    {"egbench-plugin-host --describe ./mine.so", "prints what the plug-in says of itself"},
    {NULL, NULL}};

static const char description[] =
    "Loads an attribution method from a shared object and lets it explain the rows of a folder "
    "that "
    "egbench-compare made. It is a program of its own so that a plug-in that crashes or hangs ends "
    "nothing else.";

struct request {
    int describe;
    struct eg_common_options common;
};

static const uint64_t known_flags = EGBENCH_NEEDS_BACKGROUND | EGBENCH_IS_STOCHASTIC |
                                    EGBENCH_IS_COMPLETE | EGBENCH_IS_SLOPES |
                                    EGBENCH_COUNTS_FROM_MEAN | EGBENCH_COUNTS_FROM_ZERO;

/* What its numbers are, in the words of config.json. */
static struct eg_exchange_terms find_terms(const struct egbench_plugin *plugin)
{
    struct eg_exchange_terms terms;
    snprintf(terms.kind, sizeof terms.kind, "%s",
             plugin->flags & EGBENCH_IS_SLOPES ? "slopes" : "shares");
    snprintf(terms.baseline, sizeof terms.baseline, "%s",
             plugin->flags & EGBENCH_COUNTS_FROM_MEAN   ? "mean"
             : plugin->flags & EGBENCH_COUNTS_FROM_ZERO ? "zero"
                                                        : "rows");
    return terms;
}

static int check_plugin(const char *path, const struct egbench_plugin *plugin,
                        struct eg_error *error)
{
    if (!plugin)
        return eg_fail(error, EG_DATA, "%s: egbench_get_plugin() returned NULL", path);
    if (plugin->abi != EGBENCH_ABI)
        return eg_fail(error, EG_DATA,
                       "%s: made for ABI %u where this program has %u; compile it anew with this "
                       "program's egbench_plugin.h",
                       path, plugin->abi, EGBENCH_ABI);
    if (plugin->size < sizeof *plugin)
        return eg_fail(error, EG_DATA,
                       "%s: its struct egbench_plugin says %u bytes where ABI %u has %zu; set size "
                       "to sizeof(struct egbench_plugin)",
                       path, plugin->size, EGBENCH_ABI, sizeof *plugin);
    if (plugin->flags & ~known_flags)
        return eg_fail(error, EG_DATA,
                       "%s: its flags %#" PRIx64
                       " are not known here, a newer header may have them; "
                       "use that version's programs",
                       path, plugin->flags & ~known_flags);
    if ((plugin->flags & EGBENCH_COUNTS_FROM_MEAN) && (plugin->flags & EGBENCH_COUNTS_FROM_ZERO))
        return eg_fail(error, EG_DATA,
                       "%s: counts from the mean and from zero: set one of these flags", path);
    if (!plugin->name || !*plugin->name || !plugin->explain)
        return eg_fail(error, EG_DATA, "%s: the plug-in has no %s", path,
                       plugin->explain ? "name" : "explain function");
    return EG_OK;
}

/* The plug-in stays loaded to the program's end. NULL with *error filled. */
static const struct egbench_plugin *load_plugin(const char *path, struct eg_error *error)
{
    const struct egbench_plugin *(*get)(void) = NULL;
    char name[PATH_MAX];
    /* Without a slash the loader would look in the system's folders. */
    snprintf(name, sizeof name, "%s%s", strchr(path, '/') ? "" : "./", path);
    void *object = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!object) {
        eg_fail(error, EG_DATA, "%s: cannot be loaded: %s", path, dlerror());
        return NULL;
    }
    *(void **)&get = dlsym(object, "egbench_get_plugin");
    if (!get) {
        eg_fail(error, EG_DATA, "%s: exports no function egbench_get_plugin; see egbench_plugin.h",
                path);
        return NULL;
    }
    const struct egbench_plugin *plugin = get();
    return check_plugin(path, plugin, error) ? NULL : plugin;
}

static int describe(const struct egbench_plugin *plugin, struct eg_error *error)
{
    const struct eg_exchange_terms terms = find_terms(plugin);
    json_t *facts = json_pack("{s:s, s:s, s:b, s:b, s:b, s:s, s:s}", "name", plugin->name,
                              "summary", plugin->summary ? plugin->summary : "", "needs background",
                              !!(plugin->flags & EGBENCH_NEEDS_BACKGROUND), "stochastic",
                              !!(plugin->flags & EGBENCH_IS_STOCHASTIC), "complete",
                              !!(plugin->flags & EGBENCH_IS_COMPLETE), "kind", terms.kind,
                              "baseline", terms.baseline);
    if (!facts)
        return eg_fail(error, EG_DATA, "the plug-in's name or summary is not UTF-8");
    json_dumpf(facts, stdout, 0);
    putchar('\n');
    json_decref(facts);
    return EG_OK;
}

/* What the plug-in left in its message is made one line of printable characters. */
static void clean(char *message)
{
    for (char *at = message; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = ' ';
}

static int call_plugin(const char *path, const struct egbench_plugin *plugin,
                       const struct egbench_task *task, struct eg_error *error)
{
    char message[512] = "";
    if ((plugin->flags & EGBENCH_NEEDS_BACKGROUND) && task->background_rows == 0)
        return eg_fail(error, EG_DATA, "%s (%.60s): needs background rows and there are none", path,
                       plugin->name);
    const int failed = plugin->explain(task, message, sizeof message - 1);
    message[sizeof message - 1] = '\0';
    clean(message);
    if (failed)
        return eg_fail(error, EG_DATA, "%s (%.60s): failed with %d: %s", path, plugin->name, failed,
                       *message ? message : "it does not say why");
    for (size_t i = 0; i < task->rows * task->features; i++)
        if (!isfinite(task->phi[i]))
            return eg_fail(error, EG_DATA, "%s (%.60s): row %zu, feature %zu (from 0) is %g", path,
                           plugin->name, i / task->features, i % task->features, task->phi[i]);
    return EG_OK;
}

/* What is explained: rows, their labels, and the item of their random stream. */
struct part {
    struct eg_matrix x;
    const real *y; /* NULL: none */
    uint64_t item;
};

static int run_task(const char *path, const struct egbench_plugin *plugin,
                    const struct eg_exchange_task *given, const struct part *part,
                    struct eg_plugin_model *model, struct eg_matrix *phi, struct eg_error *error)
{
    const size_t rows = part->x.rows;
    struct eg_stream stream = eg_stream_make(given->seed, 0, EG_PURPOSE_EXPLAIN, given->split,
                                             part->item);
    const struct egbench_random random = eg_plugin_random(&stream);
    size_t *output = eg_alloc(rows + 1, sizeof *output, error);
    if (!output)
        return EG_INTERNAL;
    for (size_t i = 0; given->network.outputs > 1 && i < rows; i++)
        output[i] = (size_t)part->y[i];
    const struct egbench_task task = {.size = sizeof task,
                                      .rows = rows,
                                      .features = part->x.cols,
                                      .x = part->x.data,
                                      .output = output,
                                      .background_rows = given->x_train.rows,
                                      .background = given->x_train.data,
                                      .samples = given->samples,
                                      .model = &model->handle,
                                      .random = &random,
                                      .phi = phi->data};
    const int status = call_plugin(path, plugin, &task, error);
    free(output);
    return status;
}

/* The test rows, and as many training rows as the folder asks for. */
static int explain_parts(const char *path, const struct egbench_plugin *plugin, const char *folder,
                         const struct eg_exchange_task *task, struct eg_plugin_model *model,
                         struct eg_error *error)
{
    struct part parts[] = {{task->x_test, task->y_test, 0}, {task->x_train, task->y_train, 1}};
    const size_t count = task->explain_train ? 2 : 1;
    int status = EG_OK;
    parts[1].x.rows = task->explain_train;
    for (size_t i = 0; i < count && !status; i++) {
        struct eg_matrix phi = {0};
        status = eg_matrix_alloc(&phi, parts[i].x.rows, parts[i].x.cols, error);
        if (!status)
            status = run_task(path, plugin, task, &parts[i], model, &phi, error);
        if (!status)
            status = i ? eg_exchange_answer_train(folder, &phi, error)
                       : eg_exchange_answer(folder, &phi, error);
        eg_matrix_free(&phi);
    }
    return status;
}

static int explain_folder(const char *path, const char *folder, struct eg_error *error)
{
    struct eg_exchange_task task = {0};
    struct eg_plugin_model model = {0};
    const struct egbench_plugin *plugin = load_plugin(path, error);
    if (!plugin)
        return error->status;
    int status = eg_exchange_load(folder, &task, error);
    if (!status)
        status = eg_plugin_model_alloc(&model, &task.network, error);
    if (!status)
        status = explain_parts(path, plugin, folder, &task, &model, error);
    const struct eg_exchange_terms terms = find_terms(plugin);
    if (!status)
        status = eg_exchange_write_terms(folder, &terms, error);
    eg_plugin_model_free(&model);
    eg_exchange_task_free(&task);
    return status;
}

static int explain_or_describe(const struct request *request, int count, char **operands,
                               struct eg_error *error)
{
    const int wanted = request->describe ? 1 : 2;
    if (count != wanted)
        return eg_fail(error, EG_USAGE, "give a plug-in%s; see --help",
                       wanted == 2 ? " and a folder" : " alone");
    if (wanted == 2)
        return explain_folder(operands[0], operands[1], error);
    const struct egbench_plugin *plugin = load_plugin(operands[0], error);
    return plugin ? describe(plugin, error) : error->status;
}

static int read_and_run(int argc, char **argv, struct eg_error *error)
{
    int first;
    struct request request = {0};
    const struct eg_option options[] = {{"describe", 'd', NULL,
                                         "print what the plug-in says of itself, as JSON, and stop",
                                         eg_parse_flag, &request.describe, 0, 0, NULL},
                                        EG_COMMON_OPTIONS(&request.common)};
    const struct eg_manual manual = {.program = program,
                                     .title = "explain a folder's rows by a plug-in",
                                     .operands = "PLUGIN [FOLDER]",
                                     .description = description,
                                     .options = options,
                                     .exit_codes = exit_codes,
                                     .files = files,
                                     .examples = examples,
                                     .see_also = "egbench egbench-compare",
                                     .version = EG_BUILD_VERSION,
                                     .date = EG_MANUAL_DATE};
    const int status = eg_options_read(options, 1, argc, argv, &first, error);
    if (status)
        return status;
    if (eg_answer_common(&request.common, &manual))
        return EG_OK;
    return explain_or_describe(&request, argc - first, argv + first, error);
}

int main(int argc, char **argv)
{
    return eg_run_program(program, read_and_run, argc, argv);
}
