/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <criterion/criterion.h>

static FILE *open_text(const char *text)
{
    FILE *in = tmpfile();
    cr_assert(in && fputs(text, in) >= 0);
    rewind(in);
    return in;
}

Test(seal, copies_what_is_no_object)
{
    struct eg_error error = {0};
    char *copy = NULL;
    size_t size = 0;
    FILE *in = open_text("{\"key\":1}\n[1]\nno line end"), *out = open_memstream(&copy, &size);
    cr_expect_eq(eg_seal_lines(in, out, &error), EG_OK, "%s", error.message);
    fclose(in);
    fclose(out);
    cr_expect(strncmp(copy, "{\"key\":1,\"check\":\"", 18) == 0 &&
                  strstr(copy, "\"}\n[1]\nno line end"),
              "%s", copy);
    free(copy);
}

Test(seal, tells_of_a_full_disk)
{
    struct eg_error error = {0};
    FILE *in = open_text("{\"key\":1}\n"), *out = fopen("/dev/full", "w");
    cr_assert(out && setvbuf(out, NULL, _IONBF, 0) == 0);
    cr_expect_eq(eg_seal_lines(in, out, &error), EG_DATA);
    cr_expect_str_eq(error.message,
                     "cannot write sealed lines: No space left on device; make room");
    fclose(in);
    fclose(out);
}

/* A stream that ends neither at the end of its file nor with an error, as where a line has no room in
 * memory: here since it is one of wide characters. */
Test(seal, tells_of_lines_it_cannot_reach)
{
    struct eg_error error = {0};
    FILE *in = fopen("/dev/zero", "r"), *out = tmpfile();
    cr_assert(in && out && fwide(in, 1) > 0);
    cr_expect_eq(eg_seal_lines(in, out, &error), EG_DATA);
    cr_expect(strstr(error.message, "cannot read lines to seal: "), "%s", error.message);
    fclose(in);
    fclose(out);
}
