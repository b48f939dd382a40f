#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The completions that programs print: bash's and zsh's own parsers take them; bash completes options, values,
# commands and, behind "egbench COMMAND", what the command's program takes.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for program in "$EGBENCH_BIN"/egbench*; do
    name=${program##*/}
    "$program" --completion bash >"$scratch/$name" || fail "$name --completion bash"
    "$program" --completion zsh >"$scratch/_$name" || fail "$name --completion zsh"
    bash -n "$scratch/$name" || fail "bash does not take the completion of $name"
    ! command -v zsh >/dev/null || zsh -n "$scratch/_$name" || fail "zsh does not take the completion of $name"
    grep -q "^#compdef $name\$" "$scratch/_$name" || fail "zsh would not look for $name"
    "$program" --help | grep -oE '^ +(-., )?--[a-z0-9-]+' | sed 's/.*--//' | while read -r option; do
        grep -qF -e " --$option" "$scratch/$name" || fail "$name: bash completes no --$option"
        grep -qE -e "--${option}[]=}[]" "$scratch/_$name" || fail "$name: zsh completes no --$option"
    done
done
command -v zsh >/dev/null || echo "SKIPPED zsh's completions: there is no zsh"

completed() # WORD...: what bash completes the last word to, sorted
{
    bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_${1//-/_}"; echo "${COMPREPLY[@]}"' \
        "$scratch/$1" "$@" 2>/dev/null | tr ' ' '\n' | sort | xargs
}

check() # WANTED WORD...
{
    local wanted=$1
    shift
    [ "$(completed "$@")" = "$wanted" ] || fail "completed to '$(completed "$@")', not '$wanted': $*"
}

check 'night' egbench-sparsity --scale n
check 'smoke' egbench-sparsity --seed 1 -s sm
check 'quick' egbench-sparsity --scale = q
check '--seed' egbench-sparsity --se
check '' egbench-sparsity --seed ''
check 'report reproduce robust-attribution' egbench r
check 'sparsity' egbench help sp
check 'night' egbench sparsity --scale n
check '--fetch' egbench reproduce --fe
check '' egbench no-such-command --f
check '' egbench-sparsity "$scratch/egb"
