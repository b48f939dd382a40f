# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces about speed, from results/peers: piece_NAME(*ARGUMENTS) as in document_pieces.py."""
from document_numbers import Missing, duration, make_table, read_json, two_places, wrap

PEERS = "results/peers/peers.json"
SCALING = "results/growth/scaling.txt"
STEPS = {
    "sparse_plain": "sparsity network, an epoch of 100 rows",
    "sparse_prior": "sparsity network with the sparse prior, 100 references each",
    "graph_plain": "drug response, a step of 32 with L1",
    "graph_prior": "drug response, alternating updates with the graph prior, k = 10",
    "mnist_plain": "MNIST network of the paper, a step of 50",
    "mnist_prior": "MNIST network, with the EG prior, k = 1",
    "mnist_robust": "MNIST network with IG-NORM, 4 steps of its search, m = 10",
    "vgg16_plain": "VGG16 for 32 x 32, a step of 128",
    "vgg16_prior": "VGG16 for 32 x 32, with the EG prior, k = 1",
    "vgg16_224_plain": "VGG16 for 224 x 224, a step of 4",
    "vgg16_224_prior": "VGG16 for 224 x 224, with the EG prior, k = 1",
    "explain": "EG of 1000 rows, 200 references each",
    "metrics": "the 18 Keep/Remove metrics of a split, one thread",
}
PLAIN = "PyTorch"
SHARE_AIM = 0.75
STEADY_FACTOR, STEADY_SPREAD = 1.5, 0.5
# How many times as long as ours the newest peer is to take.
AIMS = {
    ("sparse_plain", PLAIN): 2,
    ("mnist_plain", PLAIN): 1.6,
    ("mnist_prior", PLAIN): 2.2,
    ("vgg16_plain", PLAIN): 2,
    ("vgg16_prior", PLAIN): 2.5,
    ("vgg16_224_plain", PLAIN): 2,
    ("vgg16_224_prior", PLAIN): 2.5,
    ("explain", "PyTorch, one batch"): 5,
    ("metrics", "as SHAP's benchmark does it"): 100,
    ("metrics", "numpy, all rows at once"): 20,
}


def read_rows():
    """The rows of each step at the most threads that it was timed on."""
    rows = read_json(PEERS)["rows"]
    most = {}
    for row in rows:
        most[row["step"]] = max(row["threads"], most.get(row["step"], 0))
    rows = [row for row in rows if row["threads"] == most[row["step"]]]
    unknown = {row["step"] for row in rows} - set(STEPS)
    if unknown:
        raise Missing(f"{PEERS} has unknown steps: {', '.join(sorted(unknown))}")
    return rows


def read_names():
    return [python["name"] for python in read_json(PEERS)["pythons"]]


def is_steady(row, name):
    """Do the rounds agree with one another and with the warming up, within a factor? Where they do not, something
    else than the step was timed, as subnormal numbers that one step leaves to the next."""
    peer = row["peers"][name]
    seconds = peer["seconds"]
    warm = [tried["seconds"] for tried in row["tried"]
            if (tried["python"], tried["form"]) == (name, peer["form"]) and "seconds" in tried]
    return seconds["iqr"] < STEADY_SPREAD * seconds["median"] and \
        all(1 / STEADY_FACTOR < seconds["median"] / tried < STEADY_FACTOR for tried in warm)


def name_step(row):
    beside = "" if row["beside"] == PLAIN else f"; {row['beside'].removeprefix('PyTorch, ')}"
    return STEPS[row["step"]] + beside


def name_form(row, peer):
    """Where there was a choice."""
    is_choice = len({tried["form"] for tried in row["tried"]}) > 1
    return f" ({peer['form'].replace('channels_last', 'channels last').replace('func', 'torch.func')})" \
        if is_choice else ""


def show_peer(row, name):
    peer = row["peers"].get(name)
    return duration(peer["seconds"]["median"]) + name_form(row, peer) if peer else ""


def show_ratio(row, name, mark="*"):
    peer = row["peers"].get(name)
    return two_places(peer["ratio"]["median"]) + ("" if is_steady(row, name) else mark) if peer else ""


def show_memory(row, names):
    peers = [row["peers"].get(name) for name in names]
    return "; ".join([f"{row['egbench']['peak_mb']:.0f}"] + [f"{peer['peak_mb']:.0f}" if peer else "-" for peer in peers])


def show_share(row):
    ours = row["egbench"]
    direct = f", {ours['direct'] * 1e-9:.3g} directly" if ours["direct"] > 1.01 * ours["operations"] else ""
    return f"{100 * ours['share']:.0f} % ({ours['operations'] * 1e-9:.3g} GFLOP{direct})"


def make_peer_table(rows):
    names = read_names()
    head = ["step", "egbench", *(f"best {name} (form)" for name in names), "ratio to each",
            "share of the limit (fewest operations)", "peak memory, MB"]
    cells = [[name_step(row), duration(row["egbench"]["seconds"]["median"]),
              *(show_peer(row, name) for name in names),
              "; ".join(show_ratio(row, name) or "-" for name in names), show_share(row), show_memory(row, names)]
             for row in rows]
    return make_table(head, cells)


def piece_peers():
    return make_peer_table(read_rows())


def piece_peer_steady():
    """Rows whose times are not to be trusted, with both of their times."""
    lines = []
    for row in read_rows():
        for name in read_names():
            if name in row["peers"] and not is_steady(row, name):
                peer = row["peers"][name]
                warm = ", ".join(duration(tried["seconds"]) for tried in row["tried"]
                                 if (tried["python"], tried["form"]) == (name, peer["form"]) and "seconds" in tried)
                rounds = f"the rounds (interquartile range {duration(peer['seconds']['iqr'])})" \
                    if peer["seconds"]["iqr"] else "one round"
                lines.append(f"- {name_step(row)}, {name}{name_form(row, peer)}: {duration(peer['seconds']['median'])} in "
                             f"{rounds}, {warm} in warming up")
    if not lines:
        return wrap(f"""Rounds and warming up of the other side agree within a factor of {STEADY_FACTOR:g} in every row.""")
    return wrap(f"""Rows with * are not steady: the other side's rounds are more than a factor of {STEADY_FACTOR:g} off
        the warming up of the same form, or spread over half of their median. A step of a deep network can leave
        subnormal numbers that slow the next one in PyTorch; `make bench-peer` has PyTorch flush them
        to zero, which rows measured earlier do not show. Such rows meet no aim, whatever the ratio:""") + "\n\n" + "\n".join(
            wrap(line).replace("\n", "\n  ") for line in lines)


def piece_peer_short(*steps):
    """Times and ratios of some steps alone, for a page with little room."""
    rows = {row["step"]: row for row in read_rows() if row["beside"] in (PLAIN, "numpy, all rows at once")}
    missing = [step for step in steps if step not in rows]
    if missing:
        raise Missing(f"{PEERS} has no step {', '.join(missing)}")
    cells = [[name_step(rows[step]), duration(rows[step]["egbench"]["seconds"]["median"]),
              *(duration(rows[step]["peers"][name]["seconds"]["median"]) for name in read_names()),
              "; ".join(show_ratio(rows[step], name, " (not steady)") for name in read_names())] for step in steps]
    return make_table(["step", "egbench", *read_names(), "ratio"], cells)


def piece_peer_versions():
    results = read_json(PEERS)
    threads = max(row["threads"] for row in results["rows"])
    lines = [wrap(f"""{results['processor']}, {threads} threads; egbench on OpenBLAS core {results['core']}; medians of
        {results['rounds']} rounds taken in turn.""")]
    for python in results["pythons"]:
        libraries = "".join(f", {name} {python[name]}" for name in ("numpy", "captum", "shap") if python[name])
        lines.append(wrap(f"- {python['name']}: torch {python['torch']}, BLAS {python['blas']}, oneDNN {python['onednn']}, "
                          f"{python['instructions']}{libraries}, Python {python['python']}").replace("\n", "\n  "))
    return "\n".join(lines[:1] + [""] + lines[1:])


def piece_peer_forms():
    """What each form took in the warming up that chose between them."""
    forms = list(dict.fromkeys(tried["form"] for row in read_rows() for tried in row["tried"]))
    rows = []
    for row in read_rows():
        for name in read_names():
            found = {tried["form"]: duration(tried["seconds"]) if "seconds" in tried else "skipped"
                     for tried in row["tried"] if tried["python"] == name}
            if len(found) > 1:
                rows.append([name_step(row), name, *(found.get(form, "") for form in forms)])
    used = [i for i in range(len(forms)) if any(row[2 + i] for row in rows)]
    return make_table(["step", "beside", *(forms[i] for i in used)],
                      [row[:2] + [row[2 + i] for i in used] for row in rows], 2)


def piece_convolution_forms():
    rows = [[STEPS[row["step"]], duration(row["direct"]["seconds"]["median"]),
             duration(row["egbench"]["seconds"]["median"]),
             two_places(row["direct"]["seconds"]["median"] / row["egbench"]["seconds"]["median"]),
             f"{row['direct']['peak_mb']:.0f}; {row['egbench']['peak_mb']:.0f}"]
            for row in read_rows() if row["direct"]]
    return make_table(["step", "direct", "winograd", "ratio", "peak memory, MB"], rows)


def piece_peer_aims():
    """Each aim against the newest peer, and of each row against the limit: met, or by how much not."""
    newest = read_names()[-1]
    rows, shares = [], {}
    for row in read_rows():
        aim = AIMS.get((row["step"], row["beside"]))
        peer = row["peers"].get(newest)
        shares[row["step"]] = row["egbench"]["share"]
        if aim and peer:
            found = peer["ratio"]["median"]
            rows.append([name_step(row), f"{aim:g} times {newest}", f"{found:.2f}",
                         "not steady" if not is_steady(row, newest) else "yes" if found >= aim else "no"])
    rows += [[STEPS[step], f"{100 * SHARE_AIM:.0f} % of the limit", f"{100 * share:.0f} %",
              "yes" if share >= SHARE_AIM else "no"] for step, share in shares.items()]
    return make_table(["step", "aim", "measured", "met"], rows, 2)


def read_scaling():
    """What make bench-scaling said: {step: {threads: fields of its line}}, and {step: what a cell on each processor
    keeps of its speed}."""
    steps, cells = {}, {}
    try:
        with open(SCALING, encoding="utf-8") as file:
            for line in file:
                fields = line.split()
                if fields[0] in STEPS and "efficiency" in line:
                    cells[fields[0]] = line.rsplit("efficiency ", 1)[1].strip()
                elif fields[0] in STEPS:
                    steps.setdefault(fields[0], {})[int(fields[1])] = fields
    except OSError as error:
        raise Missing(f"{SCALING}: {error.strerror}") from error
    return steps, cells


def piece_scaling():
    """Predicted speed-up of each step over one thread, and how far a measured time was off its prediction."""
    steps, _ = read_scaling()
    speed_up, over = 7, 11  # fields of a line; the last only where the step was measured
    counts = sorted({threads for points in steps.values() for threads in points} - {1})
    rows = []
    for step, points in steps.items():
        measured = [points[threads][over] for threads in counts if len(points[threads]) > over]
        rows.append([STEPS[step], *(points[threads][speed_up] for threads in counts), measured[-1] if measured else ""])
    return make_table(["step", *(f"{threads} threads" for threads in counts), "measured over predicted"], rows)


def piece_scaling_cells():
    """What steps keep of their speed when each processor runs one."""
    _, cells = read_scaling()
    return make_table(["step", "speed kept"], [[STEPS[step], share] for step, share in cells.items()])
