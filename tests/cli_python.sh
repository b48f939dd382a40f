#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The Python package, from the tree: tests/check_python.py, the examples, and that pip installs it. EGBENCH_PYTHON names
# another interpreter, one that has torch.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache TMPDIR=$scratch/tmp PYTHONPATH=$PWD/contrib/python PYTHONDONTWRITEBYTECODE=1 MPLBACKEND=Agg
mkdir "$TMPDIR"

python=
for candidate in python3 /usr/bin/python3 ${EGBENCH_PYTHON:+"$EGBENCH_PYTHON"}; do
    if "$candidate" -c 'import numpy' 2>/dev/null; then python=$candidate; fi
done
if [ -z "$python" ]; then
    echo "SKIPPED the Python package: python3-numpy is not installed"
    exit 0
fi
mkdir "$scratch/checked"
"$python" tests/check_python.py "$scratch/checked" >"$scratch/said" 2>&1 || fail "$(cat "$scratch/said")"
grep '^OPTIONAL ' "$scratch/said" || true
rm -rf "$TMPDIR"/egbench-log-* # of the functions that failed, which the user reads
[ -z "$(ls "$TMPDIR")" ] || fail "left: $(ls "$TMPDIR")"

# A file that serves a function is a worker, and scores as the example that is begun anew for each unit.
smoke=("$EGBENCH_BIN/egbench-compare" --scale smoke --dataset interactions --threads 1 --out "$scratch/results" --only 'w_*')
expect 0 " 0 failed" "${smoke[@]}" --worker "$python bench/examples/mine_worker.py" --name w_kept \
    --exec "$python bench/examples/mine.py {dir}" --name w_anew --baseline mean
numbers() # METHOD
{
    grep "\"method\":\"$1\"" "$scratch/results/runs/compare.jsonl" | grep -o '"\(KPM\|infidelity_normalised\|insertion_normalised\)":[-0-9.e]\{8\}'
}
[ "$(numbers w_kept | wc -l)" -eq 6 ] || fail "no numbers of the worker"
[ "$(numbers w_kept)" = "$(numbers w_anew)" ] || fail "$(numbers w_kept) is not $(numbers w_anew)"

# The notebook's cells, one after another, as Jupyter runs them.
if "$python" -c 'import torch' 2>/dev/null; then
    "$python" - bench/examples/compare.ipynb >"$scratch/said" 2>&1 <<'END' || fail "the notebook: $(cat "$scratch/said")"
import json, sys

names = {}
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), names)
assert names["phi"].shape == (120, 8) and "6 units" in names["r"].verdict("mine"), names["r"].verdict("mine")
END
else
    echo "OPTIONAL the notebook: torch is not installed"
fi

# What pip installs finds the programs and knows its types.
if "$python" -c 'import setuptools, pip' 2>/dev/null; then
    cp -r contrib/python "$scratch/source"
    "$python" -m pip install -q --no-deps --no-build-isolation --no-index --target "$scratch/site" "$scratch/source" \
        >"$scratch/said" 2>&1 || fail "pip install: $(cat "$scratch/said")"
    [ -e "$scratch/site/egbench/py.typed" ] || fail "no py.typed"
    found=$(cd "$scratch" && PYTHONPATH=$scratch/site "$python" -c 'import egbench; print(egbench.__file__, egbench.find_program())')
    [ "$found" = "$scratch/site/egbench/__init__.py $(realpath "$EGBENCH_BIN")/egbench-compare" ] || fail "installed: $found"
else
    echo "OPTIONAL installing the Python package: pip or setuptools is not installed"
fi
