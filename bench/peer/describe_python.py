# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints, as JSON, what an interpreter brings to the comparison: versions, BLAS, oneDNN; nothing without torch."""
import importlib
import json
import platform
import re


def find_version(module):
    try:
        return importlib.import_module(module).__version__
    except ImportError:
        return None


def find_blas():
    """The libraries of linear algebra that were loaded, by their files; MKL is inside of PyTorch's own."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        names = {line.split("/")[-1].strip() for line in file if re.search(r"blas|mkl_", line)}
    return sorted(name for name in names if ".so" in name)


def describe():
    import torch
    shown = torch.__config__.show()
    numpy = find_version("numpy")
    torch.ones(8, 8) @ torch.ones(8, 8)

    def look(pattern):
        found = re.search(pattern, shown)
        return found[1] if found else None

    mkl = look(r"Math Kernel Library Version (\S+)")
    return {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy,
            "blas": f"MKL {mkl}" if mkl else ", ".join(find_blas()) or look(r"BLAS_INFO=(\w+)"),
            "onednn": look(r"MKL-DNN (v[\d.]+)"), "instructions": look(r"CPU capability usage: (\S+)"),
            "captum": find_version("captum"), "shap": find_version("shap"),
            "compiles": hasattr(torch, "compile")}


print(json.dumps(describe()))
