# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the programs are, and how they run."""
from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
from typing import Callable, List, Mapping, Optional, Sequence, Tuple

from ._errors import ProgramNotFound
from ._progress import Progress

_PATIENCE = 5  # seconds for a program to end in order


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


def _end(child: subprocess.Popen) -> None:
    """Asks it to end in order; the second signal ends it at once."""
    try:
        for _ in range(2):
            child.terminate()
            try:
                child.wait(_PATIENCE)
                break
            except subprocess.TimeoutExpired:
                pass
    finally:
        child.kill()
        child.wait()


def _launched(command: Sequence[str]) -> List[str]:
    """The same command, which is killed when this process ends."""
    launcher = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_launch.py")
    return [sys.executable, "-I", "-S", launcher, str(os.getpid()), *command]


def run_program(command: Sequence[str], environment: Mapping[str, str], log: str,
                serve: Optional[Callable[[float], None]] = None, is_quiet: bool = True) -> Tuple[int, str]:
    """The exit code and what was printed to standard output; standard error goes to the log, and its progress to
    sys.stderr. serve(seconds) is called as long as the program runs. It ends with this call, and with this process."""
    with open(log, "wb") as errors, open(log + ".out", "w+b") as output:
        progress = None if is_quiet else Progress(log)
        if progress:
            environment = {**environment, "TERM": "ansi"}
        try:
            child = subprocess.Popen(_launched(command), stdout=output, stderr=progress.end if progress else errors,
                                     stdin=subprocess.DEVNULL, env={**os.environ, **environment})
        finally:
            if progress:
                os.close(progress.end)
        try:
            while child.poll() is None:
                if serve:
                    serve(0.2)
                else:
                    child.wait()
        finally:
            if child.poll() is None:
                _end(child)
            if progress:
                progress.join(_PATIENCE)
        output.seek(0)
        return child.returncode, output.read().decode(errors="replace")


def last_line(log: str) -> str:
    with open(log, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file if line.strip()]
    return lines[-1] if lines else "it printed nothing"
