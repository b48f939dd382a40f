# SPDX-License-Identifier: GPL-3.0-or-later
"""
IG-NORM (Chen et al. 2019) in PyTorch: each row's worst neighbour by signed steps from a random point, and the norm of
the integrated gradients of the loss on the way there, whose slope for the weights takes the neighbour as fixed.

The integral is written in three ways, each of which can be differentiated for neighbours and weights.
"""
import torch
from torch.nn import functional

from peer_files import read_array
from torch_explain import read_tensor
from torch_priors import expand, lay_out
from torch_training import Training

RADIUS, LENGTH, STEPS, POINTS = 0.3, 0.01, 4, 10


def make_points(network, x, neighbours):
    """All of them, n POINTS: what is k / POINTS of the way from each row, k from 1 on."""
    shares = (torch.arange(1, POINTS + 1) / POINTS).expand(len(x), POINTS)
    points = x.unsqueeze(1) + expand(shares, x) * (neighbours - x).unsqueeze(1)
    return lay_out(points.flatten(0, 1), network)


def sum_losses(network, points, y):
    return functional.cross_entropy(network(points), y, reduction="sum")


def gradients_at(network, points, y):
    if not points.requires_grad:
        points.requires_grad_(True)
    return torch.autograd.grad(sum_losses(network, points, y), points, create_graph=True)[0]


def by_batch(network, x, y, neighbours):
    """One batch of all points."""
    points = make_points(network, x, neighbours)
    gradients = gradients_at(network, points, y.repeat_interleave(POINTS))
    return (neighbours - x) * gradients.view(len(x), POINTS, *x.shape[1:]).mean(1)


def by_loop(network, x, y, neighbours):
    """Point by point of the integral."""
    differences = neighbours - x
    total = sum(gradients_at(network, lay_out(x + k / POINTS * differences, network), y) for k in range(1, POINTS + 1))
    return differences * total / POINTS


def find_grad():
    try:
        from torch.func import grad
    except ImportError:
        from functorch import grad  # before PyTorch 2
    return grad


def by_func(network, x, y, neighbours):
    """All points in one batch, by grad of the summed loss."""
    points, labels = make_points(network, x, neighbours), y.repeat_interleave(POINTS)
    gradients = find_grad()(lambda some: sum_losses(network, some, labels))(points)
    return (neighbours - x) * gradients.view(len(x), POINTS, *x.shape[1:]).mean(1)


class RobustTraining(Training):
    """The norm in the place of a prior; what is drawn is where the search begins."""

    ways = {"batch": by_batch, "loop": by_loop, "func": by_func}

    def __init__(self, name, words, compiler, folder):
        super().__init__(name, words, compiler, folder)
        self.y = self.y.long()
        self.find_slope = compiler(self.slope_by_func if "func" in words else self.slope_by_autograd)

    def measure(self, x, y, neighbours):
        phi = self.way(self.network, x, y, neighbours)
        return phi, phi.abs().flatten(1).sum(1).mean()

    def explain(self, x, y, neighbours):
        phi, norm = self.measure(x, y, neighbours)
        return phi, self.strength * norm

    def slope_by_autograd(self, x, y, neighbours):
        neighbours = neighbours.detach().requires_grad_(True)
        return torch.autograd.grad(self.measure(x, y, neighbours)[1], neighbours)[0]

    def slope_by_func(self, x, y, neighbours):
        return find_grad()(lambda moved: self.measure(x, y, moved)[1])(neighbours)

    def project(self, x, neighbours):
        """Into the box, and into what a pixel can be."""
        return torch.max(torch.min(neighbours, x + RADIUS), x - RADIUS).clamp(0, 1)

    def search(self, x, y, neighbours):
        for _ in range(STEPS):
            slope = self.find_slope(x, y, neighbours)
            neighbours = self.project(x, neighbours + LENGTH * slope.sign())
        return neighbours

    def prior(self, x, y, neighbours):
        with torch.set_grad_enabled(self.way is not by_func):  # of the weights: func's grad does not heed it
            self.neighbours = self.search(x, y, neighbours)
        return self.explain(x, y, self.neighbours)

    def draw(self, x):
        return (self.project(x, x + RADIUS * (2 * torch.rand_like(x) - 1)),)

    def draws_of_ours(self):
        return (self.as_input(read_tensor(self.folder, "start")),)

    def outcome(self):
        return dict(super().outcome(), neighbours=self.as_rows(self.neighbours))

    def outcome_of_ours(self):
        return dict(super().outcome_of_ours(), neighbours=read_array(self.folder, "neighbours"))
