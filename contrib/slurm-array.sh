#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An experiment as a Slurm job array: each task computes a shard of its cells. OUT is a folder that all nodes see.
#   job=$(sbatch --parsable --array=1-64 --cpus-per-task=8 contrib/slurm-array.sh OUT sparsity --scale paper)
#   sbatch --dependency=afterany:"$job" --wrap "egbench-report --merge OUT/merged OUT"
# A task that was killed or ran out of time goes on where it was when the same commands are given again. The merge
# names the cells that are missing, and what computes them. EGBENCH_BIN: the folder of the programs, if not in PATH.
#SBATCH --job-name=egbench
#SBATCH --signal=B:TERM@60
set -eu
if [ $# -lt 2 ]; then
    echo "usage: sbatch --array=1-TASKS slurm-array.sh OUT EXPERIMENT [OPTION...]" >&2
    exit 2
fi
out=$1 experiment=$2
shift 2
exec "${EGBENCH_BIN:+$EGBENCH_BIN/}egbench-$experiment" --threads "${SLURM_CPUS_PER_TASK:-1}" --out "$out" "$@"
