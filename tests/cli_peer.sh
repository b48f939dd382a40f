#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What egbench-peer-step writes is enough for another program to come to the same; and a difference is
# seen. The steps in PyTorch are tried where Debian's python3-torch is.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
program=$EGBENCH_BIN/egbench-peer-step
python=${PYTHON:-/usr/bin/python3}
export PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

status=0
"$program" --step no-such 2>"$scratch/err" || status=$?
[ $status -eq 2 ] || fail "an unknown step gave $status"
grep -q 'sparse_prior' "$scratch/err" || fail "the error does not list the steps"
"$program" --step metrics | grep -q '"seconds": [0-9]' || fail "no time of a step"

# The largest error that a script tells, as a power of ten.
exponent() # SCRIPT WORD...
{
    local script=$1
    shift
    "$python" "bench/peer/$script" "$@" </dev/null | sed -n '1p' |
        "$python" -c 'import json, math, sys
errors = json.load(sys.stdin)["errors"].values()
print(math.floor(math.log10(max(errors) + 1e-12)))'
}

"$python" -c 'import numpy' 2>/dev/null || {
    echo "no numpy: the rest is skipped"
    exit 0
}
"$program" --step metrics --write "$scratch/metrics"
[ "$(exponent numpy_metrics.py tuned "$scratch/metrics")" -le -5 ] || fail "numpy's metrics differ"
"$program" --step metrics --write "$scratch/damaged"
cp "$scratch/metrics/x.npy" "$scratch/damaged/phi.npy" # rows in the place of attributions
[ "$(exponent numpy_metrics.py tuned "$scratch/damaged")" -ge -2 ] || fail "a damaged file was not seen"

"$python" -c 'import torch' 2>/dev/null || {
    echo "no torch: the rest is skipped"
    exit 0
}
[ "$(exponent numpy_metrics.py reference "$scratch/metrics")" -le -5 ] ||
    fail "SHAP's way to the metrics differs"
for step in sparse_prior graph_prior mnist_prior; do
    "$program" --step $step --write "$scratch/$step"
    [ "$(exponent torch_steps.py $step batch "$scratch/$step" 1)" -le -5 ] ||
        fail "$step: PyTorch differs"
done
# Both are as near to double precision as single precision goes, and only then is it told.
told() # FOLDER: what is compared, and whether all of it agrees
{
    "$python" bench/peer/torch_steps.py sparse_prior batch "$1" 1 </dev/null | sed -n '1p' |
        "$python" -c 'import json, sys
told = json.load(sys.stdin)
print(*sorted(told), all(error < 1e-5 for side in told.values() for error in side.values()))'
}
[ "$(told "$scratch/sparse_prior")" = "errors True" ] || fail "a yardstick that is not there"
"$python" bench/peer/torch_steps.py sparse_prior double "$scratch/sparse_prior" 1
[ "$(told "$scratch/sparse_prior")" = "errors ours theirs True" ] || fail "off double precision"

cp "$scratch/sparse_prior/y.npy" "$scratch/kept"
tr '\077' '\100' <"$scratch/kept" >"$scratch/sparse_prior/y.npy" # ones become others
[ "$(exponent torch_steps.py sparse_prior batch "$scratch/sparse_prior" 1)" -ge -3 ] ||
    fail "damaged labels were not seen"
