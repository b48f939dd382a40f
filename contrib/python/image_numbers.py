#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers from outside for test_optimiser.c (Nesterov) and test_distort.c (nearest fill).

Prints C arrays. Made with PyTorch 2.13.0 and SciPy 1.17.1.
"""
import math

import numpy
import scipy.ndimage
import torch


def show(name, numbers):
    rows = ["    " + ", ".join(f"{x:.15g}" for x in row) for row in numpy.atleast_2d(numbers)]
    print(f"{name}:\n" + ",\n".join(rows))


def nesterov():
    """theta after each of five steps along given gradients, from (1, -2, 0.5)."""
    theta = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([theta], lr=0.05, momentum=0.9, nesterov=True)
    gradients = [[0.5, -1e-3, 2], [-0.25, 3, 1e-6], [0.125, 0.7, -0.3], [4, -2, 0], [1, 1, -5]]
    steps = []
    for gradient in gradients:
        theta.grad = torch.tensor(gradient, dtype=torch.float64)
        optimiser.step()
        steps.append(theta.detach().numpy().copy())
    show("nesterov", steps)


def nearest():
    """An image of 4 x 5, (3 i + 7 j) mod 11 at (i, j), turned, and turned and shifted, bilinear."""
    i, j = numpy.mgrid[0:4, 0:5]
    image = ((3 * i + 7 * j) % 11).astype(float)
    show("turned by 30", scipy.ndimage.rotate(image, 30, reshape=False, order=1, mode="nearest"))
    angle, moved = math.radians(-15), numpy.array([1, -2])
    turn = numpy.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    middle = numpy.array([1.5, 2])
    show("turned by -15, moved down 1 and left 2",
         scipy.ndimage.affine_transform(image, turn, middle - turn @ (middle + moved), order=1,
                                        mode="nearest"))


nesterov()
nearest()
