#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-compare --worker: one process answers all units, its numbers are those of --exec, one that fails names its
# log, and none is left when the run ends.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache TMPDIR=$scratch/tmp
mkdir "$TMPDIR"
out=$scratch/results
rows=$out/runs/compare.jsonl
smoke=("$EGBENCH_BIN/egbench-compare" --scale smoke --dataset interactions --threads 1 --out "$out")

cat >"$scratch/worker.sh" <<'END'
echo "$$" >>"$1/starts"
echo "egbench-worker 1"
while read -r folder; do
    echo "$folder" >>"$1/asked"
    cp "$folder/x_test.npy" "$folder/attributions.npy"
    echo ok
done
echo end >>"$1/ends"
END
expect 0 " 0 failed" "${smoke[@]}" --only 'w_*' --ask-again \
    --worker "sh $scratch/worker.sh $scratch" --name w_kept \
    --exec 'cp {dir}/x_test.npy {dir}/attributions.npy' --name w_anew
[ "$(wc -l <"$scratch/starts")" -eq 1 ] || fail "started $(wc -l <"$scratch/starts") times"
[ "$(sort -u "$scratch/asked" | wc -l)" -gt 20 ] || fail "asked about $(wc -l <"$scratch/asked") folders"
[ ! -e "/proc/$(cat "$scratch/starts")" ] || fail "the worker is left"
[ -z "$(ls "$TMPDIR")" ] || fail "left: $(ls "$TMPDIR")"
numbers() # METHOD
{
    grep "\"method\":\"$1\"" "$rows" | grep -o '"\(KPM\|infidelity_normalised\|max_sensitivity\|randomisation\)":[^,}]*'
}
[ "$(numbers w_kept | wc -l)" -eq 8 ] || fail "no numbers: $(numbers w_kept)"
[ "$(numbers w_kept)" = "$(numbers w_anew)" ] || fail "worker and command differ"
grep '"method":"w_kept"' "$rows" | grep -q '"watched":"worker.sh"' || fail "its file is not watched"

# It is run again when its file changes, and once more when it failed.
again=("${smoke[@]}" --only w_kept --ask-again --worker "sh $scratch/worker.sh $scratch" --name w_kept)
expect 0 " 0 run" "${again[@]}"
echo '# changed' >>"$scratch/worker.sh"
expect 0 " 2 run" "${again[@]}"

# The first unit fails, the second has a new worker.
cat >"$scratch/once.sh" <<'END'
echo "egbench-worker 1"
read -r folder
[ -e "$1/failed" ] || { touch "$1/failed"; echo 'Traceback: line 3' >&2; echo 'failed: ValueError: no rows'; read -r folder; }
cp "$folder/x_test.npy" "$folder/attributions.npy"
echo ok
read -r folder
END
expect 3 "once on interactions-0: ValueError: no rows; its log: $out/exchange/" "${smoke[@]}" --only once --name once --worker "sh $scratch/once.sh $scratch"
grep -q "1 of 2 cells failed" "$scratch/err" || fail "$(cat "$scratch/err")"
log=$(sed -n 's/.*its log: \([^ ]*log.txt\).*/\1/p' "$scratch/err" | tail -n 1)
[ "$(cat "$log")" = "Traceback: line 3" ] || fail "its log $log: $(cat "$log")"
expect 3 "dead on interactions-0: its worker ended with exit code 4 before it was up; the last line it printed: no luck; its log: $out" \
    "${smoke[@]}" --only dead --name dead --worker 'echo no luck >&2; exit 4'
expect 3 "hangs on interactions-0: ran into the time limit of 1 s over its answer" \
    "${smoke[@]}" --only hangs --name hangs --time-limit 1 --worker 'echo egbench-worker 1; sleep 60'
expect 3 "silent on interactions-0: it left no attributions.npy" \
    "${smoke[@]}" --only silent --name silent --worker 'echo egbench-worker 1; while read -r d; do echo ok; done'

# SIGTERM of the program ends a worker that is asked, with all it started.
rm -f "$scratch/pid"
"${smoke[@]}" --only stays --name stays \
    --worker "echo egbench-worker 1; read -r d; setsid sh -c 'echo \$\$ >$scratch/pid; exec sleep 60' & sleep 60" \
    >"$scratch/out" 2>"$scratch/err" &
program=$!
for _ in {1..600}; do
    [ ! -s "$scratch/pid" ] || break
    sleep 0.1
done
[ -s "$scratch/pid" ] || fail "the worker was not asked: $(cat "$scratch/err")"
kill -s TERM "$program"
status=0
wait "$program" || status=$?
[ "$status" -eq 130 ] || fail "exit $status after SIGTERM: $(cat "$scratch/err")"
[ ! -e "/proc/$(cat "$scratch/pid")" ] || fail "a process is left after SIGTERM"
