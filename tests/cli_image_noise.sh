#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The image experiment from the command line: data sets, what is said of those that are not there,
# the figure of maps.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cifar=${EGBENCH_DATA_DIR:-}
[ -e "$cifar/cifar10" ] || cifar=
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache
program=$EGBENCH_BIN/egbench-image-noise
[ -x "$program" ] || exit 0 # a build without it

expect 2 "fashion_mnist" "$program" --dataset faces --out "$scratch/none"
expect 3 "cifar10" "$program" --dataset cifar10 --out "$scratch/none"
expect 3 "cifar10" "$program" --dataset cifar10_keras_source --out "$scratch/none"
expect 3 "mnist" "$program" --dataset mnist --out "$scratch/none"
[ ! -e "$scratch/none" ] || fail "a run without data left something"

# Without MNIST the quick scale takes Fashion-MNIST.
"$program" --scale quick --list --out "$scratch/none" | grep -c 'dataset=fashion_mnist' >"$scratch/count"
[ "$(cat "$scratch/count")" -gt 20 ] || fail "no Fashion-MNIST at quick scale"

# CIFAR-10 is in the grid where it is there: half of VGG16's channels at night, and VGG16 once.
if [ -n "$cifar" ]; then
    EGBENCH_DATA_DIR=$cifar "$program" --scale night --list --out "$scratch/none" >"$scratch/cells"
    grep -q 'dataset=cifar10,.*model=gradient_prior,.*replicate=1' "$scratch/cells" || fail "no CIFAR-10 at night"
    [ "$(grep -c 'dataset=cifar10_vgg16,' "$scratch/cells")" -eq 2 ] || fail "not one VGG16 without and one with the prior"
    EGBENCH_DATA_DIR=$cifar "$program" --scale smoke --dataset cifar10_resnet20 --quiet --out "$scratch/resnet" >"$scratch/resnet.txt"
    grep -q '^.cifar10_resnet20, protocol paper' "$scratch/resnet.txt" || fail "no residual network under the prior"
else
    echo "SKIPPED the grid with CIFAR-10: EGBENCH_DATA_DIR has none"
fi

# One cell by several threads: the same row.
expect_same_by_threads "$program" --only '*model=eg_prior,*'

"$program" --scale smoke --quiet --out "$scratch/smoke" >"$scratch/tables"
for protocol in paper fixed; do
    grep -q "^\[fashion_mnist, protocol $protocol, scale smoke" "$scratch/tables" || fail "no table of $protocol"
done
"$EGBENCH_BIN/egbench-report" --out "$scratch/smoke" --quiet >/dev/null
figure=$scratch/smoke/figures/figure-1-a-fashion-mnist
grep -q '^# eg_prior, ' "$figure.dat" || fail "no maps"
if command -v gnuplot >/dev/null; then
    [ "$(grep -c 'data:image/png;base64' "$figure.svg")" -ge 4 ] || fail "the maps' pictures are not in the SVG"
    ! grep -o 'href=.[^#d].\{20\}' "$figure.svg" || fail "the SVG wants another file"
    [ "$(grep -c '<image style=.image-rendering' "$figure.svg")" -ge 4 ] || fail "pixels would be blurred"
    grep -q 'data:image/png;base64' "$scratch/smoke/report/index.html" || fail "no maps on the page"
else
    echo "SKIPPED the pictures of maps: there is no gnuplot"
fi
