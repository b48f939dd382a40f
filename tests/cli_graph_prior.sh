#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The graph prior's program: the same rows for any number of threads, in shards, and broken off in the
# middle of a cell, by an interrupt or a kill; what it says where data are missing.
set -eu
scratch=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill -9 $pid 2>/dev/null || true; rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache
program=$EGBENCH_BIN/egbench-graph-prior
[ -x "$program" ] || exit 0 # a build without it
cells=("$program" --scale smoke --quiet)
most=100 # seconds to wait for a training's epoch

fail()
{
    echo "$*: $(cat "$scratch/err" 2>/dev/null)" >&2
    exit 1
}

digest()
{
    "$EGBENCH_BIN/egbench-report" --digest "$@"
}

expect() # CODE WORD COMMAND...: exits with CODE, and its one line on standard error has WORD in it
{
    local code=$1 word=$2 status=0
    shift 2
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    [ "$status" -eq "$code" ] || fail "exit $status, not $code: $*"
    [ "$(wc -l <"$scratch/err")" -eq 1 ] || fail "not one line: $*"
    grep -qF -e "$word" "$scratch/err" || fail "no '$word': $*"
    [ ! -e "$scratch/none" ] || fail "it left something: $*"
}

# Threads, and shards in folders of their own.
"${cells[@]}" --threads 1 --out "$scratch/whole" >"$scratch/table"
grep -q '^graph_prior ' "$scratch/table" || fail "no graph prior in the table"
expected=$(digest "$scratch/whole")
[ ${#expected} -eq 32 ] || fail "no digest but '$expected'"
"${cells[@]}" --threads 2 --out "$scratch/two" >/dev/null
[ "$(digest "$scratch/two")" = "$expected" ] || fail "another digest with --threads 2"
for shard in 1 2; do
    "${cells[@]}" --shard $shard/2 --out "$scratch/shard-$shard" >/dev/null
    [ "$(digest "$scratch/shard-$shard")" != "$expected" ] || fail "shard $shard is all there is"
done
[ "$(digest "$scratch/shard-1" "$scratch/shard-2")" = "$expected" ] || fail "another digest of two shards"
"${cells[@]}" --dataset simulated_response --out "$scratch/named" >/dev/null
[ "$(digest "$scratch/named")" = "$expected" ] || fail "the smoke scale is not of the simulated cohort alone"

# A cell in the middle of its training. Each checkpoint is a new file in the place of the one before.
cell=("${cells[@]}" --threads 1 --only '*family=network,split=0,replicate=0*')
out=$scratch/broken

list_checkpoints()
{
    find "$out/checkpoints" -name '*.checkpoint*' -printf '%f %i %T@\n' 2>/dev/null | sort
}

count_rows()
{
    cat "$out"/runs/*.jsonl 2>/dev/null | grep -c '"outcome"' || true
}

break_off() # SIGNAL: as soon as there is a checkpoint that was not there; 1 when the cell came out first
{
    local before now status=0
    before=$(list_checkpoints)
    "${cell[@]}" --out "$out" >/dev/null 2>"$scratch/err" &
    pid=$!
    SECONDS=0
    while now=$(list_checkpoints) && { [ -z "$now" ] || [ "$now" = "$before" ]; }; do
        [ $SECONDS -lt $most ] || fail "no checkpoint in $most s"
        kill -0 $pid 2>/dev/null || break
    done
    kill "-$1" $pid 2>/dev/null || true
    wait $pid 2>/dev/null || status=$?
    pid=
    [ "$(count_rows)" -eq 0 ] || return 1
    [ -n "$(list_checkpoints)" ] || fail "SIG$1: exit $status and no checkpoint"
    [ "$1" != INT ] || [ $status -eq 130 ] || fail "exit $status after SIGINT, not 130"
    [ "$1" != KILL ] || [ $status -eq 137 ] || fail "exit $status after SIGKILL, not 137"
}

"${cell[@]}" --out "$scratch/one" >/dev/null
expected=$(digest "$scratch/one")
for round in 1 2 3 4 5 6; do # a cell of a second may come out before the signal
    rm -rf "$out"
    if break_off INT && break_off KILL; then
        break
    fi
    [ "$round" -lt 6 ] || fail "never broken off in the middle"
done
"${cell[@]}" --out "$out" >/dev/null 2>"$scratch/err" || fail "exit $?"
[ "$(count_rows)" -eq 1 ] || fail "$(count_rows) rows in the end"
[ -z "$(ls -A "$out/checkpoints")" ] || fail "checkpoints stayed: $(ls -A "$out/checkpoints")"
[ "$(digest "$out")" = "$expected" ] || fail "another digest after the breaks"

# Wrong names, and real cohorts where there are no data.
mkdir "$scratch/empty"
expect 2 "no_such_set" "${cells[@]}" --dataset no_such_set --out "$scratch/none"
expect 2 "beataml_auc" "${cells[@]}" --dataset no_such_set --out "$scratch/none"
for cohort in beataml gdsc; do
    expect 3 "$cohort: no data folder; give --data" "${cells[@]}" --dataset $cohort --out "$scratch/none"
    expect 3 "$scratch/empty" "${cells[@]}" --dataset $cohort --data "$scratch/empty" --out "$scratch/none"
done
