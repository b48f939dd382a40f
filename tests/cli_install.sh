#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs, compiles a program against what was installed in both precisions, runs it, uninstalls.
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

prefix=$scratch/usr
run_make install PREFIX="$prefix"

cat >"$scratch/example.c" <<'END'
#include <stdio.h>
#include <egbench.h>

int main(void)
{
    struct eg_error error;
    struct eg_network network;
    if (eg_network_alloc(&network, 3, "dense 4, relu, dense 1", &error))
        return error.status;
    eg_network_initialise(&network, EG_HE_NORMAL, eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    const real x[] = {1, 2, 3};
    real y = 0;
    const int status = eg_network_predict(&network, 1, x, &y, &error);
    printf("%s %zu %zu\n", EG_REAL_NAME, sizeof(real), network.parameters);
    eg_network_free(&network);
    return status || y != y;
}
END
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
for package in egbench egbench-single; do
    # shellcheck disable=SC2046 # pkg-config prints words
    cc -std=gnu11 -Wall -Wextra -Werror -o "$scratch/$package" "$scratch/example.c" \
        $(pkg-config --cflags --libs $package)
    OPENBLAS_NUM_THREADS=1 "$scratch/$package" >"$scratch/$package.out" ||
        fail "the example linked with $package exited with $?"
done
[ "$(cat "$scratch/egbench.out")" = "double 8 21" ] || fail "egbench: $(cat "$scratch/egbench.out")"
[ "$(cat "$scratch/egbench-single.out")" = "single 4 21" ] ||
    fail "egbench-single: $(cat "$scratch/egbench-single.out")"
[ "$(pkg-config --modversion egbench)" = "$("$prefix/bin/egbench-report" --version | sed 's/.* //')" ] ||
    fail "egbench.pc and egbench-report tell different versions"

# Every header can be included alone.
find "$prefix/include/egbench" -name '*.h' | while read -r header; do
    # shellcheck disable=SC2046
    echo "#include \"${header#"$prefix/include/egbench/"}\"" |
        cc -std=gnu11 -fsyntax-only -x c $(pkg-config --cflags egbench) - ||
        fail "$header cannot be included alone"
done

for program in keep-remove convergence sparsity report preprocess drift nightly; do
    [ -x "$prefix/bin/egbench-$program" ] || fail "bin/egbench-$program is not installed"
    [ -s "$prefix/share/man/man1/egbench-$program.1" ] || fail "no man page for egbench-$program"
    "$prefix/bin/egbench-$program" --version >/dev/null
done

run_make install DESTDIR="$scratch/stage" PREFIX=/opt/egbench
[ -x "$scratch/stage/opt/egbench/bin/egbench-report" ] || fail "DESTDIR was not heeded"
grep -q '^prefix=/opt/egbench$' "$scratch/stage/opt/egbench/lib/pkgconfig/egbench.pc" ||
    fail "DESTDIR leaked into egbench.pc"
run_make uninstall DESTDIR="$scratch/stage" PREFIX=/opt/egbench
left=$(find "$scratch/stage" -type f)
[ -z "$left" ] || fail "uninstall left: $left"
