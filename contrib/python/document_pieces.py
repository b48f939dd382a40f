# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces that fill_documents.py puts into the documents, one function each: piece_NAME(*ARGUMENTS)."""
import json
import textwrap

from document_numbers import (Missing, Table, make_table, name_scales, number, read_csv, read_json, signed, times, title,
                              two, wrap)

TABLES = "results/tables/"
MARKS = {"equal": "=", "reproduced": "✓", "close": "≈", "inconclusive": "?", "not reproduced": "✗"}


# --- anything ---

def piece_csv(path):
    """A whole CSV file; columns of numbers stand right."""
    rows = [list(row.values()) for row in read_csv(path)]
    if not rows:
        raise Missing(f"{path} has no rows")
    return make_table(list(read_csv(path)[0]), rows)


def piece_text(path):
    """A text file, as a block of code."""
    try:
        with open(path, encoding="utf-8") as file:
            return "```text\n" + file.read().rstrip() + "\n```"
    except OSError as error:
        raise Missing(f"{path}: {error.strerror}") from error


def piece_digest(scale):
    """The digest of the rows kept of that scale."""
    path = f"results/{scale}/digest"
    try:
        with open(path, encoding="utf-8") as file:
            return f"`{file.readline().split()[1]}`"
    except OSError as error:
        raise Missing(f"{path}: {error.strerror}") from error


def piece_scale(file, dataset=""):
    """The scale of a table's rows, or of those of a data set."""
    return name_scales([row for row in read_csv("results/tables/" + file) if dataset in ("", row["dataset"])])


def piece_replicates(file, dataset, method, metric):
    """How many replicates a metric of a method has in a table."""
    return Table(TABLES + file, dataset).row(method, metric)["n"]


def piece_night_hours():
    """What all experiments take at night scale, by their estimates."""
    rows = [row for row in read_csv("results/times/estimates.csv") if row["scale"] == "night"]
    return f"{sum(number(row['core hours']) for row in rows):.0f} core hours"


def piece_ratio(file, dataset, metric, method, other):
    """A metric of a method over that of another."""
    table = Table(TABLES + file, dataset)
    return f"{table.value(method, metric) / table.value(other, metric):.3f}"


def piece_excerpt(path, first, last):
    """The lines of a source from the one that has the first word to the one that has the last."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError as error:
        raise Missing(f"{path}: {error.strerror}") from error
    begin = next((i for i, line in enumerate(lines) if first in line), None)
    end = next((i for i, line in enumerate(lines) if last in line), None)
    if begin is None or end is None:
        raise Missing(f"{path} has no line with {first if begin is None else last}")
    return "```c\n" + textwrap.dedent("\n".join(lines[begin:end + 1])) + "\n```"


# --- Keep/Remove ---

METRICS = [a + b + c for a in "KR" for b in "PNA" for c in "MRI"]


def piece_keep_remove(dataset, file):
    table = Table(TABLES + file, dataset)
    parts = []
    for metrics in METRICS[:9], METRICS[9:]:
        rows = []
        for method in table.methods():
            if table.published(method, metrics[0]):
                rows.append([title(method), "published", *(table.published(method, metric) for metric in metrics)])
            cells = [f"{table.show(method, metric, 3)} {MARKS.get(table.row(method, metric)['verdict'], '')}".strip()
                     for metric in metrics]
            rows.append(["" if table.published(method, metrics[0]) else title(method), "measured", *cells])
        parts.append(make_table(["method", "", *metrics], rows, 2))
    return "\n\n".join(parts)


def piece_marks():
    return ", ".join(f"{mark} {verdict}" for verdict, mark in MARKS.items())


def piece_equal_to_print(dataset, file, method):
    """In how many of the 18 metrics the measured value has the printed digits."""
    table = Table(TABLES + file, dataset)
    equal = sum(f"{table.value(method, metric):.3f}" == table.published(method, metric) for metric in METRICS)
    return f"{equal} of 18"


# --- Figure 4 ---

def piece_figure_4():
    table = Table(TABLES + "figure-4-table.csv", "nhanes")
    tests = {metric: Table(f"{TABLES}supplementary-tests-{file}.csv", "nhanes")
             for metric, file in (("roc_auc", "roc-auc"), ("gini", "gini"))}
    rows = []
    for method in table.methods():
        cells = [title(method)]
        for metric in "roc_auc", "gini":
            cells += [table.published(method, "test_" + metric), table.show(method, "test_" + metric, 3)]
            if tests[metric].has(method, "difference"):
                cells.append(f"{signed(tests[metric].value(method, 'difference'), 3)}, "
                             f"{two(tests[metric].value(method, 'holm_p'))}")
            else:
                cells.append("")
        rows.append(cells)
    return make_table(["penalty", "ROC-AUC, published", "measured", "sparse prior minus this; Holm's p",
                       "sparsity (Gini), published", "measured", "sparse prior minus this; Holm's p"], rows)


# --- Figure 1 ---

REMEDIES = ["baseline", "eg_prior", "eg_prior_loose", "gradient_prior", "gradient_prior_loose", "weight_decay",
            "noise_augmentation"]


def name_model(table, method):
    strength = f", {table.value(method, 'chosen_strength'):g}" if table.has(method, "chosen_strength") else ""
    return title(method) + strength


def piece_figure_1(dataset):
    """Figure 1 (mnist) or 2 (cifar10)."""
    table = Table(TABLES + "image-noise.csv", dataset)
    smooth = Table(TABLES + "image-noise-smoothness.csv", dataset)
    tests = Table(TABLES + "image-noise-tests.csv", dataset)
    rows = []
    for method in filter(lambda method: table.has(method, "test_accuracy"), REMEDIES):
        gain = ""
        if tests.has(method, "difference_low"):
            low, high = (tests.value(method, f"difference_{end}") for end in ("low", "high"))
            gain = f"{low:.3f} to {high:.3f}"
        rows.append([name_model(table, method), table.show(method, "test_accuracy", 3),
                     table.published(method, "test_accuracy"),
                     table.show(method, "noisy_accuracy_0.5", 2), table.show(method, "robustness_area", 3), gain,
                     smooth.show(method, "total_variation", 0)])
    return make_table(["model, strength by the paper's rule", "test accuracy", "published", "at noise of sd 0.5",
                       "mean over the noise curve", "minus the baseline's, 95 %",
                       "total variation of maps"], rows)


def piece_prior_less(method):
    """The EG prior's mean over the noise curve less another model's, with its interval."""
    tests = Table(TABLES + "image-noise-tests-of-prior.csv", "mnist")
    values = [tests.value(method, f"difference{end}") for end in ("", "_low", "_high")]
    return f"{values[0]:.3f} (95 % from {values[1]:.3f} to {values[2]:.3f})"


# --- Figure 3 ---

def over_splits(dataset, method):
    """Mean difference to the network over splits of the patients, and its corrected p."""
    tests = Table(TABLES + "graph-prior-tests.csv", dataset, "fixed")
    if not tests.has(method, "difference"):
        return ""
    return f"{signed(tests.value(method, 'difference'), 3)}, {two(tests.value(method, 'corrected_p'))}"


def piece_drug_response(dataset):
    table = Table(TABLES + "graph-prior.csv", dataset)
    tests = Table(TABLES + "graph-prior-tests.csv", dataset)
    maps = Table(TABLES + "graph-prior-attributions.csv", dataset)
    methods = [method for method in table.methods() if table.has(method, "test_r2")]
    is_published = any(table.published(method, "test_r2") for method in methods)
    has_truth = any(maps.has(method, "truth_roc_auc") for method in methods)
    rows = []
    for method in methods:
        test = f"{tests.value(method, 't'):.2f}, {two(tests.value(method, 'p'))}" \
            if tests.has(method, "t") else ""
        interval = f"{table.value(method, 'test_r2_low'):.2f} to {table.value(method, 'test_r2_high'):.2f}" \
            if table.has(method, "test_r2_low") else ""
        penalty = maps.value(method, "graph_penalty") if maps.has(method, "graph_penalty") else 0
        cells = [title(method), table.show(method, "test_r2", 3), interval, test, over_splits(dataset, method),
                 table.show(method, "within_r2", 3), two(penalty) if penalty else ""]
        if is_published:
            cells.insert(1, table.published(method, "test_r2"))
        if has_truth:
            cells += [maps.show(method, "truth_roc_auc", 2), maps.show(method, "significant_relevant_sets", 1)]
        rows.append(cells)
    head = ["model", "test R2", "95 % over patients", "one split: t, p against the network",
            "over splits: less the network's, p", "R2 within drugs", "graph penalty"]
    if is_published:
        head.insert(1, "published")
    if has_truth:
        head += ["finds the acting genes (ROC-AUC)", "acting sets found, of 4"]
    return make_table(head, rows)


def piece_graph_prior(dataset):
    """The prior against the network without one, by both designs."""
    table = Table(TABLES + "graph-prior.csv", dataset)
    tests = Table(TABLES + "graph-prior-tests.csv", dataset)
    pairs = Table(TABLES + "graph-prior-tests.csv", dataset, "fixed")
    return wrap(f"""The network with the prior has a test R2 of {table.value('graph_prior', 'test_r2'):.3f}, the one
        without {table.value('neural_network', 'test_r2'):.3f}:
        t = {tests.value('graph_prior', 't'):.2f}, p = {two(tests.value('graph_prior', 'p'))} over
        {tests.row('graph_prior', 't')['n']} retrainings of each on one split of the patients, as the paper
        compares them. In pairs over {pairs.row('graph_prior', 'difference')['n']} splits it is
        {signed(pairs.value('graph_prior', 'difference'), 3)},
        p = {two(pairs.value('graph_prior', 'corrected_p'))} (Nadeau and Bengio's correction). On gradients the
        prior comes to {table.value('gradient_graph_prior', 'test_r2'):.3f}, with a random graph to
        {table.value('random_graph_prior', 'test_r2'):.3f}, with a rewired one to
        {table.value('rewired_graph_prior', 'test_r2'):.3f}.""")


def piece_expression(*datasets):
    """What expression adds (the ridge on genes with free drugs), and which models are above the drug's mean."""
    sentences = []
    for dataset in datasets:
        table, splits = (Table(TABLES + "graph-prior.csv", dataset, protocol) for protocol in ("paper", "fixed"))
        low, high = (table.value("gene_ridge", "within_r2_" + end) for end in ("low", "high"))
        mean = table.value("drug_mean", "test_r2")
        above = [f"{title(method)} ({table.value(method, 'test_r2'):.3f})" for method in table.methods()
                 if table.has(method, "test_r2") and table.value(method, "test_r2") > mean]
        sentences.append(f"""{title(dataset)}: the ridge has an R2 within drugs of
            {table.show('gene_ridge', 'within_r2', 3)} (95 % over patients from {low:.2f} to {high:.2f}), over
            {splits.row('gene_ridge', 'within_r2')['n']} splits {splits.show('gene_ridge', 'within_r2', 3)}. The
            drug's mean has an R2 of {mean:.3f}; above it are {', '.join(above) or 'no models'}.""")
    return wrap(" ".join(sentences))


def piece_drug_splits(*datasets):
    tables = [Table(TABLES + "graph-prior.csv", dataset, "fixed") for dataset in datasets]
    methods = dict.fromkeys(method for table in tables for method in table.methods() if table.has(method, "test_r2"))
    head, rows = ["model"], [[title(method)] for method in methods]
    for table in tables:
        splits = max(int(row["n"]) for row in table.rows.values())
        head += [f"{title(table.dataset)}, R2 ({table.scale()}, {splits} splits)", "R2 within drugs",
                 "less the network's R2, p"]
        for row, method in zip(rows, methods):
            row += [table.show(method, "test_r2", 3), table.show(method, "within_r2", 3),
                    over_splits(table.dataset, method)]
    return make_table(head, rows)


def piece_drug_variant(dataset, variant):
    """What a variant of a cohort does to the models' R2, on the paper's one split."""
    tables = [Table(TABLES + "graph-prior.csv", name) for name in (dataset, variant)]
    metrics = [("test_r2", "test R2"), ("within_r2", "R2 within drugs"), ("validation_mse", "validation MSE")]
    rows = [[title(method), *(table.show(method, metric, 3) for metric, _ in metrics for table in tables)]
            for method in tables[0].methods() if tables[0].has(method, "test_r2")]
    head = [f"{name}{', ' + title(variant).split(', ')[-1] if table is tables[1] else ''} ({table.scale()})"
            for _, name in metrics for table in tables]
    return make_table(["model", *head], rows)


def piece_notebook():
    rows = {row["id"]: row for row in read_csv("results/claims.csv")}
    cells = []
    for when in "before", "after-1", "after-2":
        row = rows.get("notebook-graph-mse-" + when)
        if not row or not row["measured"]:
            raise Missing(f"results/claims.csv has no measured notebook-graph-mse-{when}")
        cells.append((row["published"], f"{number(row['measured']):.3f}"))
    return make_table(["validation error", "before the prior", "after one epoch of it", "after two"],
                      [[name, *(cell[i] for cell in cells)] for i, name in enumerate(("published", "measured"))])


# --- training cost, decoys ---

def piece_training_cost(dataset):
    table = Table(TABLES + "training-cost.csv", dataset)
    rows = []
    for method in table.methods():
        points, run = (table.value(method, name) for name in ("extra_gradient_calls", "points_run"))
        extrapolated = ", extrapolated" if run < points else ""
        rate = table.value(method, "batches_per_second")
        digits = 3 if rate > 0.0995 else 4
        rows.append([title(method), table.show(method, "batches_per_second", digits) + extrapolated,
                     table.show(method, "times_plain", 2 if table.value(method, "times_plain") < 10 else 0),
                     f"{table.value(method, 'peak_memory'):,.0f}" + extrapolated, f"{run:.0f}" if points else ""])
    return make_table(["training with", "batches a second", "times a step without a regulariser", "peak memory, MB",
                       "points that were run"], rows)


def piece_decoys():
    table = Table(TABLES + "decoy.csv", "decoy_mnist", "fixed")
    rows = []
    for method in table.methods():
        strength = f"{table.value(method, 'chosen_strength'):g}" if table.has(method, "chosen_strength") else ""
        rows.append([title(method), *(table.show(method, f"{name}_accuracy", 3)
                                      for name in ("test", "gained", "dealt")), strength])
    return make_table(["training", "test accuracy, where the square lies", "gained, in pairs",
                       "accuracy with squares permuted", "strength"], rows)


# --- nightly runs ---

def piece_measures():
    """How many measures the reference of nightly runs has."""
    return f"{read_json('results/reference/nightly.jsonl', 0)['measures']:,}"


def piece_last_night():
    """How long the experiments of the last stored nightly run took."""
    path, night = "results/history.jsonl", None
    with open(path, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            night = entry if entry.get("history") == "night" else night
    if not night:
        raise Missing(f"{path} has no line of a nightly run")
    return times(sum(night["seconds"].values()))


def read_replay(*kinds):
    """The lines of egbench-drift --replay of these kinds."""
    rows = [row for row in read_json("results/drift.json")["replay"] if row["kind"] in kinds]
    if not rows:
        raise Missing(f"results/drift.json has no replay of kind {', '.join(kinds)}")
    return rows


def piece_replay_nights():
    """How many runs of each kind were replayed."""
    return f"{read_replay('unpaired')[0]['nights']:,}"


def piece_false_alarms():
    """Alarms of all replayed runs in which nothing changed, those of timings too."""
    row, = read_replay("all")
    return f"{row['alarms']} of {row['nights']:,}"


def piece_false_alarms_apart():
    """The same of the two kinds that are as nightly runs are: other seeds, and timings that scatter as measured."""
    measures, = read_replay("unpaired")
    timings, = (row for row in read_replay("speed") if row["what"].endswith("as measured"))
    return f"{measures['alarms']} about measures, {timings['alarms']} about timings"


def piece_replay(part):
    """unchanged or planted: runs, how many were suspected, how many alarmed."""
    kinds = {"unchanged": ("unpaired", "redrawn", "rounded", "speed", "all"),
             "planted": ("cells", "drawn anew", "slower")}[part]
    rows = [[row["what"] + (", other draws" if row["kind"] == "drawn anew" else ""), f"{row['nights']:,}",
             row["suspected"], row["alarms"], f"{100 * row['low']:.1f} to {100 * row['high']:.1f} %"]
            for row in read_replay(*kinds)]
    return make_table([{"unchanged": "nothing changed", "planted": "planted"}[part], "runs", "suspected", "alarms",
                       "95 %"], rows)


def piece_scatter():
    """How far the costs of the stored nightly runs scatter, as the replay drew from them."""
    scatter = read_json("results/drift.json")["scatter"]
    if not scatter["series"]:
        raise Missing("results/drift.json has no measured scatter: results/history.jsonl needs 10 runs of one machine")
    least, median, largest = (f"{100 * scatter[name]:.1f} %" for name in ("least", "median", "largest"))
    return (f"over {scatter['runs']} runs on one machine within some hours the {scatter['series']} series scatter by "
            f"{least} to {largest}, the middle one by {median}")


def piece_nightly_power():
    """Metrics off by a factor, all numbers drawn anew: in how many measures most runs see it."""
    rows = [[f"{100 * power['size']:g} %", f"{power['measures_seen']:,} of {power['measures']:,}",
             f"{power['metrics_seen']} of {power['metrics']}"] for power in read_json("results/drift.json")["power"]]
    return make_table(["off by, of its root mean square", "measures seen", "metrics seen"], rows)
