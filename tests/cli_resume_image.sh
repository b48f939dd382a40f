#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# One long cell, broken off in its training twice, by an interrupt and by a kill: each time the same
# command goes on from the checkpoint, and the row comes out as without a break.
set -eu
scratch=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill -9 $pid 2>/dev/null || true; rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache
program=$EGBENCH_BIN/egbench-image-noise
[ -x "$program" ] || exit 0 # a build without it
cell=("$program" --scale quick --dataset fashion_mnist --only '*model=baseline*' --replicates 1 --quiet)
out=$scratch/broken
most=300 # seconds to wait for an epoch

fail()
{
    echo "$*: $(cat "$scratch/err" 2>/dev/null)" >&2
    exit 1
}

count_rows()
{
    cat "$out"/runs/*.jsonl 2>/dev/null | grep -c '"outcome"' || true
}

list_checkpoints()
{
    find "$out/checkpoints" -name '*.checkpoint' 2>/dev/null
}

# Each checkpoint is a file of its own, put in the place of the one before.
find_inode()
{
    list_checkpoints | head -n 1 | xargs -r stat -c %i 2>/dev/null || true
}

# Sets pid; returns once the cell has written a checkpoint.
start_cell()
{
    local before now
    before=$(find_inode)
    "${cell[@]}" --threads 1 --out "$out" >"$scratch/table" 2>"$scratch/err" &
    pid=$!
    SECONDS=0
    while now=$(find_inode) && { [ -z "$now" ] || [ "$now" = "$before" ]; }; do
        kill -0 $pid 2>/dev/null || fail "the cell ended without a checkpoint"
        [ $SECONDS -lt $most ] || fail "no checkpoint in $most s"
        sleep 0.02
    done
}

end_cell() # SIGNAL STATUS: the cell ends with STATUS, without a row, and leaves its checkpoint
{
    local status=0
    kill "-$1" $pid
    wait $pid 2>/dev/null || status=$?
    pid=
    [ $status -eq "$2" ] || fail "exit $status after SIG$1, not $2"
    [ "$(count_rows)" -eq 0 ] || fail "a row after SIG$1"
    [ "$(list_checkpoints | wc -l)" -eq 1 ] || fail "not one checkpoint after SIG$1"
}

"${cell[@]}" --threads 2 --out "$scratch/whole" >/dev/null
expected=$("$EGBENCH_BIN/egbench-report" --digest "$scratch/whole")

start_cell
cp "$(list_checkpoints)" "$scratch/first" # before the signal, so mostly of the first epoch
end_cell INT 130
grep -q '1 left; the same command goes on' "$scratch/err" || fail "interrupted, and not told so"

start_cell
# A training from the start would write the first one again, byte for byte.
! cmp -s "$(list_checkpoints)" "$scratch/first" || fail "it began anew"
end_cell KILL 137

"${cell[@]}" --threads 1 --out "$out" >/dev/null 2>"$scratch/err" || fail "exit $?"
[ "$(count_rows)" -eq 1 ] || fail "$(count_rows) rows in the end"
[ -z "$(ls -A "$out/checkpoints")" ] || fail "checkpoints stayed: $(ls -A "$out/checkpoints")"
[ "$("$EGBENCH_BIN/egbench-report" --digest "$out")" = "$expected" ] || fail "another digest after the breaks"
