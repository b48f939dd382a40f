#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-drift on real runs of the cheapest experiment: the same digests, other bits, a drift that is not
# decided, confirmed, and not confirmed; speed; a broken night; a replay.
set -eu
. tests/expect.sh
drift=$EGBENCH_BIN/egbench-drift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch

expect() # EXIT PATTERN ARGUMENT...
{
    local wanted=$1 pattern=$2 got=0
    shift 2
    "$drift" --history "$scratch/history.jsonl" --cells "$scratch/rows/seed-0" "$@" \
        >"$scratch/out" 2>&1 || got=$?
    [ "$got" -eq "$wanted" ] || fail "exit $got, not $wanted: $* ($(cat "$scratch/out"))"
    grep -q -- "$pattern" "$scratch/out" || fail "no '$pattern': $* ($(cat "$scratch/out"))"
}

for seed in 0 1 2 3 4 5 6 7; do
    "$EGBENCH_BIN/egbench-convergence" --scale smoke --seed $seed --quiet --out "$scratch/rows/seed-$seed" \
        >/dev/null
done
rows=$scratch/rows reference=$scratch/reference.jsonl
"$EGBENCH_BIN/egbench-nightly" --make-reference --seeds 0..7 --reference "$reference" "$rows" >/dev/null 2>&1

# Nothing changed, and the page's words for it.
expect 0 '^No drift. All digests are' --seeds 0..3 --reference "$reference" "$rows"
expect 0 '"verdict":"same"' --seeds 0..3 --json --reference "$reference" "$rows"

# The reference as another code would have made it: other digests, and one measure five percent less.
change_reference() # NAME SED-EXPRESSION: on the lines of mean_magnitude
{
    sed -e '1s/"convergence":"[0-9a-f]*"/"convergence":"0123456789abcdef"/' \
        -e '1s/"[0-9a-f]\{8\}\([0-9a-f]\{24\}\)"/"00000000\1"/g' \
        -e "/\"metric\":\"mean_magnitude\"/$2" "$reference" >"$scratch/$1"
    seal "$scratch/$1"
    ! cmp -s "$reference" "$scratch/$1" || fail "$1 is the reference"
}
change_reference other.jsonl 's/x/x/'
expect 0 'Other bits than the reference.*none moved by more' --seeds 0..3 \
    --reference "$scratch/other.jsonl" "$rows"
expect 0 '"verdict":"quiet"' --json --seeds 0..3 --reference "$scratch/other.jsonl" "$rows"
change_reference moved.jsonl 's/\([[,]\)0\./\1-0./g'
expect 5 'Not decided: .* seem to have moved' --seeds 0..3 --reference "$scratch/moved.jsonl" "$rows"
expect 1 '^Drift: convergence: .* on the confirming seeds' --seeds 0..3 --confirm-seeds 4..7 \
    --reference "$scratch/moved.jsonl" "$rows"
expect 1 '"verdict":"drift".*"moved":\[{"experiment":"convergence"' --seeds 0..3 \
    --confirm-seeds 4..7 --json --reference "$scratch/moved.jsonl" "$rows"
# Only the first four seeds of the reference moved: the others do not say so.
change_reference half.jsonl \
    's/\([[,]\)0\.\([0-9]*\),0\.\([0-9]*\),0\.\([0-9]*\),0\./\1-0.\2,-0.\3,-0.\4,-0./'
expect 5 'Not decided' --seeds 0..3 --reference "$scratch/half.jsonl" "$rows"
expect 0 'confirming seeds do not say so' --seeds 0..3 --confirm-seeds 4..7 \
    --reference "$scratch/half.jsonl" "$rows"

# The same code on the same machine gives other bits: that is no drift, it is worse.
sed '1s/"[0-9a-f]\{8\}\([0-9a-f]\{24\}\)"/"00000000\1"/g' "$reference" >"$scratch/undetermined.jsonl"
seal "$scratch/undetermined.jsonl"
expect 1 'broken: convergence gave other bits' --seeds 0..3 --reference "$scratch/undetermined.jsonl" \
    "$rows"

# A training step that takes a fifth longer, four nights after twenty: the first nights are the history's.
steps() # RATIO
{
    echo "{\"calibration\":{\"product_gflops\":50},\"steps\":{\"sparse_epoch\":$1}}"
}
record() # RATIO
{
    steps "$1" >"$scratch/steps.json"
    "$drift" --json --seeds 0..3 --history "$scratch/history.jsonl" --reference "$reference" "$rows" \
        >"$scratch/verdict.json"
    "$EGBENCH_BIN/egbench-nightly" --record --seeds 0..3 --history "$scratch/history.jsonl" \
        --steps "$scratch/steps.json" --verdict "$scratch/verdict.json" "$rows" >/dev/null
}
for _ in 1 2 3 4 5 6 7; do
    record 1.50
done
for _ in 1 2; do
    record 1.81
done
steps 1.80 >"$scratch/slow.json"
expect 0 'no step in' --steps "$scratch/slow.json" --seeds 0..3 --reference "$reference" "$rows"
record 1.79
expect 1 'Drift: The training step sparse_epoch has been 1.20 times' --steps "$scratch/slow.json" \
    --seeds 0..3 --reference "$reference" "$rows"
expect 1 '"moved":\[{"series":"steps","name":"sparse_epoch"' --json --steps "$scratch/slow.json" \
    --seeds 0..3 --reference "$reference" "$rows"

# Broken nights and wrong requests.
expect 1 'no rows of this code for 1 of 5 seeds.*2 of 10 cells of convergence are missing, one is .*seed=9' --seeds 0..3,9 --reference "$reference" "$rows"
# Cells that are missing, in every seed or in one, make a night broken; they are no drift and no other bits.
lack() # NAME SEED PATTERN: takes the rows that fit out of a copy of that name
{
    [ -e "$scratch/$1" ] || cp -r "$rows" "$scratch/$1"
    sed -i "/$3/d" "$scratch/$1/seed-$2/runs/convergence.jsonl"
}
lack one 2 '"protocol":"fixed"'
expect 1 'broken: 1 of 8 cells of convergence are missing, one is .*protocol=fixed.*seed=2' --seeds 0..3 \
    --reference "$reference" "$scratch/one"
! grep -qE 'No drift|hangs on more|other bits' "$scratch/out" || fail "taken for something else: $(cat "$scratch/out")"
expect 1 '"verdict":"broken".*"lacking":1' --json --seeds 0..3 --reference "$reference" "$scratch/one"
for seed in 0 1 2 3; do lack all $seed '"protocol":"fixed"'; done
expect 1 'broken: 4 of 8 cells of convergence are missing' --seeds 0..3 --reference "$reference" "$scratch/all"
expect 1 'broken: 4 of 8' --seeds 0..3 --reference "$scratch/moved.jsonl" "$scratch/all"
lack confirming 5 '"protocol":"paper"'
expect 1 'broken: 1 of 16 cells' --seeds 0..3 --confirm-seeds 4..7 --reference "$scratch/moved.jsonl" \
    "$scratch/confirming"
# So do rows of other code alone, and seeds too few to test.
cp -r "$rows" "$scratch/old"
sed -i 's/"code_hash":"./"code_hash":"x/' "$scratch"/old/seed-*/runs/*.jsonl
seal "$scratch"/old/seed-*/runs/*.jsonl
expect 1 'broken: convergence has no rows of this code for 4 of 4 seeds' --seeds 0..3 --reference "$reference" \
    "$scratch/old"
expect 1 'None of its .* measures could be tested' --seeds 0..1 --reference "$scratch/other.jsonl" "$rows"
# A flipped bit in the reference is named.
sed '3s/"metric"/"metsic"/' "$reference" >"$scratch/flipped.jsonl"
expect 3 'flipped.jsonl:3: changed since it was written' --seeds 0..3 --reference "$scratch/flipped.jsonl" "$rows"

expect 3 'none.jsonl' --reference "$scratch/none.jsonl" "$rows"
expect 2 'scale' --scale quick --reference "$reference" "$rows"
expect 2 'seeds' --seeds 3..1 --reference "$reference" "$rows"

expect 0 'something changed' --replay 20 --planted-seeds 0 --reference "$reference"
expect 0 '"kind":"redrawn"' --replay 20 --planted-seeds 0 --json --reference "$reference"
