# SPDX-License-Identifier: GPL-3.0-or-later
"""Training under attribution priors: the C library's (egbench.h), by ctypes."""
from __future__ import annotations

import ctypes
import ctypes.util
import os
import pathlib
import tempfile
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_size_t, c_uint64, c_void_p
from typing import Callable, Optional, Sequence, Tuple, Union

import numpy as np

from ._errors import EgbenchError, ProgramNotFound
from ._files import read_tensors
from ._models import Network, load_model, refuse_torch_alone, to_numpy
from ._programs import find_program

_LOSSES = {"mse": 0, "bce": 1, "softmax": 2}
_GLOROT_UNIFORM = 0
_SONAME = "libegbench.so.0"
_NUMBERS = POINTER(c_double)
_EVALUATE = ctypes.CFUNCTYPE(c_double, c_void_p, c_size_t, c_size_t, _NUMBERS, _NUMBERS)


class _Error(ctypes.Structure):
    _fields_ = [("status", c_int), ("message", ctypes.c_char * 1024)]


def find_library() -> str:
    """The path of libegbench.so: EGBENCH_LIBRARY, beside the programs (bin/../lib, build/release), else where the linker looks."""
    own = os.environ.get("EGBENCH_LIBRARY")
    if own:
        return own
    try:
        folder = pathlib.Path(find_program()).resolve().parent.parent
        for place in [folder / "lib" / _SONAME, *sorted((folder / "release").glob("libegbench.so.*"))]:
            if place.is_file():
                return str(place)
    except ProgramNotFound:
        pass
    found = ctypes.util.find_library("egbench")
    if not found:
        raise ProgramNotFound(f"{_SONAME} is neither beside the programs nor where the linker looks: "
                              "name it in EGBENCH_LIBRARY, or make install")
    return found


class _Library:
    """The library; a call that fails raises its line."""

    def __init__(self) -> None:
        path = find_library()
        try:
            self._library = ctypes.CDLL(path)
        except OSError as error:
            raise ProgramNotFound(f"{path}: {error}") from None
        self._library.egbench_version.restype = c_char_p

    def call(self, name: str, *arguments) -> None:
        error = _Error()
        if getattr(self._library, name)(*arguments, byref(error)):
            raise EgbenchError(error.message.decode(errors="replace"))

    def make(self, kind: str, *arguments, how: str = "alloc") -> c_void_p:
        handle = c_void_p()
        self.call(f"egbench_{kind}_{how}", byref(handle), *arguments)
        return handle

    def set(self, name: str, *arguments) -> None:
        function = getattr(self._library, f"egbench_{name}")
        function.restype = None
        function(*arguments)


def _pointer(array: np.ndarray):
    return array.ctypes.data_as(_NUMBERS)


def _flatten(rows: np.ndarray, channels: str) -> np.ndarray:
    """Rows x features, of images in the order height x width x channels."""
    rows = np.moveaxis(rows, 1, 3) if rows.ndim == 4 and channels == "first" else rows
    return np.ascontiguousarray(rows.reshape(len(rows), -1), float)


def _check_images(x: np.ndarray, text: str, channels: str) -> None:
    if channels not in ("first", "last"):
        raise EgbenchError(f"channels={channels!r}: give \"first\" or \"last\"")
    if x.ndim != 4:
        if channels == "first":
            raise EgbenchError(f"X is {x.shape}: with channels=\"first\" give rows x channels x height x width")
        return
    shape = x.shape[1:] if channels == "last" else (*x.shape[2:], x.shape[1])
    word = text.split(",")[0].split()
    sizes = word[1].split("x") if len(word) == 2 and word[0] == "image" else []
    if sizes and [str(size) for size in shape] != sizes:
        raise EgbenchError(f"X is {x.shape} with channels {channels}, which is not the text's 'image {word[1]}' (height x "
                           "width x channels): give the other channels=, or rows of that shape")


class Prior:
    """A penalty on attributions that a network is trained under (Erion et al. 2021): strength * Omega(Phi).

    name      "gini", "l1", "l2", "mixed", "laplacian", "total_variation", "mask"; or a function of phi (rows, features) that
              returns Omega and its slope, shaped as phi
    is_global Omega is of mean |phi| over a batch (what the paper's Gini and Laplacian priors are), not of phi
    method    "expected_gradients", or another one that comes from gradients ("integrated_gradients": from the mean of X);
              samples: its points for each row
    edges     laplacian: pairs (i, j) of features; weights: one for each, else 1
    mask      mask: one row of features, or one for each row, which takes batches of all rows; of images, their pixels with
              the channels where X has them
    image     total_variation: (height, width, channels)
    """

    def __init__(self, name: Union[str, Callable[[np.ndarray], Tuple[float, np.ndarray]]], strength: float = 1.0, *,
                 is_global: bool = False, method: str = "expected_gradients", samples: int = 1,
                 edges: Optional[Sequence[Tuple[int, int]]] = None, weights: Optional[Sequence[float]] = None,
                 mask: Optional[np.ndarray] = None, image: Optional[Tuple[int, int, int]] = None):
        self.name, self.strength, self.is_global, self.method, self.samples = name, strength, is_global, method, samples
        self.edges, self.weights, self.image = edges, weights, image
        self.mask = None if mask is None else np.atleast_1d(np.asarray(mask, float))

    def _make(self, library: _Library, features: int, channels: str, keep: list, failures: list) -> c_void_p:
        """The handle; what must outlive it goes into keep as (kind, handle)."""
        if callable(self.name):
            evaluate = self._callback(failures)
            prior = library.make("prior", evaluate, None, how="alloc_own")
            keep.append((None, evaluate))
        else:
            prior = library.make("prior", self.name.encode())
        keep.append(("prior", prior))
        library.set("prior_set_global", prior, int(self.is_global))
        if self.edges is not None:
            ends = np.ascontiguousarray(np.asarray(self.edges, np.uint32).reshape(-1, 2).T)
            weights = None if self.weights is None else np.ascontiguousarray(self.weights, float)
            if weights is not None and len(weights) != ends.shape[1]:
                raise EgbenchError(f"{len(weights)} weights for {ends.shape[1]} edges: give one each")
            graph = library.make("graph", c_size_t(features), c_size_t(ends.shape[1]),
                                 ends[0].ctypes.data_as(c_void_p), ends[1].ctypes.data_as(c_void_p),
                                 None if weights is None else _pointer(weights))
            keep.insert(0, ("graph", graph))
            library.set("prior_set_graph", prior, graph, c_size_t(0))
        if self.mask is not None:
            mask = _flatten(self.mask[None] if self.mask.ndim in (1, 3) else self.mask, channels)
            if mask.shape[1] != features:
                raise EgbenchError(f"a mask of {mask.shape[1]} features for rows of {features}")
            keep.append((None, mask))
            library.set("prior_set_mask", prior, c_size_t(len(mask)), _pointer(mask))
        if self.image is not None:
            library.set("prior_set_image", prior, *(c_size_t(size) for size in self.image), 1)
        return prior

    def _callback(self, failures: list):
        def evaluate(_context, rows, features, phi, slope):
            target = np.ctypeslib.as_array(slope, (rows, features))
            target[:] = 0
            if failures:
                return 0.0
            try:
                omega, target[:] = self.name(np.ctypeslib.as_array(phi, (rows, features)).copy())
                return float(omega)
            except Exception as failure:  # no exception crosses C: train raises it
                failures.append(failure)
                return 0.0
        return _EVALUATE(evaluate)


def _read_back(library: _Library, network: c_void_p, text: str):
    """A Network where it can be one, else a torch module; raises what names the item that is neither."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.safetensors")
        library.call("egbench_network_write", network, path.encode(), 0)
        try:
            refuse_torch_alone(text)
        except EgbenchError:
            return load_model(path)
        return Network(text, read_tensors(path)[0])


def train(text: str, X: np.ndarray, y: np.ndarray, prior: Union[Prior, Sequence[Prior]] = (), *, loss: str = "mse",
          epochs: int = 100, batch: int = 128, rate: float = 0.001, seed: int = 0, threads: int = 1,
          channels: str = "last") -> Network:
    """A network of that text ("dense 32, tanh, dense 1"), trained with Adam on X (rows, features) and y under the priors, whose
    references are X. loss: "mse", "bce" (y 0 or 1, the output log-odds), "softmax" (y class numbers). The same seed gives
    the same bits. Images are rows x height x width x channels, or with channels="first" rows x channels x height x width;
    a prior that is a function has phi in the former order. What egbench.Network cannot compute comes back as a torch
    module, and is refused before it trains where torch is not installed."""
    X, y = np.asarray(to_numpy(X), float), np.ascontiguousarray(to_numpy(y), float)
    if loss not in _LOSSES:
        raise EgbenchError(f"there is no loss '{loss}': choose one of {', '.join(_LOSSES)}")
    if X.ndim < 2 or len(X) == 0 or len(y) != len(X):
        raise EgbenchError(f"X is {X.shape} and y {y.shape}: give rows of features, and for each of them a y")
    _check_images(X, text, channels)
    X = _flatten(X, channels)
    priors = [prior] if isinstance(prior, Prior) else list(prior)
    library, keep, failures = _Library(), [], []
    library.call("egbench_prepare_thread")
    try:
        network = library.make("network", c_size_t(X.shape[1]), text.encode())
        keep.append(("network", network))
        _read_back(library, network, text)  # before it trains in vain
        outputs = library._library.egbench_network_outputs
        outputs.restype = c_size_t
        wanted = len(X) * (1 if loss == "softmax" else outputs(network))
        if y.size != wanted:
            raise EgbenchError(f"y has {y.size} numbers, but {len(X)} rows of this network and loss take {wanted}")
        library.set("network_initialise", network, _GLOROT_UNIFORM, c_uint64(seed))
        training = library.make("training", network, _LOSSES[loss])
        keep.append(("training", training))
        for name, value in dict(epochs=c_size_t(epochs), batch=c_size_t(batch), seed=c_uint64(seed),
                                threads=c_size_t(threads), adam=c_double(rate)).items():
            library.set(f"training_set_{name}", training, value)
        for each in priors:
            explainer = library.make("explainer", network, each.method.encode())
            keep.append(("explainer", explainer))
            background = X.mean(0, keepdims=True) if each.method == "integrated_gradients" else X
            keep.append((None, background))
            library.set("explainer_set_background", explainer, c_size_t(len(background)), _pointer(background))
            library.set("explainer_set_samples", explainer, c_size_t(each.samples))
            library.call("egbench_training_add_prior", training, each._make(library, X.shape[1], channels, keep, failures),
                         explainer, c_double(each.strength))
        library.call("egbench_train", training, c_size_t(len(X)), _pointer(X), _pointer(y))
        if failures:
            raise failures[0]
        return _read_back(library, network, text)
    finally:
        for kind, handle in reversed(keep):
            if kind:
                library.set(f"{kind}_free", handle)
