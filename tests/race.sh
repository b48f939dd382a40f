#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the race driver under ThreadSanitizer; Archer tells it of OpenMP's own synchronisation.
#   tests/race.sh RACE-DRIVER
set -eu
archer=$(find -L "$(clang --print-resource-dir)/../.." /usr/lib/llvm-* -name 'libarcher.so' 2>/dev/null | head -n 1)
[ -z "$archer" ] || export OMP_TOOL_LIBRARIES="$archer"
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=3
export ARCHER_OPTIONS=verbose=1
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 halt_on_error=1 exitcode=66"
"$1"
echo "race: no data race found"
