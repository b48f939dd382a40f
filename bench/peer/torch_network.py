# SPDX-License-Identifier: GPL-3.0-or-later
"""A PyTorch Sequential from the text form of a network, with the weights of a file."""
import torch
from torch import nn

from peer_files import read_tensors

# Ours is 1e-3; the file has moved the running variances to PyTorch's.
EPSILON, TORCH_EPSILON = 1e-3, 1e-5


class _Shape:
    """What the rows are at a place of the network: an image, or plain features."""

    def __init__(self, inputs):
        self.height = self.width = 0
        self.channels = inputs

    @property
    def features(self):
        return self.channels * (self.height * self.width or 1)


def _sizes(word):
    return [int(size) for size in word.split("x")]


def _make_modules(words, shape):
    kind = words[0]
    if kind == "image":
        shape.height, shape.width, shape.channels = _sizes(words[1])
        return []
    if kind == "dense":
        flatten = [nn.Flatten()] if shape.height else []
        layer = nn.Linear(shape.features, int(words[1]))
        shape.height, shape.channels = 0, int(words[1])
        return flatten + [layer]
    if kind == "conv":
        height, width, channels = _sizes(words[1])
        layer = nn.Conv2d(shape.channels, channels, (height, width), padding=words[2])
        shape.channels = channels
        return [layer]
    if kind == "pool":
        size = int(words[1])
        shape.height, shape.width = shape.height // size, shape.width // size
        return [nn.MaxPool2d(size)]
    if kind == "batchnorm":
        norm = nn.BatchNorm2d if shape.height else nn.BatchNorm1d
        return [norm(shape.channels, eps=EPSILON)]
    if kind == "dropout":
        return [nn.Dropout(float(words[1]))]
    if kind == "relu":
        return [nn.ReLU()]
    raise ValueError(f"no PyTorch module stands for '{' '.join(words)}'")


def read_network(folder, inputs):
    """The network of folder/model.safetensors, and the image (height, width, channels) it takes."""
    arrays, notes = read_tensors(folder, "model")
    shape, modules = _Shape(inputs), []
    items = [item.split() for item in notes["egbench.network"].split(",")]
    for words in items:
        modules += _make_modules(words, shape)
    network = nn.Sequential(*modules)
    state = {name: torch.from_numpy(values) for name, values in arrays.items()}
    for name in state:
        if name.endswith("running_var"):
            state[name] = (state[name].double() + (TORCH_EPSILON - EPSILON)).float()
    network.load_state_dict(state, strict=False)
    return network, tuple(_sizes(items[0][1])) if items[0][0] == "image" else None
