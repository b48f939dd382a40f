#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# As cli_peer.sh, the training steps in PyTorch: `make peer-test`, as python3-torch is large.
set -eu
. tests/expect.sh
. tests/peer_error.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
program=$EGBENCH_BIN/egbench-peer-step

"$program" --step metrics --write "$scratch/metrics"
[ "$(exponent numpy_metrics.py reference "$scratch/metrics")" -le -5 ] ||
    fail "SHAP's way to the metrics differs"
for step in sparse_prior graph_prior mnist_prior; do
    "$program" --step $step --write "$scratch/$step"
    for form in batch func; do
        [ "$(exponent torch_steps.py $step $form "$scratch/$step" 1)" -le -5 ] ||
            fail "$step, $form: PyTorch differs"
    done
done
[ "$(exponent torch_steps.py mnist_prior "batch channels_last" "$scratch/mnist_prior" 1)" -le -5 ] ||
    fail "mnist_prior, channels last: PyTorch differs"

# In a search by signed steps rounding may send a pixel the other way, where the slope is next to 0.
"$program" --step mnist_robust --write "$scratch/mnist_robust"
for form in batch func; do
    found=$(faults mnist_robust $form "$scratch/mnist_robust")
    [ -z "$found" ] || fail "mnist_robust, $form: PyTorch differs: $found"
done
cp "$scratch/mnist_robust/neighbours.npy" "$scratch/mnist_robust/start.npy" # four steps farther
[ -n "$(faults mnist_robust func "$scratch/mnist_robust")" ] || fail "other neighbours were not seen"

# A whole comparison: the faster form is taken, the other kept with its time; what there is not is skipped.
"$python" bench/peer/compare_peers.py "$program" --python "$python" --steps graph_prior --rounds 1 --patience 1 \
    --out "$scratch/peers" >"$scratch/said"
"$python" - "$scratch/peers/peers.json" <<'END' || fail "a comparison: $(cat "$scratch/said")"
import json
import sys

row, = json.load(open(sys.argv[1]))["rows"]
peer, = row["peers"].values()
timed = {tried["form"]: tried["seconds"] for tried in row["tried"] if "seconds" in tried}
assert set(timed) == {"batch", "func"} and peer["form"] == min(timed, key=timed.get), row["tried"]
assert [tried["form"] for tried in row["tried"] if "skipped" in tried] == ["func compiled"], row["tried"]
assert row["egbench"]["share"] > 0 and peer["ratio"]["median"] > 0 and not row["faults"], row
END
"$python" bench/peer/compare_peers.py "$program" --python "$python" --steps sparse_plain --rounds 1 --patience 1 \
    --out "$scratch/peers" >"$scratch/said"
[ "$(grep -c '^| [a-z_]* | [0-9]* | [0-9.]* ms' "$scratch/peers/peers.md")" = 2 ] ||
    fail "one step more: $(cat "$scratch/peers/peers.md")"
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

# The numbers of captum, SHAP, LIME and Quantus that tests/test_peers.c holds ours against are those of the packages
# that are here (make peer-environment, PYTHON=build/peer/bin/python).
"$python" bench/peer/peer_measures.py --check tests/oracle/peers/numbers.json || fail "a peer says something else"
sed 's/"complexity":{"value":1/"complexity":{"value":2/' tests/oracle/peers/numbers.json >"$scratch/other.json"
if "$python" -c 'import quantus' 2>/dev/null; then
    "$python" bench/peer/peer_measures.py --check "$scratch/other.json" >/dev/null 2>&1 && fail "another number was not seen"
fi

cp "$scratch/sparse_prior/y.npy" "$scratch/kept"
tr '\077' '\100' <"$scratch/kept" >"$scratch/sparse_prior/y.npy" # ones become others
[ "$(exponent torch_steps.py sparse_prior batch "$scratch/sparse_prior" 1)" -ge -3 ] ||
    fail "damaged labels were not seen"
