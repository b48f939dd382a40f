/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/transpose.h"

#include <stdint.h>
#include <string.h>

enum { LINE = 64 / sizeof(real) }; /* numbers in 64 bytes; a block has as many rows and columns */

static void transpose_plainly(size_t rows, size_t columns, const real *restrict from,
                              size_t from_stride, real *restrict to, size_t to_stride)
{
    for (size_t first = 0; first < columns; first += LINE)
        for (size_t row = 0; row < rows; row++)
            for (size_t column = first; column < first + LINE && column < columns; column++)
                to[column * to_stride + row] = from[row * from_stride + column];
}

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
typedef real line __attribute__((vector_size(64)));

/* Of two rows, the one before and the one after: where each number of theirs comes from, counted
 * through both, when squares of step x step next to the diagonal are exchanged. */
#define BEFORE(j, step) ((j) & (step) ? LINE + (j) - (step) : (j))
#define AFTER(j, step) ((j) & (step) ? LINE + (j) : (j) + (step))
#define EIGHT(of, j, step)                                                                         \
    of(j, step), of(j + 1, step), of(j + 2, step), of(j + 3, step), of(j + 4, step),               \
        of(j + 5, step), of(j + 6, step), of(j + 7, step)
#ifdef EG_SINGLE
typedef int32_t places __attribute__((vector_size(64)));
#define PLACES(of, step)                                                                           \
    {                                                                                              \
        EIGHT(of, 0, step), EIGHT(of, 8, step)                                                     \
    }
#define STEPS(of)                                                                                  \
    {                                                                                              \
        PLACES(of, 1), PLACES(of, 2), PLACES(of, 4), PLACES(of, 8)                                 \
    }
#else
typedef int64_t places __attribute__((vector_size(64)));
#define PLACES(of, step)                                                                           \
    {                                                                                              \
        EIGHT(of, 0, step)                                                                         \
    }
#define STEPS(of)                                                                                  \
    {                                                                                              \
        PLACES(of, 1), PLACES(of, 2), PLACES(of, 4)                                                \
    }
#endif
static const places before[] = STEPS(BEFORE), after[] = STEPS(AFTER);

__attribute__((target("avx512f"))) static void transpose_block(const real *from, size_t from_stride,
                                                               real *to, size_t to_stride)
{
    line rows[LINE];
#pragma GCC unroll 16
    for (size_t i = 0; i < LINE; i++)
        memcpy(&rows[i], from + i * from_stride, sizeof rows[i]);
#pragma GCC unroll 4
    for (size_t k = 0; k < sizeof before / sizeof *before; k++)
#pragma GCC unroll 16
        for (size_t i = 0; i < LINE; i++)
            if (!(i >> k & 1)) {
                const line first = rows[i], second = rows[i + ((size_t)1 << k)];
                rows[i] = __builtin_shuffle(first, second, before[k]);
                rows[i + ((size_t)1 << k)] = __builtin_shuffle(first, second, after[k]);
            }
#pragma GCC unroll 16
    for (size_t i = 0; i < LINE; i++)
        memcpy(to + i * to_stride, &rows[i], sizeof rows[i]);
}

/* The last block begins where it still is whole, and does some numbers anew. */
static size_t begin_block(size_t at, size_t count)
{
    return at + LINE <= count ? at : count - LINE;
}

void eg_transpose(size_t rows, size_t columns, const real *from, size_t from_stride, real *to,
                  size_t to_stride)
{
    if (rows < LINE || columns < LINE || !__builtin_cpu_supports("avx512f")) {
        transpose_plainly(rows, columns, from, from_stride, to, to_stride);
        return;
    }
    for (size_t i = 0; i < rows; i += LINE)
        for (size_t j = 0; j < columns; j += LINE) {
            const size_t row = begin_block(i, rows), column = begin_block(j, columns);
            transpose_block(from + row * from_stride + column, from_stride,
                            to + column * to_stride + row, to_stride);
        }
}
#else
void eg_transpose(size_t rows, size_t columns, const real *from, size_t from_stride, real *to,
                  size_t to_stride)
{
    transpose_plainly(rows, columns, from, from_stride, to, to_stride);
}
#endif
