# SPDX-License-Identifier: GPL-3.0-or-later
"""
Which steps are compared, and in which forms the peer is tried.

A step has one or more rows in the table, each a way to go about it (which the authors or a library took, or any)
with the forms of torch_steps.py or numpy_metrics.py that it may have there; the fastest is compared.
"""

PLAIN = ["eager", "compiled"]
PLAIN_IMAGE = ["eager", "channels_last", "channels_last compiled"]
# torch.compile cannot differentiate twice through torch.autograd.grad, so batch is compiled where nothing is trained.
PRIOR = ["batch", "func", "func compiled"]
PRIOR_IMAGE = ["batch", "batch channels_last", "func", "func channels_last compiled"]
BEST = "PyTorch"
LOOP = "PyTorch, reference by reference"

FORMS = {
    "sparse_plain": {BEST: PLAIN},
    "sparse_prior": {LOOP: ["loop"], BEST: PRIOR},
    "graph_plain": {BEST: PLAIN},
    "graph_prior": {BEST: PRIOR},
    "mnist_plain": {BEST: PLAIN_IMAGE},
    "mnist_prior": {BEST: PRIOR_IMAGE},
    "mnist_robust": {BEST: ["loop", *PRIOR_IMAGE]},
    "vgg16_plain": {BEST: PLAIN_IMAGE},
    "vgg16_prior": {BEST: PRIOR_IMAGE},
    "vgg16_224_plain": {BEST: PLAIN_IMAGE},
    "vgg16_224_prior": {BEST: PRIOR_IMAGE},
    "explain": {LOOP: ["loop"], "PyTorch, one batch": ["batch", "func", "batch compiled", "func compiled"],
                "PyTorch, in pieces": ["pieces"], "captum's GradientShap": ["captum"],
                "SHAP's GradientExplainer": ["shap"]},
    "metrics": {"as SHAP's benchmark does it": ["reference"], "numpy, all rows at once": ["tuned"]},
}
IMAGES = [step for step in FORMS if step.startswith(("mnist", "vgg16"))]
# In double precision one pass of it would take minutes.
WITHOUT_DOUBLE = ["vgg16_224_plain", "vgg16_224_prior"]
ONE_THREAD = ["metrics"]  # neither has work for a second one

# Relative, in the Euclidean norm, in single precision. A unit so near a ReLU's kink, or two so near
# the same height in a pool, that rounding decides which way it goes, switches a whole part of the
# gradient. VGG16 has 39 million of them: of the points of the prior none or one switches, of the loss
# about a dozen, and one alone makes 1e-3 of the attributions and 1e-2 of the prior's gradient. In a search by signed
# steps a slope so near 0 sends a pixel the other way, which makes 2e-4 of the neighbours, 3e-3 of the attributions and
# 5e-3 of the gradient.
TOLERANCE = 1e-3
TOLERANCES = {(step, what): limit for step in IMAGES if step.startswith("vgg16") or step == "mnist_robust"
              for what, limit in (("gradient", 2e-2), ("attributions", 1e-2))}
TOLERANCES["explain", "draws"] = 0.05  # libraries draw points themselves: no farther off than another draw


def find_faults(step, errors):
    return [f"{step}: {what} differs by {error:.2g}" for what, error in errors.items()
            if not error <= TOLERANCES.get((step, what), TOLERANCE)]


def why_not(form, python):
    """Why an interpreter, as describe_python.py has it, cannot take this form; None where it may."""
    words = form.split()
    if "compiled" in words and not python["compiles"]:
        return "no torch.compile before PyTorch 2"
    for library in "captum", "shap":
        if library in words and not python[library]:
            return f"no {library}"
    return None
