#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A hash of all the sources that the outcome of an experiment depends on: the library, bench/NAME.c
# and what that includes from bench/, each header with its .c file, but for the list of experiments.
#   bench/code_version.sh NAME         prints 16 hexadecimal digits
#   bench/code_version.sh NAME files   prints the files
set -eu
export LC_ALL=C
wanted=(src metrics datasets)
files=()
queue=("bench/$1")
while [ ${#queue[@]} -gt 0 ]; do
    stem=${queue[0]}
    queue=("${queue[@]:1}")
    [[ " ${files[*]} bench/experiments.c " != *" $stem".[ch]\ * ]] || continue
    for file in "$stem.c" "$stem.h"; do
        [ -e "$file" ] || continue
        files+=("$file")
        while read -r include; do
            queue+=("$include")
        done < <(sed -n 's|^#include "\(bench/[^"]*\)\.h".*|\1|p' "$file")
    done
done
list()
{
    { find "${wanted[@]}" -name '*.[ch]' && printf '%s\n' "${files[@]}"; } | sort
}
if [ "${2:-}" = files ]; then
    list
else
    list | xargs sha256sum | sha256sum | cut -c1-16
fi
