# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparisons and explanations by egbench-compare."""
from __future__ import annotations

import json
import os
import secrets
import selectors
import shlex
import shutil
import socket
import sys
import tempfile
import traceback
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from ._black_box import BlackBox
from ._errors import EgbenchError, MethodError, ProgramError
from ._models import Stored, is_torch, one_output, to_numpy
from ._programs import find_program, last_line, run_program
from ._result import Result
from ._worker import GREETING, Method, Unit, answer, one_line

_MODEL = "model"  # whose worker is a model that is a function
_LEAST_ROWS, _MOST_PARTS = 20, 10  # of a part of the rows, of parts
_BY_CLASS = ("label", "predicted")
_CLASSES = 1000  # the split of a unit that is a class has these of each split: EG_USER_CLASSES of the program


# --- models and rows ---

class _Data:
    """Rows as the program takes them, and the models."""

    def __init__(self, model: Any, X_train: Any, X_test: Any):
        x_train, x_test = np.asarray(to_numpy(X_train), float), np.asarray(to_numpy(X_test), float)
        for name, x in (("X_train", x_train), ("X_test", x_test)):
            if x.ndim not in (2, 4) or x.shape[1:] != x_train.shape[1:]:
                raise EgbenchError(f"{name}: shape {x.shape}; give rows x features, or rows x channels x height x width, "
                                   f"of the features of X_train, {x_train.shape[1:]}")
        self.shape = x_train.shape[1:] if x_train.ndim == 4 else None
        self.x_train, self.x_test = self._flat(x_train), self._flat(x_test)
        self.models = list(model) if isinstance(model, (list, tuple)) else [model]
        self.box = self.models[0] if isinstance(self.models[0], BlackBox) else None
        if self.box and len(self.models) > 1:
            raise EgbenchError("model: of black boxes give one")
        self.stored = [] if self.box else [Stored.of(one, self.shape) for one in self.models]

    def _flat(self, x: np.ndarray) -> np.ndarray:
        return x if self.shape is None else x.transpose(0, 2, 3, 1).reshape(len(x), -1)

    def outputs_of(self, number: int, x: np.ndarray) -> np.ndarray:
        """What the user's own model gives, rows x outputs."""
        model = self.models[number]
        if not is_torch(model):
            model = self.stored[number].build()
        if not is_torch(model):
            return np.asarray(model(x)).reshape(len(x), -1)
        import copy

        import torch

        x = x if self.shape is None else x.reshape((-1,) + self.shape[1:] + self.shape[:1]).transpose(0, 3, 1, 2)
        with torch.no_grad():
            net = copy.deepcopy(model).cpu().double().eval()
            return net(torch.as_tensor(np.ascontiguousarray(x))).numpy().reshape(len(x), -1)


def _count_parts(units: Union[int, str], rows: int) -> int:
    if units != "auto":
        return max(1, int(units))
    return max(1, min(_MOST_PARTS, rows // _LEAST_ROWS))


def _parts(data: _Data, output: Union[None, int, str], y_test: Any,
           units: Union[int, str]) -> Tuple[List[np.ndarray], str]:
    """The rows of each of a model's folders, and what is to be known of units."""
    outputs, rows = 1 if data.box else data.stored[0].outputs, len(data.x_test)
    if output is None and outputs > 1:
        raise EgbenchError(f"the model has {outputs} outputs: give output=K for one of them; or, where five classes have "
                           "rows, which a verdict takes, output=\"label\" or \"predicted\" for each row's own class")
    if output in _BY_CLASS and outputs > 1:
        if output == "label" and y_test is None:
            raise EgbenchError("output=\"label\": give y_test too")
        if units != "auto":
            raise EgbenchError(f"units={units}: with output=\"{output}\" a unit is a class; leave units out")
        return [np.arange(rows)], f"A unit is a class: two rows or more whose {output} class it is, and their own output."
    if not isinstance(output, (int, np.integer, type(None))) or not 0 <= int(output or 0) < outputs:
        raise EgbenchError(f"output={output!r}: give a number from 0 to {outputs - 1}" +
                           (", \"label\" or \"predicted\"" if outputs > 1 else ""))
    count = _count_parts(units, rows)
    parts = [np.arange(i, rows, count) for i in range(count)]
    if min(map(len, parts)) < 2:
        raise EgbenchError(f"units={units}: {rows} rows to explain are too few: two a unit at least")
    return parts, (f"A unit is one of {count} parts of the rows to explain: the verdict is about other rows of "
                   f"{'this model' if len(data.models) == 1 else 'these models'}, not about other models.")


def _labels(y: Any, rows: int, name: str) -> np.ndarray:
    y = np.asarray(to_numpy(y), float)
    if y.size != rows:
        raise EgbenchError(f"{name}: shape {y.shape} where there are {rows} rows, a label each")
    return y.reshape(-1)


class _Units:
    """The folders of units: of each model one for each part of the rows, which the program takes apart by class."""

    def __init__(self, folder: str, data: _Data, parts: Sequence[np.ndarray], output: Union[None, int, str],
                 y_train: Any = None, y_test: Any = None):
        self.data, self.folder, self.output = data, folder, output
        train, test = {"x_train": data.x_train}, {"x_test": data.x_test}
        if y_train is not None:
            train["y_train"] = _labels(y_train, len(data.x_train), "y_train")
        if y_test is not None:
            test["y_test"] = _labels(y_test, len(data.x_test), "y_test")
        for number, stored in enumerate(data.stored or [None]):
            if stored:
                test["outputs_test"] = data.outputs_of(number, data.x_test)
            for split, part in enumerate(parts):
                unit = os.path.join(folder, f"unit-{split}-{number}")
                os.makedirs(unit)
                if stored:
                    stored.write(os.path.join(unit, "model.safetensors"))
                for name, array in {**train, **{name: array[part] for name, array in test.items()}}.items():
                    np.save(os.path.join(unit, name + ".npy"), np.ascontiguousarray(array, float))
                with open(os.path.join(unit, "config.json"), "w", encoding="utf-8") as file:
                    json.dump({"split": split, "model": number}, file)

    def options(self) -> List[str]:
        return ["--units", self.folder] + _say("--output", self.output)

    def model_of(self, folder: str) -> Any:
        """The model of a folder that the program made: the user's own, unless its weights are others."""
        if self.data.box:
            return self.data.box
        there = Stored.read(folder)
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
            config = json.load(file)
        output = config["split"] % _CLASSES if self.output in _BY_CLASS else int(self.output or 0)
        own, stored = self.data.models[config["model"]], self.data.stored[config["model"]]
        is_own = is_torch(own) and stored.take_output(output).is_same(there)
        return one_output(own, output) if is_own else one_output(there.build())


# --- methods in this process ---

class _Server:
    """Answers the workers of a run, which are relays, with functions of this process, one question at a time."""

    def __init__(self, path: str, methods: Mapping[str, Method], units: _Units, terms: Callable[[str], dict],
                 log_folder: str, errors: str):
        self.methods, self.units, self.terms, self.errors = methods, units, terms, errors
        self.log_folder = log_folder
        self.failures: Dict[str, str] = {}
        self.model_error: Optional[MethodError] = None
        self.selector = selectors.DefaultSelector()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        self.selector.register(self.listener, selectors.EVENT_READ, None)

    def close(self) -> None:
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self.selector.close()

    def serve(self, seconds: float) -> None:
        """Answers what is asked within so many seconds."""
        for key, _ in self.selector.select(seconds):
            if key.fileobj is self.listener:
                link = self.listener.accept()[0]
                self.selector.register(link, selectors.EVENT_READ, {"text": b"", "name": None})
            else:
                self._read(key.fileobj, key.data)  # type: ignore[arg-type]

    def _drop(self, link: socket.socket) -> None:
        self.selector.unregister(link)
        link.close()

    def _read(self, link: socket.socket, state: dict) -> None:
        try:
            data = link.recv(65536)
            state["text"] += data
            while b"\n" in state["text"]:
                line, state["text"] = state["text"].split(b"\n", 1)
                if state["name"] is None:
                    state["name"] = line.decode().split()[0]
                    box = self.units.data.box if state["name"] == _MODEL else None
                    said = GREETING + (" gradients" if box and box.has_gradient else "")
                else:
                    said = self._answer(state["name"], os.fsdecode(line))
                link.sendall((said + "\n").encode())
        except OSError:
            data = b""  # the relay was ended: the program has said why
        if not data:
            self._drop(link)

    def _answer(self, name: str, folder: str) -> str:
        try:
            if name == _MODEL:
                self.units.data.box.answer(folder, self.units.data.shape)
                return "ok"
            unit = Unit(folder, self.units.model_of, self.units.data.shape)
            seconds = answer(self.methods[name], unit, whose=name, **self.terms(name))
            return f"ok {seconds:.6f}"
        except Exception as error:  # a method may raise anything
            text = traceback.format_exc()
            log = os.path.join(self.log_folder, name + ".log")
            with open(log, "a", encoding="utf-8") as file:
                file.write(text)
            if name == _MODEL:  # the program ends by itself, and leaves nothing behind
                self.model_error = MethodError(name, one_line(error), text, log)
                self.model_error.__cause__ = error
            elif self.errors == "raise":
                raise MethodError(name, one_line(error), text, log) from error
            else:
                self.failures.setdefault(name, f"{one_line(error)}; its log: {log}")
            return "failed: " + one_line(error)


# --- the program ---

def _socket_folder() -> str:
    """A new folder whose path is short enough for a socket."""
    folder = tempfile.mkdtemp(prefix="egbench-")
    if len(folder) > 90:
        os.rmdir(folder)
        folder = tempfile.mkdtemp(prefix="egbench-", dir="/tmp")
    return folder


def _say(option: str, value: Any) -> List[str]:
    return [] if value is None else [option, str(value)]


def _per_method(given: Any, name: str) -> Any:
    return given.get(name) if isinstance(given, Mapping) else given


def _check_terms(methods: Iterable[str], kind: Any, baseline: Any) -> None:
    """What numbers mean, before anything runs."""
    for name in methods:
        own, start = _per_method(kind, name), _per_method(baseline, name)
        if own not in (None, "shares", "slopes"):
            raise EgbenchError(f"kind={own!r}: give \"shares\" or \"slopes\"")
        if start not in (None, "rows", "mean", "zero"):
            raise EgbenchError(f"baseline={start!r}: give \"rows\", \"mean\" or \"zero\"")


def compare(methods: Mapping[str, Method], *, model: Any, X_train: Any, X_test: Any, y_test: Any = None,
            y_train: Any = None, output: Union[None, int, str] = None, kind: Union[str, Mapping[str, str]] = "shares",
            baseline: Union[None, str, Mapping[str, str]] = None, metrics: Union[None, str, Sequence[str]] = None,
            reference: str = "expected_gradients", units: Union[int, str] = "auto", scale: str = "quick",
            seed: int = 0, ask_again: bool = False, retrain: bool = False, only: Optional[str] = None,
            threads: Optional[int] = None, time_limit: int = 600, out: Optional[str] = None,
            title: Optional[str] = None, errors: str = "raise", quiet: bool = False) -> Result:
    """Compares functions with the methods of the program, on a model (or several) and rows.

    methods     {name: f}; f(model, X, background, rng) returns attributions shaped as X. model(X) gives the output
                that is explained, a number a row; X and background are tensors where the model is a torch module,
                else arrays; rng is a numpy Generator, the same for the same seed and unit. f runs in this process.
                A parameter samples of f is given the gradients a row that expected gradients spend
    model       a torch module of supported layers (a Sequential, or what torch.fx can trace), an egbench.Network, the
                path of a saved one, or a list; or an egbench.BlackBox, which may be anything and takes longer
    X_train     background rows, rows x features or rows x channels x height x width; X_test: the rows to explain
    output      of several: a number, "label" or "predicted" (a unit is a class then)
    kind        "shares" of the output or "slopes", as gradients are; a dict says it for each name
    baseline    what shares count from: "rows" (all of X_train, the default), "mean", "zero"
    metrics     names or shell patterns of those to judge; reference: the method that others are compared with
    units       parts of X_test, each a unit; "auto": 20 rows at least, 10 at most. Five carry a verdict
    ask_again   ask twelve times more, for max-sensitivity and whether numbers depend on the weights
    scale       "smoke" (a trial), "quick", "night" or "paper": how much each method may spend
    only        a shell pattern of methods, to leave others out; the reference stays. Without it all methods of the
                program run too, which takes many times as long
    threads     of the program, by default all cores; time_limit: seconds for a method on a unit
    out         folder of results, in which numbers of the program's own methods are found again the next time
    title       what page, tables and figures are headed with
    errors      "raise" the exception of a function (MethodError), or "skip" it and go on (Result.failures)
    quiet       leave out the progress on sys.stderr
    """
    if _MODEL in methods:
        raise EgbenchError(f"methods: '{_MODEL}' is the model's name: call the method otherwise")
    if errors not in ("raise", "skip"):
        raise EgbenchError(f"errors={errors!r}: give \"raise\" or \"skip\"")
    _check_terms(methods, kind, baseline)
    program = find_program("egbench-compare")
    data = _Data(model, X_train, X_test)
    parts, note = _parts(data, output, y_test, units)
    keep = None
    if out is None:
        keep = tempfile.TemporaryDirectory(prefix="egbench-results-")
        out = keep.name
    logs = tempfile.mkdtemp(prefix="egbench-log-")
    work = _socket_folder()
    nets = [one.module if isinstance(one, BlackBox) else one for one in data.models]
    modes = [(one, one.training) for one in nets if is_torch(one)]
    server = None
    try:
        for one, _ in modes:
            one.eval()
        made = _Units(os.path.join(work, "units"), data, parts, None if data.box else output, y_train, y_test)
        path = os.path.join(work, "socket")
        server = _Server(path, methods, made, lambda name: {"kind": _per_method(kind, name),
                                                            "baseline": _per_method(baseline, name)}, logs, errors)
        relay = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_relay.py")
        environment = {"EGBENCH_RELAY": shlex.join([sys.executable, "-S", "-E", relay, path])}
        command = [program, *made.options(), "--out", out, "--scale", scale, "--seed", str(seed),
                   "--time-limit", str(time_limit), "--reference", reference]
        command += _say("--threads", threads) + _say("--only", only) + _say("--title", title)
        command += ["--measures", metrics if isinstance(metrics, str) else ",".join(metrics)] if metrics else []
        command += ["--retrain"] * retrain + ["--ask-again"] * (ask_again and bool(methods))
        if data.box:
            command += ["--predict", f'eval "exec $EGBENCH_RELAY" {_MODEL} {secrets.token_hex(4)}']
        for name in methods:  # a function is asked anew in each call, whatever it is: nothing tells if it changed
            command += ["--worker", f'eval "exec $EGBENCH_RELAY" {name} {secrets.token_hex(4)}', "--name", name]
        log = os.path.join(logs, "egbench-compare.log")
        code, text = run_program(command, environment, log, server.serve, quiet)
        if server.model_error:
            raise server.model_error
        report = os.path.join(out, "report", "comparison.jsonl")
        if code and not (server.failures and os.path.exists(report)):
            raise ProgramError(f"{last_line(log)}; its log: {log}", log)
        if not server.failures:
            shutil.rmtree(logs)
        return Result(out, text, list(methods), server.failures, note, title, keep)
    finally:
        if server:
            server.close()
        for one, was in modes:
            one.train(was)
        shutil.rmtree(work, ignore_errors=True)


def explain(model: Any, X: Any, method: str = "expected_gradients", *, background: Any = None,
            output: Optional[int] = None, samples: int = 200, seed: int = 0, threads: Optional[int] = None) -> np.ndarray:
    """What a method of the program says of the rows X, shaped as X. background: the rows that it counts from, X itself by
    default; samples: what it may spend on a row, in gradients."""
    rows = np.asarray(to_numpy(X), float)
    if len(rows) == 0:
        raise EgbenchError("X: there are no rows to explain")
    seen = rows if background is None else np.asarray(to_numpy(background), float)
    twice = [np.concatenate([x, x]) if len(x) == 1 else x for x in (seen, rows)]  # the program takes two at least
    data = _Data(model, *twice)
    if len(data.models) != 1 or data.box:
        raise EgbenchError("model: give one, and no black box: the program explains networks of its own layers")
    if output in _BY_CLASS:
        raise EgbenchError(f"output={output!r}: give the number of the one that is explained")
    parts, _ = _parts(data, output, None, 1)
    with tempfile.TemporaryDirectory(prefix="egbench-") as work:
        made = _Units(os.path.join(work, "units"), data, parts, output)
        log = os.path.join(work, "log")
        command = [find_program("egbench-compare"), *made.options(), "--export", os.path.join(work, "said"),
                   "--attribute", method, "--samples", str(samples), "--seed", str(seed)] + _say("--threads", threads)
        code, _ = run_program(command, {}, log)
        if code:
            raise ProgramError(last_line(log))
        phi = np.load(os.path.join(work, "said", "unit-0-0", "attributions.npy"))[:len(rows)]
    if data.shape:
        channels, height, width = data.shape
        phi = phi.reshape(-1, height, width, channels).transpose(0, 3, 1, 2)
    return phi
