#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An experiment on the machines that mpirun knows: each process computes a shard of its cells; at the end their rows
# are merged into OUT/merged. OUT is a folder that all machines see. The options of mpirun go into MPIRUN_OPTIONS.
#   MPIRUN_OPTIONS="-n 64 --hostfile machines" contrib/mpirun.sh OUT sparsity --scale paper
# What was killed goes on where it was when the same command is given again. The merge names the cells that are
# missing, and what computes them. OMP_NUM_THREADS: threads of each process (1). EGBENCH_BIN: the folder of the
# programs, if not in PATH.
set -eu
if [ $# -lt 2 ]; then
    echo "usage: MPIRUN_OPTIONS='-n PROCESSES' mpirun.sh OUT EXPERIMENT [OPTION...]" >&2
    exit 2
fi
out=$1 experiment=$2 status=0
shift 2
mkdir -p "$out"
# mpirun ends all processes when one fails. So none fails: what a program ended with is in this file.
failed=$out/failed-$$
# shellcheck disable=SC2016,SC2086 # the text is bash's there; MPIRUN_OPTIONS is a list of words
mpirun ${MPIRUN_OPTIONS:-} bash -c 'failed=$1; shift; "$@" || echo $? >"$failed"' task "$failed" \
    "${EGBENCH_BIN:+$EGBENCH_BIN/}egbench-$experiment" --threads "${OMP_NUM_THREADS:-1}" --out "$out" "$@" || status=$?
if [ -e "$failed" ]; then
    read -r status <"$failed"
    rm "$failed"
fi
"${EGBENCH_BIN:+$EGBENCH_BIN/}egbench-report" --merge "$out/merged" "$out" || exit
exit "$status"
