#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs Criterion programs, and each program of EGBENCH_BIN at the smoke scale, under memcheck.
#   tests/memcheck.sh CRITERION-PROGRAM...
set -u
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=0

check() # COMMAND...: fails when memcheck finds an error or a definite leak
{
    valgrind --quiet --trace-children=yes --trace-children-skip='*gnuplot*' --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
        --error-exitcode=97 --log-file="$out/log.%p" "$@" >"$out/stdout" 2>&1 </dev/null
    local status=$?
    if [ $status -ne 0 ] || grep -q '==' "$out"/log.*; then
        cat "$out/stdout" "$out"/log.*
        echo "FAILED $* (exit $status)"
        failed=$((failed + 1))
    else
        echo "ok     $*"
    fi
    rm -f "$out"/log.*
}

for program in "$@"; do
    check "$program" --jobs=2 --timeout=600
done
for program in keep-remove convergence image-noise sparsity graph-prior; do
    [ -x "$EGBENCH_BIN/egbench-$program" ] || continue
    check "$EGBENCH_BIN/egbench-$program" --scale smoke --replicates 1 --threads 1 --shard 1/20 --out "$out/results"
done
[ ! -x "$EGBENCH_BIN/egbench-report" ] || check "$EGBENCH_BIN/egbench-report" --digest "$out/results"
echo "memcheck: $failed failed"
[ $failed -eq 0 ]
