# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks of contrib/python/egbench share: rows, a network, a method; sys.argv[1] is a folder to write to."""
import sys

import numpy as np

import egbench

try:
    import torch
    from torch import nn
except ImportError:
    torch = nn = None

scratch = sys.argv[1]
rng = np.random.default_rng(0)
X_train, X_test = rng.normal(size=(90, 4)), rng.normal(size=(48, 4))
SMOKE = dict(scale="smoke", threads=1)


def network(outputs=1):
    return egbench.Network(f"dense 5, tanh, dense {outputs}",
                           {"0.weight": rng.normal(size=(5, 4)), "0.bias": rng.normal(size=5),
                            "2.weight": rng.normal(size=(outputs, 5)), "2.bias": rng.normal(size=outputs)})


def integrated(model, X, background, _rng):
    """Integrated gradients from the mean of the background, for numpy's Network and for torch modules."""
    start = background.mean(0)
    total = 0
    for k in range(50):
        z = start + (k + 0.5) / 50 * (X - start)
        if hasattr(model, "gradient"):
            total = total + model.gradient(z)
        else:
            z = z.detach().requires_grad_()
            total = total + torch.autograd.grad(model(z).sum(), z)[0]
    return (X - start) * total / 50


def numbers(values):
    return values.detach().numpy() if torch and torch.is_tensor(values) else values


def refused(kind, words, call):
    try:
        call()
    except kind as error:
        assert words in str(error), f"'{words}' is not in: {error}"
        return error
    raise AssertionError(f"nothing refused: {words}")
