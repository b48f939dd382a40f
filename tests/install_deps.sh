#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Looks for what egbench needs and installs what is missing with apt-get.
#   tests/install_deps.sh GROUP...
# Groups: build, fetch, test, lint, sanitize, memcheck, cluster, browser, docs, peer.
# DEPS=check only names what is missing and exits with 1. This is the one list of packages.
set -eu

# group, Debian package, what proves that it is there
list='
build    gcc                    program:gcc
build    libc6-dev              header:stdlib.h
build    libopenblas-openmp-dev openblas:cblas.h
build    libgsl-dev             header:gsl/gsl_randist.h
build    libcsv-dev             header:csv.h
build    libjansson-dev         header:jansson.h
build    libxxhash-dev          header:xxhash.h
build    zlib1g-dev             header:zlib.h
build    liblzma-dev            header:lzma.h
build    nettle-dev             header:nettle/sha2.h
build    libjpeg-dev            header:jerror.h
build    libpng-dev             header:png.h
build    libprotobuf-c-dev      header:protobuf-c/protobuf-c.h
build    protobuf-c-compiler    program:protoc-c
build    libonnx-dev            file:/usr/include/onnx/onnx.proto
build    librandom123-dev       header:Random123/philox.h
build    libcriterion-dev       header:criterion/criterion.h
build    pkg-config             program:pkg-config
build    gnuplot-nox            program:gnuplot
build    dataset-fashion-mnist  file:/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz
fetch    curl                   program:curl
fetch    ca-certificates        file:/etc/ssl/certs/ca-certificates.crt
test     git                    program:git
test     zsh                    program:zsh
test     g++                    program:c++
test     curl                   program:curl
test     librsvg2-bin           program:rsvg-convert
test     doxygen                program:doxygen
test     python3-numpy          python:numpy
test     locales                file:/usr/share/i18n/locales/de_DE
lint     git                    program:git
lint     clang-format           program:clang-format
lint     cppcheck               program:cppcheck
lint     shellcheck             program:shellcheck
lint     mandoc                 program:mandoc
lint     yamllint               program:yamllint
lint     python3-yaml           file:/usr/lib/python3/dist-packages/yaml/__init__.py
lint     pyflakes3              program:pyflakes3
sanitize clang                  program:clang
sanitize libclang-rt-dev        clang-runtime:fuzzer
sanitize libomp-dev             clang-openmp:omp.h
memcheck valgrind               program:valgrind
cluster  slurm-wlm              program:slurmctld
cluster  munge                  program:munged
cluster  openmpi-bin            program:mpirun
browser  chromium               program:chromium
docs     cmark-gfm              program:cmark-gfm
peer     python3-numpy          python:numpy
peer     python3-torch          python:torch
'

is_there()
{
    case $1 in
    program:*) command -v "${1#*:}" >/dev/null ;;
    file:*) [ -e "${1#*:}" ] ;;
    python:*) /usr/bin/python3 -c "import ${1#*:}" 2>/dev/null ;; # Debian's own, which its packages belong to
    header:*) echo "#include <${1#*:}>" | gcc -fsyntax-only -x c - 2>/dev/null ;;
    openblas:*) # the reference BLAS has the same header, without OpenBLAS's own functions
        printf '#include <%s>\nint main(void) { return !openblas_get_config(); }\n' "${1#*:}" |
            gcc -Werror=implicit-function-declaration -o /dev/null -x c - -lopenblas 2>/dev/null
        ;;
    clang-runtime:*) # what clang links its sanitizers from, which Debian has in a package of its own
        echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
            clang "-fsanitize=${1#*:}" -o /dev/null -x c - 2>/dev/null
        ;;
    clang-openmp:*) echo "#include <${1#*:}>" | clang -fopenmp -fsyntax-only -x c - 2>/dev/null ;;
    esac
}

find_missing()
{
    local group package proof
    while read -r group package proof; do
        [ -n "$group" ] || continue
        [[ " $wanted " == *" $group "* ]] || continue
        is_there "$proof" || printf ' %s' "$package"
    done <<<"$list"
}

wanted=$*
missing=$(find_missing)
[ -n "$missing" ] || exit 0
if [ "${DEPS:-install}" = check ]; then
    echo "missing packages:$missing (install them with: apt-get install$missing)" >&2
    exit 1
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "missing packages:$missing; neither root nor sudo here, so install them by hand" >&2
        exit 1
    }
    as_root=sudo
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
install_missing()
{
    # shellcheck disable=SC2086 # $missing is a list of words
    $as_root apt-get install -y -q --no-install-recommends $missing </dev/null
}
install_missing || { $as_root apt-get update -q </dev/null && install_missing; } || {
    echo "apt-get could not install:$missing" >&2
    exit 1
}
missing=$(find_missing)
[ -z "$missing" ] || {
    echo "still missing after the installation:$missing" >&2
    exit 1
}
