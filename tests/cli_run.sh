#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A run of a real experiment: what it prints, stores and does not do twice; full disks, closed pipes,
# shards from the environment, the man page.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache
program=$EGBENCH_BIN/egbench-convergence
smoke=("$program" --scale smoke)

# The run, its rows, and its results as JSON.
expect 0 "0 missing" "${smoke[@]}" --out "$scratch/a"
[ -s "$scratch/out" ] || fail "no table"
rows=$scratch/a/runs/convergence.jsonl
head -n 1 "$rows" | grep -q '^{"receipt":"[0-9a-f]\{32\}","commit":' || fail "no receipt first"
cells=$(grep -c '"outcome":"ok"' "$rows")
[ "$cells" -eq "$("${smoke[@]}" --out "$scratch/a" --list | grep -c '^ok')" ] || fail "--list"
before=$(sha256sum "$rows")
expect 0 " 0 run in" "${smoke[@]}" --out "$scratch/a" --json
[ "$before" = "$(sha256sum "$rows")" ] || fail "a second run wrote something"
for field in experiment dataset protocol method metric value se n; do
    [ "$(grep -c "\"$field\":" "$scratch/out")" -eq "$(wc -l <"$scratch/out")" ] || fail "$field"
done
for seconds in 10m -5 nan ''; do
    EGBENCH_CLAIM_SECONDS=$seconds expect 2 'give a number of seconds above 0' "${smoke[@]}" --out "$scratch/patience"
done
[ -z "$("${smoke[@]}" --out "$scratch/a" --dry-run)" ] || fail "something left to run"
"${smoke[@]}" --out "$scratch/b" --estimate | grep -q "^$cells of $cells cells to run" || fail "--estimate"
[ ! -e "$scratch/b" ] || fail "--estimate wrote something"
"${smoke[@]}" --out "$scratch/a" --quiet >"$scratch/out" 2>"$scratch/err"
[ ! -s "$scratch/err" ] || fail "--quiet is not"

# A reader that goes away early is no error; a standard output that is full is one.
status=0
"${smoke[@]}" --out "$scratch/a" --quiet --json 2>"$scratch/err" > >(exec true) || status=$?
[ $status -eq 0 ] || fail "closed pipe: exit $status: $(cat "$scratch/err")"
"${smoke[@]}" --out "$scratch/a" --quiet >/dev/full 2>"$scratch/err" || status=$?
[ $status -eq 3 ] || fail "full standard output: exit $status"

# A disk that fills up: what was stored before stays, and the same command goes on.
mkdir -p "$scratch/full/runs"
head -n 2 "$rows" >"$scratch/full/runs/convergence.jsonl"
status=0
(
    ulimit -f $(($(stat -c %s "$scratch/full/runs/convergence.jsonl") / 1024 + 1))
    "${smoke[@]}" --out "$scratch/full" --replicates 40 --threads 1 2>"$scratch/err" >/dev/null
) || status=$?
[ $status -eq 3 ] || fail "file size limit: exit $status: $(cat "$scratch/err")"
grep -qF "$scratch/full/runs/convergence.jsonl: File too large" "$scratch/err" || fail "full: $(cat "$scratch/err")"
head -n 2 "$scratch/full/runs/convergence.jsonl" | cmp - <(head -n 2 "$rows") || fail "full: rows were lost"
expect 0 "0 missing" "${smoke[@]}" --out "$scratch/full" --replicates 40
if grep -q warning "$scratch/err"; then
    fail "full: $(cat "$scratch/err")"
fi

# Rows of malformed lines are named, and only their cells run again.
sed -i '2s/"outcome"/"outcome/' "$rows"
expect 0 "$rows:2: not a row" "${smoke[@]}" --out "$scratch/a"
grep -qF " 1 run in" "$scratch/err" || fail "malformed line: $(cat "$scratch/err")"

# Shards as a cluster gives them.
expect 0 "shard 2 of 2 (SLURM_ARRAY_TASK_ID):" env SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_MIN=4 \
    SLURM_ARRAY_TASK_COUNT=2 "${smoke[@]}" --out "$scratch/c"
[ -s "$scratch/c/runs/convergence.shard-2-of-2.jsonl" ] || fail "no file of the shard"
expect 0 "shard 1 of 2 (OMPI_COMM_WORLD_RANK)" env OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2 \
    "${smoke[@]}" --out "$scratch/c"

# Every program writes its own man page.
for manual in "$EGBENCH_BIN"/egbench-*; do
    "$manual" --man >"$scratch/page.1"
    ! command -v mandoc >/dev/null || mandoc -T lint -W warning "$scratch/page.1" || fail "$manual --man"
done
command -v mandoc >/dev/null || echo "SKIPPED the man pages: there is no mandoc"
