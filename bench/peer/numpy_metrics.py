# SPDX-License-Identifier: GPL-3.0-or-later
"""
The 18 Keep/Remove metrics in Python:  numpy_metrics.py VARIANT FOLDER

"reference" goes about it as SHAP's benchmark does: each metric by itself and each number of features
by itself, noise, means and covariance anew each time, rows masked one after the other, an inverse
for each row imputed, and the network, in a framework, on 32 rows at a time, which is what Keras's
predict() does where it is told nothing else. The framework is PyTorch, in Keras's place, and rows
are not standardised first: so it does less than the original. "tuned" masks all rows at once, knows
noise, means, covariance and orders beforehand, solves in place of inverting, and calls the network,
in numpy, once for all the rows of a number of features. "double" is that in double precision, whose
outcome it writes to the folder.
"""
import sys

import numpy

from peer_files import compare_outcomes, read_array, read_tensors, serve, write_double

SPLIT = 0
TIE_SEED_OF_RESAMPLE = 23980
BACKGROUNDS = 100
ROWS_OF_KERAS = 32
RIDGE = 1e-6

trapezoid = getattr(numpy, "trapezoid", None) or numpy.trapz  # numpy 2 or 1


def feature_counts(features):
    counts = [int(round(features * (10 ** (j / 10) - 1) / 9)) for j in range(11)]
    return sorted(set(counts))


def read_layers(folder):
    arrays, _ = read_tensors(folder, "model")
    modules = sorted({int(name.split(".")[0]) for name in arrays})
    return [(arrays[f"{m}.weight"], arrays[f"{m}.bias"]) for m in modules]


class FrameworkModel:
    """Dense layers with ReLU between, in PyTorch, a few rows at a time."""

    def __init__(self, folder):
        import torch
        self.torch = torch
        torch.set_num_threads(1)
        modules = []
        for weight, bias in read_layers(folder):
            linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
            linear.weight.data, linear.bias.data = torch.tensor(weight), torch.tensor(bias)
            modules += [linear, torch.nn.ReLU()]
        self.network = torch.nn.Sequential(*modules[:-1])

    def predict(self, rows):
        with self.torch.inference_mode():
            rows = self.torch.from_numpy(rows.astype(numpy.float32))
            return self.torch.cat([self.network(some) for some in rows.split(ROWS_OF_KERAS)]
                                  ).numpy()[:, 0]


class ArrayModel:
    """Dense layers with ReLU between, in numpy, all rows at once."""

    def __init__(self, folder):
        self.layers = [(weight.T.copy(), bias) for weight, bias in read_layers(folder)]

    def predict(self, rows):
        hidden = rows
        for weight, bias in self.layers[:-1]:
            hidden = hidden @ weight
            hidden += bias
            numpy.maximum(hidden, 0, out=hidden)
        weight, bias = self.layers[-1]
        return (hidden @ weight + bias)[:, 0]


class Benchmark:
    """Training rows, test rows and the model of one split."""

    def __init__(self, folder, model):
        self.model = model
        self.train, self.test, self.phi = (read_array(folder, name).astype(float)
                                           for name in ("x_train", "x", "phi"))
        self.labels = read_array(folder, "y")[:, 0]

    def tie_noise(self, masking):
        seed = TIE_SEED_OF_RESAMPLE if masking == "R" else SPLIT
        return numpy.random.RandomState(seed).random_sample(self.test.shape[1]) * 1e-6

    def draw_backgrounds(self):
        drawn = numpy.random.RandomState(SPLIT).randint(len(self.test), size=BACKGROUNDS)
        return self.train[drawn]

    def find_covariance(self):
        return numpy.cov(self.train.T) + RIDGE * numpy.eye(self.train.shape[1])

    def summarise(self, outputs, keep, sign):
        if sign != "A":
            return outputs.mean() if keep == (sign == "P") else -outputs.mean()
        spread = ((self.labels - self.labels.mean()) ** 2).sum()
        share = ((self.labels - outputs) ** 2).sum() / spread
        return 1 - share if keep else share

    def score(self):
        counts = feature_counts(self.test.shape[1])
        signed = {"P": self.phi, "N": -self.phi, "A": numpy.abs(self.phi)}
        areas = []
        for keep in (True, False):
            for sign, attributions in signed.items():
                for masking in "MRI":
                    curve = [self.summarise(self.measure(keep, attributions, masking, count), keep,
                                            sign) for count in counts]
                    areas.append(trapezoid(curve, counts) / counts[-1])
        return areas


class Reference(Benchmark):
    """Row by row, and all anew for each number of features."""

    def __init__(self, folder):
        super().__init__(folder, FrameworkModel(folder))

    def measure(self, keep, attributions, masking, count):
        """The model's output on each test row with `count` features kept, or removed."""
        rows, features = self.test.shape
        each = BACKGROUNDS if masking == "R" else 1
        copies = numpy.repeat(self.test, each, axis=0)
        noise = self.tie_noise(masking)
        mean = self.train.mean(0)
        if masking == "R":
            backgrounds = self.draw_backgrounds()
        if masking == "I":
            covariance = self.find_covariance()
        first = numpy.minimum(count, (attributions >= 0).sum(1))
        for row in range(rows):
            order = numpy.argsort(-attributions[row] + noise)
            chosen, others = order[:first[row]], order[first[row]:]
            seen, hidden = (chosen, others) if keep else (others, chosen)
            if len(hidden) == 0:
                continue
            if masking == "M":
                copies[row, hidden] = mean[hidden]
            elif masking == "R":
                copies[row * each:(row + 1) * each, hidden] = backgrounds[:, hidden]
            else:
                inverse = numpy.linalg.inv(covariance[seen][:, seen])
                across = covariance[hidden][:, seen]
                copies[row, hidden] = mean[hidden] + across @ inverse @ (self.test[row, seen]
                                                                         - mean[seen])
        return self.model.predict(copies).reshape(rows, each).mean(1)


class Tuned(Benchmark):
    """All rows at once; what is the same for all numbers of features is found beforehand."""

    def __init__(self, folder, precision=numpy.float32):
        super().__init__(folder, ArrayModel(folder))
        self.precision = precision

    def score(self):
        self.mean = self.train.mean(0)
        self.covariance = self.find_covariance()
        self.noise = {masking: self.tie_noise(masking) for masking in "MRI"}
        self.backgrounds = self.draw_backgrounds().astype(self.precision)
        self.model_test = self.test.astype(self.precision)
        return super().score()

    def impute(self, order, first, keep):
        """Rows of the same number of features seen together."""
        imputed = self.test.copy()
        for chosen in numpy.unique(first):
            rows = numpy.flatnonzero(first == chosen)[:, None]
            seen, hidden = order[rows[:, 0], :chosen], order[rows[:, 0], chosen:]
            if not keep:
                seen, hidden = hidden, seen
            within = self.covariance[seen[:, :, None], seen[:, None, :]]
            across = self.covariance[hidden[:, :, None], seen[:, None, :]]
            surprise = (self.test[rows, seen] - self.mean[seen])[:, :, None]
            imputed[rows, hidden] = self.mean[hidden] + (
                across @ numpy.linalg.solve(within, surprise))[:, :, 0]
        return imputed

    def measure(self, keep, attributions, masking, count):
        order = numpy.argsort(-attributions + self.noise[masking], axis=1)
        first = numpy.minimum(count, (attributions >= 0).sum(1))
        if masking == "I":
            return self.model.predict(self.impute(order, first, keep).astype(self.precision))
        seen = numpy.empty(order.shape, bool)
        numpy.put_along_axis(seen, order, (numpy.arange(order.shape[1]) < first[:, None]) == keep, 1)
        if masking == "M":
            return self.model.predict(numpy.where(seen, self.test, self.mean).astype(self.precision))
        copies = numpy.where(seen[:, None], self.model_test[:, None], self.backgrounds)
        return self.model.predict(copies.reshape(-1, order.shape[1])).reshape(len(order), -1).mean(1)


VARIANTS = {"reference": Reference, "tuned": Tuned}


def main():
    variant, folder = sys.argv[1:]
    if variant == "double":
        write_double(folder, {"areas": Tuned(folder, numpy.float64).score()})
        return
    benchmark = VARIANTS[variant](folder)
    ours = {"areas": read_array(folder, "area")}
    serve(compare_outcomes(folder, ours, {"areas": benchmark.score()}), benchmark.score)


main()
