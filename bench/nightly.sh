#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the experiments with several seeds and holds them against the reference.
#   EGBENCH_BIN=FOLDER bench/nightly.sh night            runs, compares, keeps: 1 on a drift or a broken run
#   EGBENCH_BIN=FOLDER bench/nightly.sh reference        makes the reference of this code
#   EGBENCH_BIN=FOLDER bench/nightly.sh accept           the same, and writes REASON into the history
# The environment may set SCALE (smoke), SEEDS of a nightly run (0..9), CONFIRM_SEEDS (10..19) that are run when a
# nightly run looks as if something moved, REFERENCE_SEEDS (0..19), EXPERIMENTS and RESULTS (results).
# What was killed goes on where it stopped. Rows are made on the Haswell kernels of OpenBLAS unless the
# environment says otherwise, without data sets from outside, so that most machines give the same bits.
set -euo pipefail
export LC_ALL=C OPENBLAS_NUM_THREADS=1 OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE:-Haswell}
bin=${EGBENCH_BIN:?name the folder of the programs}
scale=${SCALE:-smoke}
seeds=${SEEDS:-0..9}
confirm_seeds=${CONFIRM_SEEDS:-10..19}
reference_seeds=${REFERENCE_SEEDS:-0..19}
read -ra experiments <<<"${EXPERIMENTS:?name the experiments}"
results=${RESULTS:-results}
nightly=$results/nightly
rows=$nightly/rows
history=$results/history.jsonl
reference=$results/reference/nightly.jsonl
[ "$scale" = smoke ] || reference=$results/reference/nightly-$scale.jsonl
broken=()

stop() # CODE MESSAGE
{
    echo "nightly: $2" >&2
    exit "$1"
}

take_lock()
{
    mkdir -p "$nightly" 2>/dev/null || stop 3 "cannot make $nightly; give another folder with RESULTS"
    exec 9>>"$nightly/lock" || stop 3 "cannot write $nightly/lock"
    flock -n 9 || stop 3 "another run holds $nightly/lock; wait for its end, then give the same command again"
}

# Keeps the rows that belong to this code, machine and scale, and throws away others.
prepare_rows()
{
    local identity
    identity="$scale $("$bin/egbench-nightly" --identity)" || stop 4 'egbench-nightly does not run'
    if [ "$(cat "$nightly/identity" 2>/dev/null)" != "$identity" ]; then
        rm -rf "$rows" "$nightly/begun"
        echo "$identity" >"$nightly/identity"
    fi
    mkdir -p "$nightly/no_data"
}

list_seeds() # 0..3,7
{
    local range
    for range in ${1//,/ }; do
        seq "${range%%..*}" "${range##*..}"
    done
}

run_seeds() # SEEDS: runs what is not there yet
{
    local seed experiment code
    for seed in $(list_seeds "$1"); do
        for experiment in "${experiments[@]}"; do
            code=0
            env -u EGBENCH_DATA_DIR XDG_CACHE_HOME="$nightly/no_data" "$bin/egbench-$experiment" \
                --scale "$scale" --seed "$seed" --quiet --out "$rows/seed-$seed" \
                >/dev/null 2>"$nightly/error" || code=$?
            [ $code -ne 130 ] || stop 130 'interrupted; the same command goes on'
            [ $code -eq 0 ] || broken+=("egbench-$experiment, seed $seed: $(tail -n 1 "$nightly/error" | tr -cd ' !#-[]-~')")
        done
    done
}

time_steps()
{
    "$bin/egbench-kernels" --short --json >"$nightly/steps.part" || stop 4 'egbench-kernels failed'
    mv "$nightly/steps.part" "$nightly/steps.json"
}

drift() # OPTION...: egbench-drift on the run's rows
{
    "$bin/egbench-drift" --reference "$reference" --history "$history" --scale "$scale" \
        --seeds "$seeds" --steps "$nightly/steps.json" "$@" "$rows"
}

# Leaves what is to be said in verdict.json; returns egbench-drift's exit code.
compare()
{
    local code=0
    drift --json >"$nightly/verdict.json" || code=$?
    if [ $code -eq 5 ]; then
        run_seeds "$confirm_seeds"
        code=0
        drift --confirm-seeds "$confirm_seeds" --json >"$nightly/verdict.json" || code=$?
    fi
    return $code
}

say_broken()
{
    printf '{"verdict":"broken","moved":[],"answer":"The nightly run is broken: %d runs failed, the first is %s"}\n' \
        ${#broken[@]} "${broken[0]}" >"$nightly/verdict.json"
}

# The page on the rows of the long runs where there are any, else on the run's first seed.
write_page()
{
    local store=$results first
    first=$(list_seeds "$seeds" | head -n 1)
    compgen -G "$results/runs/*.jsonl*" >/dev/null || store=$rows/seed-$first
    "$bin/egbench-report" --quiet --out "$nightly" --history "$history" "$store" 2>"$nightly/error" ||
        echo "nightly: no page: $(tail -n 1 "$nightly/error")" >&2
}

run_night()
{
    local code=0
    [ -e "$reference" ] || stop 3 "there is no $reference; make it with: make nightly-reference SCALE=$scale"
    prepare_rows
    if [ ! -e "$nightly/begun" ]; then
        rm -rf "$rows"
        touch "$nightly/begun"
    fi
    run_seeds "$seeds"
    time_steps
    [ ${#broken[@]} -gt 0 ] || compare || code=$?
    if [ ${#broken[@]} -gt 0 ]; then
        say_broken
        code=1
    elif [ $code -gt 1 ]; then
        stop $code 'egbench-drift could not compare'
    fi
    "$bin/egbench-nightly" --record --history "$history" --scale "$scale" --seeds "$seeds" \
        --steps "$nightly/steps.json" --verdict "$nightly/verdict.json" "$rows" || exit
    rm -f "$nightly/begun"
    write_page
    exit $code
}

# The rows of this run, and of a reference that was killed, need not be run again.
run_reference_seeds()
{
    prepare_rows
    run_seeds "$reference_seeds"
    [ ${#broken[@]} -eq 0 ] || stop 3 "${#broken[@]} runs failed, the first is ${broken[0]}"
}

accept()
{
    local reason=${REASON:-}
    [ -n "$reason" ] || stop 2 'say why the baseline moves: make accept REASON="..."'
    iconv -f utf-8 -t utf-8 <<<"$reason" >/dev/null 2>&1 || stop 2 'REASON is no UTF-8'
    local changes
    changes=$(git -c safe.directory='*' status --porcelain -- Makefile src metrics datasets bench) ||
        stop 3 'git does not say whether the working tree is that of a commit; run this in a clone'
    [ -z "$changes" ] ||
        stop 2 'the working tree has changes that no commit has; commit them first, so that the baseline names its code'
    run_reference_seeds
    "$bin/egbench-nightly" --accept "$reason" --history "$history" --reference "$reference" \
        --scale "$scale" --seeds "$reference_seeds" "$rows" || exit
    echo 'Now have it reviewed as a commit:'
    echo "  git add $reference $history && git commit -m 'Baseline moved: ${reason//\'/}'"
}

case ${1:-} in
night)
    take_lock
    run_night
    ;;
reference)
    take_lock
    run_reference_seeds
    "$bin/egbench-nightly" --make-reference --reference "$reference" --scale "$scale" \
        --seeds "$reference_seeds" "$rows"
    ;;
accept)
    take_lock
    accept
    ;;
*) stop 2 'usage: bench/nightly.sh night | reference | accept' ;;
esac
