# SPDX-License-Identifier: GPL-3.0-or-later
"""What a comparison came to."""
from __future__ import annotations

import html
import json
import os
import shutil
from typing import Any, Dict, List, Optional

from ._errors import EgbenchError

_ARROWS = {"higher": "↑", "lower": "↓"}


def _lines(path: str) -> List[Dict[str, Any]]:
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _text(value: Optional[float]) -> str:
    return "" if value is None else f"{value:.3g}"


class Result:
    """methods: the names of those compared; text: the verdict as egbench-compare prints it; page: the path of its
    page, comparison.html; out: the folder of results; failures: by method, what went wrong (errors="skip")."""

    def __init__(self, out: str, text: str, own: List[str], failures: Dict[str, str], note: str,
                 title: Optional[str] = None, keep: Any = None):
        self.out, self.text, self.own, self.failures, self.note, self.title = out, text, own, failures, note, title
        self.page = os.path.join(out, "report", "comparison.html")
        self._keep = keep  # a temporary folder, for as long as this is there
        self.lines = _lines(os.path.join(out, "report", "comparison.jsonl"))
        self.methods = [line["method"] for line in self._of("method")]
        self.metrics = list(dict.fromkeys(line["metric"] for line in self._of("score")))

    def _of(self, kind: str) -> List[Dict[str, Any]]:
        return [line for line in self.lines if line["kind"] == kind]

    @property
    def scores(self) -> List[Dict[str, Any]]:
        """A dict for each method and metric: value, se, n, difference, low, high, holm_p, verdict, better, ..."""
        return [{key: value for key, value in line.items() if key != "kind"} for line in self._of("score")]

    @property
    def frame(self) -> Any:
        """The scores as a pandas DataFrame; without pandas as they are, a list of dicts."""
        try:
            import pandas
        except ImportError:
            return self.scores
        return pandas.DataFrame(self.scores)

    def summary(self, name: str) -> Dict[str, Any]:
        """What there is of a method as a whole: conclusion, better, worse, undecided, mean_rank, seconds, ..."""
        for line in self._of("method"):
            if line["method"] == name:
                return line
        why = self.failures.get(name)
        raise EgbenchError(f"there are no numbers of '{name}'" + (f": {why}" if why else
                                                                f"; there are {', '.join(self.methods)}"))

    def verdict(self, name: str) -> str:
        """What the numbers allow: overall, then how many measures say what, then which."""
        line = self.summary(name)
        named = [(word, ", ".join(score["metric"] for score in self._of("score")
                                  if score["method"] == name and score["verdict"] == word))
                 for word in ("better", "worse", "undecided")]
        return f"{line['headline']}; by measure: {line['conclusion']}" + "".join(
            f"; {word}: {metrics}" for word, metrics in named if metrics)

    def save(self, folder: str) -> List[str]:
        """Copies the report to a folder: page, LaTeX table, figures as SVG and PDF, numbers. Returns their paths."""
        report = os.path.join(self.out, "report")
        shutil.copytree(report, folder, dirs_exist_ok=True)
        return [os.path.join(folder, name) for name in sorted(os.listdir(report))]

    def _ordered(self) -> List[Dict[str, Any]]:
        ranked = [line for line in self._of("method") if line["mean_rank"] is not None]
        return sorted(ranked, key=lambda line: line["mean_rank"])

    def _axes(self, axes: Any) -> Any:
        if axes is not None:
            return axes
        try:
            import matplotlib.pyplot as plt
        except ImportError:
            raise EgbenchError("plots need matplotlib: pip install matplotlib") from None
        axes = plt.subplots(layout="constrained")[1]
        axes.set_title(self.title or "")
        return axes

    def plot_ranks(self, axes: Any = None) -> Any:
        """Mean rank of each method over pairs of metric and unit, 1 is best; yours stand out. Returns the axes."""
        axes, lines = self._axes(axes), self._ordered()[::-1]
        colours = ["tab:red" if line["method"] in self.own else "tab:blue" for line in lines]
        axes.scatter([line["mean_rank"] for line in lines], range(len(lines)), c=colours)
        axes.set_yticks(range(len(lines)), [line["method"] for line in lines])
        axes.set_xlabel("mean rank over metrics and units (1 is best)")
        axes.grid(axis="y", alpha=0.3)
        return axes

    def plot_tradeoff(self, axes: Any = None) -> Any:
        """Mean rank against the seconds that the rows of a unit take. Returns the axes."""
        axes = self._axes(axes)
        for line in self._ordered():
            if line["seconds"]:
                own = line["method"] in self.own
                axes.scatter(line["seconds"], line["mean_rank"], c="tab:red" if own else "tab:blue")
                axes.annotate(line["method"], (line["seconds"], line["mean_rank"]), xytext=(4, 2),
                              textcoords="offset points", fontsize="small")
        axes.set_xscale("log")
        axes.margins(x=0.25)  # a name is written to the right of its point
        axes.invert_yaxis()
        axes.set_xlabel("seconds for the rows of a unit")
        axes.set_ylabel("mean rank (1 is best)")
        return axes

    def _repr_html_(self) -> str:
        better = {line["metric"]: line["better"] for line in self._of("score")}
        cells = {(line["method"], line["metric"]): line for line in self._of("score")}
        heads = "".join(f"<th>{html.escape(name)} {_ARROWS.get(better[name], '')}</th>" for name in self.metrics)
        rows = ""
        for method in self.methods:
            name = html.escape(method)
            rows += f"<tr><th>{f'<b>{name}</b>' if method in self.own else name}</th>"
            for metric in self.metrics:
                line = cells.get((method, metric), {})
                rows += (f"<td title=\"{html.escape(str(line.get('verdict', '')))}\">{_text(line.get('value'))}</td>")
            rows += "</tr>"
        said = "".join(f"<p><b>{html.escape(name)}</b>: {html.escape(self.verdict(name))}</p>"
                       for name in self.own if name in self.methods)
        said += "".join(f"<p><b>{html.escape(name)}</b> failed: {html.escape(why)}</p>"
                        for name, why in self.failures.items())
        return f"{said}<p>{html.escape(self.note)}</p><table><tr><th></th>{heads}</tr>{rows}</table>"

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {self.verdict(name)}" for name in self.own if name in self.methods) or self.text
