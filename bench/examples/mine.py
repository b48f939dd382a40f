#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Integrated gradients from the mean of the training rows, by the midpoint rule, with numpy alone.

egbench-compare --exec 'python3 mine.py {dir}' calls it once for each model. It takes dense ReLU networks.
"""
import json
import sys

import numpy as np

folder = sys.argv[1] + "/"
config = json.load(open(folder + "config.json"))
items = [item.strip() for item in config["network"].split(",")]
if any(item != "relu" and not item.startswith(("dense", "dropout")) for item in items):
    sys.exit("mine.py takes dense layers with relu alone, not: " + config["network"])


def read_tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    types = {"F32": "<f4", "F64": "<f8"}
    return {name: np.frombuffer(data[slice(*tensor["data_offsets"])], types[tensor["dtype"]])
                    .reshape(tensor["shape"]).astype(float) for name, tensor in header.items()}


def gradients(x, output):
    """The gradient of output number output[r] at each row r of x."""
    masks = []
    for weight, bias in layers[:-1]:
        masks.append(x @ weight.T + bias > 0)
        x = np.where(masks[-1], x @ weight.T + bias, 0)
    delta = layers[-1][0][output]
    for (weight, _), mask in zip(layers[-2::-1], masks[::-1]):
        delta = (delta * mask) @ weight
    return delta


tensors = read_tensors(folder + "model.safetensors")
modules = sorted({int(name.split(".")[0]) for name in tensors})
layers = [(tensors[f"{m}.weight"], tensors[f"{m}.bias"]) for m in modules]
x_train = np.load(folder + "x_train.npy").astype(float)
baseline, samples = x_train.mean(axis=0), config["samples"]


def explain(x, labels):
    output = np.load(folder + labels).astype(int)[:len(x)] if config["outputs"] > 1 else np.zeros(len(x), int)
    total = np.zeros_like(x)
    for k in range(samples):
        total += gradients(baseline + (k + 0.5) / samples * (x - baseline), output)
    return (x - baseline) * total / samples


np.save(folder + "attributions.npy", explain(np.load(folder + "x_test.npy").astype(float), "y_test.npy"))
if config.get("explain_train"):  # with --retrain: so many of the first training rows too
    np.save(folder + "attributions_train.npy", explain(x_train[:config["explain_train"]], "y_train.npy"))
