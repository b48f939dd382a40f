/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sums of a convolution in single precision. */
#include "tests/test_convolution_bits.c"
