# SPDX-License-Identifier: GPL-3.0-or-later
"""What egbench-peer-step writes, and the loop that times a step on demand."""
import json
import math
import os
import resource
import sys
import time

import numpy

ENOUGH_SECONDS = 0.2  # a timing repeats short steps for so long
LONG_SECONDS = 0.5  # longer steps are warm after the first


def read_array(folder, name):
    """folder/name.npy, or None where the step has none."""
    path = os.path.join(folder, name + ".npy")
    return numpy.load(path) if os.path.exists(path) else None


def read_tensors(folder, name):
    """The float32 arrays of folder/name.safetensors by name, and the notes beside them."""
    with open(os.path.join(folder, name + ".safetensors"), "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        data = file.read()
    notes = header.pop("__metadata__", {})
    arrays = {}
    for key, entry in header.items():
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[begin:end], "<f4")
        arrays[key] = values.reshape(entry["shape"]).copy()
    return arrays, notes


def relative_error(found, wanted):
    """|found - wanted| / |wanted| in the Euclidean norm."""
    found, wanted = (numpy.asarray(a, numpy.float64).ravel() for a in (found, wanted))
    return float(numpy.linalg.norm(found - wanted) / numpy.linalg.norm(wanted))


def write_double(folder, outcome):
    """Keeps what double precision came to."""
    numpy.savez(os.path.join(folder, "double.npz"), **outcome)


def compare_outcomes(folder, ours, theirs):
    """Errors between the two, and of each against double precision where that is in the folder."""
    comparison = {"errors": {what: relative_error(theirs[what], ours[what]) for what in ours}}
    path = os.path.join(folder, "double.npz")
    if os.path.exists(path):
        with numpy.load(path) as exact:
            for side, found in ("ours", ours), ("theirs", theirs):
                comparison[side] = {what: relative_error(found[what], exact[what]) for what in ours}
    return comparison


def skip(why):
    """Tells why there is nothing to time here, and ends."""
    print(json.dumps({"skipped": " ".join(str(why).split())[:200]}), flush=True)
    sys.exit()


def time_step(step, repeats):
    begin = time.perf_counter()
    for _ in range(repeats):
        step()
    return (time.perf_counter() - begin) / repeats


def warm_up(step):
    """How often to repeat it in one timing, and its time by then. The first run may have to fetch memory."""
    for _ in range(2):
        seconds = time_step(step, 1)
        if seconds > LONG_SECONDS:
            return 1, seconds
    repeats = max(1, min(64, math.ceil(ENOUGH_SECONDS / seconds)))
    return repeats, time_step(step, repeats)


def serve(comparison, step):
    """Tells the errors; then times the step for each line of standard input, the first time in warming up; at its
    end memory."""
    print(json.dumps(comparison), flush=True)
    repeats = 0
    for _ in sys.stdin:
        if repeats:
            seconds = time_step(step, repeats)
        else:
            repeats, seconds = warm_up(step)
        print(json.dumps({"seconds": seconds}), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"peak_mb": peak}), flush=True)
