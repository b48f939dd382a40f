#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-compare --ask-again: a plug-in that re-implements a built-in method is as sensitive as that is,
# and a command that never looks at the model is told from one that does.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset EGBENCH_DATA_DIR
export XDG_CACHE_HOME=$scratch/cache
out=$scratch/results
compare=("$EGBENCH_BIN/egbench-compare" --scale smoke --dataset interactions --replicates 1 --out "$out" --quiet --verbose)

value_of() # METHOD FIELD: in its stored row
{
    grep "\"method\":\"$1\"" "$out/runs/compare.jsonl" | grep -o "\"$2\":[^,}]*" | cut -d: -f2
}

cc -shared -fPIC -Isrc/plugin -o "$scratch/mine.so" bench/examples/mine.c
"${compare[@]}" --method "$scratch/mine.so" --ask-again >"$scratch/report"
for field in max_sensitivity robust_top robust_order randomisation; do
    own=$(value_of gradient_x_input $field) theirs=$(value_of mine $field)
    awk -v a="$own" -v b="$theirs" 'BEGIN { d = a - b; exit !(a > 0 && d * d < 1e-18 * a * a) }' ||
        fail "$field of the plug-in is $theirs, of gradient_x_input $own"
done
! grep -q 'mine changes little' "$scratch/report" || fail "the plug-in is said to ignore the model"

# The rows themselves, which depend on no model. They move by as much as the rows do: the largest of ten
# moves of ten numbers by up to 0.1 of their sd each.
"${compare[@]}" --exec 'cp {dir}/x_test.npy {dir}/attributions.npy' --name echo --ask-again >"$scratch/report"
grep -q 'echo changes little when the model' "$scratch/report" || fail "$(tail -n 20 "$scratch/report")"
awk -v r="$(value_of echo randomisation)" -v s="$(value_of echo max_sensitivity)" \
    'BEGIN { exit !(r * r < 1e-24 && s > 0.04 && s < 0.12) }' ||
    fail "echo: $(value_of echo randomisation), $(value_of echo max_sensitivity)"
[ ! -e "$out/exchange" ] || fail "the exchange folder is left"

# Numbers that hang on the draws alone, drawn feature by feature, so that fewer rows get other draws: asked
# about as many rows again, the method draws the same, and nothing is taken for sensitivity.
cat >"$scratch/draws.c" <<'SOURCE'
#include "egbench_plugin.h"
static int explain(const struct egbench_task *task, char *message, size_t size)
{
    (void)message;
    (void)size;
    for (size_t j = 0; j < task->features; j++)
        for (size_t i = 0; i < task->rows; i++)
            task->phi[i * task->features + j] = task->random->normal(task->random->context);
    return 0;
}
static const struct egbench_plugin plugin = {
    .abi = EGBENCH_ABI, .size = sizeof plugin, .name = "draws", .flags = EGBENCH_IS_STOCHASTIC, .explain = explain};
const struct egbench_plugin *egbench_get_plugin(void) { return &plugin; }
SOURCE
cc -shared -fPIC -Isrc/plugin -o "$scratch/draws.so" "$scratch/draws.c"
"${compare[@]}" --method "$scratch/draws.so" --only draws --ask-again >"$scratch/report"
[ "$(value_of draws max_sensitivity)" = 0.0 ] || fail "draws: $(value_of draws max_sensitivity)"
[ "$(value_of draws robust_top)" = 1.0 ] || fail "draws: $(value_of draws robust_top)"

# Numbers cannot be asked.
status=0
"${compare[@]}" --attributions "$scratch" --ask-again 2>"$scratch/err" || status=$?
[ "$status" -eq 2 ] || fail "exit $status"
grep -q 'ask-again goes with --method, --exec or --worker' "$scratch/err" || fail "$(cat "$scratch/err")"
