#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An experiment as one Slurm job of many tasks, each of which computes a shard of its cells; at the end their rows
# are merged into OUT/merged. OUT is a folder that all nodes see.
#   sbatch --ntasks=64 --cpus-per-task=8 contrib/slurm-srun.sh OUT sparsity --scale paper
# What was killed or ran out of time goes on where it was when the same command is given again. The merge names the
# cells that are missing, and what computes them. EGBENCH_BIN: the folder of the programs, if not in PATH.
#SBATCH --job-name=egbench
#SBATCH --signal=TERM@60
set -eu
if [ $# -lt 2 ]; then
    echo "usage: sbatch --ntasks=TASKS slurm-srun.sh OUT EXPERIMENT [OPTION...]" >&2
    exit 2
fi
out=$1 experiment=$2 status=0
shift 2
# The others go on when one task dies.
srun --kill-on-bad-exit=0 --cpus-per-task="${SLURM_CPUS_PER_TASK:-1}" \
    "${EGBENCH_BIN:+$EGBENCH_BIN/}egbench-$experiment" --threads "${SLURM_CPUS_PER_TASK:-1}" --out "$out" "$@" || status=$?
"${EGBENCH_BIN:+$EGBENCH_BIN/}egbench-report" --merge "$out/merged" "$out" || exit
exit "$status"
