#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What results/ shows is what the rows kept there give, without a cell being computed: digest, tables, verdicts and
# which figures there are. And rows are kept over several sittings.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mkdir "$scratch/tree"
# As committed, since a run of a user's own writes its results over these.
if git rev-parse -q --verify HEAD >/dev/null 2>&1; then
    git archive HEAD results | tar -xf - -C "$scratch/tree"
else
    cp -r results "$scratch/tree/"
fi
root=$PWD
cd "$scratch/tree/results"
stores=()
for scale in quick night; do
    [ ! -d "$scale/runs" ] || stores+=("$scale")
done
[ ${#stores[@]} -gt 0 ] || fail "results/ keeps no rows"
for store in "${stores[@]}"; do
    digest=$("$EGBENCH_BIN/egbench-report" --digest "$store" 2>"$scratch/said")
    [ "digest $digest" = "$(cat "$store/digest")" ] ||
        fail "results/$store/digest is not that of the rows kept there, $digest: make keep-rows writes it"
done
"$EGBENCH_BIN/egbench-report" --quiet --claims published/claims.csv --out "$scratch/made" "${stores[@]}" 2>"$scratch/said"

compare() # FILE
{
    cmp -s "$1" "$scratch/made/$1" ||
        fail "results/$1 is not what the kept rows give: make report writes it anew"
}

compare claims.csv
for file in tables/*.csv; do
    compare "$file"
done
for file in tables/*.csv figures/*.svg; do
    echo "$file"
done | sort >"$scratch/here"
(cd "$scratch/made" && ls tables/*.csv figures/*.svg) | sort | cmp -s - "$scratch/here" ||
    fail "the kept rows give other tables or figures than results/ has: make report writes them anew"

# A run in two sittings, the first of which is kept: the second goes on from it, and what is kept then is the whole.
run=("$EGBENCH_BIN/egbench-keep-remove" --scale smoke --quiet)
export SCALE=smoke
cd "$root"
"${run[@]}" --dataset corrgroups60 --out "$scratch/first" >"$scratch/said"
bench/keep_rows.sh "$scratch/first" "$scratch/kept" >"$scratch/said"
cp -r "$scratch/kept" "$scratch/second"
"${run[@]}" --out "$scratch/second" >"$scratch/said"
bench/keep_rows.sh "$scratch/second" "$scratch/kept" >"$scratch/said"
"${run[@]}" --out "$scratch/whole" >"$scratch/said"
[ "$(cat "$scratch/kept/digest")" = "digest $("$EGBENCH_BIN/egbench-report" --digest "$scratch/whole")" ] ||
    fail "two sittings keep other rows than one"

# Shards of a store, one of them compressed, another cut off in its last line, are kept as one file, in place of
# what was there of the experiment.
for shard in 1 2; do
    "${run[@]}" --shard $shard/2 --out "$scratch/shards" >"$scratch/said"
done
xz "$scratch/shards/runs/keep-remove.shard-1-of-2.jsonl"
printf '{"key":"12' >>"$scratch/shards/runs/keep-remove.shard-2-of-2.jsonl"
cp "$scratch/shards/runs/keep-remove.shard-1-of-2.jsonl.xz" "$scratch/kept/runs/"
bench/keep_rows.sh "$scratch/shards" "$scratch/kept" >"$scratch/said" 2>"$scratch/warnings"
[ "$(ls "$scratch/kept/runs")" = keep-remove.jsonl.xz ] || fail "shards are kept apart"
[ "$(cat "$scratch/kept/digest")" = "digest $("$EGBENCH_BIN/egbench-report" --digest "$scratch/whole")" ] ||
    fail "shards keep other rows than one run"
