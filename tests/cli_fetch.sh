#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# datasets/fetch.sh, with manifests of its own whose addresses are files, then a server on this machine.
set -eu
if ! command -v curl >/dev/null || ! command -v python3 >/dev/null; then
    echo "SKIPPED all of it: there is no curl, or no python3"
    exit 0
fi

unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/public" "$scratch/batches"
cp datasets/fetch.sh "$scratch"
export XDG_CACHE_HOME=$scratch/cache
cache=$XDG_CACHE_HOME/egbench

check() # STATUS TEXT ARGUMENT...; fetch.sh must end with that status and say that
{
    local wanted=$1 text=$2 status=0
    shift 2
    "$scratch/fetch.sh" "$@" >"$scratch/said" 2>&1 || status=$?
    if [ "$status" -ne "$wanted" ] || { [ -n "$text" ] && ! grep -qF -- "$text" "$scratch/said"; }; then
        echo "cli_fetch: fetch.sh $*: status $status (wanted $wanted), and '$text' wanted of:"
        cat "$scratch/said"
        exit 1
    fi
}

# The git hash of this text is the example of the Pro Git book.
echo 'test content' >"$scratch/public/blob.txt"
seq 100000 >"$scratch/public/numbers"
hash=$(sha256sum <"$scratch/public/numbers" | cut -d' ' -f1)
gzip -k "$scratch/public/numbers"
cp "$scratch/public/numbers" "$scratch/batches/one"
tar -C "$scratch" -czf "$scratch/public/batches.tar.gz" batches
archive_hash=$(sha256sum <"$scratch/public/batches.tar.gz" | cut -d' ' -f1)
wrong=0000000000000000000000000000000000000000000000000000000000000000
cat >"$scratch/manifest" <<EOF
set: text
what: a text
licence: none
fetch: yes
instead: another text
file: text/blob.txt 13 git-blob:d670460b4b4aece5915caf5c68d12f560a9fe3e4 file://$scratch/public/blob.txt
file: text/local.txt 3 sha256:$wrong -

set: packed
what: numbers
licence: none
fetch: yes
instead: nothing
file: packed/numbers 588895 sha256:$hash file://$scratch/public/absent.gz file://$scratch/public/numbers.gz

set: archived
what: numbers
licence: none
fetch: yes
instead: nothing
archive: - sha256:$archive_hash file://$scratch/public/batches.tar.gz
file: archived/one 588895 sha256:$hash archive:batches/one

set: changed
what: numbers of another hash
licence: none
fetch: yes
instead: old numbers
file: changed/numbers - sha256:$wrong file://$scratch/public/numbers

set: far
what: numbers on no machine
licence: none
fetch: yes
instead: near numbers
file: far/numbers - sha256:$wrong http://egbench.invalid/numbers

set: closed
what: numbers with terms
licence: accept the terms
fetch: no: accept the terms first
instead: open numbers
EOF

check 2 'usage: fetch.sh'
check 0 'usage: fetch.sh' --help
check 2 "unknown option '--lits'" --lits
check 2 "no data set is called 'txet'; there are: text packed archived changed far closed" txet
check 0 'licence: accept the terms' --list
check 0 "file://$scratch/public/batches.tar.gz" --dry-run all
test ! -e "$cache"

check 0 'a text' text
cmp "$cache/text/blob.txt" "$scratch/public/blob.txt"
check 0 'text/blob.txt is there' text
check 0 'numbers' packed
cmp "$cache/packed/numbers.gz" "$scratch/public/numbers.gz"
check 0 'numbers' archived
cmp "$cache/archived/one" "$scratch/public/numbers"
test ! -e "$cache/archived.tar.gz"

# A transfer that was cut off is taken up again. That the first bytes are not fetched anew shows where
# they are wrong; the run after that begins at the beginning.
rm "$cache/packed/numbers.gz"
head -c 1000 "$scratch/public/numbers.gz" >"$cache/packed/numbers.gz.part"
check 0 'numbers' packed
cmp "$cache/packed/numbers.gz" "$scratch/public/numbers.gz"
rm "$cache/packed/numbers.gz"
head -c 1000 /dev/zero >"$cache/packed/numbers.gz.part"
check 3 'does not give the file that the manifest means' packed
test ! -e "$cache/packed/numbers.gz.part"
check 0 'numbers' packed
cmp "$cache/packed/numbers.gz" "$scratch/public/numbers.gz"

check 3 'does not give the file that the manifest means' changed
grep -qF 'used instead: old numbers' "$scratch/said"
test ! -e "$cache/changed/numbers"
test ! -e "$cache/changed/numbers.part"
check 3 'http://egbench.invalid/numbers' far
grep -qF 'used instead: near numbers' "$scratch/said"
check 3 'cannot be fetched: accept the terms first' closed
grep -qF 'used instead: open numbers' "$scratch/said"

check 0 '3 files are right, 0 wrong' --verify "$cache"
echo 'test_content' >"$cache/text/blob.txt"
check 3 "WRONG   $cache/text/blob.txt" --verify "$cache"
check 0 'a text' text
cmp "$cache/text/blob.txt" "$scratch/public/blob.txt"
check 3 'is no folder' --verify "$scratch/nowhere"
check 3 "holds none of the manifest's files" --verify "$scratch/public"
check 2 '--verify takes one folder' --verify

# What `make reproduce` does first, with a server on this machine in place of the public ones: a small set is fetched,
# one that is not small only with "all"; what is there is left alone; no server is no failure, and takes no time.
check_reproduce() # TEXT ARGUMENT...
{
    local begun=$SECONDS
    check 0 "$@"
    [ $((SECONDS - begun)) -le 15 ] || { echo "cli_fetch: fetch.sh ${*:2} took $((SECONDS - begun)) s"; exit 1; }
}
unset EGBENCH_DATA_DIR
mkdir -p "$scratch/public/sparsity" "$scratch/www"
seq 1000 >"$scratch/public/sparsity/X_sparsity.csv"
seq 100 >"$scratch/public/sparsity/y_sparsity.npy"
: >"$scratch/server"
python3 -u -m http.server --bind 127.0.0.1 --directory "$scratch/public" 0 >"$scratch/server" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$scratch"' EXIT
for _ in $(seq 100); do
    port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$scratch/server")
    [ -z "$port" ] || break
    sleep 0.1
done
address=http://127.0.0.1:$port/sparsity
cat >"$scratch/manifest" <<EOF
set: people
what: people
licence: public domain
size: 4 kilobytes
small: yes
stand-in: made-up people
fetch: yes
instead: made-up people
file: people/y_sparsity.npy - sha256:$(sha256sum <"$scratch/public/sparsity/y_sparsity.npy" | cut -d' ' -f1) $address/y_sparsity.npy
file: people/X_sparsity.csv - sha256:$(sha256sum <"$scratch/public/sparsity/X_sparsity.csv" | cut -d' ' -f1) $address/X_sparsity.csv
file: people/X_large.csv - sha256:$wrong -

set: pictures
what: pictures
licence: none
size: 1 gigabyte
left-out: Figure 9
fetch: yes
instead: nothing
file: pictures/numbers - sha256:$hash http://127.0.0.1:$port/numbers

set: drugs
what: drugs
licence: on request
stand-in: made-up drugs
fetch: no: on request
instead: made-up drugs
file: drugs/table.csv - sha256:$wrong -
EOF
rm -rf "$cache"
check 0 'stand-ins, which says nothing about the published numbers: people on made-up people, drugs on made-up drugs; the real data:' --stand-ins
grep -q 'fetch.sh people && make reproduce' "$scratch/said"
grep -q '^left out, for want of pictures: Figure 9; with them: .*fetch.sh pictures && make reproduce$' "$scratch/said"
check 0 '' --reproduce no
[ ! -e "$cache" ]
check_reproduce 'people; 4 kilobytes' --reproduce
grep -q 'licence: public domain' "$scratch/said"
cmp "$cache/people/X_sparsity.csv" "$scratch/public/sparsity/X_sparsity.csv"
[ ! -e "$cache/pictures" ]
check_reproduce '' --reproduce
[ ! -s "$scratch/said" ] || { echo "cli_fetch: fetched again: $(cat "$scratch/said")"; exit 1; }
check 0 ': drugs on made-up drugs (' --stand-ins
check_reproduce 'pictures; 1 gigabyte' --reproduce all
cmp "$cache/pictures/numbers" "$scratch/public/numbers"
check 0 ': drugs on made-up drugs (' --stand-ins
if grep -q 'left out' "$scratch/said"; then exit 1; fi
check 2 'FETCH=some: use small (the default), all or no' --reproduce some

# A file of other bytes than the manifest's is not taken, nor what comes after it; the set stays absent.
rm -r "$cache"
seq 99 >"$scratch/public/sparsity/y_sparsity.npy"
check_reproduce 'does not give the file that the manifest means' --reproduce
[ -z "$(find "$cache" -type f)" ]

# A folder that somebody names is theirs.
mkdir -p "$scratch/own/people"
export EGBENCH_DATA_DIR=$scratch/own
check_reproduce 'nothing is fetched' --reproduce
check 0 'people on made-up people' --stand-ins
touch "$scratch/own/people/X_large.csv" # the other form
check 0 ': drugs on made-up drugs (' --stand-ins
unset EGBENCH_DATA_DIR

# Nobody answers; and somebody takes the call and says nothing.
kill $server
wait $server 2>/dev/null || true
check_reproduce 'used instead: made-up people' --reproduce
python3 -c 'import socket, sys, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen(5)
print("listening", flush=True)
time.sleep(60)' "$port" >"$scratch/server" 2>&1 &
server=$!
for _ in $(seq 100); do
    ! grep -q listening "$scratch/server" || break
    sleep 0.1
done
export FETCH_SECONDS=2
check_reproduce 'used instead: made-up people' --reproduce
kill $server

# The manifest that is shipped: every set has its fields, every hash its length.
datasets/fetch.sh --dry-run all | grep -q 'X_sparsity.csv'
awk '$1 == "set:" { print $2 }' datasets/manifest | while read -r name; do
    for field in what licence used-by fetch instead; do
        awk -v set="$name" -v field="$field:" \
            '$1 == "set:" { inside = $2 == set } inside && $1 == field { found = 1 } END { exit !found }' \
            datasets/manifest || { echo "cli_fetch: $name lacks $field"; exit 1; }
    done
done
if grep -E '^(file|archive):' datasets/manifest |
    grep -vE ' (sha256:[0-9a-f]{64}|git-blob:[0-9a-f]{40}) (https://|archive:|-$)'; then
    echo "cli_fetch: these lines of the manifest are malformed"
    exit 1
fi
