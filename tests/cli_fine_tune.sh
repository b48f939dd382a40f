#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-fine-tune on a reader's own files, made here: photographs of ten classes, random weights of a narrow VGG under
# torchvision's names. All that Supplementary Table 2 and the figures need comes out, the same for any
# number of threads and after a kill, and a file that does not fit is named.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
program=$EGBENCH_BIN/egbench-fine-tune
report=$EGBENCH_BIN/egbench-report
[ -x "$program" ] || exit 0 # a build without it
unset EGBENCH_DATA_DIR

# Four photographs a class to train on, two to measure on: colour, grey, CMYK, 16 bits, turned, of one pixel, a ribbon.
pictures=(tests/fuzz/corpus/picture/*)
for class in 0 1 2 3 4 5 6 7 8 9; do
    mkdir -p "$scratch/train/class_$class" "$scratch/validation/class_$class"
    for i in 0 1 2 3 4 5; do
        picture=${pictures[(class * 7 + i * 4) % ${#pictures[@]}]}
        part=train
        [ $i -lt 4 ] || part=validation
        cp "$picture" "$scratch/$part/class_$class/$i.${picture##*.}"
    done
done
python3 - "$scratch/weights.safetensors" <<'EOF'
import array, json, random, struct, sys
random.seed(5)
shapes = {"features.0": (6, 3, 3, 3), "features.2": (6, 6, 3, 3), "features.5": (8, 6, 3, 3),
          "classifier.0": (16, 8 * 4 * 4), "classifier.3": (12, 16), "classifier.6": (10, 12)}
header, body = {}, b""
for name, shape in shapes.items():
    for part, size in (("weight", shape), ("bias", shape[:1])):
        count, fan = 1, 1
        for i, n in enumerate(size):
            count, fan = count * n, fan * (n if i else 1)
        numbers = array.array("f", (random.gauss(0, (2 / fan) ** 0.5) for _ in range(count)))
        header[f"{name}.{part}"] = {"dtype": "F32", "shape": size,
                                    "data_offsets": [len(body), len(body) + 4 * count]}
        body += numbers.tobytes()
text = json.dumps(header).encode()
open(sys.argv[1], "wb").write(struct.pack("<Q", len(text)) + text + body)
EOF
files=(--images "$scratch/train" --validation "$scratch/validation" --weights "$scratch/weights.safetensors")

run() # FOLDER OPTION...
{
    "$program" --scale smoke --quiet "${files[@]}" --out "$@" >"$scratch/table"
}
digest()
{
    "$report" --digest "$1"
}

run "$scratch/whole" --threads 1
for model in baseline prior_1_epoch prior_1.25_epochs; do
    awk -v model=$model '$1 == model && $2 >= 0 && $2 <= $3 && $3 <= 1 && $4 > 0 { seen = 1 } END { exit !seen }' \
        "$scratch/table" || fail "no accuracy and total variation of $model: $(cat "$scratch/table")"
done
grep -q '^\[image_folder, protocol paper' "$scratch/table" || fail "another data set: $(cat "$scratch/table")"
! grep -q '^control' "$scratch/table" || fail "a control that nobody asked for"
awk '$1 == "integrated_gradients" && NF == 3 && $2 == 0 { none = 1 } $1 == "expected_gradients" && NF == 3 && $2 > 0 { some = 1 }
    END { exit !(none && some) }' "$scratch/table" || fail "black pixels: $(cat "$scratch/table")"
expected=$(digest "$scratch/whole")

run "$scratch/three" --threads 3
[ "$(digest "$scratch/three")" = "$expected" ] || fail "another digest with 3 threads"
run "$scratch/control" --control
grep -q '^control_1_epoch' "$scratch/table" || fail "no control"

# Killed at some time, and gone on with.
for wait in 0.05 0.2; do
    (timeout -s KILL "$wait" "$program" --scale smoke --quiet "${files[@]}" --out "$scratch/killed" >/dev/null || true) 2>/dev/null
done
run "$scratch/killed"
[ "$(digest "$scratch/killed")" = "$expected" ] || fail "another digest after kills"

# Every figure and table is made.
"$report" --quiet --out "$scratch/whole"
for id in supplementary-figure-3 supplementary-figure-7 supplementary-figure-8 supplementary-figure-9 black-pixels; do
    ls "$scratch/whole/figures/$id"* >/dev/null 2>&1 || fail "no figure $id"
done
ls "$scratch"/whole/tables/supplementary-table-2* >/dev/null 2>&1 || fail "no table"

# The classes' order is the reader's.
for class in 9 8 7 6 5 4 3 2 1 0; do echo class_$class; done >"$scratch/classes"
run "$scratch/listed" --classes "$scratch/classes"
[ "$(digest "$scratch/listed")" != "$expected" ] || fail "a list of classes changed nothing"

# The same weights as ONNX are the same run.
mkdir -p "$scratch/five/train" "$scratch/five/validation"
for class in 0 1 2 3 4; do
    for part in train validation; do cp -r "$scratch/$part/class_$class" "$scratch/five/$part/"; done
done
five=(--images "$scratch/five/train" --validation "$scratch/five/validation")
run "$scratch/tensors" "${five[@]}" --weights tests/data/torchvision/vgg.safetensors
run "$scratch/onnx" "${five[@]}" --weights tests/data/onnx/torch_vgg_new.onnx
[ "$(digest "$scratch/onnx")" = "$(digest "$scratch/tensors")" ] || fail "another digest of the weights as ONNX"

# What it costs is told without running it.
"$program" --scale paper "${files[@]}" --out "$scratch/none" --estimate >"$scratch/estimate" 2>/dev/null
grep -qi 'hour' "$scratch/estimate" || fail "no estimate: $(cat "$scratch/estimate")"

# Wrong files are named.
expect 2 "--validation is missing" "$program" --scale smoke --images "$scratch/train" --out "$scratch/none"
expect 2 "cifar10, fashion_mnist" "$program" --scale smoke --dataset imagenet --out "$scratch/none"
expect 3 "nowhere" "$program" --scale smoke "${files[@]}" --images "$scratch/nowhere" --out "$scratch/none"
expect 3 "no class is listed" "$program" --scale smoke "${files[@]}" --classes /dev/null --out "$scratch/none"
expect 3 "numpy_f8_2x3.npy" "$program" --scale smoke "${files[@]}" --weights tests/data/numpy_f8_2x3.npy --out "$scratch/none"
expect 3 "'conv 2x2x3' after 'pool' is of no VGG network" "$program" --scale smoke "${files[@]}" --weights tests/data/onnx/torch_cnn_old.onnx \
    --out "$scratch/none"
mkdir "$scratch/train/class_a"
cp tests/fuzz/corpus/picture/dot.png "$scratch/train/class_a/"
expect 3 "a network of 10 classes" "$program" --scale smoke "${files[@]}" --out "$scratch/none"
rm -r "$scratch/train/class_a"
head -c 300 tests/fuzz/corpus/picture/colour.jpg >"$scratch/validation/class_0/4.jpg"

status=0
"$program" --scale smoke --quiet "${files[@]}" --out "$scratch/damaged" >"$scratch/out" 2>"$scratch/err" || status=$?
[ $status -ne 0 ] || fail "a damaged photograph was taken"
grep -q 'class_0/4.jpg: ' "$scratch/err" "$scratch"/damaged/runs/*.jsonl || fail "the damaged one is not named: $(cat "$scratch/err")"
