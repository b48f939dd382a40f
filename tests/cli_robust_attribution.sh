#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The experiment of robust attribution from the command line: its data sets, what its rows must hold, one digest
# whatever the threads, and after a break in the middle of a training.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill -9 $pid 2>/dev/null || true; rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache
program=$EGBENCH_BIN/egbench-robust-attribution
[ -x "$program" ] || exit 0 # a build without it

expect 2 "fashion_mnist" "$program" --dataset cifar10 --out "$scratch/none"
expect 3 "mnist" "$program" --dataset mnist --out "$scratch/none"
[ ! -e "$scratch/none" ] || fail "a run without data left something"
"$program" --scale paper --list --out "$scratch/none" >"$scratch/list"
grep -q 'model=ig_norm,.*steps=100000' "$scratch/list" || fail "no IG-NORM of 100,000 steps: $(head -3 "$scratch/list")"
grep -q 'model=natural,.*steps=25000' "$scratch/list" || fail "no natural training of 25,000 steps"
! grep -q 'dataset=mnist' "$scratch/list" || fail "MNIST, which is not there"

# One cell by several threads: the same row.
expect_same_by_threads "$program" --only '*model=ig_sum_norm,*'

# Shares are shares, correlations are correlations, and a pixel's neighbours only add to what is kept.
"$program" --scale smoke --quiet --out "$scratch/smoke" >"$scratch/tables"
awk '
    function of(name) { return match($0, "\"" name "\":-?[0-9.e-]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) + 0 : "none" }
    function bad(why) { print why ": " $0; failed = 1 }
    !/"values"/ { next }
    {
        rows++
        for (k = 1; k <= 2; k++) {
            kind = k == 1 ? "attack" : "random"
            if (!(of(kind "_top") >= 0 && of(kind "_top") <= of(kind "_top_local") && of(kind "_top_local") <= 1)) bad(kind)
            if (!(of(kind "_kendall") >= -1 && of(kind "_kendall") <= 1 && of(kind "_spearman") <= 1)) bad("ranks")
            if (!(of(kind "_moved") > 0 && of(kind "_moved") <= 1)) bad("moved")
        }
        if (!(of("pgd_accuracy") >= 0 && of("test_accuracy") <= 1)) bad("accuracy")
        if (/"model":"natural"/ && of("replicate") == 0) natural = of("train_loss")
        if (/"model":"madry"/ && of("replicate") == 0) madry = of("train_loss")
    }
    END {
        if (rows != 12) bad("not 12 rows but " rows)
        if (!(madry > natural)) bad("no larger loss at the worst neighbours: " madry ", " natural)
        exit failed
    }' "$scratch/smoke/runs/robust-attribution.jsonl" || fail "rows make no sense"
grep -q '^\[fashion_mnist, protocol paper, scale smoke' "$scratch/tables" || fail "no table"
"$EGBENCH_BIN/egbench-report" --out "$scratch/smoke" --quiet >/dev/null
grep -q '^chen-fashion-mnist-ig-norm-natural-top,' "$scratch/smoke/claims.csv" || fail "no verdict on IG-NORM"

# A training that is killed goes on from its last hundred steps, and comes to the same row.
cell=("$program" --scale quick --quiet --only '*model=natural,*' --replicates 1 --threads 1)
"${cell[@]}" --out "$scratch/whole" >/dev/null
"${cell[@]}" --out "$scratch/broken" >/dev/null 2>&1 &
pid=$!
for _ in $(seq 3000); do
    [ -z "$(find "$scratch/broken/checkpoints" -name '*.checkpoint' 2>/dev/null)" ] || break
    sleep 0.05
done
kill -9 $pid
wait $pid 2>/dev/null || true
pid=
[ -n "$(find "$scratch/broken/checkpoints" -name '*.checkpoint')" ] || fail "no checkpoint"
"${cell[@]}" --out "$scratch/broken" >/dev/null
[ "$("$EGBENCH_BIN/egbench-report" --digest "$scratch/whole")" = "$("$EGBENCH_BIN/egbench-report" --digest "$scratch/broken")" ] ||
    fail "another digest after a kill"
