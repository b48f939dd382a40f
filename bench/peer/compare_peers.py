# SPDX-License-Identifier: GPL-3.0-or-later
"""
Holds the steps of egbench against the same steps in PyTorch and numpy, in turn on the same cores.

Ours writes weights, rows, draws and outcome of a step; the peer does the same and its outcome is
compared; then each is timed, a round of one after a round of the other. The peer in double precision
is the yardstick: how far each side's single precision is from it. Exits with 1 when an outcome
differs from the peer's by more than the tolerance.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# Relative, in the Euclidean norm, in single precision. A unit so near a ReLU's kink, or two so near
# the same height in a pool, that rounding decides which way it goes, switches a whole part of the
# gradient. VGG16 has 39 million of them: of the points of the prior none or one switches, of the loss
# about a dozen, and one alone makes 1e-3 of the attributions and 1e-2 of the prior's gradient.
TOLERANCE = 1e-3
TOLERANCES = {("vgg16_plain", "gradient"): 2e-2, ("vgg16_prior", "gradient"): 2e-2,
              ("vgg16_prior", "attributions"): 1e-2}

# What the allocator of the C library does as installed, giving memory back after each operation,
# costs PyTorch half its time or more.
TUNED = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(1 << 34)}

LOOP = "PyTorch, reference by reference"
BATCH = "PyTorch, one batch"
PEERS = {
    "sparse_plain": [("PyTorch", "batch")],
    "sparse_prior": [(LOOP, "loop"), (BATCH, "batch")],
    "graph_plain": [("PyTorch", "batch")],
    "graph_prior": [(BATCH, "batch")],
    "mnist_plain": [("PyTorch", "batch")],
    "mnist_prior": [("PyTorch", "batch")],
    "vgg16_plain": [("PyTorch", "batch")],
    "vgg16_prior": [("PyTorch", "batch")],
    "explain": [(LOOP, "loop"), (BATCH, "batch")],
    "metrics": [("as SHAP's benchmark does it", "reference"), ("numpy, all rows at once", "tuned")],
}


def script_words(python, step, variant, folder, threads):
    if step == "metrics":
        return [python, os.path.join(HERE, "numpy_metrics.py"), variant, folder]
    return [python, os.path.join(HERE, "torch_steps.py"), step, variant, folder, str(threads)]


class Peer:
    """A process that does one step whenever it is told to."""

    def __init__(self, python, step, title, variant, folder, threads):
        self.title, self.seconds, self.peak_mb = title, [], None
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads),
                           OPENBLAS_NUM_THREADS=str(threads), **TUNED)
        self.process = subprocess.Popen(script_words(python, step, variant, folder, threads),
                                        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=environment)
        self.comparison = self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"compare_peers: {self.title} ended with {self.process.wait()}")
        return json.loads(line)

    def time(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        self.seconds.append(self.read()["seconds"])

    def end(self):
        self.process.stdin.close()
        self.peak_mb = self.read()["peak_mb"]
        self.process.wait()


def call_ours(program, *words, threads=1):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS="1")
    return subprocess.run([program, *words], check=True, text=True, env=environment,
                          stdout=subprocess.PIPE).stdout


def spread(values):
    """Median and interquartile range."""
    if len(values) < 2:
        return {"median": values[0], "iqr": 0.0}
    quarters = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": statistics.median(values), "iqr": quarters[2] - quarters[0]}


def exceed(step, errors):
    return [f"{step}: {what} differs by {error:.2g}" for what, error in errors.items()
            if not error <= TOLERANCES.get((step, what), TOLERANCE)]


def run_step(options, step, threads, folder):
    """Rows of the table: ours first, then each peer with how many times as long it takes."""
    peers = [Peer(options.python, step, title, variant, folder, threads)
             for title, variant in PEERS[step]]
    ours = []
    for _ in range(options.rounds):
        out = call_ours(options.program, "--step", step, "--threads", str(threads), threads=threads)
        ours.append(json.loads(out))
        for peer in peers:
            peer.time()
    own = spread([o["seconds"] for o in ours])
    common = {"step": step, "threads": threads, "rounds": options.rounds}
    rows = [dict(common, program="egbench", seconds=own, core=ours[0]["core"],
                 peak_mb=statistics.median(o["peak_mb"] for o in ours),
                 off_double=peers[0].comparison["ours"])]
    for peer in peers:
        peer.end()
        pairs = [theirs / o["seconds"] for theirs, o in zip(peer.seconds, ours)]
        rows.append(dict(common, program=peer.title, seconds=spread(peer.seconds),
                         ratio=spread(pairs), peak_mb=peer.peak_mb,
                         errors=peer.comparison["errors"], off_double=peer.comparison["theirs"],
                         failures=exceed(step, peer.comparison["errors"])))
    return rows


def as_cells(row):
    seconds = row["seconds"]
    ratio = f"{row['ratio']['median']:.1f}" if "ratio" in row else ""
    error = f"{max(row['errors'].values()):.1g}" if "errors" in row else ""
    off_double = f"{max(row['off_double'].values()):.1g}"
    return [row["step"], str(row["threads"]), row["program"], f"{seconds['median'] * 1e3:.2f}",
            f"{seconds['iqr'] * 1e3:.2f}", ratio, f"{row['peak_mb']:.0f}", error,
            off_double]


HEADS = ["step", "threads", "program", "median, ms", "IQR, ms", "ratio", "peak, MB",
         "differs from egbench", "off double"]


def print_row(cells):
    widths = [13, 7, 32, 11, 10, 7, 9, 20, 11]
    print(" ".join(cell.ljust(w) if i in (0, 2) else cell.rjust(w)
                   for i, (cell, w) in enumerate(zip(cells, widths))), flush=True)


def write_results(folder, rows):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "peers.json"), "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=1)
        file.write("\n")
    with open(os.path.join(folder, "peers.md"), "w", encoding="utf-8") as file:
        file.write("| " + " | ".join(HEADS) + " |\n")
        file.write("| --- | ---: | --- |" + " ---: |" * (len(HEADS) - 3) + "\n")
        for row in rows:
            file.write("| " + " | ".join(as_cells(row)) + " |\n")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("program", help="egbench-peer-step")
    parser.add_argument("--python", default=sys.executable, help="with torch and numpy")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", default="1 2", help="thread counts, blank-separated")
    parser.add_argument("--steps", default=" ".join(PEERS), help="names, blank-separated")
    parser.add_argument("--out", help="folder for peers.json and peers.md")
    options = parser.parse_args()
    options.steps = options.steps.split()
    for step in options.steps:
        if step not in PEERS:
            parser.error(f"there is no step '{step}': choose from {', '.join(PEERS)}")
    return options


def main():
    options = read_options()
    rows = []
    print_row(HEADS)
    for step in options.steps:
        with tempfile.TemporaryDirectory() as folder:
            call_ours(options.program, "--step", step, "--write", folder)
            subprocess.run(script_words(options.python, step, "double", folder, os.cpu_count()),
                           check=True)
            for threads in [int(word) for word in options.threads.split()]:
                if step == "metrics" and threads > 1:
                    continue  # neither has work for a second one
                new = run_step(options, step, threads, folder)
                for row in new:
                    print_row(as_cells(row))
                rows += new
    if options.out:
        write_results(options.out, rows)
    failures = [line for row in rows for line in row.get("failures", [])]
    for line in failures:
        print(f"compare_peers: {line}", file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
