#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the example plug-in against the installed header alone and lets egbench-plugin-host run it on a
# made-up folder; runs the Python example where numpy is there. Both must give the numbers of the
# built-in methods they re-implement. Then plug-ins that are wrong, each of which gets one clear line.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR PREFIX
export OPENBLAS_NUM_THREADS=1

prefix=$scratch/usr
make --no-print-directory -s BUILD="${EGBENCH_BUILD:-build}" install PREFIX="$prefix" >"$scratch/make.log" 2>&1 || {
    cat "$scratch/make.log"
    fail "make install failed"
}
host=$prefix/bin/egbench-plugin-host
header=$prefix/include/egbench

# helper write FOLDER TEXT; helper compare FOLDER METHOD
cat >"$scratch/helper.c" <<'END'
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "attribution/explain.h"
#include "run/exchange.h"

enum { P = 6, TRAIN = 20, TEST = 70, SAMPLES = 40, OUTPUTS = 3 };
static struct eg_error error;

static struct eg_matrix draw(size_t rows, uint64_t replicate)
{
    struct eg_matrix matrix;
    struct eg_stream stream = eg_stream_make(5, 0, EG_PURPOSE_DATA, replicate, 0);
    eg_matrix_alloc(&matrix, rows, P, &error);
    for (size_t i = 0; i < rows * P; i++)
        matrix.data[i] = eg_stream_normal(&stream);
    return matrix;
}

static int write_folder(const char *folder, const char *text)
{
    real y[TEST];
    struct eg_network network;
    struct eg_matrix x_train = draw(TRAIN, 1), x_test = draw(TEST, 2);
    for (size_t i = 0; i < TEST; i++)
        y[i] = (real)(i % OUTPUTS);
    if (eg_network_alloc(&network, P, text, &error))
        return error.status;
    eg_network_initialise(&network, EG_FAN_IN_UNIFORM, eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    const struct eg_exchange exchange = {.network = &network, .text = text, .x_train = &x_train,
        .x_test = &x_test, .y_test = y, .samples = SAMPLES};
    return eg_exchange_write(folder, &exchange, &error);
}

static int compare(const char *folder, const char *name)
{
    struct eg_exchange_task task;
    struct eg_matrix phi, theirs, mean;
    double gap = 0, size = 0;
    if (eg_exchange_load(folder, &task, &error) || eg_matrix_alloc(&mean, 1, P, &error) ||
        eg_matrix_alloc(&phi, TEST, P, &error) || eg_exchange_read(folder, name, TEST, P, &theirs, &error))
        return error.status;
    for (size_t i = 0; i < TRAIN * P; i++)
        mean.data[i % P] += task.x_train.data[i] / TRAIN;
    const struct eg_explainer explainer = {.network = &task.network, .method = eg_method_find(name, &error),
        .settings = {.samples = SAMPLES, .rule = EG_RULE_MIDPOINT}, .background = &mean};
    if (!explainer.method || eg_explain_phi(&explainer, &task.x_test, task.y_test,
        eg_stream_make(1, 0, EG_PURPOSE_EXPLAIN, 0, 0), &phi, &error))
        return error.status;
    for (size_t i = 0; i < TEST * P; i++) {
        gap = fmax(gap, fabs(phi.data[i] - theirs.data[i]));
        size = fmax(size, fabs(phi.data[i]));
    }
    printf("%s: largest gap %g of %g\n", name, gap, size);
    return !(gap < 1e-6 && size > 0.01);
}

int main(int argc, char **argv)
{
    const int status = argc != 4 ? 2 : strcmp(argv[1], "write") ? compare(argv[2], argv[3])
                                                                : write_folder(argv[2], argv[3]);
    if (status)
        fprintf(stderr, "helper: %d %s\n", status, error.message);
    return status;
}
END
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
# The helper looks inside: headers and archive of the tree. pkg-config prints words.
# shellcheck disable=SC2046
cc -std=gnu11 -Wall -Wextra -Werror -Isrc -I. -o "$scratch/helper" "$scratch/helper.c" "${EGBENCH_BUILD:-build}/release/double/libegbench.a" \
    $(pkg-config --static --libs-only-l --libs-only-other egbench | sed 's/-legbench //')

build_plugin() # NAME, source on standard input
{
    cc -shared -fPIC -Wall -Wextra -Werror -I"$header" -o "$scratch/$1.so" -x c -
}

folder=$scratch/exchange
"$scratch/helper" write "$folder" "dense 8, relu, dense 5, relu, dense 3"
build_plugin mine <bench/examples/mine.c
"$host" "$scratch/mine.so" "$folder"
"$scratch/helper" compare "$folder" gradient_x_input || fail "mine.c and gradient_x_input differ"
[ "$("$host" --describe "$scratch/mine.so")" = '{"name": "mine", "summary": "x times the gradient at x", "needs background": false, "stochastic": false, "complete": false, "kind": "shares", "baseline": "rows"}' ] ||
    fail "--describe printed $("$host" --describe "$scratch/mine.so")"
(cd "$scratch" && "$host" mine.so exchange) || fail "a plug-in without a slash in its name is not found"

# The header stands alone, in C99 and in C++.
echo '#include "egbench_plugin.h"' | cc -std=c99 -Wall -Wextra -Wpedantic -Werror -I"$header" -fsyntax-only -x c -
if command -v c++ >/dev/null; then
    echo '#include "egbench_plugin.h"' | c++ -Wall -Wextra -Werror -I"$header" -fsyntax-only -x c++ -
else
    echo "SKIPPED the header in C++: there is no c++ (g++)"
fi

python=
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import numpy' 2>/dev/null; then python=$candidate; fi
done
if [ -n "$python" ]; then
    rm "$folder/attributions.npy"
    "$python" bench/examples/mine.py "$folder"
    "$scratch/helper" compare "$folder" integrated_gradients || fail "mine.py and integrated_gradients differ"
    "$scratch/helper" write "$scratch/curved" "dense 8, tanh, dense 3"
    ! "$python" bench/examples/mine.py "$scratch/curved" 2>"$scratch/err" || fail "mine.py took a tanh network"
    grep -q 'takes dense layers with relu alone' "$scratch/err" || fail "mine.py said $(cat "$scratch/err")"
else
    echo "SKIPPED the Python example: python3-numpy is not installed"
fi

# In a comparison both score as what they re-implement, retrained networks included.
compare=("$prefix/bin/egbench-compare" --scale smoke --dataset interactions -r 1 --retrain --quiet --out "$scratch/compared")
scores() # METHOD: without what the clock, a plug-in's folder or a draw of the program's own decides
{
    grep "\"method\":\"$1\"" "$scratch/compared/runs/compare.jsonl" |
        grep -o '"\(KPM\|RAI\|insertion_normalised\|shapley_rank\|retrain_remove\|retrain_keep\)":[-0-9.e]\{10\}' | sort
}
"${compare[@]}" --method "$scratch/mine.so" --only 'mine' >"$scratch/out"
"${compare[@]}" --only 'gradient_x_input' >"$scratch/out"
"${compare[@]}" --only 'integrated_gradients' >"$scratch/out"
[ "$(scores mine | wc -l)" -eq 6 ] || fail "no scores of the plug-in: $(scores mine)"
[ "$(scores mine)" = "$(scores gradient_x_input)" ] || fail "mine.c does not score as gradient_x_input"
if [ -n "$python" ]; then
    "${compare[@]}" --exec "$python '$PWD/bench/examples/mine.py' {dir}" --name mine_py --only 'mine_py' >"$scratch/out"
    [ "$(scores mine_py)" = "$(scores integrated_gradients)" ] || fail "mine.py does not score as integrated_gradients"
fi

# One that says that its numbers are slopes scores as the gradients that it gives.
sed 's/task->phi\[i\] \*= task->x\[i\]/task->phi[i] *= 1/; s/\.explain = /.flags = EGBENCH_IS_SLOPES, .explain = /; s/"mine"/"slopes"/' \
    bench/examples/mine.c | build_plugin slopes
"$host" --describe "$scratch/slopes.so" | grep -q '"kind": "slopes"' || fail "the plug-in does not say slopes"
"${compare[@]}" --method "$scratch/slopes.so" --only 'slopes' >"$scratch/out"
"${compare[@]}" --only 'gradients' >"$scratch/out"
infidelity_of() # METHOD
{
    grep "\"method\":\"$1\"" "$scratch/compared/runs/compare.jsonl" | grep -o '"infidelity_normalised":[-0-9.e]\{10\}'
}
[ -n "$(infidelity_of slopes)" ] || fail "no infidelity of the plug-in"
[ "$(infidelity_of slopes)" = "$(infidelity_of gradients)" ] ||
    fail "slopes: $(infidelity_of slopes), gradients: $(infidelity_of gradients)"

refuse() # NAME, TEXT: the host must exit with 3 and print one line that holds the text
{
    local status=0
    rm -f "$folder/attributions.npy"
    "$host" "$scratch/$1.so" "$folder" >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" = 3 ] || fail "$1: exit code $status, $(cat "$scratch/err")"
    [ "$(wc -l <"$scratch/err")" = 1 ] || fail "$1: not one line: $(cat "$scratch/err")"
    grep -qF -- "$2" "$scratch/err" || fail "$1: said $(cat "$scratch/err")"
    [ ! -e "$folder/attributions.npy" ] || fail "$1: left attributions"
}

wrong() # NAME, what explain does, ABI, [flags]
{
    build_plugin "$1" <<END
#include <math.h>
#include "egbench_plugin.h"
static int explain(const struct egbench_task *task, char *message, size_t size)
{
    (void)task; (void)message; (void)size;
    $2
}
static const struct egbench_plugin plugin = {$3, sizeof plugin, "$1", "wrong", ${4:-EGBENCH_IS_COMPLETE}, explain};
const struct egbench_plugin *egbench_get_plugin(void) { return &plugin; }
END
}
wrong abi 'return 0;' 99
wrong flags 'return 0;' EGBENCH_ABI 'EGBENCH_IS_SLOPES | 1ull << 40'
wrong both 'return 0;' EGBENCH_ABI 'EGBENCH_COUNTS_FROM_MEAN | EGBENCH_COUNTS_FROM_ZERO'
wrong nan 'task->phi[13] = NAN; return 0;' EGBENCH_ABI
wrong silent 'return 5;' EGBENCH_ABI
wrong crash '*(volatile int *)task->size = 0; return 0;' EGBENCH_ABI
echo 'int something_else;' | build_plugin symbol
echo 'not an object' >"$scratch/text.so"
refuse abi 'abi.so: made for ABI 99 where this program has 1; compile it anew'
refuse flags 'flags.so: its flags 0x10000000000 are not known here'
refuse both 'both.so: counts from the mean and from zero: set one of these flags'
refuse nan 'nan.so (nan): row 2, feature 1 (from 0) is nan'
refuse silent 'silent.so (silent): failed with 5: it does not say why'
refuse symbol 'symbol.so: exports no function egbench_get_plugin; see egbench_plugin.h'
refuse text 'text.so: cannot be loaded: '
refuse absent 'absent.so: cannot be loaded: '
status=0
{ "$host" "$scratch/crash.so" "$folder" || status=$?; } 2>/dev/null
[ "$status" -gt 128 ] || fail "crash: exit code $status"
status=0
"$host" "$scratch/mine.so" 2>"$scratch/err" || status=$?
[ "$status" = 2 ] || fail "without a folder: exit code $status"
