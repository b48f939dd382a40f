/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators on each number by itself, of rows and of constants. */
#include <math.h>
#include <string.h>

#include "onnx/onnx_graph.h"

enum { MOST_INPUTS = 3 };

typedef eg_onnx_function function;

#define FUNCTION(NAME, EXPRESSION)                                                                 \
    static double NAME(const double *x, double a, double b)                                        \
    {                                                                                              \
        (void)a, (void)b;                                                                          \
        return EXPRESSION;                                                                         \
    }
FUNCTION(relu, x[0] > 0 ? x[0] : 0)
FUNCTION(leaky, x[0] < 0 ? a * x[0] : x[0])
FUNCTION(prelu, x[0] < 0 ? x[1] * x[0] : x[0])
FUNCTION(elu, x[0] < 0 ? a * expm1(x[0]) : x[0])
FUNCTION(selu, b *elu(x, a, 0))
FUNCTION(celu, x[0] < 0 ? a * expm1(x[0] / a) : x[0])
FUNCTION(sigmoid, 1 / (1 + exp(-x[0])))
FUNCTION(hyperbolic, tanh(x[0]))
FUNCTION(softplus, fmax(x[0], 0) + log1p(exp(-fabs(x[0]))))
FUNCTION(softsign, x[0] / (1 + fabs(x[0])))
FUNCTION(hard_sigmoid, fmax(0, fmin(1, a *x[0] + b)))
FUNCTION(hard_swish, x[0] * hard_sigmoid(x, a, b))
FUNCTION(mish, x[0] * tanh(softplus(x, a, b)))
FUNCTION(swish, x[0] / (1 + exp(-a * x[0])))
FUNCTION(thresholded, x[0] > a ? x[0] : 0)
/* a: whether it is the approximation by tanh */
FUNCTION(gelu, a != 0 ? x[0] * (1 + tanh(sqrt(2 / M_PI) * (x[0] + 0.044715 * pow(x[0], 3)))) / 2
                      : x[0] * erfc(-x[0] / sqrt(2)) / 2)
FUNCTION(error_function, erf(x[0]))
FUNCTION(complement, erfc(x[0]))
FUNCTION(exponential, exp(x[0]))
FUNCTION(logarithm, log(x[0]))
FUNCTION(root, sqrt(x[0]))
FUNCTION(absolute, fabs(x[0]))
FUNCTION(negative, -x[0])
FUNCTION(reciprocal, 1 / x[0])
FUNCTION(power, pow(x[0], x[1]))
FUNCTION(sum, x[0] + x[1])
FUNCTION(difference, x[0] - x[1])
FUNCTION(product, x[0] * x[1])
FUNCTION(quotient, x[0] / x[1])
FUNCTION(smallest, fmin(x[0], x[1]))
FUNCTION(largest, fmax(x[0], x[1]))
FUNCTION(is_greater, x[0] > x[1])
FUNCTION(is_less, x[0] < x[1])
FUNCTION(is_at_least, x[0] >= x[1])
FUNCTION(is_at_most, x[0] <= x[1])
FUNCTION(is_equal, x[0] == x[1])
FUNCTION(is_not, x[0] == 0)
FUNCTION(choice, x[0] != 0 ? x[1] : x[2])
/* Missing bounds are infinite. */
FUNCTION(clip, fmin(fmax(x[0], x[1]), x[2]))

/* Attributes are alpha and beta or gamma. */
static const struct elementwise {
    const char *name;
    size_t inputs;
    function *of;
    double a, b;
} table[] = {
    {"Relu", 1, relu, 0, 0},
    {"LeakyRelu", 1, leaky, 0.01, 0},
    {"PRelu", 2, prelu, 0, 0},
    {"Elu", 1, elu, 1, 0},
    {"Selu", 1, selu, 1.67326319217681884765625, 1.05070102214813232421875},
    {"Celu", 1, celu, 1, 0},
    {"Sigmoid", 1, sigmoid, 0, 0},
    {"Tanh", 1, hyperbolic, 0, 0},
    {"Softplus", 1, softplus, 0, 0},
    {"Softsign", 1, softsign, 0, 0},
    {"HardSigmoid", 1, hard_sigmoid, 0.2, 0.5},
    {"HardSwish", 1, hard_swish, 1.0 / 6, 0.5},
    {"Mish", 1, mish, 0, 0},
    {"Swish", 1, swish, 1, 0},
    {"ThresholdedRelu", 1, thresholded, 1, 0},
    {"Gelu", 1, gelu, 0, 0},
    {"Erf", 1, error_function, 0, 0},
    {"Erfc", 1, complement, 0, 0}, /* tf2onnx writes it, though ONNX has none */
    {"Exp", 1, exponential, 0, 0},
    {"Log", 1, logarithm, 0, 0},
    {"Sqrt", 1, root, 0, 0},
    {"Abs", 1, absolute, 0, 0},
    {"Neg", 1, negative, 0, 0},
    {"Reciprocal", 1, reciprocal, 0, 0},
    {"Pow", 2, power, 0, 0},
    {"Add", 2, sum, 0, 0},
    {"Sub", 2, difference, 0, 0},
    {"Mul", 2, product, 0, 0},
    {"Div", 2, quotient, 0, 0},
    {"Min", 2, smallest, 0, 0},
    {"Max", 2, largest, 0, 0},
    {"Greater", 2, is_greater, 0, 0},
    {"Less", 2, is_less, 0, 0},
    {"GreaterOrEqual", 2, is_at_least, 0, 0},
    {"LessOrEqual", 2, is_at_most, 0, 0},
    {"Equal", 2, is_equal, 0, 0},
    {"Not", 1, is_not, 0, 0},
    {"Where", 3, choice, 0, 0},
    {"Clip", 3, clip, 0, 0},
};

static const struct elementwise *find_operator(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

int eg_onnx_is_elementwise(const Onnx__NodeProto *node)
{
    return find_operator(node->op_type) != NULL;
}

/* The inputs of a node. */
struct operands {
    const struct elementwise *of;
    double a, b;
    const struct eg_onnx_value *values[MOST_INPUTS];
    struct eg_onnx_array arrays[MOST_INPUTS]; /* of constants */
    size_t rows[2], row_count;                /* which are of rows */
    size_t large, large_count; /* which constants have several numbers, the last one */
    int has_probed;            /* one hangs on whole rows */
};

static void free_operands(struct operands *operands)
{
    for (size_t i = 0; i < MOST_INPUTS; i++)
        eg_onnx_array_free(&operands->arrays[i]);
}

/* A bound of Clip that is no input: an attribute of old opsets, or infinite. */
static int set_bound(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t i,
                     struct eg_onnx_array *array)
{
    const int status = eg_onnx_array_alloc(array, 0, NULL, graph->error);
    if (!status)
        *array->data = i == 1 ? eg_onnx_float(node, "min", -INFINITY)
                              : eg_onnx_float(node, "max", INFINITY);
    return status;
}

static int read_operand(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, size_t i,
                        struct operands *operands)
{
    const struct eg_onnx_value *value = eg_onnx_input(graph, node, i);
    const int is_bound = operands->of->of == clip && i > 0;
    operands->values[i] = value;
    if (!value && is_bound)
        return set_bound(graph, node, i, &operands->arrays[i]);
    operands->has_probed |= value && value->kind == EG_ONNX_PROBED;
    if (value && value->kind == EG_ONNX_PROBED)
        return EG_OK;
    if (!value || value->kind == EG_ONNX_WHOLE)
        return eg_onnx_refuse(graph, node, "its input %zu is not numbers of rows, and no constant",
                              i);
    if (value->kind == EG_ONNX_ROWS) {
        struct eg_onnx_rows unused;
        operands->rows[operands->row_count < 2 ? operands->row_count : 1] = i;
        operands->row_count++;
        return eg_onnx_rows_of(graph, node, i, 0, &unused);
    }
    const int status = eg_onnx_load(graph, value, &operands->arrays[i]);
    if (!status && operands->arrays[i].count != 1) {
        operands->large = i;
        operands->large_count++;
    }
    return status;
}

static int read_operands(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                         struct operands *operands)
{
    const struct elementwise *of = find_operator(node->op_type);
    int status = EG_OK;
    *operands = (struct operands){
        .of = of,
        .a = eg_onnx_float(node, "alpha", of->a),
        .b = eg_onnx_float(node, "beta", eg_onnx_float(node, "gamma", of->b))};
    if (of->of == gelu)
        operands->a = eg_onnx_says(node, "approximate", "tanh");
    if (of->of == hard_swish)
        operands->a = of->a;
    if (node->n_input > of->inputs)
        return eg_onnx_refuse(graph, node, "it has %zu inputs where %zu are read", node->n_input,
                              of->inputs);
    for (size_t i = 0; i < of->inputs && !status; i++)
        status = read_operand(graph, node, i, operands);
    return status;
}

/* Whether both have the same dimensions, but for leading ones of 1. */
static int have_same_shape(const struct eg_onnx_array *a, const struct eg_onnx_array *b)
{
    for (int i = 1; i <= a->ndim || i <= b->ndim; i++)
        if ((i <= a->ndim ? a->dims[a->ndim - i] : 1) != (i <= b->ndim ? b->dims[b->ndim - i] : 1))
            return 0;
    return 1;
}

/* All are constants: those with several numbers must have the same shape. */
static int work_out(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                    const struct operands *operands)
{
    const struct eg_onnx_array *shape = &operands
                                             ->arrays[operands->large_count ? operands->large : 0];
    struct eg_onnx_array made;
    for (size_t i = 0; i < operands->of->inputs; i++)
        if (operands->arrays[i].count != 1 && !have_same_shape(&operands->arrays[i], shape))
            return eg_onnx_refuse(graph, node, "its constants have different shapes");
    int status = eg_onnx_array_alloc(&made, shape->ndim, shape->dims, graph->error);
    for (size_t n = 0; n < made.count && !status; n++) {
        double x[MOST_INPUTS];
        for (size_t i = 0; i < operands->of->inputs; i++)
            x[i] = operands->arrays[i].data[operands->arrays[i].count == 1 ? 0 : n];
        made.data[n] = operands->of->of(x, operands->a, operands->b);
    }
    return status ? status : eg_onnx_give_array(graph, node, &made);
}

static int have_same_dims(const struct eg_onnx_rows *a, const struct eg_onnx_rows *b)
{
    return a->ndim == b->ndim && memcmp(a->dims, b->dims, (size_t)a->ndim * sizeof *a->dims) == 0;
}

/* A function of numbers behind one item. */
static int compose(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                   const struct operands *operands, const struct eg_onnx_rows *rows)
{
    struct eg_onnx_rows made = *rows;
    for (size_t p = 0; p < EG_ONNX_POINTS; p++) {
        double x[MOST_INPUTS];
        for (size_t i = 0; i < operands->of->inputs; i++)
            x[i] = operands->arrays[i].data ? operands->arrays[i].data[0]
                                            : operands->values[i]->rows.curve[p];
        made.curve[p] = operands->of->of(x, operands->a, operands->b);
    }
    return eg_onnx_give_rows(graph, node, &made);
}

/* Numbers behind two items. */
static int join(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                const struct operands *operands)
{
    struct eg_onnx_rows a, b;
    int status = eg_onnx_rows_of(graph, node, 0, 0, &a);
    if (!status)
        status = eg_onnx_rows_of(graph, node, 1, 0, &b);
    if (!status && (operands->of->of != sum || !have_same_dims(&a, &b) || a.order != b.order))
        status = eg_onnx_refuse(
            graph, node,
            "it joins two branches, of which sums of one shape alone can be read; "
            "take the model as a command (--predict)");
    if (!status)
        status = eg_onnx_settle(graph, node, &a);
    if (!status)
        status = eg_onnx_settle(graph, node, &b);
    struct eg_onnx_item *item = status ? NULL : eg_onnx_add_item(graph, EG_ONNX_SUM, a.item, node);
    if (!item)
        return EG_DATA;
    item->from[1] = b.item;
    eg_onnx_stand_behind(graph, &a);
    return eg_onnx_give_rows(graph, node, &a);
}

/* Which dimension of the rows a constant of several numbers goes along; -1: none, or several. */
static int find_axis(const struct eg_onnx_rows *rows, const struct eg_onnx_array *array)
{
    int axis = array->count == 1 ? 0 : -1;
    for (int i = array->ndim; i-- > 0;) {
        const int own = rows->ndim - (array->ndim - i);
        if (array->dims[i] == 1)
            continue;
        if (own < 0 || axis >= 0 || rows->dims[own] != array->dims[i])
            return -1;
        axis = own;
    }
    return axis;
}

/* Factors or shifts, one a channel. */
static int scale_channels(struct eg_onnx_graph *graph, const Onnx__NodeProto *node,
                          struct operands *operands)
{
    struct eg_onnx_array *given = &operands->arrays[operands->large], scale, shift;
    struct eg_onnx_rows rows;
    function *of = operands->of->of;
    const int is_sum = of == sum || of == difference, is_second = operands->large == 1;
    int status = eg_onnx_rows_of(graph, node, operands->rows[0], 0, &rows);
    const int axis = status ? -1 : find_axis(&rows, given);
    const int fits = axis >= 0 && (rows.ndim == 1 || (rows.ndim == 3 && axis != 1)) &&
                     (is_sum || of == product || (of == quotient && is_second));
    if (!status && !fits)
        status = eg_onnx_refuse(graph, node,
                                "of constants, one number and one a channel can be read");
    if (!status && rows.ndim == 3)
        status = eg_onnx_take_image(graph, node, axis == 0 ? EG_ONNX_FIRST : EG_ONNX_LAST, &rows);
    if (!status)
        status = eg_onnx_settle(graph, node, &rows);
    if (!status)
        status = eg_onnx_array_alloc(&scale, 1, &given->count, graph->error);
    if (status)
        return status;
    status = eg_onnx_array_alloc(&shift, 1, &given->count, graph->error);
    for (size_t i = 0; i < given->count && !status; i++) {
        const double c = given->data[i];
        scale.data[i] = of == product            ? c
                        : of == quotient         ? 1 / c
                        : is_second || of == sum ? 1
                                                 : -1;
        shift.data[i] = !is_sum ? 0 : of == difference && is_second ? -c : c;
    }
    if (!status)
        return eg_onnx_add_scale(graph, node, &rows, &scale, &shift) ||
                       eg_onnx_give_rows(graph, node, &rows)
                   ? EG_DATA
                   : EG_OK;
    eg_onnx_array_free(&scale);
    return status;
}

/* A list of one number beside rows of one is no number of a function: it is a bias. */
static void find_bias(struct operands *operands)
{
    const struct eg_onnx_rows *rows = &operands->values[operands->rows[0]]->rows;
    const size_t other = 1 - operands->rows[0];
    function *of = operands->of->of;
    if (operands->row_count == 1 && (of == sum || of == difference || of == product) &&
        rows->ndim == 1 && rows->dims[0] == 1 && operands->arrays[other].ndim == 1) {
        operands->large = other;
        operands->large_count = 1;
    }
}

static int take(struct eg_onnx_graph *graph, const Onnx__NodeProto *node, struct operands *operands)
{
    struct eg_onnx_rows rows;
    if (operands->has_probed)
        return eg_onnx_take_row_function(graph, node, operands->of->inputs, operands->of->of,
                                         operands->a, operands->b, operands->arrays);
    if (!operands->row_count)
        return work_out(graph, node, operands);
    find_bias(operands);
    if (operands->large_count)
        return operands->row_count == 1 && operands->large_count == 1 && operands->of->inputs == 2
                   ? scale_channels(graph, node, operands)
                   : eg_onnx_refuse(graph, node,
                                    "a constant of several numbers cannot be read here");
    const struct eg_onnx_rows *first = &operands->values[operands->rows[0]]->rows;
    for (size_t i = 0; i < operands->of->inputs; i++) {
        const struct eg_onnx_value *other = operands->values[i];
        if (other && other->kind == EG_ONNX_ROWS &&
            (other->rows.item != first->item || !have_same_dims(&other->rows, first)))
            return join(graph, node, operands);
    }
    const int status = eg_onnx_rows_of(graph, node, operands->rows[0], 0, &rows);
    return status ? status : compose(graph, node, operands, &rows);
}

int eg_onnx_take_elementwise(struct eg_onnx_graph *graph, const Onnx__NodeProto *node)
{
    struct operands operands;
    int status = read_operands(graph, node, &operands);
    if (!status)
        status = take(graph, node, &operands);
    free_operands(&operands);
    return status;
}
