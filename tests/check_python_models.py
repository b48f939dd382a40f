# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of training and of models for contrib/python/egbench against torch and the C core; check_python.py runs them."""
import ctypes
import os

import numpy as np

import egbench
from python_fixture import SMOKE, X_test, X_train, integrated, nn, refused, rng, scratch, torch


def check_train():
    """Slopes of linear data are its coefficients; a prior moves them where it says; threads change no bit."""
    y = X_train @ [1.0, 2.0, -1.0, 0.5]
    settings = dict(epochs=300, batch=30, rate=0.01)
    plain = egbench.train("dense 8, tanh, dense 1", X_train, y, **settings)
    assert np.mean((plain(X_train) - y) ** 2) < 0.05, "it does not learn"
    again = egbench.train("dense 8, tanh, dense 1", X_train, y, threads=3, **settings)
    assert np.array_equal(plain(X_train), again(X_train)), "other bits with three threads"

    def spare(phi):
        """mean of phi_1^2, and its slope"""
        slope = np.zeros_like(phi)
        slope[:, 1] = 2 * phi[:, 1] / len(phi)
        return np.mean(phi[:, 1] ** 2), slope

    def importance(prior):
        net = egbench.train("dense 8, tanh, dense 1", X_train, y, prior, **settings)
        return np.abs(net.gradient(X_train)).mean(0)

    before = np.abs(plain.gradient(X_train)).mean(0)
    assert before[1] > 1.5 and importance(egbench.Prior(spare, 30, samples=4))[1] < 0.3
    tied = importance(egbench.Prior("laplacian", 30, is_global=True, edges=[(1, 3)]))
    assert abs(tied[1] - tied[3]) < 0.4 < 1 < abs(before[1] - before[3]), tied
    mask = importance(egbench.Prior("mask", 30, mask=[1, 0, 0, 0]))
    assert mask[0] < 0.3 < before[0], mask

    def train(prior=(), text="dense 1", labels=y):
        return lambda: egbench.train(text, X_train, labels, prior)

    refused(egbench.EgbenchError, "gini", train(egbench.Prior("none such")))
    refused(egbench.EgbenchError, "lime", train(egbench.Prior("l1", method="lime")))
    refused(egbench.EgbenchError, "dens 3", train(text="dens 3"))
    refused(egbench.EgbenchError, "give rows", train(labels=y[1:]))
    refused(egbench.EgbenchError, "take 180", train(text="dense 2"))
    refused(ZeroDivisionError, "division", train(egbench.Prior(lambda phi: 1 / 0)))


def check_functions_and_norms():
    """Modules that are not of the first networks: text, file, numbers and gradients."""
    net = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.GroupNorm(2, 4), nn.GELU(), nn.Conv2d(4, 8, 3, 2, 1, groups=4),
                        nn.LayerNorm([8, 3, 2], 1e-3), nn.LeakyReLU(0.1), nn.MaxPool2d(2, 1, 1), nn.ELU(1.5),
                        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 6), nn.LayerNorm(6), nn.SiLU(),
                        nn.Linear(6, 5), nn.GELU("tanh"), nn.Softplus(2), nn.Linear(5, 2)).double().eval()
    x = torch.as_tensor(rng.normal(size=(10, 2, 6, 4)))
    path = os.path.join(scratch, "norms.safetensors")
    assert egbench.save_model(net, path, shape=(2, 6, 4)) == (
        "image 6x4x2, conv 3x3x4 same, groupnorm 2, gelu, conv 3x3x8 pad 1 stride 2 groups 4, layernorm epsilon 0.001, "
        "leaky_relu 0.1, pool 2 pad 1 stride 1, elu 1.5, global_mean_pool, flatten, dense 6, layernorm, silu, dense 5, "
        "gelu_tanh, softplus 2, dense 2")
    assert torch.allclose(egbench.load_model(path)(x), net(x), rtol=1e-12)
    z = x.clone().requires_grad_()
    gradient = torch.autograd.grad(net(z)[:, 1].sum(), z)[0].numpy()
    assert np.allclose(egbench.explain(net, x, "gradients", output=1), gradient, atol=1e-9)


def core_outputs(path, x):
    """What the C core computes from a file."""
    library = egbench._train._Library()
    x, size = np.ascontiguousarray(x, float), ctypes.c_size_t
    network = library.make("network", os.fspath(path).encode(), size(0), None, how="read")
    outputs = library._library.egbench_network_outputs
    outputs.restype = size
    y = np.empty((len(x), outputs(network)))
    library.call("egbench_network_predict", network, size(len(x)), egbench._train._pointer(x), egbench._train._pointer(y))
    library.set("network_free", network)
    return y


DENSE_TEXTS = ("dense 4, leaky_relu 0.1, dense 4, elu 1.5, dense 4, gelu, dense 4, gelu_tanh, dense 4, silu, dense 4, softplus 2, "
               "dense 4, leaky_relu, dense 4, elu, dense 4, softplus, dense 2",
               "mark a, dense 5, tanh, dropout 0.2, dense 4, add a, relu, dense 3, mark b, sigmoid, from b, mark c, dense 3, add c, "
               "tanh, add b, dense 2",
               "mark a, dense 3, mark b, from a, dense 3, add b", "mark a, tanh, mark b, relu, add a, add b, dense 2")
OTHER_TEXTS = ("dense 6, batchnorm, silu, layernorm epsilon 0.001, dense 2", "dense 6, groupnorm 3, gelu, dense 2",
               "image 4x4x2, conv 3x3x4 same groups 2, groupnorm 2, gelu, mark a, conv 3x3x4 pad 1, layernorm, leaky_relu 0.2, "
               "add a, relu, mean_pool 2, global_mean_pool, dense 2",
               "image 4x4x2, mark a, conv 3x3x4 pad 1 stride 2, elu 0.5, mark b, from a, conv 1x1x4 stride 2, add b, "
               "pool 2, flatten, dense 3, softplus 3, dense 2",
               "image 4x4x2, conv 3x3x3, global_mean_pool, mark a, dense 3, relu, from a, dense 2")


def check_network():
    """numpy's networks give what the core does, and slopes of that; what they do not know is refused, not left out."""
    path = os.path.join(scratch, "numpy.safetensors")
    for text in DENSE_TEXTS:
        net = egbench.train(text, X_train, X_train[:, :3] if text.endswith("add b") else X_train[:, :2], epochs=2)
        assert isinstance(net, egbench.Network), text
        egbench.save_model(net, path)
        assert np.allclose(net(X_test), core_outputs(path, X_test), rtol=1e-10, atol=1e-12), text
        step = 1e-6 * np.eye(4)
        slopes = [(net(X_test + each)[:, 1] - net(X_test - each)[:, 1]) / 2e-6 for each in step]
        assert np.allclose(net.gradient(X_test, 1), np.transpose(slopes), atol=1e-7), text
    phi = egbench.explain(egbench.train(DENSE_TEXTS[1], X_train, X_train[:, :2], epochs=2), X_test, "gradients", output=1)
    assert np.allclose(phi, egbench.train(DENSE_TEXTS[1], X_train, X_train[:, :2], epochs=2).gradient(X_test, 1))

    weights = {"0.weight": np.ones((4, 4)), "1.weight": np.ones((2, 4)), "2.weight": np.ones((2, 4))}
    for item in ("batchnorm", "layernorm", "groupnorm 2", "image 2x2x1", "conv 1x1x4", "pool 1", "mean_pool 1",
                 "global_mean_pool", "graphconv 4", "nonsense"):
        refused(egbench.EgbenchError, f"'{item}': without torch", lambda: egbench.Network(f"dense 4, {item}, dense 2", weights))
    for text, words in (("dense 4, add a, dense 2", "no mark"), ("mark a, dense 4, dense 2, add a", "2 numbers cannot be added"),
                        ("relu", "no dense layer")):
        refused(egbench.EgbenchError, words, lambda: egbench.Network(text, weights))
    refused(egbench.EgbenchError, "the model ends with 'add b'",
            lambda: egbench.explain(egbench.train(DENSE_TEXTS[2], X_train, X_train[:, :3], epochs=1), X_test, output=0))


def check_train_images():
    """Images with channels first or last train the same network, and so do masks; what is of another shape is refused."""
    last = rng.normal(size=(40, 4, 3, 2))
    first, y = np.moveaxis(last, 3, 1), last[:, 1, 2, 0]
    mask = np.zeros((4, 3, 2))
    mask[1, 2, 0] = 1
    text = "image 4x3x2, conv 3x3x3 same, relu, flatten, dense 1"

    def train(X=last, channels="last", mask=None, text=text):
        prior = () if mask is None else egbench.Prior("mask", 0.1, mask=mask)
        net = egbench.train(text, X, y, prior, epochs=2, channels=channels)
        state = net.tensors() if isinstance(net, egbench.Network) else net.state_dict()
        return np.concatenate([np.ravel(values) for values in state.values()])

    refused(egbench.EgbenchError, "(40, 2, 4, 3) with channels last, which is not the text's 'image 4x3x2'",
            lambda: train(X=first))
    refused(egbench.EgbenchError, "(40, 4, 3, 2) with channels first", lambda: train(channels="first"))
    refused(egbench.EgbenchError, "(40, 24): with channels=\"first\" give", lambda: train(last.reshape(40, -1), "first"))
    refused(egbench.EgbenchError, "channels='middle'", lambda: train(channels="middle"))
    refused(egbench.EgbenchError, "a mask of 12 features for rows of 24", lambda: train(mask=mask[..., :1], text="dense 1"))
    assert np.array_equal(train(text="dense 1"), train(first, "first", text="dense 1"))
    assert not np.array_equal(train(text="dense 1"), train(first, text="dense 1"))
    masked = train(mask=mask, text="dense 1")
    assert np.array_equal(masked, train(first, "first", np.moveaxis(mask, 2, 0), text="dense 1"))
    assert np.array_equal(masked, train(mask=mask.ravel(), text="dense 1"))
    assert not np.array_equal(masked, train(text="dense 1"))
    if torch:
        assert np.array_equal(train(), train(torch.as_tensor(first.copy()), "first"))
    else:
        refused(egbench.EgbenchError, "without torch", train)


def check_train_layers():
    """Layers that numpy has not train too and come back as torch modules; without torch they are refused beforehand."""
    rows = rng.normal(size=(60, 4, 4, 2))
    path = os.path.join(scratch, "layers.safetensors")
    for text in OTHER_TEXTS:
        X = rows if text.startswith("image") else X_train
        y = X.reshape(len(X), -1)[:, :2]
        if torch is None:
            refused(egbench.EgbenchError, "without torch", lambda: egbench.train(text, X, y, epochs=10**9))
            continue
        net = egbench.train(text, X, y, epochs=3)
        egbench.save_model(net, path, shape=(2, 4, 4) if X is rows else None)
        given = torch.as_tensor(np.moveaxis(X, 3, 1) if X is rows else X)
        assert np.allclose(net(given).detach().numpy(), core_outputs(path, X.reshape(len(X), -1)), rtol=1e-9, atol=1e-12), text
    if torch:
        refused(egbench.UnsupportedModule, "'conv 3x3x4 same stride 2' has no counterpart in torch", lambda: egbench.train(
            "image 4x4x2, conv 3x3x4 same stride 2, dense 1", rows, rows[:, 0, 0, 0], epochs=10**9))


class Unit(nn.Module if torch else object):
    """A residual unit as ResNets have it, with a projection where it changes the shape."""

    def __init__(self, channels, out, stride):
        super().__init__()
        self.first = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(out), nn.BatchNorm2d(out)])
        self.second = nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.shortcut = nn.Identity() if channels == out else nn.Conv2d(channels, out, 1, stride)

    def forward(self, x):
        y = nn.functional.silu(self.norms[0](self.first(x)))
        return torch.relu(self.shortcut(x) + self.norms[1](self.second(y)))


class Residual(nn.Module if torch else object):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), Unit(4, 4, 1), Unit(4, 6, 2))
        self.top = nn.Linear(6, 2)

    def forward(self, x):
        x = nn.functional.avg_pool2d(self.body(x), 2)
        return self.top(x.view(x.size(0), -1))


def check_residual():
    net = Residual().double()
    x = torch.as_tensor(rng.normal(size=(10, 2, 4, 4)))
    net(x)
    net.eval()
    path = os.path.join(scratch, "residual.safetensors")
    assert egbench.save_model(net, path, shape=(2, 4, 4)) == (
        "image 4x4x2, conv 3x3x4 same, mark p1, conv 3x3x4 same, batchnorm, silu, conv 3x3x4 same, batchnorm, add p1, relu, "
        "mark p2, conv 3x3x6 pad 1 stride 2, batchnorm, silu, mark p3, from p2, conv 1x1x6 stride 2, mark p4, from p3, "
        "conv 3x3x6 same, batchnorm, add p4, relu, mean_pool 2, flatten, dense 2")
    assert torch.allclose(egbench.load_model(path)(x), net(x), rtol=1e-12)
    z = x.clone().requires_grad_()
    gradient = torch.autograd.grad(net(z)[:, 1].sum(), z)[0].numpy()
    assert np.allclose(egbench.explain(net, x, "gradients", output=1), gradient, atol=1e-9)


class Forward(nn.Module if torch else object):
    """A network whose forward ends as it is told."""

    def __init__(self, end, outputs=1):
        super().__init__()
        self.body, self.top, self.end = nn.Sequential(nn.Linear(4, 5), nn.Tanh()), nn.Linear(5, outputs), end

    def forward(self, x):
        return self.end(self.top(self.body(x)))


ENDS = (lambda y: y.squeeze(-1), lambda y: y.squeeze(1), lambda y: y.squeeze(dim=1), lambda y: torch.squeeze(y, -1),
        lambda y: y.squeeze(), lambda y: y[:, 0], lambda y: y[:, -1], lambda y: y[..., 0], lambda y: y.flatten(0),
        lambda y: y.flatten(), lambda y: torch.flatten(y), lambda y: y.view(-1), lambda y: y.reshape(-1),
        lambda y: torch.reshape(y, (-1,)))


def check_squeezed():
    """What makes rows of rows x 1 changes no number, so that the network is the same without it."""
    path, x = os.path.join(scratch, "squeezed.safetensors"), torch.as_tensor(X_test)
    nets = [Forward(end) for end in ENDS] + [nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 1), nn.Flatten(start))
                                             for start in (0, 1)]
    for net in nets:
        net = net.double()
        assert egbench.save_model(net, path) == "dense 5, tanh, dense 1"
        assert torch.allclose(egbench.load_model(path)(x)[:, 0], net(x).reshape(-1), rtol=1e-12)
    seen = []

    def mine(model, X, background, rng):
        seen.append(model(X).shape)
        return integrated(model, X, background, rng)

    result = egbench.compare({"mine": mine}, model=nets[0], X_train=X_train, X_test=X_test, units=2, baseline="mean",
                             metrics=["completeness_residual"], only="mine", quiet=True, **SMOKE)
    value = [score["value"] for score in result.scores if score["method"] == "mine"][0]
    assert value < 1e-3 and set(seen) == {(24,)}, (value, seen)


def check_refused():
    """What is refused is named in the user's words, with its line of forward and what to do."""
    path = os.path.join(scratch, "refused.safetensors")
    hint = "use egbench.BlackBox(net) or egbench.BlackBox(predict, gradient)"

    def refuse(net, *words):
        for each in words:
            error = refused(egbench.UnsupportedModule, each, lambda: egbench.save_model(net, path))
        assert str(error).endswith(hint) and "num_users" not in str(error), error

    refuse(Forward(lambda y: 2 * y), "mul() in ", "lambda y: 2 * y", "(check_python_models.py, line ")
    refuse(Forward(lambda y: y.transpose(0, 1)), ".transpose() in ")
    refuse(Forward(lambda y: y if y.sum() > 0 else -y), "torch.fx cannot trace Forward.forward (")
    refuse(Forward(lambda y: (y, y)), "what forward returns")
    refuse(Forward(lambda y: y[:, 0], outputs=2), "for the end of a network of one output alone")
    refuse(Forward(lambda y: torch.relu(y.view(-1))), ".view() in ")
    refuse(nn.Sequential(nn.Linear(4, 3), nn.Hardswish(), nn.Linear(3, 1)), "module '1' is Hardswish(): it has no counterpart")
    refuse(nn.Sequential(nn.Linear(4, 3), nn.Flatten(0)), "for the end of a network of one output alone")
