#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An experiment on the machines that mpirun knows: each process computes a shard of its cells; at the end their rows
# are merged into OUT/merged. OUT is a folder that all machines see. The options of mpirun go into MPIRUN_OPTIONS.
#   MPIRUN_OPTIONS="-n 64 --hostfile machines" contrib/mpirun.sh OUT sparsity --scale paper
# When a process is killed mpirun ends the others, which keep what is done; the same command goes on there. The
# merge names the cells that are missing, and what computes them. OMP_NUM_THREADS: threads of each process (1).
# EGBENCH_BIN: the folder of the programs, if not in PATH.
set -eu
if [ $# -lt 2 ]; then
    echo "usage: MPIRUN_OPTIONS='-n PROCESSES' mpirun.sh OUT EXPERIMENT [OPTION...]" >&2
    exit 2
fi
out=$1 experiment=$2 status=0
shift 2
# shellcheck disable=SC2086 # MPIRUN_OPTIONS is a list of words
mpirun ${MPIRUN_OPTIONS:-} "${EGBENCH_BIN:+$EGBENCH_BIN/}egbench-$experiment" --threads "${OMP_NUM_THREADS:-1}" \
    --out "$out" "$@" || status=$?
"${EGBENCH_BIN:+$EGBENCH_BIN/}egbench-report" --merge "$out/merged" "$out" || exit
exit $status
