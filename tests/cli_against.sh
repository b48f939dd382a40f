#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The committed reference is whole, and egbench-report --against sees what differs from it. (Whether a
# run of today agrees with it, cli_determinism.sh asks: it has one.)
set -eu
. tests/expect.sh
report=$EGBENCH_BIN/egbench-report
reference=results/reference/smoke
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

expect() # EXIT PATTERN ARGUMENT...
{
    local wanted=$1 pattern=$2 got=0
    shift 2
    "$report" "$@" >"$scratch/out" 2>&1 || got=$?
    [ "$got" -eq "$wanted" ] || fail "exit $got, not $wanted: $* ($(cat "$scratch/out"))"
    grep -q -- "$pattern" "$scratch/out" || fail "no '$pattern': $* ($(cat "$scratch/out"))"
}

copy() # NAME: a fresh copy of the reference
{
    rm -rf "${scratch:?}/$1"
    cp -r $reference "$scratch/$1"
}

# As if made on another core.
move_core() # NAME
{
    sed -i 's/"blas_core":"[^"]*"/"blas_core":"Elsewhere"/' "$scratch/$1"/runs/*.jsonl
    seal "$scratch/$1"/runs/*.jsonl
}

change() # NAME PROGRAM SED-EXPRESSION: must change something
{
    local file=$scratch/$1/runs/$2.jsonl
    cp "$file" "$scratch/before"
    sed -i "$3" "$file"
    ! cmp -s "$file" "$scratch/before" || fail "'$3' changes nothing in $2"
    seal "$file"
}

[ "$(sed -n 's/^digest //p' $reference/digest)" = "$("$report" --digest $reference)" ] ||
    fail "$reference/digest is not the digest of the rows beside it"
for field in blas_core openblas gsl libc; do
    [ "$(grep -c "^$field ." $reference/digest)" -eq 1 ] || fail "$reference/digest: no $field, or two"
done
expect 0 '^digest equal, core' --against $reference $reference

# A value changed by hand, on the same core: in its last digit, and in its first.
copy changed
change changed keep-remove '0,/"KPM":/s/\("KPM":[-0-9.]*\)[0-8],/\19,/'
expect 1 'KPM: .* in the reference$' --against "$scratch/changed" $reference
grep -q '^keep-remove: 1 cells moved at outcome version [0-9]*; dataset=.*: [a-z_]*.KPM was .*, is .*: raise .outcome_version in bench/keep_remove.c if' \
    "$scratch/out" || fail "the cell that moved is not named: $(cat "$scratch/out")"
copy changed
change changed sparsity '0,/"test_roc_auc":0/s/"test_roc_auc":0[.][0-9]/"test_roc_auc":0.9/'
expect 1 'test_roc_auc: .* in the reference$' --against "$scratch/changed" $reference

# On another core: what rounding may do passes, more does not.
move_core changed
expect 1 'made on core Elsewhere, this is .*: values compared by tolerance' \
    --against "$scratch/changed" $reference
copy changed
move_core changed
expect 0 'digest equal, core .*reference: Elsewhere' --against "$scratch/changed" $reference
change changed keep-remove '0,/"KPM":/s/\("KPM":[-0-9.]\{12\}\)[0-9]*/\155555/'
expect 0 ' 0 beyond tolerance' --against "$scratch/changed" $reference
change changed keep-remove '0,/"KPM":/s/\("KPM":[-0-9.]\{6\}\)[0-9]*/\155555/'
expect 1 'KPM: .* in the reference$' --against "$scratch/changed" $reference

# Results that only one of the two has.
copy fewer
rm "$scratch/fewer/runs/convergence.jsonl"
expect 1 'missing in the reference$' --against "$scratch/fewer" $reference
expect 1 'mean_abs_difference at 1: missing here' --against $reference "$scratch/fewer"

# Rows of another scale do not disturb; without an outcome version their keys are not held against it.
copy more
sed 's/"scale":"smoke"/"scale":"quick"/; s/"key":"./"key":"x/; s/"outcome_version":[0-9]*,//' $reference/runs/convergence.jsonl \
    >>"$scratch/more/runs/convergence.jsonl"
seal "$scratch/more/runs/convergence.jsonl"
expect 0 '^digest equal' --against $reference "$scratch/more"

expect 3 'holds no row' --against "$scratch/none" $reference
expect 3 'no store in' --against $reference "$scratch/none"

expect 0 '^  hides   ' --metrics
expect 0 '^{"name":"KPM",' --metrics --json
