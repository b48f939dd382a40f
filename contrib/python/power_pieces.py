# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers of docs/power.md, from results/power/power.json (make power)."""
import json

from document_numbers import Missing


def read():
    try:
        with open("results/power/power.json", encoding="utf-8") as file:
            return json.load(file)
    except OSError as error:
        raise Missing("results/power/power.json: make power") from error


def percent(rate):
    return f"{100 * rate:.1f}" if rate < 0.0995 else f"{100 * rate:.0f}"


def table(head, rows):
    lines = [head, ["---"] + ["--:"] * (len(head) - 1)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def piece_verdict_power(what, rows):
    """what: overall (better overall) or measure (one measure named better); rows: independent or shared."""
    field = {"overall": "better", "measure": "measure"}[what]
    found = [row for row in read()["power"] if row["shares_rows"] == (rows == "shared")]
    effects = sorted({row["effect"] for row in found})
    units = sorted({row["units"] for row in found})
    cells = {(row["units"], row["effect"]): row[field] for row in found}
    return table(["units"] + [f"d = {effect:g}" for effect in effects],
                 [[str(n)] + [percent(cells[n, effect]) for effect in effects] for n in units])


def piece_power_errors():
    """The share of comparisons without a difference that are called one."""
    rows = [row for row in read()["power"] if row["effect"] == 0]
    lines = [[str(row["units"]), "shared" if row["shares_rows"] else "independent",
              percent(row["better"] + row["worse"]), percent(row["any"])] for row in rows]
    lines += [["auto", "shared" if row["shares_rows"] else "independent", percent(row["better"] + row["worse"]),
               percent(row["any"])] for row in read()["looks"] if row["effect"] == 0]
    return table(["units", "rows", "better or worse overall", "any measure named"], lines)


def piece_power_looks():
    """--units auto: how often it finds a difference, and with how many units."""
    lines = [["shared" if row["shares_rows"] else "independent", f"{row['effect']:g}", percent(row["better"]),
              f"{row['units']:.1f}"] for row in read()["looks"]]
    return table(["rows", "d", "better overall", "units on average"], lines)


def piece_power_itself():
    own = read()["itself"]
    return (f"in {own['runs']} such comparisons it was better overall in {own['better']} and worse in {own['worse']}, "
            f"and a measure was named in {own['any']}")


def piece_power_facts(name):
    return str(read()[name])
