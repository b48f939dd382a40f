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

print_rows() # EXPERIMENT: all of the store, compressed or not
{
    local rows=$store/runs/$1.jsonl
    [ ! -e "$rows.xz" ] || xz -dc "$rows.xz"
    [ ! -e "$rows.gz" ] || gzip -dc "$rows.gz"
    [ ! -e "$rows" ] || cat "$rows"
}

for name in $(find "$store/runs" -name '*.jsonl*' -printf '%f\n' | sed -nE 's/\.jsonl(\.[gx]z)?$//p' | sort -u); do
    # Receipts and the like are lines without a configuration.
    print_rows "$name" | awk -v scale="\"scale\":\"$scale\"" '!/"config":{/ || index($0, scale)' >"$kept/$name.part"
    if grep -q '"config":{' "$kept/$name.part"; then
        xz -9e <"$kept/$name.part" >"$kept/$name.jsonl.xz.part"
        mv "$kept/$name.jsonl.xz.part" "$kept/$name.jsonl.xz"
        echo "$kept/$name.jsonl.xz"
    fi
    rm "$kept/$name.part"
done
digest=$("$EGBENCH_BIN/egbench-report" --digest "$folder")
echo "digest $digest" | tee "$folder/digest"
