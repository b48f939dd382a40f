# SPDX-License-Identifier: GPL-3.0-or-later
"""The two sides of a comparison as processes."""
import json
import os
import select
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))

# What the allocator of the C library does as installed, giving memory back after each operation,
# costs PyTorch half its time or more.
TUNED = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(1 << 34)}


class Skipped(Exception):
    """Why a form is not timed."""


def script_words(python, step, form, folder, threads):
    if step == "metrics":
        return [python, os.path.join(HERE, "numpy_metrics.py"), form, folder]
    return [python, os.path.join(HERE, "torch_steps.py"), step, form, folder, str(threads)]


class Peer:
    """A process that does one step in one form whenever it is told to. Skipped where it cannot."""

    def __init__(self, python, step, form, folder, threads, patience):
        self.python, self.form, self.seconds = python, form, []
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads),
                           OPENBLAS_NUM_THREADS=str(threads),
                           TORCHINDUCTOR_CACHE_DIR=os.path.join(os.path.dirname(folder), "compiled"), **TUNED)
        self.process = subprocess.Popen(
            script_words(python["path"], step, form, folder, threads), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        try:
            self.comparison = self.read(patience)
            if "skipped" in self.comparison:
                raise Skipped(self.comparison["skipped"])
            self.pilot = self.ask()
        except Skipped:
            self.stop()
            raise

    def read(self, patience=None):
        if patience and not select.select([self.process.stdout], [], [], patience)[0]:
            raise Skipped(f"not compiled and compared within {patience} s")
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"compare_peers: {self.form} in {self.python['name']} ended with "
                             f"{self.process.wait()}")
        return json.loads(line)

    def ask(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self.read()["seconds"]

    def time(self):
        self.seconds.append(self.ask())

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def end(self):
        """Peak memory in MB."""
        self.process.stdin.close()
        peak = self.read()["peak_mb"]
        self.process.wait()
        self.process.stdout.close()
        return peak


def call_ours(program, *words, threads=1):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS="1")
    return subprocess.run([program, *words], check=True, text=True, env=environment,
                          stdout=subprocess.PIPE).stdout
