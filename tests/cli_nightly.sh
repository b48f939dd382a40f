#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Nights from end to end, on the cheapest experiment: reference, quiet nights, a killed one, two at once, a drift,
# a broken run, an accepted change, a full disk, a damaged history.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
first=
trap '[ -z "$first" ] || kill "$first" 2>/dev/null; rm -rf "$scratch"' EXIT
script=$PWD/bench/nightly.sh
export EXPERIMENTS=convergence SEEDS=0..3 CONFIRM_SEEDS=4..7 REFERENCE_SEEDS=0..7
export RESULTS=$scratch/results
history=$RESULTS/history.jsonl reference=$RESULTS/reference/nightly.jsonl
rows=$RESULTS/nightly/rows

# The programs, but for two that the test has its hand in: timings do not take a minute, and an experiment runs
# "$scratch/before" first, when that is there.
bin=$scratch/bin
mkdir "$bin"
ln -s "$EGBENCH_BIN"/* "$bin"
rm "$bin/egbench-kernels" "$bin/egbench-convergence"
cat >"$bin/egbench-kernels" <<'END'
#!/bin/bash
echo '{"calibration":{"product_gflops":50},"steps":{"sparse_epoch":1.5}}'
END
cat >"$bin/egbench-convergence" <<END
#!/bin/bash
echo "\$@" >>"$scratch/called"
[ ! -e "$scratch/before" ] || . "$scratch/before"
exec "$EGBENCH_BIN/egbench-convergence" "\$@"
END
chmod +x "$bin"/egbench-kernels "$bin"/egbench-convergence

nightly() # CODE ACTION: runs it
{
    local got=0
    EGBENCH_BIN=$bin timeout -k 5 100 bash "$script" "$2" >"$scratch/out" 2>"$scratch/err" || got=$?
    [ "$got" -eq "$1" ] || fail "exit $got, not $1: $2: $(cat "$scratch/out" "$scratch/err")"
}

said() # FILE PATTERN
{
    grep -q -- "$2" "$scratch/$1" || fail "no '$2' in: $(cat "$scratch/$1")"
}

lines() # COUNT: of the history, each whole
{
    local found
    found=$(wc -l <"$history")
    [ "$found" -eq "$1" ] || fail "$found lines of history, not $1: $(cut -c-300 "$history")"
}

last() # PATTERN in the last line of the history
{
    tail -n 1 "$history" | grep -q -- "$1" || fail "no '$1' in the last line: $(tail -n 1 "$history" | cut -c-2000)"
}

# Without a reference it is said how to make one, before anything is run.
nightly 3 night
said err 'make nightly-reference'
[ ! -e "$scratch/called" ] || fail 'ran without a reference'
nightly 0 reference
[ "$(head -n 1 "$reference" | grep -c '"seeds":\[0,1,2,3,4,5,6,7\]')" -eq 1 ] || fail "$(head -n 1 "$reference")"

# Quiet nights: equal digests; measures are written once; the rows of the night before are not taken.
nightly 0 night
lines 1
last '"verdict":"same"'
last '"steps":{"sparse_epoch":1.5}'
last '"measures":\['
[ -s "$RESULTS/nightly/report/nightly.html" ] || fail "no page: $(cat "$scratch/err")"
: >"$scratch/called"
cp "$rows/seed-3/runs/convergence.jsonl" "$scratch/stored"
nightly 0 night
lines 2
! cmp -s "$scratch/stored" "$rows/seed-3/runs/convergence.jsonl" || fail 'rows of the night before were taken'
! tail -n 1 "$history" | grep -q '"measures"' || fail 'the same measures were written again'
if [ "$(wc -l <"$scratch/called")" -ne 4 ] || [ -e "$rows/seed-4" ]; then fail 'not the seeds of the night'; fi

# A killed night goes on where it stopped: what was stored is not computed again, the history gets one line.
echo "case \"\$*\" in *'--seed 2'*) kill -9 \$PPID; exit 1 ;; esac" >"$scratch/before"
nightly 137 night
rm "$scratch/before"
lines 2
cp "$rows/seed-1/runs/convergence.jsonl" "$scratch/stored"
nightly 0 night
lines 3
last '"verdict":"same"'
cmp "$scratch/stored" "$rows/seed-1/runs/convergence.jsonl" || fail 'stored rows were run again'

# Two at once: the second says so and leaves the first alone.
mkfifo "$scratch/wait"
echo "read -r _ <'$scratch/wait' || true; rm -f '$scratch/before'" >"$scratch/before"
: >"$scratch/called"
EGBENCH_BIN=$bin bash "$script" night >/dev/null 2>&1 &
first=$!
until [ -s "$scratch/called" ]; do sleep 0.05; done
nightly 3 night
said err 'another run holds'
nightly 3 reference
echo go >"$scratch/wait"
wait "$first" || fail 'the first of two nights failed'
first=
lines 4

# A run that fails makes a broken night: told with what the program said.
echo "case \"\$*\" in *'--seed 2'*) echo 'egbench-convergence: a \"bad\" day' >&2; exit 3 ;; esac" >"$scratch/before"
nightly 1 night
rm "$scratch/before"
lines 5
last '"verdict":"broken"'
last 'egbench-convergence, seed 2: egbench-convergence: a bad day'

# Results that moved: a second look at other seeds, then the alarm.
cp "$reference" "$scratch/reference"
shift_values() # each of the reference's values times 1.05; other digests, other code
{
    awk 'NR == 1 { gsub(/"[0-9a-f]+"/, "\"0123456789abcdef0123456789abcdef\""); print; next }
         { split($0, part, /"values":\[|\]}/); n = split(part[2], value, ","); printf "%s\"values\":[", part[1]
           for (i = 1; i <= n; i++) printf "%s%.17g", (i > 1 ? "," : ""), 1.05 * value[i]
           print "]}" }' <(sed 's/,"check":"[0-9a-f]*"//' "$1")
}
shift_values "$scratch/reference" >"$reference"
seal "$reference"
nightly 1 night
lines 6
last '"verdict":"drift"'
grep -q 'the surest: ' "$RESULTS/nightly/report/nightly.html" || fail 'the page does not tell of the drift'
[ -e "$rows/seed-7/runs/convergence.jsonl" ] || fail 'the confirming seeds were not run'

# The baseline moves with a reason, from a tree that a commit has; then all is quiet.
repository=$scratch/repository
mkdir -p "$repository/src"
cd "$repository"
git init -q .
git -c user.name=a -c user.email=a@b commit -q --allow-empty -m start
nightly 2 accept
said err 'REASON'
touch src/new.c
REASON='why' nightly 2 accept
said err 'commit them first'
rm src/new.c
: >"$scratch/called"
REASON='the "better" step' nightly 0 accept
said out 'git add'
lines 7
last '"history":"accepted","reason":"the \\"better\\" step"'
last '"old_digests":{.*0123456789abcdef'
cd - >/dev/null
diff <(tail -n +2 "$scratch/reference") <(tail -n +2 "$reference") || fail 'not the reference of this code'
nightly 0 night
lines 8
last '"verdict":"same"'

# A full disk: files may not grow beyond a block. What is there stays whole, and the next night goes on.
cp "$history" "$scratch/history"
got=0
(ulimit -f 1 && EGBENCH_BIN=$bin bash "$script" night) >/dev/null 2>"$scratch/err" || got=$?
[ "$got" -ge 1 ] || fail 'a full disk went unnoticed'
cmp "$history" "$scratch/history" || fail 'a full disk harmed the history'

# A history with a damaged line, a torn end and a clock that was ahead: told, and the night goes on.
{
    sed '8s/"time":"[^"]*"/"time":"2999-01-01T00:00:00Z"/' "$scratch/history" |
        "$bin/egbench-report" --seal | sed '2s/"verdict"/"verdikt"/'
    printf '{"history":"nig'
} >"$history"
nightly 0 night
said err "history.jsonl:2: not a line of a history"
said err 'the last line is torn'
lines 9
"$bin/egbench-nightly" --show --history "$history" >"$scratch/out" 2>"$scratch/err"
said out '8 lines, 1 passed over, 1 with a time that goes backwards, 0 of version 1'
said err 'did a clock go backwards'

# What a history says is text on the terminal.
sed '$!d; s/"answer":"[^"]*"/"answer":"a\\u001b[31m\\u009bb\\nc"/' "$history" >"$scratch/hostile"
"$bin/egbench-report" --seal <"$scratch/hostile" >"$scratch/hostile.jsonl"
"$bin/egbench-nightly" --show --history "$scratch/hostile.jsonl" >"$scratch/out"
said out 'a?\[31m?b?c$'

# What is wrong with the command line.
expect_exit() # CODE OPTION...
{
    local wanted=$1 got=0
    shift
    "$bin/egbench-nightly" "$@" >/dev/null 2>"$scratch/err" || got=$?
    if [ "$got" -ne "$wanted" ] || [ "$(wc -l <"$scratch/err")" -ne 1 ]; then
        fail "exit $got: $* ($(cat "$scratch/err"))"
    fi
}
expect_exit 2
expect_exit 2 --record --show
expect_exit 2 --record "$rows"
expect_exit 2 --make-reference --seeds 9..0 "$rows"
expect_exit 3 --make-reference "$scratch/nowhere"
"$bin/egbench-nightly" --help | grep -q -- '--make-reference' || fail '--help'
"$bin/egbench-nightly" --version | grep -q 'egbench-nightly' || fail '--version'
"$bin/egbench-nightly" --man | grep -q 'Sh SYNOPSIS' || fail '--man'
"$EGBENCH_BIN/egbench-kernels" --no-such 2>/dev/null && fail 'egbench-kernels took any option'
exit 0
