/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Denormal numbers as 0, by the processor, as in TensorFlow's kernels. Networks whose weights a penalty
 * shrinks compute with many of them, and each takes many times as long as a normal number.
 */
#ifndef EG_BENCH_FLUSH_DENORMALS_H
#define EG_BENCH_FLUSH_DENORMALS_H

/* The calling thread, and threads that it starts from then on, read denormal numbers as 0 and round
 * results that would be denormal to 0 (of the same sign). Does nothing on processors other than x86-64
 * and AArch64. For programs alone: a library would change its caller's arithmetic. */
void eg_flush_denormals(void);

#endif
