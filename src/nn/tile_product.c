/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/tile_product.h"

#include <math.h>

#define EG_ALWAYS_INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__)
#include <immintrin.h>

#ifdef EG_SINGLE
#define WIDE(operation) _mm512_##operation##_ps
#define MIDDLE(operation) _mm256_##operation##_ps
typedef __m512 wide;
typedef __m256 middle;
#else
#define WIDE(operation) _mm512_##operation##_pd
#define MIDDLE(operation) _mm256_##operation##_pd
typedef __m512d wide;
typedef __m256d middle;
#endif

/* 24 sums of 32 registers. */
#define TILE(name) name##_avx512f
#define TITLE "avx512f"
#define TARGET __attribute__((target("avx512f")))
#define VECTOR wide
#define LANES (64 / sizeof(real))
#define LOAD WIDE(loadu)
#define STORE WIDE(storeu)
#define SPREAD WIDE(set1)
#define FUSE WIDE(fmadd)
#define ROWS 12
#define HIGH 8
#define NARROW_ROWS 12
#include "nn/tile_template.h"

/* 12 sums of 16 registers. */
#define TILE(name) name##_fma
#define TITLE "avx2 and fma"
#define TARGET __attribute__((target("avx2,fma")))
#define VECTOR middle
#define LANES (32 / sizeof(real))
#define LOAD MIDDLE(loadu)
#define STORE MIDDLE(storeu)
#define SPREAD MIDDLE(set1)
#define FUSE MIDDLE(fmadd)
#define ROWS 6
#define HIGH 6
#define NARROW_ROWS 12
#include "nn/tile_template.h"
#endif

/* Any processor: fma() is one instruction where the compiler may count on it, as on ARM64, and a
 * call elsewhere, right but slow. */
typedef struct {
    real lane[2];
} portable;

static inline portable load_portable(const real *from)
{
    return (portable){{from[0], from[1]}};
}

static inline void store_portable(real *to, portable vector)
{
    to[0] = vector.lane[0];
    to[1] = vector.lane[1];
}

static inline portable spread_portable(real number)
{
    return (portable){{number, number}};
}

static inline portable fuse_portable(portable a, portable b, portable c)
{
#ifdef EG_SINGLE
    return (portable){
        {fmaf(a.lane[0], b.lane[0], c.lane[0]), fmaf(a.lane[1], b.lane[1], c.lane[1])}};
#else
    return (portable){{fma(a.lane[0], b.lane[0], c.lane[0]), fma(a.lane[1], b.lane[1], c.lane[1])}};
#endif
}

#define TILE(name) name##_portable
#define TITLE "portable"
#define TARGET
#define VECTOR portable
#define LANES 2
#define LOAD load_portable
#define STORE store_portable
#define SPREAD spread_portable
#define FUSE fuse_portable
#define ROWS 4
#define HIGH 4
#define NARROW_ROWS 4
#include "nn/tile_template.h"

#if defined(__x86_64__)
const struct eg_tile_product *eg_tile_product_at(size_t rank)
{
    const struct eg_tile_product *products[4] = {NULL};
    size_t count = 0;
    if (__builtin_cpu_supports("avx512f"))
        products[count++] = &product_avx512f;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        products[count++] = &product_fma;
    products[count++] = &product_portable;
    return rank < count ? products[rank] : NULL;
}
#else
const struct eg_tile_product *eg_tile_product_at(size_t rank)
{
    return rank == 0 ? &product_portable : NULL;
}
#endif
