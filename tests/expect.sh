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
