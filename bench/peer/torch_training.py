# SPDX-License-Identifier: GPL-3.0-or-later
"""A training step in PyTorch, from the files of egbench-peer-step: its loss, its prior, its update."""
import torch
from torch.nn import functional

from peer_files import read_array, read_tensors
from torch_explain import read_tensor
from torch_network import read_network
from torch_priors import NODES_OF_GRAPH, WAYS, make_roughness, minus_gini, total_variation

STRENGTHS = {"sparse_prior": 1.259, "graph_prior": 100, "mnist_prior": 1e-4, "mnist_robust": 1,
             "vgg16_prior": 1e-4, "vgg16_224_prior": 1e-4}
RATES = {"sparse": 1e-3, "graph": 1e-5, "mnist": 1e-4, "vgg16": 1e-4}
L1_OF_GRAPH = 1e-3
BATCH_OF_GRAPH = 32
REFERENCES_OF_GRAPH = 10
VERSION = tuple(int(word) for word in torch.__version__.split(".")[:2])


class Training:
    """Network, rows and objective of a training step."""

    ways = WAYS

    def __init__(self, name, words, compiler, folder):
        self.name, self.kind = name, name.split("_")[0]
        self.folder = folder
        x, self.y = read_tensor(folder, "x"), read_tensor(folder, "y")[:, 0]
        self.network, self.image = read_network(folder, x.shape[1])
        self.network.is_channels_last = "channels_last" in words
        if self.network.is_channels_last:
            self.network.to(memory_format=torch.channels_last)
        self.x = self.as_input(x)
        self.way = next((self.ways[word] for word in words if word in self.ways), self.ways["batch"])
        self.strength = STRENGTHS.get(name, 0)
        if self.kind == "graph":
            self.omega = make_roughness(read_array(folder, "edges"))
        else:
            self.omega = minus_gini if self.kind == "sparse" else total_variation
        self.loss, self.explain = compiler(self.loss), compiler(self.explain)
        fused = {"fused": True} if VERSION >= (2, 4) else {}
        self.adams = [torch.optim.Adam(self.network.parameters(), lr=RATES[self.kind], **fused)
                      for _ in range(2)]

    def as_input(self, rows):
        """Ours has the channels of a pixel side by side."""
        if self.image is None:
            return rows
        form = torch.channels_last if self.network.is_channels_last else torch.contiguous_format
        return rows.view(-1, *self.image).permute(0, 3, 1, 2).contiguous(memory_format=form)

    def as_rows(self, phi):
        return phi if self.image is None else phi.permute(0, 2, 3, 1).flatten(1)

    def loss(self, x, y):
        outputs = self.network(x)
        if self.kind == "sparse":
            return functional.binary_cross_entropy_with_logits(outputs[:, 0], y)
        if self.kind == "graph":
            return functional.mse_loss(outputs[:, 0], y) + self.penalty()
        return functional.cross_entropy(outputs, y.long())

    def penalty(self):
        weights = [p for p in self.network.parameters() if p.dim() > 1]
        total = sum(w.abs().sum() for w in weights)
        return L1_OF_GRAPH * total / sum(w.numel() for w in weights)

    def explain(self, x, y, references, alphas):
        phi = self.way(self.network, x, y, references, alphas)
        return phi, self.strength * self.omega(phi)

    def prior(self, x, y, references, alphas):
        self.network.eval()
        phi, omega = self.explain(x, y, references, alphas)
        self.network.train()
        return phi, omega

    def outcome(self):
        """Dropout off, all at the same weights; the image's channels side by side, as ours."""
        found = {}
        n = BATCH_OF_GRAPH if self.kind == "graph" else len(self.x)
        x, y = self.x[:n], self.y[:n]
        if self.strength:
            phi, omega = self.prior(x, y, *self.draws_of_ours())
            found["attributions"] = self.explained(self.as_rows(phi.detach()))
            found["prior"] = omega.item() / self.strength
            # Before the loss, whose pass moves the running statistics that the way back reads.
            omega.backward()
        for module in self.network.modules():
            if isinstance(module, torch.nn.Dropout):
                module.eval()
        loss = self.loss(x, y)
        found["loss"] = loss.item()
        loss.backward()
        found["gradient"] = torch.cat([p.grad.flatten() for p in self.network.parameters()])
        self.network.zero_grad(set_to_none=True)
        self.network.train()
        return found

    def outcome_of_ours(self):
        values = read_array(self.folder, "values")[0]
        gradient, _ = read_tensors(self.folder, "gradient")
        names = [name for name, _ in self.network.named_parameters()]
        penalty = L1_OF_GRAPH * values[1] if self.kind == "graph" else 0
        found = {"loss": values[0] + penalty,
                 "gradient": torch.cat([torch.from_numpy(gradient[n]).flatten() for n in names])}
        if self.strength:
            found["attributions"] = self.explained(read_array(self.folder, "phi"))
            found["prior"] = values[2]
        return found

    def explained(self, phi):
        """Ours explains the nodes of the graph alone."""
        return phi[:, -NODES_OF_GRAPH:] if self.kind == "graph" else phi

    def draws_of_ours(self):
        chosen = torch.from_numpy(read_array(self.folder, "reference")).long()
        return self.x[chosen], read_tensor(self.folder, "alpha")

    def draw(self, x):
        """Each row's references and alphas: all rows without replacement, or cyclic shifts of the batch."""
        n = len(x)
        if self.kind == "sparse":
            order = torch.cat([torch.randperm(n) for _ in range(n)])
            return x[order.view(n, n)], torch.rand(n, n)
        k = REFERENCES_OF_GRAPH if self.kind == "graph" else 1
        shifted = torch.stack([x.roll(-1 - s, 0) for s in range(k)], 1)
        return shifted, torch.rand(n, k)

    def update(self, adam, objective):
        adam.zero_grad(set_to_none=True)
        objective.backward()
        adam.step()

    def step(self, x, y):
        objective = self.loss(x, y)
        if self.kind == "graph":
            self.update(self.adams[0], objective)
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
