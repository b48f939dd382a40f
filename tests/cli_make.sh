#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the Makefile makes of CC, CPPFLAGS, LDFLAGS and AR, of warnings, of folders with blanks and of a tree that is
# somebody else's: in a copy of the sources, of which one file is compiled.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL WERROR CC CPPFLAGS CFLAGS LDFLAGS AR BUILD MODE V ONLY LENIENT SCALE PREFIX DESTDIR
export DEPS=check
tree="$scratch/with blank"
mkdir "$tree"
tar -c Makefile bench src metrics datasets tests results/published results/reference contrib | tar -x -C "$tree"
object=build/release/double/src/base/error.o
cd "$tree"

# Every variable of the environment reaches the command it is for, and the receipt's text stays one in C.
CC='cc -DSEEN_CC' CPPFLAGS='-DSEEN_CPP="a\b"' LDFLAGS=-Wl,-z,now AR=seen-ar make -n V=1 build/bin/egbench-report >"$scratch/said"
grep -q '^cc -DSEEN_CC .*-DSEEN_CPP="a\\b" .*-o build/release/double/bench/report.o' "$scratch/said" || fail "CC or CPPFLAGS"
grep -q 'cc -DSEEN_CC .* -Wl,-z,now -o build/bin/egbench-report' "$scratch/said" || fail "LDFLAGS"
grep -q 'seen-ar rcs build/release/double/libegbench.a' "$scratch/said" || fail "AR"
printf '#include "build/release/build_facts.h"\nconst char *flags = EG_BUILD_FLAGS EG_BUILD_COMPILER;\n' |
    cc -I. -fsyntax-only -x c - || fail "the build's facts are no C"

# A warning stops a build only where that was asked for.
echo 'static int never_used;' >>src/base/error.c
make $object >"$scratch/said" 2>&1 || fail "a warning stops a build: $(cat "$scratch/said")"
grep -q never_used "$scratch/said" || fail "no warning"
expect 2 'never_used' make WERROR=1 $object
make $object >"$scratch/said" 2>&1

expect 2 "BUILD='a folder': make takes no blanks in there" make BUILD='a folder' $object

# Without git there is no commit to name, and nothing breaks; in somebody else's clone there is one.
fact() # NAME
{
    sed -n "s/^#define EG_BUILD_$1 \"\(.*\)\"/\1/p" build/release/build_facts.h
}
[ "$(fact COMMIT)" = unknown ] || fail "the commit of no repository is $(fact COMMIT)"
if ! command -v git >/dev/null; then
    echo "SKIPPED a clone of somebody else's: there is no git"
    exit 0
fi
echo build >.gitignore
git init -q .
git add -A
git -c user.name=a -c user.email=a@b commit -q -m start
[ "$(id -u)" -ne 0 ] || chown -R nobody "$tree"
make -n $object >"$scratch/said" 2>&1 || fail "$(cat "$scratch/said")"
[[ $(fact COMMIT) =~ ^[0-9a-f]{12}$ ]] || fail "the commit of a clone is $(fact COMMIT)"
echo >>src/base/error.c
make -n $object >"$scratch/said" 2>&1
[[ $(fact COMMIT) =~ ^[0-9a-f]{12}-dirty$ ]] || fail "the commit of a changed clone is $(fact COMMIT)"
