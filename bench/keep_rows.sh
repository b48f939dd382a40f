#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Keeps a store's rows of one scale, compressed, beside what is made of them, and the digest of all that is kept;
# what was kept before of the same experiment is replaced.
#   SCALE=quick EGBENCH_BIN=FOLDER bench/keep_rows.sh [STORE [FOLDER]]     (default results and results/SCALE)
set -euo pipefail
scale=${SCALE:?name the scale}
store=${1:-results}
folder=${2:-results/$scale}
kept=$folder/runs
mkdir -p "$kept"
shopt -s nullglob
for rows in "$store"/runs/*.jsonl; do
    name=$(basename "$rows")
    # Receipts and the like are lines without a configuration.
    if grep -q "\"scale\":\"$scale\"" "$rows"; then
        awk -v scale="\"scale\":\"$scale\"" '!/"config":{/ || index($0, scale)' "$rows" |
            xz -9e >"$kept/$name.xz.part"
        mv "$kept/$name.xz.part" "$kept/$name.xz"
        echo "$kept/$name.xz"
    fi
done
digest=$("$EGBENCH_BIN/egbench-report" --digest "$folder")
echo "digest $digest" | tee "$folder/digest"
