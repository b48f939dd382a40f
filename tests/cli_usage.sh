#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What each program says to a wrong command line or folder: the documented exit code, one clear line
# on standard error, nothing on standard output.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
unset EGBENCH_DATA_DIR
failures=0

complain()
{
    echo "$*"
    failures=$((failures + 1))
}

expect() # CODE WORD COMMAND...: exits with CODE, and its one line on standard error has WORD in it
{
    local code=$1 word=$2 status=0
    shift 2
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    [ "$status" -eq "$code" ] || complain "exit $status, not $code: $*: $(cat "$scratch/err")"
    [ ! -s "$scratch/out" ] || complain "an error on standard output: $*"
    [ "$(wc -l <"$scratch/err")" -eq 1 ] || complain "not one line: $*: $(cat "$scratch/err")"
    grep -qF -e "$word" "$scratch/err" || complain "no '$word' in: $*: $(cat "$scratch/err")"
}

expect_text() # WORD COMMAND...: succeeds, with WORD on standard output and nothing on standard error
{
    local word=$1
    shift
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || complain "exit $?: $*"
    grep -qF -e "$word" "$scratch/out" || complain "no '$word' in the output of: $*"
    [ ! -s "$scratch/err" ] || complain "something on standard error: $*: $(cat "$scratch/err")"
}

# Root may read anything, so that programs lose that right before they meet a closed folder.
unprivileged=()
[ "$(id -u)" -ne 0 ] || unprivileged=(setpriv --reuid=65534 --regid=65534 --clear-groups)
mkdir "$scratch/bin" "$scratch/closed"
cp "$EGBENCH_BIN"/egbench* "$scratch/bin/"
chmod 000 "$scratch/closed"
echo "not a folder" >"$scratch/file"
export OMP_NUM_THREADS=1

for name in keep-remove convergence sparsity graph-prior training-cost decoy robust-attribution fine-tune report preprocess reproduce; do
    program=$scratch/bin/egbench-$name
    [ -e "$program" ] || continue # a build without it
    expect_text "Usage" "$program" --help
    expect_text "--out" "$program" --help
    expect_text 'Examples:' "$program" --help
    [[ $(head -n 1 "$scratch/out") == "Usage: egbench-$name [OPTION ...]"* ]] ||
        complain "the help of $name does not begin with its synopsis"
    expect_text "egbench-$name" "$program" --version
    grep -qE '^egbench-[a-z-]+ [0-9.]+ \(commit [^,]+, (double|single) precision, OpenBLAS [0-9.]+, core [A-Za-z0-9]+\)$' \
        "$scratch/out" || complain "--version of $name says: $(cat "$scratch/out")"
    expect_text ".Sh SYNOPSIS" "$program" --man
    expect 2 "no-such" "$program" --no-such-option
    expect 2 "out" "$program" --out
    expect 2 "egbench-$name" "$program" --out ''
    status=0
    "$program" --help >/dev/full 2>"$scratch/err" || status=$?
    [ $status -eq 3 ] || complain "exit $status, not 3, on a full device: $program --help"
done

for name in keep-remove convergence sparsity graph-prior; do
    program=$scratch/bin/egbench-$name
    [ -e "$program" ] || continue
    smoke=("$program" --scale smoke --out "$scratch/results")
    expect 2 "operand" "$program" operand
    expect 2 "gigantic" "$program" --scale gigantic
    expect 2 "nonsense" "$program" --protocol nonsense
    for count in -1 0 1.5 x '' 99999999999999999999; do
        expect 2 "replicates" "$program" --replicates "$count"
        expect 2 "threads" "$program" --threads "$count"
    done
    expect 2 "seed" "$program" --seed -1
    for shard in 0/3 4/3 1/0 1 1/ x/y -1/3; do
        expect 2 "shard" "$program" --shard "$shard"
    done
    expect 2 "no_such_set" "${smoke[@]}" --dataset no_such_set
    expect 2 "no such cell" "${smoke[@]}" --only 'no such cell'
    expect 2 "SLURM" env SLURM_ARRAY_TASK_ID=x SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=0 "${smoke[@]}"
    expect 3 "$scratch/nowhere" "${smoke[@]}" --data "$scratch/nowhere"
    expect 3 "$scratch/nowhere" env EGBENCH_DATA_DIR="$scratch/nowhere" "${smoke[@]}"
    expect 3 "$scratch/file" "${smoke[@]}" --data "$scratch/file"
    expect 3 "$scratch/file" "$program" --scale smoke --out "$scratch/file"
    expect 3 "$scratch/closed" "${unprivileged[@]}" "${smoke[@]}" --data "$scratch/closed"
    expect 3 "$scratch/closed" "${unprivileged[@]}" "$program" --scale smoke --out "$scratch/closed"
    [ ! -e "$scratch/results" ] || complain "a wrong command line left something: $program"
    expect_text "=" "${smoke[@]}" --list
    expect_text "=" "${smoke[@]}" --dry-run
    [ ! -e "$scratch/results" ] || complain "--list or --dry-run wrote something: $program"
done

# One name for all of them.
front=$scratch/bin/egbench
expect_text 'Commands:' "$front"
expect_text 'Commands:' "$front" help
expect_text '.Sh COMMANDS' "$front" --man
expect_text 'keep-remove' "$front" list
expect_text 'Usage: egbench-kernels' "$front" kernels --help
expect_text 'Usage: egbench-compare' "$front" help compare
expect_text 'nhanes' "$front" fetch --list
expect 2 'did you mean compare?' "$front" compar
expect 2 'did you mean sparsity?' "$front" help sparsty
expect 2 'no such command' "$front" nothing-like-it
expect 2 '--no-such-option' "$front" --no-such-option
expect 2 '--no-such-option' "$front" sparsity --no-such-option
expect 2 'did you mean graph-prior?' "$front" reproduce --scale smoke graph-prio
mv "$scratch/bin/egbench-decoy" "$scratch/decoy"
expect 3 'egbench-decoy: no such program' "$front" decoy --help

expect 3 "$scratch/nowhere" "$scratch/bin/egbench-report" --digest "$scratch/nowhere"
[ "$failures" -eq 0 ]
