#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the measured numbers of README.md, REPRODUCE.md and docs/ from results/ (make documents).

What stands between "<!-- numbers: PIECE ARGUMENTS -->" and "<!-- end -->" is made anew by the function of that name
in one of the MODULES; a piece that begins in a line of its own is a block. With --check nothing is written: it names
the pieces that differ from results/ and exits with 1, as make lint asks.
"""
import re
import sys

sys.dont_write_bytecode = True
import document_pieces  # noqa: E402
import power_pieces  # noqa: E402
import speed_pieces  # noqa: E402
from document_numbers import Missing  # noqa: E402

DOCUMENTS = ("README.md", "REPRODUCE.md", "docs/speed.md", "docs/power.md")
MODULES = (document_pieces, speed_pieces, power_pieces)
PIECE = re.compile(r"(<!-- numbers: ([^>]+?) -->)((?:(?!<!-- numbers: ).)*?)(<!-- end -->)", re.DOTALL)


def make_piece(call):
    name, *arguments = call.split()
    word = "piece_" + name.replace("-", "_")
    function = next((found for found in (getattr(module, word, None) for module in MODULES) if found), None)
    if not function:
        raise Missing(f"there is no piece '{name}' in " + ", ".join(module.__name__ + ".py" for module in MODULES))
    try:
        return function(*arguments).strip()
    except (TypeError, KeyError, IndexError, ValueError) as error:
        raise Missing(f"{type(error).__name__}: {error}") from error


def fill(document, faults):
    """The document's text anew; what cannot be made is kept and named in faults."""
    with open(document, encoding="utf-8") as file:
        text = file.read()

    def replace(match):
        line = text.count("\n", 0, match.start()) + 1
        try:
            piece = make_piece(match[2])
        except Missing as error:
            faults.append(f"{document}:{line}: {match[2]}: {error}")
            return match[0]
        if match[3].startswith("\n"):
            piece = f"\n\n{piece}\n\n"
        if piece != match[3]:
            faults.append(f"{document}:{line}: {match[2]}: differs from results/; run: make documents")
        return match[1] + piece + match[4]

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
