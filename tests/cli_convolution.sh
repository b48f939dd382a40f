#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --convolution direct: cells of their own, about the same numbers, and never in one mean with those of the
# default, winograd, whose bits are the same for any number of threads.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
image=$EGBENCH_BIN/egbench-image-noise
cost=$EGBENCH_BIN/egbench-training-cost
decoy=$EGBENCH_BIN/egbench-decoy
report=$EGBENCH_BIN/egbench-report
[ -x "$image" ] || exit 0 # a build without it

for program in "$image" "$cost" "$decoy"; do
    expect 2 "direct winograd" "$program" --scale smoke --convolution fourier --out "$scratch/none"
done

# VGG16 for small images.
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
run "$scratch/direct" --convolution direct
run "$scratch/named" --convolution winograd
for threads in 1 3; do
    run "$scratch/winograd-$threads" --threads $threads
done
same() # FOLDER FOLDER
{
    [ "$("$report" --digest "$1")" = "$("$report" --digest "$2")" ]
}
same "$scratch/winograd-1" "$scratch/named" || fail "winograd is not the default"
same "$scratch/winograd-1" "$scratch/winograd-3" || fail "another digest with 3 threads"
! same "$scratch/direct" "$scratch/winograd-1" || fail "the same cells as with direct convolutions"
grep -q '"convolution":"direct"' "$scratch/direct/runs/training-cost.jsonl" || fail "a row that does not say so"
! grep -q '"convolution"' "$scratch/winograd-1/runs/training-cost.jsonl" || fail "the default is named"
awk -v a="$(loss "$scratch/direct")" -v b="$(loss "$scratch/winograd-1")" \
    'BEGIN { gap = a > b ? a - b : b - a; exit !(a > 0 && a != b && gap < 1e-4 * a) }' ||
    fail "losses: $(loss "$scratch/direct") and $(loss "$scratch/winograd-1")"

# A report of a store with both shows those of the default, as if the others were not there.
"$image" --scale smoke --quiet --out "$scratch/both" >"$scratch/tables"
"$report" --quiet --out "$scratch/both" 2>/dev/null
cp -r "$scratch/both/tables" "$scratch/of-default"
"$image" --scale smoke --quiet --convolution direct --out "$scratch/both" >"$scratch/direct-tables"
"$report" --quiet --out "$scratch/both" 2>/dev/null
diff -r "$scratch/of-default" "$scratch/both/tables" >&2 || fail "other tables with rows of both"
