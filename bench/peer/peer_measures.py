# SPDX-License-Identifier: GPL-3.0-or-later
"""
What captum, SHAP, LIME and Quantus say of one model and its rows, for tests/test_peers.c:

    peer_measures.py FILE.json           writes it
    peer_measures.py --check FILE.json   holds the installed ones against what the file has

Numbers without draws are stored as they are. Of those with draws the file has the mean over repeated runs, the
standard deviation of one draw (or of one run, where a run is a maximum) and how many draws the mean is over. All in
double precision. A peer that is not installed is skipped with a line; writing needs them all.
"""
import importlib.metadata
import json
import random
import sys
import warnings

import numpy
import torch

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

FEATURES, TRAINING, ROWS, STEPS = 8, 24, 6, 50
LAYERS = "dense 10, relu, dense 6, softplus, dense 1"
SUBSET, RADIUS, SENSITIVITY_DRAWS = 2, 0.1, 10


class Problem:
    def __init__(self):
        generator = numpy.random.default_rng(18)
        torch.manual_seed(18)
        modules = [torch.nn.Linear(FEATURES, 10), torch.nn.ReLU(), torch.nn.Linear(10, 6), torch.nn.Softplus(),
                   torch.nn.Linear(6, 1)]
        self.model = torch.nn.Sequential(*modules)
        with torch.no_grad():
            for parameter in self.model.parameters():
                parameter.copy_(torch.from_numpy(generator.normal(size=tuple(parameter.shape), scale=0.7)))
        train = generator.normal(size=(TRAINING, FEATURES))
        self.train = torch.from_numpy(train - train.mean(0))  # so that a mean is a baseline of zeros
        self.x = torch.from_numpy(generator.normal(size=(ROWS, FEATURES)))
        self.sd = self.train.std(0, correction=0)
        self.zero = torch.zeros(1, FEATURES)
        points = (torch.arange(STEPS) + 0.5) / STEPS
        slopes = [self.slope(self.x * point) for point in points]
        self.phi = (self.x * torch.stack(slopes).mean(0)).numpy()  # integrated gradients, shares
        self.slopes = self.slope(self.x).numpy()

    def slope(self, x):
        with torch.enable_grad():
            x = x.detach().clone().requires_grad_(True)
            return torch.autograd.grad(self.model(x).sum(), x)[0]

    def predict(self, x):
        with torch.no_grad():
            return self.model(torch.as_tensor(numpy.asarray(x))).numpy()

    def describe(self):
        weights = [number for parameter in self.model.parameters() for number in parameter.detach().flatten().tolist()]
        return {"network": LAYERS, "theta": weights, "x_train": self.train.tolist(), "x": self.x.tolist(),
                "phi": self.phi.tolist(), "slopes": self.slopes.tolist()}


def known(numbers):
    return {"value": numpy.asarray(numbers, dtype=float).tolist()}


def drawn(runs, draws):
    """runs: each of so many draws."""
    runs = numpy.asarray(runs, dtype=float)
    return {"value": runs.mean(0).tolist(), "sd": (runs.std(0, ddof=1) * numpy.sqrt(draws)).tolist(),
            "draws": len(runs) * draws}


# --- captum ---

def captum_methods(problem):
    from captum import attr
    model, x, train, zero = problem.model, problem.x, problem.train, problem.zero

    def repeat(runs, draws, method, **words):
        return drawn([method.attribute(x, target=0, **words).detach().numpy() for _ in range(runs)], draws)

    smooth = attr.NoiseTunnel(attr.Saliency(model))
    sampling = attr.ShapleyValueSampling(model)
    return {
        "gradients": known(attr.Saliency(model).attribute(x, target=0, abs=False).detach()),
        "gradient_x_input": known(attr.InputXGradient(model).attribute(x, target=0).detach()),
        "integrated_gradients": known(attr.IntegratedGradients(model).attribute(
            x, zero, target=0, n_steps=STEPS, method="riemann_middle").detach()),
        "occlusion": known(attr.Occlusion(model).attribute(x, (1,), baselines=zero, target=0).detach()),
        "deeplift": known(attr.DeepLiftShap(model).attribute(x, train, target=0).detach()),
        "expected_gradients": repeat(20, 400, attr.GradientShap(model), baselines=train, n_samples=400, stdevs=0.0),
        "gradient_shap": repeat(20, 400, attr.GradientShap(model), baselines=train, n_samples=400, stdevs=0.1),
        "smoothgrad": repeat(20, 400, smooth, nt_type="smoothgrad", nt_samples=400, stdevs=0.1, abs=False),
        "shapley_sampling_of_one": repeat(10, 50, sampling, baselines=zero, n_samples=50),
    }


def removal(problem, is_slopes):
    def perturb(inputs, baselines=None):
        z = torch.from_numpy(numpy.random.binomial(1, 0.5, tuple(inputs.shape)).astype(float))
        return (z * inputs if is_slopes else z), inputs - z * inputs
    return perturb


def moves(problem):
    def perturb(inputs, baselines=None):
        move = 0.5 * torch.randn(inputs.shape) * inputs
        return move, inputs - move
    return perturb


def nearby(problem):
    def perturb(inputs, radius):
        return inputs + radius * problem.sd * (2 * torch.rand(inputs.shape) - 1)
    return perturb


def captum_measures(problem):
    from captum import metrics
    model, x = problem.model, problem.x
    phi, slopes = torch.from_numpy(problem.phi), torch.from_numpy(problem.slopes)

    def infidelity(perturb, of, normalize=False):
        runs = (metrics.infidelity(model, perturb, x, of, n_perturb_samples=100, normalize=normalize)
                for _ in range(200))
        return drawn([run.numpy().mean() for run in runs], 100)

    def explain(rows):
        return (problem.slope(rows[0] if isinstance(rows, tuple) else rows),)

    sensitivity = [metrics.sensitivity_max(explain, x, nearby(problem), RADIUS,
                                           SENSITIVITY_DRAWS, norm_ord=2).numpy().mean() for _ in range(200)]
    return {
        "infidelity_yeh": infidelity(removal(problem, False), phi),
        "infidelity_yeh_of_slopes": infidelity(removal(problem, True), slopes),
        "infidelity_before_normalising": infidelity(moves(problem), slopes),
        "infidelity_scaled_before_normalising": infidelity(moves(problem), slopes, True),
        "max_sensitivity_of_slopes": drawn(sensitivity, 1),
    }


# --- SHAP, LIME ---

def shap_methods(problem):
    import shap
    train, x = problem.train.numpy(), problem.x.numpy()
    kernel = shap.KernelExplainer(lambda rows: problem.predict(rows)[:, 0], train)
    exact = kernel.shap_values(x, nsamples=2 ** FEATURES, l1_reg=0, silent=True)
    deep = shap.DeepExplainer(problem.model, problem.train)
    gradient = shap.GradientExplainer(problem.model, problem.train)
    runs = [gradient.shap_values(problem.x, nsamples=400)[..., 0] for _ in range(10)]
    return {"kernel_shap": known(exact), "shapley_exact": known(exact),
            "deeplift_of_shap": known(deep.shap_values(problem.x, check_additivity=False)[..., 0]),
            "expected_gradients_of_shap": drawn(runs, 400)}


def lime_methods(problem):
    from lime.lime_tabular import LimeTabularExplainer
    explainer = LimeTabularExplainer(problem.train.numpy(), mode="regression", discretize_continuous=False,
                                     sample_around_instance=True, feature_selection="none", random_state=18)
    runs = []
    for _ in range(20):
        rows = []
        for row in problem.x.numpy():
            found = dict(explainer.explain_instance(row, lambda rows: problem.predict(rows)[:, 0], num_samples=400,
                                                    num_features=FEATURES).local_exp[1])
            rows.append([found[j] for j in range(FEATURES)])
        runs.append(rows)
    return {"lime": drawn(runs, 400)}


# --- Quantus ---

class Model:
    """What Quantus asks of a model, in double precision."""

    def __init__(self, problem):
        self.problem = problem

    def predict(self, x, **words):
        return self.problem.predict(x.reshape(len(x), -1))

    def shape_input(self, x, shape, **words):
        return x


def quantus_measures(problem):
    import quantus
    quiet = {"disable_warnings": True, "display_progressbar": False}
    model, y = Model(problem), numpy.zeros(ROWS, dtype=int)
    x, phi = problem.x.numpy()[:, None], problem.phi[:, None]
    train = problem.train.numpy()
    planted = numpy.zeros_like(phi)
    planted[:, :, :3] = 1

    def of(metric, attributions=phi, **words):
        return metric.evaluate_batch(model=model, x_batch=x.copy(), y_batch=y, a_batch=attributions.copy(), **words)

    class FromTraining:
        """Each feature's turn comes with the next of 20 training rows."""

        def __init__(self):
            self.calls = 0

        def __call__(self, arr, indices, **words):
            row = train[self.calls % 20 * TRAINING // 20]
            self.calls += 1
            moved = arr.copy()
            for i, features in enumerate(indices):
                moved[i, features] = row[features]
            return moved

    monotonicity = quantus.MonotonicityCorrelation(nr_samples=20, features_in_step=1, **quiet)
    monotonicity.perturb_func = FromTraining()
    curves = of(quantus.PixelFlipping(features_in_step=1, perturb_baseline=0.0, **quiet))
    faithfulness = quantus.FaithfulnessCorrelation(nr_runs=50, subset_size=SUBSET, perturb_baseline=0.0, **quiet)
    sizes = numpy.abs(phi)
    return {
        "deletion_curve": known(numpy.mean(curves, axis=0)),
        "sparseness": known(numpy.mean(of(quantus.Sparseness(**quiet), sizes))),
        "complexity": known(numpy.mean(of(quantus.Complexity(**quiet), sizes))),
        "monotonicity": known(numpy.mean(of(monotonicity, sizes))),
        "faithfulness_correlation": drawn([numpy.mean(of(faithfulness)) for _ in range(200)], 1),
        "relevance_mass": known(numpy.mean(of(quantus.RelevanceMassAccuracy(**quiet), sizes, s_batch=planted))),
        "relevance_rank": known(numpy.mean(of(quantus.RelevanceRankAccuracy(**quiet), sizes, s_batch=planted))),
        "randomisation": known(numpy.mean([1 - abs(quantus.similarity_func.correlation_spearman(one, other))
                                           for one, other in zip(problem.phi, problem.slopes)])),
    }


def list_numbers(problem):
    """Those of the peers that are installed, each begun from the same seeds; and the versions of these."""
    numbers, versions = {}, {}
    for peer, make in (("captum", captum_methods), ("captum", captum_measures), ("shap", shap_methods),
                       ("lime", lime_methods), ("quantus", quantus_measures)):
        torch.manual_seed(7)
        numpy.random.seed(7)
        random.seed(7)
        try:
            numbers.update(make(problem))
        except ImportError as error:
            print(f"peer_measures: {peer} is skipped: {error}")
            continue
        versions[peer] = importlib.metadata.version(peer)
    return numbers, versions


def differ(name, stored, found):
    """How far two of one name are apart, in what they may be: rounding, or five standard errors."""
    apart = numpy.abs(numpy.asarray(stored["value"]) - numpy.asarray(found["value"]))
    if "sd" not in stored:
        return float(numpy.max(apart / (1e-9 + 1e-9 * numpy.abs(stored["value"]))))
    error = numpy.asarray(stored["sd"]) * numpy.sqrt(1 / stored["draws"] + 1 / found["draws"])
    return float(numpy.max(apart / (5 * error + 1e-12)))


def main():
    path = sys.argv[-1]
    problem = Problem()
    numbers, versions = list_numbers(problem)
    if sys.argv[1] != "--check":
        made = {"made_with": dict(versions, torch=torch.__version__, numpy=numpy.__version__),
                "problem": problem.describe(), "numbers": numbers}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(made, file, indent=None, separators=(",", ":"))
            file.write("\n")
        return
    with open(path, encoding="utf-8") as file:
        stored = json.load(file)
    faults = [name for name, found in numbers.items() if differ(name, stored["numbers"][name], found) > 1]
    if problem.describe() != stored["problem"]:
        apart = [key for key, value in problem.describe().items() if value != stored["problem"][key]
                 and not numpy.allclose(value, stored["problem"][key], rtol=1e-12, atol=1e-12)]
        faults += [f"problem: {key}" for key in apart]
    for name in faults:
        print(f"peer_measures: {name}: the peer's number is not the stored one", file=sys.stderr)
    print(f"peer_measures: {len(numbers) - len(faults)} of {len(stored['numbers'])} agree: "
          + ", ".join(f"{peer} {version}" for peer, version in versions.items()))
    sys.exit(1 if faults else 0)


main()
