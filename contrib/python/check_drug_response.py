#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The linear models of egbench-graph-prior on Beat AML made anew in scikit-learn, on the same splits of the patients.

Writes tests/outside/drug_response.csv, which tests/outside_drug_response.sh holds egbench against:

    python3 contrib/python/check_drug_response.py DATA_FOLDER > tests/outside/drug_response.csv

DATA_FOLDER/beataml has expression_469x615.csv.gz and response.csv.gz.
"""
import csv
import gzip
import sys

import numpy as np
import sklearn
from sklearn.linear_model import Lasso, Ridge
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.preprocessing import OneHotEncoder, StandardScaler

SPLITS = 3
GRAPH_PRIOR, SPLIT = 5, 2  # numbers of the experiment and the purpose in egbench's streams
ALPHAS = [1.0, 0.1, 0.01, 0.001]
RIDGES = 10 ** np.arange(-3, 4.1, 0.5)


def read_cohort(folder):
    """Waves 1 and 2, log10 IC50, patients with both; patients and drugs in alphabetical order."""
    with gzip.open(f"{folder}/beataml/expression_469x615.csv.gz", "rt", newline="") as file:
        rows = list(csv.reader(file))
    column = {name: i for i, name in enumerate(rows[0])}
    genes = np.array([[float(cell) for cell in row[1:]] for row in rows[1:]]).T
    with gzip.open(f"{folder}/beataml/response.csv.gz", "rt", newline="") as file:
        found = [(row["patient"], row["drug"], np.log10(float(row["ic50_uM"]))) for row in csv.DictReader(file)
                 if row["waves"] != "Waves3+4" and row["patient"] in column]
    patients, patient = np.unique([row[0] for row in found], return_inverse=True)
    drug = np.unique([row[1] for row in found], return_inverse=True)[1]
    return genes[[column[name] - 1 for name in patients]], patient, drug, np.array([row[2] for row in found])


def draw_order(split, count, seed=0):
    """The order of the patients: Philox4x64-10, then Fisher-Yates from the last (src/base/stream.c)."""
    # numpy counts up before it draws
    philox = np.random.Philox(counter=(SPLIT << 64 | split << 128) - 1, key=seed | GRAPH_PRIOR << 64)
    order = np.arange(count)
    for last in range(count, 1, -1):
        pick = int(philox.random_raw()) % last  # the rejected draws have a probability of 1e-15
        order[last - 1], order[pick] = order[pick], order[last - 1]
    return order


def deal_patients(split, count):
    """Of each patient 0 training, 1 validation, 2 test."""
    test = (2 * count + 5) // 10
    validation = (2 * (count - test) + 5) // 10
    part = np.zeros(count, int)
    part[draw_order(split, count)] = [2] * test + [1] * validation + [0] * (count - test - validation)
    return part


def find_means(values, drug, drugs):
    """Of each drug's rows; 0 where there is none."""
    counts = np.bincount(drug, minlength=drugs)
    sums = np.zeros((drugs,) + values.shape[1:])
    np.add.at(sums, drug, values)
    return sums / np.maximum(counts, 1).reshape((-1,) + (1,) * (values.ndim - 1))


def choose(predictions, y, rows):
    errors = {strength: mean_squared_error(y[rows], predicted[rows]) for strength, predicted in predictions.items()}
    return min(errors, key=errors.get)


def main():
    expression, patient, drug, response = read_cohort(sys.argv[1])
    drugs = drug.max() + 1
    raw = np.hstack([OneHotEncoder(sparse_output=False).fit_transform(drug[:, None]), expression[patient]])
    print(f"# scikit-learn {sklearn.__version__}, numpy {np.__version__}; {len(expression)} patients, {len(drug)} rows")
    print("split,model,strength,test_r2,within_r2,validation_mse")
    for split in range(SPLITS):
        part = deal_patients(split, len(expression))[patient]
        train, validation, test = [part == k for k in range(3)]
        x = StandardScaler().fit(raw[train]).transform(raw)
        y = StandardScaler().fit(response[train, None]).transform(response[:, None])[:, 0]
        means = find_means(y[train], drug[train], drugs)[drug]
        lasso = {alpha: Lasso(alpha=alpha, precompute=True, tol=1e-4, max_iter=20000).fit(x[train], y[train]).predict(x)
                 for alpha in ALPHAS}
        genes = x[:, drugs:] - find_means(x[train][:, drugs:], drug[train], drugs)[drug]
        ridge = {strength: means + Ridge(alpha=strength * train.sum(), fit_intercept=False)
                 .fit(genes[train], (y - means)[train]).predict(genes) for strength in RIDGES}
        best = choose(ridge, y, validation), choose(lasso, y, validation)
        for model, strength, predicted in (("drug_mean", 0, means), ("gene_ridge", best[0], ridge[best[0]]),
                                           ("lasso", best[1], lasso[best[1]])):
            errors = [mean_squared_error(y[rows], predicted[rows]) for rows in (test, validation)]
            within = 1 - errors[0] / mean_squared_error(y[test], means[test])
            print(f"{split},{model},{strength:.6g},{r2_score(y[test], predicted[test]):.5f},{within:.5f},"
                  f"{errors[1]:.5f}", flush=True)


main()
