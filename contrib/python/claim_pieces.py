# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces about claims, from results/claims.csv: piece_NAME(*ARGUMENTS) as in document_pieces.py."""
import collections

from document_numbers import Missing, Table, make_table, number, read_csv, wrap

TABLES = "results/tables/"
VERDICTS = ["equal", "reproduced", "close", "inconclusive", "not reproduced", "not attempted"]
KINDS = {"stochastic": "number", "deterministic": "number", "ordering": "ordering", "significance": "significance"}


def is_shown(row):
    """Whether the claim was measured and is shown, but not judged."""
    if "not_attempted" not in row:
        raise Missing("results/claims.csv has no column not_attempted; run: make report")
    return row["not_attempted"].startswith("shown")


def piece_claims():
    claims = read_csv("results/claims.csv")
    kinds = ["number", "ordering", "significance"]
    counts = collections.Counter((row.get("kind") or KINDS[row["class"]], row["verdict"]) for row in claims)
    shown = collections.Counter(row.get("kind") or KINDS[row["class"]] for row in claims if is_shown(row))
    extra = sorted({row["verdict"] for row in claims} - set(VERDICTS))
    held = sum(row["verdict"] != "not attempted" for row in claims)
    verdicts = VERDICTS[:-1] + extra + VERDICTS[-1:]
    rows = [[kind, *(counts[kind, verdict] for verdict in verdicts), shown[kind]] for kind in kinds]
    rows.append(["all", *(sum(counts[kind, verdict] for kind in kinds) for verdict in verdicts), shown.total()])
    scales = sorted({row["scale"] for row in claims if row["scale"]})
    unknown = {kind for kind, _ in counts} - set(kinds)
    if unknown:
        raise Missing(f"results/claims.csv has claims of unknown kind: {', '.join(sorted(unknown))}")
    return wrap(f"""Of {len(claims)} numbers, orderings and statements of significance in the paper, in what its
        authors released beside it and in a second paper (Chen et al. 2019), {held} have been compared with a measurement ({' and '.join(scales)} scale,
        seed 0):""") + "\n\n" + make_table(["kind of claim", *verdicts, "of these shown"], rows)


def piece_verdicts(*experiments):
    """How the claims of some experiments came out; "keep-remove:corrgroups60" takes those of one data set."""
    chosen = [experiment.partition(":") for experiment in experiments]
    claims = [row for row in read_csv("results/claims.csv")
              if any(row["experiment"] == name and dataset in ("", row["dataset"]) for name, _, dataset in chosen)]
    if not claims:
        raise Missing(f"results/claims.csv has no claims of {', '.join(experiments)}")
    counts = collections.Counter(row["verdict"] for row in claims)
    shown = sum(is_shown(row) for row in claims)
    return (f"{len(claims)} claims: " + ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
            + (f" ({shown} of these measured: shown, not judged)" if shown else ""))


def piece_absences():
    """Why claims were not attempted: how many, and of which experiments; what was measured and is shown stands first."""
    absent = [row for row in read_csv("results/claims.csv") if row["verdict"] == "not attempted"]
    counts = {True: collections.defaultdict(collections.Counter), False: collections.defaultdict(collections.Counter)}
    for row in absent:
        counts[is_shown(row)][row["not_attempted"]][row["experiment"]] += 1
    rows = [[why, ", ".join(f"{name} {count}" for name, count in own.most_common()), own.total()]
            for kind in (True, False) for why, own in sorted(counts[kind].items())]
    return make_table(["not attempted", "experiments", "claims"], [*rows, ["all", "", len(absent)]], 2)


def piece_misses():
    """Every claim that was not reproduced, with the judge's reason."""
    rows = [[row["statement"].replace("|", "\\|"), row["place"], f"{number(row['published']):g}" if row["published"] else "",
             f"{number(row['measured']):.3g}", row["reason"].replace("|", "\\|")]
            for row in read_csv("results/claims.csv") if row["verdict"] == "not reproduced"]
    return make_table(["claim", "place", "published", "measured", "why"], rows, 2)


def piece_headlines():
    """One line for each of five experiments: a number of the paper beside ours, and how many claims came back."""
    def came_back(experiment, dataset):
        verdicts = [row["verdict"] for row in read_csv("results/claims.csv")
                    if (row["experiment"], row["dataset"]) == (experiment, dataset) and row["verdict"] != "not attempted"]
        return f"{sum(verdict in ('equal', 'reproduced', 'close') for verdict in verdicts)} of {len(verdicts)}"

    rows = []
    for name, file, dataset, method in (("Table 1: KPM of expected gradients", "table-1.csv", "corrgroups60", "expected_gradients"),
                                        ("Supplementary Table 1: KPM of gradients", "supplementary-table-1.csv",
                                         "independentlinear60", "gradients")):
        table = Table(TABLES + file, dataset)
        rows.append([name, table.published(method, "KPM"), table.show(method, "KPM", 3), came_back("keep-remove", dataset)])
    tests = Table(TABLES + "image-noise-tests.csv", "mnist")
    gain, low, high = (tests.value("eg_prior", f"difference{end}") for end in ("", "_low", "_high"))
    rows.append(["Figure 1: accuracy under noise, EG prior less baseline", "above 0",
                 f"{gain:.3f} (95 % from {low:.3f} to {high:.3f})", came_back("image-noise", "mnist")])
    drugs = Table(TABLES + "graph-prior.csv", "beataml")
    rows.append(["Figure 3: R2 with the graph prior; without",
                 "; ".join(drugs.published(method, "test_r2") for method in ("graph_prior", "neural_network")),
                 "; ".join(drugs.show(method, "test_r2", 3) for method in ("graph_prior", "neural_network")),
                 came_back("graph-prior", "beataml")])
    sparse = Table(TABLES + "figure-4-table.csv", "nhanes")
    rows.append(["Figure 4: sparsity with the sparse prior; without",
                 "; ".join(sparse.published(method, "test_gini") for method in ("sparse_prior", "unregularised")),
                 "; ".join(sparse.show(method, "test_gini", 3) for method in ("sparse_prior", "unregularised")),
                 came_back("sparsity", "nhanes")])
    return make_table(["experiment", "published", "measured", "claims that came back"], rows)
