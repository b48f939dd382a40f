#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A store of two experiments and a history of nights, made up, for the tests of the report's page.
#   tests/made_nightly_runs.sh FOLDER VERDICT...     a night for each VERDICT (same, quiet, drift, broken), "accepted" for
#                                              a baseline that moved
set -eu
. tests/expect.sh
folder=$1
shift
mkdir -p "$folder/runs" "$folder/reference"

declare -A counts=([keep-remove]='"splits":10,"epochs":30,"samples":200,"steps":200' [convergence]='"rows":100,"epochs":30')

row() # EXPERIMENT KEY DATASET PROTOCOL VALUES
{
    printf '{"key":"%s","experiment":"%s","config":{"dataset":"%s","data":"d","protocol":"%s","scale":"quick","seed":0,"replicate":0,%s},"outcome":"ok","values":%s,"seed":0,"seconds":1,"peak_rss_mb":1,"receipt":"r"}\n' \
        "$2" "$1" "$3" "$4" "${counts[$1]}" "$5"
}

measure() # METHOD METRIC "mean":VALUE or "values":[...]
{
    printf '{"experiment":"keep-remove","dataset":"corrgroups60","protocol":"paper","method":"%s","versus":"","metric":"%s","statistic":"","label":"","%s":%s}' "$@"
}

night() # NUMBER VERDICT
{
    local mean=3.7 moved='' seconds=$((20 + $1 % 2)) answer="No drift. All digests are the reference's."
    if [ "$2" = drift ]; then
        mean=3.8
        moved="$(measure expected_gradients KPM mean 3.8),{\"series\":\"steps\",\"name\":\"sparse_epoch\"}"
        answer='Drift: keep-remove: 1 measure; the surest: Expected gradients, KPM, from 3.7 to 3.8 <since abc> & more.'
    elif [ "$2" = broken ]; then
        answer='The nightly run is broken: keep-remove has no rows for 10 of 10 seeds.'
    fi
    printf '{"history":"night","version":1,"time":"2026-11-%02dT03:10:00Z","commit":"%012d","scale":"smoke","seeds":[0,1],"machine":{},"code":{"keep-remove":"1"},"digests":{"keep-remove":["%s"]},' \
        $((1 + $1)) "$1" "$2"
    printf '"seconds":{"keep-remove":%d},"peak_rss_mb":{"keep-remove":60},"steps":{"sparse_epoch":1.4},"calibration":{"product_gflops":90},"measures":[%s,%s],"verdict":"%s","moved":[%s],"answer":"%s"}\n' \
        "$seconds" "$(measure expected_gradients KPM mean "$mean")" "$(measure random RAI mean 0.28)" "$2" "$moved" "$answer"
}

{
    echo '{"receipt":"r","commit":"abc <&> def"}'
    row keep-remove 01 corrgroups60 paper '{"expected_gradients":{"KPM":3.731,"RAI":0.5},"random":{"KPM":0.03,"RAI":0.28}}'
    row keep-remove 02 independentlinear60 fixed '{"expected_gradients":{"KPM":4.1},"gradients":{"KPM":0.05}}'
} >"$folder/runs/keep-remove.jsonl"
row convergence 11 corrgroups60 paper \
    '{"distance":[0.18,0.13,0.087,0.062,0.044],"mean_magnitude":0.14,"completeness_z_mean":0.1,"completeness_z_sd":1}' \
    >"$folder/runs/convergence.jsonl"
{
    echo '{"reference":"nightly","version":3,"scale":"smoke","seeds":[0,1],"machine":{},"commit":"abc","made":"2026-11-01T00:00:00Z","code":{"keep-remove":"1"},"digests":{"keep-remove":["",""]},"measures":1}'
    measure expected_gradients KPM values '[3.6,3.8]'
    echo
} >"$folder/reference/nightly.jsonl"

number=0
for verdict; do
    if [ "$verdict" = accepted ]; then
        printf '{"history":"accepted","version":1,"time":"2026-11-%02dT09:00:00Z","commit":"%012d","scale":"smoke","seeds":[0,1],"machine":{},"code":{},"digests":{},"reason":"drawn without <replacement> & better"}\n' \
            "$number" "$number"
    else
        number=$((number + 1))
        night "$number" "$verdict"
    fi
done >"$folder/history.jsonl"
seal "$folder"/runs/*.jsonl "$folder/reference/nightly.jsonl"
