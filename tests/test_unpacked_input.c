/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "base/unpacked_input.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <lzma.h>

#include "base/csv_table.h"
#include "tests/pack_text.h"
#include "tests/scratch_folder.h"

enum { MOST = 1 << 20 };

/* All of the file, in pieces of that size; -1 with *why filled. */
static long read_all(const char *path, size_t piece, char *content, struct eg_input_reason *why)
{
    struct eg_unpacked *input = eg_unpacked_open(path, why);
    long total = 0;
    size_t got = piece;
    if (!input)
        return -1;
    while (got == piece && total >= 0) {
        if (eg_unpacked_read(input, content + total, piece, &got, why))
            total = -1;
        else
            total += (long)got;
    }
    eg_unpacked_close(input);
    return total;
}

static void fill_text(char *text, size_t size)
{
    unsigned state = 1;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525 + 1013904223;
        text[i] = (char)('a' + (state >> 24) % 26);
    }
}

/* Members one after the other, zeros behind them, any size of piece, plain bytes. */
Test(unpacked_input, reads_members_to_the_byte)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "file");
    char *text = malloc(MOST), *content = malloc(MOST);
    unsigned char *bytes = malloc(MOST);
    const size_t length = 200000, first = 70000;
    struct eg_input_reason why;
    fill_text(text, length);
    size_t size = pack_gzip(text, first, bytes, MOST);
    size += pack_gzip("", 0, bytes + size, MOST - size);
    size += pack_gzip(text + first, length - first, bytes + size, MOST - size);
    memset(bytes + size, 0, 512);
    for (size_t padding = 0; padding <= 512; padding += 512)
        for (size_t piece = 1; piece <= 100000; piece = piece * 9 + 8) {
            write_scratch(&scratch, "file", bytes, size + padding);
            cr_assert_eq(read_all(path.text, piece, content, &why), (long)length, "%s", why.text);
            cr_expect_eq(memcmp(text, content, length), 0);
        }
    write_scratch(&scratch, "file", text, length);
    cr_assert_eq(read_all(path.text, 1000, content, &why), (long)length);
    write_scratch(&scratch, "file", "\x1f", 1);
    cr_assert_eq(read_all(path.text, 1000, content, &why), 1);
    write_scratch(&scratch, "file", "", 0);
    cr_assert_eq(read_all(path.text, 1000, content, &why), 0);
    free(text);
    free(content);
    free(bytes);
    remove_scratch(&scratch);
}

/* Cut at every byte, in the header, the data and the trailer of the first or the second member: but for
 * the cut between them it is never whole. */
Test(unpacked_input, is_whole_or_refused)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "file.csv.gz");
    static const char text[] = "a,b\n1,2\n3,4\n";
    unsigned char bytes[256];
    char content[64];
    const size_t first = pack_gzip(text, 8, bytes, sizeof bytes),
                 size = first + pack_gzip(text + 8, 4, bytes + first, sizeof bytes - first);
    for (size_t cut = 2; cut < size; cut++) {
        struct eg_input_reason why = {0};
        struct eg_csv_table table;
        struct eg_error error = {0};
        write_scratch(&scratch, "file.csv.gz", bytes, cut);
        const long got = read_all(path.text, sizeof content, content, &why);
        const int status = eg_csv_read(path.text, NULL, EG_CSV_NUMBER, &table, &error);
        if (cut == first) {
            cr_expect(got == 8 && status == EG_OK && table.rows == 1, "%zu", cut);
            eg_csv_free(&table);
        } else if (cut == first + 1) { /* one byte: no member, and no zeros */
            cr_expect(got == -1 && status == EG_DATA, "%zu", cut);
        } else {
            cr_expect_str_eq(why.text, "what is compressed is cut short", "%zu", cut);
            cr_expect(strstr(error.message, path.text) && strstr(error.message, "is cut short"),
                      "%zu: %s", cut, error.message);
        }
    }
    remove_scratch(&scratch);
}

/* Every bit of the trailer counts. */
Test(unpacked_input, checks_sum_and_length)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "file");
    unsigned char bytes[256];
    char content[64];
    struct eg_input_reason why;
    const size_t size = pack_gzip("some text", 9, bytes, sizeof bytes - 8);
    for (size_t bit = 0; bit < 64; bit++) {
        bytes[size - 8 + bit / 8] ^= (unsigned char)(1 << bit % 8);
        write_scratch(&scratch, "file", bytes, size);
        cr_expect_eq(read_all(path.text, sizeof content, content, &why), -1, "%zu", bit);
        cr_expect_str_eq(why.text, "what is compressed is damaged");
        bytes[size - 8 + bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    /* A piece of the file ends where the zeros do. */
    static unsigned char padded[(1 << 16) + sizeof bytes];
    memcpy(padded, bytes, size);
    memcpy(padded + (1 << 16), bytes, size);
    write_scratch(&scratch, "file", padded, (1 << 16) + size);
    cr_expect_eq(read_all(path.text, sizeof content, content, &why), -1);
    cr_expect_str_eq(why.text, "after what is compressed comes something else");
    memcpy(bytes + size, "more", 4);
    write_scratch(&scratch, "file", bytes, size + 4);
    cr_expect_eq(read_all(path.text, sizeof content, content, &why), -1);
    cr_expect_str_eq(why.text, "after what is compressed comes something else");
    remove_scratch(&scratch);
}

/* Starts a process that opens the pipe for writing and leaves these pieces in it, 50 ms apart. */
static pid_t write_pieces(const char *path, const char *const *pieces, const size_t *sizes)
{
    const pid_t writer = fork();
    if (writer)
        return writer;
    usleep(50000);
    const int end = open(path, O_WRONLY);
    for (size_t i = 0; pieces[i]; i++) {
        if (write(end, pieces[i], sizes[i]) != (ssize_t)sizes[i])
            _exit(1);
        usleep(50000);
    }
    _exit(0);
}

Test(unpacked_input, reads_a_pipe_once, .timeout = 60)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "pipe");
    const char *const pieces[] = {"a", ",b\n1,2\n", "3,4\n", NULL};
    struct eg_csv_table table;
    struct eg_error error = {0};
    cr_assert_eq(mkfifo(path.text, 0600), 0);
    pid_t writer = write_pieces(path.text, pieces, (const size_t[]){1, 7, 4});
    cr_assert_eq(eg_csv_read(path.text, NULL, EG_CSV_NUMBER, &table, &error), EG_OK, "%s",
                 error.message);
    cr_expect(table.rows == 2 && table.columns[1].numbers[1] == 4);
    eg_csv_free(&table);
    cr_assert_eq(waitpid(writer, NULL, 0), writer);
    /* A gzipped one in three pieces, the first of a single byte. */
    unsigned char bytes[128];
    const size_t size = pack_gzip("a,b\n1,2\n", 8, bytes, sizeof bytes);
    const char *const packed[] = {(char *)bytes, (char *)bytes + 1, (char *)bytes + 9, NULL};
    writer = write_pieces(path.text, packed, (const size_t[]){1, 8, size - 9});
    cr_assert_eq(eg_csv_read(path.text, NULL, EG_CSV_NUMBER, &table, &error), EG_OK, "%s",
                 error.message);
    eg_csv_free(&table);
    cr_assert_eq(waitpid(writer, NULL, 0), writer);
    /* One that comes and leaves nothing. */
    writer = write_pieces(path.text, (const char *const[]){NULL}, NULL);
    cr_assert_eq(eg_csv_read(path.text, NULL, EG_CSV_NUMBER, &table, &error), EG_DATA);
    cr_expect(strstr(error.message, "the file is empty"), "%s", error.message);
    cr_assert_eq(waitpid(writer, NULL, 0), writer);
    remove_scratch(&scratch);
}

static void do_nothing(int signal)
{
    (void)signal;
}

/* Nobody ever comes: 5 seconds, and not for ever, whatever signals come. */
Test(unpacked_input, gives_a_pipe_up, .timeout = 60)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "pipe");
    struct eg_input_reason why = {0};
    char content[16];
    const struct sigaction action = {.sa_handler = do_nothing};
    const struct itimerval often = {{0, 200000}, {0, 200000}}, never = {0};
    cr_assert_eq(mkfifo(path.text, 0600), 0);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    cr_expect_eq(read_all(path.text, sizeof content, content, &why), -1);
    setitimer(ITIMER_REAL, &never, NULL);
    cr_expect_str_eq(why.text, "it is a pipe, and nothing came through it in 5 s");
    remove_scratch(&scratch);
}

/* Streams one after the other, padded, in any size of piece. */
Test(unpacked_input, reads_xz_to_the_byte)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "file");
    char *text = malloc(MOST), *content = malloc(MOST);
    unsigned char *bytes = calloc(MOST, 1);
    const size_t length = 200000, first = 70000;
    struct eg_input_reason why;
    fill_text(text, length);
    size_t size = pack_xz(text, first, bytes, MOST);
    size += 8; /* padding is in fours */
    size += pack_xz("", 0, bytes + size, MOST - size);
    size += pack_xz(text + first, length - first, bytes + size, MOST - size);
    for (size_t padding = 0; padding <= 512; padding += 512)
        for (size_t piece = 1; piece <= 100000; piece = piece * 9 + 8) {
            write_scratch(&scratch, "file", bytes, size + padding);
            cr_assert_eq(read_all(path.text, piece, content, &why), (long)length, "%s", why.text);
            cr_expect_eq(memcmp(text, content, length), 0);
        }
    free(text);
    free(content);
    free(bytes);
    remove_scratch(&scratch);
}

/* Cut at every byte, and every bit of it changed: never taken for whole, but where it says the same. */
Test(unpacked_input, xz_is_whole_or_refused)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "file");
    static const char text[] = "a,b\n1,2\n3,4\n";
    const long length = (long)strlen(text);
    unsigned char bytes[256];
    char content[512];
    struct eg_input_reason why = {0};
    const size_t size = pack_xz(text, strlen(text), bytes, sizeof bytes), magic = 6;
    write_scratch(&scratch, "file", bytes, size);
    for (size_t bit = 8 * magic; bit < 8 * size; bit++) {
        set_scratch_byte(&scratch, "file", bit / 8, bytes[bit / 8] ^ (1 << bit % 8));
        const long got = read_all(path.text, sizeof content, content, &why);
        cr_expect(got == -1 || (got == length && memcmp(content, text, (size_t)length) == 0),
                  "bit %zu", bit);
        set_scratch_byte(&scratch, "file", bit / 8, bytes[bit / 8]);
    }
    for (size_t cut = size - 1; cut >= magic; cut--) {
        cr_assert_eq(truncate(path.text, (off_t)cut), 0);
        cr_expect_eq(read_all(path.text, sizeof content, content, &why), -1, "%zu", cut);
        cr_expect_str_eq(why.text, "what is compressed is cut short", "%zu", cut);
    }
    bytes[size] = 'x';
    write_scratch(&scratch, "file", bytes, size + 1);
    cr_expect_eq(read_all(path.text, sizeof content, content, &why), -1);
    remove_scratch(&scratch);
}

/* A dictionary of 4 GiB is a byte in the header alone, whatever follows (xz file format 1.1.0, 3.1 and 5.3.1). */
Test(unpacked_input, xz_takes_no_memory_for_the_asking)
{
    enum { BLOCK = 12 };
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "file");
    unsigned char bytes[256];
    char content[16];
    struct eg_input_reason why = {0};
    const size_t size = pack_xz("some text", 9, bytes, sizeof bytes);
    const size_t checked = 4 * (size_t)bytes[BLOCK];
    unsigned char *filter = memmem(bytes + BLOCK, checked, "\x21\x01", 2);
    cr_assert(filter);
    filter[2] = 40;
    const uint32_t check = lzma_crc32(bytes + BLOCK, checked, 0);
    for (int i = 0; i < 4; i++)
        bytes[BLOCK + checked + (size_t)i] = (unsigned char)(check >> 8 * i);
    write_scratch(&scratch, "file", bytes, size);
    cr_expect_eq(read_all(path.text, sizeof content, content, &why), -1);
    cr_expect_str_eq(why.text, "it takes more than 256 MiB of memory to unpack");
    remove_scratch(&scratch);
}
