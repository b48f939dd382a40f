#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The scripts of contrib/ on a real Slurm of one node and a real mpirun: one task is killed in the middle, the same
# command is given again, and the rows must have the digest of a run that nobody broke. Ends with "N passed".
#   EGBENCH_BIN=FOLDER tests/cluster_test.sh
# Needs root, as munged and slurmd do. All state is in a folder of its own, and all daemons end with the script.
set -eu
export EGBENCH_BIN
: "${EGBENCH_BIN:?the folder of the programs}"
if [ "$(id -u)" -ne 0 ]; then
    echo "cluster-test: skipped, as munged and slurmd want to be started by root"
    exit 0
fi
for program in munged slurmctld slurmd sbatch srun mpirun; do
    command -v $program >/dev/null || {
        echo "cluster-test: no $program here; tests/install_deps.sh cluster installs it" >&2
        exit 1
    }
done
unset EGBENCH_DATA_DIR
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
scratch=$(mktemp -d)
export SLURM_CONF=$scratch/slurm.conf
experiment=sparsity
options=(--scale smoke --replicates 12)
daemons=()
passed=0

stop_all() # The jobs first, while there is still somebody to end them
{
    local rounds=40
    if [ -e "$scratch/up" ]; then
        timeout 10 scancel --full --signal=KILL --user=root || true
        timeout 10 scancel --user=root || true
        while [ $rounds -gt 0 ] && [ -n "$(timeout 5 squeue -h)" ]; do
            rounds=$((rounds - 1))
            sleep 0.25
        done
    fi
    [ ${#daemons[@]} -eq 0 ] || kill "${daemons[@]}" 2>/dev/null || true
    wait
    rm -rf "$scratch"
}
trap stop_all EXIT
trap 'exit 130' INT TERM

fail()
{
    echo "cluster-test: $*" >&2
    tail -n 20 "$scratch"/*.log >&2 || true
    exit 1
}

wait_until() # SECONDS WHAT COMMAND...
{
    local rounds=$(($1 * 20)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        rounds=$((rounds - 1))
        [ $rounds -gt 0 ] || fail "waited in vain for: $what"
        sleep 0.05
    done
}

start() # COMMAND...: a daemon that stays in the foreground, and ends with this script
{
    "$@" >>"$scratch/$(basename "$1").log" 2>&1 &
    daemons+=($!)
}

# Two ports that nobody listens on; TCP's own hands them out from 32768 on.
free_port() # FIRST
{
    local port=$1
    while (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        port=$((port + 1))
    done
    echo "$port"
}

start_slurm()
{
    local folder=$scratch/munge
    mkdir -p "$folder" "$scratch/state" "$scratch/spool"
    chmod 755 "$scratch"
    dd if=/dev/urandom of="$folder/key" bs=128 count=1 status=none
    chmod 400 "$folder/key"
    chown -R munge:munge "$folder"
    cat >"$SLURM_CONF" <<END
ClusterName=egbench
SlurmctldHost=localhost
SlurmUser=root
AuthInfo=socket=$folder/socket
SlurmctldPort=$(free_port 16817)
SlurmdPort=$(free_port 26818)
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
NodeName=localhost CPUs=3
PartitionName=all Nodes=localhost Default=YES
END
    start setpriv --reuid=munge --regid=munge --clear-groups munged --foreground --socket="$folder/socket" \
        --key-file="$folder/key" --pid-file="$folder/pid" --log-file="$folder/munged.log" --seed-file="$folder/seed"
    wait_until 20 "munged" munge --socket="$folder/socket" --no-input
    start slurmctld -D
    start slurmd -D
    touch "$scratch/up"
    wait_until 30 "an idle node" eval 'sinfo -h -o %T | grep -qx idle'
}

rows_of() # FILE: how many cells it has
{
    grep -c '"outcome":"ok"' "$1" 2>/dev/null || true
}

has_some() # FILE
{
    [ "$(rows_of "$1")" -ge 3 ]
}

count_missing() # OUT
{
    "$EGBENCH_BIN/egbench-$experiment" "${options[@]}" --out "$1" --list | grep -c '^missing' || true
}

# The process of the second task: VARIABLE is its rank, and its command line names OUT.
pid_of_second() # VARIABLE OUT
{
    local process
    for process in /proc/[0-9]*; do
        if [[ $(readlink "$process/exe") == */egbench-$experiment ]] &&
            tr '\0' '\n' <"$process/environ" | grep -qx "$1=1" &&
            tr '\0' '\n' <"$process/cmdline" | grep -qxF "$2"; then
            echo "${process#/proc/}"
            return
        fi
    done
    return 1
}

# After the kill something must be missing, or nothing was broken.
expect_broken() # OUT
{
    local missing
    missing=$(count_missing "$1")
    if [ "$missing" -eq 0 ] || [ "$missing" -ge "$cells" ]; then
        fail "$missing of $cells cells are missing after the kill"
    fi
}

expect_whole() # OUT WHAT
{
    [ "$(cat "$1"/runs/*.jsonl | grep -c '"outcome":')" -eq "$cells" ] || fail "$2: not one row a cell"
    "$EGBENCH_BIN/egbench-report" --merge "$1/merged" "$1" >"$scratch/merge.log" 2>&1 ||
        fail "$2: the merge failed"
    [ "$("$EGBENCH_BIN/egbench-report" --digest "$1/merged")" = "$digest" ] || fail "$2: another digest"
    passed=$((passed + 1))
    echo "ok     $2"
}

submit() # SBATCH-OPTION... SCRIPT ARGUMENT...: prints the job
{
    sbatch --parsable --chdir="$PWD" --output="$scratch/job-%j.log" "$@"
}

has_ended() # JOB
{
    [ -z "$(squeue -h -j "$1")" ]
}

test_array()
{
    local out=$scratch/array job
    local command=(submit --array=1-3 contrib/slurm-array.sh "$out" "$experiment" "${options[@]}")
    job=$("${command[@]}")
    wait_until 60 "rows of task 2" has_some "$out/runs/$experiment.shard-2-of-3.jsonl"
    scancel --full --signal=KILL "${job}_2"
    wait_until 120 "the end of job $job" has_ended "$job"
    expect_broken "$out"
    job=$("${command[@]}")
    wait_until 120 "the end of job $job" has_ended "$job"
    expect_whole "$out" "sbatch --array"
}

test_srun()
{
    local out=$scratch/srun job
    local command=(submit --ntasks=3 contrib/slurm-srun.sh "$out" "$experiment" "${options[@]}")
    job=$("${command[@]}")
    wait_until 60 "rows of task 2" has_some "$out/runs/$experiment.shard-2-of-3.jsonl"
    kill -9 "$(pid_of_second SLURM_PROCID "$out")"
    wait_until 120 "the end of job $job" has_ended "$job"
    expect_broken "$out"
    job=$("${command[@]}")
    wait_until 120 "the end of job $job" has_ended "$job"
    expect_whole "$out" "srun"
}

test_mpirun()
{
    local out=$scratch/mpirun status=0 job
    export MPIRUN_OPTIONS="--allow-run-as-root --oversubscribe -n 3"
    contrib/mpirun.sh "$out" "$experiment" "${options[@]}" >"$scratch/mpirun.log" 2>&1 &
    job=$!
    wait_until 60 "rows of process 2" has_some "$out/runs/$experiment.shard-2-of-3.jsonl"
    kill -9 "$(pid_of_second OMPI_COMM_WORLD_RANK "$out")"
    wait $job || status=$?
    [ $status -ne 0 ] || fail "mpirun.sh exits with 0 though a process was killed"
    expect_broken "$out"
    contrib/mpirun.sh "$out" "$experiment" "${options[@]}" >"$scratch/mpirun.log" 2>&1 || fail "mpirun.sh, again"
    expect_whole "$out" "mpirun"
}

"$EGBENCH_BIN/egbench-$experiment" "${options[@]}" --threads 1 --quiet --out "$scratch/whole" >/dev/null
digest=$("$EGBENCH_BIN/egbench-report" --digest "$scratch/whole")
cells=$(rows_of "$scratch/whole/runs/$experiment.jsonl")
start_slurm
test_array
test_srun
test_mpirun
echo "$passed passed"
