# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the programs are."""
from __future__ import annotations

import os
import pathlib
import shutil

from ._errors import ProgramNotFound


def _repository_folders():
    """build/bin of the repositories that this file and the current folder lie in."""
    for start in (pathlib.Path(__file__).resolve(), pathlib.Path.cwd() / "here"):
        for folder in start.parents:
            if (folder / "bench" / "compare.c").is_file():
                yield folder / "build" / "bin"


def find_program(name: str = "egbench-compare") -> str:
    """The path of an egbench program: in the folder EGBENCH_BIN, on PATH, or in the repository's build/bin."""
    own = os.environ.get("EGBENCH_BIN")
    if own:
        found = shutil.which(name, path=own)
        if not found:
            raise ProgramNotFound(f"EGBENCH_BIN={own}: there is no {name}; set it to the folder of the programs")
        return os.path.abspath(found)
    found = shutil.which(name)
    if found:
        return os.path.abspath(found)
    built = list(_repository_folders())
    for folder in built:
        if os.access(folder / name, os.X_OK):
            return str(folder / name)
    where = str(built[0].parent.parent) if built else "a clone of the repository"
    raise ProgramNotFound(f"{name} is neither on PATH nor in EGBENCH_BIN; build it in {where}: "
                          "tests/install_deps.sh && make, or make install PREFIX=~/.local")
