#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs each suite of Criterion programs, and each program of EGBENCH_BIN at the smoke scale, under memcheck, as many
# at once as there are cores (JOBS=N: N). Fails when memcheck finds an error or a definite leak, or a test fails.
#   tests/memcheck.sh CRITERION-PROGRAM...
set -u
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export out

check() # NAME COMMAND...
{
    local name=$1 started=$SECONDS status log
    shift
    log=$(mktemp -d "$out/XXXXXX")
    # Other people's programs are not looked at: some leak, and tests wait for them.
    valgrind --quiet --trace-children=yes --trace-children-skip='/usr/bin/*,/bin/*' --leak-check=full \
        --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=97 \
        --log-file="$log/log.%p" "$@" >"$log/stdout" 2>&1 </dev/null
    status=$?
    if [ $status -ne 0 ] || grep -q '==' "$log"/log.*; then
        cat "$log/stdout" "$log"/log.*
        echo "FAILED $name (exit $status)"
        return 1
    fi
    echo "ok     $name ($((SECONDS - started)) s)"
    rm -r "$log"
}
check_line() # NAME TAB COMMAND TAB ...
{
    local words
    IFS=$'\t' read -ra words <<<"$1"
    check "${words[@]}"
}
export -f check check_line

list_jobs() # CRITERION-PROGRAM...: one a line, its words apart by tabs
{
    local program
    for program in "$@"; do
        "$program" --list | sed -n 's/^\([a-z0-9_]*\): [0-9]* tests\?.*/\1/p' |
            while read -r suite; do
                printf '%s\t%s\t--jobs=1\t--timeout=3600\t--filter=%s/*\n' "$suite" "$program" "$suite"
            done
    done
    for program in "$EGBENCH_BIN"/egbench-*; do
        if "$program" --help | grep -q -- '--replicates N' && [[ $program != *-compare ]]; then
            printf '%s\t%s\t--scale\tsmoke\t--replicates\t1\t--threads\t1\t--shard\t1/20\t--out\t%s\n' \
                "${program##*/}" "$program" "$out/results"
        fi
    done
}

# shellcheck disable=SC2016 # the shell that is started expands it
list_jobs "$@" | tr '\n' '\0' |
    xargs -0 -P "${JOBS:-$(env -u OMP_NUM_THREADS nproc)}" -I{} bash -c 'check_line "$1"' check {}
status=$?
check egbench-report "$EGBENCH_BIN/egbench-report" --digest "$out/results" || status=1
[ $status -eq 0 ] && echo "memcheck: none failed" || echo "memcheck: some failed"
[ $status -eq 0 ]
