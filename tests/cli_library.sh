#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The library as others have it, from an installed package alone: its headers in C99 and C++17, what the shared library
# exports, both precisions, and the example programs of bench/examples, linked with the shared and the static library.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR PREFIX
export OPENBLAS_NUM_THREADS=1

prefix="$scratch/with blank/usr"
make --no-print-directory -s BUILD="${EGBENCH_BUILD:-build}" install PREFIX="$prefix" >"$scratch/make.log" 2>&1 || {
    cat "$scratch/make.log"
    fail "make install failed"
}
headers=$prefix/include/egbench
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig LD_LIBRARY_PATH=$prefix/lib

# ---- headers: each alone, in C99 and C++17, and no internal one among them ----
for header in "$headers"/*.h; do
    echo "#include \"${header##*/}\"" >"$scratch/alone.c"
    cc -std=c99 -Wall -Wextra -Wpedantic -Werror -I"$headers" -fsyntax-only "$scratch/alone.c"
    c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -I"$headers" -fsyntax-only -x c++ "$scratch/alone.c"
    [[ ${header##*/} == egbench*.h ]] || fail "$header is installed"
    [[ ${header##*/} == egbench.h || ${header##*/} == egbench_plugin.h ]] ||
        grep -q "#include \"${header##*/}\"" "$headers/egbench.h" || fail "egbench.h does not include ${header##*/}"
done
[ "$(find "$headers" -type f | wc -l)" -le 15 ] || fail "more than a dozen public headers, egbench.h and that of plug-ins"
if grep -nE '(^|[^_a-z])(real|atomic_int) ' "$headers"/egbench*.h | grep -v '^[^:]*:[0-9]*: \*\|/\*'; then
    fail "a name of the inside in a public header"
fi

# ---- exported: what public headers declare, and nothing else ----
cat "$headers"/egbench_[!p]*.h "$headers/egbench_prior.h" | cc -fpreprocessed -dD -E -P -w -x c - | tr -d '\n' | tr ';' '\n' |
    grep -oE 'EGBENCH_API [^(]*\(' | grep -oE 'egbench_[a-z0-9_]+\($' | tr -d '(' | sort >"$scratch/declared"
[ "$(wc -l <"$scratch/declared")" -gt 80 ] || fail "no list of the functions: $(cat "$scratch/declared")"
for precision in double single; do
    name=libegbench
    [ $precision = double ] || name=libegbench-single
    nm -D --defined-only "$prefix/lib/$name.so" | awk '{ print $3 }' | sort >"$scratch/exported"
    { cat "$scratch/declared"; echo egbench_of_$precision; } | sort | diff - "$scratch/exported" >"$scratch/differences" ||
        fail "$name.so: declared (<) and exported (>) differ: $(cat "$scratch/differences")"
    nm -g --defined-only "$prefix/lib/$name.a" | awk 'NF == 3 { print $3 }' | sort | diff "$scratch/exported" - >"$scratch/differences" ||
        fail "$name.so (<) and $name.a (>) show different names: $(cat "$scratch/differences")"
    readelf -d "$prefix/lib/$name.so" | grep -q "SONAME.*\[$name\.so\.[0-9]*\]" || fail "$name.so has no soname"
    [ -e "$prefix/lib/$(readelf -d "$prefix/lib/$name.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')" ] ||
        fail "$name.so is not there under its soname"
done

# ---- the manual page: each header, each function ----
page=$prefix/share/man/man3/egbench.3
! command -v mandoc >/dev/null || mandoc -T lint -W warning "$page" || fail "egbench(3)"
while read -r function; do
    grep -qxF ".It Fn $function" "$page" || fail "egbench(3) does not name $function"
done <"$scratch/declared"
for header in "$headers"/egbench_*.h; do
    grep -qxF ".Ss ${header##*/}" "$page" || fail "egbench(3) does not name ${header##*/}"
done

# ---- examples: PACKAGE HOW PROGRAM ARGUMENT..., HOW being shared or static ----
# shellcheck disable=SC2034 # eval reads it
examples=$prefix/share/egbench/bench/examples
mkdir "$scratch/else where"
cd "$scratch/else where"
run_example()
{
    local package=$1 how=$2 source=$3 compiler='cc -std=c99' libraries
    shift 3
    [[ $source != *.cpp ]] || compiler='c++ -std=c++17'
    if [ "$how" = static ]; then
        libraries="$(pkg-config --static --libs "$package" | sed "s/-l$package /-l:lib$package.a /")"
    else
        libraries=$(pkg-config --libs "$package")
    fi
    # pkg-config prints words as a shell reads them
    eval "$compiler -Wall -Wextra -Wpedantic -Werror -O1 -o program \"\$examples/\$source\" $(pkg-config --cflags "$package") $libraries -lm"
    ./program "$@" >out 2>err || fail "$source with $package ($how) exited with $?: $(cat out err)"
}
for package in egbench egbench-single; do
    run_example $package shared train_and_explain.c
    cp out "first-$package"
    # features 8 and 9 do nothing, 0 counts most
    awk '/mean/ { phi[NR - 2] = $NF } END { exit !(phi[0] > 1 && phi[8] < 0.1 && phi[9] < 0.1) }' out || fail "phi: $(cat out)"
    run_example $package static train_and_explain.c
    cmp -s out "first-$package" || fail "static and shared $package differ: $(diff out "first-$package")"
done
run_example egbench shared train_with_prior.c
run_example egbench shared own_prior.c
run_example egbench shared own_path.c
run_example egbench-single static own_path.c
run_example egbench shared use_from_cpp.cpp
[ "$(cat out)" = "$(printf '0 -4 0\n-0 -0 0\n')" ] || [ "$(tr -d - <out)" = "$(printf '0 4 0\n0 0 0\n')" ] || fail "use_from_cpp: $(cat out)"

# A model as PyTorch names it (Linear, ReLU, Linear), 2 features: f = 2 relu(x0) - relu(x1), and rows where all is linear.
if /usr/bin/python3 -c 'import numpy' 2>/dev/null; then
    /usr/bin/python3 - <<'PYTHON'
import json, numpy, struct
tensors = {"0.weight": numpy.eye(2), "0.bias": numpy.zeros(2), "2.weight": numpy.array([[2.0, -1.0]]), "2.bias": numpy.array([0.5])}
header, data = {}, b""
for name, array in tensors.items():
    raw = array.astype("<f4").tobytes()
    header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header).encode()
open("model.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + data)
numpy.save("x_train.npy", numpy.array([[1.0, 1.0]], dtype="<f4"))
numpy.save("x_test.npy", numpy.array([[3.0, 2.0], [1.0, 5.0]], dtype="<f4"))
PYTHON
    run_example egbench shared explain_torch_model.c model.safetensors 'dense 2, relu, dense 1' x_train.npy x_test.npy phi.npy
    /usr/bin/python3 -c 'import numpy; assert numpy.allclose(numpy.load("phi.npy"), [[4, -1], [0, -4]])' || fail "phi of the model of PyTorch"
else
    echo "SKIPPED explain_torch_model.c: there is no numpy for /usr/bin/python3"
fi
cd - >/dev/null
for file in train_and_explain.c train_with_prior.c own_prior.c own_path.c explain_torch_model.c use_from_cpp.cpp; do
    [ "$(wc -l <bench/examples/$file)" -lt 60 ] || fail "$file has 60 lines or more"
done

# ---- a program of one precision does not link with the other one ----
if eval "cc -std=c99 -o \"\$scratch/wrong\" bench/examples/train_and_explain.c $(pkg-config --cflags egbench-single) $(pkg-config --libs egbench) -lm" 2>"$scratch/err"; then
    fail "a program in single precision was linked with libegbench"
fi
grep -q 'egbench_of_single' "$scratch/err" || fail "linking failed for another reason: $(cat "$scratch/err")"

# ---- the reference: a function without a comment is an error ----
make --no-print-directory -s BUILD="$scratch/reference" DEPS=check reference-docs >"$scratch/out" 2>&1 || fail "doxygen: $(cat "$scratch/out")"
grep SKIPPED "$scratch/out" || grep -rqF egbench_explain "$scratch/reference/reference/html/" || fail "no reference: $(cat "$scratch/out")"
