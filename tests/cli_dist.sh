#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A release: the tarball has the same bytes whenever and by whomever it is made, has what git has, and knows its commit
# where there is no git; the version is one everywhere.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL BUILD MODE

version=$(sed -n 's/^VERSION := \([0-9.]*\)$/\1/p' Makefile)
[ -n "$version" ] || version=$(sed -n 's/^.define EGBENCH_VERSION "\(.*\)"/\1/p' src/public/egbench_base.h)
grep -q "^version: $version\$" CITATION.cff || fail "CITATION.cff is not of version $version"
grep -qE "^egbench \($version(-[0-9]+)?\) " <(head -n 1 debian/changelog) || fail "debian/changelog is not of version $version"

# ---- debian/control names what a build and a static link need; gcc and libc6-dev are there anyway ----
field() # NAME PACKAGE
{
    awk -v package="$2" 'BEGIN { RS = "" } $0 ~ "^" package' debian/control |
        awk -v name="$1:" '/^[^ ]/ { is_it = $1 == name } is_it' | grep -oE '[a-z0-9][a-z0-9+.-]+' | sort -u
}
sed -n 's/^build  *\([^ ]*\) .*/\1/p' tests/install_deps.sh | grep -vxE 'gcc|libc6-dev' | sort >"$scratch/needed"
missing=$(field Build-Depends 'Source: egbench' | comm -13 - "$scratch/needed")
[ -z "$missing" ] || fail "debian/control: Build-Depends is without $missing"
missing=$(grep -e '-dev$' "$scratch/needed" | grep -vxE 'libcriterion-dev|libonnx-dev|librandom123-dev' |
    comm -13 <(field Depends 'Package: libegbench-dev') -)
[ -z "$missing" ] || fail "debian/control: libegbench-dev does not depend on $missing"

command -v git >/dev/null || {
    echo "SKIPPED the tarball: there is no git"
    exit 0
}
# A repository of its own, so that the test is the same in an unpacked tarball.
tree=$scratch/tree
mkdir "$tree"
tar -c --exclude=./.git --exclude=./build --exclude=./results/runs --exclude=./results/report . | tar -x -C "$tree"
cd "$tree"
# shellcheck disable=SC2016 # git fills it in
echo '$Format:%h$' >.commit
git init -q .
git add -A
GIT_COMMITTER_DATE='2026-01-02T03:04:05Z' git -c user.name=a -c user.email=a@b commit -q -m start
make -s dist >"$scratch/said" 2>&1 || fail "make dist: $(cat "$scratch/said")"
tarball=build/egbench-$version.tar.gz
mv "$tarball" "$scratch/first"
touch Makefile
(umask 077 && TZ=Asia/Tokyo LC_ALL=C make -s dist >"$scratch/said" 2>&1)
cmp "$tarball" "$scratch/first" || fail 'the tarball changes from time to time'

mkdir "$scratch/away"
tar -xf "$tarball" -C "$scratch/away"
cd "$scratch/away/egbench-$version"
diff <(git -C "$tree" ls-files | sort) <(find . -type f -o -type l | sed 's|^\./||' | sort) || fail 'the tarball has other files than git'
git init -q . # somebody else's repository around it
make -n DEPS=check build/release/double/src/base/error.o >"$scratch/said" 2>&1 || fail "the unpacked tree: $(cat "$scratch/said")"
grep -qF "EG_BUILD_COMMIT \"$(git -C "$tree" rev-parse --short=12 HEAD)\"" build/release/build_facts.h ||
    fail "the unpacked tree does not know its commit: $(grep COMMIT build/release/build_facts.h)"
