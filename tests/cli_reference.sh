#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The smoke scale against the stored run in results/reference: bit for bit where OpenBLAS uses the
# same kernels, within rounding where it uses others.
#   tests/cli_reference.sh          compares
#   tests/cli_reference.sh write    makes the stored run anew (make reference)
set -eu
reference=results/reference
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR

run_all() # FOLDER
{
    local program
    for program in keep-remove convergence sparsity; do
        "$EGBENCH_BIN/egbench-$program" --scale smoke --quiet --out "$1" >/dev/null
    done
    "$EGBENCH_BIN/egbench-report" --digest "$1" >"$1/digest"
    sed -n 's/.*"blas_core": *"\([^"]*\)".*/\1/p' "$1"/runs/*.jsonl | sort -u >"$1/core"
    "$EGBENCH_BIN/egbench-report" --json "$1" | sed -n 's/^{"experiment":"\([^"]*\)","dataset":"\([^"]*\)","protocol":"\([^"]*\)",.*"method":"\([^"]*\)","metric":"\([^"]*\)","label":"","x":null,"value":\([^,]*\),.*/\1,\2,\3,\4,\5,\6/p' >"$1/values.csv"
}

# Keep/Remove and convergence are computed in double precision, the training of sparsity in single.
compare_values() # FOLDER
{
    paste -d, $reference/smoke.csv "$1/values.csv" | awk -F, '
        function off(a, b) { return a < b ? b - a : a - b }
        $1 != $7 || $2 != $8 || $3 != $9 || $4 != $10 || $5 != $11 {
            print "another line: " $0; bad++; next }
        { limit = ($1 == "sparsity" ? 2e-3 : 1e-9) * (1 + off($6, 0)) }
        ($6 == "null") != ($12 == "null") || off($6, $12) > limit { print "another value: " $0; bad++ }
        END { if (bad || !NR) { print bad + 0 " of " NR " values are not the stored ones"; exit 1 } }'
}

run_all "$scratch/here"
if [ "${1:-}" = write ]; then
    paste -d' ' "$scratch/here/core" "$scratch/here/digest" >$reference/smoke.digest
    cp "$scratch/here/values.csv" $reference/smoke.csv
    exit 0
fi

read -r core digest <$reference/smoke.digest
if [ "$core" = "$(cat "$scratch/here/core")" ]; then
    [ "$digest" = "$(cat "$scratch/here/digest")" ] || {
        compare_values "$scratch/here" || true
        echo "digest $(cat "$scratch/here/digest") on $core, not $digest"
        exit 1
    }
    cmp $reference/smoke.csv "$scratch/here/values.csv"
    echo "core $core: the digest of the stored run"
else
    compare_values "$scratch/here"
    echo "core $(cat "$scratch/here/core"), stored on $core: compared by tolerance"
fi

# Kernels for another processor must not change more than rounding does.
if [ "$(uname -m)" = x86_64 ]; then
    OPENBLAS_CORETYPE=Nehalem run_all "$scratch/other"
    compare_values "$scratch/other"
fi
