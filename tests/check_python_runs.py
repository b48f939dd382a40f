# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of how contrib/python/egbench runs the program: progress, budget, its end; check_python.py runs them."""
import contextlib
import functools
import io
import os
import signal
import subprocess
import sys
import time

import egbench
from python_fixture import SMOKE, X_test, X_train, integrated, network, scratch

GIVEN = dict(model=network(), X_train=X_train, X_test=X_test, units=2, metrics=["KPM"], only="mine", **SMOKE)


class Screen(io.StringIO):
    def isatty(self):
        return True


def check_progress():
    def shown(stream, **more):
        with contextlib.redirect_stderr(stream):
            egbench.compare({"mine": integrated}, **GIVEN, **more)
        return stream.getvalue()

    lines = shown(io.StringIO()).splitlines()
    assert lines[0] == "egbench-compare: 4 cells to run", lines
    drawn = shown(Screen())
    assert drawn.startswith("\regbench-compare: 4 cells to run\r") and drawn.endswith(" \r") and "\n" not in drawn, drawn
    assert shown(io.StringIO(), quiet=True) == ""


def check_budget():
    """A method that has a parameter samples is told the scale's; 20 at smoke."""
    told = []

    def mine(model, X, background, rng, samples=None):
        told.append(samples)
        return integrated(model, X, background, rng)

    for method in (mine, functools.partial(mine, samples=7)):
        egbench.compare({"mine": method}, quiet=True, **GIVEN)
    assert told == [20, 20, 7, 7], told


# All methods at the largest scale, on a network that takes long.
LONG = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a background job ignores
sys.modules["torch"] = None  # which takes long to import
import egbench
import numpy as np

width, X = 400, np.random.default_rng(0).normal(size=(90, 4))
net = egbench.Network(f"dense {width}, tanh, dense {width}, tanh, dense 1", {
    "0.weight": np.ones((width, 4)), "2.weight": np.ones((width, width)), "4.weight": np.ones((1, width))})
try:
    egbench.compare({"mine": lambda model, X, *_: X}, model=net, X_train=X, X_test=X, scale="paper", threads=2)
except KeyboardInterrupt:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:  # there is none
        sys.exit(3)
"""


def descendants(pid):
    """Of a process, all that run: (process, its name)."""
    parents = {}
    for each in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{each}/stat", encoding="utf-8", errors="replace") as file:
            name, rest = file.read().split("(", 1)[1].rsplit(")", 1)
            parents.setdefault(int(rest.split()[1]), []).append((int(each), name))
    found = list(parents.get(pid, []))
    for child, _ in found:
        found += parents.get(child, [])
    return found


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happens"
        time.sleep(0.05)


def check_ends():
    """However Python or the call ends, the program and what it started end too."""
    for number, code in ((signal.SIGTERM, -signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 3)):
        folder = os.path.join(scratch, number.name)
        os.mkdir(folder)
        python = subprocess.Popen([sys.executable, "-c", LONG, folder], stderr=subprocess.DEVNULL,
                                  env={**os.environ, "TMPDIR": folder, "PYTHONPATH": os.pathsep.join(sys.path)})

        def is_up():
            assert python.poll() is None
            return "egbench-compare" in [name for _, name in descendants(python.pid)]

        try:
            wait_for(is_up, 60)
            time.sleep(1)
            started = descendants(python.pid)
            python.send_signal(number)
            assert python.wait(30) == code
            wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid, _ in started), 10)
        finally:
            python.kill()
