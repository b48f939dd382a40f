#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# egbench-preprocess: numbers worked out by hand and by R, and what it says to files it cannot use.
set -eu
. tests/expect.sh
preprocess=$EGBENCH_BIN/egbench-preprocess
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
room=unlimited # KB that a file may have

expect() # CODE WORD ARGUMENT...: exits with CODE, one line with WORD, and no file written
{
    local code=$1 word=$2 status=0
    shift 2
    (ulimit -f "$room" && exec "$preprocess" "$@") >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    [ "$status" -eq "$code" ] || fail "exit $status, not $code: $* ($(cat "$scratch/err"))"
    [ ! -s "$scratch/out" ] || fail "an error on standard output: $*"
    [ "$(wc -l <"$scratch/err")" -eq 1 ] || fail "not one line: $*: $(cat "$scratch/err")"
    grep -qF -e "$word" "$scratch/err" || fail "no '$word': $*: $(cat "$scratch/err")"
    [ -z "$(find "$scratch" -name 'never*')" ] || fail "a wrong input left a file: $*"
}

expect_near() # WANTED GOT: the same names, numbers within 1e-9
{
    awk -F, 'NR == FNR { want[FNR] = $0; lines = FNR; next }
        { n = split(want[FNR], w, ","); if (n != NF) bad = 1
          for (i = 1; i <= NF; i++) if (FNR == 1 || i == 1 ? $i "" != w[i] "" : ($i - w[i]) ^ 2 > 1e-18) bad = 1 }
        END { exit bad || FNR != lines }' "$1" "$2" || fail "not as wanted: $(cat "$2")"
}

cat >"$scratch/counts.csv" <<'END'
,s1,s2,s3,s4,"s 5",s6,s7
MYC,120,340,210,90,400,510,310
TP53,15,0,30,22,8,19,3
XIST,900,700,0,0,1200,0,800
GATA2,55,60,41,70,20,12,33
FLT3,0,0,0,0,0,0,9
"KIT,1",300,310,250,420,150,170,130
NPM1,0,0,5,0,17,0,0
RUNX1,8,11,7,15,60,44,71
ACTB,5000,5200,4100,6100,4900,3900,4500
END
cat >"$scratch/lengths.csv" <<'END'
chromosome,gene,length
8,MYC,2361
17,TP53,2591
X,XIST,19296
3,GATA2,3383
13,FLT3,3848
4,"KIT,1",5186
5,NPM1,1329.5
21,RUNX1,5971
7,ACTB,1812
9,ABL1,5000
END
printf 'sample,batch\ns1,north\ns2,north\ns3,north\ns4,north\n"s 5",south\ns6,south\ns7,south\nother,west\n' \
    >"$scratch/batches.csv"
printf 'gene\nMYC\nTP53\nGATA2\nFLT3\n"KIT,1"\nNPM1\nRUNX1\nACTB\nABL1\n' >"$scratch/coding.csv"
counts=(--counts "$scratch/counts.csv")
lengths=(--lengths "$scratch/lengths.csv")
batches=(--batches "$scratch/batches.csv")
out=(--out "$scratch/never.csv")

# R 4.2.2: f <- t(t(x) / colSums(x)) / length * 1e9; l <- log2(f + 1); z <- t(scale(t(l)));
# sva 3.46.0: ComBat(z, batch), its turns stopped at 1e-14. XIST is not listed; FLT3's zeros
# are more than 72 % and NPM1's 5 of 7 are not.
cat >"$scratch/wanted.csv" <<'END'
,s1,s2,s3,s4,s 5,s6,s7
MYC,-0.492180491435,0.71681122397,0.564418343318,-0.89587831615,-0.191799698755,0.605017407537,-0.336940055015
TP53,0.428915134407,-1.69140441481,0.74438967629,0.532931350735,-0.0518613506131,0.397601278149,-0.355611187494
GATA2,-0.0802673880387,0.0156828088821,-0.0314041350112,0.269899505878,-0.279819658915,-0.461433579997,0.564533625906
"KIT,1",-0.206127733403,-0.209613397594,0.121562486362,0.475817438596,-0.370936253314,0.574132969548,-0.371476951394
NPM1,-0.442568649307,-0.442568649307,1.34786860746,-0.442568649307,1.20231719313,-0.609614116773,-0.609614116773
RUNX1,-0.274897770988,-0.0294203961182,-0.113323973382,0.226314421683,-0.066861851776,-0.0101711802982,0.216813831369
ACTB,-0.735888197301,-0.680723481551,0.622990533934,0.934652986645,-0.76997605323,0.801541863131,-0.141091660306
END
"$preprocess" "${counts[@]}" "${lengths[@]}" "${batches[@]}" --genes "$scratch/coding.csv" --zeros 0.72 \
    --out "$scratch/deep/er/result.csv" >"$scratch/out"
expect_near "$scratch/wanted.csv" "$scratch/deep/er/result.csv"
[ "$(cat "$scratch/out")" = "$scratch/deep/er/result.csv: 7 of 9 genes kept (1 not listed, 1 with too many zeros), 0 constant and now 0; ComBat over 2 batches, 0 genes unchanged" ] ||
    fail "$(cat "$scratch/out")"
[ "$(ls "$scratch/deep/er")" = result.csv ] || fail "something beside the result"

# The same from gzipped files, over the old result, without a word.
gzip -k "$scratch/counts.csv" "$scratch/lengths.csv"
cp "$scratch/deep/er/result.csv" "$scratch/first.csv"
[ -z "$("$preprocess" --counts "$scratch/counts.csv.gz" --lengths "$scratch/lengths.csv.gz" "${batches[@]}" \
    --genes "$scratch/coding.csv" --zeros 0.72 --quiet --out "$scratch/deep/er/result.csv" 2>&1)" ] ||
    fail "--quiet is not quiet"
cmp "$scratch/first.csv" "$scratch/deep/er/result.csv"

# By hand: 7 of 10 counts on a gene of 1000 kb are 700 FPKM; log2(x + 1); z.
printf 'id,a,b\ng,7,3\nh,3,17\nz,0,0\n' >"$scratch/small.csv"
printf 'gene,length\ng,1000000\nh,2000000\nz,10\n' >"$scratch/small-lengths.csv"
small=(--counts "$scratch/small.csv" --lengths "$scratch/small-lengths.csv" --no-combat)
(cd "$scratch" && "$preprocess" "${small[@]}" --no-log2 --no-standardise --out fpkm.csv >"$scratch/out")
printf 'id,a,b\ng,700,150\nh,150,425\n' | cmp - "$scratch/fpkm.csv" || fail "$(cat "$scratch/fpkm.csv")"
grep -q '2 of 3 genes kept (0 not listed, 1 with too many zeros)$' "$scratch/out" || fail "$(cat "$scratch/out")"
printf 'id,a,b\ng,3,1\nh,1,31\nz,0,0\n' >"$scratch/values.csv"
"$preprocess" --counts "$scratch/values.csv" --no-fpkm --no-standardise --no-combat --out "$scratch/log2.csv" >/dev/null
printf 'id,a,b\ng,2,1\nh,1,5\n' | cmp - "$scratch/log2.csv"
"$preprocess" --counts "$scratch/values.csv" --no-fpkm --no-log2 --no-combat --zeros 1 --out "$scratch/z.csv" >/dev/null
printf 'id,a,b\ng,0.707106781187,-0.707106781187\nh,-0.707106781187,0.707106781187\nz,0,0\n' | cmp - "$scratch/z.csv"

# Wrong command lines.
expect 2 "--counts FILE" "${lengths[@]}" "${batches[@]}" "${out[@]}"
expect 2 "--out FILE" "${counts[@]}" "${lengths[@]}" "${batches[@]}"
expect 2 "--no-fpkm" "${counts[@]}" "${batches[@]}" "${out[@]}"
expect 2 "--no-fpkm" "${counts[@]}" "${lengths[@]}" --no-fpkm "${batches[@]}" "${out[@]}"
expect 2 "--no-combat" "${counts[@]}" "${lengths[@]}" "${out[@]}"
expect 2 "--no-combat" "${counts[@]}" "${lengths[@]}" "${batches[@]}" --no-combat "${out[@]}"
expect 2 "--pseudo-count" "${small[@]}" --no-log2 --pseudo-count 1 "${out[@]}"
for share in 1.1 -0.1 x nan '' 0x1 '0.7 '; do
    expect 2 "from 0 to 1" "${small[@]}" --zeros "$share" "${out[@]}"
done
expect 2 "pseudo-count" "${small[@]}" --pseudo-count inf "${out[@]}"
expect 2 "no-such" --no-such-option
expect 2 "operand" "${small[@]}" "${out[@]}" operand

# Wrong files.
wrong() # WORD TEXT ARGUMENT...: with the text as the file that the last option names
{
    printf '%b' "$2" >"$scratch/wrong.csv"
    local word=$1
    shift 2
    expect 3 "$word" "$@" "$scratch/wrong.csv" "${out[@]}"
}
rest=(--no-fpkm --no-combat)
printf 'sample,batch\na,1\nb,1\nc,2\nd,2\n' >"$scratch/two.csv"
expect 3 "$scratch/missing.csv" --counts "$scratch/missing.csv" "${rest[@]}" "${out[@]}"
expect 3 "$scratch/missing.csv" "${counts[@]}" --lengths "$scratch/missing.csv" --no-combat "${out[@]}"
expect 3 "$scratch/missing.csv" "${counts[@]}" "${lengths[@]}" --batches "$scratch/missing.csv" "${out[@]}"
expect 3 "$scratch/missing.csv" "${counts[@]}" "${rest[@]}" --genes "$scratch/missing.csv" "${out[@]}"
wrong "wrong.csv:3: column 'b': 'many' is not a number" 'id,a,b\ng,1,2\nh,3,many\n' "${rest[@]}" --counts
wrong "wrong.csv:2: column 'a'" 'id,a,b\ng,,2\n' "${rest[@]}" --counts
wrong "wrong.csv:4: column 'id': 'g' is on line 2 already" 'id,a,b\ng,1,2\n\ng,3,4\n' "${rest[@]}" --counts
wrong "wrong.csv:2: column ''" ',a,b\n,1,2\n' "${rest[@]}" --counts
wrong "wrong.csv:2: " 'id,a,b\ng,1\n' "${rest[@]}" --counts
wrong "one column" 'id\ng\n' "${rest[@]}" --counts
wrong "wrong.csv:1: " '' "${rest[@]}" --counts
wrong "twice" 'id,a,a\ng,1,2\n' "${rest[@]}" --counts
wrong "gene 'h', sample 'a': -3 with a pseudo-count of 1" 'id,a,b\ng,1,2\nh,-3,4\n' "${rest[@]}" --counts
wrong "wrong.csv: gene 'h': a standard deviation of inf" 'id,a,b\ng,1,2\nh,3,1e200\n' --no-log2 "${rest[@]}" --counts
wrong "wrong.csv by $scratch/two.csv: gene 'h': its values" 'id,a,b,c,d\ng,1,2,3,5\nh,3,1e200,4,5\n' --no-log2 --no-fpkm --no-standardise --batches "$scratch/two.csv" --counts
wrong "none of its 1 genes" 'id,a,b\ng,0,0\n' "${rest[@]}" --counts
wrong "wrong.csv:3: column 'a': a count of -3" 'id,a,b\ng,1,2\nh,-3,4\n' --lengths "$scratch/small-lengths.csv" --no-combat --counts
wrong "column 'b': a sample with 0 counts in all" 'id,a,b\ng,1,0\nh,3,0\n' --lengths "$scratch/small-lengths.csv" --no-combat --counts
wrong "no length of gene 'TP53', which is on line 3 of" 'gene,length\nMYC,10\n' "${counts[@]}" --no-combat --lengths
wrong "wrong.csv:3: column 'length': a length of 0" 'gene,length\nMYC,10\nTP53,0\n' "${counts[@]}" --no-combat --lengths
wrong "'MYC' is on line 2 already" 'gene,length\nMYC,10\nMYC,11\n' "${counts[@]}" --no-combat --lengths
wrong "'length'" 'gene,size\nMYC,10\n' "${counts[@]}" --no-combat --lengths
wrong "no batch of sample 's2'" 'sample,batch\ns1,1\n' "${counts[@]}" "${lengths[@]}" --batches
wrong "batch 'q' has 1 sample" 'sample,batch\ns1,p\ns2,p\ns3,p\ns4,p\ns 5,p\ns6,p\ns7,q\n' "${counts[@]}" "${lengths[@]}" --batches
wrong "of one batch" 'sample,batch\ns1,p\ns2,p\ns3,p\ns4,p\ns 5,p\ns6,p\ns7,p\n' "${counts[@]}" "${lengths[@]}" --batches
wrong "none of its 9 genes" 'gene\nABL1\n' "${counts[@]}" "${rest[@]}" --genes
expect 3 "no logarithm" "${small[@]}" --pseudo-count 0 --zeros 1 "${out[@]}"

# Places that cannot be written to: nothing half-written, and what was there stays.
mkdir "$scratch/folder"
expect 3 "not a file" "${small[@]}" --out "$scratch/folder"
expect 3 "not a file" "${small[@]}" --out "$scratch/folder/"
expect 3 "not a file" "${small[@]}" --out /dev/null
expect 3 "counts.csv" "${small[@]}" --out "$scratch/counts.csv/result.csv"
{
    echo id,a,b
    for gene in $(seq 300); do echo "g$gene,$gene,7"; done
} >"$scratch/large.csv"
echo old >"$scratch/kept.csv"
room=1
expect 3 "make room" --counts "$scratch/large.csv" "${rest[@]}" --out "$scratch/kept.csv"
[ "$(cat "$scratch/kept.csv")" = old ] || fail "a full disk cost the old result"
[ -z "$(find "$scratch" -name '*.part*')" ] || fail "a full disk left a part of the result"
