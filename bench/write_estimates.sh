#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What each experiment costs at a scale, by its --estimate, as a table of commas: `make estimates`. Nothing is run but
# the few short cells that an estimate times.
#   EGBENCH_BIN=FOLDER EXPERIMENTS="NAME ..." SCALES="night paper" bench/write_estimates.sh
set -euo pipefail
read -ra experiments <<<"${EXPERIMENTS:?}"
read -ra scales <<<"${SCALES:-night paper}"
nowhere=$(mktemp -d)
trap 'rm -rf "$nowhere"' EXIT

# 3e+03 as "3,000".
show() # NUMBER
{
    local text
    text=$(LC_ALL=C printf '%.10g' "$1")
    case $text in
    *.* | ? | ?? | ???) echo "$text" ;;
    *) echo "\"${text%???},${text: -3}\"" ;;
    esac
}

echo "experiment,scale,cells,core hours,longest cell"
for experiment in "${experiments[@]}"; do
    for scale in "${scales[@]}"; do
        said=$("$EGBENCH_BIN/egbench-$experiment" --scale "$scale" --estimate --out "$nowhere/none")
        [[ $said =~ ^([0-9]+)\ of\ .*:\ ([0-9.e+]+)\ core\ hours,\ the\ longest\ cell\ ([^$'\n']*) ]]
        echo "$experiment,$scale,$(show "${BASH_REMATCH[1]}"),$(show "${BASH_REMATCH[2]}"),${BASH_REMATCH[3]}"
    done
done
