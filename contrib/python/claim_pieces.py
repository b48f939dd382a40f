# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces about claims, from results/claims.csv: piece_NAME(*ARGUMENTS) as in document_pieces.py."""
import collections

from document_numbers import Missing, make_table, name_scales, number, read_csv, title, wrap

CLAIMS = "results/claims.csv"
CAME_BACK = ["equal", "reproduced", "close"]
JUDGED = [*CAME_BACK, "inconclusive", "not reproduced"]
KINDS = {"stochastic": "number", "deterministic": "number", "ordering": "ordering", "significance": "significance"}


def list_verdicts():
    """Those of a judged claim, then those that leave it unjudged."""
    return JUDGED + sorted({row["verdict"] for row in read_csv(CLAIMS)} - set(JUDGED), reverse=True)


def is_judged(claim):
    return claim["verdict"] in JUDGED


def is_shown(claim):
    """Measured, not judged: of other data, or at too small a scale."""
    if "not_attempted" not in claim:
        raise Missing(f"{CLAIMS} has no column not_attempted; run: make report")
    return claim["not_attempted"].startswith("shown")


def find_claim(name):
    claim = next((row for row in read_csv(CLAIMS) if row["id"] == name), None)
    if not claim:
        raise Missing(f"{CLAIMS} has no claim {name}")
    return claim


def dataset_of(claim):
    """Also of a claim that was not measured."""
    published = {row["id"]: row["dataset"] for row in read_csv("results/published/claims.csv")}
    return claim["dataset"] or published.get(claim["id"], "")


def find_claims(*experiments):
    """The claims of some experiments; "keep-remove:corrgroups60" takes those of one data set."""
    chosen = [experiment.partition(":") for experiment in experiments]
    claims = [row for row in read_csv(CLAIMS)
              if any(row["experiment"] == name and dataset in ("", dataset_of(row)) for name, _, dataset in chosen)]
    if not claims:
        raise Missing(f"{CLAIMS} has no claims of {', '.join(experiments)}")
    return claims


def escape(text):
    return text.replace("|", "\\|")


def piece_claims():
    claims = read_csv(CLAIMS)
    kinds = ["number", "ordering", "significance"]
    counts = collections.Counter((row.get("kind") or KINDS[row["class"]], row["verdict"]) for row in claims)
    held = sum(is_judged(row) for row in claims)
    verdicts = list_verdicts()
    shown = collections.Counter(row.get("kind") or KINDS[row["class"]] for row in claims if is_shown(row))
    rows = [[kind, *(counts[kind, verdict] for verdict in verdicts), shown[kind]] for kind in kinds]
    rows.append(["all", *(sum(row[i + 1] for row in rows) for i in range(len(verdicts) + 1))])
    unknown = {kind for kind, _ in counts} - set(kinds)
    if unknown:
        raise Missing(f"{CLAIMS} has claims of unknown kind: {', '.join(sorted(unknown))}")
    return wrap(f"""Of {len(claims)} numbers, orderings and statements of significance in the paper, in what its
        authors released beside it and in a second paper (Chen et al. 2019), {held} have been judged
        ({name_scales(claims)}, seed 0):""") + "\n\n" + make_table(["kind of claim", *verdicts, "of these shown"], rows)


def piece_verdicts(*experiments):
    """How the claims of some experiments came out."""
    claims = find_claims(*experiments)
    counts = collections.Counter(row["verdict"] for row in claims)
    shown = sum(map(is_shown, claims))
    verdicts = ", ".join(f"{counts[verdict]} {verdict}" for verdict in list_verdicts() if counts[verdict])
    return f"{len(claims)} claims, {name_scales(claims)}: {verdicts}" + (f" ({shown} of them shown)" if shown else "")


def piece_scales():
    """ "night scale for keep-remove, convergence; quick scale for the rest": what most experiments have comes last."""
    experiments = collections.defaultdict(list)
    for name in dict.fromkeys(claim["experiment"] for claim in read_csv(CLAIMS) if claim["scale"]):
        experiments[name_scales(find_claims(name))].append(name)
    *others, most = sorted(experiments, key=lambda scale: len(experiments[scale]))
    parts = [f"{scale} for {', '.join(experiments[scale])}" for scale in others]
    return "; ".join([*parts, most + (" for the rest" if parts else "")])


def name_claim(row):
    """A number's statement with the method, which an ordering's has in its words."""
    is_told = row["kind"] != "number" or not row["method"] or title(row["method"]).lower() in row["statement"].lower()
    return escape(row["statement"]) if is_told else f"{escape(row['statement'])}, {title(row['method'])}"


def piece_misses():
    """Every claim that was not reproduced, with the judge's reason. Of orderings it alone has the numbers: a published
    one is a factor that words are read as, and a measured one is of the first of the two methods."""
    rows = []
    for row in read_csv(CLAIMS):
        if row["verdict"] == "not reproduced":
            has_numbers = row["kind"] != "ordering"
            rows.append([name_claim(row), row["place"],
                         f"{number(row['published']):g}" if has_numbers and row["published"] else "",
                         f"{number(row['measured']):.3g}" if has_numbers else "", escape(row["reason"])])
    return make_table(["claim", "place", "published", "measured", "why"], rows, 2)


def piece_unjudged():
    """Claims without a judgement, by reason and experiment; those that are shown stand first."""
    counts = collections.defaultdict(collections.Counter)
    for row in read_csv(CLAIMS):
        if not is_judged(row):
            counts[not is_shown(row), row["not_attempted"]][row["experiment"]] += 1
    rows = [[why, ", ".join(f"{name} {count}" for name, count in own.most_common()), own.total()]
            for (_, why), own in sorted(counts.items())]
    rows.append(["all", "", sum(row[2] for row in rows)])
    return make_table(["not judged", "experiments", "claims"], rows, 2)
