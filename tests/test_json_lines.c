/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json_lines.h"

#include <string.h>

#include <criterion/criterion.h>

struct heard {
    size_t objects, malformed, torn, last_line;
    int stop_at;
};

static int on_object(void *context, json_t *object, size_t line, struct eg_error *error)
{
    struct heard *heard = context;
    cr_assert(json_is_object(object));
    heard->objects++;
    heard->last_line = line;
    return heard->stop_at == (int)line ? eg_fail(error, EG_INTERNAL, "enough") : EG_OK;
}

static void on_fault(void *context, enum eg_line_fault fault, size_t line, const char *why)
{
    struct heard *heard = context;
    cr_assert(*why);
    heard->malformed += fault == EG_LINE_MALFORMED;
    heard->torn += fault == EG_LINE_TORN;
    heard->last_line = line;
}

static struct heard read_text(const char *text, size_t size, int stop_at, int wanted)
{
    struct heard heard = {.stop_at = stop_at};
    struct eg_error error = {0};
    const struct eg_line_visitor visitor = {on_object, on_fault, &heard};
    FILE *file = fmemopen((char *)text, size, "r");
    cr_assert_eq(eg_json_lines_read(file, "memory", &visitor, &error), wanted);
    fclose(file);
    return heard;
}

#define READ(text) read_text(text, sizeof(text) - 1, 0, EG_OK)

Test(json_lines, good_lines)
{
    cr_assert_eq(READ("{}\n{\"a\":1}\n").objects, 2);
    cr_assert_eq(READ("{}\r\n  \n\n{\"a\":[1,{}]}").objects, 2); /* the last one has no line end */
    cr_assert_eq(READ("\n").objects, 0);
}

Test(json_lines, malformed_lines_are_passed_over)
{
    const struct heard heard = READ("{}\n{\"a\":}\n[1]\n3\n{} {}\n{\"a\":1,\"a\":2}\n"
                                    "{\"a\":1e999}\n{\"a\":99999999999999999999}\n{\"a\":\"\0\"}\n"
                                    "{\"a\":\"\xff\"}\n{\"a\":nan}\n{}\n");
    cr_assert_eq(heard.objects, 2);
    cr_assert_eq(heard.malformed, 10);
    cr_assert_eq(heard.torn, 0);
    cr_assert_eq(heard.last_line, 12);
}

Test(json_lines, a_torn_last_line_is_told)
{
    struct heard heard = READ("{}\n{\"a\":1");
    cr_assert(heard.objects == 1 && heard.torn == 1 && heard.malformed == 0 &&
              heard.last_line == 2);
    heard = READ("{\"key\"");
    cr_assert(heard.objects == 0 && heard.torn == 1);
    heard = READ("{}\n\0\0\0\0");
    cr_assert(heard.objects == 1 && heard.torn == 1);
}

Test(json_lines, the_visitor_can_end_it)
{
    const char text[] = "{}\n{}\n{}\n";
    cr_assert_eq(read_text(text, sizeof text - 1, 2, EG_INTERNAL).objects, 2);
}

Test(json_lines, a_folder_cannot_be_read)
{
    struct heard heard = {0};
    struct eg_error error = {0};
    const struct eg_line_visitor visitor = {on_object, on_fault, &heard};
    FILE *file = fopen("/", "r");
    cr_assert_eq(eg_json_lines_read(file, "/", &visitor, &error), EG_DATA);
    cr_assert(strstr(error.message, "cannot read /"));
    fclose(file);
}
