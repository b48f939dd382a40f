# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker's side of src/run/worker.h: it reads a unit's folder, asks the method, and leaves its numbers there."""
from __future__ import annotations

import functools
import inspect
import json
import os
import sys
import time
import traceback
from typing import Any, Callable, Optional

import numpy as np

from ._models import is_torch, load_model, one_output, to_numpy

GREETING = "egbench-worker 1"
Method = Callable[..., Any]  # of model, X, background, rng and, where it takes them, samples


class Unit:
    """What a folder holds: config, x_train, x_test, and the model with the weights there."""

    def __init__(self, folder: str, model: Optional[Any] = None, shape: Optional[tuple] = None):
        self.folder = folder
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
            self.config = json.load(file)
        self.x_train, self.x_test = (np.load(os.path.join(folder, name + ".npy")) for name in ("x_train", "x_test"))
        self.model = model(folder) if model else one_output(load_model(folder))
        self.shape = shape  # of a row as the user has it, channels first

    def rows(self, x: np.ndarray) -> Any:
        """Rows as the model takes them: a tensor for a torch module."""
        if self.shape:
            channels, height, width = self.shape
            x = x.reshape(-1, height, width, channels).transpose(0, 3, 1, 2)
        if not is_torch(self.model):
            return x
        import torch

        first = next(iter(self.model.parameters()), torch.zeros(()))
        return torch.as_tensor(np.ascontiguousarray(x)).to(first.device, first.dtype)

    def flat(self, phi: Any, count: int, whose: str) -> np.ndarray:
        """Attributions as rows x features, channels last."""
        phi = np.asarray(to_numpy(phi), float)
        wanted = (count,) + (tuple(self.shape) if self.shape else self.x_test.shape[1:])
        if phi.shape != wanted:
            raise ValueError(f"{whose} returned numbers of shape {phi.shape} where X has {wanted}")
        if not np.isfinite(phi).all():
            first = np.argwhere(~np.isfinite(phi))[0]
            raise ValueError(f"{whose} returned numbers that are not finite, first at {first}")
        return phi.transpose(0, 2, 3, 1).reshape(count, -1) if self.shape else phi


def _budget(method: Method, samples: int) -> dict:
    """The argument samples of a method that has a parameter of that name and is not given it by functools.partial."""
    if isinstance(method, functools.partial) and "samples" in method.keywords:
        return {}
    try:
        return {"samples": samples} if "samples" in inspect.signature(method).parameters else {}
    except (TypeError, ValueError):  # it has no signature
        return {}


def answer(method: Method, unit: Unit, kind: Optional[str] = None, baseline: Optional[str] = None,
           whose: str = "the method") -> float:
    """Asks the method about the unit and writes what it says; the seconds that it took."""
    config = unit.config
    rng = np.random.default_rng([config["seed"], config["split"], config.get("model", 0)])
    background = unit.rows(unit.x_train)
    parts = {"attributions.npy": unit.x_test}
    if config.get("explain_train"):
        parts["attributions_train.npy"] = unit.x_train[:config["explain_train"]]
    budget = _budget(method, config["samples"])
    seconds = 0.0
    for name, x in parts.items():
        rows = unit.rows(x)
        start = time.perf_counter()
        phi = method(unit.model, rows, background, rng, **budget)
        seconds += time.perf_counter() - start if name == "attributions.npy" else 0
        np.save(os.path.join(unit.folder, name), unit.flat(phi, len(x), whose))
    if kind or baseline:
        config.update({key: value for key, value in (("kind", kind), ("baseline", baseline)) if value})
        with open(os.path.join(unit.folder, "config.json"), "w", encoding="utf-8") as file:
            json.dump(config, file)
    return seconds


def one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:800]


def serve(method: Method, kind: Optional[str] = None, baseline: Optional[str] = None) -> None:
    """Answers egbench-compare --worker 'python3 FILE' to its end: call it last in FILE.

    method(model, X, background, rng) returns attributions of the rows X; model(X) gives the output, a number a row; it
    is a torch module, or without torch an egbench.Network. A parameter samples is given what may be spent on a row, in
    gradients. kind: "shares" (the default) or "slopes"; baseline: "rows" (the default), "mean", "zero" or a file in the
    unit's folder. What the method prints goes to standard error, the log.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # standard output is for answers alone
    print(GREETING, file=answers, flush=True)
    for line in sys.stdin:
        try:
            said = f"ok {answer(method, Unit(line.rstrip(chr(10))), kind, baseline):.6f}"
        except Exception as error:  # a method may raise anything
            traceback.print_exc()
            said = "failed: " + one_line(error)
        sys.stdout.flush()
        sys.stderr.flush()
        print(said, file=answers, flush=True)
