#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the measured numbers of README.md, REPRODUCE.md and docs/ from results/ (make documents).

What stands between "<!-- numbers: PIECE ARGUMENTS -->" and "<!-- end -->" is made anew by the function of that name
in one of the files *_pieces.py beside this one; a piece that begins in a line of its own is a block. With --check
nothing is written: it names the pieces that differ from results/ and exits with 1, as make lint asks.
"""
import glob
import importlib
import os
import re
import sys

sys.dont_write_bytecode = True
from document_numbers import Missing  # noqa: E402

DOCUMENTS = ["README.md", "REPRODUCE.md", *sorted(glob.glob("docs/*.md"))]
MODULES = [importlib.import_module(os.path.basename(path).removesuffix(".py"))
           for path in sorted(glob.glob(os.path.join(os.path.dirname(__file__), "*_pieces.py")))]
PIECE = re.compile(r"(<!-- numbers: ([^>]+?) -->)((?:(?!<!-- numbers: ).)*?)(<!-- end -->)", re.DOTALL)


def make_piece(call):
    name, *arguments = call.split()
    word = "piece_" + name.replace("-", "_")
    function = next((getattr(module, word) for module in MODULES if hasattr(module, word)), None)
    if not function:
        raise Missing(f"there is no piece '{name}' in " + ", ".join(module.__name__ + ".py" for module in MODULES))
    try:
        return function(*arguments).strip()
    except (TypeError, KeyError, IndexError, ValueError) as error:
        raise Missing(f"{type(error).__name__}: {error}") from error


WIDTH = 110


def lay_out(piece, before):
    """A piece within a line: broken at the documents' width, further lines indented as a list's item; before is what
    stands before it in its line. A table's cell and short pieces stay as they are."""
    seen = re.sub(r"<!--.*?-->", "", before)
    if "\n" in piece or len(piece) < WIDTH // 2 or before.startswith("|"):
        return piece
    indent = " " * (len(seen) - len(seen.lstrip(" -")) if seen.startswith(("- ", "  ")) else 0)
    lines, used = [""], len(seen)
    for word in piece.split(" "):
        if lines[-1].strip() and used + 1 + len(word) > WIDTH:
            lines.append(indent + word)
            used = len(indent) + len(word)
        else:
            lines[-1] += (" " if lines[-1].strip() else "") + word
            used += 1 + len(word)
    return "\n".join(lines)


def fill(document, faults):
    """The document's text anew; what cannot be made is kept and named in faults."""
    with open(document, encoding="utf-8") as file:
        text = file.read()

    def note(piece, match, line):
        if piece != match[3]:
            faults.append(f"{document}:{line}: {match[2]}: differs from results/; run: make documents")
        return piece

    def replace(match):
        line = text.count("\n", 0, match.start()) + 1
        try:
            piece = make_piece(match[2])
        except Missing as error:
            faults.append(f"{document}:{line}: {match[2]}: {error}")
            return match[0]
        if match[3].startswith("\n"):
            piece = f"\n{piece}\n"
            return match[1] + note(piece, match, line) + match[4]
        before = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
        if not before.strip():
            faults.append(f"{document}:{line}: {match[2]}: Markdown takes a line that begins with a marker for HTML: move it")
        return match[1] + note(lay_out(piece, before), match, line) + match[4]

    anew = PIECE.sub(replace, text)
    if len(re.findall(r"<!-- numbers: ", text)) != len(PIECE.findall(text)):
        faults.append(f"{document}: a piece has no '<!-- end -->'")
    return text, anew


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit("usage: fill_documents.py [--check], in the top folder")
    faults = []
    for document in DOCUMENTS:
        old, new = fill(document, faults)
        if old != new and not check:
            with open(document, "w", encoding="utf-8") as file:
                file.write(new)
    if not check:
        faults = [fault for fault in faults if not fault.endswith("make documents")]
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(1 if faults else 0)


main()
