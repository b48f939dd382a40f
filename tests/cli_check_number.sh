#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The commands of docs/check-a-number.md as they stand: Table 1 computed anew is the committed one.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/build" "$scratch/results"
ln -s "$(cd "$EGBENCH_BIN" && pwd)" "$scratch/build/bin"
# As committed, since a run of a user's own writes its results over these.
if git rev-parse -q --verify HEAD >/dev/null 2>&1; then
    git archive HEAD results/tables results/published | tar -xf - -C "$scratch"
else
    cp -r results/tables results/published "$scratch/results/"
fi
commands=$(awk '/^```sh$/ { on = 1; next } /^```/ { on = 0 } on' docs/check-a-number.md)
[ -n "$commands" ] || fail 'docs/check-a-number.md has no block of commands'

cd "$scratch"
bash -eu -c "$commands" >said 2>&1 || fail "$(cat said)"
grep -q '^table-1-eg-KPM,' said || fail "no claim in: $(cat said)"
core=$(sed -n 's/.*"blas_core":"\([^"]*\)".*/\1/p' checked/runs/keep-remove.jsonl | head -n 1)
if [ "$core" != Haswell ]; then
    echo "SKIPPED the comparison bit for bit: OpenBLAS runs on core ${core:-unknown}"
    exit 0
fi
# Value and standard error of each result; where they came from may differ.
values() { grep ",paper,night,0," "$1" | cut -d, -f1-8,10-12 | sort; }
values results/tables/table-1.csv >committed
values checked/tables/table-1.csv >computed
[ "$(wc -l <committed)" -gt 80 ] || fail "few results: $(cat committed)"
cmp committed computed || fail "$(diff committed computed | head)"
