/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds every file of a folder to a fuzz target, so that `make test` replays the corpus without
 * libFuzzer: replay_TARGET FOLDER */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Returns 0, or 1 when the file cannot be read. The block is exactly as long as the file, so that
 * ASan sees a read behind its end. */
static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    uint8_t *data = size < 0 ? NULL : malloc(size ? (size_t)size : 1);
    int fine = data && fseek(file, 0, SEEK_SET) == 0 &&
               fread(data, 1, (size_t)size, file) == (size_t)size;
    if (file)
        fclose(file);
    if (fine)
        fine = LLVMFuzzerTestOneInput(data, (size_t)size) == 0;
    free(data);
    if (!fine)
        fprintf(stderr, "%s: cannot be read or was refused by the target\n", path);
    return !fine;
}

int main(int argc, char **argv)
{
    struct dirent **entries = NULL;
    const int count = argc == 2 ? scandir(argv[1], &entries, NULL, alphasort) : -1;
    int replayed = 0, failed = 0;
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') {
            failed += replay_file(path);
            replayed++;
        }
        free(entries[i]);
    }
    free(entries);
    printf("%d files replayed, %d failed\n", replayed, failed);
    return replayed == 0 || failed > 0;
}
