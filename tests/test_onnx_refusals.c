/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX files that are not read: a line each, with the operator and its node. */
#include "onnx/onnx_network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/made_onnx.h"

static void refuse_bytes(const void *bytes, size_t size, size_t features, const char *message)
{
    struct eg_onnx_network network;
    struct eg_error error = {0};
    cr_expect_eq(eg_onnx_network_parse("m.onnx", bytes, size, features, &network, &error), EG_DATA,
                 "%s", message);
    cr_expect_str_eq(error.message, message);
    eg_onnx_network_free(&network);
}

static void refuse(struct made_onnx *made, const char *message)
{
    size_t size;
    unsigned char *bytes = pack_onnx(made, &size);
    refuse_bytes(bytes, size, 0, message);
    free(bytes);
}

static void accept(struct made_onnx *made, const char *text)
{
    struct eg_onnx_network network;
    struct eg_error error = {0};
    size_t size;
    unsigned char *bytes = pack_onnx(made, &size);
    cr_expect_eq(eg_onnx_network_parse("m.onnx", bytes, size, 0, &network, &error), EG_OK, "%s",
                 error.message);
    cr_expect_str_eq(network.text, text);
    eg_onnx_network_free(&network);
    free(bytes);
}

/* "dense 2" on 3 features, and what comes after it. */
static void begin_dense(struct made_onnx *made)
{
    begin_onnx(made, 2, (int64_t[]){0, 3});
    add_onnx_tensor(made, "w", 2, (int64_t[]){3, 2});
    add_onnx_node(made, "MatMul", "x,w", "a");
}

static void begin_images(struct made_onnx *made)
{
    begin_onnx(made, 4, (int64_t[]){0, 1, 4, 4});
    add_onnx_tensor(made, "w", 4, (int64_t[]){1, 1, 3, 3});
}

Test(onnx_refusals, names_an_operator_that_there_is_not)
{
    struct made_onnx made;
    begin_dense(&made);
    add_onnx_node(&made, "LSTM", "a", "b")->name = (char *)"/rnn/LSTM";
    refuse(&made,
           "m.onnx: operator 'LSTM' (node '/rnn/LSTM'): there is no such layer here; take the "
           "model as a command (--predict)");
    begin_dense(&made);
    add_onnx_node(&made, "Relu", "a", "b")->domain = (char *)"com.example";
    refuse(&made,
           "m.onnx: operator 'Relu' (node 'b'): there is no such layer here; take the model as "
           "a command (--predict)");
    begin_dense(&made);
    add_onnx_node(&made, "Abs", "a", "b");
    refuse(&made, "m.onnx: operator 'Abs' (node 'b'): the function of each number before it is no "
                  "activation that there is here; take the model as a command (--predict)");
    begin_dense(&made);
    add_onnx_node(&made, "Mul", "a,x", "b");
    refuse(&made, "m.onnx: operator 'Mul' (node 'b'): it joins two branches, of which sums of one "
                  "shape alone can be read; take the model as a command (--predict)");
    begin_dense(&made);
    add_onnx_node(&made, "Concat", "a,x", "b");
    refuse(&made,
           "m.onnx: operator 'Concat' (node 'b'): branches of a network can be added and not "
           "put side by side; take the model as a command (--predict)");
    begin_dense(&made);
    add_onnx_node(&made, "Softmax", "a", "b");
    add_onnx_node(&made, "Relu", "b", "c");
    refuse(&made,
           "m.onnx: operator 'Relu' (node 'c'): it follows a Softmax, which is read at the end "
           "alone");
    begin_onnx(&made, 2, (int64_t[]){0, 3});
    add_onnx_tensor(&made, "w", 2, (int64_t[]){3, 2});
    add_onnx_node(&made, "Relu", "x", "a");
    add_onnx_node(&made, "MatMul", "a,w", "b");
    refuse(&made,
           "m.onnx: operator 'MatMul' (node 'b'): the relu before it comes before any layer");
    begin_dense(&made);
    add_onnx_node(&made, "Relu\n", "a", "b");
    refuse(&made,
           "m.onnx: operator 'Relu?' (node 'b'): there is no such layer here; take the model "
           "as a command (--predict)");
}

/* "a", its mean and what is left of it without that, which a layer norm begins with. */
static void begin_mean(struct made_onnx *made)
{
    begin_dense(made);
    add_onnx_node(made, "ReduceMean", "a", "m");
    set_onnx_ints(made, "axes", 1, (int64_t[]){1});
    add_onnx_node(made, "Sub", "a,m", "d");
}

Test(onnx_refusals, names_a_mean_over_features_that_is_no_layer_norm)
{
    struct made_onnx made;
    begin_mean(&made);
    refuse(&made, "m.onnx: its output 'd' follows a mean over features, which is read as part of a "
                  "layer norm alone; take the model as a command (--predict)");
    begin_mean(&made);
    add_onnx_tensor(&made, "v", 2, (int64_t[]){2, 2});
    add_onnx_node(&made, "MatMul", "d,v", "b");
    refuse(&made, "m.onnx: operator 'MatMul' (node 'b'): its input 0 follows a mean over features, "
                  "which is read as part of a layer norm alone; take the model as a command "
                  "(--predict)");
    begin_mean(&made);
    add_onnx_node(&made, "Add", "d,x", "b");
    refuse(&made, "m.onnx: operator 'Add' (node 'b'): its inputs are of two layers' rows");
    begin_mean(&made);
    add_onnx_node(&made, "Mul", "d,w", "b");
    refuse(&made, "m.onnx: operator 'Mul' (node 'b'): its constant of 6 numbers is no row");
    begin_mean(&made);
    add_onnx_tensor(&made, "c", 1, (int64_t[]){3});
    add_onnx_node(&made, "Mul", "d,c", "b");
    refuse(&made, "m.onnx: operator 'Mul' (node 'b'): its input 1 has 3 numbers where rows have 2");
    begin_onnx(&made, 2, (int64_t[]){0, 1});
    add_onnx_node(&made, "ReduceMean", "x", "m");
    set_onnx_ints(&made, "axes", 1, (int64_t[]){-1});
    refuse(
        &made,
        "m.onnx: operator 'ReduceMean' (node 'm'): it is no function of features, several a row");
}

/* Root of the mean square: the mean is not taken away, and no layer here does that. */
Test(onnx_refusals, tells_norms_without_a_mean_from_layer_norms)
{
    struct made_onnx made;
    for (int has_mean = 0; has_mean < 2; has_mean++) {
        if (has_mean)
            begin_mean(&made);
        else
            begin_dense(&made);
        const char *from = has_mean ? "d" : "a";
        char square[8], quotient[8];
        snprintf(square, sizeof square, "%s,%s", from, from);
        snprintf(quotient, sizeof quotient, "%s,r", from);
        add_onnx_tensor(&made, "e", 0, NULL);
        add_onnx_node(&made, "Mul", square, "q");
        add_onnx_node(&made, "ReduceMean", "q", "s");
        set_onnx_ints(&made, "axes", 1, (int64_t[]){1});
        add_onnx_node(&made, "Add", "s,e", "t");
        add_onnx_node(&made, "Sqrt", "t", "r");
        add_onnx_node(&made, "Div", quotient, "z");
        if (has_mean)
            accept(&made, "dense 2, layernorm epsilon 0.1");
        else
            refuse(&made, "m.onnx: operator 'ReduceMean' (node 's'): the function of each number "
                          "before it is no activation that there is here; take the model as a "
                          "command (--predict)");
    }
}

Test(onnx_refusals, names_what_does_not_fit)
{
    struct made_onnx made;
    begin_onnx(&made, 2, (int64_t[]){0, 4});
    add_onnx_tensor(&made, "w", 2, (int64_t[]){3, 2});
    add_onnx_node(&made, "MatMul", "x,w", "a");
    refuse(&made, "m.onnx: operator 'MatMul' (node 'a'): its weights of shape (3, 2) do not fit 4 "
                  "features");
    begin_dense(&made);
    made.tensors[0].n_float_data = 5;
    refuse(&made, "m.onnx: tensor 'w' does not hold the 6 numbers of its shape");
    begin_dense(&made);
    made.numbers[0][4] = 1.0f / 0.0f;
    refuse(&made, "m.onnx: operator 'MatMul' (node 'a'): number 4 of its input 'w' is inf");
    begin_dense(&made);
    made.dims[0][0] = -3;
    refuse(&made, "m.onnx: the shape of tensor 'w' is no list of sizes");
    begin_dense(&made);
    made.tensors[0].data_type = ONNX__TENSOR_PROTO__DATA_TYPE__COMPLEX64;
    refuse(&made, "m.onnx: tensor 'w' is of ONNX's type 14 where floats or integers are needed");
    begin_dense(&made);
    made.tensors[0].has_data_location = 1;
    made.tensors[0].data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
    refuse(&made,
           "m.onnx: the numbers of tensor 'w' are in another file, '', that is not beside this "
           "one: save the model as one file");
    begin_dense(&made);
    add_onnx_node(&made, "Relu", "nothing", "b");
    refuse(&made,
           "m.onnx: operator 'Relu' (node 'b'): its input 'nothing' comes from no node before "
           "it");
    begin_dense(&made);
    add_onnx_node(&made, "Relu", "a", "a");
    refuse(&made, "m.onnx: two values are named 'a'");
    begin_dense(&made);
    made.opset.version = 6;
    refuse(&made, "m.onnx: its operators are of ONNX's opset 6; export it with opset 7 or later");
    begin_dense(&made);
    add_onnx_node(&made, "BatchNormalization", "a,w,w,w,w", "b");
    set_onnx_ints(&made, "training_mode", 1, (int64_t[]){1});
    refuse(&made,
           "m.onnx: operator 'BatchNormalization' (node 'b'): it was exported while training: "
           "export model.eval()");
}

Test(onnx_refusals, names_windows_and_images_that_cannot_be)
{
    struct made_onnx made;
    begin_images(&made);
    add_onnx_node(&made, "Conv", "x,w", "a");
    set_onnx_ints(&made, "strides", 2, (int64_t[]){1, 2});
    set_onnx_ints(&made, "pads", 4, (int64_t[]){1, 1, 1, 1});
    refuse(&made,
           "m.onnx: operator 'Conv' (node 'a'): its strides are 1 and 2: equal ones alone can "
           "be read");
    begin_images(&made);
    add_onnx_node(&made, "Conv", "x,w", "a");
    set_onnx_ints(&made, "pads", 4, (int64_t[]){3, 3, 3, 3});
    refuse(&made, "m.onnx: operator 'Conv' (node 'a'): its pads (3, 3, 3, 3) are more than can be "
                  "read");
    begin_images(&made);
    add_onnx_node(&made, "Conv", "x,w", "a");
    set_onnx_ints(&made, "group", 1, (int64_t[]){2});
    refuse(&made,
           "m.onnx: operator 'Conv' (node 'a'): weights of shape (1, 1, 3, 3) in 2 groups where "
           "images have 1 channels");
    begin_images(&made);
    add_onnx_node(&made, "MaxPool", "x", "a");
    refuse(&made,
           "m.onnx: operator 'MaxPool' (node 'a'): its window is none over 2 dimensions of an "
           "image");
    begin_images(&made);
    add_onnx_node(&made, "Conv", "x,w", "a");
    refuse(&made, "m.onnx: its output 'a' is not some numbers of each row: flatten it");
    begin_onnx(&made, 4, (int64_t[]){0, 3, 0, 8});
    add_onnx_node(&made, "Relu", "x", "a");
    refuse(&made,
           "m.onnx: dimension 2 of its input 'x' has no fixed size: export the model with rows "
           "of the size that they have, and leave their number open alone");
    begin_onnx(&made, 1, (int64_t[]){3});
    add_onnx_node(&made, "Relu", "x", "a");
    refuse(&made,
           "m.onnx: its input 'x' is none of rows x features or rows of images; take the model "
           "as a command (--predict)");
}

/* Paddings that the text does not know become zeros around the weights; a row of one feature has a bias. */
Test(onnx_refusals, reads_what_can_be_put_otherwise)
{
    struct made_onnx made;
    begin_images(&made);
    add_onnx_node(&made, "Conv", "x,w", "a");
    set_onnx_ints(&made, "pads", 4, (int64_t[]){2, 1, 0, 1});
    add_onnx_node(&made, "Flatten", "a", "b");
    accept(&made, "image 4x4x1, conv 5x3x1 same, flatten");
    begin_onnx(&made, 2, (int64_t[]){0, 0});
    add_onnx_tensor(&made, "w", 2, (int64_t[]){3, 1});
    add_onnx_tensor(&made, "c", 1, (int64_t[]){1});
    add_onnx_node(&made, "MatMul", "x,w", "a");
    add_onnx_node(&made, "Add", "a,c", "b");
    add_onnx_node(&made, "Sigmoid", "b", "d");
    accept(&made, "dense 1");
}

Test(onnx_refusals, names_the_features_of_rows_that_do_not_fit)
{
    struct made_onnx made;
    size_t size;
    begin_dense(&made);
    unsigned char *bytes = pack_onnx(&made, &size);
    refuse_bytes(bytes, size, 5,
                 "m.onnx: the network takes 3 features (input 'x' has rows of shape (3)), the rows "
                 "have 5");
    free(bytes);
}

/* Cut anywhere it is a line of error or, cut between fields, what is left. */
Test(onnx_refusals, survives_files_that_are_cut_or_damaged)
{
    struct made_onnx made;
    struct eg_onnx_network network;
    size_t size;
    begin_images(&made);
    add_onnx_node(&made, "Conv", "x,w", "a");
    set_onnx_ints(&made, "pads", 4, (int64_t[]){1, 1, 1, 1});
    add_onnx_node(&made, "Flatten", "a", "b");
    unsigned char *bytes = pack_onnx(&made, &size);
    for (size_t cut = 0; cut < size; cut++) {
        struct eg_error error = {0};
        const int status = eg_onnx_network_parse("m.onnx", bytes, cut, 0, &network, &error);
        cr_expect_eq(status, EG_DATA, "%zu", cut);
        eg_onnx_network_free(&network);
    }
    for (size_t at = 0; at < size; at++) {
        struct eg_error error = {0};
        bytes[at] ^= 0x55;
        const int status = eg_onnx_network_parse("m.onnx", bytes, size, 0, &network, &error);
        cr_expect(status == EG_OK || !strchr(error.message, '\n'), "%zu", at);
        eg_onnx_network_free(&network);
        bytes[at] ^= 0x55;
    }
    free(bytes);
    refuse_bytes("{}", 2, 0, "m.onnx: this is no ONNX file, or it is cut off or damaged");
}

/* A graph in an attribute of a node of a graph in an attribute ... : the stack does not run over. */
Test(onnx_refusals, does_not_follow_messages_without_end)
{
    enum { SIZE = 1 << 20, DEPTH = 3 * 60000 + 1 };
    unsigned char *bytes = calloc(SIZE, 1);
    size_t at = SIZE, inside = 0;
    /* A node in a graph, a graph in an attribute, an attribute in a node; a graph in the model. */
    static const unsigned char tags[] = {0x0a, 0x32, 0x2a}, in_model = 0x3a;
    for (size_t depth = 0; depth <= DEPTH; depth++) {
        unsigned char length[10];
        size_t used = 0;
        for (size_t rest = inside; used == 0 || rest; rest >>= 7)
            length[used++] = (unsigned char)((rest & 127) | (rest > 127 ? 128 : 0));
        at -= used + 1;
        bytes[at] = depth == DEPTH ? in_model : tags[depth % 3];
        memcpy(bytes + at + 1, length, used);
        inside += used + 1;
    }
    refuse_bytes(bytes + at, inside, 0,
                 "m.onnx: this is no ONNX file, or it is cut off or damaged");
    free(bytes);
}

/* (3, 1) and (1, 3) have as many numbers and would be (3, 3); a leading 1 changes nothing. */
Test(onnx_refusals, constants_that_would_broadcast)
{
    struct made_onnx made;
    begin_dense(&made);
    add_onnx_tensor(&made, "u", 2, (int64_t[]){2, 1});
    add_onnx_tensor(&made, "v", 2, (int64_t[]){1, 2});
    add_onnx_node(&made, "Add", "u,v", "s");
    add_onnx_node(&made, "Add", "a,s", "b");
    refuse(&made, "m.onnx: operator 'Add' (node 's'): its constants have different shapes");
    begin_dense(&made);
    add_onnx_tensor(&made, "u", 1, (int64_t[]){2});
    add_onnx_tensor(&made, "v", 2, (int64_t[]){1, 2});
    add_onnx_node(&made, "Add", "u,v", "s");
    add_onnx_node(&made, "Add", "a,s", "b");
    accept(&made, "dense 2");
}
