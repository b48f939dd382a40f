# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks: numpy's own for dense layers, torch Sequentials for all, and their files."""
from __future__ import annotations

import json
import os
import sys
from typing import Any, Dict, List, Optional

import numpy as np

from ._errors import EgbenchError
from ._files import read_tensors, write_tensors

METADATA = "egbench.network"


def _softplus(a: np.ndarray) -> np.ndarray:
    return np.maximum(a, 0) + np.log1p(np.exp(-np.abs(a)))


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * a))


# Each with its slope, in terms of its value.
_ACTIVATIONS = {"identity": (lambda a: a, np.ones_like), "relu": (lambda a: np.maximum(a, 0), lambda h: (h > 0) * 1.0),
                "tanh": (np.tanh, lambda h: 1 - h * h), "sigmoid": (_sigmoid, lambda h: h * (1 - h)),
                "softplus": (_softplus, lambda h: -np.expm1(-h))}


def is_torch(model: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def to_numpy(values: Any) -> np.ndarray:
    """An array, or a tensor wherever it lies."""
    return values.detach().cpu().numpy() if hasattr(values, "detach") else np.asarray(values)


class Network:
    """A network of dense layers in numpy: network(X) gives rows x outputs, or rows where there is one output."""

    def __init__(self, text: str, tensors: Dict[str, np.ndarray]):
        self.text = text
        self.layers: List[list] = []  # weights, biases, name of the activation
        for number, item in enumerate(items(text)):
            word = item.split()[0]
            if word == "dense":
                weight = tensors[f"{number}.weight"]
                self.layers.append([weight, tensors.get(f"{number}.bias", np.zeros(len(weight))), "identity"])
            elif item in _ACTIVATIONS and self.layers:
                self.layers[-1][2] = item
            elif word not in ("dropout", "flatten"):
                raise EgbenchError(f"'{item}': without torch, networks of dense layers alone can be loaded")
        self.inputs, self.outputs = self.layers[0][0].shape[1], len(self.layers[-1][0])

    def _values(self, x: np.ndarray) -> List[np.ndarray]:
        values = [np.asarray(x, float)]
        for weight, bias, name in self.layers:
            values.append(_ACTIVATIONS[name][0](values[-1] @ weight.T + bias))
        return values

    def __call__(self, x: np.ndarray) -> np.ndarray:
        out = self._values(x)[-1]
        return out[:, 0] if self.outputs == 1 else out

    def gradient(self, x: np.ndarray, output: int = 0) -> np.ndarray:
        """The gradient of one output at each row."""
        values = self._values(x)
        delta = np.zeros_like(values[-1])
        delta[:, output] = 1
        for (weight, _, name), h in zip(self.layers[::-1], values[:0:-1]):
            delta = (delta * _ACTIVATIONS[name][1](h)) @ weight
        return delta

    def tensors(self) -> Dict[str, np.ndarray]:
        dense = [n for n, item in enumerate(items(self.text)) if item.startswith("dense")]
        return {f"{n}.{part}": layer[i] for n, layer in zip(dense, self.layers)
                for i, part in enumerate(("weight", "bias"))}


def steps(text: str) -> List[str]:
    """The items of a network's text form but the image, with the Flatten that a dense layer after images has before
    it."""
    found: List[str] = []
    marks: Dict[str, bool] = {}
    is_image = False
    for item in (part.strip() for part in text.split(",")):
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
        modules = items(self.text)
        number = len(modules) - 1
        while number > 0 and modules[number].startswith("dropout"):
            number -= 1
        if not modules[number].startswith("dense"):
            raise EgbenchError(f"the model ends with '{modules[number]}': what is explained is a raw output: leave that out")
        return number

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
    """The model in a folder (model.safetensors of an exchange folder), or in a file that save_model wrote: a torch
    Sequential in double precision, or without torch an egbench.Network of dense layers."""
    return Stored.read(os.fspath(path)).build()


def save_model(net: Any, path: Any, shape: Optional[tuple] = None) -> str:
    """Writes a torch Sequential of supported layers (or an egbench.Network) as safetensors with its text form, which
    is returned. shape: (channels, height, width) of a row of images. UnsupportedModule names what there is not."""
    stored = Stored.of(net, shape)
    stored.write(os.fspath(path))
    return stored.text
