#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-compare --units auto: units are added until the verdict is there, or there are as many as may be.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
smoke=("$EGBENCH_BIN/egbench-compare" --scale smoke --dataset interactions --threads 2)
auto=("${smoke[@]}" --units auto --only mine --name mine --exec 'cp {dir}/x_test.npy {dir}/attributions.npy')

# Six units cannot say it: p of a sign test is 0.03. Nine do.
expect 0 "6 cells follow from these" "${auto[@]}" --out "$scratch/auto"
grep -q "18 run in" "$scratch/err" || fail "not nine units of two methods: $(cat "$scratch/err")"
grep -q "^mine on .*: worse than Expected gradients overall" "$scratch/out" || fail "$(cat "$scratch/out")"

# The same command has nothing more to do; the first six units, run before, are gone on from.
expect 0 " 0 run in" "${auto[@]}" --out "$scratch/auto"
expect 0 " 12 run in" "${auto[@]}" --out "$scratch/few" --replicates 6
grep -q "^mine on .*: worse than Expected gradients overall" "$scratch/out" || fail "$(cat "$scratch/out")"
expect 0 " 6 run in" "${auto[@]}" --out "$scratch/few"
sort "$scratch"/auto/report/comparison.csv >"$scratch/one"
sort "$scratch"/few/report/comparison.csv >"$scratch/two"
cut -d , -f 1-11 "$scratch/one" | cmp - <(cut -d , -f 1-11 "$scratch/two") || fail "another verdict after a break"

expect 2 "give one, by --method" "${smoke[@]}" --units auto
expect 2 "must be 6 or more, not 5" "${auto[@]}" --replicates 5
expect 2 "no more units than you give" "$EGBENCH_BIN/egbench-compare" --units auto --exec true --model x.safetensors --x-train x.npy --x-test x.npy
