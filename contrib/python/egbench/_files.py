# SPDX-License-Identifier: GPL-3.0-or-later
"""safetensors files, with numpy alone."""
from __future__ import annotations

import json
import os
from typing import Dict, Optional, Tuple

import numpy as np

from ._errors import EgbenchError

_TYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8"}


def read_tensors(path: str) -> Tuple[Dict[str, np.ndarray], Dict[str, str]]:
    """The tensors of a file, as float64, and its metadata."""
    try:
        with open(path, "rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            data = file.read()
        metadata = header.pop("__metadata__", {})
        return {name: np.frombuffer(data[slice(*tensor["data_offsets"])], _TYPES[tensor["dtype"]])
                        .reshape(tensor["shape"]).astype(float) for name, tensor in header.items()}, metadata
    except OSError as error:
        raise EgbenchError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, MemoryError, OverflowError) as error:
        raise EgbenchError(f"{path}: this is no safetensors file of floating-point numbers ({error})") from None


def write_tensors(path: str, tensors: Dict[str, np.ndarray], metadata: Optional[Dict[str, str]] = None) -> None:
    header: Dict[str, object] = {"__metadata__": metadata or {}}
    arrays = [np.ascontiguousarray(array, "<f8") for array in tensors.values()]
    at = 0
    for name, array in zip(tensors, arrays):
        header[name] = {"dtype": "F64", "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays:
            file.write(array.tobytes())
