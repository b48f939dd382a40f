#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Made the files here that PyTorch exports: NAME.onnx, rows in NAME_x.npy (images channels last) and what the module
gives for them, before a last sigmoid or softmax, in NAME_y.npy. Needs torch, onnx and onnxscript."""
import json
import os
import sys
import warnings

import numpy as np
import onnx
import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))


class Viewed(nn.Module):
    """Flattens as `x.view(x.size(0), -1)`, adds by hand and divides what comes in."""

    def __init__(self, body, head):
        super().__init__()
        self.body, self.head = body, head

    def forward(self, x):
        x = self.body((x - 0.5) / 0.25)
        return self.head(x.view(x.size(0), -1))


class Block(nn.Module):
    """A residual block; with another number of channels its own projection."""

    def __init__(self, channels, out):
        super().__init__()
        stride = 1 if out == channels else 2
        self.first = nn.Sequential(nn.Conv2d(channels, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(out, out, 3, padding=1, bias=False), nn.BatchNorm2d(out))
        self.way = nn.Identity() if out == channels else nn.Conv2d(channels, out, 1, stride)

    def forward(self, x):
        return torch.relu(self.second(self.first(x)) + self.way(x))


class Vgg(nn.Module):
    """Built as torchvision builds its networks, of the numbers in tests/data/torchvision."""

    def __init__(self, name):
        super().__init__()

        def convolution(channels, out):
            norm = [nn.BatchNorm2d(out)] if name == "vgg_bn" else []
            return [nn.Conv2d(channels, out, 3, padding=1), *norm, nn.ReLU()]

        self.features = nn.Sequential(*convolution(3, 4), *convolution(4, 4), nn.MaxPool2d(2), *convolution(4, 6),
                                      nn.MaxPool2d(2))
        self.avgpool = nn.AdaptiveAvgPool2d(3)
        self.classifier = nn.Sequential(nn.Linear(54, 8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 7), nn.ReLU(),
                                        nn.Dropout(), nn.Linear(7, 5))
        self.load_state_dict(read_tensors(os.path.join(HERE, "..", "torchvision", name + ".safetensors")))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def read_tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        body = file.read()
    header.pop("__metadata__", None)
    types = {"F32": np.float32, "I64": np.int64}
    return {name: torch.tensor(np.frombuffer(body[slice(*tensor["data_offsets"])], types[tensor["dtype"]])
                               .reshape(tensor["shape"])) for name, tensor in header.items()}


def shake(module):
    """Numbers for what is 0 or 1 at first."""
    for part in module.modules():
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm)):
            nn.init.uniform_(part.weight, 0.5, 1.5)
            nn.init.uniform_(part.bias, -0.5, 0.5)
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(part.running_mean, -0.5, 0.5)
            nn.init.uniform_(part.running_var, 0.5, 1.5)
    return module.eval()


def tidy(path, external):
    """Without where each node comes from in whose source file; external: numbers in a file beside it."""
    model = onnx.load(path)
    if external and os.path.exists(path + ".data"):
        os.remove(path + ".data")
    for part in [model, model.graph, *model.graph.node, *model.graph.initializer, *model.graph.value_info,
                 *model.graph.input, *model.graph.output]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    del model.graph.value_info[:]
    onnx.save(model, path, save_as_external_data=external, location=os.path.basename(path) + ".data", size_threshold=0)


def save(name, module, shape, head=None, dtype=torch.float32, dynamo=False, external=False, **options):
    module = shake(module).to(dtype)
    x = torch.randn(6, *shape, dtype=dtype)
    whole = nn.Sequential(module, head).eval() if head else module
    path = os.path.join(HERE, name + ".onnx")
    if dynamo:
        options.setdefault("external_data", False)
        options.setdefault("dynamic_shapes", ({0: "batch"},))
    else:
        options.setdefault("dynamic_axes", {"x": {0: "batch"}})
        options["input_names"] = ["x"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(whole, (x,), path, dynamo=dynamo, verbose=False, **options)
    tidy(path, external)
    with torch.no_grad():
        y = module.double()(x.double()).numpy()
    rows = x.double().numpy()
    rows = rows.transpose(0, 2, 3, 1) if rows.ndim == 4 else rows
    np.save(os.path.join(HERE, name + "_x.npy"), np.ascontiguousarray(rows.reshape(len(rows), -1)))
    np.save(os.path.join(HERE, name + "_y.npy"), np.ascontiguousarray(y.reshape(len(y), -1)))


def mlp():
    return nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 6), nn.Tanh(),
                         nn.Linear(6, 4, bias=False), nn.Softplus(), nn.BatchNorm1d(4), nn.Identity(), nn.Linear(4, 3),
                         nn.Sigmoid(), nn.Linear(3, 3))


def cnn():
    return nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(4, 3, 2), nn.Tanh(), nn.AvgPool2d((2, 1), 1), nn.BatchNorm2d(3), nn.Flatten(),
                         nn.BatchNorm1d(27), nn.Linear(27, 5), nn.ReLU(), nn.Linear(5, 3))


def strided():
    return nn.Sequential(nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1, groups=2),
                         nn.ReLU(), nn.Conv2d(4, 6, 3, padding=2, dilation=2), nn.Softplus(), nn.AdaptiveAvgPool2d(1),
                         nn.Flatten(), nn.Linear(6, 2))


def viewed():
    body = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2))
    return Viewed(body, nn.Sequential(nn.Linear(16, 4), nn.ReLU(), nn.Linear(4, 1)))


def residual():
    return nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), Block(2, 2), Block(2, 4), Block(4, 4),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))


def activations():
    return nn.Sequential(nn.Linear(5, 6), nn.LeakyReLU(0.02), nn.Linear(6, 6), nn.ELU(0.7), nn.Linear(6, 6), nn.GELU(),
                         nn.Linear(6, 6), nn.GELU(approximate="tanh"), nn.Linear(6, 6), nn.SiLU(), nn.Linear(6, 6),
                         nn.Softplus(beta=2.5), nn.Linear(6, 6), nn.PReLU(), nn.Linear(6, 2))


def norms():
    return nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.GroupNorm(2, 4), nn.SiLU(), nn.Conv2d(4, 4, 3, groups=4),
                         nn.LeakyReLU(), nn.Flatten(), nn.LayerNorm(36, eps=1e-4), nn.Linear(36, 6), nn.LayerNorm(6),
                         nn.ReLU(), nn.Linear(6, 2))


def main():
    torch.manual_seed(1)
    for kind, dynamo in (("old", False), ("new", True)):
        save(f"torch_mlp_{kind}", mlp(), (5,), nn.Softmax(dim=1), dynamo=dynamo)
        save(f"torch_cnn_{kind}", cnn(), (2, 10, 9), nn.LogSoftmax(dim=1), dynamo=dynamo)
        save(f"torch_strided_{kind}", strided(), (3, 8, 8), dynamo=dynamo)
        save(f"torch_residual_{kind}", residual(), (1, 8, 8), nn.Softmax(dim=1), dynamo=dynamo)
        save(f"torch_activations_{kind}", activations(), (5,), dynamo=dynamo)
        save(f"torch_norms_{kind}", norms(), (2, 5, 5), dynamo=dynamo)
        save(f"torch_viewed_{kind}", viewed(), (3, 6, 6), nn.Sigmoid(), dynamo=dynamo)
    save("torch_activations_14", activations(), (5,), opset_version=14)
    save("torch_double", mlp(), (5,), dtype=torch.float64)
    save("torch_half", mlp(), (5,), dtype=torch.float16)
    save("torch_opset_9", cnn(), (2, 10, 9), opset_version=9, dynamic_axes=None)
    save("torch_unfused", cnn(), (2, 10, 9), training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
    save("torch_external", mlp(), (5,), dynamo=True, external=True)
    save("torch_norms_14", norms(), (2, 5, 5), opset_version=14)
    save("torch_vgg_old", Vgg("vgg"), (3, 12, 12))
    save("torch_vgg_new", Vgg("vgg"), (3, 12, 12), dynamo=True)
    save("torch_vgg_bn", Vgg("vgg_bn"), (3, 12, 12))
    save("torch_vgg_bn_unfused", Vgg("vgg_bn"), (3, 12, 12), training=torch.onnx.TrainingMode.PRESERVE,
         do_constant_folding=False)


if __name__ == "__main__":
    sys.exit(main())
