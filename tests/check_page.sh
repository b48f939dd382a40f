#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A page that needs nothing else: no id twice, every link leads to one of them or to a page beside it, every element
# is closed in its order, nothing is fetched. Prints what is wrong and exits with 1.
#   tests/check_page.sh PAGE
set -eu
page=$1
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT

# One tag a line, without the style sheets, scripts of its own, comments and declarations.
tr '\n' ' ' <"$page" | sed -E 's|<style[^>]*>[^<]*</style>||g; s|<script>[^<]*</script>||g; s|<!\[CDATA\[[^]]*\]\]>||g; s|<!--[^>]*-->||g' |
    grep -oE '</?[a-zA-Z][^>]*>' >"$found/tags"

attribute() # NAME: its values, quoted or not
{
    grep -oE " $1=(\"[^\"]*\"|'[^']*'|[^ \"'>]+)" "$found/tags" | sed -E "s/^ $1=[\"']?//; s/[\"']\$//"
}

lead_away() # the links that lead to no page beside this one
{
    attribute '(xlink:)?href' | grep -vE '^(#|data:image/png;base64,)' | while read -r link; do
        [[ $link =~ ^[a-z]+\.html$ && -s $(dirname "$page")/$link ]] || echo "$link"
    done
}

{
    attribute id | sort | uniq -d | sed 's/^/the id is there twice: /'
    lead_away | sed 's/^/leads away from the page: /'
    attribute '(src|srcset|action|poster|data)' | grep -v '^data:image/png;base64,' | sed 's/^/is fetched: /'
    grep -iE '^<(link|script|iframe|object|embed|base)[ >]' "$found/tags" | sed 's/^/does not belong on the page: /'
    grep -oE '@import|url\([^#)][^)]*\)' "$page" | sed 's/^/the style fetches: /'
    comm -23 <(attribute '(xlink:)?href' | sed -n 's/^#//p' | sort -u) <(attribute id | sort -u) |
        sed 's/^/a link leads nowhere: #/'
    awk '
        { name = $1; gsub(/[<>\/]/, "", name) }
        /\/>$/ || name ~ /^(meta|br|hr|img|input|col|wbr)$/ { next }
        /^<\// {
            if (depth == 0 || open[depth] != name)
                print "closed out of order: " $0 " inside <" (depth ? open[depth] : "nothing") ">"
            if (depth > 0)
                depth--
            next
        }
        { open[++depth] = name }
        END { if (depth > 0) print "not closed: <" open[depth] ">" }' "$found/tags" | head -n 5
} >"$found/faults" || true
grep -q '</html>' "$page" || echo 'the page has no end' >>"$found/faults"
cat "$found/faults"
[ ! -s "$found/faults" ]
