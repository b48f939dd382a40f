#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A store that two processes share, one that is lost while it is written, compressed ones, rows without a check, and the
# store of egbench-compare. Digests are those of a run alone.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache PATH="$EGBENCH_BIN:$PATH"
smoke=(egbench-sparsity --scale smoke)

digest_is() # DIGEST FOLDER...: of the stores in the folders
{
    [ "$(egbench-report --digest "${@:2}")" = "$1" ] || fail "another digest: ${*:2}"
}

expect 0 " 0 missing" "${smoke[@]}" --out "$scratch/whole"
rows=$scratch/whole/runs/sparsity.jsonl
cells=$(grep -c '"outcome":"ok"' "$rows")
digest=$(egbench-report --digest "$scratch/whole")

# Two processes at once.
for process in 1 2; do
    "${smoke[@]}" --threads 1 --out "$scratch/shared" >"$scratch/out$process" 2>"$scratch/err$process" &
    processes[process]=$!
done
for process in 1 2; do
    wait "${processes[process]}" || fail "process $process: $(cat "$scratch/err$process")"
    ran[process]=$(sed -n 's/.* 0 missing; \([0-9]*\) run in .*/\1/p' "$scratch/err$process")
done
[ $((ran[1] + ran[2])) -eq "$cells" ] || fail "$cells cells, run: ${ran[*]}"
cmp "$scratch/out1" "$scratch/out2" || fail "two results"
digest_is "$digest" "$scratch/shared"

# The folder is removed under a run.
"${smoke[@]}" --out "$scratch/lost" >"$scratch/out" 2>"$scratch/err" &
process=$!
for ((i = 0; i < 500; i++)); do
    ! grep -qs '"outcome"' "$scratch/lost/runs/sparsity.jsonl" || break
    sleep 0.01
done
rm -rf "$scratch/lost"
wait $process || fail "after the loss: $(cat "$scratch/err")"
grep -qF "$scratch/lost/runs/sparsity.jsonl was removed during the run" "$scratch/err" || fail "$(cat "$scratch/err")"
digest_is "$digest" "$scratch/lost"

# Compressed, the two halves in two ways; what is compressed is not run again, and new rows go beside it.
mkdir -p "$scratch/packed/runs"
sed '1,4!d' "$rows" | gzip -9 >"$scratch/packed/runs/sparsity.jsonl.gz"
sed '1,4d' "$rows" | python3 -c 'import lzma, sys; sys.stdout.buffer.write(lzma.compress(sys.stdin.buffer.read()))' \
    >"$scratch/packed/runs/sparsity.night.jsonl.xz"
digest_is "$digest" "$scratch/packed"
expect 0 " 0 run in" "${smoke[@]}" --out "$scratch/packed"
egbench-report --quiet --out "$scratch/from-packed" "$scratch/packed" 2>"$scratch/err"
egbench-report --quiet --out "$scratch/from-whole" "$scratch/whole" 2>"$scratch/err"
diff -r "$scratch/from-packed" "$scratch/from-whole" || fail "another report"
truncate -s -9 "$scratch/packed/runs/sparsity.night.jsonl.xz"
expect 3 "sparsity.night.jsonl.xz: what is compressed is cut short" egbench-report --digest "$scratch/packed"
rm "$scratch/packed/runs/sparsity.night.jsonl.xz"
expect 0 " $((cells - 3)) run in" "${smoke[@]}" --out "$scratch/packed"
digest_is "$digest" "$scratch/packed"

# Rows without a check.
mkdir -p "$scratch/bare/runs"
sed 's/,"check":"[0-9a-f]*"//' "$rows" >"$scratch/bare/runs/sparsity.jsonl"
expect 3 "not a row (no check" egbench-report --digest "$scratch/bare"
expect 0 "rows of sparsity without a check, taken as they are: $cells" "${smoke[@]}" --unchecked --out "$scratch/bare"
grep -q " 0 run in" "$scratch/err" || fail "--unchecked: $(cat "$scratch/err")"
[ "$(egbench-report --unchecked --digest "$scratch/bare" 2>"$scratch/err")" = "$digest" ] || fail "--unchecked --digest"
expect 0 "taken as they are" egbench-report --unchecked --merge "$scratch/sealed" "$scratch/bare"
digest_is "$digest" "$scratch/sealed"

# The store of egbench-compare: of two machines, and less one row.
expect 0 "" egbench-compare --scale smoke --dataset corrgroups60 --only 'gradients*' --out "$scratch/one"
expect 0 "" egbench-compare --scale smoke --dataset corrgroups60 --only 'random' --out "$scratch/two"
digest=$(egbench-report --digest "$scratch/one" "$scratch/two")
expect 0 "they come with: egbench-compare --scale smoke --dataset corrgroups60" \
    egbench-report --merge "$scratch/both" "$scratch/one" "$scratch/two"
grep -q '^compare: [0-9]* cells ok' "$scratch/out" || fail "--merge: $(cat "$scratch/out")"
digest_is "$digest" "$scratch/both"
expect 0 " 0 run in" egbench-compare --scale smoke --dataset corrgroups60 --only 'gradients*' --out "$scratch/both"
