#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Pipes, folders, devices, files of 6 GB and gzipped files that are cut short in the place of each file that
# a program is given: read, or refused in a line, and never waited for.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache
preprocess=(timeout 60 "$EGBENCH_BIN/egbench-preprocess" --no-fpkm --no-combat --out "$scratch/out.csv")
compare=(timeout 60 "$EGBENCH_BIN/egbench-compare" --scale smoke --quiet --only '*gradient_x_input*' --verbose)

mkfifo "$scratch/pipe"
truncate -s 6G "$scratch/large"
cat >"$scratch/counts.csv" <<'END'
gene,s0,s1,s2
TP53,141,323,298
EGFR,340,317,53
KRAS,12,15,13
END

# What a file may be that is none, and the word it is refused with.
strange=("$scratch/pipe" "$scratch" /dev/zero "$scratch/large")
words=("it is a pipe" "it is a folder" "it is a device" "it has 6442450944 bytes, and at most")

# ---- tables ----
expect 0 "" "${preprocess[@]}" --counts "$scratch/counts.csv"
cp "$scratch/out.csv" "$scratch/expected.csv"
expect 0 "" "${preprocess[@]}" --counts <(cat "$scratch/counts.csv")
cmp "$scratch/out.csv" "$scratch/expected.csv" || fail "counts through a pipe"
expect 0 "" "${preprocess[@]}" --counts <(gzip -c "$scratch/counts.csv")
cmp "$scratch/out.csv" "$scratch/expected.csv" || fail "gzipped counts through a pipe"
for i in 0 1 2 3; do
    expect 3 "${words[i]}" "${preprocess[@]}" --counts "${strange[i]}"
    expect 3 "${words[i]}" "${preprocess[@]}" --counts "$scratch/counts.csv" --genes "${strange[i]}"
done
gzip -k "$scratch/counts.csv"
size=$(stat -c %s "$scratch/counts.csv.gz")
for cut in 1 8 9 30; do
    head -c $((size - cut)) "$scratch/counts.csv.gz" >"$scratch/cut.csv.gz"
    expect 3 "cut.csv.gz:" "${preprocess[@]}" --counts "$scratch/cut.csv.gz"
    grep -q "what is compressed is cut short" "$scratch/err" || fail "$(cat "$scratch/err")"
done
# One advice, and it works.
for cell in NaN ""; do
    sed "s/317/$cell/" "$scratch/counts.csv" >"$scratch/gap.csv"
    expect 3 "every cell here needs a number: give it, or leave this row out" "${preprocess[@]}" \
        --counts "$scratch/gap.csv"
done
sed -i '/EGFR/d' "$scratch/gap.csv"
expect 0 "" "${preprocess[@]}" --counts "$scratch/gap.csv"

# ---- models and rows ----
expect 0 "" "${compare[@]}" --dataset interactions --export "$scratch/given"
rm -r "$scratch/given/interactions-1"
unit=$scratch/given/interactions-0
given=(--model "$unit/model.safetensors" --x-train "$unit/x_train.npy" --x-test "$unit/x_test.npy"
    --y-test "$unit/y_test.npy" --out "$scratch/compare")
for i in 0 1 2 3; do
    for option in model x-train x-test y-test y-train outputs-test; do
        expect 3 "${words[i]}" "${compare[@]}" "${given[@]}" "--$option" "${strange[i]}"
    done
done
for i in 0 1 2 3; do
    rm "$unit/config.json"
    ln -s "${strange[i]}" "$unit/config.json"
    expect 3 "${words[i]}" "${compare[@]}" --units "$scratch/given" --out "$scratch/units"
done
rm "$unit/config.json"

# ---- what is scored is what was meant ----
says() # WORDS: on standard output, whose lines are broken anywhere
{
    tr -s '\n ' '  ' <"$scratch/out" | grep -qF -e "$1" || fail "no '$1' in: $(head -n 20 "$scratch/out")"
}
network='dense 32, relu, dense 20, relu, dense 20, relu, dense 1'
expect 0 "" "${compare[@]}" --units "$scratch/given" --out "$scratch/fit"
says "Network: $network; its R2 on the rows explained: interactions-0 0."
grep -q "Network: $network; its R2" "$scratch/fit/report/comparison.html" || fail "the page has no networks"
expect 0 "" "${compare[@]}" --units "$scratch/given" --out "$scratch/fit" --json
grep -qE '"kind":"unit".*"unit":"interactions-0".*"score_name":"r2","score":0\.' "$scratch/out" || fail "JSON"
# Activations that are not the model's: its own outputs tell, and the labels do.
expect 0 "" "${compare[@]}" "${given[@]}" --network "${network//relu/tanh}" --out "$scratch/tanh"
says "Network: ${network//relu/tanh}; its R2"
cp "$unit/y_test.npy" "$unit/outputs_test.npy"
expect 3 "outputs_test.npy: row 0 is" "${compare[@]}" --units "$scratch/given" --out "$scratch/fit"
rm "$unit/outputs_test.npy"
expect 2 "--outputs-test and --split go with --model" "${compare[@]}" --outputs-test "$unit/y_test.npy"
# A file that was not written here has no text. What it is refused with is a command that works.
sed 's/"egbench\.network":/"egbench.nothing":/' "$unit/model.safetensors" >"$scratch/bare.safetensors"
expect 3 "none is guessed" "${compare[@]}" "${given[@]}" --model "$scratch/bare.safetensors"
sed 's/.*with ReLU the command is: //' "$scratch/err" >"$scratch/again.sh"
expect 0 "" bash "$scratch/again.sh"
says "Network: $network; its R2 on the rows explained: user-0 0."

# ---- answers ----
answers=(mkfifo mkdir "ln -s /dev/zero" "truncate -s 6G")
for i in 0 1 2 3; do
    expect 3 "${words[i]}" timeout 60 "$EGBENCH_BIN/egbench-compare" --scale smoke --quiet --only '*mine*' \
        --units "$scratch/given" --out "$scratch/answers" --name mine --exec "${answers[i]} {dir}/attributions.npy"
    rm -rf "$scratch/answers"
done

# ---- stores, histories, references ----
drift=(timeout 60 "$EGBENCH_BIN/egbench-drift" --seeds 0..1 "$scratch/none")
for i in 0 1 2 3; do
    expect 3 "${words[i]}" "${drift[@]}" --reference "${strange[i]}" --history /dev/null
    expect 3 "${words[i]}" timeout 60 "$EGBENCH_BIN/egbench-nightly" --history "${strange[i]}" --show
    mkdir -p "$scratch/store/runs"
    ln -sfn "${strange[i]}" "$scratch/store/runs/convergence.jsonl"
    expect 3 "${words[i]}" timeout 60 "$EGBENCH_BIN/egbench-report" --out "$scratch/store"
    expect 3 "${words[i]}" timeout 60 "$EGBENCH_BIN/egbench-convergence" --scale smoke --out "$scratch/store"
done
