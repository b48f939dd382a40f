#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The unregularised network of egbench-sparsity against the same in scikit-learn and PyTorch, which
# contrib/python/check_sparsity.py made on the same splits: test ROC-AUC and Gini, in pairs of replicates.
# A minute at most, by `make outside-test`; skipped where NHANES I is not there.
set -eu
. tests/expect.sh
numbers=tests/outside/sparsity.csv
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ ! -e "${EGBENCH_DATA_DIR:-}/nhanes1/X_large.csv" ]; then
    echo "SKIPPED outside_sparsity: no nhanes1/X_large.csv in EGBENCH_DATA_DIR; its numbers are of that file"
    exit 0
fi
# The authors' own columns, where both files are there, are others than the numbers are of.
mkdir -p "$scratch/data/nhanes1"
ln -s "$(realpath "$EGBENCH_DATA_DIR/nhanes1")"/{X_large.csv,y_sparsity.npy} "$scratch/data/nhanes1/"

"$EGBENCH_BIN/egbench-sparsity" --scale quick --dataset nhanes --data "$scratch/data" --out "$scratch/out" \
    --only '*penalty=unregularised*' --replicates "$(grep -c '^[0-9]' $numbers)" >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"

field() # NAME: replicate and value of each row
{
    sed -nE "s/.*\"replicate\":([0-9]+).*\"$1\":([0-9.e-]+).*/\1 \2/p" "$scratch/out/runs/sparsity.jsonl"
}

# Ours less theirs: 0 within 3 standard errors, and these small enough for 0.02 of ROC-AUC and 0.03 of
# Gini to be seen. Splits that differed would give errors of twice that.
compare() # NAME COLUMN MOST
{
    field "$1" | awk -F '[ ,]' -v name="$1" -v column="$2" -v most="$3" '
        FNR == NR { if ($1 ~ /^[0-9]+$/) theirs[$1] = $column; next }
        { gap = $2 - theirs[$1]; sum += gap; square += gap * gap; ours += $2; them += theirs[$1]; n++ }
        END {
            if (n < 5) { print name ": " n + 0 " replicates"; exit 1 }
            mean = sum / n; se = sqrt((square - n * mean * mean) / (n - 1) / n)
            printf "%s: %.4f here, %.4f there, gap %+.4f, standard error %.4f, %d replicates\n", \
                name, ours / n, them / n, mean, se, n
            exit !(mean * mean <= 9 * se * se && 3 * se < most)
        }' $numbers - || fail "$1 is not that of scikit-learn and PyTorch"
}

compare test_roc_auc 2 0.02
compare test_gini 4 0.03
