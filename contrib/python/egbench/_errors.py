# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong."""
from __future__ import annotations

from typing import Optional


BLACK_BOX = "to compare with it, use egbench.BlackBox(net) or egbench.BlackBox(predict, gradient)"


class EgbenchError(RuntimeError):
    """Anything that egbench refuses or that failed; the message names the thing and the fix."""


class ProgramNotFound(EgbenchError):
    """The egbench programs are not there."""


class UnsupportedModule(EgbenchError):
    """A torch module that has no counterpart in the text form of networks."""

    def __init__(self, message: str, module: str):
        super().__init__(message)
        self.module = module


class ProgramError(EgbenchError):
    """An egbench program failed. log: the file with all that it printed."""

    def __init__(self, message: str, log: Optional[str] = None):
        super().__init__(message)
        self.log = log


class MethodError(EgbenchError):
    """A method failed. traceback: its own, as text; log: the file where that is kept."""

    def __init__(self, method: str, message: str, traceback: str, log: str):
        super().__init__(f"{method}: {message}\n\n{traceback}\nits log: {log}")
        self.method, self.traceback, self.log = method, traceback, log
