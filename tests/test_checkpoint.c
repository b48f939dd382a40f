/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/checkpoint.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

enum { NUMBERS = 5, BIG = 100000 };

/* Some memory to keep. */
struct memory {
    double numbers[NUMBERS];
    size_t count;
    struct eg_kept kept[2];
};

static void fill_memory(struct memory *memory, double first)
{
    for (size_t i = 0; i < NUMBERS; i++)
        memory->numbers[i] = first + (double)i;
    memory->count = (size_t)first;
    memory->kept[0] = (struct eg_kept){memory->numbers, sizeof memory->numbers};
    memory->kept[1] = (struct eg_kept){&memory->count, sizeof memory->count};
}

static int is_filled(const struct memory *memory, double first)
{
    int good = memory->count == (size_t)first;
    for (size_t i = 0; i < NUMBERS; i++)
        good &= memory->numbers[i] == first + (double)i;
    return good;
}

static size_t count_files(const char *folder)
{
    size_t count = 0;
    DIR *entries = opendir(folder);
    cr_assert_not_null(entries);
    for (const struct dirent *entry; (entry = readdir(entries));)
        count += entry->d_name[0] != '.';
    closedir(entries);
    return count;
}

static enum eg_checkpoint_state read_into(const struct eg_checkpoint *checkpoint,
                                          struct memory *memory, size_t count)
{
    enum eg_checkpoint_state state;
    struct eg_error error = {0};
    cr_assert_eq(eg_checkpoint_read(checkpoint, memory->kept, count, &state, &error), EG_OK, "%s",
                 error.message);
    return state;
}

static void write_first(const struct eg_checkpoint *checkpoint, double first)
{
    struct memory memory;
    struct eg_error error = {0};
    fill_memory(&memory, first);
    cr_assert_eq(eg_checkpoint_write(checkpoint, memory.kept, 2, &error), EG_OK, "%s",
                 error.message);
}

Test(checkpoint, comes_back_as_it_was_written_last)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "new/folder/one.checkpoint");
    const struct scratch_path folder = find_scratch(&scratch, "new/folder");
    const struct eg_checkpoint checkpoint = {path.text, "some key"};
    struct memory memory;
    fill_memory(&memory, 70);
    cr_expect_eq(read_into(&checkpoint, &memory, 2), EG_CHECKPOINT_NONE);
    write_first(&checkpoint, 10);
    write_first(&checkpoint, 20);
    cr_expect(is_filled(&memory, 70));
    cr_expect_eq(read_into(&checkpoint, &memory, 2), EG_CHECKPOINT_TAKEN);
    cr_expect(is_filled(&memory, 20));
    cr_expect_eq(count_files(folder.text), 1);
    remove_scratch(&scratch);
}

Test(checkpoint, of_something_else_is_passed_over)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "one");
    const struct eg_checkpoint checkpoint = {path.text, "some key"};
    static const char *const keys[] = {"some kez", "some ke", "some key and more", ""};
    struct memory memory;
    write_first(&checkpoint, 10);
    fill_memory(&memory, 70);
    for (size_t i = 0; i < 4; i++) {
        const struct eg_checkpoint other = {path.text, keys[i]};
        cr_expect_eq(read_into(&other, &memory, 2), EG_CHECKPOINT_FOREIGN, "%s", keys[i]);
    }
    cr_expect_eq(read_into(&checkpoint, &memory, 1), EG_CHECKPOINT_FOREIGN);
    memory.kept[0].size -= sizeof(double);
    cr_expect_eq(read_into(&checkpoint, &memory, 2), EG_CHECKPOINT_FOREIGN);
    memory.kept[0].size += sizeof(double);
    cr_expect(is_filled(&memory, 70));
    cr_expect_eq(read_into(&checkpoint, &memory, 2), EG_CHECKPOINT_TAKEN);
    remove_scratch(&scratch);
}

/* Every length, and every bit of every byte: none is taken, and nothing is changed. */
Test(checkpoint, cut_or_changed_is_passed_over)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "one");
    const struct eg_checkpoint checkpoint = {path.text, "some key"};
    unsigned char bytes[1024];
    struct memory memory;
    write_first(&checkpoint, 10);
    FILE *file = fopen(path.text, "rb");
    const size_t size = fread(bytes, 1, sizeof bytes - 1, file);
    fclose(file);
    cr_assert(size > 100 && size < sizeof bytes - 1);
    fill_memory(&memory, 70);
    bytes[size] = 0;
    for (size_t length = 0; length <= size + 1; length++) {
        write_scratch(&scratch, "one", bytes, length);
        if (length != size)
            cr_expect_eq(read_into(&checkpoint, &memory, 2), EG_CHECKPOINT_DAMAGED, "%zu", length);
    }
    cr_expect(is_filled(&memory, 70));
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
        write_scratch(&scratch, "one", bytes, size);
        const enum eg_checkpoint_state state = read_into(&checkpoint, &memory, 2);
        cr_expect(state == EG_CHECKPOINT_DAMAGED || state == EG_CHECKPOINT_FOREIGN, "bit %zu", bit);
        bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
    }
    cr_expect(is_filled(&memory, 70));
    write_scratch(&scratch, "one", bytes, size);
    cr_expect_eq(read_into(&checkpoint, &memory, 2), EG_CHECKPOINT_TAKEN);
    remove_scratch(&scratch);
}

Test(checkpoint, that_is_no_file_is_passed_over)
{
    const struct scratch scratch = make_scratch();
    const struct eg_checkpoint folder = {scratch.folder, "key"}, device = {"/dev/zero", "key"};
    struct memory memory;
    fill_memory(&memory, 70);
    cr_expect_eq(read_into(&folder, &memory, 2), EG_CHECKPOINT_DAMAGED);
    cr_expect_eq(read_into(&device, &memory, 2), EG_CHECKPOINT_DAMAGED);
    cr_expect(is_filled(&memory, 70));
    remove_scratch(&scratch);
}

static void expect_unwritten(const struct eg_checkpoint *checkpoint, const struct eg_kept *kept,
                             size_t count, const char *reason)
{
    struct eg_error error = {0};
    cr_expect_eq(eg_checkpoint_write(checkpoint, kept, count, &error), EG_DATA);
    cr_expect(strstr(error.message, reason) && !strchr(error.message, '\n'), "%s", error.message);
}

/* A limit on the size of files is met in the middle of a write, as the end of a disk is. */
Test(checkpoint, that_does_not_fit_leaves_the_old_one)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "one");
    const struct eg_checkpoint checkpoint = {path.text, "key"};
    struct rlimit before;
    struct memory memory;
    char *big = calloc(BIG, 1);
    const struct eg_kept kept = {big, BIG};
    write_first(&checkpoint, 10);
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit tight = {BIG / 2, before.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &tight), 0);
    expect_unwritten(&checkpoint, &kept, 1, "File too large");
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    cr_expect_eq(count_files(scratch.folder), 1);
    fill_memory(&memory, 70);
    cr_expect_eq(read_into(&checkpoint, &memory, 2), EG_CHECKPOINT_TAKEN);
    cr_expect(is_filled(&memory, 10));
    free(big);
    remove_scratch(&scratch);
}

Test(checkpoint, without_a_folder_says_so)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path under_file = find_scratch(&scratch, "file/one"),
                              taken = find_scratch(&scratch, "folder");
    struct memory memory;
    fill_memory(&memory, 10);
    write_scratch(&scratch, "file", "", 0);
    write_scratch(&scratch, "folder/inside", "", 0);
    expect_unwritten(&(struct eg_checkpoint){under_file.text, "key"}, memory.kept, 2,
                     "Not a directory");
    expect_unwritten(&(struct eg_checkpoint){taken.text, "key"}, memory.kept, 2, "directory");
    expect_unwritten(&(struct eg_checkpoint){"/proc/egbench/one", "key"}, memory.kept, 2,
                     "/proc/egbench");
    cr_expect_eq(count_files(scratch.folder), 2);
    remove_scratch(&scratch);
}

Test(checkpoint, is_removed_with_what_belongs_to_it)
{
    const struct scratch scratch = make_scratch();
    static const char *const names[] = {"a.checkpoint", "a.checkpoint.123", "a.checkpoint-second",
                                        "b.checkpoint", "a"};
    for (size_t i = 0; i < 5; i++)
        write_scratch(&scratch, names[i], "x", 1);
    eg_checkpoint_remove(find_scratch(&scratch, "a.checkpoint").text);
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(access(find_scratch(&scratch, names[i]).text, F_OK) == 0, i >= 3, "%s",
                     names[i]);
    eg_checkpoint_remove(find_scratch(&scratch, "no/such/folder").text);
    eg_checkpoint_remove(find_scratch(&scratch, "").text);
    cr_expect_eq(count_files(scratch.folder), 2);
    remove_scratch(&scratch);
}

/* Two runs do the same cell: the one that is done first removes the other's file under its hands. */
Test(checkpoint, another_run_that_removes_it_is_no_failure)
{
    struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "work.checkpoint");
    const struct eg_checkpoint checkpoint = {path.text, "work"};
    write_first(&checkpoint, 1);
    const pid_t other = fork();
    while (other == 0)
        eg_checkpoint_remove(path.text);
    cr_assert(other > 0);
    struct eg_error error = {0};
    struct memory memory;
    fill_memory(&memory, 2);
    int status = EG_OK;
    for (int i = 0; i < 300 && !status; i++)
        status = eg_checkpoint_write(&checkpoint, memory.kept, 2, &error);
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
    cr_expect_eq(status, EG_OK, "%s", error.message);
    remove_scratch(&scratch);
}
