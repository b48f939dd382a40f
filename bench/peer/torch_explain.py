# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected gradients of many rows in PyTorch, without a way back: by its own operations, captum's and SHAP's."""
import torch

from peer_files import read_array, relative_error
from torch_network import read_network
from torch_priors import WAYS, expand

REFERENCES = 200
ROWS_OF_PIECE = 20  # 4000 points: their hidden values fit a second-level cache


def read_tensor(folder, name):
    """In the precision of the run."""
    return torch.from_numpy(read_array(folder, name)).to(torch.get_default_dtype())


class Explanation:
    """`way`: batch (all points at once), pieces (some rows at a time), loop, func; captum, shap."""

    def __init__(self, way, compiler, folder):
        self.folder, self.way = folder, way
        self.x, self.background = (read_tensor(folder, name) for name in ("x", "background"))
        self.network, _ = read_network(folder, self.x.shape[1])
        self.network.requires_grad_(way == "loop")  # as in a training
        self.labels = torch.zeros(len(self.x))
        self.explain = compiler({"loop": self.by_loop, "func": self.by_func}.get(way, self.by_batch))

    def by_batch(self, x, references, alphas):
        differences = x.unsqueeze(1) - references
        points = references + expand(alphas, x) * differences
        points = points.flatten(0, 1).detach().requires_grad_(True)
        gradients = torch.autograd.grad(self.network(points).sum(), points)[0]
        return (differences * gradients.view_as(differences)).mean(1)

    def by_loop(self, x, references, alphas):
        return WAYS["loop"](self.network, x, self.labels, references, alphas).detach()

    def by_func(self, x, references, alphas):
        return WAYS["func"](self.network, x, self.labels, references, alphas)

    def explain_all(self, chosen, alphas):
        if self.way != "pieces":
            return self.explain(self.x, self.background[chosen], alphas)
        pieces = zip(*(all_rows.split(ROWS_OF_PIECE) for all_rows in (self.x, chosen, alphas)))
        return torch.cat([self.explain(x, self.background[some], a) for x, some, a in pieces])

    def outcome(self):
        chosen = torch.from_numpy(read_array(self.folder, "reference")).long()
        return {"attributions": self.explain_all(chosen, read_tensor(self.folder, "alpha"))}

    def outcome_of_ours(self):
        return {"attributions": read_array(self.folder, "phi")}

    def run(self):
        shape = len(self.x), REFERENCES
        return self.explain_all(torch.randint(len(self.background), shape), torch.rand(shape))


class Library(Explanation):
    """captum's GradientShap or SHAP's GradientExplainer, which draw references and alphas themselves."""

    def __init__(self, way, folder):
        super().__init__(way, lambda function: function, folder)
        if way == "captum":
            from captum.attr import GradientShap
            self.method = GradientShap(self.network)
        else:
            import shap
            self.method = shap.GradientExplainer(self.network, self.background)

    def run(self):
        if self.way == "captum":
            return self.method.attribute(self.x, baselines=self.background, n_samples=REFERENCES,
                                         stdevs=0.0, target=0).detach()
        return torch.from_numpy(self.method.shap_values(self.x, nsamples=REFERENCES)).squeeze(-1)

    def compare(self):
        """How much farther from ours it is than another draw of the same is, as a share."""
        ours = read_array(self.folder, "phi")
        distance = relative_error(self.run(), ours) / relative_error(super().run(), ours)
        return {"errors": {"draws": abs(distance - 1)}}
