/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Internal to the ONNX reader: what a graph's values are, worked out node after node in the file's order, which
 * ONNX demands to be one of computation.
 *
 * A value is a constant, or some whole numbers that follow from shapes, or numbers of each row. The latter are those
 * behind a layer (an item), in an order, and a function of each of them: what elementwise operators made of them so
 * far. The function is kept as its values at EG_ONNX_POINTS places and known again by these, so that it does not
 * matter which operators an exporter writes for softplus, say; it becomes an activation where a layer takes it.
 */
#ifndef EG_ONNX_GRAPH_H
#define EG_ONNX_GRAPH_H

#include "nn/image.h"
#include "onnx/onnx_numbers.h"

enum { EG_ONNX_POINTS = 41, EG_ONNX_SIZES = 8, EG_ONNX_PARTS = 4, EG_ONNX_PROBES = 5 };

/* The places, from -25 to 25; the middle one is 0. */
double eg_onnx_point(size_t i);

/* Among whole numbers from shapes: how many rows there are. */
#define EG_ONNX_BATCH INT64_MIN

struct eg_onnx_sizes {
    int is_scalar;
    size_t count;
    int64_t numbers[EG_ONNX_SIZES];
};

enum eg_onnx_order {
    EG_ONNX_PLAIN, /* no image is known to be in it */
    EG_ONNX_FIRST, /* channels first */
    EG_ONNX_LAST   /* channels last */
};

/* Numbers of each row. */
struct eg_onnx_rows {
    size_t item;
    double curve[EG_ONNX_POINTS];
    int ndim; /* 1 to 3 */
    size_t dims[3];
    enum eg_onnx_order order; /* of ndim 3, or of an image that was flattened */
    struct eg_image image;    /* that image */
    size_t groups;    /* of ndim 2: of an image's channels, which it was reshaped to; else 0 */
    size_t pads[4];   /* zeros to be put around it: top, left, bottom, right */
    const char *head; /* the softmax it has gone through; NULL: none */
};

enum eg_onnx_kind {
    EG_ONNX_NOTHING,
    EG_ONNX_CONSTANT,
    EG_ONNX_WHOLE,
    EG_ONNX_ROWS,
    EG_ONNX_PROBED /* hang on whole rows: `array` has them at EG_ONNX_PROBES of those that `rows` says */
};

struct eg_onnx_value {
    enum eg_onnx_kind kind;
    const Onnx__TensorProto *tensor; /* a constant that is not worked out */
    struct eg_onnx_array array;      /* one that is, or numbers at probes; owned */
    struct eg_onnx_sizes sizes;
    struct eg_onnx_rows rows;
};

/* What an item of the network's text is to the chain of layers. */
enum eg_onnx_role {
    EG_ONNX_INPUT,
    EG_ONNX_LAYER,  /* whatever has no role below */
    EG_ONNX_LINEAR, /* units whose weights and biases may be scaled and moved */
    EG_ONNX_SCALE,  /* a factor and a shift of each channel, as a batch norm */
    EG_ONNX_ACTIVATION,
    EG_ONNX_FLATTEN,
    EG_ONNX_SUM /* of two items */
};

/* Numbers of an item, as a PyTorch module has them. */
struct eg_onnx_part {
    const char *name; /* "weight" */
    struct eg_onnx_array array;
};

struct eg_onnx_item {
    enum eg_onnx_role role;
    char text[96];
    size_t from[2]; /* items; the second one of a sum alone */
    size_t channels;
    struct eg_onnx_part parts[EG_ONNX_PARTS];
    size_t part_count;
    const Onnx__NodeProto *node;
};

struct hsearch_data;

struct eg_onnx_graph {
    const struct eg_onnx_file *file;
    struct eg_error *error;
    struct hsearch_data *names; /* value numbers by name, owned */
    struct eg_onnx_value *values;
    size_t value_count, value_room;
    struct eg_onnx_item *items; /* the first one is the input */
    size_t item_count, item_room;
    size_t features;       /* of a row; 0: not known yet */
    int input_ndim;        /* its dimensions without the rows' */
    int64_t batch;         /* how many rows it was exported for; 0: any number */
    struct eg_image image; /* of the input, where it is one */
    size_t numbers_left;   /* that may still be worked out of constants */
};

/* EG_DATA with "FILE: operator 'Conv' (node 'NAME'): " before the text. */
__attribute__((format(printf, 3, 4))) int eg_onnx_refuse(const struct eg_onnx_graph *graph,
                                                         const Onnx__NodeProto *node,
                                                         const char *format, ...);

int eg_onnx_graph_alloc(const struct eg_onnx_file *file, size_t features,
                        struct eg_onnx_graph *graph, struct eg_error *error);
void eg_onnx_graph_free(struct eg_onnx_graph *graph);

/* NULL where there is none of that name. */
const struct eg_onnx_value *eg_onnx_find(const struct eg_onnx_graph *graph, const char *name);
/* A new value of that name, to be filled; NULL with the error filled. */
struct eg_onnx_value *eg_onnx_add_value(struct eg_onnx_graph *graph, const char *name);

/* The node's input number i; NULL where it has none. */
const struct eg_onnx_value *eg_onnx_input(const struct eg_onnx_graph *graph,
                                          const Onnx__NodeProto *node, size_t i);
/* A copy of its constant input, of so many dimensions (-1: any), the caller's to free. EG_DATA where it is none. */
int eg_onnx_constant(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t i, int ndim,
                     struct eg_onnx_array *array);
/* The same of any constant. */
int eg_onnx_load(struct eg_onnx_graph *graph, const struct eg_onnx_value *value,
                 struct eg_onnx_array *array);
/* Counts numbers that are worked out. EG_DATA when there are too many for such a file. */
int eg_onnx_charge(struct eg_onnx_graph *graph, double count);
/* Whole numbers, as of a shape. */
int eg_onnx_whole(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t i,
                  struct eg_onnx_sizes *sizes);
/* Numbers of rows that are nothing but that: no softmax, and where takes_pads is not set no zeros to be put around. */
int eg_onnx_rows_of(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t i,
                    int takes_pads, struct eg_onnx_rows *rows);

/* Attributes; what is said otherwise where there is none. */
int64_t eg_onnx_int(const Onnx__NodeProto *node, const char *name, int64_t otherwise);
double eg_onnx_float(const Onnx__NodeProto *node, const char *name, double otherwise);
const Onnx__AttributeProto *eg_onnx_attribute(const Onnx__NodeProto *node, const char *name);
/* Whether the attribute is that text. */
int eg_onnx_says(const Onnx__NodeProto *node, const char *name, const char *text);
/* `count` whole numbers into sizes; 0 where the attribute has others than count, or one below 0. */
int eg_onnx_ints(const Onnx__NodeProto *node, const char *name, size_t count, size_t *sizes,
                 size_t otherwise);

/* The node's output, as numbers behind a new item or as they were given. */
int eg_onnx_give_rows(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                      const struct eg_onnx_rows *rows);
int eg_onnx_give_whole(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                       const struct eg_onnx_sizes *sizes);
/* Takes the array. */
int eg_onnx_give_array(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                       struct eg_onnx_array *array);

/* A new item behind `from`; NULL with the error filled. */
struct eg_onnx_item *eg_onnx_add_item(struct eg_onnx_graph *graph, enum eg_onnx_role role,
                                      size_t from, const Onnx__NodeProto *node);
/* Its next numbers: takes the array. */
void eg_onnx_add_part(struct eg_onnx_item *item, const char *name, struct eg_onnx_array *array);
/* rows = those behind the last item. */
void eg_onnx_stand_behind(const struct eg_onnx_graph *graph, struct eg_onnx_rows *rows);

/* Of 3 dimensions that are no image yet, one of that order. EG_DATA where they are one of another. */
int eg_onnx_take_image(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                       enum eg_onnx_order order, struct eg_onnx_rows *rows);

/* Makes the rows' function an item: an activation, or factor and shift. EG_DATA where it is none that there is. */
int eg_onnx_settle(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                   struct eg_onnx_rows *rows);
void eg_onnx_clear_curve(struct eg_onnx_rows *rows);
/* An item that multiplies channels by scale and adds shift; takes both arrays, of rows' channels each. */
int eg_onnx_add_scale(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                      struct eg_onnx_rows *rows, struct eg_onnx_array *scale,
                      struct eg_onnx_array *shift);
/* The text of a norm over rows, or over groups of channels, with its epsilon where it is not PyTorch's. */
void eg_onnx_write_norm(struct eg_onnx_item *item, size_t groups, double epsilon);
/* Channel by channel: from the order in which an image was flattened to channels first. */
int eg_onnx_put_channels_first(const struct eg_onnx_rows *rows, struct eg_onnx_array *array,
                               struct eg_error *error);

/* The mean of each row's features. */
int eg_onnx_take_row_mean(struct eg_onnx_graph *graph, const Onnx__NodeProto *node);
/* A function of inputs, and of two parameters that are attributes. */
typedef double eg_onnx_function(const double *x, double a, double b);
/* That function of the node's first `count` inputs where some follow such a mean; arrays has the constants. */
int eg_onnx_take_row_function(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                              size_t count, eg_onnx_function *of, double a, double b,
                              struct eg_onnx_array *arrays);

/* Operators: a table each, ended by one without a name. */
struct eg_onnx_operator {
    const char *name;
    int (*take)(struct eg_onnx_graph *graph, const Onnx__NodeProto *node);
};
extern const struct eg_onnx_operator eg_onnx_layers[], eg_onnx_norms[], eg_onnx_windows[],
    eg_onnx_shapes[], eg_onnx_whole_numbers[];

/* Of elementwise operators: whether the node is one, and its output. */
int eg_onnx_is_elementwise(const Onnx__NodeProto *node);
int eg_onnx_take_elementwise(struct eg_onnx_graph *graph, const Onnx__NodeProto *node);

#endif
