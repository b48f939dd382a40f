#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-compare --model net.onnx, with its numbers in a file beside it; --output label and predicted; rows from CSV; images
# with channels first; what is refused.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
program=("$EGBENCH_BIN/egbench-compare" --scale smoke --threads 2 --quiet --out "$scratch/plain")
data=tests/data/onnx

expect 2 "--output 'x': give the number of an output, from 0, or label or predicted" "${program[@]}" --output x
expect 2 "--output label: give the labels" "${program[@]}" --model m --x-train a --x-test b --output label
expect 2 "--label goes with --x-train and --x-test that are CSV" \
    "${program[@]}" --model m --x-train a --x-test b --y-test c --label y
expect 2 "--channels goes with --model or --units" "${program[@]}" --channels first
rows=(--x-train "$data/torch_mlp_old_x.npy" --x-test "$data/torch_mlp_old_x.npy")
expect 2 "tells its layers: leave --network out" \
    "${program[@]}" --model "$data/torch_mlp_old.onnx" "${rows[@]}" --network "dense 1"
expect 3 "the network has 3 outputs" "${program[@]}" --model "$data/torch_mlp_old.onnx" "${rows[@]}"
expect 3 "the network takes 180 features" "${program[@]}" --model "$data/torch_cnn_old.onnx" "${rows[@]}" --output 0

# The framework's own outputs hold; the softmax is left out, and that is said.
"${program[@]}" --model "$data/torch_mlp_old.onnx" "${rows[@]}" --output 1 --measures infidelity \
    --outputs-test "$data/torch_mlp_old_y.npy" >"$scratch/verdict"
grep -q "without its last Softmax" "$scratch/plain/runs/compare.jsonl" || fail "nothing is said of the softmax"

# A changed file beside the model makes other cells.
cp "$data"/torch_external.onnx* "$scratch"
external=(--model "$scratch/torch_external.onnx" --x-train "$data/torch_external_x.npy"
    --x-test "$data/torch_external_x.npy" --output 0 --measures infidelity)
"${program[@]}" "${external[@]}" --out "$scratch/external" >/dev/null
before=$(wc -l <"$scratch/external/runs/compare.jsonl")
printf '\1' | dd of="$scratch/torch_external.onnx.data" bs=1 seek=2 conv=notrunc status=none
"${program[@]}" "${external[@]}" --out "$scratch/external" >/dev/null
[ "$(wc -l <"$scratch/external/runs/compare.jsonl")" -gt "$before" ] || fail "other weights, and no cell was run"

# Units are the classes that the network predicts; rows come from CSV with their labels.
{
    echo a,b,c,d,e,class
    for i in 1 2 3 4 5 6 7 8 9; do echo "0.$i,-$i,1.$i,0.5,-0.$i,$((i % 3))"; done
} >"$scratch/rows.csv"
"${program[@]}" --model "$data/torch_mlp_old.onnx" --x-train "$scratch/rows.csv" --x-test "$scratch/rows.csv" \
    --label class --output label --measures infidelity --out "$scratch/classes" >/dev/null
for class in 0 1 2; do
    grep -q "\"user-0-class-$class\"" "$scratch/classes/runs/compare.jsonl" || fail "no unit of class $class"
done
sed 's/,2$/,1/; 4s/,1$/,2/' "$scratch/rows.csv" >"$scratch/one.csv" # one row of class 2
expect 0 "user-0: 1 of 3 classes have fewer than two test rows and are left out" "${program[@]}" \
    --model "$data/torch_mlp_old.onnx" --x-train "$scratch/rows.csv" --x-test "$scratch/one.csv" --label class --output label \
    --measures infidelity --out "$scratch/left_out"
expect 3 "there is no column 'klass' (--label)" "${program[@]}" --model "$data/torch_mlp_old.onnx" \
    --x-train "$scratch/rows.csv" --x-test "$scratch/rows.csv" --label klass --output label

# A folder of units may hold model.onnx.
mkdir -p "$scratch/units/one"
cp "$data/torch_mlp_old.onnx" "$scratch/units/one/model.onnx"
for part in x_train x_test; do cp "$data/torch_mlp_old_x.npy" "$scratch/units/one/$part.npy"; done
"${program[@]}" --units "$scratch/units" --output 0 --measures infidelity --out "$scratch/folders" >/dev/null
grep -q '"unit":"one"' "$scratch/folders/runs/compare.jsonl" || fail "no unit from model.onnx"

# An operator that there is not is named with its node.
LC_ALL=C sed 's/Softplus/Softpluz/g' "$data/torch_mlp_old.onnx" >"$scratch/other.onnx"
expect 3 "operator 'Softpluz' (node '/0/0.6/Softpluz'): there is no such layer here; take the model as a command (--predict)" \
    "${program[@]}" --model "$scratch/other.onnx" "${rows[@]}" --output 0
