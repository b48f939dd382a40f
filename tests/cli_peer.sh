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

# The same bits on more threads than there are processors.
for step in graph_prior mnist_prior mnist_robust; do
    "$program" --step $step --threads 16 --write "$scratch/16"
    "$program" --step $step --write "$scratch/1"
    diff -r "$scratch/16" "$scratch/1" || fail "$step: 16 threads came to other bits than one"
done
"$program" --step mnist_prior --convolution no-such 2>/dev/null && fail "any form of convolution was taken"

# A Python without torch is skipped with a line.
command -v python3 >/dev/null || {
    echo "SKIPPED the comparison with peers: no python3"
    exit 0
}
printf '#!/bin/sh\nexit 1\n' >"$scratch/bare-python"
chmod +x "$scratch/bare-python"
python3 bench/peer/compare_peers.py "$program" --python "$scratch/bare-python" >"$scratch/said" || fail "a bare Python"
grep -q 'bare-python is skipped' "$scratch/said" || fail "a bare Python was not named: $(cat "$scratch/said")"
python3 bench/peer/compare_peers.py "$program" --steps no-such 2>/dev/null && fail "any step was compared"
PYTHONPATH=bench/peer python3 tests/check_peers.py || fail "what is summed up of a comparison"

"$python" -c 'import numpy' 2>/dev/null || {
    echo "SKIPPED the metrics in numpy: $python has no numpy (python3-numpy)"
    exit 0
}
"$program" --step metrics --write "$scratch/metrics"
[ "$(exponent numpy_metrics.py tuned "$scratch/metrics")" -le -5 ] || fail "numpy's metrics differ"
"$program" --step metrics --write "$scratch/damaged"
cp "$scratch/metrics/x.npy" "$scratch/damaged/phi.npy" # rows in the place of attributions
[ "$(exponent numpy_metrics.py tuned "$scratch/damaged")" -ge -2 ] || fail "a damaged file was not seen"
