# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands the lines of a worker (src/run/worker.h) to a Python process that has the method, through a socket, and back.

    python3 -S -E _relay.py SOCKET NAME TOKEN
"""
import os
import select
import socket
import sys


def main() -> None:
    link = socket.socket(socket.AF_UNIX)
    link.connect(sys.argv[1])
    link.sendall((" ".join(sys.argv[2:]) + "\n").encode())
    while True:
        ready = select.select([0, link], [], [])[0]
        for source in ready:
            data = os.read(0, 65536) if source == 0 else link.recv(65536)
            if not data:
                return
            if source == 0:
                link.sendall(data)
            else:
                while data:
                    data = data[os.write(1, data):]


if __name__ == "__main__":
    main()
