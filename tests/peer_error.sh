#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of the scripts in Python share; they source it.
python=${PYTHON:-/usr/bin/python3} # the last of several
python=${python##* }
export PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

# The largest error that a script tells, as a power of ten.
exponent() # SCRIPT WORD...
{
    local script=$1
    shift
    "$python" "bench/peer/$script" "$@" </dev/null | sed -n '1p' |
        "$python" -c 'import json, math, sys
errors = json.load(sys.stdin)["errors"].values()
print(math.floor(math.log10(max(errors) + 1e-12)))'
}
