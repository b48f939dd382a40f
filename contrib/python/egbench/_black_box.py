# SPDX-License-Identifier: GPL-3.0-or-later
"""Models of any kind: a function from rows to numbers."""
from __future__ import annotations

import os
from typing import Any, Callable, Optional

import numpy as np

from ._models import is_torch, to_numpy


class BlackBox:
    """A model of which egbench knows what it gives and nothing more: trees, recurrent networks, anything.

    predict     a function from a numpy array of rows (n x features, or n x channels x height x width) to n numbers, or
                n x 1; or a torch module of any layers
    gradient    a function from the same rows to the gradient at each, shaped as the rows; a torch module has one anyway.
                Without one methods that need gradients are skipped
    output      of a torch module's outputs the one that is explained
    """

    def __init__(self, predict: Callable[[Any], Any], gradient: Optional[Callable[[Any], Any]] = None, output: int = 0):
        self.module = predict if is_torch(predict) else None
        self._predict, self._gradient, self.output = predict, gradient, output
        self.has_gradient = gradient is not None or self.module is not None

    def _tensor(self, x: Any) -> Any:
        import torch

        first = next(iter(self.module.parameters()), torch.zeros(()))
        return torch.as_tensor(np.ascontiguousarray(x)).to(first.device, first.dtype)

    def __call__(self, x: Any) -> np.ndarray:
        if self.module is None:
            return np.asarray(to_numpy(self._predict(x)), float).reshape(-1)
        import torch

        with torch.no_grad():
            return to_numpy(self.module(self._tensor(x)).reshape(len(x), -1)[:, self.output]).astype(float)

    def gradient(self, x: Any) -> np.ndarray:
        if self._gradient is not None:
            return np.asarray(to_numpy(self._gradient(x)), float)
        import torch

        rows = self._tensor(x).requires_grad_()
        out = self.module(rows).reshape(len(x), -1)[:, self.output].sum()
        return to_numpy(torch.autograd.grad(out, rows)[0]).astype(float)

    def answer(self, line: str, shape: Optional[tuple]) -> None:
        """One line of egbench-compare --predict. shape: (channels, height, width) of a row, of images."""
        word, folder = line.split(" ", 1)
        x = np.load(os.path.join(folder, "x.npy"))
        rows = x if shape is None else x.reshape((-1,) + shape[1:] + shape[:1]).transpose(0, 3, 1, 2)
        if word == "predict":
            np.save(os.path.join(folder, "outputs.npy"), self(rows))
            return
        gradient = self.gradient(rows)
        if gradient.shape != rows.shape:
            raise ValueError(f"gradient returned numbers of shape {gradient.shape} where X has {rows.shape}")
        flat = gradient if shape is None else gradient.transpose(0, 2, 3, 1).reshape(len(x), -1)
        np.save(os.path.join(folder, "gradients.npy"), np.ascontiguousarray(flat))
