"""Which paragraphs to label next, and what was asked for: for ``gxclassify labels suggest`` and the labelling page."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gxclassify.errors import InputError
from gxclassify.files import write_whole
from gxclassify.labels.checking import essence, fingerprint, grams
from gxclassify.labels.records import LabelRecord
from gxclassify.messages import system_text
from gxclassify.reading.document import MISSING

if TYPE_CHECKING:
    from gxclassify.model.model import Model
    from gxclassify.reading import Document

_Floats = NDArray[np.float32]
_DIMENSIONS = 2048
_SHORTLIST = 30  # how many candidates are weighed for each paragraph asked for
_LEAST_SHORTLIST = 500
_LEAST_GROUPS = 10
_RECENT = 2000  # how many labelled paragraphs a candidate is held against


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A paragraph worth labelling.

    Attributes
    ----------
    record : LabelRecord
        The paragraph; its ``labels`` are the model's tags, to be confirmed or changed.
    index : int
        Its number among the texts or records given.
    scores : dict of str to float
        The model's probabilities.
    theme : str
        The theme that makes it worth asking.
    gain : float
        How much it is worth, 0 … 1: how unsure the model is, weighed by how few labels the theme has and by how
        different the paragraph is from those chosen before it.
    """

    record: LabelRecord
    index: int
    scores: dict[str, float]
    theme: str
    gain: float

    def to_json(self) -> dict[str, Any]:
        """Return the paragraph as a label record to fill in."""
        return self.record.to_json()


def suggest(
    texts_or_records: Iterable[str | LabelRecord],
    model: Model,
    count: int,
    *,
    exclude: Iterable[str | LabelRecord] = (),
    asked: Collection[str] = (),
) -> list[Suggestion]:
    """Choose the paragraphs whose labels would teach the model most, best first.

    A paragraph's worth is the greatest over themes of (how near its probability is to the threshold) x (how few
    paragraphs tell the theme so far, labelled or chosen), times its distance from the paragraphs labelled and chosen
    already (maximal marginal relevance: Carbonell and Goldstein, 1998).

    Parameters
    ----------
    texts_or_records : iterable of str or LabelRecord
        The paragraphs to choose from; their labels, if any, are not looked at.
    model : Model
    count : int
        How many to choose; fewer come back when there are fewer.
    exclude : iterable of str or LabelRecord
        What is labelled already: records, texts or ids. The labels of records are counted by theme.
    asked : collection of str
        Fingerprints (`gxclassify.labels.checking.fingerprint`) of texts asked for before.

    Examples
    --------
    >>> from gxclassify import load_model
    >>> pool = ["园区力争明年新签约项目30个。", "区里举行职工篮球赛。", "区里举行职工篮球赛！"]
    >>> [s.index for s in suggest(pool, load_model(), 3, exclude=["区里举行职工篮球赛。"])]
    [0]
    """
    done = list(exclude)
    records = [_as_record(i, item) for i, item in enumerate(texts_or_records)]
    index = _open(records, done, set(asked))
    if not index:
        return []
    probability = model.predict_proba(records[i].text for i in index)
    thresholds = np.array(list(model.thresholds.values()))
    # 1 at the threshold, 0 where the probability is 0 or 1.
    unsure = np.minimum(
        probability / np.maximum(thresholds, 1e-9), (1 - probability) / np.maximum(1 - thresholds, 1e-9)
    )
    told = Counter(theme for item in done if isinstance(item, LabelRecord) for theme in item.labels)
    tagged = model.decide(probability)
    balance = _Balance(np.array([told[theme] for theme in model.themes], dtype=np.float64))
    shortlist = np.argsort(-(unsure * balance.weights()).max(axis=1), kind="stable")
    shortlist = shortlist[: max(_LEAST_SHORTLIST, _SHORTLIST * count)]
    near = _Nearness([records[index[i]].text for i in shortlist], _texts(done))
    chosen = []
    for place, theme, gain in _greedy(unsure[shortlist], tagged[shortlist], balance, near, count):
        row = int(shortlist[place])
        record = records[index[row]]
        tags = tuple(model.themes[t] for t in np.flatnonzero(tagged[row]))
        chosen.append(
            Suggestion(
                record=LabelRecord(
                    id=record.id, text=record.text, labels=tags, article=record.article, source=record.source
                ),
                index=index[row],
                scores=dict(zip(model.themes, probability[row].tolist(), strict=True)),
                theme=model.themes[theme],
                gain=gain,
            )
        )
    return chosen


def _as_record(number: int, item: str | LabelRecord) -> LabelRecord:
    if isinstance(item, LabelRecord):
        return item
    name = fingerprint(item) if essence(item) else str(number)
    return LabelRecord(id=name, text=item, article=name)


def _open(records: Sequence[LabelRecord], done: Sequence[str | LabelRecord], asked: set[str]) -> list[int]:
    """Return the numbers of the records whose text and id were neither labelled nor asked for, each text once."""
    ids = {item.id if isinstance(item, LabelRecord) else item for item in done}
    seen = asked | {fingerprint(text) for text in _texts(done)}
    index = []
    for i, record in enumerate(records):
        print_ = fingerprint(record.text)
        if print_ in seen or record.id in ids or not essence(record.text):
            continue
        seen.add(print_)
        index.append(i)
    return index


def _texts(done: Sequence[str | LabelRecord]) -> list[str]:
    return [item.text if isinstance(item, LabelRecord) else item for item in done]


class _Balance:
    """How much another paragraph of each theme is worth: less, the more there are."""

    def __init__(self, told: NDArray[np.float64]) -> None:
        self._told = told

    def weights(self) -> NDArray[np.float64]:
        """Return a weight for each theme, 1 for the one with fewest."""
        weights: NDArray[np.float64] = np.sqrt((1 + self._told.min()) / (1 + self._told))
        return weights

    def add(self, tagged: NDArray[np.bool_]) -> None:
        self._told = self._told + tagged


class _Nearness:
    """How like each candidate is to what was labelled or chosen: the greatest cosine of character-pair counts."""

    def __init__(self, candidates: Sequence[str], labelled: Sequence[str]) -> None:
        self._vectors = _vectors(candidates)
        self.nearest = np.zeros(len(candidates), dtype=np.float32)
        recent = labelled[-_RECENT:]
        if recent:
            self.nearest = np.maximum(self.nearest, (self._vectors @ _vectors(recent).T).max(axis=1))

    def add(self, place: int) -> None:
        self.nearest = np.maximum(self.nearest, self._vectors @ self._vectors[place])


def _vectors(texts: Sequence[str]) -> _Floats:
    """Return unit vectors of hashed, damped counts of neighbouring characters, (n, dimensions)."""
    vectors = np.zeros((len(texts), _DIMENSIONS), dtype=np.float32)
    for i, text in enumerate(texts):
        place = (grams(essence(text), 2) % np.uint64(_DIMENSIONS)).astype(np.int64)
        vectors[i] = np.sqrt(np.bincount(place, minlength=_DIMENSIONS))
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(length > 0, length, 1)
    return vectors


def _greedy(
    unsure: NDArray[np.float64], tagged: NDArray[np.bool_], balance: _Balance, near: _Nearness, count: int
) -> list[tuple[int, int, float]]:
    """Return (place, theme, gain) of the paragraphs chosen one after another."""
    chosen = []
    free = np.ones(len(unsure), dtype=np.bool_)
    for _ in range(min(count, len(unsure))):
        worth = unsure * balance.weights()
        gain = np.where(free, worth.max(axis=1) * (1 - np.clip(near.nearest, 0, 1)), -1)
        place = int(np.argmax(gain))
        chosen.append((place, int(np.argmax(worth[place])), float(max(0, gain[place]))))
        free[place] = False
        near.add(place)
        balance.add(tagged[place])
    return chosen


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
            raise InputError(
                "{path}: the memory of what was asked for cannot be read ({error}); name another with --state.",
                path=path,
                error=error,
            ) from error
        for number, line in enumerate(lines, 1):
            if len(line) != _FINGERPRINT or set(line) - set("0123456789abcdef"):
                raise InputError(
                    "{path}:{number}: not a memory of what was asked for; name another file with --state.",
                    path=path,
                    number=number,
                )
        return cls(path, set(lines))

    def remember(self, texts: Iterable[str]) -> None:
        """Add `texts`, in memory and in the file.

        Raises
        ------
        InputError
            The file cannot be written.
        """
        fresh = [name for name in map(fingerprint, texts) if name not in self.fingerprints]

        def unwritable(error: OSError) -> InputError:
            return InputError(
                "{path}: cannot be written ({reason}); name another file to remember in with --state.",
                path=self.path,
                reason=system_text(error),
            )

        try:
            before = self.path.read_bytes() if self.path.exists() else b""
        except OSError as error:
            raise unwritable(error) from error
        # Whole or not at all: of half a line it would be said later that the file is no such memory.
        write_whole(self.path, before + "".join(f"{name}\n" for name in fresh).encode(), unwritable)
        self.fingerprints.update(fresh)


def paragraphs_of(paths: Sequence[Path], on_problem: Callable[[InputError], object] | None = None) -> list[LabelRecord]:
    """Return the paragraphs of files that ``predict`` reads, as records without labels; see `to_label`.

    What cannot be read is left out and told to `on_problem`; without it the `InputError` is raised.
    """
    from gxclassify.reading import iter_files, read

    def documents() -> Iterator[tuple[str, Document]]:
        for source in paths:
            files = iter_files(source)
            while True:
                try:
                    path = next(files, None)
                    if path is None:
                        break
                    document = read(path)
                except InputError as error:
                    if on_problem is None:
                        raise
                    on_problem(error)
                else:
                    yield path.name, document

    return to_label(documents())


def to_label(documents: Iterable[tuple[str, Document]], *, whole: bool = False) -> list[LabelRecord]:
    """Return the paragraphs of documents, each with its file's name, as records without labels.

    A record keeps its ``id``, ``article`` and ``source``, as far as it has them; a paragraph of another document is
    named after its text and grouped by article. Where that makes fewer than ten groups, such as of a list of single
    lines, each of these paragraphs is a group of its own: training must hold some back to judge the model by. With
    `whole`, for one who sends file after file, only a document without a headline is such a list, and other articles
    stay together.
    """
    records: list[LabelRecord] = []
    alone: list[int] = []  # those whose group the records do not name themselves
    for name, document in documents:
        own = _records(document, name)
        listed = not any(article.title for article in document.articles)
        named = any(paragraph.record for article in document.articles for paragraph in article.paragraphs)
        if not named and (listed or not whole):
            alone += range(len(records), len(records) + len(own))
        records += own
    if whole or len({record.article for record in records}) < _LEAST_GROUPS:
        for i in alone:
            records[i] = dataclasses.replace(records[i], article=records[i].id)
    return records


def _records(document: Document, name: str) -> list[LabelRecord]:
    records = []
    for article in document.articles:
        own = [paragraph for paragraph in article.paragraphs if paragraph.kind != MISSING]
        for paragraph in own:
            told = {key: value for key, value in paragraph.record.items() if isinstance(value, str) and value}
            number = told.get("id") or fingerprint(paragraph.text)
            group = told.get("article") or (number if paragraph.record else f"{name}:{fingerprint(own[0].text)}")
            source = told.get("source", name)
            records.append(LabelRecord(id=number, text=paragraph.text, article=group, source=source))
    return records
