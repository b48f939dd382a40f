#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs below a folder with a blank, runs each installed program from another folder, uninstalls. What is installed
# of the library: cli_library.sh.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR PREFIX

run_make()
{
    make --no-print-directory -s BUILD="${EGBENCH_BUILD:-build}" "$@" >"$scratch/make.log" 2>&1 || {
        cat "$scratch/make.log"
        fail "make $* failed"
    }
}

prefix="$scratch/with blank/usr"
run_make install PREFIX="$prefix"

export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
[ "$(pkg-config --modversion egbench)" = "$("$prefix/bin/egbench-report" --version | cut -d ' ' -f 2)" ] ||
    fail "egbench.pc and egbench-report tell different versions"

# Each program does a piece of its work, in a folder that knows nothing of the sources.
top=$PWD
mkdir "$scratch/else where"
cd "$scratch/else where"
ran=()
run() # CODE PROGRAM ARGUMENT...: what it printed is in the file out
{
    local wanted=$1 program=$2 status=0
    shift 2
    "$prefix/bin/egbench-$program" "$@" >out 2>err </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || fail "egbench-$program $*: exit $status, not $wanted: $(cat out err)"
    ran+=("egbench-$program")
}
for program in keep-remove convergence image-noise graph-prior training-cost decoy robust-attribution fine-tune sparsity; do
    run 0 $program --scale smoke --replicates 1 --shard 1/40 --quiet --out results
done
run 0 report
[ -s results/report/index.html ] || fail "no page of the report"
grep -q '^table-1-' results/claims.csv || fail "the installed claims were not found"
run 1 report --against results/reference/smoke
grep -q 'missing here' out || fail "the installed reference was not found: $(cat out err)"
for seed in 0 1; do
    run 0 convergence --scale smoke --seed $seed --quiet --out rows/seed-$seed
done
run 0 nightly --make-reference --seeds 0..1 --reference own.jsonl rows
[ -s own.jsonl ] || fail "no reference of two seeds"
run 0 drift --replay 1 --planted-seeds 0
[ ! -e results/reference ] || fail "the reference is here after all"
run 0 compare --scale smoke --dataset interactions -r 1 --only gradients --quiet --out compared
eval "cc -shared -fPIC $(pkg-config --cflags egbench) -o mine.so \"\$prefix/share/egbench/bench/examples/mine.c\""
run 0 plugin-host --describe mine.so
grep -q '"name": "mine"' out || fail "plugin-host said $(cat out)"
printf ',s1,s2,s3\na,120,340,210\nb,15,40,30\nc,55,60,41\n' >counts.csv
run 0 preprocess --no-fpkm --no-combat --counts counts.csv --out expression.csv
run 0 kernels --version
run 0 reproduce --scale smoke --quiet --out reproduced convergence
[ -s reproduced/report/index.html ] || fail "egbench-reproduce left no page"
"$prefix/bin/egbench" convergence --scale smoke --out reproduced --list | grep -q '^ok' || fail "egbench convergence does not run"
"$prefix/bin/egbench" fetch --list | grep -q '^nhanes' || fail "egbench fetch lists no data set"
ran+=(egbench)
for file in "$prefix"/bin/*; do
    [[ " ${ran[*]} " == *" ${file##*/} "* ]] || fail "${file##*/} is installed, but not run here"
    [ -s "$prefix/share/man/man1/${file##*/}.1" ] || fail "no man page for ${file##*/}"
    [ -s "$prefix/share/bash-completion/completions/${file##*/}" ] || fail "bash does not complete ${file##*/}"
    [ -s "$prefix/share/zsh/site-functions/_${file##*/}" ] || fail "zsh does not complete ${file##*/}"
done
grep -q 'GNU GENERAL PUBLIC LICENSE' "$prefix/share/egbench/LICENSE" || fail "no licence"
for file in README.md CHANGELOG.md docs/library.md; do
    [ -s "$prefix/share/doc/egbench/$file" ] || fail "$file is not among the installed documents"
done
[ ! -e "$prefix/share/egbench/bench/examples/tree" ] || fail "examples for the tree are installed"
"$prefix/share/egbench/datasets/fetch.sh" --list | grep -q '^nhanes$' || fail "the installed fetch.sh lists no data set"
cd "$top"

run_make install DESTDIR="$scratch/a stage" PREFIX=/opt/egbench
[ -x "$scratch/a stage/opt/egbench/bin/egbench-report" ] || fail "DESTDIR was not heeded"
grep -q '^prefix=/opt/egbench$' "$scratch/a stage/opt/egbench/lib/pkgconfig/egbench.pc" ||
    fail "DESTDIR leaked into egbench.pc"
run_make uninstall DESTDIR="$scratch/a stage" PREFIX=/opt/egbench
left=$(find "$scratch/a stage" ! -type d)
[ -z "$left" ] || fail "uninstall left: $left"
