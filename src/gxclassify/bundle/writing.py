"""Write a bundle so that no moment, not even a crash, leaves half a model."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify._version import __version__
from gxclassify.bundle.format import DESCRIPTION, FORMAT, WEIGHTS, checksum, probe
from gxclassify.errors import ModelError
from gxclassify.features.segmenter import get_segmenter
from gxclassify.features.words import WordVocabulary
from gxclassify.files import write_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gxclassify.features.vocabulary import Vocabulary
    from gxclassify.parts import ModelParts

__all__ = ["check_target", "save_bundle"]


def save_bundle(parts: ModelParts, folder: Path) -> str:
    """Write a model to `folder` and return the bundle's digest; an existing model there is replaced in one step."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for block in parts.blocks:
        name = _block_name(block.vocabulary)
        for key, array in block.vocabulary.arrays().items():
            arrays[f"{name}.{key}"] = array
        arrays[f"{name}.impact"] = block.impact
    # Not compressed: the impacts, nearly all of it, hardly shrink, and unpacking took longer than all other reading.
    buffer = io.BytesIO()
    np.savez(buffer, **{key: np.ascontiguousarray(array) for key, array in sorted(arrays.items())})  # type: ignore[arg-type]
    weights = buffer.getvalue()
    description = _describe(parts, weights)
    text = json.dumps(description, ensure_ascii=False, indent=1) + "\n"
    _replace_folder(folder, {DESCRIPTION: text.encode(), WEIGHTS: weights})
    return str(description["checksum"])


def _block_name(vocabulary: Vocabulary) -> str:
    return "words" if isinstance(vocabulary, WordVocabulary) else "chars"


def _describe(parts: ModelParts, weights: bytes) -> dict[str, Any]:
    taxonomy = parts.taxonomy
    themes = taxonomy.ids
    segmenter = get_segmenter(taxonomy.segmenter_terms)
    provenance = {key: value for key, value in parts.provenance.items() if value is not None}
    description: dict[str, Any] = {
        "format": FORMAT,
        "gxclassify": __version__,
        "themes": [theme.to_json() for theme in taxonomy.themes],
        "exclusive": taxonomy.exclusive,
        "at_least_one": taxonomy.at_least_one,
        "thresholds": dict(zip(themes, parts.thresholds.tolist(), strict=True)),
        "calibration": {
            theme: dataclasses.asdict(calibration) for theme, calibration in zip(themes, parts.calibration, strict=True)
        },
        "intercept": dict(zip(themes, parts.intercept.tolist(), strict=True)),
        "features": dataclasses.asdict(parts.features),
        "blocks": [_block_name(block.vocabulary) for block in parts.blocks],
        "segmenter": {
            "dictionary": segmenter.version,
            "terms": list(taxonomy.segmenter_terms),
            "probe": probe(segmenter),
        },
        "documents": provenance.pop("documents", None),
        "weights": {"sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)},
    }
    # A loaded model's provenance is its old description: what is said anew wins.
    description = {**description, **{key: value for key, value in provenance.items() if key not in description}}
    description["checksum"] = checksum(description)
    return description


def check_target(folder: Path) -> None:
    """Make sure, before long work, that a bundle can be written to `folder`.

    Raises
    ------
    ModelError
        The folder holds something else than a model, or it cannot be written.
    """
    try:
        if folder.exists() and not (folder.is_dir() and _is_ours(folder)):
            msg = f"{folder}: will not be replaced, it is not a model folder; name a new or empty folder."
            raise ModelError(msg)
        above = next(path for path in folder.resolve().parents if path.exists())
        if not (above.is_dir() and os.access(above, os.W_OK)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> ModelError:
    return ModelError(f"{folder}: the model cannot be written there ({error.strerror}); choose another folder.")


def _is_ours(folder: Path) -> bool:
    names = {path.name for path in folder.iterdir()}
    return not names - {"README.md"} or DESCRIPTION in names


def _replace_folder(folder: Path, files: dict[str, bytes]) -> None:
    check_target(folder)
    target = folder.resolve()  # what a link points to is replaced, not the link
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        fresh.chmod(0o755)
        if target.exists():  # what people put beside the model, such as its card, stays
            shutil.copytree(target, fresh, symlinks=True, ignore=lambda *_: files, dirs_exist_ok=True)
        for name, content in files.items():
            write_whole(fresh / name, content, partial(_unwritable, folder))
        _put_in_place(fresh, target)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)  # after an exchange this is the old model


def _put_in_place(fresh: Path, target: Path) -> None:
    """Give `fresh` the name `target`; an old folder of that name ends up as `fresh`, or beside it and goes."""
    if not target.exists():
        fresh.rename(target)
    elif not _exchange(fresh, target):
        old = target.with_name(f"{fresh.name}.old")
        target.rename(old)
        try:
            fresh.rename(target)
        except BaseException:
            old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swap the names of two folders in one step, so that no moment is without a model; tell whether that worked."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    here, swap = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <fcntl.h> and <stdio.h>
    return rename is not None and rename(here, os.fsencode(one), here, os.fsencode(other), swap) == 0
