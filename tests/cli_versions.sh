#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What rows outlive, in a copy of the sources: an edited comment costs nothing; other code is verified on a few cells;
# values that move without a raised outcome version are caught by name; a raised one, and another precision, run anew.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache OMP_NUM_THREADS=2
tree=$scratch/tree

# The work tree without what is built or run; objects of the same sources save most of the compiling.
mkdir "$tree"
tar -c Makefile bench src metrics datasets tests results/published results/reference/smoke | tar -x -C "$tree"
build=${EGBENCH_BUILD:-build}
if [ -d "$build/release" ]; then
    mkdir "$scratch/build"
    cp -rp "$build/release" "$build/deps-build" "$scratch/build/"
    find "$scratch/build" -name '*.d' -exec sed -i "s,\(^\| \)$build/,\1$scratch/build/,g" {} +
fi
cd "$tree"
bin=$scratch/build/bin
same=() # the compiler and flags that the objects were made with
if [ -e "$scratch/build/release/flags" ]; then
    same=(CC="$(sed -n '1s/ [0-9.]* -std=.*//p' "$scratch/build/release/flags")")
    ! grep -q -e -Werror "$scratch/build/release/flags" || same+=(WERROR=1)
fi

compile()
{
    make -s BUILD="$scratch/build" "${same[@]}" DEPS=no "$bin/egbench-convergence" "$bin/egbench-report" \
        >"$scratch/log" 2>&1 || fail "no build: $(cat "$scratch/log")"
}

edit() # FILE EXPRESSION: must change something
{
    cp "$1" "$scratch/before"
    sed -i "$2" "$1"
    ! cmp -s "$1" "$scratch/before" || fail "'$2' changes nothing in $1"
}

run() # EXIT WORD OPTION...: 4 replicates of 2 protocols
{
    local code=$1 word=$2
    shift 2
    expect "$code" "$word" "$bin/egbench-convergence" --scale smoke --replicates 4 --out "$scratch/out.d" "$@"
}

rows=$scratch/out.d/runs/convergence.jsonl
count()
{
    grep -cs "$1" "$rows" || [ -e "$rows" ] || echo 0
}

hash_of()
{
    cut -d'"' -f2 "$scratch/build/release/code_hash/convergence.h"
}

# A run is killed, a comment and the layout of a source change, and the same command goes on: no cell runs twice.
compile
first_hash=$(hash_of)
"$bin/egbench-convergence" --scale smoke --replicates 4 --threads 1 --quiet --out "$scratch/out.d" >"$scratch/table" 2>&1 &
pid=$!
while kill -0 $pid 2>/dev/null && [ "$(count '"outcome":"ok"')" -lt 2 ]; do
    sleep 0.01
done
kill -9 $pid 2>/dev/null || true
wait $pid 2>/dev/null || true
before=$(count '"outcome":"ok"')
[[ $before == [2-7] ]] || fail "killed after $before of 8 cells"
edit src/stats/moments.c '1a /* A remark, which says "nothing". */\n'
edit bench/convergence.c 's/^static double mean_magnitude(const struct eg_matrix \*a)/static double\nmean_magnitude( const struct eg_matrix *a )  \/\/ laid out otherwise/'
compile
[ "$(hash_of)" = "$first_hash" ] || fail "a comment changes the code hash"
run 0 " $((8 - before)) run in"
! grep -q verif "$scratch/err" || fail "the same code was verified: $(cat "$scratch/err")"
[ "$(count '"outcome":"ok"')" -eq 8 ] || fail "not 8 rows but $(count '"outcome":"ok"')"
[ "$(grep -o '"key":"[0-9a-f]*"' "$rows" | sort -u | wc -l)" -eq 8 ] || fail "a cell was run twice"
[ "$(count '"vouches"')" -eq 0 ] || fail "a comment made a verification"
untouched=$(sha256sum "$rows")
run 0 " 0 run in"
[ "$untouched" = "$(sha256sum "$rows")" ] || fail "a second run wrote something"

# Other code with the same outcome: some cells are run anew, once, and the rows stand.
edit bench/convergence.c 's/^static double$/static inline double/'
compile
second_hash=$(hash_of)
[ "$second_hash" != "$first_hash" ] || fail "another code has the same hash"
"$bin/egbench-report" --out "$scratch/report" "$scratch/out.d" >/dev/null 2>"$scratch/err"
grep -q 'convergence: not verified: 8 rows of other code' "$scratch/err" || fail "$(cat "$scratch/err")"
cp -r "$scratch/out.d" "$scratch/unverified.d"
grep -q "Source hash ${first_hash:0:8}: none of 4 cells recomputed. Core" "$scratch"/report/tables/*.md || fail "the table does not say so"
run 0 "not verified: rows of other code of 2 of 2 kinds of cells; --verify 1" --verify none
[ "$untouched" = "$(sha256sum "$rows")" ] || fail "--verify none wrote something"
run 0 "2 cells run anew came out equal" --verify 1
grep -q " 0 run in" "$scratch/err" || fail "cells were run: $(cat "$scratch/err")"
[ "$(count "\"vouches\":\"$second_hash\",\"for\":\"$first_hash\".*\"outcome\":\"equal\"")" -eq 1 ] || fail "no vouch line"
run 0 " 0 run in"
! grep -q anew "$scratch/err" || fail "verified twice: $(cat "$scratch/err")"
"$bin/egbench-report" --out "$scratch/report" "$scratch/out.d" >/dev/null 2>"$scratch/err"
! grep -q verified "$scratch/err" || fail "$(cat "$scratch/err")"
grep -q "Outcome version: [0-9]*. Source hash ${first_hash:0:8}: 1 of 4 cells recomputed by ${second_hash:0:8}. Core: " \
    "$scratch"/report/tables/*.md || fail "the table does not say what was verified"
run 0 "8 cells run anew came out equal" --verify all
"$bin/egbench-report" --merge "$scratch/merged" "$scratch/unverified.d" "$scratch/out.d" >/dev/null
[ "$(grep -c '"vouches"' "$scratch/merged/runs/convergence.jsonl")" -eq "$(count '"vouches"')" ] || fail "merge loses vouches"
rm -rf "$scratch/merged"

# The program and what was measured by it change: values move, and the outcome version stays.
edit bench/convergence.c '/mean_magnitude( const/,/^}/s/fabs((double)a->data\[i\])/1.5 * &/'
compile
rows_before=$(count '"outcome":"ok"')
run 1 "cells run anew have other values; dataset=corrgroups60,"
for words in ': mean_magnitude was 0.' "(code ${first_hash:0:8}, commit" "(code $(hash_of | cut -c1-8), commit" \
    'raise .outcome_version in bench/convergence.c if the change was meant'; do
    grep -qF -e "$words" "$scratch/err" || fail "no '$words': $(cat "$scratch/err")"
done
[ "$(count '"outcome":"ok"')" -eq "$rows_before" ] || fail "rows were written all the same"
"$bin/egbench-report" --out "$scratch/report" "$scratch/out.d" >/dev/null 2>"$scratch/err" || true
grep -q 'convergence: 8 rows of other code are left out' "$scratch/err" || fail "$(cat "$scratch/err")"
EXPERIMENTS=convergence EGBENCH_BIN=$bin OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE:-Haswell} \
    bench/write_reference.sh >"$scratch/moved" 2>&1 && fail "moved values replaced the reference: $(cat "$scratch/moved")"
grep -q 'convergence: [12] cells moved at outcome version [0-9]*; dataset=.*: mean_magnitude was ' "$scratch/moved" ||
    fail "the reference does not name what moved: $(cat "$scratch/moved")"

# With a raised version all runs anew, beside the old rows; the report shows the new ones alone.
edit bench/convergence.c 's/\.outcome_version = [0-9]*,/.outcome_version = 99,/'
compile
run 0 " 8 run in"
[ "$(count '"outcome":"ok"')" -eq $((rows_before + 8)) ] || fail "old rows were lost"
"$bin/egbench-report" --out "$scratch/report" "$scratch/out.d" >/dev/null 2>"$scratch/err"
cat "$scratch"/report/tables/*.csv >"$scratch/two"
rm -rf "$scratch/alone.d" "$scratch/report/tables"
"$bin/egbench-convergence" --scale smoke --replicates 4 --quiet --out "$scratch/alone.d" >/dev/null
"$bin/egbench-report" --out "$scratch/report" "$scratch/alone.d" >/dev/null 2>"$scratch/err"
cat "$scratch"/report/tables/*.csv | cmp - "$scratch/two" || fail "two versions are mixed"
grep -q "Outcome version: 99. Source hash $(hash_of | cut -c1-8): none of 4 cells recomputed. Core: " "$scratch"/report/tables/*.md || fail "no version in the table"

# So does another precision.
edit bench/convergence.c 's/\.precision = "double",/.precision = "single",/'
compile
run 0 " 8 run in"
[ "$(count '"precision":"single"')" -ge 8 ] || fail "not in single precision"
