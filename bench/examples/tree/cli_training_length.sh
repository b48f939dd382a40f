#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The test of training_length.c: a network of 30 epochs is explained better than one of 1.
#   place: tests/cli_training_length.sh
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$EGBENCH_BIN/egbench-training-length" --scale smoke --quiet --out "$scratch" >"$scratch/table"
awk '$1 == "after_1" { first = $2 } $1 == "after_30" { last = $2 } END { exit !(last > first + 0.1) }' \
    "$scratch/table" || {
    cat "$scratch/table"
    exit 1
}
