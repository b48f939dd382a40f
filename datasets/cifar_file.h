/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of CIFAR-10's binary version: records of a label (one byte, 0 to 9), then 32 x 32 bytes of
 * red, as many of green, as many of blue, each row by row.
 */
#ifndef EG_DATASETS_CIFAR_FILE_H
#define EG_DATASETS_CIFAR_FILE_H

#include <stdint.h>

#include "datasets/packed_file.h"

enum { EG_CIFAR_SIDE = 32, EG_CIFAR_CHANNELS = 3, EG_CIFAR_SIZE = 3072, EG_CIFAR_CLASSES = 10 };

/*
 * Reads the records of path or path.gz, gzipped or not: *count of them, at most room, into labels
 * (room) and pixels (room x EG_CIFAR_SIZE, the three channels of a pixel next to each other).
 * *digest is of the whole content. EG_DATA, naming the file, when it is missing or empty, holds
 * more than room records or no whole number of them, or a label above 9. What labels and pixels
 * hold after a failure is undefined.
 */
int eg_cifar_read(const char *path, size_t room, uint8_t *pixels, uint8_t *labels, size_t *count,
                  struct eg_sha256 *digest, struct eg_error *error);

#endif
