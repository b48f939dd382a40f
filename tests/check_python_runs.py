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


SLEEPER = """
import sys, time
sys.argv[1:] = [sys.argv[1] + "/scratch"]
from check_python_runs import GIVEN, egbench

def mine(*_):
    open(sys.argv[1], "w").close()
    time.sleep(600)

egbench.compare({"mine": mine}, **GIVEN)
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
    """However Python ends, the program and what it started end too."""
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGINT):
        folder = os.path.join(scratch, number.name)
        os.mkdir(folder)
        python = subprocess.Popen([sys.executable, "-c", SLEEPER, folder], stderr=subprocess.DEVNULL,
                                  env={**os.environ, "TMPDIR": folder, "PYTHONPATH": os.pathsep.join(sys.path)})
        try:
            wait_for(lambda: os.path.exists(folder + "/scratch") or python.poll() is not None, 60)
            started = descendants(python.pid)
            assert "egbench-compare" in [name for _, name in started], started
            python.send_signal(number)
            assert python.wait(30) == -number
            wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid, _ in started), 10)
        finally:
            python.kill()
