# SPDX-License-Identifier: GPL-3.0-or-later
"""
The 18 Keep/Remove metrics in numpy:  numpy_metrics.py VARIANT FOLDER

Written as SHAP's benchmark goes about it: each metric by itself, at each number of features; rows
are masked one after the other, and the model is called on all of them. VARIANT "single": the model
predicts in single precision; "double": in double, and the outcome is written to the folder.
"""
import sys

import numpy

from peer_files import compare_outcomes, read_array, read_tensors, serve, write_double

SPLIT = 0
TIE_SEED_OF_RESAMPLE = 23980
BACKGROUNDS = 100


def feature_counts(features):
    counts = [int(round(features * (10 ** (j / 10) - 1) / 9)) for j in range(11)]
    return sorted(set(counts))


class Model:
    """Dense layers with ReLU between."""

    def __init__(self, folder, precision):
        self.precision = precision
        arrays, _ = read_tensors(folder, "model")
        modules = sorted({int(name.split(".")[0]) for name in arrays})
        self.layers = [(arrays[f"{m}.weight"].T, arrays[f"{m}.bias"]) for m in modules]

    def predict(self, rows):
        hidden = rows.astype(self.precision)
        for weight, bias in self.layers[:-1]:
            hidden = numpy.maximum(hidden @ weight + bias, 0)
        weight, bias = self.layers[-1]
        return (hidden @ weight + bias)[:, 0]


class Benchmark:
    """Training rows, test rows and the model of one split."""

    def __init__(self, folder, precision):
        self.model = Model(folder, precision)
        self.train, self.test, self.phi = (read_array(folder, name).astype(float)
                                           for name in ("x_train", "x", "phi"))
        self.labels = read_array(folder, "y")[:, 0]
        self.mask = {"M": self.mask_mean, "R": self.mask_resampled, "I": self.mask_imputed}
        self.mean = self.train.mean(0)
        features = self.train.shape[1]
        self.covariance = numpy.cov(self.train, rowvar=False) + 1e-6 * numpy.eye(features)
        drawn = numpy.random.RandomState(SPLIT).randint(len(self.test), size=BACKGROUNDS)
        self.backgrounds = self.train[drawn]

    def tie_noise(self, masking):
        seed = TIE_SEED_OF_RESAMPLE if masking == "R" else SPLIT
        return numpy.random.RandomState(seed).random_sample(self.test.shape[1]) * 1e-6

    def mask_mean(self, row, hidden):
        masked = row.copy()
        masked[hidden] = self.mean[hidden]
        return masked[None]

    def mask_resampled(self, row, hidden):
        copies = numpy.tile(row, (BACKGROUNDS, 1))
        copies[:, hidden] = self.backgrounds[:, hidden]
        return copies

    def mask_imputed(self, row, hidden):
        seen = numpy.setdiff1d(numpy.arange(len(row)), hidden)
        imputed = row.copy()
        across = self.covariance[numpy.ix_(hidden, seen)]
        inverse = numpy.linalg.inv(self.covariance[numpy.ix_(seen, seen)])
        imputed[hidden] = self.mean[hidden] + across @ inverse @ (row - self.mean)[seen]
        return imputed[None]

    def measure(self, keep, attributions, masking, count):
        """The model's output on each test row with `count` features kept, or removed."""
        noise = self.tie_noise(masking)
        copies = []
        for row, attribution in zip(self.test, attributions):
            first = min(count, int((attribution >= 0).sum()))
            order = numpy.argsort(-attribution + noise)
            hidden = order[first:] if keep else order[:first]
            copies.append(self.mask[masking](row, hidden))
        outputs = self.model.predict(numpy.concatenate(copies))
        return outputs.reshape(len(self.test), -1).mean(1)

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
                    areas.append(numpy.trapz(curve, counts) / counts[-1])
        return areas


def main():
    variant, folder = sys.argv[1:]
    if variant == "double":
        write_double(folder, {"areas": Benchmark(folder, numpy.float64).score()})
        return
    benchmark = Benchmark(folder, numpy.float32)
    ours = {"areas": read_array(folder, "area")}
    serve(compare_outcomes(folder, ours, {"areas": benchmark.score()}), benchmark.score)


main()
