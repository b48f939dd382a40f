/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of several seeds, made up for tests. */
#ifndef EG_TESTS_MADE_NIGHTLY_H
#define EG_TESTS_MADE_NIGHTLY_H

#include "bench/frame/nightly_reference.h"

/* Seeds first .. first + seeds - 1 of an experiment "made" with metrics "m0", "m1", ... of scale smoke. A
 * number is normal about 1 with sd 0.1 and hangs on its seed and its metric alone. */
struct eg_nightly make_nightly(uint64_t first, size_t seeds, size_t metrics);

#endif
