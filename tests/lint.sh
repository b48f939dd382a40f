#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks what a compiler does not: format, static analysis, scripts, man pages, the rules of the sources.
#   tests/lint.sh [MAN-PAGE...]
set -u
shopt -s lastpipe # report counts in this shell, not in a pipe's own
failures=0

report() # WHAT, with the offending lines on stdin; silent when there are none
{
    local lines
    lines=$(cat)
    [ -z "$lines" ] && return
    echo "$lines"
    echo "lint: $1"
    failures=$((failures + 1))
}

find_files() # PATTERN...
{
    local pattern names=()
    for pattern in "$@"; do
        names+=(-o -name "$pattern")
    done
    find . -path ./.git -prune -o -path ./build -prune -o -path ./results/runs -prune -o \
        -path ./results/report -prune -o -type f \( "${names[@]:1}" \) -print | sort
}

mapfile -t c_files < <(find_files '*.c' '*.h')
mapfile -t scripts < <(find_files '*.sh' run)
mapfile -t sources < <(printf '%s\n' "${c_files[@]}" "${scripts[@]}" ./Makefile bench/page/*.{html,css,csv,gp,md,svg,tex,txt} && find_files '*.mk' '*.py' '*.yml' '*.crontab' '*.service' '*.timer')
mapfile -t library < <(printf '%s\n' "${c_files[@]}" | grep -E '^\./(src|metrics|datasets)/')
mapfile -t pages < <(printf '%s\n' "$@" | grep .)

# Other versions lay out, and warn, otherwise.
clang_format_wanted=14 cppcheck_wanted=2.10
has_version() # PROGRAM VERSION: says so where it has another
{
    local found
    found=$("$1" --version 2>&1 | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)
    [[ $found. == "$2".* ]] || {
        echo "lint: SKIPPED $1: it is version ${found:-unknown} here, and $2 is wanted"
        [ "${SKIPS:-}" != fail ] || failures=$((failures + 1))
        return 1
    }
}
! has_version clang-format $clang_format_wanted ||
    clang-format --dry-run -Werror "${c_files[@]}" 2>&1 | grep 'error:' |
    report 'not in the code style; run: make format'
! has_version cppcheck $cppcheck_wanted || cppcheck --quiet -j 2 --std=c11 --enable=warning,performance,portability --inline-suppr \
    --suppress=unknownMacro --suppress=invalidPointerCast -Isrc -I. bench src metrics datasets 2>&1 | report 'cppcheck'
shellcheck "${scripts[@]}" 2>&1 | report 'shellcheck'
find_files '*.py' | xargs pyflakes3 2>&1 | report 'pyflakes'
python3 contrib/python/fill_documents.py --check 2>&1 | report 'numbers in README.md, REPRODUCE.md or docs/ are not those of results/'
[ ${#pages[@]} -eq 0 ] || mandoc -T lint -W warning "${pages[@]}" 2>&1 | report 'mandoc'


# ---- templates for nightly runs ----
mapfile -t workflows < <(find_files '*.yml')
mapfile -t crontabs < <(find_files '*.crontab')
mapfile -t units < <(find_files '*.service' '*.timer')
yamllint --strict -d '{extends: default, rules: {line-length: {max: 130}, document-start: disable}}' \
    "${workflows[@]}" 2>&1 | report 'yamllint'
python3 tests/check_workflow.py "${workflows[@]}" 2>&1 | report 'not a workflow of GitHub Actions'
for file in "${crontabs[@]}"; do
    # five fields of time, then the command
    grep -vE '^(#|[A-Z]+=|$)' "$file" | sed -E 's/^([0-9*\/,-]+ ){5}//' | bash -n
    ! command -v crontab >/dev/null || crontab -n "$file" 2>&1 | grep -v 'successfully checked'
done 2>&1 | report 'crontab'
if command -v systemd-analyze >/dev/null; then
    XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/tmp} systemd-analyze --user --man=no verify "${units[@]}" 2>&1 |
        report 'systemd-analyze'
fi

for file in "${sources[@]}"; do
    head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$file"
done | report 'no SPDX line at the top'
wc -l "${sources[@]}" | awk '$2 != "total" && $1 > 400' | report 'over 400 lines'
printf '%s\n' "${sources[@]}" | sed 's|.*/||' | sort | uniq -d | report 'file names that are not unique'
grep -rnE --exclude-dir=public '^#include "(bench|metrics|datasets|tests)/' src | report 'src but for src/public may include only src'
grep -nE '^#include "(bench|tests)/' src/public/* | report 'src/public may include only src, metrics and datasets'
grep -rnE '^#include "(bench|datasets|tests)/' metrics | report 'metrics may include only src and metrics'
grep -rnE '^#include "(bench|metrics|tests)/' datasets | report 'datasets may include only src and datasets'
grep -rnE --exclude-dir=examples '^#include "tests/' bench | report 'bench may not include tests'
grep -nE '(^|[^a-z_])(printf|puts|putchar|perror|exit|_exit|abort|assert) ?\(|(^|[^a-z_])(stdout|stderr)([^a-z_]|$)' \
    "${library[@]}" | grep -vE 'format\(printf|^\./src/run/child_keeper\.c.*_exit' | report 'the library neither prints nor exits'
grep -rnE --include='*.[ch]' '(^|[^a-z_])s?rand ?\(|drand48' src metrics datasets bench |
    report 'random numbers come from base/stream.h only'
printf '%s\n' "${c_files[@]}" | grep -v '^\./tests/' | xargs grep -nE '(^|[^a-z_])(gzopen|json_load_file|fopen|open) ?\(' |
    grep -vE '^\./src/(base/input_file|run/child(_keeper)?)\.c|"w|O_WRONLY|O_RDWR|/proc/' |
    report 'files are read through base/input_file.h only'
find_files 'Makefile' '*.mk' '*.[ch]' | xargs grep -nE 'ffast-math|Ofast' | grep -v '# No -' | report 'no fast math'
find_files '*' | xargs grep -nIE '/[w]ork/|/[r]oot/|/[h]ome/' | report 'a path of one machine'
find_files '*.[ch]' '*.sh' '*.md' 'Makefile' '*.mk' | xargs grep -nE ' +$' | report 'white space at the end of a line'
# What a piece within a line is filled with does not count.
sed -E 's/<!-- numbers: [^>]*-->([^<]*<!-- end -->)?//g; s/<!-- end -->//g' ./*.md docs/*.md results/published/*.md |
    LC_ALL=C.UTF-8 grep -nE '^[^|].{110}' | report 'a line of a document over 110 characters'

echo "lint: ${#sources[@]} files, $failures kinds of failure"
[ "$failures" -eq 0 ]
