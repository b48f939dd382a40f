#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Puts each file of bench/examples/tree into a copy of the sources at the place that it names, adds the lines it
# names, builds, and runs the tests that come with it; then runs the commands of docs/compare.md as they stand.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL EGBENCH_DATA_DIR SKIPS # no data here, so what needs them is skipped
guide=$PWD/docs/compare.md
tree=$scratch/tree

# The work tree without what is built or run; objects of the same sources save most of the compiling.
mkdir "$tree"
tar -c .clang-format Makefile bench src metrics datasets tests | tar -x -C "$tree"
build=${EGBENCH_BUILD:-build}
if [ -d "$build/release" ]; then
    mkdir "$scratch/build"
    cp -rp "$build/release" "$build/deps-build" "$scratch/build/"
    find "$scratch/build" -name '*.d' -exec sed -i "s,\(^\| \)$build/,\1$scratch/build/,g" {} +
fi

add_line() # FILE TEXT: before the last line there that begins alike; an entry of a macro's list goes on
{
    awk -v text="$2" '
        BEGIN { match(text, /[("]/); head = substr(text, 1, RSTART)
            if (text ~ /\)$/) text = sprintf("    %-95s\\", text) }
        { line[NR] = $0; sub(/^ +/, ""); if (index($0, head) == 1) last = NR }
        END { for (i = 1; i <= NR; i++) { if (i == last) print text; print line[i] }
            exit !last }' "$1" >"$scratch/added" || fail "$1 has no line that begins as $2 does"
    cp "$scratch/added" "$1"
}

files=()
for example in "$tree"/bench/examples/tree/*; do
    file=$(sed -nE 's/^( \*|#) +place: +//p' "$example")
    [ -n "$file" ] || fail "$example names no place"
    [ ! -e "$tree/$file" ] || fail "$file is there already"
    mv "$example" "$tree/$file"
    files+=("$file")
    while IFS= read -r line; do
        add_line "$tree/${line%%: *}" "${line#*: }"
    done < <(sed -nE 's/^ \* +line: +//p' "$tree/$file")
done
[ ${#files[@]} -gt 10 ] || fail "only these examples: ${files[*]}"

cd "$tree"
if ! clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    echo "SKIPPED the layout: there is no clang-format 14"
else
    for file in "${files[@]}"; do
        [[ $file != *.[ch] ]] || clang-format --dry-run -Werror "$file"
    done
fi

only=
for file in "${files[@]}"; do
    [[ $file != tests/test_* ]] || only+="$(basename "$file" .c | cut -c6-) "
done
make -s BUILD="$scratch/build" ONLY="$only methods priors dataset drug_response" check "$scratch/build/bin/egbench-training-length" \
    "$scratch"/build/bin/egbench-{graph-prior,compare,plugin-host} "$scratch/build/release/libegbench-single.a" >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    fail "make check ONLY=\"$only\" failed"
}
[ "$(tail -n 1 "$scratch/log" | cut -d' ' -f1)" -gt 0 ] || fail "no test was run: $(cat "$scratch/log")"

export EGBENCH_BIN=$scratch/build/bin
for file in "${files[@]}"; do
    [[ $file != tests/cli_*.sh ]] || bash "$file" || fail "$file failed"
done

# The commands: fenced blocks that are marked "sh".
mkdir "$scratch/commands"
awk -v folder="$scratch/commands" '/^```sh$/ { file = sprintf("%s/%03d", folder, ++count); next }
    /^```$/ { if (file) close(file); file = "" }
    file { print >file }' "$guide"
# They take a python3 that has numpy where there is one.
ln -s "$scratch/build" build
mkdir "$scratch/python"
if ! python3 -c 'import numpy' 2>/dev/null; then
    ln -s /usr/bin/python3 "$scratch/python/python3"
fi
export PATH=$scratch/python:$PATH OMP_NUM_THREADS=2
for commands in "$scratch"/commands/*; do
    if grep -q python3 "$commands" && ! python3 -c 'import numpy' 2>/dev/null; then
        echo "SKIPPED the command in Python: python3-numpy is not installed"
        continue
    fi
    bash -eu "$commands" >"$commands.out" 2>&1 || fail "$(cat "$commands" "$commands.out")"
done

reported() # FOLDER WORD...: each stands in the table of the comparison there
{
    local word folder=$1
    shift
    for word in "$@"; do
        grep -q "\b$word\b" "$folder/report/comparison.csv" || fail "no $word in $folder: $(cat "$scratch"/commands/*.out)"
    done
}
reported try smoothgrad_x_input mine by_hand
! python3 -c 'import numpy' 2>/dev/null || reported try mine_in_python
reported try_own mine
says() # FOLDER WORDS: in the comparison there
{
    grep -qF -e "$2" "$1/report/comparison.tex" || fail "no '$2' in $1: $(cat "$1/report/comparison.tex")"
}
says try_own 'units (a model on a split each).'
if python3 -c 'import numpy' 2>/dev/null; then
    reported try_parts mine
    says try_parts '5 units: disjoint parts of 100 test rows of one model; nothing is said about other models.'
    says try_parts 'caption{Interactions, one network: attribution methods'
fi
reported try_one mine
reported try_retrained mine retrain_keep
