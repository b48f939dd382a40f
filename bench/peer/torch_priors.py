# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected gradients in PyTorch, written in three ways, and the penalties on them.

Each takes network, x (n, ...), labels (n), references (n, k, ...) and alphas (n, k), and gives attributions of x's
shape that can be differentiated for the weights.
"""
import torch

NODES_OF_GRAPH = 469  # the last columns


def gradients_at(network, points, labels):
    """d output / d points, itself differentiable."""
    outputs = network(points)
    if outputs.shape[1] > 1:
        outputs = outputs.gather(1, labels.long().unsqueeze(1))
    return torch.autograd.grad(outputs.sum(), points, create_graph=True)[0]


def expand(alphas, x):
    return alphas.reshape(*alphas.shape, *[1] * (x.dim() - 1))


def lay_out(points, network):
    """In the memory format of the weights."""
    if points.dim() == 4 and getattr(network, "is_channels_last", False):
        return points.contiguous(memory_format=torch.channels_last)
    return points


def by_batch(network, x, labels, references, alphas):
    """One batch of n k points."""
    differences = x.unsqueeze(1) - references
    points = lay_out((references + expand(alphas, x) * differences).flatten(0, 1), network)
    points = points.detach().requires_grad_(True)
    gradients = gradients_at(network, points, labels.repeat_interleave(alphas.shape[1]))
    return (differences * gradients.view_as(differences)).mean(1)


def by_loop(network, x, labels, references, alphas):
    """Reference by reference, each slice's gradients put into one large tensor, as the authors' released operations
    do."""
    alphas = expand(alphas, x)
    points = x.unsqueeze(1) * alphas + references * (1 - alphas)
    points.requires_grad_(True)
    gradients = torch.zeros(points.shape)
    for i in range(alphas.shape[1]):
        gradients[:, i] = gradients_at(network, points[:, i], labels)
    return ((x.unsqueeze(1) - references) * gradients).mean(1)


def by_func(network, x, labels, references, alphas):
    """vmap of grad of one point."""
    try:
        from torch.func import grad, vmap
    except ImportError:
        from functorch import grad, vmap  # before PyTorch 2

    def output(point, label):
        outputs = network(point.unsqueeze(0))[0]
        return outputs.gather(0, label.unsqueeze(0))[0] if len(outputs) > 1 else outputs[0]

    differences = x.unsqueeze(1) - references
    points = lay_out((references + expand(alphas, x) * differences).flatten(0, 1), network)
    gradients = vmap(grad(output))(points, labels.long().repeat_interleave(alphas.shape[1]))
    return (differences * gradients.view_as(differences)).mean(1)


WAYS = {"batch": by_batch, "loop": by_loop, "func": by_func}


def minus_gini(phi):
    ordered = phi.abs().mean(0).sort().values
    p = len(ordered)
    ranks = 2 * torch.arange(1, p + 1) - p - 1
    return -(ranks * ordered).sum() / (p * ordered.sum())


def total_variation(phi):
    maps = phi / phi.flatten(1).std(1, unbiased=False).view(-1, 1, 1, 1)
    down = (maps[:, :, 1:] - maps[:, :, :-1]).abs().sum()
    return down + (maps[:, :, :, 1:] - maps[:, :, :, :-1]).abs().sum()


def make_roughness(edges):
    laplacian = torch.zeros(NODES_OF_GRAPH, NODES_OF_GRAPH)
    for i, j in edges.astype(int):
        laplacian[i, j] = laplacian[j, i] = -1
    laplacian.diagonal().copy_(-laplacian.sum(1))

    def roughness(phi):
        means = phi[:, -NODES_OF_GRAPH:].abs().mean(0)
        return means @ laplacian @ means

    return roughness
