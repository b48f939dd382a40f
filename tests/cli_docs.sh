#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# make docs: every link of the documents leads to a file or heading that is there; one that does not is named.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

command -v cmark-gfm >/dev/null || {
    echo "OPTIONAL cli_docs: cmark-gfm is not installed"
    exit 0
}
docs()
{
    status=0
    python3 contrib/python/make_docs.py "$scratch/docs" >"$scratch/said" 2>&1 || status=$?
}

docs
[ "$status" -eq 0 ] || fail "$(cat "$scratch/said")"
for page in README REPRODUCE docs/glossary; do
    [ -s "$scratch/docs/$page.html" ] || fail "there is no page $page"
done
grep -q '<h2 id="what-came-back">' "$scratch/docs/README.html" || fail 'a heading has no anchor'
grep -q '<td' "$scratch/docs/docs/glossary.html" || fail 'there is no table'
grep -q 'href="REPRODUCE.html"' "$scratch/docs/README.html" || fail 'a link to a document is none to its page'
[ -s "$scratch/docs/results/figures/figure-1-a.svg" ] || fail 'a picture was left behind'

# Links that lead nowhere.
mkdir "$scratch/tree"
tar -c ./*.md CITATION.cff docs results/*.md results/published results/figures contrib/python | tar -x -C "$scratch/tree"
mkdir -p "$scratch/tree/bench" "$scratch/tree/results/compare/board/report"
cp -r bench/examples "$scratch/tree/bench/"
cp -r results/night results/peers results/growth results/tables "$scratch/tree/results/"
cp results/compare/board/report/comparison.html "$scratch/tree/results/compare/board/report/"
cd "$scratch/tree"
docs
[ "$status" -eq 0 ] || fail "of a copy: $(cat "$scratch/said")"
printf '[one](docs/gone.md) and [two](docs/glossary.md#gone)\n' >>README.md
docs
[ "$status" -eq 1 ] || fail "exit $status of links that lead nowhere"
grep -q '^README.md: docs/gone.md: there is no such file$' "$scratch/said" || fail "$(cat "$scratch/said")"
grep -q '^README.md: docs/glossary.md#gone: docs/glossary.md has no such heading$' "$scratch/said" || fail "$(cat "$scratch/said")"
