#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A network without a regulariser goes by the square: right where it tells the class, wrong where it lies. One that
# cannot see the corners does not care. An image set without decoys is refused.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
program=$EGBENCH_BIN/egbench-decoy

"$program" --quiet --replicates 1 --only '*model=none*' --out "$scratch" >/dev/null
"$program" --quiet --replicates 1 --only '*model=blanked*' --out "$scratch" >/dev/null
value() # MODEL METRIC
{
    sed -n "s/.*\"model\":\"$1\".*\"$2\":\([0-9.e-]*\).*/\1/p" "$scratch/runs/decoy.jsonl"
}
awk -v told="$(value none validation_accuracy)" -v dealt="$(value none dealt_accuracy)" \
    -v lied="$(value none test_accuracy)" -v blank="$(value blanked validation_accuracy)" \
    -v blank_dealt="$(value blanked dealt_accuracy)" -v blank_test="$(value blanked test_accuracy)" \
    'BEGIN { exit !(told > dealt + 0.05 && told > lied + 0.05 && blank == blank_dealt && blank_test > lied) }' || {
    cat "$scratch/runs/decoy.jsonl"
    exit 1
}

status=0
"$program" --dataset mnist --out "$scratch" >"$scratch/none" 2>"$scratch/err" || status=$?
[ $status -eq 2 ]
grep -q 'decoy_fashion_mnist' "$scratch/err"
