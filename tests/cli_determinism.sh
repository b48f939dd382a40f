#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The same rows for any number of threads, in shards, and killed and resumed.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR

digest()
{
    "$EGBENCH_BIN/egbench-report" --digest "$1"
}

compare() # WHAT FOLDER
{
    [ "$(digest "$2")" = "$expected" ] || fail "$program: another digest with $1"
}

run()
{
    "$EGBENCH_BIN/egbench-$program" --scale smoke --quiet "$@" >/dev/null
}

count_rows()
{
    cat "$1"/runs/*.jsonl 2>/dev/null | grep -c '"outcome"' || true
}

# Killed with the first rows written, twice, the second time with half a row at the end of the file.
run_and_kill() # FOLDER
{
    local round pid file rows
    for round in 1 2; do
        rows=$(count_rows "$1")
        OMP_NUM_THREADS=2 "$EGBENCH_BIN/egbench-$program" --scale smoke --quiet --out "$1" >/dev/null 2>&1 &
        pid=$!
        while kill -0 $pid 2>/dev/null && [ "$(count_rows "$1")" -le "$rows" ]; do
            sleep 0.01
        done
        kill -9 $pid 2>/dev/null || true
        wait $pid 2>/dev/null || true
        for file in "$1"/runs/*.jsonl; do
            [ "$round" -eq 1 ] || printf '{"key": "0123", "outco' >>"$file"
        done
    done
}

whole_runs=()
for program in keep-remove convergence sparsity image-noise graph-prior decoy robust-attribution fine-tune training-cost; do
    [ -x "$EGBENCH_BIN/egbench-$program" ] || continue # a build without it
    whole=$scratch/$program
    whole_runs+=("$whole")
    OMP_NUM_THREADS=1 run --out "$whole"
    expected=$(digest "$whole")
    all=$(count_rows "$whole")
    [ "$all" -gt 0 ] || fail "$program: no rows"
    [ ${#expected} -eq 32 ] || fail "$program: no digest but '$expected'"

    OMP_NUM_THREADS=2 run --out "$whole-2"
    compare "OMP_NUM_THREADS=2" "$whole-2"
    OMP_NUM_THREADS=1 run --threads 3 --out "$whole-3"
    compare "--threads 3" "$whole-3"

    for shard in 3 1 2; do
        run --shard $shard/3 --out "$whole-shards"
        run --shard $shard/3 --out "$whole-shard-$shard"
    done
    compare "three shards in one folder" "$whole-shards"
    "$EGBENCH_BIN/egbench-report" --json "$whole" >"$scratch/whole.json"
    folders=()
    for shard in 2 1 3; do
        [ ! -d "$whole-shard-$shard" ] || folders+=("$whole-shard-$shard") # one without cells makes none
    done
    "$EGBENCH_BIN/egbench-report" --json "${folders[@]}" \
        >"$scratch/merged.json"
    # Times are nobody's twice.
    [ "$program" = training-cost ] || cmp "$scratch/whole.json" "$scratch/merged.json" ||
        fail "$program: other results from three shards in three folders"

    run_and_kill "$whole-killed"
    run --out "$whole-killed" 2>"$scratch/warnings"
    compare "two kills and a torn line" "$whole-killed"

    before=$(sha256sum "$whole"/runs/*.jsonl)
    run --out "$whole"
    [ "$before" = "$(sha256sum "$whole"/runs/*.jsonl)" ] || fail "$program: a second run wrote rows"

    run --seed 1 --out "$whole-seed"
    [ "$(digest "$whole-seed")" != "$expected" ] || fail "$program: the seed changes nothing"
done

# And the same as the committed run: bit for bit, or on another OpenBLAS core by tolerance.
"$EGBENCH_BIN/egbench-report" --against results/reference/smoke "${whole_runs[@]}" ||
    fail "results moved; if they were meant to: raise the outcome version of what moved, and make reference"
