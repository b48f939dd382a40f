#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a Python environment with the packages named, as pip finds them by its own configuration; where torch comes in
# builds for accelerators and for processors alone, either will do.
#   bench/peer/make_environment.sh FOLDER PACKAGE==VERSION...
set -eu
folder=$1
shift
base=${BASE_PYTHON:-python3}
"$base" -c 'import ensurepip, venv' 2>/dev/null || {
    echo "make_environment.sh: $base makes no environments: apt-get install python3-venv" >&2
    exit 1
}
[ -x "$folder/bin/python" ] || "$base" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet "$@"
"$folder/bin/python" bench/peer/describe_python.py
