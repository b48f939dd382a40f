/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an experiment is. It lists its cells (a JSON configuration each, holding
 * everything the outcome depends on), runs one cell, and sums up the rows of a
 * store. The frame does the rest: options, threads, shards, store, resume,
 * progress, receipts, tables, figures, claims.
 *
 * A new experiment: one file in bench/ that defines a struct eg_experiment, and
 * one line in bench/experiments.c.
 */
#ifndef EG_RUN_EXPERIMENT_H
#define EG_RUN_EXPERIMENT_H

#include <stdatomic.h>
#include <stdint.h>

#include <jansson.h>

#include "base/error.h"
#include "base/option_text.h"
#include "base/progress.h"
#include "run/fields.h"
#include "run/row.h"

enum { EG_OWN_OPTIONS = 40 };

/* What the command line fixes for a whole run. */
struct eg_run {
    const char *scale;    /* "smoke", "quick", "night" or "paper" */
    const char *protocol; /* "paper", "fixed" or "both" */
    uint64_t seed;        /* 0 by default */
    size_t replicates;    /* 0: what the scale says */
    const char *data;     /* folder of data sets: --data, else EGBENCH_DATA_DIR, else the fetched
                               cache; NULL when there is none */
    const char *dataset;  /* --dataset NAME, or NULL for the experiment's own choice */
    const void *own;      /* what the experiment's own options were read into, or NULL */
    const char *out;      /* folder of results */
    /* For list_cells alone: what the store has by now (rows by key), NULL: nothing; and whether cells are
     * listed to reckon what they cost, so that some may stand for those that are not yet known. */
    const json_t *rows;
    int is_reckoned;
    /* For run_cell alone; its outcome depends on none of these. */
    size_t threads; /* for the cell's own loops; 0 stands for 1 */
    /* File to keep a long cell's progress in, the cell's key for what is kept there; NULL: none. It
     * is removed once the cell's row is stored, with all whose names begin with its. */
    const char *checkpoint, *key;
    /* Becomes not 0: a training with a checkpoint breaks off with EG_INTERRUPTED, which run_cell
     * returns; NULL: never. */
    const atomic_int *stop;
    /* Hears how far a long cell is, where run_cell tells; NULL: nobody. */
    const struct eg_listener *listener;
};

/* The cells of a run, in a fixed order. */
struct eg_grid {
    const struct eg_field *fields; /* of a cell's struct, */
    size_t cell_size;              /* of so many bytes */
    char *cells;                   /* count x cell_size */
    json_t *configs;               /* array of objects: the same as JSON */
    double *costs;                 /* relative cost of each, for progress, shards and estimates */
    size_t count, capacity;
};

/* Appends a copy of the cell, a struct of the experiment's fields. cost > 0, in any unit that is the same
 * for all cells of the experiment. */
int eg_grid_add(struct eg_grid *grid, const void *cell, double cost, struct eg_error *error);

/* What a number of the summary stands on. */
enum eg_basis {
    EG_BASIS_SAMPLE,    /* replicates, which vary by chance */
    EG_BASIS_EXACT,     /* no draw: it would come out the same again */
    EG_BASIS_ONE_SPLIT, /* no draw but the one split of the data, which says nothing of another */
    EG_BASIS_RECKONED   /* reckoned from other numbers, beyond what was run */
};

/* One number of the summary: what --json prints, what tables, figures and claims are made of. */
struct eg_result {
    char dataset[64], protocol[16], scale[16];
    char method[128]; /* attribution method, penalty or model; a gene set */
    char versus[128]; /* of a contrast: the method that it is compared with; else "" */
    char metric[64];
    char statistic[24]; /* of a test: "paired_t", "holm_p" ...; "" where value is the metric's */
    char label[64];     /* name of the point where x is one of several categories, else "" */
    double x;           /* where on a curve; NAN for a plain number */
    double value;
    double se; /* standard error; NAN where there is none */
    size_t n;  /* how many independent replicates value stands on */
    uint64_t seed;
    enum eg_basis basis;
    const double *sample; /* what each of the n replicates gave; NULL: not kept */
    const size_t
        *units; /* the replicate or split of each: methods are compared unit by unit; NULL: they
                             have nothing to do with those of another method */
    double
        overlap; /* test over training rows of units that share most of their training rows; else 0 */
};

/* A picture of the summary, whose numbers are too many to be results: an image, or a map of
 * attributions over its pixels. */
struct eg_map {
    char dataset[64], protocol[16], scale[16];
    char metric[64]; /* which maps: figures ask for them by it */
    char method[64]; /* whose attributions; "image": the image itself */
    char label[64];  /* what is to be seen: the image's class */
    size_t position; /* of the image, from 0 */
    size_t height, width, channels;
    double *values; /* height x width x channels: attributions, or bytes of an image */
    uint64_t seed;
};

struct eg_results {
    struct eg_result *items;
    size_t count, capacity;
    struct eg_map *maps;
    size_t map_count;
};

/* Appends *result (copied, its sample and units too). */
int eg_results_add(struct eg_results *results, const struct eg_result *result,
                   struct eg_error *error);

/* Appends *map (copied, its values too). */
int eg_results_add_map(struct eg_results *results, const struct eg_map *map,
                       struct eg_error *error);
void eg_results_free(struct eg_results *results);

/* What a result is of. */
struct eg_result_name {
    const char *method, *versus, *metric,
        *statistic; /* versus and statistic "" where there is none */
};

const struct eg_result *eg_results_find_named(const struct eg_results *results, const char *dataset,
                                              const char *protocol,
                                              const struct eg_result_name *name, double x);

/* The first result that fits and is of no contrast and no test, or NULL. A NULL argument fits anything; x NAN asks
 * for plain numbers. */
const struct eg_result *eg_results_find(const struct eg_results *results, const char *dataset,
                                        const char *protocol, const char *method,
                                        const char *metric, double x);

/* The rows of one experiment that came out "ok": an array of {"config": {...}, "values": {...}},
 * sorted by canonical config, so that a summary does not depend on the order of the store. */
struct eg_rows {
    json_t *array;
    json_t *skipped; /* rows of cells that were skipped, or NULL */
};

/* Rows of an experiment that belong together, with their cells as structs; see bench/frame/view.h. */
struct eg_view;

/* A table is a pivot of results: one line a method, one column a metric; or of contrasts in one metric, one
 * line a method that stands on the side which `of` and `versus` leave open, one column a statistic. */
struct eg_table_spec {
    const char *id;      /* file name: "table-1" */
    const char *title;   /* "Table 1: Correlated Groups 60" */
    const char *dataset; /* fits results of this data set; NULL: one table for each there is */
    const char *const *methods; /* NULL-terminated, in the paper's order; NULL: all there are */
    const char *const *metrics; /* NULL-terminated; of contrasts the statistics */
    int digits;                 /* decimals printed */
    const char *contrast;       /* the metric of contrasts; NULL: a table of metrics */
    const char *of, *versus;    /* of contrasts: one of them, the other is the line's */
    const char *const *
        instead; /* line, versus, line, versus ... NULL: lines that are compared with another; NULL: none */
};

enum eg_figure_kind { EG_FIGURE_BARS, EG_FIGURE_LINES, EG_FIGURE_PAIRS, EG_FIGURE_MAPS };

/* A figure is a picture of results, each with its 95 % interval: BARS one bar a method (or a label);
 * LINES value against x, a line a method; PAIRS value of metric_y against value of metric at equal x, the
 * points of a method joined in the order of x; MAPS the maps of a metric, an image a column, a method a
 * row, positive red and negative blue, and under its name the number metric_y, called y_title. */
struct eg_figure_spec {
    const char *id;    /* file name: "figure-4-a" */
    const char *title; /* "Figure 4, top left: ..." */
    enum eg_figure_kind kind;
    const char *dataset;  /* as in a table */
    const char *rather;   /* where there are results of this data set, as if dataset named it */
    const char *protocol; /* fits results of this protocol; NULL: of any */
    const char *const *methods; /* NULL-terminated; NULL: all there are */
    const char *metric, *metric_y;
    const char *published; /* the metric whose published numbers stand beside; NULL: metric */
    const char *beside;    /* what these are called; NULL: "published" */
    /* The metrics of the interval's ends, and "over ...", what it is of; NULL: the mean over the
     * n replicates, by Student's t, and where n is 2 these two in its place. */
    const char *low, *high, *interval;
    const char *x_title, *y_title;
    const char *note; /* what else a reader must know: sentences of the caption; NULL: nothing */
    int log_x, log_y;
    int from_zero; /* of BARS: the axis of values begins at 0 */
    int names_x;   /* of PAIRS: x stands at each point */
};

/* Hash of the sources that the program links; the build defines it for bench/NAME.c (bench/code_hash). */
#ifndef EG_CODE_HASH
#define EG_CODE_HASH "unknown"
#endif

struct eg_experiment {
    const char *name;       /* "keep-remove"; the program is egbench-keep-remove */
    const char *title;      /* one line for --help and the man page */
    const char *reproduces; /* "Table 1, Supplementary Table 1" */
    const char *protocols;  /* "paper fixed": the protocols there are */
    int outcome_version;   /* from 1; raised, with a line in CHANGELOG.md, when a change is meant to
                               move results: no row of another version is of any use then */
    const char *precision; /* "single" or "double": what its program is compiled in */
    const char *code_hash; /* EG_CODE_HASH */

    /* The cells that *run asks for, in a fixed order. With the rows of some of them in run->rows there may
     * be more, never fewer. */
    int (*list_cells)(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error);

    /* What the outcome of a cell depends on; a cell is a struct of cell_size bytes with these members. */
    const struct eg_field *fields;
    size_t cell_size;

    /* Runs one cell, alone on its thread: sets what comes out in *row. May read only the cell and the
     * data folder. Returns EG_OK, or fails; a row "failed: why" is then stored. */
    int (*run_cell)(const struct eg_run *run, const void *cell, const struct eg_row *row,
                    struct eg_error *error);

    /* Both NULL where cells take minutes at most. Else shorten makes *cell, a copy, one to time in place of it,
     * and cost says what either costs, in any one unit, and fails where it cannot. */
    int (*cost)(const void *cell, double *cost, struct eg_error *error);
    void (*shorten)(void *cell);

    /* Sums up the rows of one data set, protocol, scale and seed: means, standard errors, tests. */
    void (*summarise)(const struct eg_view *view);

    const struct eg_table_spec *tables;   /* ends with an entry whose id is NULL */
    const struct eg_figure_spec *figures; /* ends with an entry whose id is NULL */

    /* All below may be NULL or 0. */

    int has_followers; /* some cells are listed only once run->rows has the rows that they follow from */
    int (*may_follow)(const struct eg_run *run); /* whether that may be so in this run; NULL: yes */

    int names_failures; /* a failure's message says which cell failed: its configuration need not */

    /* Whether the cell is run before others, whatever it costs: one that may fail for the user to fix. */
    int (*comes_first)(const void *cell);

    int is_timed; /* cells run one after another, each with all threads, so that none disturbs another */

    /* Fills table, zeroed, with up to EG_OWN_OPTIONS options of the experiment's own, and returns what
     * they are read into (free), which becomes run->own; NULL when memory is short. */
    void *(*make_options)(struct eg_option table[EG_OWN_OPTIONS]);

    /* Does what its own options ask for in place of running cells, and prints what it did; *done
     * becomes 1 where they ask for that. */
    int (*act)(const struct eg_run *run, FILE *out, int *done, struct eg_error *error);

    /* Prints what the rows say, in place of summarise and the tables. */
    int (*present)(const struct eg_run *run, const struct eg_rows *rows, int as_json, FILE *out,
                   struct eg_error *error);

    /* Of two cells: whether --only keeps `other` too where it keeps `wanted`: what that is compared with. */
    int (*goes_with)(const struct eg_run *run, const void *wanted, const void *other);

    /* Whether a row of the store that is of no cell of this run, but of the cell `other`, is presented too
     * where the run has `cell`. */
    int (*stays)(const struct eg_run *run, const void *cell, const void *other);

    const char *out;                /* folder of results by default, in place of "results" */
    const char *description;        /* for --help, in place of what is reproduced and how */
    const struct eg_term *examples; /* for --help, in place of a run of any experiment */
};

/* All experiments, NULL-terminated; defined in bench/experiments.c. */
extern const struct eg_experiment *const eg_experiments[];

/* Reading a cell's configuration. Each fails with EG_INTERNAL naming the missing or mistyped field. */
int eg_config_text(const json_t *config, const char *field, const char **text,
                   struct eg_error *error);
int eg_config_count(const json_t *config, const char *field, size_t *count, struct eg_error *error);

#endif
