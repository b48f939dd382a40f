# SPDX-License-Identifier: GPL-3.0-or-later
"""
A step of egbench-peer-step in PyTorch:  torch_steps.py STEP VARIANT FOLDER THREADS

The folder holds weights, rows, draws and outcome of ours; loss, attributions and gradient are
compared first. VARIANT "loop" goes through the references one by one, as the authors' released
operations do; "batch" takes all of them at once; "double" does so in double precision, writes the
outcome to the folder, for both sides to be held against, and ends.
"""
import sys

import torch
from torch.nn import functional

from peer_files import compare_outcomes, read_array, read_tensors, serve, write_double
from torch_network import read_network

STRENGTHS = {"sparse_prior": 1.259, "graph_prior": 100, "mnist_prior": 1e-4, "vgg16_prior": 1e-4}
RATES = {"sparse": 1e-3, "graph": 1e-5, "mnist": 1e-4, "vgg16": 1e-4}
L1_OF_GRAPH = 1e-3
BATCH_OF_GRAPH = 32
NODES_OF_GRAPH = 469  # the last columns
REFERENCES_OF_GRAPH = 10


def read_tensor(folder, name):
    """In the precision of the run."""
    return torch.from_numpy(read_array(folder, name)).to(torch.get_default_dtype())


def gradients_at(network, points, labels):
    """d output / d points, itself differentiable."""
    outputs = network(points)
    if outputs.shape[1] > 1:
        outputs = outputs.gather(1, labels.long().unsqueeze(1))
    return torch.autograd.grad(outputs.sum(), points, create_graph=True)[0]


def expected_gradients_batch(network, x, labels, references, alphas):
    """x (n, ...), references (n, k, ...), alphas (n, k): one batch of n k points."""
    n, k = alphas.shape
    alphas = alphas.reshape(n, k, *[1] * (x.dim() - 1))
    differences = x.unsqueeze(1) - references
    points = (references + alphas * differences).flatten(0, 1).requires_grad_(True)
    gradients = gradients_at(network, points, labels.repeat_interleave(k))
    return (differences * gradients.view_as(differences)).mean(1)


def expected_gradients_loop(network, x, labels, references, alphas):
    """The same reference by reference, each slice's gradients put into one large tensor."""
    n, k = alphas.shape
    alphas = alphas.reshape(n, k, *[1] * (x.dim() - 1))
    points = x.unsqueeze(1) * alphas + references * (1 - alphas)
    points.requires_grad_(True)
    gradients = torch.zeros(points.shape)
    for i in range(k):
        gradients[:, i] = gradients_at(network, points[:, i], labels)
    return ((x.unsqueeze(1) - references) * gradients).mean(1)


def minus_gini(phi):
    ordered = phi.abs().mean(0).sort().values
    p = len(ordered)
    ranks = 2 * torch.arange(1, p + 1) - p - 1
    return -(ranks * ordered).sum() / (p * ordered.sum())


def total_variation(phi):
    maps = phi / phi.flatten(1).std(1, unbiased=False).view(-1, 1, 1, 1)
    down = (maps[:, :, 1:] - maps[:, :, :-1]).abs().sum()
    return down + (maps[:, :, :, 1:] - maps[:, :, :, :-1]).abs().sum()


def make_roughness(edges):
    laplacian = torch.zeros(NODES_OF_GRAPH, NODES_OF_GRAPH)
    for i, j in edges.astype(int):
        laplacian[i, j] = laplacian[j, i] = -1
    laplacian.diagonal().copy_(-laplacian.sum(1))

    def roughness(phi):
        means = phi[:, -NODES_OF_GRAPH:].abs().mean(0)
        return means @ laplacian @ means

    return roughness


class Training:
    """Network, rows and objective of a training step."""

    def __init__(self, name, variant, folder):
        self.name, self.kind = name, name.split("_")[0]
        self.folder = folder
        x, self.y = read_tensor(folder, "x"), read_tensor(folder, "y")[:, 0]
        self.network, self.image = read_network(folder, x.shape[1])
        self.x = self.as_input(x)
        loops = variant == "loop"
        self.explain = expected_gradients_loop if loops else expected_gradients_batch
        self.strength = STRENGTHS.get(name, 0)
        if self.kind == "graph":
            self.omega = make_roughness(read_array(folder, "edges"))
        else:
            self.omega = minus_gini if self.kind == "sparse" else total_variation
        self.adams = [torch.optim.Adam(self.network.parameters(), lr=RATES[self.kind])
                      for _ in range(2)]

    def as_input(self, rows):
        """Ours has the channels of a pixel side by side."""
        if self.image is None:
            return rows
        return rows.view(-1, *self.image).permute(0, 3, 1, 2).contiguous()

    def as_rows(self, phi):
        return phi if self.image is None else phi.permute(0, 2, 3, 1).flatten(1)

    def loss(self, x, y):
        outputs = self.network(x)
        if self.kind == "sparse":
            return functional.binary_cross_entropy_with_logits(outputs[:, 0], y)
        if self.kind == "graph":
            return functional.mse_loss(outputs[:, 0], y)
        return functional.cross_entropy(outputs, y.long())

    def penalty(self):
        weights = [p for p in self.network.parameters() if p.dim() > 1]
        total = sum(w.abs().sum() for w in weights)
        return L1_OF_GRAPH * total / sum(w.numel() for w in weights)

    def prior(self, x, y, references, alphas):
        self.network.eval()
        phi = self.explain(self.network, x, y, references, alphas)
        self.network.train()
        return phi, self.strength * self.omega(phi)

    def outcome(self):
        """Dropout off, all at the same weights; the image's channels side by side, as ours."""
        found = {}
        n = BATCH_OF_GRAPH if self.kind == "graph" else len(self.x)
        x, y = self.x[:n], self.y[:n]
        if self.strength:
            chosen = torch.from_numpy(read_array(self.folder, "reference")).long()
            alphas = read_tensor(self.folder, "alpha")
            phi, omega = self.prior(x, y, self.x[chosen], alphas)
            found["attributions"] = self.explained(self.as_rows(phi.detach()))
            found["prior"] = omega.item() / self.strength
            # Before the loss, whose pass moves the running statistics that the way back reads.
            omega.backward()
        for module in self.network.modules():
            if isinstance(module, torch.nn.Dropout):
                module.eval()
        loss = self.loss(x, y)
        found["loss"] = loss.item()
        (loss + self.penalty() if self.kind == "graph" else loss).backward()
        found["gradient"] = torch.cat([p.grad.flatten() for p in self.network.parameters()])
        self.network.zero_grad(set_to_none=True)
        self.network.train()
        return found

    def outcome_of_ours(self):
        values = read_array(self.folder, "values")[0]
        gradient, _ = read_tensors(self.folder, "gradient")
        names = [name for name, _ in self.network.named_parameters()]
        found = {"loss": values[0],
                 "gradient": torch.cat([torch.from_numpy(gradient[n]).flatten() for n in names])}
        if self.strength:
            found["attributions"] = self.explained(read_array(self.folder, "phi"))
            found["prior"] = values[2]
        return found

    def explained(self, phi):
        """Ours explains the nodes of the graph alone."""
        return phi[:, -NODES_OF_GRAPH:] if self.kind == "graph" else phi

    def draw(self, x):
        """Each row's references and alphas: all rows dealt out, or the batch rolled."""
        n = len(x)
        if self.kind == "sparse":
            order = torch.cat([torch.randperm(n) for _ in range(n)])
            return x[order.view(n, n)], torch.rand(n, n)
        k = REFERENCES_OF_GRAPH if self.kind == "graph" else 1
        rolled = torch.stack([x.roll(-1 - s, 0) for s in range(k)], 1)
        return rolled, torch.rand(n, k)

    def update(self, adam, objective):
        adam.zero_grad(set_to_none=True)
        objective.backward()
        adam.step()

    def step(self, x, y):
        objective = self.loss(x, y)
        if self.kind == "graph":
            self.update(self.adams[0], objective + self.penalty())
            if self.strength:
                self.update(self.adams[1], self.prior(x, y, *self.draw(x))[1])
            return
        if self.strength:
            objective = objective + self.prior(x, y, *self.draw(x))[1]
        self.update(self.adams[0], objective)

    def run(self):
        if self.kind != "graph":
            self.step(self.x, self.y)
            return
        chosen = torch.randint(len(self.x), (BATCH_OF_GRAPH,))
        self.step(self.x[chosen], self.y[chosen])


class Explanation:
    """Expected gradients of many rows, without a way back."""

    def __init__(self, variant, folder):
        self.folder = folder
        self.x, self.background = (read_tensor(folder, name)
                                   for name in ("x", "background"))
        self.network, _ = read_network(folder, self.x.shape[1])
        self.network.requires_grad_(False)
        loops = variant == "loop"
        self.explain = self.explain_loop if loops else self.explain_batch

    def explain_batch(self, chosen, alphas):
        references = self.background[chosen]
        differences = self.x.unsqueeze(1) - references
        points = references + alphas.unsqueeze(2) * differences
        points = points.flatten(0, 1).requires_grad_(True)
        gradients = torch.autograd.grad(self.network(points).sum(), points)[0]
        return (differences * gradients.view_as(differences)).mean(1)

    def explain_loop(self, chosen, alphas):
        self.network.requires_grad_(True)  # as in a training
        labels = torch.zeros(len(self.x))
        references = self.background[chosen]
        return expected_gradients_loop(self.network, self.x, labels, references, alphas).detach()

    def outcome(self):
        chosen = torch.from_numpy(read_array(self.folder, "reference")).long()
        alphas = read_tensor(self.folder, "alpha")
        return {"attributions": self.explain(chosen, alphas)}

    def outcome_of_ours(self):
        return {"attributions": read_array(self.folder, "phi")}

    def run(self):
        shape = len(self.x), 200
        self.explain(torch.randint(len(self.background), shape), torch.rand(shape))


def main():
    name, variant, folder, threads = sys.argv[1:]
    torch.manual_seed(0)
    torch.set_num_threads(int(threads))
    if variant == "double":
        torch.set_default_dtype(torch.float64)
    step = Explanation(variant, folder) if name == "explain" else Training(name, variant, folder)
    if variant == "double":
        write_double(folder, step.outcome())
    else:
        serve(compare_outcomes(folder, step.outcome_of_ours(), step.outcome()), step.run)


main()
