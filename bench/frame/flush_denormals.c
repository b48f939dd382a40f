/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/flush_denormals.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

/* Bits of the control register MXCSR. */
enum { RESULTS_TO_ZERO = 1 << 15, OPERANDS_AS_ZERO = 1 << 6 };

void eg_flush_denormals(void)
{
    _mm_setcsr(_mm_getcsr() | RESULTS_TO_ZERO | OPERANDS_AS_ZERO);
}
#elif defined(__aarch64__)
#include <stdint.h>

/* A bit of the control register FPCR, for operands and results. */
static const uint64_t flush_to_zero = UINT64_C(1) << 24;

void eg_flush_denormals(void)
{
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | flush_to_zero));
}
#else
void eg_flush_denormals(void)
{
}
#endif
