#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The report's pages: the first opens with what came back of the paper's claims and goes on by experiment, with a
# filter; the other begins with whether anything moved in the last nightly run. Each is whole in itself and the same
# for the same rows and history. tests/page_test.sh looks at them in a browser.
set -eu
. tests/expect.sh
report=$EGBENCH_BIN/egbench-report
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
published=$PWD/results/published/claims.csv

write_page() # FOLDER [OPTION...]: page and nights of the store in FOLDER, checked
{
    local folder=$1
    shift
    "$report" --quiet --claims "$published" --out "$folder" "$@" 2>"$scratch/err" ||
        fail "no page for $folder: $(cat "$scratch/err")"
    page=$folder/report/index.html
    nights=$folder/report/nightly.html
    tests/check_page.sh "$page" || fail "the page of $folder is not sound"
    [ ! -e "$nights" ] || tests/check_page.sh "$nights" || fail "the nightly runs of $folder are no sound page"
}

said() # TEXT: first of all on the page of nightly runs
{
    sed -n '/<h1>/,/<\/section>/p' "$nights" | grep -qF -- "$1" || fail "not first in $nights: $1"
}

quiet=(same same quiet same same same same same same same)

# Without a history nothing is said of nights.
tests/made_nightly_runs.sh "$scratch/none"
rm "$scratch/none/history.jsonl"
write_page "$scratch/none"
! grep -q 'nightly.html' "$page" || fail "nightly runs without a history"
[ ! -e "$nights" ] || fail "a page of nightly runs without a history"
write_page "$scratch/none" --history "$scratch/none/no_such.jsonl"
said 'There is no nightly run yet.'

# What each end of a history looks like.
tests/made_nightly_runs.sh "$scratch/empty"
write_page "$scratch/empty"
said 'There is no nightly run yet.'
tests/made_nightly_runs.sh "$scratch/one" same
write_page "$scratch/one"
said 'Nothing moved in the last nightly run.'
said 'Run of 2026-11-02 03:10 UTC, commit <code>000000000001</code>, 2 seeds at smoke scale.'
tests/made_nightly_runs.sh "$scratch/quiet" "${quiet[@]}"
write_page "$scratch/quiet"
said 'Nothing moved in the last nightly run.'
! grep -q 'id=nights-moved' "$nights" || fail "something moved in a quiet night"
tests/made_nightly_runs.sh "$scratch/drift" "${quiet[@]}" drift
write_page "$scratch/drift"
said 'The last nightly run drifted: 1 result moved, 1 step in speed or memory.'
said 'from 3.7 to 3.8 &lt;since abc&gt; &amp; more.'
sed -n '/id=nights-moved/,/<\/table>/p' "$nights" | grep -q '<td>3.8</td><td>3.7</td><td><b class=v3>+2.7' ||
    fail "what moved does not stand first"
tests/made_nightly_runs.sh "$scratch/broken" "${quiet[@]}" broken
write_page "$scratch/broken"
said 'The last nightly run is broken'
tests/made_nightly_runs.sh "$scratch/accepted" "${quiet[@]}" drift accepted
write_page "$scratch/accepted"
said 'was accepted since as the new reference.'
said 'drawn without &lt;replacement&gt; &amp; better'
tests/made_nightly_runs.sh "$scratch/after" same drift accepted "${quiet[@]}"
write_page "$scratch/after"
said 'Nothing moved in the last nightly run.'
grep -q 'id=nights-earlier' "$nights" || fail "an earlier drift is forgotten"

# Smoke rows are no reproduction; others are not called so.
tests/made_nightly_runs.sh "$scratch/smoke" same
! grep -q 'smoke scale no published' "$page" || fail "quick rows are taken for smoke rows"
sed -i 's/"scale":"quick"/"scale":"smoke"/' "$scratch/smoke"/runs/*.jsonl
seal "$scratch/smoke"/runs/*.jsonl
write_page "$scratch/smoke"
grep -q 'Of rows of smoke scale no published number is to be expected' "$page" || fail "smoke rows are taken for a reproduction"

same_pages() # MESSAGE where they are not
{
    { cmp "$page" "$scratch/first.html" && cmp "$nights" "$scratch/nights.html"; } || fail "$1"
}

# The same rows and history, the same bytes; a history from elsewhere, with its reference.
write_page "$scratch/drift"
cp "$page" "$scratch/first.html"
cp "$nights" "$scratch/nights.html"
cp -r "$scratch/drift" "$scratch/copy"
write_page "$scratch/copy"
same_pages "the pages change from run to run"
rm "$scratch/copy/history.jsonl" "$scratch/copy/reference/nightly.jsonl"
write_page "$scratch/copy" --history "$scratch/drift/history.jsonl"
same_pages "a history from elsewhere gives other pages"

# Lines that cannot be read are counted; a history of another version is refused.
sed -i '2s/"version"/"vers/' "$scratch/quiet/history.jsonl"
write_page "$scratch/quiet"
grep -q '1 line of the history could not be read' "$nights" || fail "a damaged line is not told of"
sed -i '1s/"version":1/"version":9/' "$scratch/quiet/history.jsonl"
status=0
"$report" --quiet --claims "$published" --out "$scratch/quiet" 2>"$scratch/err" || status=$?
[ $status -eq 3 ] || fail "exit $status for a history of another version"
grep -q 'version 9' "$scratch/err" || fail "another version is not named: $(cat "$scratch/err")"

# The first screen leads to tables, figures, commands and claims; a claim to the table that shows it.
page=$scratch/one/report/index.html
sed -n '/<table class=counts>/,/<\/table>/p' "$page" >"$scratch/counts"
for target in experiment-keep-remove table-1 figure-supplementary-figure-2 cells-keep-remove \
    claims-keep-remove absences-keep-remove claims-fine-tune; do
    grep -q "href=\"#$target\"" "$scratch/counts" || fail "the first screen does not lead to $target"
done
grep -q 'egbench-fine-tune has not been run' "$scratch/counts" || fail "no reason for what was not attempted"
grep -q '<code>egbench-keep-remove --scale quick --dataset independentlinear60 --protocol fixed</code>' "$page" ||
    fail "no command"
sed -n '/id="claims-keep-remove"/,/<\/table>/p' "$page" | grep '3\.731' | grep -q 'href="#table-1"' ||
    fail "the claim does not lead to its table"

# Claims first, then the experiments with their tables and figures; each of these says with which command.
order=$(grep -oE '<h2 id="?[a-z-]+' "$page" | sed 's/.*[="]//' | xargs)
[[ $order == claims\ experiment-keep-remove\ *\ failures\ absences\ metrics\ rules\ receipts ]] || fail "the page's order: $order"
[ "$(grep -c 'class=caption>Data: .*Command: <code>egbench-' "$page")" -ge 2 ] || fail "a table without its command"
! sed -n '/<figcaption>/p' "$page" | grep -v 'Command: <code>egbench-' || fail "a figure without its command"
# Every claim once among all claims, with what the filter looks at.
sed -n '/<h2 id=claims>/,/<h2 id="experiment/p' "$page" >"$scratch/claims"
[ "$(grep -c '<tr data-verdict="[a-z ]*" data-kind="[a-z]*">' "$scratch/claims")" -eq $(($(wc -l <"$published") - 1)) ] ||
    fail "not every claim is there"
grep -q '<form id=filter hidden>' "$scratch/claims" || fail "the filter shows where it cannot work"
# Commands are taken as they stand.
grep -o '<code>egbench-[^<]*' "$page" | sed 's/<code>//' | sort -u | grep -- --dataset | while read -r program options; do
    # shellcheck disable=SC2086 # words
    "$EGBENCH_BIN/$program" $options --out "$scratch/fresh" --list >"$scratch/out" 2>&1 ||
        fail "not a command: $program $options: $(cat "$scratch/out")"
done
