# SPDX-License-Identifier: GPL-3.0-or-later
"""Becomes a program that is killed when the process that started it ends, however that ends.

    python3 -I -S _launch.py PID PROGRAM ARGUMENT...      PID: of that process
"""
import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # of linux/prctl.h; execve keeps it


def main() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() == int(sys.argv[1]):  # it may have ended before that
        os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
