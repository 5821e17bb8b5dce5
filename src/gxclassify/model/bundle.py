"""A model on disk, ``model.json`` and ``weights.npz``: checked in every part when read, never half written."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import io
import json
import math
import os
import shutil
import struct
import sys
import zipfile
import zlib
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gxclassify._version import __version__
from gxclassify.config import Config, FeatureConfig
from gxclassify.errors import ConfigError, LabelError, ModelError, boundary, reason
from gxclassify.features.segmenter import Segmenter, get_segmenter
from gxclassify.features.vocabulary import CharVocabulary, Vocabulary, WordVocabulary, inverse_document_frequency
from gxclassify.files import copy_folder, new_folder, read_regular, write_whole
from gxclassify.messages import Message, system_text
from gxclassify.model.linear import Block, Calibration, ModelParts
from gxclassify.themes import taxonomy_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

FORMAT = 1
"""The number of the bundle's format.

To change the format: raise this number, teach `load_bundle` to read the old and the new one (branch on the number
there, nowhere else), add a bundle of the old format to ``tests/data`` with a test that loads it, and say so in the
changelog. A reader refuses a higher number than its own.
"""

MOST_BYTES = 2**30
"""The largest ``weights.npz`` that is read."""

MOST_DESCRIPTION_BYTES = 2**26
"""The largest ``model.json`` that is read."""

MOST_DOCUMENTS = 2**31 - 1
"""How many paragraphs a model may have been trained on; document frequencies are 32-bit integers."""

LARGEST = 1e6
"""The largest coefficient of a calibration, and intercept: far above any that are learnt, and products stay finite."""

DESCRIPTION, WEIGHTS = "model.json", "weights.npz"


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """A kind of folder in this format: the file that describes it, what it is called, and how one comes about."""

    description: str
    noun: str
    verb: str

    @property
    def remedy(self) -> str:
        """What mends a damaged one."""
        return Message("restore the {noun} or {verb} it again", noun=self.noun, verb=self.verb)


MODEL = Kind(DESCRIPTION, Message("model"), Message("train"))
PRIOR = Kind("prior.json", Message("prior"), Message("build"))

# A text that a different dictionary is likely to cut differently; the terms of the taxonomy are added to it.
_PROBE = "济宁高新区围绕四大主导产业开展产业链招商，年内引进和培育创新平台20个，推进国家生态工业示范园区建设规划。"


def probe(segmenter: Segmenter) -> str:
    """Return a digest of how `segmenter` cuts, by which a model knows whether it is the one it was made with."""
    words = segmenter.cut("\n".join((_PROBE, *segmenter.terms)))
    return hashlib.sha256("/".join(words).encode()).hexdigest()


def checksum(description: dict[str, Any]) -> str:
    """Return the SHA-256 of a description without its own checksum; it is the digest of the whole bundle."""
    rest = {key: value for key, value in description.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# ---- Read a bundle: every part of it is checked before a model is made of it.


def read_description(folder: Path, kind: Kind = MODEL) -> dict[str, Any]:
    """Return the verified content of a bundle's ``model.json``, or of what stands for it in another `kind` of folder.

    Raises
    ------
    ModelError
        There is none, it is damaged, or its format is newer than this version reads.
    """
    path = folder / kind.description
    try:
        data = read_regular(path, MOST_DESCRIPTION_BYTES)
    except FileNotFoundError as error:
        raise ModelError(
            "{folder}: there is no {noun} here (no {description}); name a {noun} folder or {verb} one.",
            folder=folder,
            noun=kind.noun,
            description=kind.description,
            verb=kind.verb,
        ) from error
    except (OSError, ValueError) as error:  # the latter: a name with a NUL
        if isinstance(error, NotADirectoryError):
            raise ModelError(
                "{folder}: a {noun} is a folder, and this is a file; name the folder with {description} in it.",
                folder=folder,
                noun=kind.noun,
                description=kind.description,
            ) from error
        raise ModelError("{path}: cannot be read ({reason}).", path=path, reason=reason(error)) from error
    if len(data) > MOST_DESCRIPTION_BYTES:
        raise ModelError(
            "{path}: larger than the {most_description_bytes:,} bytes that are read; restore the {noun}.",
            path=path,
            most_description_bytes=MOST_DESCRIPTION_BYTES,
            noun=kind.noun,
        )
    with boundary(
        lambda why: ModelError(
            "{path}: damaged, not valid JSON ({why}); {remedy}.", path=path, why=why, remedy=kind.remedy
        )
    ):
        description = json.loads(data.decode("utf-8"), object_pairs_hook=_without_doubles)
        found = checksum(description) if isinstance(description, dict) else ""
    number = description.get("format") if isinstance(description, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ModelError("{path}: not a {noun} description; {remedy}.", path=path, noun=kind.noun, remedy=kind.remedy)
    if number > FORMAT:
        raise ModelError(
            "{folder}: the {noun}'s format {number} is newer than this version reads ({most}); upgrade gxclassify.",
            folder=folder,
            noun=kind.noun,
            number=number,
            most=FORMAT,
        )
    if description.get("checksum") != found:
        raise ModelError(
            "{path}: damaged or edited by hand, its checksum does not match; {remedy}.", path=path, remedy=kind.remedy
        )
    return cast("dict[str, Any]", description)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; one that says something twice says different things to different readers."""
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError(Message("a name is there twice in one object"))
    return table


def load_bundle(folder: Path, kind: Kind = MODEL, *, expected_digest: str | None = None) -> ModelParts:
    """Read and verify the bundle in `folder`; a `ModelError` says why one is refused.

    With an `expected_digest` no other model is taken, however whole it is: nothing of it but its description is read.
    """
    description = read_description(folder, kind)
    if expected_digest is not None and description["checksum"] != expected_digest:
        raise ModelError(
            "{folder}: this is another {noun} than the one expected: its digest is {checksum}, not {expected_digest}.",
            folder=folder,
            noun=kind.noun,
            checksum=description["checksum"],
            expected_digest=expected_digest,
        )
    with boundary(
        lambda why: ModelError(
            "{folder}: the {noun} cannot be used ({why}); {remedy}.",
            folder=folder,
            noun=kind.noun,
            why=why,
            remedy=kind.remedy,
        )
    ):
        try:
            return _parts(folder, description, kind)
        except ModelError as error:
            if str(folder) in str(error):
                raise
            raise ModelError("{folder}: {error}; {remedy}.", folder=folder, error=error, remedy=kind.remedy) from error
        except (AttributeError, ConfigError, KeyError, LabelError, TypeError, ValueError) as error:
            raise ModelError(
                "{folder}: the {noun}'s description is not complete or out of range ({error}); {remedy}.",
                folder=folder,
                noun=kind.noun,
                error=error,
                remedy=kind.remedy,
            ) from error


def _parts(folder: Path, description: dict[str, Any], kind: Kind) -> ModelParts:
    taxonomy = taxonomy_of(
        {
            "theme": description["themes"],
            "exclusive": description["exclusive"],
            "at_least_one": description["at_least_one"],
            "segmenter_terms": description["segmenter"]["terms"],
        },
        kind.description,
    )
    segmenter = _matching_segmenter(folder, description["segmenter"], kind)
    ids = taxonomy.ids
    documents = description["documents"]
    if not isinstance(documents, int) or isinstance(documents, bool) or not 0 < documents <= MOST_DOCUMENTS:
        raise ValueError(
            Message(
                "documents must be a whole number from 1 to {most:,}. Got {documents!r}",
                most=MOST_DOCUMENTS,
                documents=documents,
            )
        )
    names = description["blocks"]
    if not isinstance(names, list) or not names or len(set(names)) < len(names):
        raise ValueError(Message("blocks must be a list of different names. Got {names!r}", names=names))
    arrays = read_weights(folder, description, kind)
    return ModelParts(
        taxonomy=taxonomy,
        features=_features(description["features"]),
        blocks=tuple(_block(name, arrays, segmenter, documents, len(ids)) for name in names),
        intercept=np.array([_number(value) for value in _by_theme(description, "intercept", ids)]),
        calibration=tuple(
            Calibration(**{key: _number(value) for key, value in own.items()})
            for own in _by_theme(description, "calibration", ids)
        ),
        thresholds=np.array([_number(value, 0, 1) for value in _by_theme(description, "thresholds", ids)]),
        provenance=description,
        digest=description["checksum"],
    )


def _by_theme(description: dict[str, Any], key: str, ids: Sequence[str]) -> list[Any]:
    """Return what a part of the description says of each theme; it must not speak of others."""
    table = description[key]
    if set(table) != set(ids):
        raise ValueError(Message("{key} must speak of the themes, each once", key=key))
    return [table[theme] for theme in ids]


def _number(value: Any, least: float = -LARGEST, most: float = LARGEST) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:  # NaN is not
        raise ValueError(
            Message("{value!r:.40} is no number from {least:g} to {most:g}", value=value, least=least, most=most)
        )
    return float(value)


def _features(values: dict[str, Any]) -> FeatureConfig:
    """Build the feature settings with their types and ranges checked."""
    checked = Config().with_values({f"features.{key}": value for key, value in values.items()}, DESCRIPTION)
    return checked.features


def read_weights(folder: Path, description: dict[str, Any], kind: Kind = MODEL) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of a bundle with that `description`, each as it was written."""
    path = folder / WEIGHTS
    try:
        data = read_regular(path, MOST_BYTES)
    except OSError as error:
        raise ModelError(
            "{path}: cannot be read ({reason}); {remedy}.", path=path, reason=reason(error), remedy=kind.remedy
        ) from error
    if len(data) > MOST_BYTES:
        raise ModelError("{path}: more than the {most_bytes:,} bytes that are read.", path=path, most_bytes=MOST_BYTES)
    if hashlib.sha256(data).hexdigest() != description["weights"]["sha256"]:
        raise ModelError(
            "{path}: damaged or of another {noun}, its SHA-256 is not the one in {description}; restore it.",
            path=path,
            noun=kind.noun,
            description=kind.description,
        )
    with boundary(
        lambda why: ModelError(
            "{path}: not an archive of plain arrays ({why}); {remedy}.", path=path, why=why, remedy=kind.remedy
        )
    ):
        return _plain_arrays(data)


def _plain_arrays(data: bytes) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of an archive as `numpy.savez` writes it, in no more memory than the archive takes.

    Members are stored, not packed, so that together they are smaller than the file: no header can ask for more.
    """
    arrays = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
            raise ValueError(Message("its members are compressed"))
        if len(set(archive.namelist())) < len(entries) or sum(entry.file_size for entry in entries) > len(data):
            raise ValueError(Message("its members overlap"))
        for entry in entries:
            arrays[entry.filename.removesuffix(".npy")] = _plain_array(archive.read(entry))
    return arrays


def _plain_array(content: bytes) -> NDArray[np.generic]:
    """Return the array that a ``.npy`` file of the first version holds; a view of `content`."""
    file = io.BytesIO(content)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError(Message("an array of another version"))
    shape, in_columns, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject or dtype.names:
        raise ValueError(Message("an array of objects"))
    if math.prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError(Message("an array of another size than its header says"))
    return np.ndarray(shape, dtype, content, file.tell(), order="F" if in_columns else "C")


def _matching_segmenter(folder: Path, expected: dict[str, Any], kind: Kind) -> Segmenter:
    segmenter = get_segmenter(tuple(expected["terms"]))
    if expected["dictionary"] != segmenter.version or expected["probe"] != probe(segmenter):
        raise ModelError(
            "{folder}: the {noun} was made with another dictionary or other terms ({dictionary}) "
            "than this installation cuts with ({version}); install the matching jieba or train again.",
            folder=folder,
            noun=kind.noun,
            dictionary=expected["dictionary"],
            version=segmenter.version,
        )
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
        raise ModelError("the block {name!r} is not known", name=name)
    impact = own.get("impact")
    size = len(vocabulary.document_frequency)
    if impact is None or impact.dtype != np.float16 or impact.shape != (size, n_themes):
        raise ModelError("the weights of the block {name!r} are missing or of another shape", name=name)
    if not np.isfinite(impact).all():
        raise ModelError("the weights of the block {name!r} are not finite", name=name)
    if (vocabulary.document_frequency > documents).any():
        raise ModelError(
            "a term of the block {name!r} stands in more than the {documents:,} documents",
            name=name,
            documents=documents,
        )
    idf = inverse_document_frequency(vocabulary.document_frequency, documents)
    return Block(vocabulary, idf, cast("NDArray[np.float16]", impact))


# ---- Write a bundle so that no moment, not even a crash, leaves half a model.


def save_bundle(
    parts: ModelParts, folder: Path, kind: Kind = MODEL, extra: Mapping[str, NDArray[np.generic]] = MappingProxyType({})
) -> str:
    """Write a model to `folder` and return the bundle's digest; an existing model there is replaced in one step.

    `extra` are arrays to keep beside the model's own, for another `kind` of folder; their names hold no dot.
    """
    arrays = dict(extra)
    for block in parts.blocks:
        name = _block_name(block.vocabulary)
        for key, array in block.vocabulary.arrays().items():
            arrays[f"{name}.{key}"] = array
        arrays[f"{name}.impact"] = block.impact
    # Not compressed: the impacts, nearly all of it, hardly shrink, and unpacking took longer than all other reading.
    weights = _archive({f"{key}.npy": _npy(array) for key, array in sorted(arrays.items())})
    description = _describe(parts, weights)
    text = json.dumps(description, ensure_ascii=False, indent=1) + "\n"
    _replace_folder(folder, {kind.description: text.encode(), WEIGHTS: weights}, kind)
    return str(description["checksum"])


def _npy(array: NDArray[np.generic]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _archive(members: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive of stored members, as `numpy.savez` writes it.

    Its bytes name the model, and those of numpy hang on the Python that runs: before 3.11.4 the headers of `zipfile`
    were others. Places are numbers of four bytes: what is larger than `MOST_BYTES` is not read anyway.
    """
    archive, directory = bytearray(), bytearray()
    for name, content in members.items():
        label, size, place = name.encode("ascii"), len(content), len(archive)
        # Needs version 4.5, for ZIP64; no flags; stored; no time; 1 January 1980, the earliest date there is.
        common = struct.pack("<5HI", _ZIP64, 0, 0, 0, 33, zlib.crc32(content))
        sizes = struct.pack("<HHQQ", 1, 16, size, size)  # ZIP64's field, which sizes of 0xffffffff refer to
        archive += b"PK\x03\x04" + common + struct.pack("<IIHH", _IN_FIELD, _IN_FIELD, len(label), len(sizes))
        archive += label + sizes + content
        rest = struct.pack("<IIHHHHHII", size, size, len(label), 0, 0, 0, 0, _MODE << 16, place)
        directory += b"PK\x01\x02" + struct.pack("<BB", _ZIP64, _UNIX) + common + rest + label
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(archive), 0)
    return bytes(archive + directory + b"PK\x05\x06" + end)


_ZIP64, _IN_FIELD, _UNIX, _MODE = 45, 0xFFFFFFFF, 3, 0o600


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
    # Half surrogate pairs, as names of label files that are not UTF-8 have, cannot be written; they become "?".
    description = json.loads(json.dumps(description, ensure_ascii=False).encode("utf-8", "replace"))
    description["checksum"] = checksum(description)
    return description


def check_target(folder: Path, kind: Kind = MODEL) -> None:
    """Make sure, before long work, that a bundle can be written to `folder`.

    Raises
    ------
    ModelError
        The folder holds something else than a model, or it cannot be written.
    """
    try:
        if folder.exists() and not (folder.is_dir() and _is_ours(folder, kind)):
            raise ModelError(
                "{folder}: will not be replaced, it is not a {noun} folder; name a new or empty folder.",
                folder=folder,
                noun=kind.noun,
            )
        above = next(path for path in folder.resolve().parents if path.exists())
        if not (above.is_dir() and os.access(above, os.W_OK)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> ModelError:
    return ModelError(
        "{folder}: the model cannot be written there ({reason}); choose another folder.",
        folder=folder,
        reason=system_text(error),
    )


def _is_ours(folder: Path, kind: Kind) -> bool:
    names = {path.name for path in folder.iterdir()}
    return not names - {"README.md"} or kind.description in names


def _replace_folder(folder: Path, files: dict[str, bytes], kind: Kind) -> None:
    check_target(folder, kind)
    target = folder.resolve()  # what a link points to is replaced, not the link
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh, claim = new_folder(target)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        fresh.chmod(0o755)
        if target.exists():  # what people put beside the model, such as its card, stays
            copy_folder(target, fresh, symlinks=True, ignore=lambda *_: files, dirs_exist_ok=True)
        for name, content in files.items():
            write_whole(fresh / name, content, partial(_unwritable, folder))
        _put_in_place(fresh, target)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        claim.close()
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
