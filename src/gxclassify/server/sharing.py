"""Hand a model from the supervisor to its workers so that all use one copy of its arrays.

The model is pickled with its arrays out of line (PEP 574) into a file that the workers map into memory. The file is
made by the supervisor, in a folder that nobody else may enter, and is gone as soon as all workers have mapped it; a
model from outside always comes as a verified bundle, never this way.
"""

from __future__ import annotations

import mmap
import pickle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gxclassify.model import Model

__all__ = ["map_model", "write_model"]

_ALIGNMENT = 64
_LENGTH = 8


def write_model(model: Model, path: Path) -> None:
    """Write `model` to `path` for `map_model`."""
    arrays: list[pickle.PickleBuffer] = []
    data = pickle.dumps(model, protocol=5, buffer_callback=arrays.append)
    with path.open("wb") as file:
        count = len(arrays).to_bytes(_LENGTH, "little")
        for part in (memoryview(count), memoryview(data), *(array.raw() for array in arrays)):
            file.write(part.nbytes.to_bytes(_LENGTH, "little"))
            file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            file.write(part)


def map_model(path: Path) -> Model:
    """Return the model in `path`, its arrays read-only views of the mapped file."""
    with path.open("rb") as file:
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    parts: list[memoryview] = []
    place = 0
    while place < len(view):
        length = int.from_bytes(view[place : place + _LENGTH], "little")
        place += _LENGTH
        place += -place % _ALIGNMENT
        parts.append(view[place : place + length])
        place += length
    count, data, *arrays = parts
    if int.from_bytes(count, "little") != len(arrays):
        msg = f"{path}: the model was not handed over wholly."
        raise ValueError(msg)
    model: Model = pickle.loads(data, buffers=arrays)  # noqa: S301 - our own supervisor wrote it, see above
    return model
