"""Label records: what people said of paragraphs, one JSON object a line."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import stat
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError, LabelError
from gxclassify.files import write_whole
from gxclassify.messages import Message, json_word, system_text
from gxclassify.reading.compressed import Plain
from gxclassify.reading.decode import detect, sniff
from gxclassify.reading.records.chunks import parse_object
from gxclassify.reading.records.written import written_file
from gxclassify.themes import Taxonomy, find_taxonomy, is_theme_id, shipped_taxonomy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gxclassify.config import Config
    from gxclassify.training import ThemeClassifier

OPEN_SIGNS = ("?", "？")
"""Behind a theme's name in files of other tools: the label leaves it open."""

_SAID = ("annotator", "adjudicated", "time")
_KEYS = frozenset({"id", "text", "labels", "maybe", "evidence", "article", "source", *_SAID})


class UnknownThemeError(LabelError):
    """A label, at `place`, is none of the themes; `table` is the file, where it is one that can be imported."""

    def __init__(self, message: Message, theme: object = "", place: str = "", table: str = "") -> None:
        super().__init__(message)
        self.theme, self.place, self.table = theme, place, table


class NoTextError(LabelError):
    """A file is something else than text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRecord:
    """One paragraph and what a person said of it.

    Attributes
    ----------
    labels : tuple of str
        The themes that it tells; empty says looked at, none.
    maybe : tuple of str
        Themes left open; masked in training and scoring.
    evidence : dict of str to tuple of (start, end)
        The sentences that tell a theme, as character spans of `text`.
    article : str
        Groups paragraphs that must not be split between training and test; the id where none is given.
    annotator, adjudicated : str
        Who read it; who decided where readers differed.
    where : str
        ``file:line``, for messages.
    """

    id: str
    text: str
    labels: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    evidence: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    article: str
    source: str = ""
    annotator: str = ""
    adjudicated: str = ""
    time: str = ""
    where: str = field(default="", compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return the record as it stands in a file; empty optional fields are left out."""
        table: dict[str, Any] = {"id": self.id, "text": self.text, "labels": list(self.labels)}
        table["maybe"] = list(self.maybe)
        if self.evidence:
            table["evidence"] = {theme: [list(span) for span in spans] for theme, spans in self.evidence.items()}
        table["article"] = self.article
        table.update({key: getattr(self, key) for key in ("source", *_SAID) if getattr(self, key)})
        return table


@dataclass(frozen=True, slots=True)
class LabelSet:
    """The records of some files and their taxonomy.

    Attributes
    ----------
    records : tuple of LabelRecord
        File by file.
    taxonomy : Taxonomy
    hashes : dict of str to str
        The SHA-256 of each file, by the last parts of its path.
    sizes : dict of str to int
        How many of the records each file holds.
    notices : tuple of str
        What was passed over in files of another form.
    """

    records: tuple[LabelRecord, ...]
    taxonomy: Taxonomy
    hashes: dict[str, str]
    sizes: dict[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The paragraphs."""
        return [record.text for record in self.records]

    def fit_arguments(self) -> dict[str, Any]:
        """Return the arguments of `ThemeClassifier.fit` beside the texts."""
        return {
            "y": [record.labels for record in self.records],
            "maybe": [record.maybe for record in self.records],
            "evidence": [record.evidence for record in self.records],
            "groups": [record.article for record in self.records],
        }

    def fit(
        self,
        config: Config,
        progress: Callable[[int, int], None] | None = None,
        *,
        prior: Path | None = None,
        **parameters: Any,
    ) -> ThemeClassifier:
        """Return an estimator with the settings in `config` and other `parameters`, fitted on these labels.

        `prior` is the folder of what other paragraphs taught; see `gxclassify.training.prior`.

        Raises
        ------
        TrainingError
            A theme has too few paragraphs to learn from.
        """
        from gxclassify.training import ThemeClassifier

        classifier = ThemeClassifier.from_config(config, self.taxonomy, prior=prior, **parameters)
        return classifier.fit(self.texts, progress=progress, **self.fit_arguments())


class _Labelled(Protocol):
    """What has labels: a record, or one person's answer on the labelling page."""

    @property
    def labels(self) -> tuple[str, ...]: ...

    @property
    def maybe(self) -> tuple[str, ...]: ...


def tells_none(said: _Labelled) -> bool:
    """Tell whether it says that a paragraph, looked at, tells no theme: nothing is told, and nothing left open."""
    return not said.labels and not said.maybe


def indicators(records: Sequence[_Labelled], themes: Sequence[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what labels say as scikit-learn's multi-label indicator array, and the mask of where they say it.

    Parameters
    ----------
    records : sequence of LabelRecord, or anything with ``labels`` and ``maybe``; length n
    themes : sequence of str, length n_themes
        The columns; a label of another theme is passed over.

    Returns
    -------
    told : bool array (n, n_themes)
        Where a paragraph tells a theme.
    known : bool array (n, n_themes)
        Where the label says anything of the theme: everywhere but at ``maybe``.
    """
    column = {theme: t for t, theme in enumerate(themes)}
    told = np.zeros((len(records), len(themes)), dtype=np.bool_)
    known = np.ones_like(told)
    for i, record in enumerate(records):
        told[i, [column[theme] for theme in record.labels if theme in column]] = True
        known[i, [column[theme] for theme in record.maybe if theme in column]] = False
    return told, known


_Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def label_files(paths: _Paths) -> list[Path]:
    """Return the files that `paths` name: a folder stands for its ``*.jsonl`` files, in order of their names.

    A file that is named twice, or by itself and with its folder, stands there once. In a folder, what ``predict`` wrote
    is passed over, for nobody may have gone over its tags; and what a store of MLflow in a folder
    holds, such as lists of errors of earlier trainings, is no label file.
    """
    files: dict[Path, Path] = {}
    for path in map(Path, _each(paths)):
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (OSError, ValueError) as error:
            if isinstance(error, FileNotFoundError):
                raise LabelError("{path}: there is no such label file or folder.", path=path) from error
            reason = system_text(error) if isinstance(error, OSError) else error
            raise LabelError(
                "{path}: there is no such label file or folder ({reason}).", path=path, reason=reason
            ) from error
        # A pipe in a folder would be waited for.
        inside = [file for file in _inside(path, "*.jsonl") if not _is_result(file)] if is_folder else [path]
        if not inside and (tables := tables_in(path)):
            raise LabelError(
                "{path}: the folder holds no .jsonl label file, but {tables}; name a table by its own path.",
                path=path,
                tables=tables,
            )
        if not inside:
            raise LabelError("{path}: the folder holds no .jsonl label file.", path=path)
        for file in inside:
            files.setdefault(file.resolve(), file)
    return [*files.values()]


def _inside(folder: Path, pattern: str) -> list[Path]:
    stores = {database.parent for database in folder.rglob("mlflow.db")}
    return sorted(file for file in folder.rglob(pattern) if file.is_file() and stores.isdisjoint(file.parents))


def _each(paths: _Paths) -> Sequence[str | os.PathLike[str]]:
    return [paths] if isinstance(paths, str | os.PathLike) else paths


TABLES = frozenset({".csv", ".tsv", ".xlsx", ".ods", ".parquet"})
"""Files that hold one labelled paragraph a row: named by their own paths, for a folder may hold tables of any kind."""


def tables_in(folder: Path) -> list[str]:
    """Return the names of the tables and results in a folder, which are not read with its label files."""
    files = _inside(folder, "*")
    return sorted(f.name for f in files if f.suffix.lower() in TABLES or (f.suffix == ".jsonl" and _is_result(f)))


def _is_result(file: Path) -> bool:
    return written_file(file) == "paragraphs"


@dataclass(frozen=True, slots=True)
class Given:
    """What a label file holds.

    Attributes
    ----------
    data : bytes
        The file as it is.
    lines : list of (str, str)
        Its records as lines of JSON, each behind its ``file:line``.
    own : bool
        Whether these lines stand in the file, the same whatever the themes are.
    notices : tuple of str
        What was passed over.
    """

    data: bytes
    lines: list[tuple[str, str]]
    own: bool = True
    notices: tuple[str, ...] = ()


Read = Callable[[Sequence[Path], Taxonomy | None], list[Given]]
"""Gives what each of some files holds; where it is no label records, the taxonomy tells what its labels may be."""


def load_labels(paths: _Paths, taxonomy: Taxonomy | None = None, *, read: Read | None = None) -> LabelSet:
    """Read and check label records.

    Parameters
    ----------
    paths : path or sequence of paths
        Files of records, and folders of such files; a file that both name is read once.
    taxonomy : Taxonomy, optional
        Default: the ``themes.toml`` beside or above the files; where there is none, the shipped themes that are found,
        if all are such, by whatever name; else the ids found, those of the shipped themes in their order and the others
        behind, sorted (and the taxonomy's `notice` says so).
    read : callable, optional
        Default: as label records; `gxclassify.labels.exchange.load_any_labels` reads tables too.

    Raises
    ------
    LabelError
        ``file:line`` and what is wrong there.
    """
    return load_label_sets([paths], taxonomy, read=read)[0]


def load_label_sets(
    sets: Iterable[_Paths], taxonomy: Taxonomy | None = None, *, read: Read | None = None
) -> list[LabelSet]:
    """Read sets of labels that are held against each other, so that a theme has one id in all; see `load_labels`."""
    files = [label_files(paths) for paths in sets]
    taxonomy = taxonomy or find_taxonomy(file for own in files for file in own)
    known, given = read_given(files, taxonomy, read)
    return [
        _label_set(dict(zip(own, held, strict=True)), taxonomy, known) for own, held in zip(files, given, strict=True)
    ]


def read_given(
    files: Sequence[Sequence[Path]], taxonomy: Taxonomy | None, read: Read | None = None
) -> tuple[Taxonomy | None, list[list[Given]]]:
    """Return the taxonomy by which sets of label files are to be read, and what they hold by it.

    Where none is given, these are the shipped themes if all labels, in all of the sets, are names of such; else None:
    whatever stands as a label is a theme.
    """
    read = read or _read_records
    if taxonomy is not None:
        return taxonomy, [read(own, taxonomy) for own in files]
    shipped = shipped_taxonomy()
    given, why = [], None
    try:
        given = [read(own, None) for own in files]
    except LabelError as error:
        why = error  # perhaps of a column of open marks alone, which its name makes a theme
    if _all_named(given, shipped):
        with contextlib.suppress(LabelError):
            held = given or [[] for _ in files]
            again = [_read_again(*pair, read, shipped) for pair in zip(files, held, strict=True)]
            if _all_named(again, shipped):
                return shipped, again
    if why is not None:
        raise why
    return None, given


def _read_again(files: Sequence[Path], given: Sequence[Given], read: Read, taxonomy: Taxonomy) -> list[Given]:
    """Return what files hold by a taxonomy; what it does not change is not read again, for it may be a pipe."""
    kept = {file: held for file, held in zip(files, given, strict=bool(given)) if held.own}
    rest = [file for file in files if file not in kept]
    return [{**kept, **dict(zip(rest, read(rest, taxonomy), strict=True))}[file] for file in files]


def _all_named(given: Iterable[Iterable[Given]], taxonomy: Taxonomy) -> bool:
    """Tell whether a taxonomy has a name for every theme in label files."""
    tables = (parse_object(line) for own in given for held in own for _, line in held.lines)
    told = {
        name
        for table in tables
        if isinstance(table, dict)
        for key in ("labels", "maybe")
        if isinstance(table.get(key), list)
        for name in table[key]
        if isinstance(name, str)
    }
    return all(taxonomy.find(name) is not None for name in told)


def _label_set(given: dict[Path, Given], named: Taxonomy | None, known: Taxonomy | None) -> LabelSet:
    """Return the records of label files, checked; their taxonomy is that `named`, or else of the themes found."""
    records: list[LabelRecord] = []
    first_seen: dict[str, str] = {}
    hashes: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for file, held in given.items():
        name, before = _short_name(file, hashes), len(records)
        hashes[name] = hashlib.sha256(held.data).hexdigest()
        for where, line in held.lines:
            record = parse_record(line, where, known)
            if record.id in first_seen:
                raise LabelError(
                    "{where}: the id {record_id!r} stands already at {first_seen}; ids are unique.",
                    where=record.where,
                    record_id=record.id,
                    first_seen=first_seen[record.id],
                )
            first_seen[record.id] = record.where
            records.append(record)
        sizes[name] = len(records) - before
    if not records:
        raise LabelError("{paths}: no label record was found.", paths=[*map(str, given)])
    taxonomy = named or _found_taxonomy(records, next(iter(given)))
    check_counts(records, taxonomy)
    notices = tuple(notice for held in given.values() for notice in held.notices)
    return LabelSet(tuple(records), taxonomy, hashes, sizes, notices)


def _found_taxonomy(records: Sequence[LabelRecord], file: Path) -> Taxonomy:
    """Return the taxonomy of the themes that records without one tell or leave open."""
    ids = {theme for record in records for theme in (*record.labels, *record.maybe)}
    if not ids:
        raise LabelError(
            "{file}: no record states a theme, and no themes.toml stands beside or above the label files.", file=file
        )
    rules, said = _rules_of(records)
    own = Message(
        "No themes.toml beside or above {file}: the themes are the {n} ids found{rule}. A themes.toml beside it, "
        "or --prior MODEL, gives them their names.",
        file=file,
        n=len(ids),
        rule=said,
    )
    shipped = Message(
        "No themes.toml beside or above {file}: the themes are the {n} shipped ones found{rule}.",
        file=file,
        n=len(ids),
        rule=said,
    )
    return found_themes(ids, notice=shipped if ids <= {*shipped_taxonomy().ids} else own, **rules)


def found_themes(ids: Iterable[str], **rest: Any) -> Taxonomy:
    """Return a taxonomy of themes that labels without one tell: the shipped ones where all are such, else bare ids."""
    shipped = shipped_taxonomy()
    found = shipped.ordered(ids)
    if not {*found} <= {*shipped.ids}:
        return Taxonomy.of_ids(found, **rest)
    return Taxonomy(themes=tuple(theme for theme in shipped.themes if theme.id in found), **rest)


def _read_records(files: Sequence[Path], _taxonomy: Taxonomy | None) -> list[Given]:
    return [Given(data, numbered_lines(file, lines)) for file in files for data, lines in [read_lines(file)]]


def numbered_lines(file: Path, lines: Iterable[str]) -> list[tuple[str, str]]:
    """Return the lines that are not blank, each with its ``file:line``."""
    return [(f"{file}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]


_TELLING = 20
"""So many records, all with a theme, are no chance."""


def _rules_of(records: Sequence[LabelRecord]) -> tuple[dict[str, bool], str]:
    """Return how the themes of records without a taxonomy stand together, and how a notice says it."""
    counts = {len(record.labels) for record in records if not record.maybe}
    if len(records) < _TELLING or 0 in counts or not counts:
        return {}, ""
    if counts == {1} and all(len(record.labels) <= 1 for record in records):
        return {"exclusive": True}, Message(
            ", and every text has exactly one (a themes.toml without exclusive frees them)"
        )
    return {"at_least_one": True}, Message(
        ", and every text has at least one (a themes.toml without at_least_one frees them)"
    )


def check_counts(records: Iterable[LabelRecord], taxonomy: Taxonomy) -> None:
    """Refuse a record that the taxonomy's `exclusive` or `at_least_one` rules out."""
    for record in records:
        if taxonomy.exclusive and len(record.labels) > 1:
            raise LabelError(
                "{where}: the themes exclude each other, but {label_count} are told; keep one.",
                where=record.where,
                label_count=len(record.labels),
            )
        if (taxonomy.exclusive or taxonomy.at_least_one) and tells_none(record):
            raise LabelError(
                "{where}: every text has a theme in this taxonomy, but none is told; label it, take it out, or train "
                "with a themes.toml that says neither exclusive nor at_least_one.",
                where=record.where,
            )


def _short_name(file: Path, taken: Container[str]) -> str:
    """Return the last parts of the path that tell the file from those before: the bundle knows no machine's folders."""
    parts = file.resolve().parts
    names = ("/".join(parts[-n:]) for n in range(1, len(parts) + 1))
    return next((name for name in names if name not in taken), str(file))


DATABASE = b"SQLite format 3\0"
"""So the store of the labelling page begins."""


def read_lines(file: Path) -> tuple[bytes, list[str]]:
    """Return a label file's bytes and its lines; a `LabelError` says where it cannot be read or is not UTF-8."""
    try:
        data = _plain_bytes(file)
        return data, data.decode("utf-8-sig").split("\n")
    except OSError as error:
        raise LabelError(
            "{file}: the label file cannot be read ({reason}).", file=file, reason=system_text(error)
        ) from error
    except UnicodeDecodeError as error:
        _refuse_no_text(data, file)
        line = data[: error.start].count(b"\n") + 1
        raise LabelError(
            "{file}:{line}: label files are UTF-8; byte {start} is not. Save the file as UTF-8.",
            file=file,
            line=line,
            start=error.start,
        ) from error


def _refuse_no_text(data: bytes, file: Path) -> None:
    """Say what a file is that its first bytes show to be no text."""
    if data.startswith(DATABASE):
        raise LabelError(
            "{file}: this is a database, as the labelling page keeps; write its labels to a file with 'gxclassify "
            "labels export --store {file} --format jsonl --out labels.jsonl', and name that.",
            file=file,
        )
    try:
        kind = sniff(data, str(file))
    except InputError as error:
        raise NoTextError(error.message) from error
    if kind in _NO_TEXT:
        raise NoTextError(
            "{file}: this is no text; label files are JSON Lines, or tables (.csv, .xlsx, .ods, .parquet).", file=file
        )


_NO_TEXT = {"pdf", "zip", "ole", "rtf"}


def _plain_bytes(file: Path) -> bytes:
    """Return the content of a file, unpacked where it is compressed."""
    data = file.read_bytes()  # once: it may be a pipe
    plain = Plain(io.BytesIO(data), str(file))
    if not plain.compression:
        return data
    most = ReadingConfig().max_bytes
    try:
        data = plain.read_all(most + 1)
    except InputError as error:
        raise LabelError(error.message) from error
    if len(data) > most:
        raise LabelError("{file}: unpacked it has more than {most:,} bytes; split it.", file=file, most=most)
    return data


def read_bytes(file: Path) -> bytes:
    """Return the content of another tool's file; a `LabelError` says that it cannot be read."""
    try:
        return _plain_bytes(file)
    except OSError as error:
        raise LabelError(
            "{file}: cannot be read ({reason}); check the path.", file=file, reason=system_text(error)
        ) from error


def read_text(file: Path) -> str:
    """Return the text of another tool's file, whatever its encoding; a `LabelError` says where it is damaged."""
    data = read_bytes(file)
    _refuse_no_text(data, file)
    try:
        found = detect(data, str(file))
        return data[found.mark :].decode(found.codec)
    except InputError as error:
        raise NoTextError(error.message) from error
    except UnicodeDecodeError as error:
        line = data[: found.mark + error.start].count(b"\n") + 1
        raise LabelError(
            "{file}:{line}: this is not text in {name}; save the file as UTF-8.", file=file, line=line, name=found.name
        ) from error


def parse_record(line: str, where: str, taxonomy: Taxonomy | None = None) -> LabelRecord:
    """Read one line; `where` (``file:line``) starts every error.

    Themes are named by id or by a name that `taxonomy` gives them; None allows any.
    """
    return record_of(label_object(line, where), where, taxonomy)


def label_object(line: str, where: str) -> dict[str, Any]:
    """Return the JSON object on a line of labels or of another tool's export; a `LabelError` says what is wrong."""
    table = parse_object(line)
    if isinstance(table, str):
        raise LabelError("{where}: {table}; each line must be a JSON object.", where=where, table=table)
    return table


def record_of(table: dict[str, Any], where: str, taxonomy: Taxonomy | None = None) -> LabelRecord:
    """Return the record that a JSON object holds; as `parse_record`."""
    for key in ("id", "text"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            raise LabelError(
                "{where}: {key!r} must be a text that is not empty. Got {table!r:.60}.",
                where=where,
                key=key,
                table=table.get(key),
            )
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise LabelError(
            "{where}: the key {unknown!r} is not known; a record has {keys}.",
            where=where,
            unknown=unknown[0],
            keys=sorted(_KEYS),
        )
    labels = _themes(table, "labels", where, taxonomy)
    maybe = _themes(table, "maybe", where, taxonomy)
    both = sorted(set(labels) & set(maybe))
    if both:
        raise LabelError("{where}: {both!r} stands in labels and in maybe; keep one.", where=where, both=both[0])
    texts = {key: table.get(key, "") for key in ("article", "source", *_SAID)}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise LabelError("{where}: {key!r} must be a text. Got {value!r:.60}.", where=where, key=key, value=value)
    evidence = _evidence(table.get("evidence") or {}, labels, len(table["text"]), where, taxonomy)
    article = texts.pop("article") or table["id"]
    return LabelRecord(
        id=table["id"], text=table["text"], labels=labels, maybe=maybe, evidence=evidence, article=article, where=where,
        **texts,
    )  # fmt: skip


def _themes(table: dict[str, Any], key: str, where: str, taxonomy: Taxonomy | None) -> tuple[str, ...]:
    value = table.get(key, [] if key == "maybe" else None)
    if not isinstance(value, list) or not all(map(is_theme_id, value)):
        raise LabelError(
            "{where}: {key!r} must be a list of theme ids (an empty one says: no theme). Got {value!r:.60}.",
            where=where,
            key=key,
            value=value,
        )
    for theme in value:
        if theme.endswith(OPEN_SIGNS) and (taxonomy is None or taxonomy.find(theme) is None):
            raise LabelError(
                "{where}: {theme!r} in {key!r} is left open, which a label record says by 'maybe'; move it there, "
                "without the mark.",
                where=where,
                theme=theme,
                key=key,
            )
    ids = tuple(theme if taxonomy is None else _id(theme, where, taxonomy) for theme in value)
    if len(set(ids)) != len(ids):
        raise LabelError("{where}: {key!r} repeats a theme.", where=where, key=key)
    return ids


def _id(theme: str, where: str, taxonomy: Taxonomy) -> str:
    found = taxonomy.find(theme)
    if found is None:
        said = Message(
            "{where}: the theme {theme!r} is not in the taxonomy; known: {known}.",
            where=where,
            theme=theme,
            known=sorted(taxonomy.ids),
        )
        raise UnknownThemeError(said, theme, where)
    return found


def _evidence(
    value: Any, labels: tuple[str, ...], length: int, where: str, taxonomy: Taxonomy | None
) -> dict[str, tuple[tuple[int, int], ...]]:
    if not isinstance(value, dict):
        raise LabelError(
            "{where}: 'evidence' must be an object of theme ids to spans. Got {type}.",
            where=where,
            type=json_word(value),
        )
    evidence = {}
    for name, spans in value.items():
        theme = name if taxonomy is None else taxonomy.find(name) or name
        if theme not in labels:
            raise LabelError(
                "{where}: evidence is marked for {theme!r}, which is not among the labels.", where=where, theme=theme
            )
        if not isinstance(spans, list) or not all(map(_is_span, spans)):
            raise LabelError(
                "{where}: the evidence of {theme!r} must be a list of [start, end]. Got {spans!r:.60}.",
                where=where,
                theme=theme,
                spans=spans,
            )
        for start, end in spans:
            if not 0 <= start < end <= length:
                raise LabelError(
                    "{where}: the evidence [{start}, {end}] of {theme!r} lies outside the text of {length} characters.",
                    where=where,
                    start=start,
                    end=end,
                    theme=theme,
                    length=length,
                )
        evidence[theme] = tuple((start, end) for start, end in spans)
    return evidence


def _is_span(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(v) is int for v in value)  # noqa: PLR2004 - a span has two ends


def patched(labels: LabelSet, patch: Path) -> LabelSet:
    """Return `labels` with the ``labels``, ``maybe`` and ``evidence`` of the ids that stand in the file `patch`.

    Raises
    ------
    LabelError
        A line of the patch is no such object, or names an id that is not among the labels.
    """
    changed: dict[str, LabelRecord] = {}
    records = {record.id: record for record in labels.records}
    for number, line in enumerate(read_lines(patch)[1], 1):
        if not line.strip():
            continue
        where = f"{patch}:{number}"
        table = label_object(line, where)
        record = records.get(str(table.get("id")))
        if record is None:
            raise LabelError(
                "{where}: the id {id!r} is not among the labels that are to be patched.",
                where=where,
                id=table.get("id"),
            )
        whole = {**record.to_json(), "evidence": {}, **table, "text": record.text}
        changed[record.id] = record_of(whole, where, labels.taxonomy)
    patched_records = tuple(changed.get(record.id, record) for record in labels.records)
    return LabelSet(patched_records, labels.taxonomy, labels.hashes, labels.sizes)


def left_open(records: Iterable[LabelRecord], themes: Iterable[str]) -> list[LabelRecord]:
    """Return records that leave these themes open where they do not tell them.

    Before anybody was asked of a new theme, silence does not say that a paragraph does not tell it.

    >>> [left_open([LabelRecord(id="1", text="…", article="1", labels=told)], ["talent"])[0].maybe
    ...  for told in ((), ("talent",))]
    [('talent',), ()]
    """
    new = tuple(dict.fromkeys(themes))
    return [
        replace(record, maybe=(*record.maybe, *(t for t in new if t not in {*record.labels, *record.maybe})))
        for record in records
    ]


def write_records(path: Path, records: Iterable[LabelRecord]) -> None:
    """Write `records` to `path` in one step; see `gxclassify.files.whole_file`."""
    write_whole(path, "".join(json.dumps(record.to_json(), ensure_ascii=False) + "\n" for record in records))
