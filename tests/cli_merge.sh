#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# One experiment on three machines without a common disk: shards, a merge that names what is missing and the command
# for it, that command, and the digest of a run on one machine. Also a store on a disk that is really full.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'umount "$scratch/small" 2>/dev/null || true; rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache PATH="$EGBENCH_BIN:$PATH"
smoke=(egbench-sparsity --scale smoke --quiet)

fail()
{
    echo "$*" >&2
    cat "$scratch/err" >&2
    exit 1
}

expect() # CODE WORD COMMAND...: exits with CODE, WORD in what it says
{
    local code=$1 word=$2 status=0
    shift 2
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    [ "$status" -eq "$code" ] || fail "exit $status, not $code: $*"
    cat "$scratch/out" "$scratch/err" | grep -qF -e "$word" || fail "no '$word' in: $*"
}

"${smoke[@]}" --out "$scratch/whole" >"$scratch/out"
rows=$scratch/whole/runs/sparsity.jsonl
cells=$(grep -c '"outcome":"ok"' "$rows")
digest=$(egbench-report --digest "$scratch/whole")

# Three machines, one of which did not come to its end.
for shard in 1 2 3; do
    "${smoke[@]}" --shard $shard/3 --out "$scratch/node$shard"
done
sed -i '$d' "$scratch/node3/runs/sparsity.shard-3-of-3.jsonl"
merge=(egbench-report --merge "$scratch/all" "$scratch/node1" "$scratch/node2" "$scratch/node3")
expect 0 "sparsity: $((cells - 1)) cells ok, 0 skipped, 0 failed, 1 missing; 0 conflicts" "${merge[@]}"
grep -q 'warning: sparsity: missing: .*penalty=' "$scratch/err" || fail "the missing cell is not named"
command=$(sed -n 's/.*they come with: \(egbench-.*\)/\1/p' "$scratch/err")
[ -n "$command" ] || fail "no command"
expect 0 " 1 run in" bash -c "$command"
[ "$(egbench-report --digest "$scratch/all")" = "$digest" ] || fail "another digest"
expect 0 " 0 missing" "${merge[@]}"
[ "$(egbench-report --digest "$scratch/all")" = "$digest" ] || fail "another digest after a second merge"
[ "$(grep -c '"outcome":' "$scratch/all/runs/sparsity.jsonl")" -eq "$cells" ] || fail "not one row a cell"

# A cell that came out otherwise on another machine.
mkdir -p "$scratch/wrong/runs"
sed -n '/"outcome":"ok"/{s/"test_roc_auc":[0-9.]*/"test_roc_auc":0.5/;p;q}' "$rows" >"$scratch/wrong/runs/sparsity.jsonl"
seal "$scratch/wrong/runs/sparsity.jsonl"
expect 1 "came out before with other values (receipt " egbench-report --merge "$scratch/both" "$scratch/whole" "$scratch/wrong"
grep -q 'of their cell: 1; the later stand in' "$scratch/err" || fail "conflicts are not counted"
expect 3 "no store in $scratch/nowhere" egbench-report --merge "$scratch/both" "$scratch/nowhere"

# A row that somebody changed is named, counted and left out, whichever of its numbers it is.
mkdir -p "$scratch/edited/runs"
sed '3s/"test_gini":[0-9.]*/"test_gini":0.9/;4s/"epochs":3/"epochs":4/' "$rows" >"$scratch/edited/runs/sparsity.jsonl"
expect 0 " 2 missing; 0 conflicts, 2 bad lines" egbench-report --merge "$scratch/mended" "$scratch/edited"
for line in 3 4; do
    grep -qF "sparsity.jsonl:$line: not a row (changed since it was written" "$scratch/err" || fail "line $line is not named"
done
expect 0 " 2 run in" egbench-sparsity --scale smoke --out "$scratch/mended"
[ "$(egbench-report --digest "$scratch/mended")" = "$digest" ] || fail "another digest after mending"

# What a merge into a store would drop it does not write over.
cp -r "$scratch/whole" "$scratch/kept"
sed -i '3s/,"check":"[^"]*"//' "$scratch/kept/runs/sparsity.jsonl"
cp "$scratch/kept/runs/sparsity.jsonl" "$scratch/before.jsonl"
expect 3 'have no check, and a merge would drop them: 1' egbench-report --merge "$scratch/kept" "$scratch/whole"
cmp -s "$scratch/kept/runs/sparsity.jsonl" "$scratch/before.jsonl" || fail "a refused merge wrote"
expect 0 " 0 missing" egbench-report --merge "$scratch/kept" --unchecked "$scratch/whole"

# More shards than cells.
expect 0 "0 of the $cells cells, so there is nothing to do here" \
    egbench-sparsity --scale smoke --shard $((cells + 1))/$((cells + 1)) --out "$scratch/many"
[ ! -e "$scratch/many/runs" ] || fail "a shard without cells wrote something"

# What a run would cost, on several machines.
expect 0 "core hours" egbench-sparsity --scale smoke --estimate --threads 1 --out "$scratch/none"
[ "$(awk '$1 == 1 || $1 == 4 || $1 == 16 { n++ } END { print n }' "$scratch/out")" -eq 3 ] || fail "--estimate"
expect 0 "core hours" egbench-sparsity --scale smoke --estimate --nodes 3 --out "$scratch/none"
[ "$(awk '$1 == 3' "$scratch/out" | wc -l)" -eq 1 ] || fail "--nodes 3"
expect 0 "core hours" egbench-sparsity --scale smoke --estimate --shard 2/3 --out "$scratch/none"
[ "$(grep -c ' %$' "$scratch/out")" -eq 1 ] || fail "a shard is for one machine"
expect 2 "give that too" egbench-sparsity --nodes 3 --out "$scratch/none"
expect 2 "give --shard 1/1" egbench-sparsity --estimate --nodes 3 --shard 2/3 --out "$scratch/none"

# A disk of 64 kB, where there may be one: what does not fit is told, what fitted stays.
mkdir "$scratch/small"
if mount -t tmpfs -o size=64k none "$scratch/small" 2>/dev/null; then
    expect 3 "No space left on device; free some space" egbench-sparsity --scale smoke --out "$scratch/small"
    [ "$(grep -c '"outcome":"ok"' "$scratch/small/runs/sparsity.jsonl")" -gt 3 ] || fail "rows were lost"
    expect 3 "No space left on device" egbench-report --merge "$scratch/small" "$scratch/whole"
    mount -o remount,size=4m "$scratch/small"
    expect 0 " 0 missing" egbench-sparsity --scale smoke --out "$scratch/small"
    if grep -q warning "$scratch/err"; then
        fail "a full disk left something broken"
    fi
    [ "$(egbench-report --digest "$scratch/small")" = "$digest" ] || fail "another digest after a full disk"
fi
