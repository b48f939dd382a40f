#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs test programs and scripts and ends with "N passed, N failed, N skipped", with a line for each skip before it.
#   tests/run_all.sh [FILE.sh | replay:PROGRAM:FOLDER | CRITERION-PROGRAM]...
# EGBENCH_BIN is the folder of the programs under test; a script counts as one test. What a script leaves out it says
# in a line "SKIPPED what: why". With SKIPS=fail a skip is a failure, as CI has it. "OPTIONAL what: why" is said of what
# takes more than the packages of tests/install_deps.sh (PyTorch and the like): it is shown, and no skip.
set -u
# OpenBLAS in its OpenMP flavour takes as many threads as OpenMP gives, whatever OPENBLAS_NUM_THREADS says;
# on the small matrices of the tests they would mostly spin and wait for each other.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-2}" OPENBLAS_NUM_THREADS=1 OMP_WAIT_POLICY=passive

passed=0
failed=0
log=$(mktemp)
skips=$(mktemp)
left_out=$(mktemp)
trap 'rm -f "$log" "$skips" "$left_out"' EXIT

note_skips() # NAME: lines of the log, a script's or Criterion's own, that say what was left out
{
    sed -n "s|^SKIPPED |$1: |p; s/^\[SKIP\] //p" "$log" >>"$skips"
    sed -n "s|^OPTIONAL |left out $1: |p" "$log" >>"$left_out"
}

count_one() # NAME STATUS SECONDS: prints the log of what failed
{
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok     $1 ($3 s)"
    else
        failed=$((failed + 1))
        cat "$log"
        echo "FAILED $1 (exit $2)"
    fi
}

count_criterion() # NAME STATUS: adds up the synthesis line of Criterion
{
    local tested passing
    # Criterion passes a test that leaks: the sanitizer speaks up after the test's end.
    if grep -q 'SUMMARY: [A-Za-z]*Sanitizer' "$log"; then
        count_one "$1" 98 0
        return
    fi
    read -r tested passing < <(sed -n 's/.*Tested: *\([0-9]*\) *| *Passing: *\([0-9]*\).*/\1 \2/p' \
        "$log" | tail -n 1)
    if [ -z "${passing:-}" ] || { [ "$2" -ne 0 ] && [ "$tested" -eq "$passing" ]; }; then
        count_one "$1" 99 0
        return
    fi
    passed=$((passed + passing))
    failed=$((failed + tested - passing))
    if [ "$tested" -eq "$passing" ]; then
        echo "ok     $1 ($tested tests)"
    else
        grep -v '^\[RUN \]\|^\[PASS\]' "$log"
        echo "FAILED $1 ($((tested - passing)) of $tested tests)"
    fi
}

for test in "$@"; do
    start=$SECONDS
    case $test in
    *.sh)
        bash "$test" >"$log" 2>&1 </dev/null
        count_one "$test" $? $((SECONDS - start))
        ;;
    replay:*)
        IFS=: read -r _ program folder <<<"$test"
        "$program" "$folder" >"$log" 2>&1 </dev/null
        count_one "$(basename "$program") $folder" $? $((SECONDS - start))
        ;;
    *)
        "$test" --jobs=2 --verbose >"$log" 2>&1 </dev/null # without --verbose it is silent on skips
        count_criterion "$test" $?
        ;;
    esac
    note_skips "$test"
done

cat "$left_out"
sed 's/^/skipped /' "$skips"
skipped=$(wc -l <"$skips")
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] && { [ "${SKIPS:-}" != fail ] || [ "$skipped" -eq 0 ]; }
