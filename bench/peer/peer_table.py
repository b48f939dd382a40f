# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of a comparison: summed up from rounds, as a table, as files."""
import json
import os
import statistics


def spread(values):
    """Median and interquartile range."""
    if len(values) < 2:
        return {"median": values[0], "iqr": 0.0}
    quarters = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": statistics.median(values), "iqr": quarters[2] - quarters[0]}


def sum_up_ours(rounds):
    """rounds: what egbench-peer-step printed, round by round, in one form."""
    return {"seconds": spread([one["seconds"] for one in rounds]),
            "share": statistics.median(one["share"] for one in rounds),
            "operations": rounds[0]["operations"], "direct": rounds[0]["direct"],
            "core": rounds[0]["core"],
            "peak_mb": statistics.median(one["peak_mb"] for one in rounds)}


def sum_up_peer(seconds, ours, peak_mb):
    """seconds of the last rounds of one peer; ours of all of them. The ratio is taken within a round."""
    pairs = [theirs / own["seconds"] for theirs, own in zip(seconds, ours[-len(seconds):])]
    return {"seconds": spread(seconds), "ratio": spread(pairs), "peak_mb": peak_mb}


def show_seconds(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def show_counted(ours):
    """What the share is a share of."""
    counted = f"{ours['operations'] * 1e-9:.3g} GFLOP"
    direct = f" ({ours['direct'] * 1e-9:.3g} directly)"
    return counted + (direct if ours["direct"] > 1.01 * ours["operations"] else "")


def list_heads(pythons):
    names = [python["name"] for python in pythons]
    return (["step", "threads", "egbench", "direct", "share of the limit", "counted", "peak, MB", "beside"]
            + [f"{name}: {what}" for name in names for what in ("best form", "time", "ratio", "peak, MB")])


def list_cells(row, pythons):
    """The table's row; empty where an interpreter has no form of it."""
    ours = row["egbench"]
    cells = [row["step"], str(row["threads"]), show_seconds(ours["seconds"]["median"]),
             show_seconds(row["direct"]["seconds"]["median"]) if row["direct"] else "",
             f"{100 * ours['share']:.0f} %", show_counted(ours), f"{ours['peak_mb']:.0f}", row["beside"]]
    for python in pythons:
        peer = row["peers"].get(python["name"])
        cells += [peer["form"], show_seconds(peer["seconds"]["median"]), f"{peer['ratio']['median']:.2f}",
                  f"{peer['peak_mb']:.0f}"] if peer else [""] * 4
    return cells


def describe_python(python):
    libraries = ", ".join(f"{name} {python[name]}" for name in ("numpy", "captum", "shap") if python[name])
    return (f"{python['name']}: torch {python['torch']}, BLAS {python['blas']}, oneDNN {python['onednn']}, "
            f"{python['instructions']}; {libraries}; Python {python['python']}")


def list_head_lines(results):
    return [f"{results['processor']}, {results['cores']} cores; egbench on OpenBLAS core {results['core']}; medians "
            f"of {results['rounds']} rounds taken in turn", *map(describe_python, results["pythons"])]


def find_worst(row, side):
    """The largest error of the peers' best forms: between the two, or of one side against double precision."""
    errors = [error for peer in row["peers"].values() for error in peer["comparison"].get(side, {}).values()]
    return f"{max(errors):.1g}" if errors else ""


def read_rest(folder, head, measured):
    """The folder's rows but for these pairs of step and threads, which results with this head may take in."""
    path = os.path.join(folder, "peers.json")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        kept = json.load(file)
    rest = [row for row in kept["rows"] if (row["step"], row["threads"]) not in measured]
    others = [name for name, value in head.items() if kept.get(name) != value]
    if rest and others:
        raise SystemExit(f"compare_peers: {path} has rows of other steps, measured with other {', '.join(others)}: "
                         "measure all steps, or give another folder")
    return rest


def order_rows(rows, steps):
    return sorted(rows, key=lambda row: (steps.index(row["step"]), row["threads"]))


def write_results(folder, results):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "peers.json"), "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    pythons = results["pythons"]
    heads = list_heads(pythons) + ["differs", "egbench off double", "peer off double"]
    with open(os.path.join(folder, "peers.md"), "w", encoding="utf-8") as file:
        file.write("".join(f"- {line}\n" for line in list_head_lines(results)) + "\n")
        file.write("| " + " | ".join(heads) + " |\n" + "| --- " * len(heads) + "|\n")
        for row in results["rows"]:
            worst = [find_worst(row, side) for side in ("errors", "ours", "theirs")]
            file.write("| " + " | ".join(list_cells(row, pythons) + worst) + " |\n")
        file.write("\n| step | threads | interpreter | form | seconds, in warming up, or why not |\n"
                   "| --- | --- | --- | --- | --- |\n")
        for row in results["rows"]:
            for tried in row["tried"]:
                what = tried.get("skipped") or f"{tried['seconds']:.4g}"
                file.write(f"| {row['step']} | {row['threads']} | {tried['python']} | {tried['form']} | {what} |\n")
