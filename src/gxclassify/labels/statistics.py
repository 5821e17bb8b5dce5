"""Counts over label records: what ``gxclassify labels stats`` and the data card show."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.labels.records import tells_none
from gxclassify.messages import Message, headings

if TYPE_CHECKING:
    from gxclassify.labels.records import LabelRecord, LabelSet

# Lengths, in characters, at which one band ends and the next begins.
_BAND_STARTS = (80, 160, 240)

_MOST_KINDS = 12


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """One theme: the paragraphs that tell it, tell it alone, leave it open, have its sentences marked."""

    told: int
    alone: int
    maybe: int
    marked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelStatistics:
    """Counts over label records.

    Attributes
    ----------
    paragraphs, articles : int
    without_theme : int
        Paragraphs that tell no theme, and of which none is left open.
    with_maybe : int
        Paragraphs of which a theme is left open.
    per_theme : dict of str to ThemeCount
    pairs : dict of (theme, theme) to int
        How many paragraphs tell both, for every pair of themes.
    themes_per_paragraph : dict of int to int
    length_quantiles : dict of str to int
        Characters: least, quartiles, greatest.
    lengths, kinds : dict of str to int
        Paragraphs per band of length and per kind of text.
    """

    paragraphs: int
    articles: int
    without_theme: int
    with_maybe: int
    per_theme: dict[str, ThemeCount]
    pairs: dict[tuple[str, str], int]
    themes_per_paragraph: dict[int, int]
    length_quantiles: dict[str, int]
    lengths: dict[str, int]
    kinds: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """Return the counts as nested dicts; a pair is written ``a + b``."""
        return {**asdict(self), "pairs": {f"{a} + {b}": count for (a, b), count in self.pairs.items()}}


def length_band(text: str) -> str:
    """Return the name of the band that the text's length falls in.

    >>> length_band("签约项目12个")
    'under 80'
    """
    names = length_bands()
    return names[int(np.searchsorted(_BAND_STARTS, len(text), side="right"))]


def length_bands() -> list[str]:
    """Return the names of the bands of length, the shortest first."""
    inner = [Message("{a} to {b}", a=a, b=b - 1) for a, b in itertools.pairwise(_BAND_STARTS)]
    return [Message("under {n}", n=_BAND_STARTS[0]), *inner, Message("{n} and over", n=_BAND_STARTS[-1])]


def kinds_of(records: Sequence[LabelRecord]) -> list[str]:
    """Return each record's kind of text: its ``source``, without what all sources begin with up to a colon.

    Of more than twelve kinds the rarest are put together.
    """
    sources = [record.source or Message("(no source)") for record in records]
    heads = {source.partition(":")[0] for source in sources}
    if len(heads) == 1 and len(set(sources)) > 1:
        sources = [source.partition(":")[2].strip() or source for source in sources]
    count = Counter(sources)
    if len(count) > _MOST_KINDS:
        # By count and then name, so that the order of the records does not matter.
        kept = set(sorted(count, key=lambda kind: (-count[kind], kind))[: _MOST_KINDS - 1])
        sources = [source if source in kept else Message("(other kinds)") for source in sources]
    return sources


def label_statistics(labels: LabelSet) -> LabelStatistics:
    """Count themes, pairs of themes, lengths and kinds of text."""
    records, themes = labels.records, labels.taxonomy.ids
    lengths = np.array([len(record.text) for record in records])
    names = headings("least", "quarter", "half", "three quarters", "greatest")
    bands = Counter(length_band(record.text) for record in records)
    return LabelStatistics(
        paragraphs=len(records),
        articles=len({record.article for record in records}),
        without_theme=sum(tells_none(record) for record in records),
        with_maybe=sum(bool(record.maybe) for record in records),
        per_theme={theme: _theme_count(records, theme) for theme in themes},
        pairs={
            (a, b): sum(a in record.labels and b in record.labels for record in records)
            for a, b in itertools.combinations(themes, 2)
        },
        themes_per_paragraph=dict(sorted(Counter(len(record.labels) for record in records).items())),
        length_quantiles=dict(zip(names, map(int, np.quantile(lengths, [0, 0.25, 0.5, 0.75, 1])), strict=True)),
        lengths={name: bands[name] for name in length_bands()},
        kinds=dict(Counter(kinds_of(records)).most_common()),
    )


def _theme_count(records: Sequence[LabelRecord], theme: str) -> ThemeCount:
    told = [record for record in records if theme in record.labels]
    return ThemeCount(
        told=len(told),
        alone=sum(len(record.labels) == 1 for record in told),
        maybe=sum(theme in record.maybe for record in records),
        marked=sum(bool(record.evidence.get(theme)) for record in told),
    )
