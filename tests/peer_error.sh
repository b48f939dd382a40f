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

# What of a step in PyTorch is farther off than bench/peer/peer_forms.py allows, a line each.
faults() # STEP FORM FOLDER
{
    "$python" bench/peer/torch_steps.py "$1" "$2" "$3" 1 </dev/null | sed -n '1p' |
        PYTHONPATH=bench/peer "$python" -c 'import json, sys
from peer_forms import find_faults
print(*find_faults(sys.argv[1], json.load(sys.stdin)["errors"]), sep="\n")' "$1"
}
