# SPDX-License-Identifier: GPL-3.0-or-later
"""
Holds the steps of egbench against the same steps in PyTorch and numpy, in turn on the same cores.

Ours writes weights, rows, draws and outcome of a step; the peer does the same and its outcome is compared; each form
that the peer may be written in (peer_forms.py) is timed in warming up, and the fastest in each interpreter then goes
on, a round of one after a round of the other. In the folder given, rows of steps not measured now stay. The last interpreter in double precision is the yardstick: how far each
side's single precision is from it. Exits with 1 when an outcome differs from the peer's by more than the tolerance.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

from peer_forms import FORMS, IMAGES, ONE_THREAD, WITHOUT_DOUBLE, find_faults, why_not
from peer_process import HERE, Peer, Skipped, call_ours, script_words
from peer_table import (list_head_lines, order_rows, read_rest, show_seconds, sum_up_ours, sum_up_peer,
                        write_results)

SLOW_SECONDS = 5  # what takes longer is timed in one round


def describe(paths):
    """The interpreters that have torch and numpy; a line for each that has not."""
    pythons = []
    for path in paths:
        told = subprocess.run([path, os.path.join(HERE, "describe_python.py")], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        found = json.loads(told.stdout) if told.returncode == 0 else {}
        if not found.get("numpy"):
            print(f"compare_peers: {path} is skipped, since it has no torch and numpy")
            continue
        name = "PyTorch " + ".".join(found["torch"].split(".")[:2])
        alike = sum(python["name"].split(" (")[0] == name for python in pythons)
        pythons.append(dict(found, path=path, name=f"{name} ({alike + 1})" if alike else name))
    return pythons


def find_processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")


class Contest:
    """One step beside one way to go about it: the fastest form of each interpreter."""

    def __init__(self, options, step, beside, folder, threads):
        self.step, self.beside, self.threads = step, beside, threads
        self.tried, self.best = [], []
        for python in options.pythons:
            best = None
            for form in FORMS[step][beside]:
                best = self.choose(best, self.start(python, form, folder, options.patience))
            self.best += [best] if best else []

    def start(self, python, form, folder, patience):
        tried = {"python": python["name"], "form": form}
        self.tried.append(tried)
        peer, reason = None, why_not(form, python)
        if not reason:
            try:
                peer = Peer(python, self.step, form, folder, self.threads,
                            patience if "compiled" in form else None)
                tried["seconds"] = peer.pilot
            except Skipped as why:
                reason = str(why)
        if reason:
            tried["skipped"] = reason
        said = f"skipped, {reason}" if reason else show_seconds(peer.pilot)
        print(f"    {python['name']}, {form}: {said}", flush=True)
        return peer

    def choose(self, best, peer):
        if not best or not peer:
            return best or peer
        slower, faster = sorted((best, peer), key=lambda one: -one.pilot)
        slower.stop()
        return faster

    def time(self, is_last):
        for peer in self.best:
            if is_last or peer.pilot < SLOW_SECONDS:
                peer.time()

    def sum_up(self, ours, direct):
        peers, faults = {}, []
        for peer in self.best:
            errors = peer.comparison["errors"]
            peers[peer.python["name"]] = dict(sum_up_peer(peer.seconds, ours, peer.end()), form=peer.form,
                                              comparison=peer.comparison)
            faults += [f"{peer.python['name']}, {peer.form}: {fault}" for fault in find_faults(self.step, errors)]
        return {"step": self.step, "threads": self.threads, "beside": self.beside, "egbench": sum_up_ours(ours),
                "direct": sum_up_ours(direct) if direct else None, "peers": peers, "tried": self.tried,
                "faults": faults}


def time_ours(options, step, threads, *words):
    return json.loads(call_ours(options.program, "--step", step, "--threads", str(threads), *words,
                                threads=threads))


def run_step(options, step, threads, folder):
    """The rows of the table."""
    contests = [Contest(options, step, beside, folder, threads) for beside in FORMS[step]]
    ours, direct = [], []
    for number in range(options.rounds):
        ours.append(time_ours(options, step, threads))
        if step in IMAGES:
            direct.append(time_ours(options, step, threads, "--convolution", "direct"))
        for contest in contests:
            contest.time(number == options.rounds - 1)
    return [contest.sum_up(ours, direct) for contest in contests if contest.best]


def print_row(row):
    ours = row["egbench"]
    said = [f"egbench {show_seconds(ours['seconds']['median'])} ({100 * ours['share']:.0f} % of the limit)"]
    said += [f"direct {show_seconds(row['direct']['seconds']['median'])}"] if row["direct"] else []
    said += [f"{name} {show_seconds(peer['seconds']['median'])} ({peer['form']}), {peer['ratio']['median']:.2f} times"
             for name, peer in row["peers"].items()]
    print(f"{row['step']}, threads {row['threads']}, beside {row['beside']}: " + "; ".join(said), flush=True)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("program", help="egbench-peer-step")
    parser.add_argument("--python", default=sys.executable,
                        help="interpreters with torch and numpy, blank-separated; the last makes the yardstick")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", default=str(os.cpu_count()), help="thread counts, blank-separated")
    parser.add_argument("--steps", default=" ".join(FORMS), help="names, blank-separated")
    parser.add_argument("--patience", type=int, default=120, help="seconds that a compiled form may take to be ready")
    parser.add_argument("--out", help="folder for peers.json and peers.md")
    options = parser.parse_args()
    options.steps = options.steps.split()
    for step in options.steps:
        if step not in FORMS:
            parser.error(f"there is no step '{step}': choose from {', '.join(FORMS)}")
    return options


def list_threads(options, step):
    return [1] if step in ONE_THREAD else [int(word) for word in options.threads.split()]


def read_others(options, head):
    if not options.out:
        return []
    measured = [(step, threads) for step in options.steps for threads in list_threads(options, step)]
    return read_rest(options.out, head, measured)


def run_steps(options, scratch):
    rows = []
    for step in options.steps:
        folder = os.path.join(scratch, step)
        call_ours(options.program, "--step", step, "--write", folder)
        if step not in WITHOUT_DOUBLE:
            subprocess.run(script_words(options.pythons[-1]["path"], step, "double", folder, os.cpu_count()), check=True)
        for threads in list_threads(options, step):
            new = run_step(options, step, threads, folder)
            for row in new:
                print_row(row)
            rows += new
        shutil.rmtree(folder)
    return rows


def main():
    options = read_options()
    options.pythons = describe(options.python.split())
    if not options.pythons:
        return
    results = {"processor": find_processor(), "cores": os.cpu_count(), "rounds": options.rounds,
               "core": time_ours(options, "sparse_plain", 1)["core"],
               "pythons": [{key: value for key, value in python.items() if key != "path"}
                           for python in options.pythons]}
    print("\n".join(list_head_lines(results)), flush=True)
    others = read_others(options, results)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        rows = run_steps(options, scratch)
    if options.out:
        results["rows"] = order_rows(others + rows, list(FORMS))
        write_results(options.out, results)
    faults = [fault for row in rows for fault in row["faults"]]
    for fault in faults:
        print(f"compare_peers: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


main()
