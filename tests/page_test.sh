#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Looks at the report's page in headless Chromium, from a file and without a network: nothing is wider than the
# screen on a desktop, on a phone and on paper, the first screen holds what it should, light and dark are drawn.
#   EGBENCH_BIN=FOLDER tests/page_test.sh [STORE]      a store and a history made up, or those of a folder
# With KEEP=FOLDER the screenshots and the PDF stay there.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
shots=${KEEP:-$scratch}
mkdir -p "$shots"
failures=0

wrong() # MESSAGE
{
    echo "page-test: $*" >&2
    failures=$((failures + 1))
}

browse() # OPTION... URL
{
    timeout 60 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$scratch/profile" \
        --host-resolver-rules='MAP * ~NOTFOUND' --disable-background-networking --no-first-run "$@" 2>"$scratch/log" ||
        { cat "$scratch/log" >&2; return 1; }
}

# A copy of the page that tells the page around it how it was laid out.
instrument() # PAGE COPY [SED-SCRIPT]
{
    sed -e "${3:-}" -e 's|</body>||; s|</html>||' "$1" >"$2"
    cat >>"$2" <<'END'
<script>
addEventListener('load', () => {
    const bottom = query => Math.round(document.querySelector(query)?.getBoundingClientRect().bottom ?? -1);
    document.querySelectorAll('details').forEach(details => { details.open = true; });
    const page = document.documentElement;
    const widest = [...document.querySelectorAll('body *')].find(element =>
        element.getBoundingClientRect().right > innerWidth + 1 &&
        (!element.closest('.wide') || getComputedStyle(element.closest('.wide')).overflowX === 'visible'));
    parent.postMessage('laid out: width=' + page.scrollWidth + ' window=' + innerWidth +
        ' fetched=' + performance.getEntriesByType('resource').length +
        ' tiles=' + bottom('.tiles') + ' counts=' + bottom('.counts') +
        ' back=' + getComputedStyle(document.body).backgroundColor.replace(/ /g, '') +
        ' too-wide=' + (widest ? widest.tagName + ':' + widest.textContent.slice(0, 60).replace(/\s+/g, '_') : 'nothing') +
        ' end', '*');
});
</script></body></html>
END
}

# Sets said to what the copy tells in a frame of that size; a window cannot be as narrow as a phone.
measure() # WIDTH HEIGHT [OPTION...]
{
    local width=$1 height=$2
    shift 2
    printf '<title>none</title><script>onmessage = event => { document.title = event.data; };</script><iframe src="copy.html" style="border:0;width:%dpx;height:%dpx"></iframe>' \
        "$width" "$height" >"$scratch/frame.html"
    said=$(browse --window-size=1400,1200 --virtual-time-budget=10000 "$@" --dump-dom "file://$scratch/frame.html" |
        grep -o '<title>laid out: .* end</title>') || wrong "the page was not laid out at $width x $height"
}

value() # NAME in what was said; -1 when it is not
{
    local found
    found=$(sed -n "s/.* $1=\([^ ]*\) .*/\1/p" <<<"$said")
    echo "${found:--1}"
}

check_layout() # NAME WIDTH HEIGHT
{
    measure "$2" "$3"
    [ "$(value window)" = "$2" ] || wrong "$1: the window is $(value window) wide, not $2"
    [ "$(value width)" -le "$2" ] || wrong "$1: the page is $(value width) wide, the screen $2; first too wide: $(value too-wide)"
    [ "$(value fetched)" = 0 ] || wrong "$1: the page fetches $(value fetched) things"
    echo "$1: width $(value width) of $2; bottom of the counts $(value tiles), of the experiments $(value counts)"
}

take_shot() # NAME WIDTH HEIGHT [OPTION...]: a picture with more on it than an empty page has
{
    local name=$1 size=$2,$3
    shift 3
    browse --window-size="$size" "$@" --screenshot="$shots/$name.png" "file://$page"
    browse --window-size="$size" "$@" --screenshot="$scratch/blank.png" about:blank
    [ "$(stat -c %s "$shots/$name.png")" -gt $((5 * $(stat -c %s "$scratch/blank.png"))) ] ||
        wrong "$name: the screenshot is blank"
}

store=${1:-$scratch/made}
[ $# -gt 0 ] || tests/made_nightly_runs.sh "$store" same same same same same same same same drift
"$EGBENCH_BIN/egbench-report" --quiet --out "$scratch/out" --history "$store/history.jsonl" "$store"
page=$scratch/out/report/index.html
tests/check_page.sh "$page" || wrong "the page is not sound"
tests/check_page.sh "$scratch/out/report/nightly.html" || wrong "the page of nightly runs is not sound"
instrument "$page" "$scratch/copy.html"

check_layout desktop 1280 800
# Fonts differ between machines: a tenth more is let pass.
[ "$(value counts)" -le 880 ] || wrong "desktop: the first screen does not hold all experiments"
check_layout phone 390 844
[ "$(value tiles)" -le 844 ] || wrong "phone: the first screen does not hold how many claims came back"
[ "$(value back)" = 'rgb(255,255,255)' ] || wrong "light: the background is $(value back)"
measure 1280 800 --blink-settings=preferredColorScheme=0
[ "$(value back)" = 'rgb(21,25,30)' ] || wrong "dark: the background is $(value back)"


# The filter by words and by verdict.
filter() # WORDS VERDICT: how many claims the page then says it shows, and how many rows it does show
{
    instrument "$page" "$scratch/copy.html"
    cat >>"$scratch/copy.html" <<END
<script>
(() => {
    const form = document.getElementById('filter');
    form.words.value = '$1';
    form.verdict.value = '$2';
    form.dispatchEvent(new Event('input'));
    const shown = [...document.querySelectorAll('#claims ~ details[data-experiment] tbody tr')].filter(row =>
        !row.hidden && !row.closest('details').hidden && row.closest('details').open);
    document.body.dataset.shown = parseInt(form.querySelector('output').value) + '/' + shown.length;
})();
</script>
END
    browse --virtual-time-budget=2000 --dump-dom "file://$scratch/copy.html" | grep -o 'data-shown="[0-9/]*"'
}
sed -n '/<h2 id=claims>/,/<h2 id="experiment/p' "$page" | grep '^<tr data-verdict' >"$scratch/claims"
wanted=$(sed 's/<[^>]*>/ /g' "$scratch/claims" | grep -i kpm | grep -ci table)
[ "$wanted" -ge 8 ] || wrong "the page has $wanted claims on the KPM of tables"
found=$(filter 'table, KPM' '')
[ "$found" = "data-shown=\"$wanted/$wanted\"" ] || wrong "filter: $found, not $wanted claims on the KPM of tables"
found=$(filter 'no such words' '')
[ "$found" = 'data-shown="0/0"' ] || wrong "filter: $found, not none"
wanted=$(grep -c 'data-verdict="not attempted"' "$scratch/claims")
found=$(filter '' 'not attempted')
[ "$found" = "data-shown=\"$wanted/$wanted\"" ] || wrong "filter: $found, not $wanted claims that were not attempted"
instrument "$page" "$scratch/copy.html"

take_shot desktop 1280 800
take_shot phone 390 844
take_shot dark 1280 800 --blink-settings=preferredColorScheme=0

# On paper: A4 upright less Chromium's margins is 718 CSS pixels wide; what scrolls on a screen would be cut off.
instrument "$page" "$scratch/copy.html" 's/@media print/@media all/g'
check_layout paper 718 1000
browse --no-pdf-header-footer --print-to-pdf="$shots/page.pdf" "file://$page"
pages=$(grep -a -c '/Type /Page$' "$shots/page.pdf") || true
[ "${pages:-0}" -ge 2 ] || wrong "paper: ${pages:-0} pages"
echo "paper: $pages pages"

[ "$failures" -eq 0 ] || exit 1
echo 'page-test: fine'
