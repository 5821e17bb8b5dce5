"""Read a bundle: every part of it is checked before a model is made of it."""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gxclassify.bundle.format import DESCRIPTION, FORMAT, MOST_BYTES, MOST_DESCRIPTION_BYTES, WEIGHTS, checksum, probe
from gxclassify.calibration import Calibration
from gxclassify.config import Config, FeatureConfig
from gxclassify.errors import ConfigError, ModelError
from gxclassify.features.characters import CharVocabulary
from gxclassify.features.segmenter import Segmenter, get_segmenter
from gxclassify.features.vocabulary import Vocabulary, inverse_document_frequency
from gxclassify.features.words import WordVocabulary
from gxclassify.linear import Block
from gxclassify.parts import ModelParts
from gxclassify.themes import Taxonomy, Theme

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["load_bundle", "read_description"]


def read_description(folder: Path) -> dict[str, Any]:
    """Return the verified content of a bundle's ``model.json``.

    Raises
    ------
    ModelError
        There is none, it is damaged, or its format is newer than this version reads.
    """
    path = folder / DESCRIPTION
    try:
        if path.stat().st_size > MOST_DESCRIPTION_BYTES:
            msg = f"{path}: larger than the {MOST_DESCRIPTION_BYTES:,} bytes that are read; restore the model."
            raise ModelError(msg)
        description = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        msg = f"{folder}: there is no model here (no {DESCRIPTION}); name a model folder or train one."
        raise ModelError(msg) from error
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})."
        raise ModelError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"{path}: damaged, not valid JSON; restore the model or train it again."
        raise ModelError(msg) from error
    if not isinstance(description, dict) or not isinstance(description.get("format"), int):
        msg = f"{path}: not a model description; restore the model or train it again."
        raise ModelError(msg)
    if description["format"] > FORMAT:
        msg = (
            f"{folder}: the model's format {description['format']} is newer than this version reads ({FORMAT}); "
            f"upgrade gxclassify."
        )
        raise ModelError(msg)
    if description.get("checksum") != checksum(description):
        msg = f"{path}: damaged or edited by hand, its checksum does not match; restore the model or train it again."
        raise ModelError(msg)
    return description


def load_bundle(folder: Path) -> ModelParts:
    """Read and verify the bundle in `folder`; a `ModelError` says why one is refused."""
    description = read_description(folder)
    try:
        arrays = _read_weights(folder / WEIGHTS, description["weights"])
        segmenter = _matching_segmenter(folder, description["segmenter"])
        themes = tuple(Theme(**theme) for theme in description["themes"])
        taxonomy = Taxonomy(
            themes=themes,
            exclusive=description["exclusive"],
            at_least_one=description["at_least_one"],
            segmenter_terms=segmenter.terms,
        )
        ids = taxonomy.ids
        documents = int(description["documents"])
        return ModelParts(
            taxonomy=taxonomy,
            features=_features(description["features"]),
            blocks=tuple(_block(name, arrays, segmenter, documents, len(ids)) for name in description["blocks"]),
            intercept=np.array([_number(description["intercept"][theme]) for theme in ids]),
            calibration=tuple(
                Calibration(**{key: _number(value) for key, value in description["calibration"][theme].items()})
                for theme in ids
            ),
            thresholds=np.array([_number(description["thresholds"][theme]) for theme in ids]),
            provenance=description,
            digest=description["checksum"],
        )
    except ModelError as error:
        msg = str(error) if str(folder) in str(error) else f"{folder}: {error}; restore the model or train it again."
        raise ModelError(msg) from error
    except (AttributeError, ConfigError, KeyError, TypeError, ValueError) as error:
        msg = f"{folder}: the model's description is not complete ({error}); restore the model or train it again."
        raise ModelError(msg) from error


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        msg = f"{value!r} is no finite number"
        raise ValueError(msg)
    return float(value)


def _features(values: dict[str, Any]) -> FeatureConfig:
    """Build the feature settings with their types and ranges checked."""
    checked = Config().with_values({f"features.{key}": value for key, value in values.items()}, DESCRIPTION)
    return checked.features


def _read_weights(path: Path, expected: dict[str, Any]) -> dict[str, NDArray[np.generic]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            msg = f"{path}: {path.stat().st_size:,} bytes, more than the {MOST_BYTES:,} that are read."
            raise ModelError(msg)
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); restore the model or train it again."
        raise ModelError(msg) from error
    if hashlib.sha256(data).hexdigest() != expected["sha256"]:
        msg = f"{path}: damaged or of another model, its SHA-256 is not the one in {DESCRIPTION}; restore it."
        raise ModelError(msg)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MOST_BYTES:
            msg = f"{path}: {unpacked:,} bytes unpacked, more than the {MOST_BYTES:,} that are read."
            raise ModelError(msg)
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, MemoryError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        msg = f"{path}: not an archive of plain arrays ({error}); restore the model or train it again."
        raise ModelError(msg) from error
    if not all(isinstance(array, np.ndarray) for array in arrays.values()):  # numpy hands other members out as bytes
        msg = f"{path}: not an archive of plain arrays; restore the model or train it again."
        raise ModelError(msg)
    return arrays


def _matching_segmenter(folder: Path, expected: dict[str, Any]) -> Segmenter:
    segmenter = get_segmenter(tuple(expected["terms"]))
    if expected["dictionary"] != segmenter.version or expected["probe"] != probe(segmenter):
        msg = (
            f"{folder}: the model was made with another dictionary or other terms ({expected['dictionary']}) than this "
            f"installation cuts with ({segmenter.version}); install the matching jieba or train again."
        )
        raise ModelError(msg)
    return segmenter


def _block(
    name: str, arrays: dict[str, NDArray[np.generic]], segmenter: Segmenter, documents: int, n_themes: int
) -> Block:
    own = {key.partition(".")[2]: array for key, array in arrays.items() if key.partition(".")[0] == name}
    vocabulary: Vocabulary
    if name == "words":
        vocabulary = WordVocabulary.from_arrays(own, segmenter)
    elif name == "chars":
        vocabulary = CharVocabulary.from_arrays(own)
    else:
        msg = f"the block {name!r} is not known"
        raise ModelError(msg)
    impact = own.get("impact")
    size = len(vocabulary.document_frequency)
    if impact is None or impact.dtype != np.float16 or impact.shape != (size, n_themes):
        msg = f"the weights of the block {name!r} are missing or of another shape"
        raise ModelError(msg)
    if not np.isfinite(impact).all():
        msg = f"the weights of the block {name!r} are not finite"
        raise ModelError(msg)
    idf = inverse_document_frequency(vocabulary.document_frequency, documents)
    return Block(vocabulary, idf, cast("NDArray[np.float16]", impact))
