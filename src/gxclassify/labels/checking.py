"""Whether label files can be trusted, near-duplicates included: what ``gxclassify labels check`` looks at."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gxclassify.errors import LabelError
from gxclassify.features.batch import make_batch
from gxclassify.labels.records import (
    Given,
    LabelRecord,
    Read,
    found_themes,
    label_files,
    parse_record,
    read_given,
)
from gxclassify.messages import Message, named
from gxclassify.themes import Taxonomy, find_taxonomy, shipped_taxonomy

_OPENING = 8
_GRAM = 8
_SHOWN = 24
_SAMPLE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Beyond which a finding is a problem.

    Attributes
    ----------
    similarity : float
        Jaccard similarity of 4-character shingles, 0 … 1, from which two paragraphs are near-duplicates.
    opening : int
        How many articles may have paragraphs that begin with the same eight characters.
    distinct : float
        The least share of distinct 8-grams in a thousand paragraphs, 0 … 1.
    support : int
        How many paragraphs must tell each theme.
    """

    similarity: float = 0.4
    opening: int = 3
    distinct: float = 0.95
    support: int = 20


Kind = Literal["form", "id", "duplicate", "opening", "variety", "support", "evidence", "leak"]
"""What kinds of problems there are; each has its name in `gxclassify.labels.tables` and its row in docs/labels.md."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: its kind, where (``file:line``, or the side), and one sentence."""

    kind: Kind
    where: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check found.

    Attributes
    ----------
    paragraphs : dict of str to int
        How many there are on each side, ``train`` and ``test``.
    distinct_8_grams : dict of str to float
        Share of distinct 8-grams per thousand paragraphs of each side.
    unmarked : int
        Labels whose sentences are not marked; no problem, but worth knowing.
    taxonomy : Taxonomy
        Of the themes that were counted.
    problems : list of Problem
    notices : tuple of str
        What was passed over in files of another form, and where nothing says which labels are themes.
    """

    paragraphs: dict[str, int]
    distinct_8_grams: dict[str, float]
    unmarked: int
    taxonomy: Taxonomy = field(default_factory=lambda: Taxonomy(themes=()))
    problems: list[Problem] = field(default_factory=list)
    notices: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Return the report as nested dicts."""
        table = asdict(self)
        del table["taxonomy"], table["notices"]
        return {"ok": self.ok, **table}


def check_labels(
    train: Sequence[Path],
    test: Sequence[Path] = (),
    *,
    limits: Limits | None = None,
    taxonomy: Taxonomy | None = None,
    read: Read | None = None,
) -> CheckReport:
    """Check label files: every line's form, duplicates, variety, support of every theme, leaks into the test set.

    Parameters
    ----------
    train, test : sequence of Path
        Label files or folders; `test` are those that are never trained on.
    limits : Limits, optional
    taxonomy : Taxonomy, optional
        Default: as for `gxclassify.labels.records.load_labels`.
    read : callable, optional
        Reads files, as for that.

    Raises
    ------
    LabelError
        A file is missing or cannot be read, or none holds a record. What is wrong inside the files is reported instead.
    """
    limits = limits or Limits()
    files = {"train": label_files(train), "test": label_files(test)}
    taxonomy = taxonomy or find_taxonomy([*files["train"], *files["test"]])
    known, given = read_given([*files.values()], taxonomy, read)
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    sides = {side: _read(own, known, seen, problems) for side, own in zip(files, given, strict=True) if own}
    if not (problems or any(sides.values())):
        raise LabelError("{paths}: no label record was found.", paths=[*map(str, [*train, *test])])
    told = {theme for records in sides.values() for record in records for theme in (*record.labels, *record.maybe)}
    unnamed = []
    if told and known is None:
        text = Message(
            "No themes.toml says which labels are themes: whatever stands as a label is one: {themes}.",
            themes=named(sorted(told)),
        )
        unnamed.append(text)
    distinct = {}
    for side, records in sides.items():
        problems += _evidence_problems(records)
        problems += _duplicate_problems(records, limits.similarity)
        problems += _opening_problems(records, limits.opening)
        problems += _support_problems(side, records, taxonomy, limits.support)
        distinct[side] = round(distinct_share([record.text for record in records]), 4)
        if distinct[side] < limits.distinct:
            text = Message(
                "only {distinct:.1%} of the 8-grams are distinct; the texts share skeletons or phrases.",
                distinct=distinct[side],
            )
            problems.append(Problem("variety", side, text))
    problems += _leaks(sides.get("train", []), sides.get("test", []), limits.similarity)
    return CheckReport(
        paragraphs={side: len(records) for side, records in sides.items()},
        distinct_8_grams=distinct,
        unmarked=sum(theme not in r.evidence for records in sides.values() for r in records for theme in r.labels),
        taxonomy=taxonomy or found_themes(told),
        problems=problems,
        notices=(*(notice for own in given for held in own for notice in held.notices), *unnamed),
    )


def _read(
    given: Iterable[Given], taxonomy: Taxonomy | None, seen: dict[str, str], problems: list[Problem]
) -> list[LabelRecord]:
    """Read what can be read, and report every line that cannot."""
    records = []
    for held in given:
        for where, line in held.lines:
            try:
                record = parse_record(line, where, taxonomy)
            except LabelError as error:
                problems.append(Problem("form", where, error.message.without_place()))
                continue
            if record.id in seen:
                problems.append(
                    Problem(
                        "id",
                        where,
                        Message(
                            "the id {record_id!r} stands already at {seen}.", record_id=record.id, seen=seen[record.id]
                        ),
                    )
                )
                continue
            seen[record.id] = where
            records.append(record)
    return records


def _evidence_problems(records: Sequence[LabelRecord]) -> list[Problem]:
    """Evidence is whole sentences: each span begins where a sentence begins and ends where one ends."""
    marked = [record for record in records if record.evidence]
    spans = make_batch([record.text for record in marked]).sentence_spans() if marked else []
    problems = []
    for record, sentences in zip(marked, spans, strict=True):
        starts, ends = {start for start, _ in sentences}, {end for _, end in sentences}
        for theme, places in record.evidence.items():
            for start, end in places:
                passage = record.text[start:end]
                bare = start + len(passage) - len(passage.lstrip()), end - len(passage) + len(passage.rstrip())
                if bare[0] not in starts or bare[1] not in ends:
                    text = Message(
                        "the evidence [{start}, {end}] of {theme} is not whole sentences: «{short}».",
                        start=start,
                        end=end,
                        theme=theme,
                        short=_short(passage),
                    )
                    problems.append(Problem("evidence", record.where, text))
    return problems


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN // 2]}…{text[-_SHOWN // 2 :]}"


def _duplicate_problems(records: Sequence[LabelRecord], similarity: float) -> list[Problem]:
    problems = []
    for pair in similar_pairs([record.text for record in records], similarity):
        first, second = records[pair.first], records[pair.second]
        text = Message(
            "{second} is {likeness} {first} ({where}): «{text}».",
            second=second.id,
            likeness=_likeness(pair.similarity),
            first=first.id,
            where=first.where,
            text=_short(second.text),
        )
        problems.append(Problem("duplicate", second.where, text))
    return problems


def _likeness(similarity: float) -> str:
    return (
        Message("the same as")
        if similarity == 1
        else Message("a near-duplicate (similarity {similarity:.2f}) of", similarity=similarity)
    )


def _opening_problems(records: Sequence[LabelRecord], most: int) -> list[Problem]:
    articles = defaultdict(set)
    first: dict[str, LabelRecord] = {}
    for record in records:
        opening = essence(record.text)[:_OPENING]
        articles[opening].add(record.article)
        first.setdefault(opening, record)
    repeated = sorted(((len(own), opening) for opening, own in articles.items() if len(own) > most), reverse=True)
    return [
        Problem(
            "opening",
            first[opening].where,
            Message("paragraphs of {count} articles begin with «{opening}».", count=count, opening=opening),
        )
        for count, opening in repeated
    ]


def _support_problems(
    side: str, records: Sequence[LabelRecord], taxonomy: Taxonomy | None, least: int
) -> list[Problem]:
    count = Counter(theme for record in records for theme in record.labels)
    themes = taxonomy.ids if taxonomy is not None else shipped_taxonomy().ordered(count)
    return [
        Problem(
            "support",
            side,
            Message(
                "{theme} is told by {count} paragraphs; at least {least} are wanted.",
                theme=theme,
                count=count[theme],
                least=least,
            ),
        )
        for theme in themes
        if count[theme] < least
    ]


def distinct_share(texts: Sequence[str]) -> float:
    """Return the share of distinct 8-grams among all in a thousand paragraphs.

    More text repeats more: of more than a thousand paragraphs five random thousands are taken and averaged.
    """
    own = [grams(essence(text), _GRAM) for text in texts]
    draws = 5 if len(own) > _SAMPLE else 1
    generator = np.random.default_rng(0)
    shares = []
    for _ in range(draws):
        chosen = generator.permutation(len(own))[:_SAMPLE]
        whole = np.concatenate([own[i] for i in chosen]) if len(chosen) else np.zeros(0)
        shares.append(len(np.unique(whole)) / len(whole) if len(whole) else 1.0)
    return float(np.mean(shares))


def _leaks(train: Sequence[LabelRecord], test: Sequence[LabelRecord], similarity: float) -> list[Problem]:
    """A test paragraph must have nothing in the training set that it could be known from."""
    problems = []
    articles = {record.article: record for record in train}
    texts = {fingerprint(record.text): record for record in train}
    for record in test:
        if record.article in articles:
            text = Message(
                "the article {article!r} is in the training set too ({where}).",
                article=record.article,
                where=articles[record.article].where,
            )
            problems.append(Problem("leak", record.where, text))
        twin = texts.get(fingerprint(record.text))
        if twin is not None:
            problems.append(
                Problem(
                    "leak",
                    record.where,
                    Message(
                        "{record_id} has the text of {twin_id} ({where}).",
                        record_id=record.id,
                        twin_id=twin.id,
                        where=twin.where,
                    ),
                )
            )
    both = [*train, *test]
    for pair in similar_pairs([record.text for record in both], similarity):
        if pair.first < len(train) <= pair.second and pair.similarity < 1:
            first, second = both[pair.first], both[pair.second]
            text = Message(
                "{second_id} is {likeness} {first_id} in the training set ({where}).",
                second_id=second.id,
                likeness=_likeness(pair.similarity),
                first_id=first.id,
                where=first.where,
            )
            problems.append(Problem("leak", second.where, text))
    return problems


# Comparing every paragraph with every other takes quadratic time. MinHash (Broder, 1997) gives each text a signature
# whose entries agree with those of another with a probability equal to their Jaccard similarity; texts that agree on a
# whole band of entries are then compared exactly. The time grows with the number of texts and of similar pairs.
_NOT_WORDS = re.compile(r"[\W_]+")
_SHINGLE = 4
# 64 bands of 3 entries: two texts of Jaccard similarity 0.5 share a band with probability 1 - (1 - 0.5^3)^64 = 0.9998,
# texts of similarity 0.05, as most on one topic have, with 0.008.
_BANDS, _ROWS = 64, 3
_BASE = np.uint64(0x100000001B3)
_EMPTY = np.uint64(0)

_Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Two texts, by number (``first`` < ``second``), and their Jaccard similarity, 0 … 1."""

    first: int
    second: int
    similarity: float


def essence(text: str) -> str:
    """Return what a text says: letters, digits and Han characters alone, widths and cases folded.

    >>> essence("“ＥＰＣ”项目， 12个。")
    'epc项目12个'
    """
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text)).lower()


def fingerprint(text: str) -> str:
    """Return a short name for what a text says: 16 hexadecimal digits of the SHA-256 of its `essence`."""
    return hashlib.sha256(essence(text).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def grams(text: str, size: int) -> _Hashes:
    """Return a 64-bit hash of every run of `size` characters of `text`, in order."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    count = len(codes) - size + 1
    if count < 1:
        return np.zeros(0, dtype=np.uint64)
    value = np.zeros(count, dtype=np.uint64)
    for i in range(size):
        value = value * _BASE + codes[i : i + count]
    return _mixed(value)


def _mixed(value: _Hashes) -> _Hashes:
    """Scramble 64-bit numbers one to one (the finalizer of splitmix64, Steele, Lea and Flood, 2014)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def similar_pairs(texts: Sequence[str], threshold: float) -> list[SimilarPair]:
    """Find the pairs of texts whose shingles overlap by `threshold` or more, most similar first.

    Of many texts that are all alike each is paired with one or a few of the others, not with all.

    Parameters
    ----------
    texts : sequence of str
    threshold : float
        The least Jaccard similarity of the sets of 4-character shingles, 0 … 1. From 0.5 on no pair is missed with a
        probability over 0.9998; at 0.3 with one over 0.82.
    """
    shingles = [np.unique(grams(essence(text), _SHINGLE)) for text in texts]
    pairs = []
    for first, second in sorted(_candidates(shingles)):
        similarity = _jaccard(shingles[first], shingles[second])
        if similarity >= threshold:
            pairs.append(SimilarPair(first, second, similarity))
    return sorted(pairs, key=lambda pair: (-pair.similarity, pair.first, pair.second))


def _jaccard(a: _Hashes, b: _Hashes) -> float:
    common = len(np.intersect1d(a, b, assume_unique=True))
    return common / (len(a) + len(b) - common)


def _candidates(shingles: Sequence[_Hashes]) -> set[tuple[int, int]]:
    numbers = np.array([i for i, own in enumerate(shingles) if len(own)], dtype=np.int64)
    pairs: set[tuple[int, int]] = set()
    if len(numbers) < 2:  # noqa: PLR2004 - a pair takes two
        return pairs
    for band in _band_hashes([shingles[i] for i in numbers]):
        order = np.argsort(band, kind="stable")
        same = np.flatnonzero(band[order][1:] == band[order][:-1])
        head = _heads(band[order])
        for place in same.tolist():
            member = int(numbers[order[place + 1]])
            # The neighbour and the first of the bucket: a bucket of n alike texts costs 2n comparisons, not n².
            for other in {int(numbers[order[place]]), int(numbers[order[head[place]]])}:
                pairs.add((min(member, other), max(member, other)))
    return pairs


def _heads(ordered: _Hashes) -> NDArray[np.int64]:
    """Return for every place of a sorted array where its run of equal values begins."""
    starts = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    heads: NDArray[np.int64] = np.maximum.accumulate(np.where(starts, np.arange(len(ordered)), 0))
    return heads


def _band_hashes(shingles: Sequence[_Hashes]) -> Iterator[_Hashes]:
    whole = np.concatenate(shingles)
    starts = np.concatenate(([0], np.cumsum([len(own) for own in shingles])[:-1]))
    seeds = np.random.default_rng(0).integers(1, 2**63, size=_BANDS * _ROWS, dtype=np.uint64)
    for band in range(_BANDS):
        combined = np.full(len(shingles), _EMPTY)
        for seed in seeds[band * _ROWS : (band + 1) * _ROWS]:
            # An odd multiplier makes of the mixed hashes another order; the least in it is the MinHash.
            least = np.minimum.reduceat(whole * (seed | np.uint64(1)), starts)
            combined = _mixed(combined ^ least)
        yield combined
