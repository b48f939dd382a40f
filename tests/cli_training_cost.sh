#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every method has a rate and a size; more points cost more; what was not run says so; the claims about
# the cost on VGG16 are judged by such rows.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
program=$EGBENCH_BIN/egbench-training-cost

"$program" --scale smoke --quiet --out "$scratch/out" >"$scratch/table"
awk '$1 == "integrated_gradients_300" || $1 == "none" || $1 == "cdep" || $1 == "robust" { seen++ }
    END { exit seen != 8 }' "$scratch/table" || fail "not all methods: $(cat "$scratch/table")"
"$program" --scale smoke --quiet --json --out "$scratch/out" >"$scratch/json"
if ! command -v python3 >/dev/null; then
    echo "SKIPPED the numbers: there is no python3"
    python3() { cat >/dev/null; }
fi
python3 - "$scratch/json" <<'END' || fail "numbers that cannot be"
import json, sys
results = [json.loads(line) for line in open(sys.argv[1])]
number = {(r["dataset"], r["method"], r["metric"]): r["value"] for r in results}
for network, most in ("mlp", 20), ("mnist_network", 2):
    of = lambda method, metric: number[network, method, metric]
    assert of("none", "extra_gradient_calls") == 0 and of("eg", "extra_gradient_calls") == 1
    assert of("integrated_gradients_300", "extra_gradient_calls") == 300
    assert of("integrated_gradients_300", "points_run") == most
    assert of("eg_10", "points_run") == min(10, most)
    assert of("none", "peak_memory") < of("eg", "peak_memory") < of("eg_10", "peak_memory")
    assert of("integrated_gradients_300", "times_plain") > 1
END

# Rows of the same form for VGG16, with times given: EG 2, RRR 2.1, CDEP 3 steps without a regulariser.
mkdir -p "$scratch/made/runs"
row() # GUIDE SAMPLES SECONDS MB: five rounds
{
    local round
    for round in 0 1 2 3 4; do
        printf '{"key":"%s%s%s","experiment":"training-cost","config":{"dataset":"vgg16","protocol":"paper","scale":"quick","seed":0,"network":"vgg16","inputs":1,"batch":4,"guide":"%s","samples":%s,"steps":1,"replicate":%s},"outcome":"ok","values":{"gradient_calls":%s,"loss":1,"timing":{"seconds":[%s],"bytes":%se6}},"seed":0}\n' \
            "$1" "$2" "$round" "$1" "$2" "$round" "$2" "$3$((round % 3))" "$4"
    done
}
{
    row none 1 1.0 100
    row eg 1 2.0 150
    row rrr 1 2.1 150
    row cdep 1 3.0 140
    row integrated_gradients 1 2.0 150
    row integrated_gradients 2 3.0 180
} >"$scratch/made/runs/training-cost.jsonl"
seal "$scratch/made/runs/training-cost.jsonl"
"$EGBENCH_BIN/egbench-report" --quiet --out "$scratch/report" "$scratch/made" >"$scratch/said" 2>&1 ||
    fail "no report: $(cat "$scratch/said")"
claims=$(find "$scratch/report" "$scratch/made" -name claims.csv | head -n 1)
verdict() # ID WORDS
{
    grep "^$1," "$claims" | grep -q "$2" || fail "$1: not '$2': $(grep "^$1," "$claims")"
}
verdict cost-faster-eg ',reproduced,'
verdict cost-memory-eg ',not reproduced,'
verdict cost-slower-cdep ',reproduced,'
verdict cost-eg-rrr-speed ',reproduced,'
verdict cost-one-gradient-call ',reproduced,'
# Twenty points are reckoned from two, which establishes nothing.
verdict cost-ig-30 ',inconclusive,.*extrapolated'
verdict cost-order-of-magnitude ',inconclusive,.*extrapolated'

# Rows of a version that had other fields are left out with a warning; a report is made all the same.
mkdir -p "$scratch/old/runs"
row none 1 1.0 100 | sed 's/,"replicate":[0-9]*//' | head -n 1 >"$scratch/old/runs/training-cost.jsonl"
seal "$scratch/old/runs/training-cost.jsonl"
"$EGBENCH_BIN/egbench-report" --out "$scratch/report-old" "$scratch/old" >"$scratch/said" 2>&1 ||
    fail "rows of another version: exit code $?: $(cat "$scratch/said")"
grep -q 'training-cost: left out: .*replicate' "$scratch/said" || fail "rows of another version: $(cat "$scratch/said")"

status=0
"$program" --out "$scratch" --dataset nhanes >"$scratch/none" 2>"$scratch/err" || status=$?
[ $status -eq 2 ] || fail "an unknown network: exit code $status"
grep -q 'vgg16' "$scratch/err" || fail "an unknown network: $(cat "$scratch/err")"
