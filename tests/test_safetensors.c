/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/safetensors.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

/* A file of that header and of `size` bytes of data; returns the status. */
static int parse_made(const char *header, const void *data, size_t size, struct eg_tensors *tensors,
                      struct eg_error *error)
{
    static unsigned char bytes[4096];
    const uint64_t length = strlen(header);
    memcpy(bytes, &length, sizeof length);
    memcpy(bytes + 8, header, length);
    memset(bytes + 8 + length, 0, size);
    if (data)
        memcpy(bytes + 8 + length, data, size);
    return eg_safetensors_parse("file", bytes, 8 + length + size, tensors, error);
}

static void refuse(const char *header, size_t size, const char *message)
{
    struct eg_tensors tensors;
    struct eg_error error = {0};
    cr_assert_eq(parse_made(header, NULL, size, &tensors, &error), EG_DATA, "%s", header);
    cr_expect_str_eq(error.message, message);
    cr_expect(tensors.items == NULL && tensors.metadata == NULL);
}

/* Bytes laid out by hand from the format's description; the header is padded with blanks. */
Test(safetensors, reads_a_file_made_by_hand)
{
    struct eg_tensors tensors;
    struct eg_error error = {0};
    unsigned char data[40];
    memcpy(data, (float[]){1.5f, -2, 3, 0.1f, 5, 6}, 24);
    memcpy(data + 24, (double[]){0.1, -1e300}, 16);
    cr_assert_eq(
        parse_made("{\"b\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[24,40]},"
                   "\"__metadata__\":{\"format\":\"pt\"},"
                   "\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}   ",
                   data, sizeof data, &tensors, &error),
        EG_OK, "%s", error.message);
    cr_assert_eq(tensors.count, 2);
    const struct eg_tensor *a = eg_tensors_find(&tensors, "a.weight"),
                           *b = eg_tensors_find(&tensors, "b");
    cr_assert(a == &tensors.items[0] && b == &tensors.items[1] && !eg_tensors_find(&tensors, "a"));
    cr_expect(a->ndim == 2 && a->shape[0] == 2 && a->shape[1] == 3 && a->count == 6);
    cr_expect(a->data[0] == 1.5 && a->data[1] == -2 && a->data[3] == (real)0.1f);
    cr_expect(b->ndim == 1 && b->data[0] == (real)0.1 && b->data[1] == (real)-1e300);
    cr_expect_str_eq(eg_tensors_note(&tensors, "format"), "pt");
    cr_expect_null(eg_tensors_note(&tensors, "other"));
    eg_tensors_free(&tensors);
}

Test(safetensors, leaves_other_types_unread)
{
    struct eg_tensors tensors;
    struct eg_error error = {0};
    cr_assert_eq(parse_made("{\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}", NULL,
                            8, &tensors, &error),
                 EG_OK, "%s", error.message);
    cr_expect(tensors.items[0].data == NULL && tensors.items[0].ndim == 0);
    cr_expect_str_eq(tensors.items[0].type, "I64");
    eg_tensors_free(&tensors);
}

/* 16 bits by hand: 1.5, -2, the smallest half (2^-24), the largest (65504); as bfloat16 1.5, -2, 2^-133,
 * and the largest below 1. */
Test(safetensors, widens_16_bits)
{
    struct eg_tensors tensors;
    struct eg_error error = {0};
    const uint16_t data[] = {0x3e00, 0xc000, 0x0001, 0x7bff, 0x3fc0, 0xc000, 0x0001, 0x3f7f};
    cr_assert_eq(parse_made("{\"h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]},"
                            "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[8,16]}}",
                            data, sizeof data, &tensors, &error),
                 EG_OK, "%s", error.message);
    const real *half = tensors.items[0].data, *bfloat = tensors.items[1].data;
    cr_expect(half[0] == 1.5 && half[1] == -2 && half[2] == 0x1p-24 && half[3] == 65504);
    cr_expect(bfloat[0] == 1.5 && bfloat[1] == -2 && bfloat[2] == 0x1p-133 &&
              bfloat[3] == 1 - 0x1p-8);
    eg_tensors_free(&tensors);
}

Test(safetensors, refuses_what_is_no_number)
{
    static const struct {
        const char *type, *message;
        unsigned char bytes[16];
        size_t size;
    } cases[] = {{"F32", "number 1 is nan", {0, 0, 0, 0, 0, 0, 0xc0, 0xff}, 4},
                 {"F64", "number 1 is -inf", {[14] = 0xf0, [15] = 0xff}, 8},
                 {"F16", "number 1 is inf", {0, 0, 0, 0x7c}, 2},
                 {"BF16", "number 1 is nan", {0, 0, 0xc0, 0x7f}, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct eg_tensors tensors;
        struct eg_error error = {0};
        char header[128], message[128];
        snprintf(header, sizeof header,
                 "{\"0.weight\":{\"dtype\":\"%s\",\"shape\":[2],\"data_offsets\":[0,%zu]}}",
                 cases[i].type, 2 * cases[i].size);
        snprintf(message, sizeof message,
                 "file: tensor '0.weight': %s; a model's weights must be finite", cases[i].message);
        cr_expect_eq(parse_made(header, cases[i].bytes, 2 * cases[i].size, &tensors, &error),
                     EG_DATA);
        cr_expect_str_eq(error.message, message);
        cr_expect_null(tensors.items);
    }
}

#define ENTRY(name, type, shape, offsets)                                                          \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

Test(safetensors, refuses_wrong_entries)
{
    refuse("{" ENTRY("a", "F31", "[1]", "[0,4]") "}", 4,
           "file: tensor 'a' has a dtype that safetensors do not have");
    refuse("{" ENTRY("a", "F32", "7", "[0,4]") "}", 4, "file: tensor 'a' has no shape");
    refuse("{" ENTRY("a", "F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]") "}", 4,
           "file: tensor 'a' has 9 dimensions; at most 8 can be read");
    refuse("{" ENTRY("a", "F32", "[-1]", "[0,4]") "}", 4,
           "file: the shape of tensor 'a' is no list of sizes; the file is damaged");
    refuse("{" ENTRY("a", "F32", "[4294967296,4294967296]", "[0,4]") "}", 4,
           "file: the shape of tensor 'a' is no list of sizes; the file is damaged");
    refuse("{" ENTRY("a", "F32", "[2]", "[0,8]") "}", 4,
           "file: the offsets of tensor 'a' are not within the 4 bytes of data; the file is cut "
           "short or damaged, copy it again");
    refuse("{" ENTRY("a", "F32", "[2,3]", "[0,4]") "}", 4,
           "file: tensor 'a' has 4 bytes, which are not what F32 of (2, 3) takes");
    refuse("{" ENTRY("", "F32", "[1]", "[0,4]") "}", 4,
           "file: a tensor's name is empty, too long or has control characters");
    refuse("{\"__metadata__\":{\"a\":1}}", 0, "file: __metadata__ may hold only texts");
    refuse("{\"__metadata__\":[]}", 0, "file: __metadata__ is no object of texts");
}

Test(safetensors, refuses_overlaps_gaps_and_leftovers)
{
    refuse("{" ENTRY("a", "F32", "[2]", "[0,8]") "," ENTRY("b", "F32", "[2]", "[4,12]") "}", 12,
           "file: two tensors overlap before the bytes of tensor 'b'; the file is damaged");
    refuse("{" ENTRY("b", "F32", "[1]", "[8,12]") "," ENTRY("a", "F32", "[1]", "[0,4]") "}", 12,
           "file: there is a gap before the bytes of tensor 'b'; the file is damaged");
    refuse("{" ENTRY("a", "F32", "[1]", "[0,4]") "}", 7,
           "file: 3 bytes after the end of the last tensor");
}

Test(safetensors, refuses_what_is_no_such_file)
{
    struct eg_tensors tensors;
    struct eg_error error = {0};
    static const char no_json[] = "file: the header is no JSON object with each name once; save it "
                                  "with safetensors.torch.save_file";
    cr_expect_eq(eg_safetensors_parse("file", "abc", 3, &tensors, &error), EG_DATA);
    cr_expect_str_eq(error.message, "file: 3 bytes are too few for a safetensors file");
    cr_expect_eq(eg_safetensors_parse("file", "\x80\x02}q\x00X\x06\x00more", 12, &tensors, &error),
                 EG_DATA);
    cr_expect_eq(strncmp(error.message, "file: not a safetensors file, or cut short: ", 44), 0,
                 "%s", error.message);
    refuse("[]", 0, no_json);
    refuse("{\"a\":", 0, no_json);
    refuse("{" ENTRY("a", "F32", "[1]", "[0,4]") "," ENTRY("a", "F32", "[1]", "[0,4]") "}", 4,
           no_json);
    refuse(
        "", 0,
        "file: not a safetensors file, or cut short: it says that its header has 0 bytes; save it "
        "with safetensors.torch.save_file");
    cr_expect_eq(eg_safetensors_read("tests/data/absent", &tensors, &error), EG_DATA);
    cr_expect_str_eq(error.message, "tests/data/absent: cannot read it: No such file or directory");
}

Test(safetensors, comes_back_to_the_bit)
{
    struct eg_tensors tensors = {0}, back;
    struct eg_error error = {0};
    struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "file.safetensors");
    struct eg_tensor *first = eg_tensors_add(&tensors, "0.weight", 2, (size_t[]){3, 4}, &error);
    cr_assert_not_null(first);
    for (size_t i = 0; i < 12; i++)
        first->data[i] = (real)sin(1.0 + (double)i);
    eg_tensors_add(&tensors, "none", 1, (size_t[]){0}, &error);
    eg_tensors_add(&tensors, "one", 0, NULL, &error)->data[0] = (real)-0.0;
    cr_assert_eq(eg_tensors_set_note(&tensors, "text", "dense 4, \"relu\"", &error), EG_OK);
    for (int is_single = 0; is_single < 2; is_single++) {
        cr_assert_eq(eg_safetensors_write(path.text, &tensors, is_single, &error), EG_OK, "%s",
                     error.message);
        cr_assert_eq(eg_safetensors_read(path.text, &back, &error), EG_OK, "%s", error.message);
        cr_expect_eq(back.count, 3);
        cr_expect_str_eq(eg_tensors_note(&back, "text"), "dense 4, \"relu\"");
        const struct eg_tensor *weight = eg_tensors_find(&back, "0.weight");
        cr_expect_str_eq(weight->type, is_single ? "F32" : "F64");
        for (size_t i = 0; i < 12; i++)
            cr_expect_eq(weight->data[i], is_single ? (real)(float)tensors.items[0].data[i]
                                                    : tensors.items[0].data[i]);
        cr_expect(signbit(eg_tensors_find(&back, "one")->data[0]));
        eg_tensors_free(&back);
    }
    cr_expect_eq(eg_safetensors_write("tests/data/absent/file", &tensors, 0, &error), EG_DATA);
    cr_expect_str_eq(error.message,
                     "tests/data/absent/file: cannot write it: No such file or directory");
    eg_tensors_free(&tensors);
    remove_scratch(&scratch);
}
