# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks contrib/python/egbench against outside truths: completeness of attributions, closed forms, torch's autograd.

    EGBENCH_BIN=build/bin PYTHONPATH=contrib/python python3 tests/check_python.py FOLDER
"""
import os
import subprocess
import sys

import numpy as np

import check_python_models as models
import check_python_runs as runs
import egbench
from python_fixture import SMOKE, X_test, X_train, integrated, network, nn, numbers, refused, rng, scratch, torch


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
    refused(egbench.EgbenchError, "output='label': give the number", lambda: egbench.explain(net, X_test, output="label"))


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
    named = [(word, [score["metric"] for score in scores.values() if score["verdict"] == word]) for word in ("better", "worse")]
    assert any(metrics for _, metrics in named), scores
    assert all(f"; {word}: {', '.join(metrics)}" in result.verdict("mine") for word, metrics in named if metrics)
    assert "other rows of this model" in result.note and os.path.isfile(result.page)
    page = result._repr_html_()
    assert "<b>mine</b>" in page and "KPM ↑" in page and "completeness_residual ↓" in page, page
    assert len(result.frame) == len(result.scores) == 4
    refused(egbench.EgbenchError, "there are no numbers of 'yours'", lambda: result.verdict("yours"))
    saved = result.save(os.path.join(scratch, "saved"))
    assert {"comparison.tex", "comparison.html"} < {os.path.basename(path) for path in saved} and all(map(os.path.isfile, saved))
    told.clear()
    assert run(os.path.join(scratch, "out")).scores[0]["value"] == result.scores[0]["value"]
    assert {draw for _, _, draw in told} == draws, "other random numbers"


def check_classes():
    """Each class is a unit: its rows, its output, of one model; fewer than two rows are none."""
    net, asked = network(3), []
    predicted = net(X_test).argmax(1)

    def mine(model, X, background, rng):
        asked.append((numbers(X), numbers(model(X))))
        return integrated(model, X, background, rng)

    def run(**more):
        asked.clear()
        result = egbench.compare({"mine": mine}, model=net, X_train=X_train, X_test=X_test, metrics=["KPM"], only="mine",
                                 title="Loans & more", **SMOKE, **more)
        assert "A unit is a class" in result.note
        return open(result.page, encoding="utf-8").read()

    def check(classes, page):
        kept = [k for k in range(3) if np.sum(classes == k) >= 2]
        asked.sort(key=lambda pair: classes[np.all(X_test == pair[0][0], 1)][0])
        for k, (X, outputs) in zip(kept, asked):
            assert np.array_equal(X, X_test[classes == k]) and np.allclose(outputs, net(X)[:, k]), k
        assert len(asked) == len(kept) and "<title>Loans &amp; more</title>" in page
        rows = sum(len(X) for X, _ in asked)
        assert f"{len(kept)} units: classes of {rows} test rows of one model" in page, page[:3000]

    check(predicted, run(output="predicted"))
    labels = np.array([2] + [0, 1] * 23 + [1])
    check(labels, run(output="label", y_test=labels))
    refused(egbench.EgbenchError, "give y_test too", lambda: run(output="label"))
    refused(egbench.EgbenchError, "units=6: with output=", lambda: run(output="predicted", units=6))
    refused(egbench.ProgramError, "the label of test row 47 is 3",
            lambda: run(output="label", y_test=np.arange(48) // 47 * 3))
    net = network()
    refused(egbench.EgbenchError, "give a number from 0 to 0", lambda: run(output="predicted"))


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
    refused(egbench.ProgramError, "--measures: there is no 'nope'",
            lambda: egbench.compare({"fine": integrated}, **{**given, "metrics": "nope"}))
    for wrong in ({"kind": "slope"}, {"kind": {"fine": "slope"}}, {"baseline": "median"}):
        name = next(iter(wrong))
        refused(egbench.EgbenchError, name + "='", lambda: egbench.compare({"fine": integrated}, **wrong, **given))
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

    def own(model, X, background, rng):
        assert model.module is net and (net(X).argmax(1) == model.output).all()
        return integrated(model, X, background, rng)

    egbench.compare({"own": own}, model=net, X_train=X_train, X_test=X_test, output="predicted", metrics=["KPM"], only="own",
                    **SMOKE)
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


def check_plots():
    import matplotlib

    matplotlib.use("Agg")
    result = egbench.compare({"mine": integrated}, model=network(), X_train=X_train, X_test=X_test, units=2,
                             metrics=["KPM", "KPR"], only="mine", title="Mine & theirs", **SMOKE)
    axes = result.plot_ranks()
    assert axes.get_title() == "Mine & theirs"
    assert [tick.get_text() for tick in axes.get_yticklabels()][::-1] == [
        line["method"] for line in sorted(result._of("method"), key=lambda line: line["mean_rank"])]
    assert len(result.plot_tradeoff().texts) == 2


def is_there(name):
    try:
        __import__(name)
    except ImportError:
        return False
    return True


checks = [check_files, check_explain, check_compare, check_classes, check_randomised, check_black_box, check_failures, check_programs,
          runs.check_progress, runs.check_budget, runs.check_ends, models.check_train, models.check_train_images, models.check_network, models.check_train_layers]
if torch is None:
    print("OPTIONAL torch modules: torch is not installed")
else:
    checks += [check_torch, check_images, models.check_functions_and_norms, models.check_residual, models.check_squeezed,
               models.check_refused]
if is_there("matplotlib"):
    checks.append(check_plots)
else:
    print("OPTIONAL plots: matplotlib is not installed")
if not is_there("pandas"):
    print("OPTIONAL frames: pandas is not installed")
for check in checks:
    check()
    print(check.__name__, "ok", flush=True)
