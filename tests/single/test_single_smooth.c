/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exponentials in single precision. */
#include "tests/test_smooth.c"
