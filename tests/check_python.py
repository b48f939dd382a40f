# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks contrib/python/egbench against outside truths: completeness of attributions, closed forms, torch's autograd.

    EGBENCH_BIN=build/bin PYTHONPATH=contrib/python python3 tests/check_python.py FOLDER
"""
import ctypes
import os
import subprocess
import sys

import numpy as np

import egbench

try:
    import torch
    from torch import nn
except ImportError:
    torch = None

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


def check_files():
    net, path = network(3), os.path.join(scratch, "net.safetensors")
    assert egbench.save_model(net, path) == "dense 5, tanh, dense 3"
    back = egbench.load_model(path)
    if torch is None:
        assert np.array_equal(back(X_test), net(X_test))
    else:
        assert np.allclose(back(torch.as_tensor(X_test)).detach().numpy(), net(X_test), rtol=1e-12)
    open(path, "wb").write(b"x" * 40)
    refused(egbench.EgbenchError, "this is no safetensors file", lambda: egbench.load_model(path))
    refused(egbench.EgbenchError, "No such file", lambda: egbench.load_model(scratch + "/none"))


def check_explain():
    net = network(3)
    ends = net(X_test)[:, 1] - net(np.zeros((1, 4)))[:, 1]
    phi = egbench.explain(net, X_test, "integrated_gradients", output=1, samples=400)
    assert phi.shape == X_test.shape and np.abs(phi.sum(1) - ends).max() < 1e-3, np.abs(phi.sum(1) - ends).max()
    assert np.allclose(egbench.explain(net, X_test[:1], "gradients", output=2), net.gradient(X_test[:1], 2))
    refused(egbench.EgbenchError, "the model has 3 outputs: give output=K", lambda: egbench.explain(net, X_test))
    refused(egbench.ProgramError, "there is no attribution method 'nope'",
            lambda: egbench.explain(net, X_test, "nope", output=0))


def check_compare():
    net = network(3)
    told = []

    def mine(model, X, background, rng):
        told.append((X.shape, background.shape, rng.integers(1 << 30)))
        assert np.allclose(numbers(model(X)), net(numbers(X))[:, 2]), "the model is not output 2 alone"
        return integrated(model, X, background, rng)

    def run(out):
        return egbench.compare({"mine": mine}, model=net, X_train=X_train, X_test=X_test, y_test=net(X_test).argmax(1),
                               output=2, units=5, baseline="mean", metrics=["KPM", "completeness_residual"],
                               only="mine", out=out, **SMOKE)

    result = run(os.path.join(scratch, "out"))
    assert sorted(told)[0][:2] == ((9, 4), (90, 4)) and len(told) == 5, told
    draws = {draw for _, _, draw in told}
    assert len(draws) == 5, "units have the same random numbers"
    assert result.methods == ["expected_gradients", "mine"] and result.metrics == ["KPM", "completeness_residual"]
    scores = {score["metric"]: score for score in result.scores if score["method"] == "mine"}
    assert 0 <= scores["completeness_residual"]["value"] < 1e-3, scores  # integrated gradients are complete
    assert scores["KPM"]["n"] == 5 and scores["KPM"]["better"] == "higher"
    assert "5 units" in result.verdict("mine"), result.verdict("mine")
    assert "other rows of this model" in result.note and os.path.isfile(result.page)
    page = result._repr_html_()
    assert "<b>mine</b>" in page and "KPM ↑" in page and "completeness_residual ↓" in page, page
    assert len(result.frame) == len(result.scores) == 4
    refused(egbench.EgbenchError, "there are no numbers of 'yours'", lambda: result.verdict("yours"))
    told.clear()
    assert run(os.path.join(scratch, "out")).scores[0]["value"] == result.scores[0]["value"]
    assert {draw for _, _, draw in told} == draws, "other random numbers"

    by_class = egbench.compare({"mine": integrated}, model=net, X_train=X_train, X_test=X_test, output="predicted",
                               metrics=["KPM"], only="mine", **SMOKE)
    sizes = np.bincount(net(X_test).argmax(1), minlength=3)
    units = [line for line in by_class.lines if line["kind"] == "unit"]
    assert len(units) == np.sum(sizes >= 2) and "A unit is a class" in by_class.note


def check_randomised():
    """A function that never looks at the model is told from one that does."""
    asked = dict(model=network(), X_train=X_train, X_test=X_test, units=1, metrics=["KPM"], ask_again=True, **SMOKE)
    looks = egbench.compare({"looks": integrated}, only="looks", **asked)
    blind = egbench.compare({"blind": lambda model, X, background, rng: X.clone() if hasattr(X, "clone") else X}, only="blind", **asked)
    assert looks.summary("looks")["randomisation"] > 0.1, looks.summary("looks")
    assert blind.summary("blind")["randomisation"] < 1e-9 and blind.summary("blind")["ignores_model"]


def check_black_box():
    """A network as a function scores as the network itself; without gradients what needs them is skipped."""
    net = network()
    given = dict(X_train=X_train[:30], X_test=X_test[:8], units=1, metrics=["KPM", "infidelity_normalised"], only="mine",
                 baseline="mean", **SMOKE)
    known = egbench.compare({"mine": integrated}, model=net, reference="occlusion", **given)
    box = egbench.BlackBox(lambda x: net(np.asarray(x)), net.gradient)
    asked = egbench.compare({"mine": integrated}, model=box, reference="occlusion", **given)
    assert len(known.scores) == 4
    for one, other in zip(known.scores, asked.scores):
        assert np.isclose(one["value"], other["value"], rtol=1e-6), (one, other)

    def broken(x):
        raise OSError("no trees here")

    refused(egbench.MethodError, "OSError: no trees here",
            lambda: egbench.compare({"mine": integrated}, model=egbench.BlackBox(broken), **given))
    refused(egbench.EgbenchError, "no black box", lambda: egbench.explain(box, X_test))


def check_failures():
    def bad(model, X, background, rng):
        raise KeyError("no such thing")

    given = dict(model=network(), X_train=X_train, X_test=X_test, metrics=["KPM"], **SMOKE)
    error = refused(egbench.MethodError, "bad: KeyError: 'no such thing'",
                    lambda: egbench.compare({"bad": bad}, only="bad", **given))
    assert isinstance(error.__cause__, KeyError) and 'raise KeyError("no such thing")' in error.traceback
    assert open(error.log).read() == error.traceback and str(error).endswith("its log: " + error.log)
    refused(egbench.MethodError, "returned numbers of shape",
            lambda: egbench.compare({"bad": lambda m, X, b, r: X[:, :2]}, only="bad", **given))
    refused(egbench.MethodError, "not finite",
            lambda: egbench.compare({"bad": lambda m, X, b, r: X * np.nan}, only="bad", **given))
    result = egbench.compare({"bad": bad, "fine": integrated}, errors="skip", only="[bf]*", **given)
    assert list(result.failures) == ["bad"] and "fine" in result.methods and "failed: KeyError" in result._repr_html_()
    refused(egbench.EgbenchError, "KeyError", lambda: result.verdict("bad"))
    refused(egbench.ProgramError, "is a method that is compared anyway",
            lambda: egbench.compare({"lime": integrated}, **given))
    refused(egbench.ProgramError, "--measures: there is no 'nope'",
            lambda: egbench.compare({"fine": integrated}, **{**given, "metrics": ["nope"]}))
    refused(egbench.EgbenchError, "X_test: shape (48, 3)",
            lambda: egbench.compare({"fine": integrated}, **{**given, "X_test": X_test[:, :3]}))
    refused(egbench.EgbenchError, "y_test: shape (3,) where there are 48 rows",
            lambda: egbench.compare({"fine": integrated}, y_test=[1, 2, 3], **given))
    refused(egbench.EgbenchError, "a dict is neither", lambda: egbench.explain({}, X_test))


def check_programs():
    kept = os.environ.pop("EGBENCH_BIN")
    try:
        os.environ["EGBENCH_BIN"] = scratch
        refused(egbench.ProgramNotFound, "there is no egbench-compare", egbench.find_program)
        del os.environ["EGBENCH_BIN"]
        code = f"import sys; sys.path.insert(0, {scratch!r}); import egbench; egbench.find_program()"
        os.symlink(os.path.dirname(egbench.__file__), os.path.join(scratch, "egbench_linked"))
        import shutil

        shutil.copytree(os.path.dirname(egbench.__file__), os.path.join(scratch, "egbench"))
        said = subprocess.run([sys.executable, "-c", code], cwd=scratch, capture_output=True, text=True,
                              env={**os.environ, "PATH": "/nowhere", "PYTHONPATH": ""})
        assert "build it in a clone of the repository: tests/install_deps.sh && make" in said.stderr, said.stderr
    finally:
        os.environ["EGBENCH_BIN"] = kept


def check_torch():
    net = nn.Sequential(nn.Sequential(nn.Linear(4, 6), nn.Identity(), nn.ReLU()), nn.BatchNorm1d(6), nn.Dropout(0.3),
                        nn.Linear(6, 3, bias=False))
    net(torch.randn(50, 4))  # moves the running averages
    path = os.path.join(scratch, "torch.safetensors")
    assert egbench.save_model(net, path) == "dense 6, relu, batchnorm, dropout 0.3, dense 3"
    back, x = egbench.load_model(path), torch.as_tensor(X_test)
    assert torch.allclose(back(x), net.double().eval()(x), rtol=1e-9), "saved and read back it is another model"
    net.float().train()
    asked = []

    def mine(model, X, background, rng):
        asked.append((model.module is net, X.dtype, net.training))
        return integrated(model, X, background, rng)

    result = egbench.compare({"mine": mine}, model=net, X_train=X_train, X_test=torch.as_tensor(X_test), output=1, units=2,
                             baseline="mean", metrics=["completeness_residual"], only="mine", ask_again=True, **SMOKE)
    assert asked[0] == (True, torch.float32, False) and net.training, "the model was left in another mode"
    assert {own for own, _, _ in asked} == {True, False}, "the model with other weights was never given"
    assert result.summary("mine")["randomisation"] > 0.1
    phi = egbench.explain(net, X_test, "gradients", output=1)
    z = torch.as_tensor(X_test).requires_grad_()
    net.double().eval()
    assert np.allclose(phi, torch.autograd.grad(net(z)[:, 1].sum(), z)[0].numpy(), atol=1e-9)

    for module, words in ((nn.LSTM(4, 3), "module '1' is LSTM(4, 3): it has no counterpart here"),
                          (nn.Softmax(1), "what is explained is a raw output: leave it out"),
                          (nn.Sequential(nn.ReLU(), nn.CELU()), "module '1.1' is CELU("),
                          (nn.Sequential(nn.ReLU(), nn.Tanh()), "an activation follows a layer, one each"),
                          (nn.Sigmoid(), "leave it out (net[:-1])"), (nn.Conv2d(1, 2, 3), "it takes images")):
        error = refused(egbench.UnsupportedModule, words,
                        lambda: egbench.save_model(nn.Sequential(nn.Linear(4, 1), module), path))
        assert error.module.startswith("1"), error.module


def check_images():
    net = nn.Sequential(nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(3, 4, 2),
                        nn.Softplus(), nn.Flatten(), nn.Linear(4 * 2 * 1, 2)).double()
    x = torch.as_tensor(rng.normal(size=(40, 2, 6, 4)))
    net(x)
    net.eval()
    path = os.path.join(scratch, "images.safetensors")
    assert egbench.save_model(net, path, shape=(2, 6, 4)) == (
        "image 6x4x2, conv 3x3x3 same, batchnorm, relu, pool 2, conv 2x2x4, softplus, flatten, dense 2")
    assert torch.allclose(egbench.load_model(path)(x), net(x), rtol=1e-9)
    z = x.clone().requires_grad_()
    gradient = torch.autograd.grad(net(z)[:, 1].sum(), z)[0].numpy()
    assert np.allclose(egbench.explain(net, x, "gradients", output=1), gradient, atol=1e-9), "channels are in disorder"
    seen = []

    def mine(model, X, background, rng):
        seen.append(tuple(X.shape[1:]))
        return integrated(model, X, background, rng)

    result = egbench.compare({"mine": mine}, model=net, X_train=x, X_test=x, output=1, units=2, baseline="mean",
                             metrics=["completeness_residual"], only="mine", **SMOKE)
    assert set(seen) == {(2, 6, 4)}
    value = [score["value"] for score in result.scores if score["method"] == "mine"][0]
    assert value < 0.05, value  # 50 points on a path with kinks


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
               "pool 2, flatten, dense 3, softplus 3, dense 2")


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

    class Doubled(nn.Module):
        def __init__(self):
            super().__init__()
            self.top = nn.Linear(4, 2)

        def forward(self, x):
            return 2 * self.top(x)

    refused(egbench.UnsupportedModule, "operator.mul", lambda: egbench.save_model(Doubled(), path))


def check_plots():
    import matplotlib

    matplotlib.use("Agg")
    result = egbench.compare({"mine": integrated}, model=network(), X_train=X_train, X_test=X_test, units=2,
                             metrics=["KPM", "KPR"], only="mine", **SMOKE)
    axes = result.plot_ranks()
    assert [tick.get_text() for tick in axes.get_yticklabels()][::-1] == [
        line["method"] for line in sorted(result._of("method"), key=lambda line: line["mean_rank"])]
    assert len(result.plot_tradeoff().texts) == 2


def is_there(name):
    try:
        __import__(name)
    except ImportError:
        return False
    return True


checks = [check_files, check_explain, check_compare, check_randomised, check_black_box, check_failures, check_programs, check_train,
          check_network, check_train_layers]
if torch is None:
    print("OPTIONAL torch modules: torch is not installed")
else:
    checks += [check_torch, check_images, check_functions_and_norms, check_residual]
if is_there("matplotlib"):
    checks.append(check_plots)
else:
    print("OPTIONAL plots: matplotlib is not installed")
if not is_there("pandas"):
    print("OPTIONAL frames: pandas is not installed")
for check in checks:
    check()
    print(check.__name__, "ok", flush=True)
