#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The code hash of an experiment: of all that its program links, whatever its comments and layout.
set -eu
. tests/expect.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
code_hash=$PWD/bench/code_hash
build=${EGBENCH_BUILD:-build}/release

# What the linker takes from the archives is in the list, of programs in both precisions.
read -ra libraries <<<"$(grep -hs '^libraries := ' Makefile* | cut -d= -f2)"
for program in double:keep_remove:main double:compare:main single:sparsity:main; do
    IFS=: read -r precision name folder <<<"$program"
    [ -e "$build/$precision/libbench.a" ] || {
        echo "SKIPPED what $name links: there is no $build/$precision/libbench.a"
        continue
    }
    "${CC:-gcc}" -fopenmp -Wl,-Map="$scratch/map" -o "$scratch/program" "$build/$precision/$folder/$name.o" \
        "$build/$precision"/lib{bench,egbench}.a "${libraries[@]}"
    grep -o 'bench\.a([a-z0-9_]*\.o)' "$scratch/map" | sed 's/.*(\(.*\)\.o)/\1/' | sort -u >"$scratch/linked"
    "$code_hash" --files "$name" | sed -n 's|.*/\([a-z0-9_]*\)\.c$|\1|p' | sort -u >"$scratch/hashed"
    [ "$(wc -l <"$scratch/linked")" -gt 50 ] || fail "$name: the linker's list is not understood: $(head -n 5 "$scratch/map")"
    missing=$(comm -23 "$scratch/linked" "$scratch/hashed" | tr '\n' ' ')
    [ -z "$missing" ] || fail "$name links what its code hash does not see: $missing"
done

# A program of a few files: its own header, a source without one, one that nothing includes.
cd "$scratch"
mkdir -p bench/part src/base hashes
printf '#include "base/one.h"\n#include "bench/part/two.h"\n' >bench/tried.c
echo 'int main(void);' >bench/main.c
echo 'int one(int x);' >src/base/one.h
echo 'extern const char *text;' >bench/part/two.h
printf '#include "part/two.h"\n' >bench/part/unknown.c
printf '#include "bench/part/two.h"\nconst char *text = "a";\n' >bench/part/two_more.c
echo 'int stray;' >src/base/stray.c

write_one() # TEXT
{
    printf '#include "base/one.h"\n#define LINE 1\n%b\n' "$1" >src/base/one.c
}

hash_of()
{
    "$code_hash" hashes tried
    cut -d'"' -f2 hashes/tried.h
}

write_one 'int one(int x)\n{\n    return x > 1 ? x - -1 : "a b"[0]; /* so */\n}'
[ "$("$code_hash" --files tried | tr '\n' ' ')" = "bench/main.c bench/part/two.h bench/part/two_more.c bench/tried.c src/base/one.c src/base/one.h " ] ||
    fail "other sources: $("$code_hash" --files tried)"
hash=$(hash_of)
[[ $hash =~ ^[0-9a-f]{16}$ ]] || fail "no hash: $hash"
same()
{
    write_one "$1"
    [ "$(hash_of)" = "$hash" ] || fail "another hash for: $1"
}
other()
{
    write_one "$1"
    [ "$(hash_of)" != "$hash" ] || fail "the same hash for: $1"
}
same 'int one(int x) { // it\n return x > 1 ? x - -1 : "a b"[0]; }'
same '/* "one" */ int\none( int x )\n{\n\treturn x > 1 ? x -\n -1 : "a "\n "b"[ 0 ];\n\n}\n/* end */'
same 'int one(int x){return x > 1/* b */? x - -1:"a b"[0];}'
other 'int one(int x)\n{\n    return x > 1 ? x - -1 : "a  b"[0];\n}'
other 'int one(int x)\n{\n    return x > 1 ? x - -1 : "a/**/b"[0];\n}'
other 'int one(int x)\n{\n    return x > 1 ? x --1 : "a b"[0];\n}'
other 'int one(int x)\n{\n    return x > 2 ? x - -1 : "a b"[0];\n}'
other 'intone(int x)\n{\n    return x > 1 ? x - -1 : "a b"[0];\n}'
write_one 'int one(int x)\n{\n    return x > 1 ? x - -1 : "a b"[0]; /* so */\n}'
sed -i 's/LINE 1/LINE(1)/' src/base/one.c
[ "$(hash_of)" != "$hash" ] || fail "a macro with an argument is none"
echo 'int stray = 1;' >src/base/stray.c
write_one 'int one(int x)\n{\n    return x > 1 ? x - -1 : "a b"[0];\n}'
[ "$(hash_of)" = "$hash" ] || fail "a source that the program does not link counts"
touch -d '2000-01-01' hashes/tried.h
hash_of >/dev/null
[ "$(date -r hashes/tried.h +%Y)" = 2000 ] || fail "the header is written though it is the same"
expect 2 'cannot read bench/none.c' "$code_hash" --files none
