#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes HTML of the documents with cmark-gfm and follows their links (make docs).

    make_docs.py FOLDER    in the top folder; names each link to a file or heading that is not there and exits with 1

The pages lie in FOLDER as the documents lie in the tree, with the pictures that they show.
"""
import glob
import html
import html.parser
import os
import re
import shutil
import subprocess
import sys
import urllib.parse

DOCUMENTS = ["README.md", "REPRODUCE.md", "CONTRIBUTING.md", "CHANGELOG.md", *sorted(glob.glob("docs/*.md")),
             *sorted(glob.glob("results/*.md") + glob.glob("results/published/*.md"))]
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0; }}
th, td {{ padding: .2rem .6rem; border-bottom: 1px solid #ccc; vertical-align: top; }}
td[align=right] {{ white-space: nowrap; }}
pre {{ background: #f4f4f4; padding: .6rem; overflow-x: auto; }}
img {{ max-width: 100%; }}
</style>
</head>
<body>
<nav>{nav}</nav>
{body}
</body>
</html>
"""


class Links(html.parser.HTMLParser):
    """The targets of a page's links and pictures."""

    def __init__(self, body):
        super().__init__()
        self.targets = []
        self.feed(body)

    def handle_starttag(self, tag, attributes):
        self.targets += [value for name, value in attributes if (tag, name) in (("a", "href"), ("img", "src"))]


def convert(document):
    """The document's HTML, headings with the anchors that GitHub gives them, and these anchors."""
    body = subprocess.run(["cmark-gfm", "--extension", "table", document], check=True, capture_output=True,
                          encoding="utf-8").stdout.replace("<!-- raw HTML omitted -->", "")
    anchors = set()

    def name_heading(match):
        words = html.unescape(re.sub(r"<[^>]+>", "", match[2])).strip().lower()
        anchor = first = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        count = 0
        while anchor in anchors:
            count += 1
            anchor = f"{first}-{count}"
        anchors.add(anchor)
        return f'<h{match[1]} id="{anchor}">{match[2]}</h{match[1]}>'

    return re.sub(r"<h([1-6])>(.*?)</h\1>", name_heading, body, flags=re.DOTALL), anchors


def find_faults(document, pages):
    """What its links name and there is not."""
    for target in Links(pages[document][0]).targets:
        parts = urllib.parse.urlsplit(target)
        if parts.scheme:
            continue
        path = os.path.normpath(os.path.join(os.path.dirname(document), urllib.parse.unquote(parts.path))) \
            if parts.path else document
        if path.startswith("..") or not os.path.exists(path):
            yield f"{document}: {target}: there is no such file"
        elif parts.fragment and parts.fragment not in pages.get(path, (None, ()))[1]:
            yield f"{document}: {target}: {path} has no such heading"


def place_target(match, document, folder):
    """The link as the page needs it: to another page, to a picture beside it, or to the tree."""
    name, target = match[1], html.unescape(match[2])
    parts = urllib.parse.urlsplit(target)
    if parts.scheme or not parts.path:
        return match[0]
    path = os.path.normpath(os.path.join(os.path.dirname(document), parts.path))
    here = os.path.join(folder, os.path.dirname(document))
    if path in DOCUMENTS:
        place = os.path.join(folder, path.removesuffix(".md") + ".html")
    elif name == "src":
        place = os.path.join(folder, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        shutil.copyfile(path, place)
    else:
        place = path
    anchor = "#" + parts.fragment if parts.fragment else ""
    return f'{name}="{html.escape(os.path.relpath(place, here) + anchor)}"'


def write_page(document, body, folder):
    body = re.sub(r'(href|src)="([^"]*)"', lambda match: place_target(match, document, folder), body)
    place = os.path.join(folder, document.removesuffix(".md") + ".html")
    os.makedirs(os.path.dirname(place), exist_ok=True)
    title = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
    up = os.path.relpath(folder, os.path.dirname(place))
    nav = f'<a href="{up}/README.html">egbench</a> | <a href="{up}/docs/README.html">documents</a>'
    with open(place, "w", encoding="utf-8") as file:
        file.write(PAGE.format(title=re.sub(r"<[^>]+>", "", title[1]) if title else document, nav=nav, body=body))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_docs.py FOLDER, in the top folder")
    pages = {document: convert(document) for document in DOCUMENTS}
    faults = [fault for document in DOCUMENTS for fault in find_faults(document, pages)]
    print("\n".join(faults), end="\n" if faults else "")
    if faults:
        sys.exit(1)
    for document in DOCUMENTS:
        write_page(document, pages[document][0], sys.argv[1])
    print(f"{len(DOCUMENTS)} documents in {sys.argv[1]}; begin with {os.path.join(sys.argv[1], 'README.html')}")


main()
