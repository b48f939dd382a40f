/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bits of minimal filtering in single precision. */
#include "tests/test_winograd_bits.c"
