# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program says of its progress, handed on to sys.stderr as it comes."""
from __future__ import annotations

import os
import re
import sys
import threading
import time
import tty
from typing import Any, Optional

_ENDS = re.compile(b"(\n|\r\x1b\\[K)")  # of lines, and of states (src/base/progress.c)
_INTERVAL = 10  # seconds between lines where they are not drawn one over the other


class Progress(threading.Thread):
    """Reads what a program writes to the file descriptor end: lines go into the log, states of progress to sys.stderr,
    each over the last in a terminal or a notebook, and as a line now and then elsewhere."""

    def __init__(self, log: str):
        super().__init__(daemon=True)
        self._source, self.end = os.openpty()  # to a terminal the program says at once how far it is
        tty.setraw(self.end)
        self._log, self._stream = log, sys.stderr
        self._is_drawn = self._stream is not None and (
            self._stream.isatty() or type(self._stream).__module__.startswith("ipykernel"))
        self._width, self._told = 0, -float("inf")
        self.start()

    def run(self) -> None:
        text = b""
        with open(self._log, "wb", buffering=0) as log:
            while data := self._read():
                *parts, text = _ENDS.split(text + data)
                log.write(b"".join(part + end for part, end in zip(parts[::2], parts[1::2]) if end == b"\n"))
                if text.endswith((b" left", b" to run")):
                    self._tell(text.decode(errors="replace"))
        self._tell(None)
        os.close(self._source)

    def _read(self) -> bytes:
        try:
            return os.read(self._source, 4096)
        except OSError:  # nobody has the other end
            return b""

    def _tell(self, state: Optional[str]) -> None:
        """Shows a state; None: takes it away, if it can be."""
        stream: Any = self._stream
        if stream is None:
            return
        try:
            if self._is_drawn:
                stream.write("\r" + (state or "").ljust(self._width) + ("" if state else "\r"))
                self._width = len(state or "")
            elif state and time.monotonic() - self._told >= _INTERVAL:
                stream.write(state + "\n")
                self._told = time.monotonic()
            stream.flush()
        except (OSError, ValueError):  # closed; the program goes on
            self._stream = None
