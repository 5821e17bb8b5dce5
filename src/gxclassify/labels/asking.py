"""The paragraphs to choose from, and the memory of what was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.labels.records import LabelRecord
from gxclassify.labels.similarity import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gxclassify.reading import Document

__all__ = ["Asked", "paragraphs_of"]

_FINGERPRINT = 16


@dataclass(slots=True)
class Asked:
    """What was asked for: a file with one fingerprint a line, in the order of asking."""

    path: Path
    fingerprints: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, path: Path) -> Asked:
        """Read the file; one that does not exist yet remembers nothing.

        Raises
        ------
        InputError
            It cannot be read, or is something else.
        """
        try:
            lines = path.read_text(encoding="utf-8").split()
        except FileNotFoundError:
            return cls(path)
        except (OSError, UnicodeDecodeError) as error:
            msg = f"{path}: the memory of what was asked for cannot be read ({error}); name another with --state."
            raise InputError(msg) from error
        for number, line in enumerate(lines, 1):
            if len(line) != _FINGERPRINT or set(line) - set("0123456789abcdef"):
                msg = f"{path}:{number}: not a memory of what was asked for; name another file with --state."
                raise InputError(msg)
        return cls(path, set(lines))

    def remember(self, texts: Iterable[str]) -> None:
        """Add `texts`, in memory and in the file.

        Raises
        ------
        InputError
            The file cannot be written.
        """
        fresh = [name for name in map(fingerprint, texts) if name not in self.fingerprints]
        try:
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{name}\n" for name in fresh)
        except OSError as error:
            msg = f"{self.path}: cannot be written ({error.strerror}); name another file to remember in with --state."
            raise InputError(msg) from error
        self.fingerprints.update(fresh)


def paragraphs_of(paths: Sequence[Path]) -> list[LabelRecord]:
    """Return the paragraphs of files that ``predict`` reads, as records without labels.

    A JSON Lines record keeps its ``id``, ``article`` and ``source``; a paragraph of another document is named after its
    text and grouped by document and article.
    """
    from gxclassify.reading import iter_files, read

    records: list[LabelRecord] = []
    for path in iter_files([str(p) for p in paths]):
        records += _records(read(path), path.name)
    return records


def _records(document: Document, name: str) -> list[LabelRecord]:
    records = []
    for a, article in enumerate(document.articles):
        for paragraph in article.paragraphs:
            told = {key: value for key, value in paragraph.record.items() if isinstance(value, str) and value}
            number = told.get("id") or fingerprint(paragraph.text)
            group = told.get("article") or (number if paragraph.record else f"{name}:{a + 1}")
            source = told.get("source", "" if paragraph.record else name)
            records.append(LabelRecord(id=number, text=paragraph.text, article=group, source=source))
    return records
