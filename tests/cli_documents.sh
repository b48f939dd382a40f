#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The numbers of README.md, REPRODUCE.md and docs/ are made from results/: one that was changed by hand is seen, and
# what results/ lacks is named.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

command -v python3 >/dev/null || {
    echo "SKIPPED cli_documents: no python3"
    exit 0
}
mkdir -p "$scratch/tree/bench/frame" "$scratch/tree/contrib"
# As committed, since a run of a user's own writes its results over these.
if git rev-parse -q --verify HEAD >/dev/null 2>&1; then
    git archive HEAD README.md REPRODUCE.md docs results bench/examples | tar -xf - -C "$scratch/tree"
else
    cp -r README.md REPRODUCE.md docs results "$scratch/tree/"
    cp -r bench/examples "$scratch/tree/bench/"
fi
cp -r contrib/python "$scratch/tree/contrib/"
cp bench/frame/names.c "$scratch/tree/bench/frame/"
cd "$scratch/tree"

documents() # [--check]: its exit code in $status, what it says in $scratch/said
{
    status=0
    python3 contrib/python/fill_documents.py "$@" >"$scratch/said" 2>&1 || status=$?
}

said() # CODE PATTERN
{
    [ "$status" -eq "$1" ] || fail "exit $status, not $1: $(cat "$scratch/said")"
    grep -qE -e "$2" "$scratch/said" || fail "no '$2' in: $(cat "$scratch/said")"
}

# What today's results lack is named; all else agrees once it is written.
documents
cp docs/results.md "$scratch/results.md"
cp "$scratch/said" "$scratch/lacking"
documents --check
cmp "$scratch/said" "$scratch/lacking" || fail "what was just written differs: $(cat "$scratch/said")"

# A number of a table that was changed by hand.
sed -i '/^| Gradient prior/s/[0-9]\.[0-9]*/0.999/' docs/results.md
documents --check
said 1 '^docs/results.md:[0-9]+: figure-1 mnist: differs from results/'
documents
cmp docs/results.md "$scratch/results.md" || fail "made anew, docs/results.md is another"

# A claim whose verdict has moved: its line in README.md says so, and one less came back.
claim='^supplementary-table-1-gradients-KPM,keep-remove,'
grep -q "$claim.*,equal," results/claims.csv || fail "$claim is not equal any more: take another claim here"
before=$(sed -n 's/^| Supplementary Table 1: KPM .* | equal | \([0-9]*\) of .*/\1/p' README.md)
sed -i "/$claim/s/,equal,/,not reproduced,/" results/claims.csv
documents
grep -q "^| Supplementary Table 1: KPM .* | \*\*not reproduced\*\* | $((before - 1)) of " README.md || fail "$(grep '^| Supplementary Table 1' README.md)"

# A result that has moved, and one that is not there.
table=results/tables/decoy.csv
sed -i 's/,none,,test_accuracy,,,[0-9.]*/,none,,test_accuracy,,,0.123/' $table
documents --check
said 1 '^docs/decoys.md:[0-9]+: decoys: differs'
sed -i '/,none,/d;/,fixed,/d' $table
documents --check
said 1 "^docs/decoys.md:[0-9]+: decoys: $table has no rows of decoy_mnist, protocol fixed"
rm results/times/quick.csv
documents --check
said 1 'results/times/quick.csv: No such file'

# Markers that do not fit together.
sed -i '0,/<!-- end -->/s///' README.md
documents --check
said 1 "README.md: a piece has no '<!-- end -->'"
