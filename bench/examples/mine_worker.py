#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Integrated gradients from the mean of the training rows, in a process that stays up.

egbench-compare --worker 'python3 mine_worker.py' starts it once and asks it about each unit. It needs the package of
contrib/python (pip install ./contrib/python); model is a torch Sequential, or without torch an egbench.Network.
"""
import egbench

SAMPLES = 20


def mine(model, X, background, rng):
    start = background.mean(0)
    total = 0
    for k in range(SAMPLES):
        z = start + (k + 0.5) / SAMPLES * (X - start)
        if hasattr(model, "gradient"):
            total = total + model.gradient(z)
        else:
            import torch

            z = z.requires_grad_()
            total = total + torch.autograd.grad(model(z).sum(), z)[0]
    return (X - start) * total / SAMPLES


egbench.serve(mine, baseline="mean")
