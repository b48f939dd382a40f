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

add_checks() # gives each row on standard input the check it should have
{
    local tool=${scratch:?}/check_rows lib=${EGBENCH_BUILD:-build}/release/libegbench.a
    if [ ! -x "$tool" ]; then
        # shellcheck disable=SC2046 # pkg-config prints words
        cc -Isrc -o "$tool" tests/tools/check_rows.c "$lib" $(pkg-config --cflags --libs jansson libxxhash) ||
            fail "no tool for checks"
    fi
    "$tool"
}

check_rows() # FILE...: the same in files
{
    local file
    for file; do
        add_checks <"$file" >"$file.checked"
        mv "$file.checked" "$file"
    done
}
