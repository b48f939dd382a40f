#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What README.md shows of a comparison, from a run of its commands: docs/compare-example.txt has the head of
# the verdict, docs/compare-page.png the page down to its first figure.
#   EGBENCH_BIN=FOLDER contrib/make_compare_example.sh      in the top folder; needs chromium
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp bench/examples/mine.py "$scratch/"
here=$PWD
(cd "$scratch" && "$EGBENCH_BIN/egbench-compare" --exec 'python3 mine.py {dir}' --name mine --dataset interactions \
    --out out --quiet >said)
sed -n '/^mine on /,/^  worse/p' "$scratch/said" | while IFS= read -r line; do
    fold -s -w 100 <<<"$line" | sed -e 's/ *$//' -e '2,$s/^/      /'
done >"$here/docs/compare-example.txt"

# The page to the end of its first figure, in a window as high as that.
sed '/<\/figure>/q' "$scratch/out/report/comparison.html" >"$scratch/page.html"
echo '<style>body{padding-bottom:1rem}</style><script>document.title = document.documentElement.scrollHeight</script>' \
    >>"$scratch/page.html"
look() # HEIGHT OPTION
{
    timeout 60 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$scratch/profile" \
        --host-resolver-rules='MAP * ~NOTFOUND' --no-first-run --force-device-scale-factor=1.5 --window-size="900,$1" \
        "$2" "file://$scratch/page.html" 2>"$scratch/log" || {
        cat "$scratch/log" >&2
        exit 1
    }
}
height=$(look 400 --dump-dom | sed -n 's/.*<title>\([0-9]*\)<.*/\1/p')
look "$height" --screenshot="$here/docs/compare-page.png"
