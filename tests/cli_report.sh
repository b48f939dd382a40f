#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-report on a small store: what it writes, what it says, and what it does when it cannot.
set -eu
. tests/expect.sh
report=$EGBENCH_BIN/egbench-report
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
published=$PWD/results/published/claims.csv

expect_exit() # CODE COMMAND...
{
    local wanted=$1 got=0
    shift
    "$@" >"$scratch/out" 2>"$scratch/err" || got=$?
    [ "$got" -eq "$wanted" ] || fail "exit $got, not $wanted: $* ($(cat "$scratch/err"))"
}

expect_one_line() # PATTERN
{
    if [ "$(wc -l <"$scratch/err")" -ne 1 ] || ! grep -q -- "$1" "$scratch/err"; then
        fail "not one line with '$1': $(cat "$scratch/err")"
    fi
}

row() # EXPERIMENT KEY CONFIG VALUES
{
    printf '{"key":"%s","experiment":"%s","config":%s,"outcome":"ok","values":%s,"seed":0,"seconds":1,"peak_rss_mb":1,"receipt":"r"}\n' \
        "$2" "$1" "$3" "$4"
}

scores() # KPM of EG, IG, gradients, random
{
    printf '{"expected_gradients":{"KPM":%s},"integrated_gradients":{"KPM":%s},"gradients":{"KPM":%s},"random":{"KPM":%s}}' "$@"
}

config() # DATASET REPLICATE, with the counts of both experiments
{
    printf '{"dataset":"%s","data":"d","protocol":"paper","scale":"quick","seed":0,"replicate":%d,"rows":100,"splits":10,"epochs":30,"samples":200,"steps":200}' "$1" "$2"
}

store=$scratch/store
mkdir -p "$store/runs"
{
    echo '{"receipt":"r","commit":"abc <&> def"}'
    row keep-remove 01 "$(config corrgroups60 0)" "$(scores 3.731 3.9 0.09 0.03)"
    row keep-remove 02 "$(config corrgroups60 1)" "$(scores 3.731 3.9 0.09 0.05)"
    row keep-remove 03 "$(config independentlinear60 0)" "$(scores 4.0 4.1 0.044 -0.1)"
    printf '{"key": "04", "exper'
} >"$store/runs/keep-remove.jsonl"

distances='[0.18,0.13,0.087,0.062,0.044]'
for replicate in 0 1; do
    row convergence "1$replicate" "$(config corrgroups60 $replicate)" \
        "{\"distance\":$distances,\"mean_magnitude\":0.14,\"completeness_z_mean\":0.0$replicate,\"completeness_z_sd\":1}"
done >"$store/runs/convergence.jsonl"
seal "$store"/runs/*.jsonl

# What is written, and the verdicts.
out=$scratch/results
expect_exit 0 "$report" --out "$out" --claims "$published" "$store"
grep -q 'torn' "$scratch/err" || fail "the torn line was not warned of"
for file in claims.md claims.csv report/index.html tables/table-1.md tables/table-1.csv \
    tables/table-1.tex tables/supplementary-table-1.md figures/supplementary-figure-2.svg; do
    [ -s "$out/$file" ] || fail "$file is not there"
done
verdict_of()
{
    grep "^$1," "$out/claims.csv" | grep -o -E ',(equal|reproduced|close|inconclusive|not reproduced|not attempted),' | tr -d , | head -n 1
}
check_verdict() # CLAIM VERDICT
{
    [ "$(verdict_of "$1")" = "$2" ] || fail "$1: $(verdict_of "$1"), not $2"
}
check_verdict table-1-eg-KPM equal
check_verdict table-1-ig-KPM 'not reproduced'
check_verdict table-1-gradients-KPM close
check_verdict table-1-order-KPM inconclusive # of two replicates that do not vary
check_verdict table-1-eg-KPR 'not attempted'
check_verdict supplementary-table-1-gradients-KPM equal
check_verdict convergence-slope inconclusive
check_verdict lambda-l1_all 'not attempted'
check_verdict graph-order-lasso 'not attempted'
grep -q 'egbench-sparsity has not been run' "$out/claims.csv" || fail "no reason for sparsity"
grep -q ',not attempted,not measured: not run,' "$out/claims.csv" || fail "claims.csv does not say what was not measured"
[ "$(wc -l <"$out/claims.csv")" -eq "$(wc -l <"$published")" ] || fail "a claim was left out"
grep -q 'corrgroups60,paper,quick,0,expected_gradients,,KPM,,3.731,3.731,0,2,equal' \
    "$out/tables/table-1.csv" || fail "table-1.csv"
grep -qF ' Marks: $=$ equal, $\surd$ reproduced, $\approx$ close, $?$ inconclusive, $\times$ not reproduced; without a mark: shown, not judged.}' \
    "$out/tables/table-1.tex" || fail "table-1.tex: marks"
grep -q '3.731[$]^{=}[$]' "$out/tables/table-1.tex" || fail "table-1.tex: no mark"
grep -q 'abc &lt;&amp;&gt; def' "$out/report/index.html" || fail "the receipt is not escaped"
if find "$out" -name '*.part-*' | grep -q .; then fail "temporary files were left"; fi
if command -v rsvg-convert >/dev/null; then
    [ "$(head -c 4 "$out/figures/supplementary-figure-2.pdf")" = %PDF ] || fail "no figure as PDF"
else
    echo "SKIPPED figures as PDF: there is no rsvg-convert"
fi

# Another store's numbers and verdicts stand beside; those of this store are what they were.
mkdir -p "$scratch/night/runs"
{
    echo '{"receipt":"r","commit":"abc"}'
    row keep-remove 11 "$(config corrgroups60 0 | sed s/quick/night/)" "$(scores 3.7 3.667 0.09 0.03)"
} >"$scratch/night/runs/keep-remove.jsonl"
seal "$scratch/night/runs/keep-remove.jsonl"
expect_exit 0 "$report" --out "$scratch/beside" --claims "$published" --beside "$scratch/night" "$store"
grep '>KPM of integrated gradients<' "$scratch/beside/report/index.html" | grep '>3.9' |
    grep -q 'kept, night scale: 3.667, n = 1, equal<' || fail "--beside: no number of the other store"
cmp -s "$out/claims.csv" "$scratch/beside/claims.csv" || fail "--beside: other verdicts"
if grep -q 'kept, ' "$out/report/index.html"; then fail "numbers beside without --beside"; fi

# A pure function of the store: other order, other split into folders, same bytes.
digest=$("$report" --digest "$store" 2>/dev/null)
other=$scratch/other
mkdir -p "$other/a/runs" "$other/b/runs"
grep '"key":"0[13]"' "$store/runs/keep-remove.jsonl" | tac >"$other/a/runs/keep-remove.jsonl"
tac "$store/runs/convergence.jsonl" >"$other/b/runs/convergence.jsonl"
{
    grep '"key":"02"' "$store/runs/keep-remove.jsonl"
    grep '^{"receipt"' "$store/runs/keep-remove.jsonl"
} >"$other/b/runs/keep-remove.shard-2-of-2.jsonl"
expect_exit 0 "$report" --out "$other/out" --claims "$published" "$other/a" "$other/b"
diff -r "$out" "$other/out" || fail "the report depends on the order of the store"
[ "$("$report" --digest "$other/a" "$other/b")" = "$digest" ] || fail "the digest of two folders"
mkdir -p "$other/c/runs"
cat "$other"/[ab]/runs/keep-remove*.jsonl >"$other/c/runs/keep-remove.jsonl"
cp "$other/b/runs/convergence.jsonl" "$other/c/runs"
[ "$("$report" --digest "$other/c")" = "$digest" ] || fail "the digest depends on the order"

# Away from the sources, the claims installed beside the program.
mkdir -p "$scratch/prefix/bin" "$scratch/prefix/share/egbench/results/published"
cp "$report" "$scratch/prefix/bin"
expect_exit 3 env -C "$scratch" "$scratch/prefix/bin/egbench-report" --out "$scratch/away" "$store"
grep -q 'results/published/claims.csv' "$scratch/err" || fail "the missing claims are not named"
cp "$published" "$scratch/prefix/share/egbench/results/published"
expect_exit 0 env -C "$scratch" "$scratch/prefix/bin/egbench-report" --out "$scratch/away" "$store"

# Text of rows is text wherever it lands: page, tables, scripts, file names, terminal.
hostile=$scratch/hostile
mkdir -p "$hostile/runs"
{
    cat "$store/runs/convergence.jsonl"
    sed 's|"protocol":"paper"|"protocol":"<b>/../=x\\u001b["|; s/"key":"./"key":"x/' "$store/runs/convergence.jsonl"
} >"$hostile/runs/convergence.jsonl"
seal "$hostile/runs/convergence.jsonl"
expect_exit 0 "$report" --out "$hostile/out" --claims "$published" "$hostile"
! grep -q '<b>/' "$hostile/out/report/index.html" || fail "a row's text is markup on the page"
grep -q '&lt;b&gt;/../=x?' "$hostile/out/report/index.html" || fail "a row's text is not on the page"
if grep -rlP --exclude='*.pdf' '[\x00-\x08\x0b-\x1f\x7f]' "$hostile/out"; then fail "a control character was written"; fi
[ "$(find "$hostile/out/figures" -name 'supplementary-figure-2-corrgroups60-*.svg' | wc -l)" -eq 2 ] ||
    fail "not a figure for each protocol: $(ls "$hostile/out/figures")"
expect_exit 0 "$report" --json --claims "$published" "$hostile"
expect_exit 3 "$report" --out "$out" --claims "$scratch/"$'no\033[31m\302\2332J' "$store"
! grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$scratch/err" || fail "control characters in a message"

# JSON: one object a line, nothing written.
expect_exit 0 "$report" --json --out "$scratch/none" --claims "$published" "$store"
grep -q '^{.*"experiment":"keep-remove".*"method":"random".*}$' "$scratch/out" || fail "--json"
grep -q '^{"claims":"number","equal":[0-9]*,"reproduced":' "$scratch/out" || fail "--json: no verdicts"
grep -q '"not attempted":[0-9]*,"shown":0}$' "$scratch/out" || fail "--json: not how many are shown, not judged"
[ ! -e "$scratch/none" ] || fail "--json wrote files"

# Claims that must hold.
expect_exit 1 "$report" --fail-on-claim --out "$out" --claims "$published" "$store"
sed 's/"scale":"quick"/"scale":"smoke"/' "$store/runs/keep-remove.jsonl" >"$other/a/runs/keep-remove.jsonl"
seal "$other/a/runs/keep-remove.jsonl"
expect_exit 0 "$report" --fail-on-claim --out "$scratch/smoke" --claims "$published" "$other/a"

# What is wrong is said in one line, with the right exit code.
expect_exit 2 "$report" --no-such-option
expect_one_line no-such-option
expect_exit 2 "$report" --scale huge
expect_one_line huge
expect_exit 3 "$report" --out "$scratch/empty" --claims "$published"
expect_one_line 'holds no row'
expect_exit 3 "$report" --digest "$scratch/empty"
expect_one_line "no store in $scratch/empty"
expect_exit 3 "$report" --out "$out" --claims "$published" "$store" "$scratch/mistyped"
expect_one_line "no store in $scratch/mistyped"
expect_exit 3 "$report" --out "$out" --claims "$published" --beside "$scratch/mistyped" "$store"
expect_one_line "no store in $scratch/mistyped"
expect_exit 3 "$report" --out "$out" --claims "$scratch/no_such.csv" "$store"
grep -q 'no_such.csv' "$scratch/err" || fail "the missing claims are not named"
echo 'id,place' >"$scratch/bad.csv"
echo 'a,b' >>"$scratch/bad.csv"
expect_exit 3 "$report" --out "$out" --claims "$scratch/bad.csv" "$store"
touch "$scratch/file"
expect_exit 3 "$report" --out "$scratch/file" --claims "$published" "$other/c"
grep -q "$scratch/file" "$scratch/err" || fail "the folder that cannot be written is not named"

# A full disk: files may grow to one block only; no half file is left under a final name.
full=$scratch/full
got=0
(ulimit -f 1 && "$report" --out "$full" --claims "$published" "$other/c") >/dev/null 2>"$scratch/err" || got=$?
[ "$got" -eq 3 ] || fail "full disk: exit $got"
grep -q 'cannot write' "$scratch/err" || fail "full disk: $(cat "$scratch/err")"
if find "$full" -name '*.part-*' | grep -q .; then fail "full disk: temporary files were left"; fi

# Without gnuplot the report goes on.
mkdir "$scratch/bin"
PATH=$scratch/bin expect_exit 0 "$report" --out "$scratch/plain" --claims "$published" "$store"
grep -q 'gnuplot is not there' "$scratch/err" || fail "a missing gnuplot is not told of"
[ -s "$scratch/plain/report/index.html" ] || fail "no page without gnuplot"
[ -s "$scratch/plain/figures/supplementary-figure-2.gp" ] || fail "no script without gnuplot"
[ ! -e "$scratch/plain/figures/supplementary-figure-2.svg" ] || fail "a figure without gnuplot"

expect_exit 0 "$report" --help
grep -q -- '--fail-on-claim' "$scratch/out" || fail "--help"
expect_exit 0 "$report" --version
expect_exit 0 "$report" --man
