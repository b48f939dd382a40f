/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The methods from outside that a command line names. */
#ifndef EG_BENCH_COMPARE_GIVEN_H
#define EG_BENCH_COMPARE_GIVEN_H

#include "base/options.h"

enum { EG_MOST_OUTSIDE = 16 };

/* How a method from outside gives its attributions. */
enum eg_outside_kind {
    EG_OUTSIDE_NONE,
    EG_OUTSIDE_PLUGIN,
    EG_OUTSIDE_COMMAND, /* begun anew for each unit */
    EG_OUTSIDE_WORKER,  /* a command that stays up (run/worker.h) */
    EG_OUTSIDE_FILES
};

/* --method, --exec, --worker or --attributions, with the --name, --kind and --baseline that go with it; NULL where
 * not given. */
struct eg_given {
    enum eg_outside_kind kind;
    const char *what; /* the option's argument */
    const char *name, *phi_kind, *baseline;
};

/* ahead: names and so on that were said before the first method, and go with it. */
struct eg_given_methods {
    struct eg_given items[EG_MOST_OUTSIDE];
    size_t count;
    struct eg_given ahead;
};

/* For option tables; target: struct eg_given_methods. eg_parse_method: minimum is the kind. eg_parse_saying:
 * minimum is the offset of what is said in struct eg_given; choices, of the kind, the words allowed. */
eg_option_parse eg_parse_method, eg_parse_saying;

struct eg_outside {
    struct eg_given given;
    const char *kind_name; /* "plugin", "command", "worker", "files": in a cell's configuration */
    char name[64];
};

struct eg_outsiders {
    struct eg_outside items[EG_MOST_OUTSIDE];
    size_t count;
};

/*
 * The methods given, each with the name it goes by: --name, or that of the plug-in, of the first word of the
 * command that is a file and no interpreter, or of the folder. one_file: an --attributions may be a file.
 * EG_USAGE for two of one name, for a name that a method of the program's own has or that is no word, for
 * --name and so on without a method; EG_DATA for a plug-in, folder or baseline file that is not there.
 */
int eg_compare_find_outsiders(const struct eg_given_methods *given, int one_file,
                              struct eg_outsiders *found, struct eg_error *error);

/* The one of that name, or NULL. */
const struct eg_outside *eg_compare_find_outsider(const struct eg_outsiders *among,
                                                  const char *name);

/* Whether the baseline is one of the words "rows", "mean", "zero"; else it is a file. */
int eg_compare_is_baseline_word(const char *baseline);

#endif
