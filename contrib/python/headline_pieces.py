# SPDX-License-Identifier: GPL-3.0-or-later
"""README.md's table: some claims of the paper, each with its own verdict: piece_NAME(*ARGUMENTS) as in
document_pieces.py."""
from claim_pieces import CAME_BACK, find_claim, find_claims, is_judged, is_shown
from document_numbers import Table, error, make_table, number, title, two

TABLES = "results/tables/"


def show_p(claim):
    n = f"n = {claim['n']}" if claim["n"] else ""
    value = number(claim["p"])
    p = "" if not claim["p"] else "p > 0.99" if value > 0.995 else "p < 0.001" if value < 0.001 else f"p = {two(value)}"
    return ", ".join(filter(None, (n, p)))


def show_number(claim, digits):
    """As published and as measured."""
    has_error = claim["se"] and number(claim["se"]) > 0
    measured = f"{number(claim['measured']):.{digits}f}"
    return claim["published"], f"{measured} ± {error(number(claim['se']), digits)} (n = {claim['n']})" if has_error \
        else f"{measured} (deterministic)"


def show_pair(claim, file, metric, methods, digits=3):
    """A metric of two methods: as published, where it is, and as measured."""
    table = Table(TABLES + file, claim["dataset"])
    published = [table.published(method, metric) for method in methods]
    measured = "; ".join(table.show(method, metric, digits) for method in methods)
    return "; ".join(published) if all(published) else "", f"{measured} ({show_p(claim)})"


def show_noise(claim):
    """The mean over the curve, in pairs."""
    tests = Table(TABLES + "image-noise-tests.csv", claim["dataset"])
    gain, low, high = (tests.value("eg_prior", f"difference{end}") for end in ("", "_low", "_high"))
    return "more robust", f"{gain:+.3f} (95 %: {low:.3f} to {high:.3f}; {show_p(claim)})"


def show_highest_noise(claim):
    _, measured = show_pair(claim, "image-noise.csv", "noisy_accuracy_0.5", ["eg_prior", "baseline"], 2)
    return "more than double", measured


HEADLINES = [
    ("Table 1: KPM of expected gradients", "table-1-eg-KPM", lambda claim: show_number(claim, 3)),
    ("Supplementary Table 1: KPM of gradients", "supplementary-table-1-gradients-KPM",
     lambda claim: show_number(claim, 3)),
    ("Figure 1: mean accuracy over levels of noise, with the EG prior less without", "mnist-robust-baseline",
     show_noise),
    ("Figure 2: at the most noise, accuracy with the EG prior; without", "cifar10-double-at-high-noise",
     show_highest_noise),
    ("Figure 3: R2 with the graph prior; without", "graph-order-neural_network",
     lambda claim: show_pair(claim, "graph-prior.csv", "test_r2", ["graph_prior", "neural_network"])),
    ("Figure 3: R2 with the graph prior; with a random graph (control)", "graph-order-random_graph_prior",
     lambda claim: show_pair(claim, "graph-prior.csv", "test_r2", ["graph_prior", "random_graph_prior"])),
    ("Figure 4: sparsity with the sparse prior; without", "figure-4-order-unregularised-gini",
     lambda claim: show_pair(claim, "figure-4-table.csv", "test_gini", ["sparse_prior", "unregularised"])),
    ("Figure 4: ROC-AUC with the sparse prior; with L1", "figure-4-order-l1_all-roc_auc",
     lambda claim: show_pair(claim, "figure-4-table.csv", "test_roc_auc", ["sparse_prior", "l1_all"])),
]


def count_came_back(claim):
    claims = find_claims(f"{claim['experiment']}:{claim['dataset']}")
    judged = [row for row in claims if is_judged(row)]
    left = len(claims) - len(judged)
    return f"{sum(row['verdict'] in CAME_BACK for row in judged)} of {len(judged)}" + (f" ({left})" if left else "")


def piece_headlines():
    """A claim a line: published, measured, its own verdict; then how many of the experiment's came back."""
    rows = []
    for name, claim_id, show in HEADLINES:
        claim = find_claim(claim_id)
        verdict = claim["verdict"] if claim["verdict"] in CAME_BACK else f"**{claim['verdict']}**"
        if is_shown(claim):
            verdict = f"{claim['not_attempted']} ({claim['scale']})"
        rows.append([name, title(claim["dataset"]), *show(claim), verdict, count_came_back(claim)])
    return make_table(["claim", "data", "published", "measured", "verdict of this claim",
                       "claims that came back, of those judged (not judged)"], rows, 6)
