/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/scratch_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "run/seal.h"

struct scratch make_scratch(void)
{
    struct scratch scratch = {"/tmp/egbench-test-XXXXXX"};
    cr_assert(mkdtemp(scratch.folder));
    return scratch;
}

void remove_scratch(const struct scratch *scratch)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", scratch->folder);
    cr_assert_eq(system(command), 0);
}

struct scratch_path find_scratch(const struct scratch *scratch, const char *name)
{
    struct scratch_path path;
    const int length = snprintf(path.text, sizeof path.text, "%s/%s", scratch->folder, name);
    cr_assert(length > 0 && (size_t)length < sizeof path.text);
    return path;
}

void write_scratch(const struct scratch *scratch, const char *name, const void *bytes, size_t size)
{
    struct scratch_path path = find_scratch(scratch, name);
    char *slash = strchr(path.text + strlen(scratch->folder) + 1, '/');
    if (slash) {
        *slash = '\0';
        mkdir(path.text, 0777);
        *slash = '/';
    }
    FILE *file = fopen(path.text, "wb");
    cr_assert(file, "%s", path.text);
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
}

void set_scratch_byte(const struct scratch *scratch, const char *name, size_t place, int byte)
{
    const unsigned char bytes[] = {(unsigned char)byte};
    const int descriptor = open(find_scratch(scratch, name).text, O_WRONLY);
    cr_assert_eq(pwrite(descriptor, bytes, 1, (off_t)place), 1, "%s", name);
    close(descriptor);
}

char *seal_text_alloc(const char *text)
{
    char *sealed = NULL;
    size_t size = 0;
    struct eg_error error = {0};
    FILE *in = tmpfile(), *out = open_memstream(&sealed, &size);
    cr_assert(in && out);
    cr_assert_eq(fwrite(text, 1, strlen(text), in), strlen(text));
    rewind(in);
    cr_assert_eq(eg_seal_lines(in, out, &error), EG_OK, "%s", error.message);
    fclose(in);
    fclose(out);
    return sealed;
}

void write_lines(const struct scratch *scratch, const char *name, const char *text)
{
    char *sealed = seal_text_alloc(text);
    write_scratch(scratch, name, sealed, strlen(sealed));
    free(sealed);
}
