# SPDX-License-Identifier: GPL-3.0-or-later
"""What was tried on claims that did not come back: piece_NAME(*ARGUMENTS) as in document_pieces.py."""
import math

from claim_pieces import find_claims
from document_numbers import Missing, Table, make_table, number, signed, title, two

TABLES = "results/tables/"


def piece_other_networks(metric):
    """How far a score of gradients moves from one initialisation to another, and how far off the printed one is."""
    ours = Table(TABLES + "table-1.csv", "corrgroups60")
    others = Table(TABLES + "table-1.csv", "corrgroups60", "fixed").row("gradients", metric)
    n = int(others["n"])
    sd = number(others["se"]) * math.sqrt(n)
    miss = ours.value("gradients", metric) - number(ours.published("gradients", metric))
    return f"{signed(miss, 3)}; its standard deviation over {n} other initialisations is {sd:.3f}"


def piece_random_misses():
    """How many claims of random attributions lie outside their interval, and how many would by chance."""
    claims = [claim for claim in find_claims("keep-remove") if claim["method"] == "random" and claim["kind"] == "number"]
    missed = sum(claim["verdict"] == "not reproduced" for claim in claims)
    chance = sum(math.comb(len(claims), k) * 0.05**k * 0.95**(len(claims) - k) for k in range(missed, len(claims) + 1))
    return (f"{missed} of {len(claims)} lie outside a 95 % interval, where {0.05 * len(claims):.1f} are expected by "
            f"chance and {missed} or more are found with a chance of {two(chance)}, were they independent")


def show_difference(table, method):
    values = [table.value(method, f"difference{end}") for end in ("", "_low", "_high")]
    return f"{signed(values[0], 3)} ({signed(values[1], 3)} to {signed(values[2], 3)})"


def piece_cohorts(metric, *datasets):
    """The sparse prior less each penalty on several readings of a cohort, with 95 % intervals."""
    tables = [Table(f"{TABLES}supplementary-tests-{metric}.csv", dataset) for dataset in datasets]
    shared = [method for method in tables[-1].methods() if all(table.has(method, "difference_low") for table in tables)]
    if not shared:
        raise Missing(f"no penalty was tried on all of {', '.join(datasets)}")
    head = [f"{title(table.dataset)} (n = {table.row(shared[0], 'difference')['n']})" for table in tables]
    return make_table(["the sparse prior less", *head],
                      [[title(method), *(show_difference(table, method) for table in tables)] for method in shared])


def piece_loose(dataset):
    """What the priors cost in test accuracy at the strength that 10 % would allow."""
    table = Table(TABLES + "image-noise.csv", dataset)
    parts = [f"{table.show(f'{prior}_loose', 'test_accuracy', 3)} with the {title(prior)} of "
             f"{table.value(f'{prior}_loose', 'chosen_strength'):g}" for prior in ("eg_prior", "gradient_prior")]
    return f"{parts[0]}, {parts[1]}, {table.show('baseline', 'test_accuracy', 3)} without"


def piece_graphs(*datasets):
    """The graph prior's R2 less that of the same prior on each control graph."""
    parts = []
    for dataset in datasets:
        tests = Table(TABLES + "graph-prior-tests-of-prior.csv", dataset)
        differences = [f"{signed(tests.value(other, 'difference'), 4)} (p = {two(tests.value(other, 'p'))})"
                       for other in ("random_graph_prior", "rewired_graph_prior")]
        parts.append(f"on {title(dataset)} {differences[0]} less the random graph's, {differences[1]} less the "
                     "rewired one's")
    return "; ".join(parts)
