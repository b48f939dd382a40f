/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BASE_TRANSPOSE_H
#define EG_BASE_TRANSPOSE_H

#include <stddef.h>

#include "base/real.h"

/* to (columns x rows) = the transpose of from (rows x columns); their rows are so many numbers
 * apart. */
void eg_transpose(size_t rows, size_t columns, const real *from, size_t from_stride, real *to,
                  size_t to_stride);

#endif
