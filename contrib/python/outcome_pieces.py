# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces of REPRODUCE.md: what a command costs, and what our rows show: piece_NAME(*ARGUMENTS) as in
document_pieces.py."""
import collections
import glob
import json
import lzma
import math

from claim_pieces import find_claim, find_claims, list_verdicts
from document_numbers import Missing, Table, number, read_csv, signed, title, two_places, wrap

TABLES = "results/tables/"

def find_cost(scale, command):
    path = f"results/times/{scale}.csv"
    for row in read_csv(path):
        if row["command"] == command:
            return row
    raise Missing(f"{path} has no row '{command}'")


def piece_cost(scale, command):
    """Time and peak memory of a program, as egbench-reproduce of that scale has written them."""
    row = find_cost(scale, command)
    size = number(row["peak memory"].removesuffix(" MB"))
    return row["time"] + ("" if math.isnan(size) else f", {size:.0f} MB" if size < 1000 else f", {size / 1000:.1f} GB")


def piece_machine(scale):
    """What these costs were measured on."""
    row = find_cost(scale, "egbench-reproduce")
    if "processor" not in row:
        raise Missing(f"results/times/{scale}.csv has no column processor: make reproduce SCALE={scale} writes it anew")
    return f"{row['threads']} threads of {row['processor']}, OpenBLAS core {row['core']}"


def piece_processor():
    """The processors that the kept rows were measured on, by their receipts."""
    found = {}
    for path in sorted(glob.glob("results/*/runs/*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                if '"config":{' not in line and '"cpu":' in line:
                    found[json.loads(line)["cpu"]] = True
    if not found:
        raise Missing("results/*/runs/*.jsonl.xz have no receipt with a processor")
    return join(list(found))


def piece_audit(scale):
    """Of the rows kept of that scale: how many came out equal on another core of OpenBLAS, and what was never run there."""
    lines, cores, parts, others = collections.defaultdict(list), set(), [], []
    for path in sorted(glob.glob(f"results/{scale}/runs/*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            lines[path.rsplit("/", 1)[1].split(".")[0]] += map(json.loads, file)
    for name, own in lines.items():
        core = {line["receipt"]: line["blas_core"] for line in own if "blas_core" in line}
        made_on = {line["key"]: core[line["receipt"]] for line in own if "config" in line}
        again = [(key, core[line["receipt"]], line["outcome"]) for line in own if "vouches" in line
                 for key in line["cells"] if made_on[key] != core[line["receipt"]]]
        cores |= {other for _, other, _ in again}
        if again:
            equal = {key for key, _, outcome in again if outcome == "equal"}
            parts.append(f"{len(equal)} of {len({key for key, _, _ in again})} run anew of {len(made_on)} of {name}")
        else:
            others.append(name)
    if not cores:
        raise Missing(f"results/{scale}/runs has no rows that were run anew on another core")
    return (f"{join(parts)} came out equal in every bit on core {join(sorted(cores))}" +
            (f"; none of {join(others)} has been run anew there yet" if others else ""))


def join(parts):
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)


def count_verdicts(claims):
    """ "4 reproduced, 2 inconclusive" """
    counts = collections.Counter(claim["verdict"] for claim in claims)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in list_verdicts() if counts[verdict])


# --- Keep/Remove, convergence ---

def piece_deviations(dataset, file):
    """The farthest that each method's 18 values are from the printed ones."""
    table = Table(TABLES + file, dataset)
    metrics = list(dict.fromkeys(metric for _, metric in table.rows))
    parts = []
    for method in table.methods():
        gaps = [abs(table.value(method, metric) - number(table.published(method, metric))) for metric in metrics
                if table.has(method, metric) and table.published(method, metric)]
        if gaps:
            parts.append(f"{title(method).lower()} {max(gaps):.3f}" if max(gaps) >= 0.0005 else
                         f"{title(method).lower()} under 0.0005")
    return "farthest from a printed value: " + ", ".join(parts)


def piece_convergence():
    table = Table(TABLES + "convergence.csv", "corrgroups60")
    slope, samples = (table.show("expected_gradients", metric, digits)
                      for metric, digits in (("slope", 3), ("converged_at", 0)))
    return f"a slope of {slope}; converged with {samples.split(' ')[0]} samples"


# --- orderings ---

def piece_orderings(experiment, dataset, metrics, *place):
    """The verdicts on a figure's orderings in each of the metrics (A,B); those that did not come back by name."""
    place = " ".join(place)
    claims = [claim for claim in find_claims(f"{experiment}:{dataset}")
              if claim["place"] == place and claim["kind"] == "ordering"]
    parts = []
    for metric in metrics.split(","):
        group = [claim for claim in claims if claim["metric"] == metric]
        if not group:
            raise Missing(f"results/claims.csv has no ordering of {metric} in {place}")
        parts.append(f"{title(metric)}: {count_verdicts(group)}")
    missed = [claim["statement"] for claim in claims if claim["verdict"] == "not reproduced"]
    return "orderings in " + "; in ".join(parts) + (f". Not reproduced: {'; '.join(missed)}" if missed else "")


# --- images ---

def piece_noise(dataset):
    """Maps and the noise curve with the EG prior, without, and with noise in training."""
    table, smooth = (Table(TABLES + file, dataset) for file in ("image-noise.csv", "image-noise-smoothness.csv"))
    claim = find_claim(f"{dataset}-robust-baseline")
    maps = [smooth.show(method, "total_variation", 0) for method in ("eg_prior", "baseline")]
    means = [f"{table.show(method, 'robustness_area', 3)} (n = {table.row(method, 'robustness_area')['n']})"
             for method in ("eg_prior", "baseline", "noise_augmentation")]
    return (f"total variation of the maps {maps[0]} with the EG prior, {maps[1]} without; mean accuracy over the noise "
            f"levels {means[0]} with it, {means[1]} without, {means[2]} with noise in training; "
            f"more robust than the baseline: {claim['verdict']}")


# --- drug response ---

COHORTS = "beataml", "gdsc"
CONTROLS = "random_graph_prior", "rewired_graph_prior"


def is_gain(dataset, other):
    """Is the graph prior's R2 above that model's, at 5 % by the paper's design?"""
    tests = Table(TABLES + "graph-prior-tests-of-prior.csv", dataset)
    return tests.value(other, "difference") > 0 and tests.value(other, "p") < 0.05


def piece_graph_answer():
    """The one question of docs/drug-response.md, by the paper's design, without a correction for several tests."""
    above = [dataset for dataset in COHORTS if is_gain(dataset, "neural_network")]
    beyond = [dataset for dataset in above if all(is_gain(dataset, control) for control in CONTROLS)]

    def name(datasets):
        return join([title(dataset) for dataset in datasets])

    answer = "No, not beyond its controls" if not beyond else "Yes" if len(beyond) == len(COHORTS) else "In part"
    return wrap(f"""{answer}. It is better than the same prior on both control graphs (random, rewired) on
        {name(beyond) or 'neither cohort'}, and better than the network without a prior on
        {name(above) or 'neither'} (of {name(COHORTS)}; p < 0.05 by the paper's design, retrainings on one
        split).""")


def piece_graph_orderings():
    """The prior's R2 beside the network's and both controls', on real cohorts."""
    parts = []
    for dataset in COHORTS:
        table = Table(TABLES + "graph-prior.csv", dataset)
        values = [f"{table.show(method, 'test_r2', 3)} {words}" for method, words in (
            ("graph_prior", "with the graph prior"), ("neural_network", "without"),
            ("random_graph_prior", "with a random graph"), ("rewired_graph_prior", "with a rewired one"))]
        parts.append(f"{title(dataset)}: R2 {', '.join(values)}")
    return "; ".join(parts)


# --- training cost, decoys, robust attribution ---

def piece_cost_outcome(dataset):
    table = Table(TABLES + "training-cost.csv", dataset)
    parts = []
    for method in "eg", "rrr", "cdep", "integrated_gradients":
        if table.has(method, "times_plain"):
            is_run = table.value(method, "points_run") >= table.value(method, "extra_gradient_calls")
            parts.append(f"{title(method)} {two_places(table.value(method, 'times_plain'))}"
                         + ("" if is_run else " (extrapolated)"))
    return "times a step without a regulariser: " + ", ".join(parts)


def piece_decoy_outcome():
    table = Table(TABLES + "decoy.csv", "decoy_mnist", "fixed")
    return "gained in test accuracy: " + ", ".join(f"{title(method)} {table.show(method, 'gained_accuracy', 3)}"
                                                   for method in table.methods() if table.has(method, "gained_accuracy"))


def piece_fine_tune():
    """What the prior does to maps and accuracy, beside as many steps without it."""
    table = Table(TABLES + "supplementary-table-2.csv", "cifar10")
    gap = Table(TABLES + "fine-tune-controlled-accuracy.csv", "cifar10")
    parts = []
    for kind, text in (("1_epoch", "one epoch"), ("1.25_epochs", "a quarter of an epoch more, at twice the strength")):
        prior, control = f"prior_{kind}", f"control_{kind}"
        value, low, high = (signed(number(gap.rows[prior, f"difference{end}"]["value"]), 3)
                            for end in ("", "_low", "_high"))
        parts.append(f"""after {text}, total variation of expected gradients' maps
            {table.show(prior, "total_variation", 0)} ({table.show(control, "total_variation", 0)} without the prior),
            top-1 accuracy {table.show(prior, "top_1_accuracy", 3)} ({table.show(control, "top_1_accuracy", 3)};
            difference {value}, 95 % from {low} to {high})""")
    return " ".join("; ".join(parts).split()) + f"; n = {table.row('prior_1_epoch', 'top_1_accuracy')['n']}"


def piece_robust_outcome():
    table = Table(TABLES + "robust-attribution.csv", "fashion_mnist")
    return "top-100 intersection under attack: " + ", ".join(f"{title(method)} {table.show(method, 'attack_top', 2)}"
                                                             for method in table.methods()
                                                             if table.has(method, "attack_top"))
