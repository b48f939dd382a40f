#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --convolution winograd: cells of their own, about the same numbers, the same bits for any number of
# threads, and never in one mean with those of direct convolutions.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
image=$EGBENCH_BIN/egbench-image-noise
cost=$EGBENCH_BIN/egbench-training-cost
report=$EGBENCH_BIN/egbench-report
[ -x "$image" ] || exit 0 # a build without it

for program in "$image" "$cost"; do
    expect 2 "direct winograd" "$program" --scale smoke --convolution fourier --out "$scratch/none"
done

# VGG16 for small images, whose layers have all forms.
run() # FOLDER [OPTION ...]
{
    local folder=$1
    shift
    "$cost" --scale quick --dataset vgg16_small --only '*guide=eg,samples=1,*' --quiet --out "$folder" "$@" >/dev/null
}
loss() # FOLDER
{
    sed -n 's/.*"loss": *\([0-9.e+-]*\).*/\1/p' "$1/runs/training-cost.jsonl" | head -n 1
}
run "$scratch/direct"
run "$scratch/named" --convolution direct
for threads in 1 3; do
    run "$scratch/winograd-$threads" --convolution winograd --threads $threads
done
same() # FOLDER FOLDER
{
    [ "$("$report" --digest "$1")" = "$("$report" --digest "$2")" ]
}
same "$scratch/direct" "$scratch/named" || fail "direct is not the default"
same "$scratch/winograd-1" "$scratch/winograd-3" || fail "another digest with 3 threads"
! same "$scratch/direct" "$scratch/winograd-1" || fail "the same cells as with direct convolutions"
grep -q '"convolution":"winograd"' "$scratch/winograd-1/runs/training-cost.jsonl" || fail "a row that does not say so"
! grep -q '"convolution"' "$scratch/direct/runs/training-cost.jsonl" || fail "direct rows are named otherwise than before"
awk -v a="$(loss "$scratch/direct")" -v b="$(loss "$scratch/winograd-1")" \
    'BEGIN { gap = a > b ? a - b : b - a; exit !(a > 0 && a != b && gap < 1e-4 * a) }' ||
    fail "losses: $(loss "$scratch/direct") and $(loss "$scratch/winograd-1")"

# A report of a store with both shows the direct ones, as if the others were not there.
"$image" --scale smoke --quiet --out "$scratch/both" >"$scratch/tables"
"$report" --quiet --out "$scratch/both" 2>/dev/null
cp -r "$scratch/both/tables" "$scratch/of-direct"
"$image" --scale smoke --quiet --convolution winograd --out "$scratch/both" >"$scratch/winograd-tables"
"$report" --quiet --out "$scratch/both" 2>/dev/null
diff -r "$scratch/of-direct" "$scratch/both/tables" >&2 || fail "other tables with rows of both"
