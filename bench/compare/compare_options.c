/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_options.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attribution/method.h"
#include "base/options.h"
#include "bench/compare/compare_measures.h"
#include "bench/compare/compare_methods.h"
#include "bench/compare/compare_words.h"
#include "run/cell_key.h"

enum { MOST_SECONDS = 1000000, TIME_LIMIT = 60, MOST_MODELS = 1000 };

static int parse_depends(const struct eg_option *option, const char *text, struct eg_error *error)
{
    struct eg_compare_depends *depends = option->target;
    if (!*text || depends->count == EG_MOST_DEPENDS)
        return eg_fail(error, EG_USAGE, "--depends '%s': give at most %d patterns of files", text,
                       EG_MOST_DEPENDS);
    depends->patterns[depends->count++] = text;
    return EG_OK;
}

/* "label", "predicted" or a number; target: the options. */
static int parse_output(const struct eg_option *option, const char *text, struct eg_error *error)
{
    struct eg_compare_options *options = option->target;
    uint64_t number = 0;
    options->by_class = strcmp(text, "label") == 0 || strcmp(text, "predicted") == 0 ? text : NULL;
    if (!options->by_class && (eg_read_u64(text, &number) || number > MOST_SECONDS))
        return eg_fail(error, EG_USAGE,
                       "--output '%s': give the number of an output, from 0, or label or predicted",
                       text);
    options->output = options->by_class ? EG_NO_OUTPUT : (size_t)number;
    return EG_OK;
}

static int parse_units(const struct eg_option *option, const char *text, struct eg_error *error)
{
    struct eg_compare_options *options = option->target;
    (void)error;
    options->adds_units = strcmp(text, "auto") == 0;
    options->units = options->adds_units ? NULL : text;
    return EG_OK;
}

/* What an option of no range and no choices ends with. */
#define TO(member) &options->member, 0, 0, NULL

void *eg_compare_make_options(struct eg_option table[EG_OWN_OPTIONS])
{
    struct {
        struct eg_compare_options options;
        struct eg_compare_watched watched[EG_MOST_OUTSIDE];
        struct eg_compare_watched predicted;
        struct eg_compare_workers workers;
        struct eg_compare_failures failures;
    } *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    struct eg_compare_options *options = &made->options;
    options->watched = made->watched;
    options->workers = &made->workers;
    pthread_mutex_init(&made->workers.lock, NULL);
    options->failures = &made->failures;
    pthread_mutex_init(&made->failures.lock, NULL);
    options->time_limit = TIME_LIMIT;
    options->models = 1;
    options->split = EG_NO_SPLIT;
    options->output = EG_NO_OUTPUT;
    options->predicted = &made->predicted;
    const struct eg_option own[] = {
        {"method", 'm', "FILE",
         "compare the method of this plug-in, a shared object; this option and the next three may "
         "be given several times",
         eg_parse_method, &options->methods, EG_OUTSIDE_PLUGIN, 0, NULL},
        {"exec", 'x', "COMMAND",
         "compare the method of this command, run by the shell for each unit; {dir} in it becomes "
         "a folder of its own with model and data, where it leaves attributions.npy",
         eg_parse_method, &options->methods, EG_OUTSIDE_COMMAND, 0, NULL},
        {"worker", 'w', "COMMAND",
         "the same of a command that stays up and is told on its standard input the folder of each "
         "unit, a line each; it answers \"ok\" or \"failed: reason\"; how long it takes to start "
         "is "
         "not counted",
         eg_parse_method, &options->methods, EG_OUTSIDE_WORKER, 0, NULL},
        {"attributions", 0, "DIR",
         "compare the attributions in the files DIR/UNIT.npy or DIR/UNIT/attributions.npy, where "
         "UNIT is as --export names it; with --model, also in this file",
         eg_parse_method, &options->methods, EG_OUTSIDE_FILES, 0, NULL},
        {"name", 0, "NAME",
         "what to call the method of the option before (default: from the name of its file)",
         eg_parse_saying, &options->methods, offsetof(struct eg_given, name), 0, NULL},
        {"kind", 0, "KIND",
         "what its numbers are: shares of the output (the default, unless it says itself) or "
         "slopes, as gradients are",
         eg_parse_saying, &options->methods, offsetof(struct eg_given, phi_kind), 0,
         "slopes shares"},
        {"baseline", 0, "ROWS",
         "what its shares count from: rows (all training rows, the default, unless it says "
         "itself), mean (their mean), zero, or the rows of this file (npy)",
         eg_parse_saying, &options->methods, offsetof(struct eg_given, baseline), 0, NULL},
        {"depends", 0, "GLOB",
         "files beside those of --exec's command on which the method hangs, too, so that it is run "
         "again when they change (those that git names there and that Python imports are watched "
         "anyway); may be given several times",
         parse_depends, TO(depends)},
        {"measures", 0, "LIST",
         "judge these measures alone: names or shell patterns, with commas between (default: "
         "all but those that --metrics says are judged on request)",
         eg_parse_text, TO(measures)},
        {"metrics", 0, NULL,
         "print what each measure is, by formula and source, what it tells and hides, and stop",
         eg_parse_flag, TO(metrics)},
        {"markdown", 0, NULL, "with --metrics: as the page docs/measures.md", eg_parse_flag,
         TO(markdown)},
        {"reference", 0, "METHOD",
         "the method that others are compared with (default: expected_gradients)", eg_parse_text,
         TO(reference)},
        {"title", 0, "TEXT",
         "what tables, page and figures are headed with, in place of data set and model; of "
         "several "
         "data sets, their names follow",
         eg_parse_text, TO(title)},
        {"time-limit", 0, "SECONDS", "what such a method may take for a unit (default 60)",
         eg_parse_count, &options->time_limit, 1, MOST_SECONDS, NULL},
        {"model", 0, "FILE",
         "compare on this model (ONNX, or safetensors as of a PyTorch Sequential) and rows of "
         "one's "
         "own",
         eg_parse_text, TO(model)},
        {"predict", 0, "COMMAND",
         "compare on a model that is a command, of any kind: it stays up as a --worker does, and "
         "of "
         "the lines \"predict DIR\" and \"gradient DIR\" finds rows in DIR/x.npy and leaves an "
         "output "
         "each in DIR/outputs.npy, the gradient at each in DIR/gradients.npy; one that begins with "
         "\"egbench-worker 1\" alone gives no gradients, and what needs them is skipped",
         eg_parse_text, TO(predict)},
        {"output", 0, "K",
         "of a network with several outputs explain this one, from 0; labels are then 1 where they "
         "are K, else 0. label, predicted: explain each row's own, that of its label or the "
         "largest; a unit is then a class",
         parse_output, options, 0, 0, NULL},
        {"network", 0, "TEXT",
         "its layers and activations, \"dense 32, relu, dense 1\", where the file does not tell "
         "them",
         eg_parse_text, TO(network)},
        {"x-train", 0, "FILE",
         "its training rows, the background: npy, rows x columns or images, or csv with a first "
         "line of names or without",
         eg_parse_text, TO(x_train)},
        {"y-train", 0, "FILE", "their labels (npy or csv)", eg_parse_text, TO(y_train)},
        {"x-test", 0, "FILE", "the rows to explain (npy or csv)", eg_parse_text, TO(x_test)},
        {"y-test", 0, "FILE", "their labels, for the measures that are scored by these",
         eg_parse_text, TO(y_test)},
        {"label", 0, "NAME", "the column of --x-train and --x-test (csv) that is the labels",
         eg_parse_text, TO(label)},
        {"channels", 0, "WHERE",
         "of rows that are images: their channels come first, as in PyTorch, or last (the default; "
         "of npy files of 4 dimensions it is told by the network)",
         eg_parse_choice, &options->channels, 0, 0, "first last"},
        {"outputs-test", 0, "FILE",
         "what the model gives for the rows to explain (npy), as the framework that trained it "
         "says: the "
         "run is refused where the network as it is read here gives something else",
         eg_parse_text, TO(outputs_test)},
        {"split", 0, "N",
         "score as SHAP's benchmark scores its split N: its conventions for the Keep/Remove "
         "measures, its random streams",
         eg_parse_count, &options->split, 0, MOST_SECONDS, NULL},
        {"units", 0, "DIR|auto",
         "compare on models and rows of one's own, one in each folder in DIR, with files as "
         "--export writes them; or auto: add units of the data sets until it is decided whether "
         "your method is better or worse, up to --replicates (32), by a rule that errs in 5 % all "
         "looks together",
         parse_units, options, 0, 0, NULL},
        {"models", 0, "N", "networks on each split, from other initial weights (default 1)",
         eg_parse_count, &options->models, 1, MOST_MODELS, NULL},
        {"retrain", 0, NULL,
         "measure also what networks score that are trained without, or on, the features a method "
         "puts first (ROAR, KAR)",
         eg_parse_flag, TO(retrain)},
        {"ask-again", 0, NULL,
         "ask the methods of --method, --exec and --worker twelve times more on each unit, about "
         "25 rows: "
         "for "
         "max-sensitivity, and whether their numbers depend on the model's weights",
         eg_parse_flag, TO(ask_again)},
        {"verbose", 'v', NULL, "print all tables, not one screen", eg_parse_flag, TO(verbose)},
        {"stored", 0, NULL,
         "run nothing: print and write the report of all rows that --out has of the scale",
         eg_parse_flag, TO(stored)},
        {"export", 0, "DIR",
         "write model and rows of each unit into a folder in DIR, and stop: to explain them "
         "elsewhere",
         eg_parse_text, TO(export_folder)},
        {"attribute", 0, "METHOD",
         "with --export: write there too what this method of the program says of the rows to "
         "explain, as attributions.npy",
         eg_parse_text, TO(attribute)},
        {"samples", 0, "N",
         "with --export: what a method may spend on a row, in gradients (default: the scale's)",
         eg_parse_count, &options->samples, 1, MOST_SECONDS, NULL},
    };
    _Static_assert(sizeof own <= EG_OWN_OPTIONS * sizeof *own, "table too small");
    memcpy(table, own, sizeof own);
    return options;
}

/* --- what the options say together --- */

const char *eg_compare_reference(const struct eg_compare_options *options)
{
    return options->reference ? options->reference : eg_expected_gradients.name;
}

enum { PATTERN = 128 };

/* The next pattern of a list with commas between, earlier names as they are now; 0 at its end. */
static int next_pattern(const char **list, char pattern[PATTERN])
{
    const size_t length = strcspn(*list, ",");
    if (!**list)
        return 0;
    char given[PATTERN];
    snprintf(given, PATTERN, "%.*s", (int)length, *list);
    snprintf(pattern, PATTERN, "%s", eg_compare_current_name(given));
    *list += length + ((*list)[length] == ',');
    return 1;
}

int eg_compare_is_chosen(const struct eg_compare_options *options, const char *measure)
{
    char pattern[PATTERN];
    for (const char *list = options->measures; list && next_pattern(&list, pattern);)
        if (fnmatch(pattern, measure, 0) == 0)
            return 1;
    return !options->measures && !eg_compare_is_on_request(measure);
}

/* Each pattern of --measures must fit one. */
static int check_measures(const struct eg_compare_options *options, struct eg_error *error)
{
    char pattern[PATTERN];
    for (const char *list = options->measures; list && next_pattern(&list, pattern);) {
        size_t k = 0;
        while (eg_compare_metrics[k].name && fnmatch(pattern, eg_compare_metrics[k].name, 0) != 0)
            k++;
        if (!eg_compare_metrics[k].name)
            return eg_fail(error, EG_USAGE,
                           "--measures: there is no '%s'; egbench-compare --metrics names them "
                           "(KPM, infidelity_normalised, ...)",
                           pattern);
    }
    return EG_OK;
}

static int check_reference(const struct eg_compare_options *options,
                           const struct eg_outsiders *found, struct eg_error *error)
{
    const char *name = eg_compare_reference(options);
    for (size_t i = 0; i < eg_compare_method_count(); i++)
        if (strcmp(name, eg_compare_method_name(i)) == 0)
            return EG_OK;
    if (eg_compare_find_outsider(found, name))
        return EG_OK;
    return eg_fail(error, EG_USAGE,
                   "--reference: there is no method '%s'; take one that is compared here, such as "
                   "expected_gradients",
                   name);
}

static int check_askable(const struct eg_compare_options *options, const struct eg_outsiders *found,
                         struct eg_error *error)
{
    size_t asked = 0;
    for (size_t i = 0; i < found->count; i++)
        asked += found->items[i].given.kind != EG_OUTSIDE_FILES;
    if (options->ask_again && !asked)
        return eg_fail(error, EG_USAGE,
                       "--ask-again goes with --method, --exec or --worker: give one too");
    if (options->depends.count && !asked)
        return eg_fail(error, EG_USAGE,
                       "--depends goes with --exec, --worker or --method: give one too");
    return EG_OK;
}

static int is_utf8(const char *text)
{
    json_t *string = json_string(text);
    json_decref(string);
    return string != NULL;
}

/* A row can hold no others. */
static int check_texts(const struct eg_compare_options *options, const struct eg_outsiders *found,
                       struct eg_error *error)
{
    for (size_t i = 0; i < found->count; i++)
        if (!is_utf8(found->items[i].given.what))
            return eg_fail(error, EG_USAGE,
                           "'%s': the method's command or path is no UTF-8 text; rename it",
                           found->items[i].name);
    return !options->network || is_utf8(options->network)
               ? EG_OK
               : eg_fail(error, EG_USAGE, "--network: this is no text of a network");
}

int eg_compare_find_outside(const struct eg_compare_options *options, struct eg_outsiders *found,
                            struct eg_error *error)
{
    int status = eg_compare_find_outsiders(&options->methods, options->model != NULL, found, error);
    if (!status)
        status = check_askable(options, found, error);
    if (!status)
        status = check_reference(options, found, error);
    if (!status)
        status = check_texts(options, found, error);
    return status ? status : check_measures(options, error);
}

/* --- files of numbers --- */

void eg_compare_name_file(const char *folder, const char *unit, int is_train, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s", folder);
    if (!is_train && eg_compare_is_file(path))
        return;
    const char *beside = is_train ? "-train.npy" : ".npy";
    snprintf(path, PATH_MAX, "%s/%s%s", folder, unit, beside);
    if (eg_compare_is_file(path))
        return;
    snprintf(path, PATH_MAX, "%s/%s/attributions%s.npy", folder, unit, is_train ? "_train" : "");
    if (!eg_compare_is_file(path))
        snprintf(path, PATH_MAX, "%s/%s%s", folder, unit, beside);
}
