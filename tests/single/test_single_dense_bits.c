/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sums of a small dense layer in single precision. */
#include "tests/test_dense_bits.c"
