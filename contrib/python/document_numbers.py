# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads results/ for document_pieces.py, and writes numbers and tables as the documents have them."""
import csv
import functools
import json
import math
import re
import textwrap


class Missing(Exception):
    """What a piece needs and results/ does not have."""


@functools.lru_cache(maxsize=None)
def read_csv(path):
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise Missing(f"{path}: {error.strerror}") from error


@functools.lru_cache(maxsize=None)
def read_json(path, line=None):
    """The whole file; of JSON Lines, the line of that number (-1: the last)."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file) if line is None else json.loads(file.read().splitlines()[line])
    except OSError as error:
        raise Missing(f"{path}: {error.strerror}") from error


SCALES = ["smoke", "quick", "night", "paper"]


def name_scales(rows):
    """ "quick and night scale": of rows with a column scale, the smallest first."""
    return " and ".join(sorted({row["scale"] for row in rows if row["scale"]}, key=SCALES.index)) + " scale"


@functools.lru_cache(maxsize=None)
def read_titles():
    """Names of methods, measures and data sets as the report's tables have them."""
    with open("bench/frame/names.c", encoding="utf-8") as file:
        lists = re.findall(r"struct name (?:datasets|names)\[\] = \{(.*?)\};", file.read(), re.DOTALL)
    return dict(re.findall(r'\{"([^"]+)",\s*"([^"]+)"\}', "".join(lists)))


def title(name):
    return read_titles().get(name) or name.replace("_", " ").capitalize()


class Table:
    """The rows of one data set and protocol in a table of results/, by method and metric; in a table of contrasts by
    the method that is not the same throughout, and statistic."""

    def __init__(self, path, dataset, protocol="paper"):
        self.path, self.dataset, self.protocol = path, dataset, protocol
        self.rows = {}
        rows = read_csv(path)
        line = "versus" if len({row["method"] for row in rows}) == 1 and rows[0].get("versus") else "method"
        for row in rows:
            if (row["dataset"], row["protocol"]) == (dataset, protocol):
                self.rows[row[line], row.get("statistic") or row["metric"]] = row
        if not self.rows:
            raise Missing(f"{path} has no rows of {dataset}, protocol {protocol}")

    def scale(self):
        """That of its rows, which are all of one."""
        return next(iter(self.rows.values()))["scale"]

    def methods(self):
        return list(dict.fromkeys(method for method, _ in self.rows))

    def has(self, method, metric):
        return bool(self.rows.get((method, metric), {}).get("value"))

    def row(self, method, metric):
        if (method, metric) not in self.rows:
            raise Missing(f"{self.path} has no row {self.dataset}, {self.protocol}, {method}, {metric}")
        return self.rows[method, metric]

    def value(self, method, metric):
        return number(self.row(method, metric)["value"])

    def show(self, method, metric, digits):
        """The value, with its standard error where it has one; empty where there is none."""
        if not self.has(method, metric):
            return ""
        row = self.row(method, metric)
        text = f"{number(row['value']):.{digits}f}"
        if text.strip("-0.") == "":
            text = text.lstrip("-")
        # What rounding leaves of numbers that are all alike is no error.
        has_error = row["se"] and number(row["se"]) > 1e-8
        return text + (f" ± {error(number(row['se']), digits)}" if has_error else "")

    def published(self, method, metric):
        return self.rows.get((method, metric), {}).get("published", "")


def number(text):
    return float(text) if text else math.nan


def error(se, digits):
    """A standard error with that many digits, or one that counts."""
    text = f"{se:.{digits}f}"
    return text if text.strip("0.") else f"{se:.1g}"


def two(value):
    """Two digits that count: 0.0025, 3.7e-05."""
    return f"{value:.2g}"


def signed(value, digits):
    return f"{value:+.{digits}f}"


def times(seconds):
    """38 s, 5 min 08 s, 7 h 20 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def two_places(value):
    """0.40, 3.4, 39, 151."""
    return f"{value:.2f}" if value < 0.995 else f"{value:.1f}" if value < 9.95 else f"{value:.0f}"


def duration(seconds):
    """Of a step: 0.40 ms, 39 ms, 1.6 s."""
    return f"{two_places(seconds)} s" if seconds >= 0.5 else f"{two_places(1e3 * seconds)} ms"


def make_table(head, rows, left=1):
    """Markdown; the first `left` columns stand left, the others right."""
    rule = ["---"] * left + ["---:"] * (len(head) - left)
    return "\n".join("| " + " | ".join(map(str, cells)) + " |" for cells in [head, rule, *rows])


def wrap(text):
    return "\n".join(textwrap.wrap(" ".join(text.split()), 110, break_long_words=False, break_on_hyphens=False))
