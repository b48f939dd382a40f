#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the race driver under ThreadSanitizer; Archer tells it of OpenMP's own synchronisation.
#   tests/race.sh RACE-DRIVER
set -eu
driver=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
archer=$(find -L "$(clang --print-resource-dir)/../.." /usr/lib/llvm-* -name 'libarcher.so' 2>/dev/null | head -n 1)
[ -z "$archer" ] || export OMP_TOOL_LIBRARIES="$archer"
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=3
export ARCHER_OPTIONS=verbose=1
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 halt_on_error=1 exitcode=66"
# The schedule differs from run to run: three runs see nearly every race there is.
for _ in 1 2 3; do
    "$driver"
done
echo "race: no data race found"
