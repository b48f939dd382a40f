# SPDX-License-Identifier: GPL-3.0-or-later
"""
A step of egbench-peer-step in PyTorch:  torch_steps.py STEP FORM FOLDER THREADS

The folder holds weights, rows, draws and outcome of ours; loss, attributions and gradient are compared first. FORM is
one or more words: eager; how attributions are written, batch, loop or func (torch_priors.py, torch_robust.py; of
explanations also pieces, captum, shap); channels_last, the memory format of images; compiled, by torch.compile. "double" is batch
in double precision, which writes the outcome to the folder, for both sides to be held against, and ends.
"""
import sys

import torch

from peer_files import compare_outcomes, serve, skip, write_double
from torch_explain import Explanation, Library
from torch_robust import RobustTraining
from torch_training import Training


def make_compiler(words):
    if "compiled" not in words:
        return lambda function: function
    if not hasattr(torch, "compile"):
        skip(f"PyTorch {torch.__version__} has no torch.compile")
    return lambda function: torch.compile(function, dynamic=False)


def make_step(name, words, folder):
    compiler = make_compiler(words)
    if name != "explain":
        make = RobustTraining if name.endswith("_robust") else Training
        return make(name, words, compiler, folder)
    if words[0] in ("captum", "shap"):
        return Library(words[0], folder)
    return Explanation(words[0], compiler, folder)


def main():
    name, form, folder, threads = sys.argv[1:]
    words = form.split()
    torch.manual_seed(0)
    torch.set_num_threads(int(threads))
    torch.set_num_interop_threads(1)
    # A step of a deep network leaves subnormal numbers, which make the next one much slower.
    torch.set_flush_denormal(True)
    if form == "double":
        torch.set_default_dtype(torch.float64)
        write_double(folder, make_step(name, ["batch"], folder).outcome())
        return
    try:
        step = make_step(name, words, folder)
        comparison = (step.compare() if isinstance(step, Library) else
                      compare_outcomes(folder, step.outcome_of_ours(), step.outcome()))
    except ImportError as error:
        skip(str(error))
    except Exception as error:  # whatever a compiler throws
        if "compiled" not in words:
            raise
        skip(f"{type(error).__name__}: {error}")
    serve(comparison, step.run)


main()
