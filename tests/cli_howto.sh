#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Follows the how-tos of CONTRIBUTING.md to the letter in a copy of the sources: writes each file they
# show, adds each line, builds, runs the tests they come with, and the new program.
#
# A fenced block whose first line names a language and a file is that whole file. One marked "diff" adds
# its + lines between its other lines, which must stand in the file together, once. One marked "sh" is
# a command line that is run as it stands.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL EGBENCH_DATA_DIR SKIPS # no data here, so what needs them is skipped
guide=$PWD/CONTRIBUTING.md
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

# FILE, language and text of each block become $scratch/blocks/NUMBER: language, file, then the text;
# commands $scratch/commands/NUMBER.
mkdir "$scratch/blocks" "$scratch/commands"
awk -v folder="$scratch/blocks" '
    /^```/ && !inside { inside = 1; file = ""
        if (NF == 2) file = sprintf("%s/%03d", folder, ++count)
        if (file) print substr($1, 4), $2 >file
        if ($0 == "```sh") file = sprintf("%s/../commands/%03d", folder, ++commands)
        next }
    /^```$/ { inside = 0; if (file) close(file); next }
    inside && file { print >file }' "$guide"

add_lines() # FILE: by the diff on standard input
{
    local text diff before after rest
    diff=$(cat)
    before=$(grep -v '^+' <<<"$diff" | cut -c2-)
    after=$(cut -c2- <<<"$diff")
    text=$(cat "$1")
    rest=${text#*"$before"}
    [ "$rest" != "$text" ] || fail "$1 has no longer what a diff names: $before"
    [ "${rest#*"$before"}" = "$rest" ] || fail "$1 has more than once what a diff names: $before"
    printf '%s\n' "${text%%"$before"*}$after$rest" >"$1"
}

files=()
for block in "$scratch"/blocks/*; do
    read -r language file <"$block"
    if [ "$language" = diff ]; then
        tail -n +2 "$block" | add_lines "$tree/$file"
    else
        [ ! -e "$tree/$file" ] || fail "$file is there already"
        tail -n +2 "$block" >"$tree/$file"
        files+=("$file")
    fi
done

# No how-to has more than six steps; there are seven to add something and six to compare a method.
awk '/^###? / && !inside { if (howto) print steps, howto; howto = /^## How to add|^### / ? $0 : ""; steps = 0 }
    /^[0-9]+\. / && !inside { steps++ }
    /^```/ { inside = !inside }
    END { if (howto) print steps, howto }' "$guide" >"$scratch/steps"
[ "$(wc -l <"$scratch/steps")" -eq 13 ] || fail "not thirteen how-tos: $(cat "$scratch/steps")"
awk '$1 < 1 || $1 > 6 { exit 1 }' "$scratch/steps" || fail "too many steps: $(cat "$scratch/steps")"

cd "$tree"
if ! clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    echo "SKIPPED the layout: there is no clang-format 14"
else
    for file in "${files[@]}"; do
        [[ $file != *.[ch] ]] || clang-format --dry-run -Werror "$file"
    done
fi

# What "make check ONLY=..." in the how-tos names.
only=$(grep -o 'Run `make check ONLY="[^"]*"' "$guide" | cut -d'"' -f2 | tr '\n' ' ')
for file in "${files[@]}"; do
    [[ $file != tests/test_* ]] || [[ " $only " == *" $(basename "$file" .c | cut -c6-) "* ]] ||
        fail "no how-to runs $file"
done
make -s BUILD="$scratch/build" ONLY="$only" check "$scratch/build/bin/egbench-top-features" \
    "$scratch"/build/bin/egbench-{graph-prior,compare,plugin-host} "$scratch/build/release/libegbench-single.a" >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    fail "make check ONLY=\"$only\" failed"
}
[ "$(tail -n 1 "$scratch/log" | cut -d' ' -f1)" -gt 0 ] || fail "no test was run: $(cat "$scratch/log")"

export EGBENCH_BIN=$scratch/build/bin
for file in "${files[@]}"; do
    [[ $file != tests/cli_*.sh ]] || bash "$file" || fail "$file failed"
done

# The commands, with a python3 that has numpy where there is one.
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
for words in '^smoothgrad_x_input ' '^mine on Interactions' '^by_hand on Interactions' '^mine on your rows' ' retrain_keep$'; do
    grep -q "$words" "$scratch"/commands/*.out || fail "no command printed $words: $(cat "$scratch"/commands/*.out)"
done
