#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-compare: measures without a value are skipped with the reason and the others stand; what a method is
# given to see; what the verdict says of its numbers; which measures and which reference.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache TMPDIR=$scratch/tmp
mkdir "$TMPDIR"
program=("$EGBENCH_BIN/egbench-compare" --scale smoke --threads 2 --verbose)
expect 0 "" "${program[@]}" --dataset interactions -r 1 --export "$scratch/given"
unit=$scratch/given/interactions-0
cp "$unit/x_test.npy" "$scratch/mine.npy"

says() # WORD: in the report, whatever its lines
{
    tr -s ' \n' ' ' <"$scratch/out" | grep -qF -e "$1" || fail "no '$1' in: $(tail -n 30 "$scratch/out")"
}

says_nothing_of() # WORD
{
    ! grep -qF -e "$1" "$scratch/out" || fail "'$1' in: $(grep -F -e "$1" "$scratch/out")"
}

# --- measures without a value ---

run() # OUT OPTION...: the user's model, two methods
{
    local out=$1
    shift
    expect 0 " 0 failed, 0 missing" "${program[@]}" --only mine --out "$scratch/$out" \
        --model "$unit/model.safetensors" --x-test "$unit/x_test.npy" --attributions "$scratch/mine.npy" "$@"
}
# The same header, and zeros.
{ head -c 128 "$unit/y_test.npy"; head -c 800 /dev/zero; } >"$scratch/zeros.npy"
run one_class --x-train "$unit/x_train.npy" --y-test "$scratch/zeros.npy"
says 'KAM, KAR, KAI, RAM, RAR, RAI: skipped: the labels of all 100 test rows are 0: ROC-AUC needs both classes'
grep -q '^method .* KPM↑  .* KPI↑ ' "$scratch/out" || fail "the others do not stand: $(cat "$scratch/out")"
says_nothing_of ' KAM↑  '
grep -q '"text":"KAM, KAR, KAI, RAM, RAR, RAI: skipped' "$scratch/one_class/report/comparison.jsonl" || fail "JSON"
grep -q 'KAM, KAR, KAI, RAM, RAR, RAI: skipped' "$scratch/one_class/report/comparison.html" || fail "page"
expect 0 " 2 skipped, 0 failed" "${program[@]}" --only '*retrain*' --only '*mine*' --retrain --out "$scratch/one_class" \
    --model "$unit/model.safetensors" --x-test "$unit/x_test.npy" --attributions "$scratch/mine.npy" \
    --x-train "$unit/x_train.npy" --y-train "$unit/y_train.npy" --y-test "$scratch/zeros.npy"
says 'mine, retrain: skip: the labels of all 100 test rows are 0'

run no_labels --x-train "$unit/x_train.npy"
says 'KAM, KAR, KAI, RAM, RAR, RAI: skipped: there are no labels of the test rows'

{ head -c 128 "$unit/x_train.npy" | sed 's/(900, 10), }/(10, 10), } /'; tail -c +129 "$unit/x_train.npy" | head -c 800; } >"$scratch/few.npy"
run few --x-train "$scratch/few.npy" --y-test "$unit/y_test.npy"
says 'KPI, KNI, KAI, RPI, RNI, RAI: skipped: imputing needs more training rows than features: give 11 rows or more in place of 10'
grep -q '^method .* KPR↑ ' "$scratch/out" || fail "the others do not stand"
says_nothing_of ' RAI↑  '

# --- a method's own folder ---

smoke=("${program[@]}" --dataset interactions -r 1 --out "$scratch/out dir")
cat >"$scratch/look.sh" <<'SOURCE'
ls "$1/.." >>"${0%/*}/seen"
echo "$1" >>"${0%/*}/seen"
cp "$1/x_test.npy" "$1/attributions.npy"
SOURCE
expect 0 " 3 run" "${smoke[@]}" --only 'look?' \
    --exec "sh $scratch/look.sh {dir}" --name look1 \
    --exec "sh $scratch/look.sh {dir}" --name look2
! grep -q 'runs\|report\|out dir' "$scratch/seen" || fail "a method sees results: $(cat "$scratch/seen")"
grep -q "^$TMPDIR/egbench-" "$scratch/seen" || fail "its folder: $(cat "$scratch/seen")"
[ -z "$(ls "$TMPDIR")" ] || fail "left: $(ls "$TMPDIR")"
says 'look1: shares from all training rows, asked 20'
says 'watched: look.sh; a change of anything else goes unseen'
TMPDIR="$scratch/out dir" expect 2 "a method must not see results" "${smoke[@]}" --only look3 --exec "true" --name look3

# What is watched beside the command's own files.
echo 1 >"$scratch/number.txt"
looks=("${smoke[@]}" --only look1 --exec "sh $scratch/look.sh {dir}" --name look1 --depends 'number.*')
expect 0 " 1 run" "${looks[@]}"
says 'watched: look.sh, 1 file that --depends names'
expect 0 " 0 run" "${looks[@]}"
echo 2 >"$scratch/number.txt"
expect 0 " 1 run" "${looks[@]}"
expect 2 "--depends none.*: fits no file" "${smoke[@]}" --exec "sh $scratch/look.sh" --depends 'none.*'

# What is watched is read once, and need not be there any more when the method has answered.
touch "$scratch/brief.txt"
expect 0 " 4 run" "${program[@]}" --dataset interactions -r 2 --out "$scratch/once" --only once --name once \
    --exec "rm -f $scratch/brief.txt; sh $scratch/look.sh {dir}" --depends 'brief.*'
says 'watched: brief.txt, look.sh;'

# The folder of a method that failed is moved, from another disk too.
if [ -w /dev/shm ] && [ "$(stat -c %d /dev/shm)" != "$(stat -c %d "$scratch")" ]; then
    memory=$(mktemp -d /dev/shm/egbench-test-XXXXXX)
    trap 'rm -rf "$scratch" "$memory"' EXIT
    TMPDIR=$memory expect 3 "its log: $scratch/out dir/exchange/" "${smoke[@]}" --only afar --name afar \
        --exec 'ln -s nowhere {dir}/link; exit 7'
    [ -z "$(ls "$memory")" ] || fail "left: $(ls "$memory")"
    [ "$(find "$scratch/out dir/exchange" -name link -o -name log.txt -o -name x_test.npy | wc -l)" -eq 3 ] ||
        fail "not kept: $(find "$scratch/out dir/exchange")"
else
    echo "SKIPPED a folder on another disk: there is none"
fi

# A folder in the way of the answer is replaced; what is no kind is refused.
expect 0 "" "${smoke[@]}" --only way --name way \
    --exec 'rm -rf {dir}/attributions.npy; cp {dir}/x_test.npy {dir}/attributions.npy'
mkdir "$scratch/given/interactions-0/attributions.npy"
touch "$scratch/given/interactions-0/attributions.npy/in"
expect 0 "" "${program[@]}" --dataset interactions -r 1 --export "$scratch/given"
[ ! -e "$unit/attributions.npy" ] || fail "a folder is left in the way of answers"
expect 3 "'kind' is neither" "${smoke[@]}" --only odd --name odd \
    --exec 'cp {dir}/x_test.npy {dir}/attributions.npy; echo "{\"kind\": \"odd\"}" >{dir}/config.json'
expect 3 "config.json: cannot read it" "${smoke[@]}" --only odd --name odd \
    --exec 'cp {dir}/x_test.npy {dir}/attributions.npy; rm {dir}/config.json; mkfifo {dir}/config.json'
expect 0 "" "${smoke[@]}" --only said --name said \
    --exec 'cp {dir}/x_test.npy {dir}/attributions.npy; echo "{\"kind\": \"slopes\", \"baseline\": \"mean\"}" >{dir}/config.json'
says 'said: slopes from the training mean, asked 20'

# --- signals ---

# A method that hangs is ended with all it started, in a session of its own or not.
for signal in TERM HUP; do
    rm -f "$scratch/pid"
    env --default-signal=HUP "${smoke[@]}" --only hang --name hang \
        --exec "setsid sh -c 'echo \$\$ >$scratch/pid; exec sleep 60' & sleep 60" >"$scratch/out" 2>"$scratch/err" &
    program_pid=$!
    for _ in {1..600}; do
        [ ! -s "$scratch/pid" ] || break
        sleep 0.1
    done
    [ -s "$scratch/pid" ] || fail "the method did not start: $(cat "$scratch/err")"
    kill -s "$signal" "$program_pid"
    status=0
    wait "$program_pid" || status=$?
    [ "$status" -eq 130 ] || fail "exit $status after SIG$signal: $(cat "$scratch/err")"
    [ ! -e "/proc/$(cat "$scratch/pid")" ] || fail "a process is left after SIG$signal"
done

# --- which measures, which reference ---

expect 0 " 0 run" "${looks[@]}" --measures 'KP?,infidelity'
says "--measures: 'infidelity' is called infidelity_normalised now"
grep -q '^method  *KPM↑  *KPR↑  *KPI↑  *infidelity_normalised↓ *$' "$scratch/out" || fail "measures: $(cat "$scratch/out")"
says 'the measures were chosen (--measures KP?,infidelity)'
says_nothing_of ' RAM'
expect 0 " 0 run" "${looks[@]}" --measures 'sparseness,relevance_*'
grep -q '^method  *relevance_mass[^ ]*  *relevance_rank[^ ]*  *sparseness[^ ]* *$' "$scratch/out" || fail "request: $(cat "$scratch/out")"
# One that takes long runs in cells of its own; it is not judged where it is not named.
expect 0 " 0 failed" "${looks[@]}" --measures 'directed_*'
grep -q '^expected_gradients  *[0-9]' "$scratch/out" || fail "directed: $(cat "$scratch/out")"
says 'directed_top, directed_order, directed_rank of look1'
expect 0 " 0 run" "${looks[@]}"
says_nothing_of 'directed_top'
says_nothing_of ' sparseness'
"${program[@]}" --metrics >"$scratch/out"
grep -A1 '^infidelity_yeh$' "$scratch/out" | grep -q '  is      mean (<m, phi> - ' || fail "--metrics"
says 'source Yeh et al. 2019, NeurIPS: subsets removed'
expect 0 "" "${looks[@]}" --reference gradients
says 'look1: too few units to tell it from Gradients'
grep -q '^  gradients: the reference that the others' "$scratch/out" || fail "reference"
# The second keeps its place in the table, and the reference is there whatever --only says.
for name in look2 said; do grep -q "^$name " "$scratch/out" || fail "$name is not in the table"; done
