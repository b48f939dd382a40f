#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-compare: a run, what it does not do twice, methods from outside that do well and that fail,
# and the same numbers for any number of threads.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache
out=$scratch/results
rows=$out/runs/compare.jsonl
smoke=("$EGBENCH_BIN/egbench-compare" --scale smoke --dataset interactions --threads 2)

says() # WORD: on standard output
{
    grep -qF -e "$1" "$scratch/out" || fail "no '$1' in: $(tail -n 20 "$scratch/out")"
}

numbers() # FOLDER: what the cells came out with, without what depends on the clock
{
    sed -n 's/.*\("config":.*\),"outcome":"ok".*\("values":.*\),"seed".*/\1 \2/p' \
        "$1/runs/compare.jsonl" | sed 's/"timing":{[^}]*},*//' | sort
}

# A run, its report, and nothing twice.
expect 0 " 0 failed, 0 missing; 32 run in" "${smoke[@]}" --out "$out"
says "expected_gradients"
[ "$(wc -l <"$scratch/out")" -le 36 ] || fail "more than one screen: $(cat "$scratch/out")"
[ -s "$out/report/comparison.html" ] || fail "no report"
if command -v rsvg-convert >/dev/null; then
    [ "$(head -c 4 "$out/report/interactions-ranks.pdf")" = %PDF ] || fail "no figure as PDF"
else
    echo "SKIPPED figures as PDF: there is no rsvg-convert"
fi
expect 0 " 0 run in" "${smoke[@]}" --out "$out" --json
says '"method"'

# The oracle is Shapley's values themselves; with its sign turned it is as far off as can be.
grep '"method":"oracle"' "$rows" | grep -q '"shapley_error":0.0[,}]' || fail "oracle"
grep '"method":"flipped_oracle"' "$rows" | grep -q '"shapley_error":2.0[,}]' || fail "flipped"

# The same numbers on one thread.
expect 0 "32 run in" "${smoke[@]}" --threads 1 --out "$scratch/one"
numbers "$out" >"$scratch/two.numbers"
numbers "$scratch/one" >"$scratch/one.numbers"
[ "$(wc -l <"$scratch/one.numbers")" -eq 30 ] || fail "no numbers to compare"
cmp "$scratch/one.numbers" "$scratch/two.numbers" || fail "threads change numbers"

# A command that gives numbers back: the rows to explain themselves, which have the shape that is
# wanted. It alone is run, once for each unit, and a changed file is run again.
cat >"$scratch/copy.sh" <<'END'
cp "$1/x_test.npy" "$1/attributions.npy"
END
expect 0 " 2 run in" "${smoke[@]}" --out "$out" --exec "sh $scratch/copy.sh {dir}"
says "copy on Interactions, 10 features: "
[ ! -e "$out/exchange" ] || fail "the exchange folder is left"
expect 0 " 0 run in" "${smoke[@]}" --out "$out" --exec "sh $scratch/copy.sh {dir}"
echo '# changed' >>"$scratch/copy.sh"
expect 0 " 2 run in" "${smoke[@]}" --out "$out" --exec "sh $scratch/copy.sh {dir}"

# The same numbers from files score the same.
mkdir "$scratch/given"
cat >"$scratch/keep.sh" <<'END'
split=$(sed -n 's/.*"split": *\([0-9]*\).*/\1/p' "$1/config.json")
cp "$1/x_test.npy" "$1/attributions.npy"
cp "$1/x_test.npy" "$2/interactions-$split.npy"
END
expect 0 " 2 run in" "${smoke[@]}" --out "$out" --exec "sh $scratch/keep.sh {dir} $scratch/given"
expect 0 " 2 run in" "${smoke[@]}" --out "$out" --attributions "$scratch/given"
scores_of() # NAME
{
    grep "\"method\":\"$1\"" "$rows" | grep -o '"KPM":[^,}]*' | sort
}
[ "$(scores_of given)" = "$(scores_of keep)" ] || fail "files score otherwise than the command"

# Earlier ones stay in the table.
for name in copy given keep; do
    grep -q "^$name " "$out/report/comparison.txt" || fail "$name is no longer in the table"
done

# Methods that do not do what they should: their cells fail with their reason, the others stand.
expect 3 "broken on interactions-0: exit code 7; its last line: no such luck" \
    "${smoke[@]}" --out "$out" --name broken --exec 'echo no such luck; exit 7'
expect 3 "; its log: $out/exchange/broken-interactions-0/log.txt" \
    "${smoke[@]}" --out "$out" --name broken --exec 'echo no such luck; exit 7'
expect 3 "30 ok, 2 skipped, 2 failed" \
    "${smoke[@]}" --out "$out" --name broken --exec 'echo no such luck; exit 7'
says "broken on Interactions, 10 features: there are no numbers of it"
expect 3 "slow on interactions-0: ran into the time limit of 1 s" \
    "${smoke[@]}" --out "$out" --name slow --time-limit 1 --exec 'sleep 30'
expect 3 "silent on interactions-0: " "${smoke[@]}" --out "$out" --name silent --exec true
expect 3 "wrong on interactions-0: " "${smoke[@]}" --out "$out" --name wrong --exec 'cp {dir}/x_train.npy {dir}/attributions.npy'
# The last number of the file becomes a NaN.
expect 3 "nan on interactions-0: " "${smoke[@]}" --out "$out" --name nan \
    --exec 'cp {dir}/x_test.npy {dir}/a; (head -c -8 {dir}/a; printf "\000\000\000\000\000\000\370\177") >{dir}/attributions.npy'

# Told at once, too.
expect 3 ": exit code 7; its last line: no such luck; the other cells go on" \
    "${smoke[@]}" --out "$out" --name broken --exec 'echo no such luck; exit 7'
expect 3 "broken failed on all 2 units for that reason" \
    "${smoke[@]}" --out "$out" --name broken --exec 'echo no such luck; exit 7'
grep -q '"unit": "interactions-0"' "$out/exchange/broken-interactions-0/config.json" || fail "no name of the unit"

[ -s "$out/exchange/broken-interactions-0/log.txt" ] || fail "no folder of a method that failed is kept"

# The report of what is stored, without data and without running anything; all tables where asked.
expect 0 "" "${smoke[@]}" --out "$out" --stored --verbose
says "To be read with care"
grep -q '^copy ' "$scratch/out" || fail "a stored method is not there"
[ "$(wc -l <"$scratch/out")" -gt 36 ] || fail "not all tables"
expect 3 "has no rows of the scale night" "${smoke[@]}" --scale night --out "$out" --stored

# A command line that is wrong.
expect 2 "two methods are called 'a'" "${smoke[@]}" --exec a --exec a
expect 2 "--name names the method" "${smoke[@]}" --name mine
expect 2 "is a method that is compared anyway" "${smoke[@]}" --exec true --name lime
expect 2 "is no name for a method" "${smoke[@]}" --exec true --name 'a b'
expect 2 "interactions, corrgroups60, " "$EGBENCH_BIN/egbench-compare" --dataset nowhere
expect 3 "lime: " "${smoke[@]}" --method lime
expect 3 "this is no folder" "${smoke[@]}" --attributions "$scratch/copy.sh"

expect 2 "--protocol" "${smoke[@]}" --protocol fixed
# A model and rows of one's own: here what a command that failed was given.
given=$(find "$out/exchange" -name x_train.npy -printf '%h\n' | head -n 1)
own=("$EGBENCH_BIN/egbench-compare" --scale smoke --out "$scratch/own" --model "$given/model.safetensors"
    --x-train "$given/x_train.npy" --x-test "$given/x_test.npy" --y-test "$given/y_test.npy")
expect 0 " 16 ok, 1 skipped" "${own[@]}" --attributions "$given/x_test.npy" --name mine
says "mine on your rows: "
expect 2 "give the rows too" "$EGBENCH_BIN/egbench-compare" --model "$given/model.safetensors"
expect 2 "go with --model" "$EGBENCH_BIN/egbench-compare" --split 3
expect 3 "x_train.npy has 900 rows, a label each" "${own[@]}" --y-train "$given/y_test.npy"
expect 3 "has shape (32, 10) where" "${own[@]}" --network 'dense 3'
