"""Label records from and for other tools: doccano, Label Studio, Prodigy, fastText and CSV."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gxclassify.errors import ConfigError, LabelError
from gxclassify.labels.exchange.base import Exported, Imported, Themes
from gxclassify.labels.records import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gxclassify.labels.records import LabelRecord
    from gxclassify.themes import Taxonomy

__all__ = ["FORMATS", "Exported", "Imported", "export_labels", "import_labels"]

FORMATS = {
    "jsonl": "native",
    "doccano": "doccano",
    "label-studio": "label_studio",
    "prodigy": "prodigy",
    "fasttext": "fasttext",
    "csv": "table",
}
"""The formats' names and the modules that know them; each has ``decode`` and ``encode``."""


def import_labels(path: Path, form: str, taxonomy: Taxonomy, *, source: str = "") -> Imported:
    """Read another tool's export.

    Parameters
    ----------
    path : Path
    form : str
        A name in `FORMATS`.
    taxonomy : Taxonomy
        A label in the file may be a theme's id, Chinese or English name; with a ``?`` behind it, a ``maybe``.
    source : str
        The kind of text, for records whose file does not tell.

    Returns
    -------
    Imported
        The records, and notices of what was passed over.

    Raises
    ------
    LabelError
        ``file:line`` (or task) and what is wrong there.
    ConfigError
        There is no such format.
    """
    imported: Imported = _module(form).decode(read_text(path), str(path), Themes(taxonomy, source))
    if not imported.records:
        msg = f"{path}: holds no labelled paragraph in the shape that {form} writes."
        raise LabelError(msg)
    return imported.checked()


def export_labels(records: Sequence[LabelRecord], form: str, taxonomy: Taxonomy) -> Exported:
    """Return `records` as the bytes of a file that `form` reads, and one notice of what it cannot carry.

    >>> from gxclassify.labels.records import LabelRecord
    >>> from gxclassify.themes import Taxonomy
    >>> record = LabelRecord(id="1", text="新签约项目12个。", labels=("招商",), article="1")
    >>> export_labels([record], "fasttext", Taxonomy.of_ids(["招商"])).data.decode().strip()
    '__label__招商 新 签约 项目 12 个 。'
    """
    exported: Exported = _module(form).encode(records, taxonomy)
    return exported


def _module(form: str) -> Any:
    if form not in FORMATS:
        msg = f"There is no label format {form!r}; there are {', '.join(FORMATS)}."
        raise ConfigError(msg)
    return importlib.import_module(f"{__name__}.{FORMATS[form]}")
