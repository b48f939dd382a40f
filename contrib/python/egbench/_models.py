# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks: numpy's own for dense layers, torch modules for all, and their files."""
from __future__ import annotations

import json
import math
import os
import sys
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from ._errors import EgbenchError
from ._files import read_tensors, write_tensors

METADATA = "egbench.network"


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * a))


def _softplus(a: np.ndarray, beta: float) -> np.ndarray:
    return (np.maximum(beta * a, 0) + np.log1p(np.exp(-np.abs(beta * a)))) / beta


_erf = np.vectorize(math.erf, otypes=[float])


def _normal(a: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + _erf(a / math.sqrt(2)))


def _silu_slope(a: np.ndarray, _: float) -> np.ndarray:
    return _sigmoid(a) * (1 + a * (1 - _sigmoid(a)))


def _gelu_tanh(a: np.ndarray, _: float) -> np.ndarray:
    return a * _sigmoid(2 * math.sqrt(2 / math.pi) * (a + 0.044715 * a ** 3))


def _gelu_tanh_slope(a: np.ndarray, _: float) -> np.ndarray:
    k = 2 * math.sqrt(2 / math.pi)
    s = _sigmoid(k * (a + 0.044715 * a ** 3))
    return s + a * s * (1 - s) * k * (1 + 3 * 0.044715 * a ** 2)


_ACTIVATIONS = ("identity", "relu", "tanh", "sigmoid", "softplus")  # of a layer, one each; the others are layers
# Each s(a, parameter), its slope, and the parameter where none is given.
_FUNCTIONS = {
    "identity": (lambda a, _: a, lambda a, _: np.ones_like(a), 0),
    "relu": (lambda a, _: np.maximum(a, 0), lambda a, _: (a > 0) * 1.0, 0),
    "tanh": (lambda a, _: np.tanh(a), lambda a, _: 1 - np.tanh(a) ** 2, 0),
    "sigmoid": (lambda a, _: _sigmoid(a), lambda a, _: _sigmoid(a) * (1 - _sigmoid(a)), 0),
    "softplus": (_softplus, lambda a, beta: _sigmoid(beta * a), 1),
    "leaky_relu": (lambda a, slope: np.where(a > 0, a, slope * a), lambda a, slope: np.where(a > 0, 1, slope), 0.01),
    "elu": (lambda a, alpha: np.where(a > 0, a, alpha * np.expm1(np.minimum(a, 0))),
            lambda a, alpha: np.where(a > 0, 1, alpha * np.exp(np.minimum(a, 0))), 1),
    "gelu": (lambda a, _: a * _normal(a),
             lambda a, _: _normal(a) + a * np.exp(-a ** 2 / 2) / math.sqrt(2 * math.pi), 0),
    "gelu_tanh": (_gelu_tanh, _gelu_tanh_slope, 0),
    "silu": (lambda a, _: a * _sigmoid(a), _silu_slope, 0)}


def is_torch(model: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def to_numpy(values: Any) -> np.ndarray:
    """An array, or a tensor wherever it lies."""
    return values.detach().cpu().numpy() if hasattr(values, "detach") else np.asarray(values)


class Network:
    """A network of dense layers, functions of each number and residual additions in numpy: network(X) gives rows x
    outputs, or rows where there is one output."""

    def __init__(self, text: str, tensors: Dict[str, np.ndarray]):
        refuse_torch_alone(text)
        self.text, self._tensors = text, {}
        # Each with what it takes: "add" and "from" the number of the step whose input it is.
        self._steps: List[Tuple[str, Any]] = []
        dense = [f"{number}" for number, item in enumerate(items(text)) if item.startswith("dense")]
        if not dense:
            raise EgbenchError(f"network '{text}': it has no dense layer")
        widths = [tensors[dense[0] + ".weight"].shape[1]]  # of the steps' inputs, and of the output
        marks: Dict[str, int] = {}
        is_active = False  # whether the last layer has its activation
        for item in steps(text):
            word, name, width = item.split()[0], item.split()[-1], widths[-1]
            if word in ("dropout", "flatten"):
                continue
            if is_active and item in _ACTIVATIONS:  # which this one replaces
                del self._steps[-1], widths[-1]
            is_active = item in _ACTIVATIONS
            if word == "mark":
                marks[name] = len(self._steps)
                continue
            if word == "dense":
                number = dense.pop(0)
                weight = tensors[number + ".weight"]
                what: Any = (weight, tensors.get(number + ".bias", np.zeros(len(weight))))
                self._tensors.update({number + ".weight": what[0], number + ".bias": what[1]})
                width = len(weight)
            elif word in _FUNCTIONS:
                function, slope, usual = _FUNCTIONS[word]
                what = (function, slope, usual if item == word else float(name))
            elif name not in marks:
                raise EgbenchError(f"'{item}': there is no mark of that name before it")
            else:
                what, width = marks[name], widths[marks[name]]
                if word == "add" and width != widths[-1]:
                    raise EgbenchError(f"'{item}': {widths[-1]} numbers cannot be added to the mark's {width}")
            self._steps.append((word, what))
            widths.append(width)
        self.inputs, self.outputs = widths[0], widths[-1]

    def _values(self, x: np.ndarray) -> List[np.ndarray]:
        """The steps' inputs, and the output."""
        values = [np.asarray(x, float)]
        for word, what in self._steps:
            a = values[-1]
            if word == "dense":
                values.append(a @ what[0].T + what[1])
            elif is_joint(word):
                values.append(values[what] + (a if word == "add" else 0))
            else:
                values.append(what[0](a, what[2]))
        return values

    def __call__(self, x: np.ndarray) -> np.ndarray:
        out = self._values(x)[-1]
        return out[:, 0] if self.outputs == 1 else out

    def gradient(self, x: np.ndarray, output: int = 0) -> np.ndarray:
        """The gradient of one output at each row."""
        values = self._values(x)
        deltas = [np.zeros_like(a) for a in values]
        deltas[-1][:, output] = 1
        for k in range(len(self._steps) - 1, -1, -1):
            (word, what), delta = self._steps[k], deltas[k + 1]
            if word == "dense":
                deltas[k] += delta @ what[0]
            elif is_joint(word):
                deltas[what] += delta
                deltas[k] += delta if word == "add" else 0
            else:
                deltas[k] += delta * what[1](values[k], what[2])
        return deltas[0]

    def tensors(self) -> Dict[str, np.ndarray]:
        return dict(self._tensors)


def refuse_torch_alone(text: str) -> None:
    """Raises EgbenchError, naming it, where the text has what Network cannot compute."""
    for item in _parts(text):
        if not is_joint(item) and item.split()[0] not in ("dense", "dropout", "flatten", *_FUNCTIONS):
            raise EgbenchError(f"'{item}': without torch there are dense layers, residual additions and functions of each "
                               "number alone: install torch")


def _parts(text: str) -> List[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def steps(text: str) -> List[str]:
    """The items of a network's text form but the image, with the Flatten that a dense layer after images has before
    it."""
    found: List[str] = []
    marks: Dict[str, bool] = {}
    is_image = False
    for item in _parts(text):
        word, name = item.split()[0], item.split()[-1]
        if is_image and word == "dense":
            found.append("flatten")
        is_image = word == "image" or (is_image and word not in ("dense", "flatten"))
        if word == "mark":
            marks[name] = is_image
        if word == "from":
            is_image = marks[name]
        if word != "image":
            found.append(item)
    return found


def is_joint(step: str) -> bool:
    """Whether a step names, adds or goes back to a point of a residual network, and is no module."""
    return step.split()[0] in ("mark", "add", "from")


def items(text: str) -> List[str]:
    """The steps that are modules, in the order of their numbers."""
    return [step for step in steps(text) if not is_joint(step)]


def one_output(model: Any, output: int = 0) -> Any:
    """The model as methods are given it: a number a row."""
    if not is_torch(model):
        return model
    from ._torch import OneOutput

    return OneOutput(model, output)


class Stored:
    """A model as a file has it: its text form and its tensors, by the names of a Sequential."""

    def __init__(self, text: str, tensors: Dict[str, np.ndarray]):
        self.text, self.tensors = text, tensors

    @classmethod
    def of(cls, model: Any, shape: Optional[tuple] = None) -> "Stored":
        if isinstance(model, Stored):
            return model
        if isinstance(model, Network):
            return cls(model.text, model.tensors())
        if is_torch(model):
            from ._torch import describe

            return cls(*describe(model, shape))
        if isinstance(model, (str, os.PathLike)):
            return cls.read(os.fspath(model))
        raise EgbenchError(f"model: a {type(model).__name__} is neither a torch module nor an egbench.Network, nor the "
                           "path of one that was saved")

    @classmethod
    def read(cls, path: str) -> "Stored":
        folder = path if os.path.isdir(path) else os.path.dirname(path)
        file = os.path.join(path, "model.safetensors") if os.path.isdir(path) else path
        tensors, metadata = read_tensors(file)
        text = metadata.get(METADATA)
        config = os.path.join(folder, "config.json")
        if not text and os.path.isfile(config):
            with open(config, encoding="utf-8") as opened:
                text = json.load(opened).get("network")
        if not text:
            raise EgbenchError(f"{file}: it does not tell its layers and activations: save it with egbench.save_model")
        return cls(text, tensors)

    def write(self, path: str) -> None:
        write_tensors(path, self.tensors, {METADATA: self.text})

    def last_dense(self) -> int:
        """Its number; it must be what gives the output."""
        last = [step for step in steps(self.text) if step.split()[0] not in ("dropout", "mark")][-1]
        if not last.startswith("dense"):
            raise EgbenchError(f"the model ends with '{last}': what is explained is a raw output: end with a dense layer")
        return max(number for number, item in enumerate(items(self.text)) if item.startswith("dense"))

    @property
    def outputs(self) -> int:
        return len(self.tensors[f"{self.last_dense()}.weight"])

    def take_output(self, output: int) -> "Stored":
        """The same with this output alone."""
        number = self.last_dense()
        tensors = dict(self.tensors)
        for part in ("weight", "bias"):
            tensors[f"{number}.{part}"] = tensors[f"{number}.{part}"][output:output + 1]
        parts = self.text.split(",")
        at = max(i for i, part in enumerate(parts) if part.strip().startswith("dense"))
        parts[at] = " dense 1" if at else "dense 1"
        return Stored(",".join(parts), tensors)

    def is_same(self, other: "Stored") -> bool:
        return items(self.text) == items(other.text) and self.tensors.keys() == other.tensors.keys() and all(
            np.allclose(array, other.tensors[name], rtol=1e-9, atol=0) for name, array in self.tensors.items())

    def build(self) -> Any:
        """A torch Sequential where torch is there, else a Network."""
        try:
            from ._torch import build
        except ImportError:
            return Network(self.text, self.tensors)
        return build(self.text, self.tensors)


def load_model(path: Any) -> Any:
    """The model in a folder (model.safetensors of an exchange folder), or in a file that save_model wrote: with torch a
    torch module in double precision, which has no gradient(): take torch.autograd.grad. Without torch an egbench.Network
    of dense layers, which has network.gradient(X, output)."""
    return Stored.read(os.fspath(path)).build()


def save_model(net: Any, path: Any, shape: Optional[tuple] = None) -> str:
    """Writes a torch module of supported layers (or an egbench.Network) as safetensors with its text form, which
    is returned. shape: (channels, height, width) of a row of images. UnsupportedModule names what there is not."""
    stored = Stored.of(net, shape)
    stored.write(os.fspath(path))
    return stored.text
