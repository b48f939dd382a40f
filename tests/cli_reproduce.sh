#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A whole run: every experiment and the page, and a table of what each took, which a second run leaves alone, since it
# runs nothing again; a signal comes through to the experiment that is running.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
costs=$scratch/out/times/smoke.csv

reproduce() # WORD...
{
    "$EGBENCH_BIN/egbench-reproduce" --scale smoke --quiet "$@" >"$scratch/said" 2>&1
}

reproduce --out "$scratch/out" || fail "a whole run ends with $?: $(tail -1 "$scratch/said")"
[ -s "$scratch/out/report/index.html" ] || fail "no page"
for command in $("$EGBENCH_BIN/egbench" list | sed -n 's/^\([a-z][a-z-]*\) .*/egbench-\1/p') egbench-report egbench-reproduce; do
    grep -qE "^$command,[0-9.]+ (s|min [0-9]+ s),[1-9][0-9]* MB,[1-9]" "$costs" || fail "no cost of $command: $(cat "$costs")"
done
cp "$costs" "$scratch/first"
reproduce --out "$scratch/out" || fail "a second run ends with $?"
cmp -s "$costs" "$scratch/first" || fail "the times of a run that ran nothing are kept as those of a whole"

reproduce --out "$scratch/part" convergence || fail "one experiment: $?"
[ ! -e "$scratch/part/times" ] || fail "one experiment's time is kept as that of a whole"

"$EGBENCH_BIN/egbench-reproduce" --scale smoke --out "$scratch/killed" >"$scratch/said" 2>&1 &
whole=$!
until [ -s "$scratch/killed/runs/keep-remove.jsonl" ]; do sleep 0.1; done
kill -TERM $whole
code=0
wait $whole || code=$?
[ $code = 130 ] || fail "exit status $code of an interrupted run: $(tail -1 "$scratch/said")"
[ ! -e "$scratch/killed/times" ] || fail "an interrupted run left its times"
