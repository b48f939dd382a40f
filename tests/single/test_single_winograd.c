/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Minimal filtering in single precision. */
#include "tests/test_winograd.c"
