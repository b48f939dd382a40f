#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# make board: a method's row is added and nothing else runs; the page comes anew from the rows alone, without data.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR MAKEFLAGS MFLAGS MAKELEVEL
export DEPS=check
if [ "$(readlink -f "$EGBENCH_BIN")" != "$(readlink -f build/bin)" ]; then
    echo "SKIPPED the board: the programs are not those of make board"
    exit 0
fi
board=(make SCALE=smoke BOARD_DATA=interactions BOARD="$scratch/board")

expect 0 "; 32 run in" "${board[@]}" board
expect 0 "; 2 run in" "${board[@]}" board METHOD="--exec 'cp {dir}/x_test.npy {dir}/attributions.npy' --name mine"
cp "$scratch/board/report/comparison.csv" "$scratch/before.csv"
rows=$(sha256sum "$scratch/board/runs/compare.jsonl")
rm -r "$scratch/board/report"
expect 0 "" "${board[@]}" board-page
grep -q '^mine ' "$scratch/out" || fail "the method is not on the board: $(cat "$scratch/out")"
[ "$rows" = "$(sha256sum "$scratch/board/runs/compare.jsonl")" ] || fail "board-page changed the rows"
diff <(sort "$scratch/before.csv") <(sort "$scratch/board/report/comparison.csv") || fail "another page"
