#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/oracle/gradients/layers: networks of the layers that tables and plain convolutional networks lack.

Usage: make_layer_oracle.py FOLDER. Needs torch; made with torch 2.13 in double precision; nothing of egbench runs
here. NAME.safetensors are the weights under the numbers of the text's modules, NAME.ce.safetensors and the like
gradients under the same names. Rows of images are channels last.
"""
import json
import struct
import sys

import torch
from torch import nn
from torch.nn import functional as F

ROWS, REFERENCES, CLASSES = 4, 2, 3
# Our batch norm adds 1e-3, and a file's variances count as PyTorch's with 1e-5.
EPSILON, EPSILON_OF_FILES = 1e-3, 1e-5

TEXTS = {
    "activations": ("9", "dense 12, gelu, dense 10, silu, dense 8, elu 1.3, dense 8, gelu_tanh, dense 7, leaky_relu 0.2, "
                         "dense 6, softplus 2, dense 3"),
    "norms": ("6x6x4", "conv 3x3x8 same, groupnorm 2, leaky_relu 0.1, conv 3x3x8 same groups 4, layernorm, gelu_tanh, "
                       "conv 3x3x8 pad 1 stride 2 groups 8, groupnorm 4 epsilon 0.01, softplus 2, global_mean_pool, "
                       "dense 6, layernorm, gelu, dense 3"),
    "residual": ("6x6x3", "conv 3x3x4 same, batchnorm, tanh, mark a, conv 3x3x4 same, batchnorm, silu, conv 3x3x4 same, "
                          "batchnorm, add a, softplus, mark a, conv 3x3x6 pad 1 stride 2, batchnorm, silu, "
                          "conv 3x3x6 same, batchnorm, mark b, from a, conv 1x1x6 stride 2, batchnorm, add b, silu, "
                          "pool 2 pad 1 stride 1, mark a, gelu, add a, global_mean_pool, dense 3"),
}


class Step:
    """One item of a network's text as a module of PyTorch, or what it does to a named point."""

    def __init__(self, kind, name="", module=None):
        self.kind, self.name, self.module = kind, name, module


def make_layer(words, shape):
    """The module of one item for rows of that shape (channels, height, width), or (features,)."""
    name = words[0]
    after = dict(zip(words[2::2], words[3::2]))
    if name == "conv":
        height, width, out = map(int, words[1].split("x"))
        rest = words[2:]
        options = {key: int(rest[rest.index(key) + 1]) for key in ("pad", "stride", "groups") if key in rest}
        pad = height // 2 if "same" in rest else options.get("pad", 0)
        return nn.Conv2d(shape[0], out, (height, width), options.get("stride", 1), pad,
                         groups=options.get("groups", 1))
    if name == "pool":
        return nn.MaxPool2d(int(words[1]), int(after["stride"]), int(after["pad"]))
    if name == "batchnorm":
        return nn.BatchNorm2d(shape[0], eps=EPSILON)
    if name == "layernorm":
        return nn.LayerNorm(list(shape))
    if name == "groupnorm":
        return nn.GroupNorm(int(words[1]), shape[0], eps=float(after.get("epsilon", 1e-5)))
    if name == "global_mean_pool":
        return nn.AdaptiveAvgPool2d(1)
    if name == "dense":
        return nn.Linear(shape[0], int(words[1]))
    number = float(words[1]) if len(words) > 1 else None
    return {"tanh": nn.Tanh, "gelu": nn.GELU, "silu": nn.SiLU, "gelu_tanh": lambda: nn.GELU("tanh"),
            "elu": lambda: nn.ELU(number), "leaky_relu": lambda: nn.LeakyReLU(number),
            "softplus": lambda: nn.Softplus(number or 1, threshold=1e9)}[name]()


class Network(nn.Module):
    """A network made from its text, whose tensors have the numbers of a Sequential's modules."""

    def __init__(self, shape, text):
        super().__init__()
        self.shape = shape
        self.steps, self.numbered = [], []
        row, points = torch.zeros(2, *shape), {}
        for item in text.split(", "):
            words = item.split()
            if words[0] in ("mark", "add", "from"):
                step = Step(words[0], name=words[1])
            else:
                if words[0] == "dense" and row.ndim == 4:
                    self.numbered.append(nn.Flatten())
                    self.steps.append(Step("layer", module=self.numbered[-1]))
                    row = row.flatten(1)
                step = Step("layer", module=make_layer(words, row.shape[1:]))
                self.numbered.append(step.module)
            row = self.take(step, row, points)
            self.steps.append(step)
        self.layers = nn.ModuleList(self.numbered)

    @staticmethod
    def take(step, row, points):
        if step.kind == "mark":
            points[step.name] = row
        elif step.kind == "add":
            row = row + points[step.name]
        elif step.kind == "from":
            row = points[step.name]
        else:
            row = step.module(row)
        return row

    def forward(self, rows):
        points = {}
        for step in self.steps:
            rows = self.take(step, rows, points)
        return rows

    def tensors(self):
        """(number.name, parameter or statistic), parameters first."""
        for i, layer in enumerate(self.numbered):
            for name, value in list(layer.named_parameters()) + list(layer.named_buffers()):
                if name != "num_batches_tracked":
                    yield f"{i}.{name}", value


def write_tensors(path, tensors):
    header, blocks, at = {}, [], 0
    for name, value in tensors.items():
        block = value.detach().contiguous().numpy().astype("<f8").tobytes()
        header[name] = {"dtype": "F64", "shape": list(value.shape), "data_offsets": [at, at + len(block)]}
        blocks.append(block)
        at += len(block)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + b"".join(blocks))


def write_rows(path, rows):
    import numpy as np

    rows = rows.detach()
    if rows.ndim == 4:
        rows = rows.permute(0, 2, 3, 1)
    np.save(path, rows.reshape(len(rows), -1).contiguous().numpy())


def write_gradient(path, network, value):
    own = dict(network.tensors())
    names = [name for name, tensor in own.items() if tensor.requires_grad]
    slopes = torch.autograd.grad(value, [own[name] for name in names], allow_unused=True)
    given = {name: slope if slope is not None else torch.zeros_like(own[name]) for name, slope in zip(names, slopes)}
    given.update({name: torch.zeros_like(tensor) for name, tensor in own.items() if name not in given})
    write_tensors(path, given)


def attribute(network, x, references, alpha, labels):
    """Expected gradients of each row's own output, at given points."""
    phi = 0
    for k in range(REFERENCES):
        gap = x - references[:, k]
        at = (references[:, k] + alpha[:, k].reshape(-1, *[1] * (x.ndim - 1)) * gap).requires_grad_()
        chosen = network(at).gather(1, labels[:, None]).sum()
        phi = phi + gap * torch.autograd.grad(chosen, at, create_graph=True)[0] / REFERENCES
    return phi


def make_case(folder, name, sizes, text):
    numbers = [int(size) for size in sizes.split("x")]
    shape = numbers if len(numbers) == 1 else [numbers[2], numbers[0], numbers[1]]
    network = Network(shape, text)
    for key, value in network.tensors():
        with torch.no_grad():
            value.copy_(torch.rand_like(value) + 0.5 if key.endswith("running_var") else
                        torch.randn_like(value) * (0.3 if value.ndim > 1 else 0.5) + (value.ndim == 1) * value)
    x, references = torch.randn(ROWS, *shape), torch.randn(ROWS, REFERENCES, *shape)
    alpha, labels = torch.rand(ROWS, REFERENCES), torch.tensor([i % CLASSES for i in range(ROWS)])
    weights = {key: value - EPSILON_OF_FILES + EPSILON if key.endswith("running_var") else value
               for key, value in network.tensors()}
    path = f"{folder}/{name}"
    write_tensors(f"{path}.safetensors", weights)
    write_rows(f"{path}.X", x)
    write_rows(f"{path}.R", references.flatten(0, 1))
    write_rows(f"{path}.alpha", alpha.reshape(-1, 1))
    network.eval()
    write_rows(f"{path}.logits", network(x))
    phi = attribute(network, x, references, alpha, labels)
    write_rows(f"{path}.eg", phi)
    write_gradient(f"{path}.squares.safetensors", network, phi.square().sum())
    moved = x.clone().requires_grad_()
    phi = attribute(network, moved, references, alpha, labels)
    write_rows(f"{path}.squares_x", torch.autograd.grad(phi.square().sum(), moved)[0])
    at = x.clone().requires_grad_()
    slope = torch.autograd.grad(F.log_softmax(network(at), 1).sum(), at, create_graph=True)[0]
    write_gradient(f"{path}.rrr.safetensors", network, slope.square().sum())
    network.train()
    write_gradient(f"{path}.ce.safetensors", network, F.cross_entropy(network(x), labels))


def main():
    torch.set_default_dtype(torch.float64)
    for seed, (name, (shape, text)) in enumerate(TEXTS.items()):
        torch.manual_seed(seed)
        make_case(sys.argv[1], name, shape, text)


if __name__ == "__main__":
    main()
