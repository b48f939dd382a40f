#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What command-line tests say their wishes with; they source it, and have a folder $scratch.

fail() # MESSAGE...
{
    echo "$*" >&2
    exit 1
}

expect() # CODE WORD COMMAND...: exits with CODE, WORD on standard error ("": anything)
{
    local code=$1 word=$2 status=0
    shift 2
    "$@" >"${scratch:?}/out" 2>"$scratch/err" </dev/null || status=$?
    [ "$status" -eq "$code" ] || fail "exit $status, not $code: $*: $(cat "$scratch/err")"
    [ -z "$word" ] || grep -qF -e "$word" "$scratch/err" || fail "no '$word' in: $*: $(cat "$scratch/err")"
}

seal() # FILE...: gives the lines the checks that stored lines need
{
    local file
    for file; do
        "$EGBENCH_BIN/egbench-report" --seal <"$file" >"$file.sealed" && mv "$file.sealed" "$file"
    done
}

expect_same_by_threads() # PROGRAM OPTION...: its smoke rows have one digest for 1 and 3 threads in a cell
{
    local threads digest program=$1
    shift
    for threads in 1 3; do
        "$program" --scale smoke --quiet --replicates 1 --threads $threads "$@" --out "$scratch/threads-$threads" >/dev/null
    done
    digest=$("$EGBENCH_BIN/egbench-report" --digest "$scratch/threads-1")
    [ ${#digest} -eq 32 ] || fail "no digest but '$digest'"
    [ "$digest" = "$("$EGBENCH_BIN/egbench-report" --digest "$scratch/threads-3")" ] ||
        fail "another digest with 3 threads in a cell"
}
