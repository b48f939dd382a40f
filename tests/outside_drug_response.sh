#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The linear models of egbench-graph-prior on Beat AML against the same in scikit-learn, which
# contrib/python/check_drug_response.py made on the same splits: the strengths that validation chooses,
# test R2, R2 within drugs and validation error. Half a minute; skipped where Beat AML is not there.
set -eu
numbers=tests/outside/drug_response.csv
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ ! -e "${EGBENCH_DATA_DIR:-}/beataml/response.csv.gz" ]; then
    echo "SKIPPED outside_drug_response: no beataml/response.csv.gz in EGBENCH_DATA_DIR; its numbers are of that file"
    exit 0
fi
"$EGBENCH_BIN/egbench-graph-prior" --scale quick --dataset beataml --only '*family=linear*' \
    --out "$scratch/out" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 1; }

# The LASSO stops at a duality gap of 1e-4, here and there, so the two may end a little apart.
while IFS=, read -r split model strength test_r2 within_r2 validation_mse; do
    ours=$(grep "\"split\":$split," "$scratch/out/runs/graph-prior.jsonl" | grep -oE "\"$model\":\{[^{}]*\}")
    for wanted in "test_r2:$test_r2" "within_r2:$within_r2" "validation_mse:$validation_mse" "best_[a-z]*:$strength"; do
        own=$(grep -oE "\"${wanted%:*}\":[-+0-9.e]+" <<<"$ours" | cut -d: -f2)
        [ -n "$own" ] || [ "$model" = drug_mean ] || { echo "split $split, $model: no ${wanted%:*}" >&2; exit 1; }
        echo "$split $model ${wanted%:*} ${own:-0} ${wanted#*:}"
    done
done < <(grep '^[0-9]' $numbers) | awk '{
    apart = $4 > $5 ? $4 - $5 : $5 - $4
    if (apart > 1e-3 || ($3 ~ /^best/ && apart > 1e-4 * $5)) { print "split " $1 ", " $2 ": " $3 " " $4 ", scikit-learn has " $5; bad = 1 }
} END { print NR " numbers compared"; exit bad || NR != 36 }'
