#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-compare --predict: a network asked as a command scores as the same network from its file; without gradients what
# needs them is skipped; commands that are wrong. And --output: one of several outputs.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache TMPDIR=$scratch/tmp PYTHONPATH=$PWD/contrib/python PYTHONDONTWRITEBYTECODE=1
mkdir "$TMPDIR"
program=("$EGBENCH_BIN/egbench-compare" --scale smoke --threads 2)

expect 2 "leave out --model" "${program[@]}" --predict x --model y
expect 2 "{dir} is not for a command that stays up" "${program[@]}" --predict 'x {dir}'
expect 2 "--predict: give the rows too" "${program[@]}" --predict x
expect 2 "--output goes with --model" "${program[@]}" --output 1
python=
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import numpy' 2>/dev/null; then python=$candidate; fi
done
if [ -z "$python" ]; then
    echo "SKIPPED models that are commands: python3-numpy is not installed"
    exit 0
fi

cat >"$scratch/model.py" <<'END'
import sys
import numpy as np
from egbench import Network
from egbench._models import Stored

stored, what = Stored.read(sys.argv[1]), sys.argv[2]
net = Network(stored.text, stored.tensors)
print("egbench-worker 1" + " gradients" * (what != "plain"), flush=True)
for line in sys.stdin:
    word, folder = line.rstrip("\n").split(" ", 1)
    x = np.load(folder + "/x.npy")
    if what == "fails":
        print("failed: no such rows", flush=True)
        continue
    if word == "gradient":
        np.save(folder + "/gradients.npy", net.gradient(x))
    else:
        np.save(folder + "/outputs.npy", np.tile(net(x)[:, None], 2) if what == "wide" else net(x) / (what != "odd"))
    print("ok", flush=True)
END
expect 0 "" "${program[@]}" --dataset interactions -r 1 --export "$scratch/given"
unit=$scratch/given/interactions-0
"$python" -c '
import sys, numpy as np
for name, count in (("x_train", 20), ("x_test", 5), ("y_test", 5)):
    path = f"{sys.argv[1]}/{name}.npy"
    np.save(path, np.load(path)[:count])' "$unit"
rows=(--x-train "$unit/x_train.npy" --x-test "$unit/x_test.npy" --y-test "$unit/y_test.npy")
of_command() # WHAT
{
    echo "$python $scratch/model.py $unit $1"
}
numbers() # FOLDER METHOD
{
    grep "\"method\":\"$2\"" "$scratch/$1/runs/compare.jsonl" |
        grep -o '"\(KPM\|RAI\|infidelity_normalised\|insertion_normalised\|shapley_error\|max_sensitivity\)":[-0-9.e]\{8\}' | sort
}
for method in expected_gradients occlusion; do # the second is held against the first
    expect 0 " 0 failed" "${program[@]}" "${rows[@]}" --out "$scratch/file" --only $method --model "$unit/model.safetensors"
    expect 0 " 0 failed" "${program[@]}" "${rows[@]}" --out "$scratch/command" --only $method --predict "$(of_command full)"
    [ "$(numbers file $method | wc -l)" -eq 6 ] || fail "$method: no numbers of the file"
    [ "$(numbers file $method)" = "$(numbers command $method)" ] ||
        fail "$method: $(numbers command $method), not $(numbers file $method)"
done
grep '"method":"occlusion"' "$scratch/command/runs/compare.jsonl" |
    grep -q '"randomisation":"a command has no weights to draw anew"' || fail "randomisation is not skipped"
expect 0 "1 skipped" "${program[@]}" "${rows[@]}" --out "$scratch/command" --only deeplift --predict "$(of_command full)"
[ -z "$(ls "$TMPDIR")" ] || fail "left: $(ls "$TMPDIR")"

# A method from outside is told the command.
expect 0 " 0 failed" "${program[@]}" "${rows[@]}" --out "$scratch/command" --only mine --predict "$(of_command full)" \
    --name mine --exec "[ ! -e {dir}/model.safetensors ] && grep -q '\"predict\": .*model.py' {dir}/config.json && cp {dir}/x_test.npy {dir}/attributions.npy"

# Without gradients.
plain=("${program[@]}" "${rows[@]}" --out "$scratch/plain" --reference occlusion --predict "$(of_command plain)")
expect 0 "1 ok, 1 skipped, 0 failed" "${plain[@]}" --only gradients
grep -q 'skip: it needs gradients, which the model does not give' "$scratch/plain/runs/compare.jsonl" || fail "why"
[ "$(numbers plain occlusion)" = "$(numbers file occlusion)" ] || fail "occlusion without gradients is another"

for case in 'fails|the model (--predict): no such rows' 'odd|the number at row 0 is' 'wide|its outputs.npy has shape (5, 2) where (5, 1) is needed'; do
    expect 3 "${case#*|}" "${program[@]}" "${rows[@]}" --out "$scratch/odd" --only gradients --predict "$(of_command "${case%%|*}")"
done
expect 3 "its worker ended with exit code 5 before it was up; the last line it printed: no trees" \
    "${program[@]}" "${rows[@]}" --out "$scratch/odd" --only gradients --predict 'echo no trees >&2; exit 5'

# One output of three is what the network with this output alone is.
"$python" - "$scratch" "$unit" <<'END'
import sys
import numpy as np
import egbench
from egbench._models import Stored

scratch, unit = sys.argv[1:]
rng = np.random.default_rng(0)
stored = Stored("dense 6, tanh, dense 3, dropout 0.1", {"0.weight": rng.normal(size=(6, 10)), "0.bias": rng.normal(size=6),
                "2.weight": rng.normal(size=(3, 6)), "2.bias": rng.normal(size=3)})
stored.write(scratch + "/three.safetensors")
stored.take_output(2).write(scratch + "/third.safetensors")
label = egbench.Network(stored.text, stored.tensors)(np.load(unit + "/x_test.npy")).argmax(1)
np.save(scratch + "/label.npy", label.astype(float))
np.save(scratch + "/is_third.npy", (label == 2).astype(float))
END
ask=("${program[@]}" --x-train "$unit/x_train.npy" --x-test "$unit/x_test.npy" --only expected_gradients)
expect 0 "" "${ask[@]}" --out "$scratch/three" --model "$scratch/three.safetensors" --y-test "$scratch/label.npy" --output 2
expect 0 "" "${ask[@]}" --out "$scratch/third" --model "$scratch/third.safetensors" --y-test "$scratch/is_third.npy"
[ "$(numbers three expected_gradients | wc -l)" -eq 6 ] || fail "no numbers of an output"
[ "$(numbers three expected_gradients)" = "$(numbers third expected_gradients)" ] || fail "output 2 is another"
grep -q '"labels":"labels are 1 where' "$scratch/three/runs/compare.jsonl" || fail "labels"
expect 3 "has 3 outputs: say with --output K" "${ask[@]}" --out "$scratch/three" --model "$scratch/three.safetensors"
expect 3 "--output 3: the network ends with 3 outputs of which 0 is the first" \
    "${ask[@]}" --out "$scratch/three" --model "$scratch/three.safetensors" --output 3
