#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What egbench-peer-step writes is enough for another program to come to the same; and a difference is
# seen. The steps in PyTorch: peer_test.sh.
set -eu
. tests/expect.sh
. tests/peer_error.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
program=$EGBENCH_BIN/egbench-peer-step

status=0
"$program" --step no-such 2>"$scratch/err" || status=$?
[ $status -eq 2 ] || fail "an unknown step gave $status"
grep -q 'sparse_prior' "$scratch/err" || fail "the error does not list the steps"
"$program" --step metrics | grep -q '"seconds": [0-9]' || fail "no time of a step"

"$python" -c 'import numpy' 2>/dev/null || {
    echo "SKIPPED the metrics in numpy: $python has no numpy (python3-numpy)"
    exit 0
}
"$program" --step metrics --write "$scratch/metrics"
[ "$(exponent numpy_metrics.py tuned "$scratch/metrics")" -le -5 ] || fail "numpy's metrics differ"
"$program" --step metrics --write "$scratch/damaged"
cp "$scratch/metrics/x.npy" "$scratch/damaged/phi.npy" # rows in the place of attributions
[ "$(exponent numpy_metrics.py tuned "$scratch/damaged")" -ge -2 ] || fail "a damaged file was not seen"
