/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BASE_WIDE_H
#define EG_BASE_WIDE_H

/*
 * Before a function whose loops GCC is to compile for wider vectors too, the processor choosing when
 * the program starts. Widths do not change a bit: no sum is reordered, and neither
 * AVX2 nor AVX-512F lets the compiler fuse a multiplication with an addition (-ffp-contract=off). Not
 * under sanitizers, which begin after that choice.
 */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) &&   \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define EG_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define EG_WIDE
#endif

#endif
