#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the smoke scale and keeps it as the run that later ones are compared with; prints what moved. Refuses, with 1,
# to replace values that moved at equal outcome version: a change that was meant raises that of its experiment.
#   EGBENCH_BIN=FOLDER EXPERIMENTS="NAME ..." bench/write_reference.sh [FOLDER]     (default results/reference/smoke)
# Rows are sorted by configuration and lose what differs from run to run: seconds and memory.
# It is made on the Haswell kernels of OpenBLAS unless the environment says otherwise: most x86-64
# processors can run these, so that OPENBLAS_CORETYPE=Haswell shows the same bits there.
set -euo pipefail
export LC_ALL=C
reference=${1:-results/reference/smoke}
unset EGBENCH_DATA_DIR
export OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE:-Haswell}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mkdir -p "$scratch/smoke/runs"
for program in $EXPERIMENTS; do
    "$EGBENCH_BIN/egbench-$program" --scale smoke --quiet --out "$scratch/run" >/dev/null
    sed 's/"seconds":[^,]*,"peak_rss_mb":[^,]*,//' "$scratch/run/runs/$program.jsonl" |
        sort -t: -k6 | "$EGBENCH_BIN/egbench-report" --seal >"$scratch/smoke/runs/$program.jsonl"
done

receipt_field()
{
    sed -n "s/^{\"receipt\".*\"$1\":\"\([^\"]*\)\".*/$1 \1/p" "$scratch"/smoke/runs/*.jsonl | sort -u
}

{
    echo "digest $("$EGBENCH_BIN/egbench-report" --digest "$scratch/smoke")"
    for field in blas_core openblas gsl libc compiler; do
        receipt_field $field
    done
} >"$scratch/smoke/digest"

if [ -d "$reference/runs" ]; then
    "$EGBENCH_BIN/egbench-report" --against "$reference" "$scratch/smoke" >"$scratch/moved" || true
    cat "$scratch/moved"
    if grep -q 'moved at outcome version' "$scratch/moved"; then
        echo "$reference stays as it is: raise the outcome version of what moved, with a line in CHANGELOG.md, or find what changed" >&2
        exit 1
    fi
fi
mkdir -p "$reference/runs"
cp "$scratch/smoke/digest" "$reference/digest"
cp "$scratch"/smoke/runs/*.jsonl "$reference/runs/"
cat "$reference/digest"
