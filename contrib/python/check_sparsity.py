#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The unregularised network of egbench-sparsity made anew in scikit-learn and PyTorch, on the same splits.

Writes tests/outside/sparsity.csv, which tests/outside_sparsity.sh holds egbench against: for each replicate
test ROC-AUC and Gini coefficient, means over several initialisations that are PyTorch's own.

    python3 contrib/python/check_sparsity.py DATA_FOLDER > tests/outside/sparsity.csv

DATA_FOLDER/nhanes1 has X_large.csv and y_sparsity.npy.
"""
import csv
import sys

import numpy as np
import sklearn
import torch
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

REPLICATES, INITIALISATIONS = 20, 5
TRAIN, EPOCHS, REFERENCES = 100, 100, 100
SPARSITY, SPLIT = 3, 2  # numbers of the experiment and the purpose in egbench's streams


def read_patients(folder):
    with open(f"{folder}/nhanes1/X_large.csv", newline="") as file:
        rows = list(csv.reader(file))[1:]
    x = np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])
    return x, np.load(f"{folder}/nhanes1/y_sparsity.npy").astype(float)


def draw_split(replicate, count, seed=0):
    """The order of the patients: Philox4x64-10, then Fisher-Yates from the last (src/base/stream.c)."""
    # numpy counts up before it draws
    counter = (0 | SPLIT << 64 | replicate << 128) - 1
    philox = np.random.Philox(counter=counter, key=seed | SPARSITY << 64)
    order = np.arange(count)
    for last in range(count, 0 + 1, -1):
        pick = int(philox.random_raw()) % last  # the rejected draws have a probability of 1e-15
        order[last - 1], order[pick] = order[pick], order[last - 1]
    return order


def find_gini(importance):
    values = np.sort(importance)
    n = len(values)
    return float(np.sum((2 * np.arange(1, n + 1) - n - 1) * values) / (n * values.sum()))


def explain(network, x, generator):
    """Mean |EG| of the rows of x against REFERENCES references each: copies of x, without replacement."""
    n = len(x)
    deal = torch.arange(n * REFERENCES) % n
    deal = deal[torch.randperm(len(deal), generator=generator)]
    rows = x.repeat_interleave(REFERENCES, 0)
    alpha = torch.rand(len(rows), 1, dtype=x.dtype, generator=generator)
    gap = rows - x[deal]
    points = (x[deal] + alpha * gap).requires_grad_()
    slopes, = torch.autograd.grad(network(points).sum(), points)
    return (slopes * gap).reshape(n, REFERENCES, -1).mean(1).abs().mean(0).numpy()


def train(x, y, validation, seed):
    """The network before the update of the epoch with the best validation ROC-AUC."""
    torch.manual_seed(seed)
    sizes = [x.shape[1], 512, 128, 32, 1]
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs, dtype=x.dtype), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1])
    optimiser = torch.optim.Adam(network.parameters(), 1e-3)
    best, kept = -1, None
    for _ in range(EPOCHS):
        with torch.no_grad():
            score = roc_auc_score(validation[1], network(validation[0])[:, 0])
        if score > best:
            best, kept = score, {name: value.clone() for name, value in network.state_dict().items()}
        optimiser.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(network(x)[:, 0], y).backward()
        optimiser.step()
    network.load_state_dict(kept)
    return network


def measure_replicate(x, y, replicate):
    order = draw_split(replicate, len(x))
    parts = np.split(order, [TRAIN, 2 * TRAIN])
    imputer = SimpleImputer().fit(x[parts[0]])
    scaler = StandardScaler().fit(imputer.transform(x[parts[0]]))
    data = [(torch.tensor(scaler.transform(imputer.transform(x[part]))), torch.tensor(y[part])) for part in parts]
    results = []
    for initialisation in range(INITIALISATIONS):
        seed = 1000 * replicate + initialisation
        network = train(*data[0], data[1], seed)
        with torch.no_grad():
            roc_auc = roc_auc_score(data[2][1], network(data[2][0])[:, 0])
        results.append((roc_auc, find_gini(explain(network, data[0][0], torch.Generator().manual_seed(seed)))))
    return np.array(results)


def main():
    torch.set_num_threads(1)
    x, y = read_patients(sys.argv[1])
    print(f"# scikit-learn {sklearn.__version__}, PyTorch {torch.__version__}, numpy {np.__version__}; "
          f"{len(x)} people, {x.shape[1]} columns; means and sd over {INITIALISATIONS} initialisations")
    print("replicate,test_roc_auc,roc_auc_sd,test_gini,gini_sd")
    for replicate in range(REPLICATES):
        results = measure_replicate(x, y, replicate)
        mean, sd = results.mean(0), results.std(0, ddof=1)
        print(f"{replicate},{mean[0]:.5f},{sd[0]:.5f},{mean[1]:.5f},{sd[1]:.5f}", flush=True)


main()
