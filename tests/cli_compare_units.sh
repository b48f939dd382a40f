#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-compare: data sets, several models on a split, models and rows that are written for others and
# taken from them, and retraining.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache
program=("$EGBENCH_BIN/egbench-compare" --scale smoke --threads 2)

says() # WORD: on standard output
{
    grep -qF -e "$1" "$scratch/out" || fail "no '$1' in: $(tail -n 20 "$scratch/out")"
}

values() # FOLDER METHOD [MEASURE]: of the method's cells that are about retraining, or that are not
{
    grep "\"method\":\"$2\"" "$1/runs/compare.jsonl" | grep '"outcome":"ok"' |
        awk -v retrain="${3:-}" '/"measure":"retrain"/ == (retrain != "")' |
        sed 's/.*"values":{\(.*\)},"seed".*/\1/; s/,*"timing":{[^}]*}//; s/"relevance_[a-z]*":[^,]*,*//g' | sort
}

# Data sets by name. One that is not there says what stands in for it, and that one goes.
expect 3 "simulated_cohort needs none" "${program[@]}" --out "$scratch/none" --dataset nhanes
expect 3 "simulated_response needs none" "${program[@]}" --out "$scratch/none" --dataset beataml
expect 2 "is there twice" "${program[@]}" --dataset interactions,interactions
expect 2 "has no ''" "${program[@]}" --dataset interactions,
[ ! -e "$scratch/none" ] || fail "a run that could not begin left $scratch/none"
expect 0 "4 ok, 0 skipped, 0 failed" "${program[@]}" --out "$scratch/sets" -r 1 --only gradients \
    --dataset simulated_cohort,simulated_response
score_of() # DATASET NUMBER: of the network on the test rows
{
    grep "\"dataset\":\"$1\"" "$scratch/sets/runs/compare.jsonl" | sed -n "s/.*\"$2\":\([0-9.]*\).*/\1/p" | head -n 1
}
awk -v auc="$(score_of simulated_cohort test_roc_auc)" -v r2="$(score_of simulated_response test_r2)" \
    'BEGIN { exit !(auc > 0.6 && auc < 1 && r2 > 0.2 && r2 < 0.705) }' || fail "the models learned nothing"
# Patients of a split, not its rows: a fifth of 273, and a fifth of the rest left out.
grep -q '"n_train":174.0,"n_test":55.0,"test_rows":100.0' "$scratch/sets/runs/compare.jsonl" || fail "patients"

# Two models on each split: the rows are the same, the networks are not.
given=$scratch/given
expect 0 "" "${program[@]}" --dataset interactions --models 2 --retrain --export "$given"
says "$given/interactions-1-1"
[ "$(wc -l <"$scratch/out")" -eq 4 ] || fail "units: $(cat "$scratch/out")"
cmp "$given/interactions-1/x_train.npy" "$given/interactions-1-1/x_train.npy" || fail "rows of a split"
! cmp -s "$given/interactions-1/model.safetensors" "$given/interactions-1-1/model.safetensors" || fail "models"
! cmp -s "$given/interactions-0/x_train.npy" "$given/interactions-1/x_train.npy" || fail "splits"

# What comes back in those folders, and what a command says of the same units, scores the same: the rows
# themselves, and of the training rows in the folder all, of the command as many as are asked for.
cat >"$scratch/rows.sh" <<'END'
cp "$1/x_test.npy" "$1/attributions.npy"
[ $# -eq 1 ] || cp "$2/$(sed -n 's/.*"split": *\([0-9]*\).*/interactions-\1/p' "$1/config.json")/first.npy" "$1/attributions_train.npy"
END
for folder in "$given"/*; do
    cp "$folder/x_test.npy" "$folder/attributions.npy"
    cp "$folder/x_train.npy" "$folder/attributions_train.npy"
    # The first 100 of 900 rows of 10 numbers of 8 bytes, behind a header of 128.
    { head -c 128 "$folder/x_train.npy" | sed 's/(900, 10)/(100, 10)/'; tail -c +129 "$folder/x_train.npy" | head -c 8000; } >"$folder/first.npy"
done
both=("${program[@]}" --dataset interactions --models 2 --retrain --out "$scratch/both")
only=(--only 'rows_*') # and the reference, which is never left out
expect 0 "24 ok, 0 skipped, 0 failed" "${both[@]}" "${only[@]}" --attributions "$given" --name rows_given \
    --exec "sh $scratch/rows.sh {dir} $given" --name rows_told
grep -m 1 '"key"' "$scratch/both/runs/compare.jsonl" | grep -q '"method":"rows_told"' || fail "the command is not asked first"
for measure in '' retrain; do
    [ "$(values "$scratch/both" rows_given $measure | wc -l)" -eq 4 ] || fail "no numbers ($measure)"
    [ "$(values "$scratch/both" rows_given $measure)" = "$(values "$scratch/both" rows_told $measure)" ] ||
        fail "files and command score otherwise ($measure)"
done
[ "$(values "$scratch/both" rows_given | uniq | wc -l)" -eq 4 ] || fail "two models have the same numbers"
values "$scratch/both" rows_given retrain | grep -q '"retrain_remove":[0-9.e-]*,"retrain_keep":' || fail "ROAR"
# Without attributions of training rows that measure is skipped, the others stand.
expect 0 "12 ok, 4 skipped, 0 failed, 0 missing; 8 run" "${both[@]}" "${only[@]}" --exec "sh $scratch/rows.sh {dir}" --name rows_only
grep -q 'skip: it gave no attributions of the training rows' "$scratch/both/runs/compare.jsonl" || fail "why"
# Files of their own: DIR/UNIT.npy, DIR/UNIT-train.npy.
mkdir "$scratch/flat"
for folder in "$given"/*; do
    cp "$folder/x_test.npy" "$scratch/flat/${folder##*/}.npy"
    cp "$folder/y_test.npy" "$scratch/flat/${folder##*/}-train.npy"
done
expect 3 "interactions-0-train.npy has shape (100) where the rows to explain have (100, 10)" \
    "${both[@]}" "${only[@]}" --attributions "$scratch/flat" --name rows_flat
[ "$(values "$scratch/both" rows_flat)" = "$(values "$scratch/both" rows_given)" ] || fail "flat files"

# The same folders as units of one's own: same rows, same networks, same numbers.
units=("${program[@]}" --out "$scratch/units" --only 'rows_*' --attributions "$given" --name rows_given)
expect 0 "8 ok, 0 skipped, 0 failed" "${units[@]}" --units "$given"
says "rows_given on your rows: "
[ "$(values "$scratch/units" rows_given)" = "$(values "$scratch/both" rows_given)" ] || fail "units"
expect 0 "16 ok, 0 skipped, 0 failed" "${units[@]}" --units "$given" --retrain
rm "$given/interactions-1-1/y_train.npy"
expect 0 "14 ok, 2 skipped, 0 failed" "${units[@]}" --units "$given" --retrain
cp -r "$given/interactions-1" "$given/other"
expect 3 "interactions-1 and other are both model 0 on split 1" "${units[@]}" --units "$given"
sed -i 's/"split": 1/"split": 7/' "$given/other/config.json"
expect 0 "10 ok, 0 skipped, 0 failed" "${units[@]}" --units "$given"
rm "$given/other/model.safetensors"
expect 3 "other/model.safetensors" "${units[@]}" --units "$given"
rm -r "$given/other"
expect 0 "" "${program[@]}" --dataset simulated_response -r 3 --export "$scratch/wide"
mv "$scratch/wide/simulated_response-2" "$given"
expect 3 "100 features where interactions-0 has 10" "${units[@]}" --units "$given"
expect 3 "there is no folder in it" "${units[@]}" --units "$scratch/flat"
expect 2 "give one of them only" "${units[@]}" --units "$given" --model x
expect 2 "give one of them only" "${units[@]}" --units "$given" --dataset interactions
expect 2 "--network goes with" "${program[@]}" --network 'dense 1'
