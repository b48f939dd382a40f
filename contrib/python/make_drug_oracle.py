#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/oracle/drug_response: a small cohort, and what numpy and scikit-learn make of one split of it.

Usage: make_drug_oracle.py FOLDER. The split is that of tests/test_drug_oracle.c, which fails, naming the patient,
where `parts` below is another. Made with scikit-learn 1.9.1 and numpy 2.4.6; nothing of egbench runs here.
"""
import sys

import numpy as np
from sklearn.linear_model import Lasso, LinearRegression
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.preprocessing import OneHotEncoder, StandardScaler

PATIENTS, DRUGS, GENES = 40, 4, 6
EDGES = [(0, 1, 1.0), (1, 2, 0.5), (3, 4, 2.0)]
ALPHAS, NUS, RIDGES = [0.1, 0.03, 0.01], [0.3, 3.0], [0.01, 0.1, 1.0, 10.0]
# Of each patient: 0 training, 1 validation, 2 test.
PARTS = "1021002000012001002000002010002000020201"


def make_cohort(rng):
    expression = 3 + rng.normal(size=(PATIENTS, GENES)) * [1, 2, 0.5, 1, 3, 1]
    effect = np.array([0.0, -2.0, 3.0, 1.0])
    rows = [(i, d) for i in range(PATIENTS) for d in range(DRUGS) if d == 0 or (3 * i + d) % (d + 2)]
    value = [effect[d] + 0.8 * expression[i, 0] + 0.6 * expression[i, 1] / 2 + rng.normal() for i, d in rows]
    return expression, np.column_stack([np.array(rows, float), value])


def fit_ridge(x, y, drug, strength):
    """Drugs free, ridge on genes: least squares with sqrt(n strength) I below the genes and 0 below the drugs."""
    n = len(x)
    one_hot = np.eye(DRUGS)[drug]
    top = np.hstack([one_hot, x[:, DRUGS:]])
    below = np.hstack([np.zeros((GENES, DRUGS)), np.sqrt(n * strength) * np.eye(GENES)])
    fit = LinearRegression(fit_intercept=False).fit(np.vstack([top, below]), np.r_[y, np.zeros(GENES)])
    return lambda z, d: np.hstack([np.eye(DRUGS)[d], z[:, DRUGS:]]) @ fit.coef_


def fit_lasso(x, y, alpha, nu):
    """nu / 2 w'Lw is one more row for each edge; scikit-learn divides by the number of rows."""
    rows = np.zeros((len(EDGES), x.shape[1]))
    for e, (a, b, weight) in enumerate(EDGES):
        rows[e, [DRUGS + a, DRUGS + b]] = np.sqrt(weight * nu * len(x)) * np.array([1, -1])
    mean = x.mean(0)
    augmented = np.vstack([x - mean, rows])
    scale = len(x) / len(augmented)
    fit = Lasso(alpha=alpha * scale, fit_intercept=False, tol=1e-14, max_iter=10**6)
    fit.fit(augmented, np.r_[y - y.mean(), np.zeros(len(EDGES))])
    return lambda z, d: (z - mean) @ fit.coef_ + y.mean()


def choose(fits, strengths, validation):
    x, y, drug = validation
    errors = [mean_squared_error(y, fit(x, drug)) for fit in fits]
    best = int(np.argmin(errors))
    return strengths[best], fits[best]


def main(folder):
    expression, response = make_cohort(np.random.default_rng(14))
    patient, drug = response[:, 0].astype(int), response[:, 1].astype(int)
    parts = np.array([int(c) for c in PARTS])
    saved = {"expression": expression, "response": response, "edges": np.array(EDGES), "parts": parts.astype(float),
             "alphas": np.array(ALPHAS), "nus": np.array(NUS), "ridges": np.array(RIDGES)}

    raw = np.hstack([OneHotEncoder(sparse_output=False).fit_transform(drug[:, None]), expression[patient]])
    rows = [parts[patient] == part for part in range(3)]
    scaler = StandardScaler().fit(raw[rows[0]])
    target = StandardScaler().fit(response[rows[0], 2:])
    data = [(scaler.transform(raw[r]), target.transform(response[r, 2:])[:, 0], drug[r]) for r in rows]
    for name, (x, y, _) in zip(["train", "validation", "test"], data):
        saved["x_" + name], saved["y_" + name] = x, y

    x, y, d = data[0]
    means = np.array([y[d == k].mean() for k in range(DRUGS)])
    ridge, by_ridge = choose([fit_ridge(x, y, d, s) for s in RIDGES], RIDGES, data[1])
    alpha, by_lasso = choose([fit_lasso(x, y, s, 0) for s in ALPHAS], ALPHAS, data[1])
    nu, by_graph = choose([fit_lasso(x, y, alpha, s) for s in NUS], NUS, data[1])
    saved["chosen"] = np.array([ridge, alpha, nu])
    x, y, d = data[2]
    predictions = [means[d], by_ridge(x, d), by_lasso(x, d), by_graph(x, d)]
    saved["predictions"] = np.array(predictions)
    saved["r2"] = np.array([r2_score(y, p) for p in predictions])
    saved["within_r2"] = np.array([1 - ((y - p) ** 2).sum() / ((y - means[d]) ** 2).sum() for p in predictions])
    for name, array in saved.items():
        np.save(f"{folder}/{name}.npy", np.ascontiguousarray(array))
    print(saved["chosen"], saved["r2"], saved["within_r2"])


if __name__ == "__main__":
    main(sys.argv[1])
