# SPDX-License-Identifier: GPL-3.0-or-later
"""What bench/peer makes of rounds, errors and interpreters, by numbers worked out by hand."""
import json
import math
import os
import tempfile

from peer_forms import FORMS, find_faults, why_not
from peer_table import list_cells, list_heads, order_rows, read_rest, spread, sum_up_ours, sum_up_peer

OURS = [{"seconds": seconds, "share": share, "operations": 1e9, "direct": 4e9, "core": "any", "peak_mb": 10}
        for seconds, share in ((1, 0.7), (2, 0.9), (4, 0.8))]


def check_rounds():
    assert spread([5]) == {"median": 5, "iqr": 0.0}
    assert spread([1, 2, 3, 10]) == {"median": 2.5, "iqr": 4.75 - 1.75}
    # The ratio is of a round: 2, 3, 1, and not that of the medians, 4 over 2.
    assert sum_up_peer([2, 6, 4], OURS, 9)["ratio"]["median"] == 2
    assert sum_up_peer([2.5, 6.5, 4.5], OURS, 9)["ratio"]["median"] == 2.5
    assert sum_up_peer([40], OURS, 9)["ratio"]["median"] == 10  # a slow one, in the last round alone
    ours = sum_up_ours(OURS)
    assert (ours["seconds"]["median"], ours["share"]) == (2, 0.8)


def check_errors():
    assert find_faults("mnist_plain", {"loss": 5e-4, "gradient": 9e-4}) == []
    assert len(find_faults("mnist_plain", {"loss": 5e-4, "gradient": 2e-3})) == 1
    assert find_faults("vgg16_prior", {"gradient": 1.5e-2}) == []
    assert find_faults("mnist_robust", {"gradient": 1.5e-2, "attributions": 5e-3, "neighbours": 5e-4}) == []
    assert len(find_faults("mnist_robust", {"gradient": 3e-2, "loss": 2e-3, "neighbours": 2e-3})) == 3
    assert len(find_faults("vgg16_prior", {"gradient": 3e-2, "loss": math.nan})) == 2


def check_forms():
    old = {"compiles": False, "captum": None, "shap": None}
    new = {"compiles": True, "captum": "1", "shap": None}
    assert "compile" in why_not("func compiled", old) and why_not("func compiled", new) is None
    assert why_not("captum", old) and why_not("captum", new) is None and why_not("shap", new)
    assert all(forms for step in FORMS.values() for forms in step.values())


def check_table():
    peer = dict(sum_up_peer([2, 6, 4], OURS, 9), form="batch")
    row = {"step": "mnist_plain", "threads": 2, "beside": "PyTorch", "egbench": sum_up_ours(OURS), "direct": None,
           "peers": {"new": peer}}
    pythons = [{"name": "old"}, {"name": "new"}]
    cells = dict(zip(list_heads(pythons), list_cells(row, pythons)))
    assert cells["share of the limit"] == "80 %" and cells["counted"] == "1 GFLOP (4 directly)", cells
    assert cells["old: ratio"] == "" and cells["new: ratio"] == "2.00" and cells["new: time"] == "4.00 s", cells


def check_rest():
    head = {"core": "any", "rounds": 3, "pythons": [{"name": "old", "captum": None}]}
    rows = [{"step": step, "threads": threads} for step, threads in (("graph_prior", 2), ("explain", 1), ("explain", 2))]
    with tempfile.TemporaryDirectory() as folder:
        assert read_rest(folder, head, []) == []
        with open(os.path.join(folder, "peers.json"), "w", encoding="utf-8") as file:
            json.dump(dict(head, rows=rows), file)
        assert read_rest(folder, head, [("explain", 2), ("mnist_robust", 2)]) == rows[:2]
        try:
            read_rest(folder, dict(head, rounds=1), [("explain", 2)])
            raise AssertionError("rows of other rounds were taken in")
        except SystemExit as refusal:
            assert "with other rounds:" in str(refusal), refusal
        # Nothing stays, so that nothing is mixed.
        assert read_rest(folder, dict(head, rounds=1), [("graph_prior", 2), ("explain", 1), ("explain", 2)]) == []
    new = {"step": "mnist_robust", "threads": 2}
    assert order_rows([rows[2], rows[1], rows[0], new], list(FORMS)) == [rows[0], new, rows[1], rows[2]]


check_rounds()
check_errors()
check_forms()
check_table()
check_rest()
