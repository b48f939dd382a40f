#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Keeps a store's rows of one scale, compressed, beside what is made of them, and the digest of all that is kept;
# what was kept before of the same experiment is replaced.
#   SCALE=quick EGBENCH_BIN=FOLDER bench/keep_rows.sh [STORE [FOLDER]]     (default results and results/SCALE)
set -euo pipefail
export LC_ALL=C
scale=${SCALE:?name the scale}
report=${EGBENCH_BIN:?name the folder of the programs}/egbench-report
store=${1:-results}
folder=${2:-results/$scale}
kept=$folder/runs
mkdir -p "$kept"

print_file() # FILE: no writer's half line, and its last line ended
{
    case $1 in
    *.xz) xz -dc "$1" ;;
    *.gz) gzip -dc "$1" ;;
    *) flock -s "$1" cat "$1" ;;
    esac | awk 1
}

print_rows() # EXPERIMENT: all of the store, shards too, in the order in which the programs read it
{
    local file
    for file in "$store/runs/$1".*jsonl.[gx]z "$store/runs/$1".*jsonl; do
        [ ! -e "$file" ] || print_file "$file"
    done
}

for name in $(find "$store/runs" -name '*.jsonl*' -printf '%f\n' | sed -nE 's/\..*jsonl(\.[gx]z)?$//p' | sort -u); do
    # Receipts and the like are lines without a configuration.
    print_rows "$name" | awk -v scale="\"scale\":\"$scale\"" '!/"config":{/ || index($0, scale)' >"$kept/$name.part"
    if grep -q '"config":{' "$kept/$name.part"; then
        xz -9e <"$kept/$name.part" >"$kept/$name.xz.part"
        rm -f "$kept/$name".*jsonl*
        mv "$kept/$name.xz.part" "$kept/$name.jsonl.xz"
        echo "$kept/$name.jsonl.xz"
    fi
    rm "$kept/$name.part"
done
digest=$("$report" --digest "$folder")
echo "digest $digest" | tee "$folder/digest"
