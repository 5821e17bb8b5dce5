"""The counts of a survey, kept while paragraphs stream by: memory grows with zones and months, not with paragraphs.

The paragraphs themselves are stored on the disk, once each, and told by their places there.
"""

from __future__ import annotations

import heapq
import math
import re
import tempfile
from typing import TYPE_CHECKING, Any

from gxclassify.errors import ConfigError, GxclassifyError
from gxclassify.messages import system_text
from gxclassify.surveys.passages import passage_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from gxclassify.surveys.passages import Grouping, Passage

    Bound = str | int | date | None

MOST_WHOLE = 5_000
"""Up to how many paragraphs a page holds all of them; beyond, the strongest of each cell."""
MOST_GROUPS = 300
"""The most groups that a page shows, those with most paragraphs; the tables have all."""
KEPT = 10
"""How many paragraphs of a cell a page holds when it does not hold all."""
_IN_MEMORY = 8 * 2**20  # bytes of paragraphs, before they go to the disk
_Z = 1.959963984540054  # the 97.5 % point of the normal distribution
_DATE = re.compile(r"(?:(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)?")
MONEY, GOALS = "$money", "$goals"


def wilson(told: int, of: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson, 1927, JASA 22: 209-212).

    It takes paragraphs for independent draws; those of one article are not, so the truth is less certain than it says.

    >>> [round(bound, 3) for bound in wilson(3, 10)]
    [0.108, 0.603]
    """
    if not of:
        return 0.0, 1.0
    share, square = told / of, _Z * _Z / of
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * math.sqrt(share * (1 - share) / of + square / (4 * of))
    low = 0.0 if told == 0 else middle - half  # exact where rounding would leave a crumb
    return low, 1.0 if told == of else middle + half


def bounds(start: object, end: object) -> tuple[str, str]:
    """Return the first and the last date that counts as they are written; a year may be a number, no bound None.

    >>> bounds(2021, "2021-06")
    ('2021', '2021-06')

    Raises
    ------
    ConfigError
        One is no date, or the first lies after the last.
    """
    first, last = ("" if bound is None else str(bound) for bound in (start, end))
    for bound in (first, last):
        if not _DATE.fullmatch(bound):
            raise ConfigError("A date of a survey is written 2021, 2021-03 or 2021-03-15. Got {bound!r}.", bound=bound)
    known = min(len(first), len(last))  # a year lies neither before nor after a month of itself
    if first[:known] > last[:known]:
        raise ConfigError(
            "The first date that counts, {first}, lies after the last one, {last}; change them over.",
            first=first,
            last=last,
        )
    return first, last


class Store:
    """Passages on the disk, written one behind another and read again by their places; few stay in memory.

    Parameters
    ----------
    folder : Path, optional
        Where the file, which nobody sees, takes up room; default: the system's place for such.

    Raises
    ------
    GxclassifyError
        The disk is full.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=None if folder is None else str(folder))  # noqa: SIM115 - closed by `close`
        self._end = 0

    def add(self, line: bytes) -> int:
        """Append a passage as `passage_line` writes it, and return its place; places grow."""
        place = self._end
        try:
            self._file.seek(place)
            self._file.write(line)
        except OSError as error:
            raise GxclassifyError(
                "The paragraphs of the survey cannot be stored ({reason}); free space on the disk.",
                reason=system_text(error),
            ) from error
        self._end += len(line)
        return place

    def passages(self, places: Iterable[int]) -> Iterator[Passage]:
        """Yield the passages at `places`."""
        for place in places:
            self._file.seek(place)
            yield passage_from(self._file.readline())

    def close(self) -> None:
        """Give the room on the disk back."""
        self._file.close()


class Group:
    """The counts of one zone, province or kind.

    Attributes
    ----------
    paragraphs, articles : int
    told, articles_told : list of int
        By theme, how many paragraphs and articles tell it.
    periods : dict of str to list of int
        By month (``2021-03``; ``2021`` where no month is known; empty where no date is): paragraphs, then by theme.
    """

    __slots__ = ("_article", "_told_in", "articles", "articles_told", "heaps", "name", "paragraphs", "periods", "told")

    def __init__(self, name: str, themes: int) -> None:
        self.name = name
        self.paragraphs = self.articles = 0
        self.told = [0] * themes
        self.articles_told = [0] * themes
        self.periods: dict[str, list[int]] = {}
        self.heaps: dict[str, list[tuple[float, int]]] = {}
        self._article: tuple[str, int] | None = None
        self._told_in: list[tuple[str, int] | None] = [None] * themes

    def add(self, passage: Passage, themes: Sequence[int]) -> None:
        """Count a passage that tells the themes at the places `themes`; an article's passages come together."""
        article = passage.document, passage.article
        self.paragraphs += 1
        if article != self._article:
            self._article = article
            self.articles += 1
        period = passage.date[:7]
        counts = self.periods.get(period)
        if counts is None:
            counts = self.periods[period] = [0] * (len(self.told) + 1)
        counts[0] += 1
        for theme in themes:
            self.told[theme] += 1
            counts[theme + 1] += 1
            if self._told_in[theme] != article:
                self._told_in[theme] = article
                self.articles_told[theme] += 1


class Survey:
    """What a survey has found: counts by group, theme and month, and the paragraphs behind them.

    Parameters
    ----------
    themes : sequence of str
    grouping : Grouping
    start, end : str, int or date
        The first and the last date that counts, as ``2021``, ``2021-03`` or ``2021-03-15``; empty for no bound. With
        a bound, paragraphs without a date are left aside.
    folder : Path, optional
        Where paragraphs are stored until `close`.

    Attributes
    ----------
    total : Group
        All paragraphs, those without a zone as well.
    groups : dict of str to Group
        By id. A paragraph counts for each zone that it names, or else for its article's.
    without_zone, left_aside, undated : int
        How many paragraphs have no zone, how many the dates left aside, and how many of these have none.
    whole : list of int or None
        The places of all paragraphs, where they are few.
    store : Store

    Raises
    ------
    ConfigError
        A date is not written so, or the first lies after the last.
    """

    def __init__(
        self,
        themes: Sequence[str],
        grouping: Grouping,
        *,
        start: Bound = "",
        end: Bound = "",
        folder: Path | None = None,
    ) -> None:
        self.themes = tuple(themes)
        self.grouping = grouping
        self.start, self.end = bounds(start, end)
        self.total = Group("", len(self.themes))
        self.groups: dict[str, Group] = {}
        self.without_zone = self.left_aside = self.undated = 0
        self.whole: list[int] | None = []
        self.store = Store(folder)
        self._shown: list[Passage] | None = None
        self._places = {theme: i for i, theme in enumerate(self.themes)}

    def add(self, passage: Passage, line: bytes) -> int | None:
        """Count a passage, given as a line too; return its place in the store, None where its date leaves it aside."""
        if (self.start or self.end) and not self._within(passage.date):
            self.left_aside += 1
            self.undated += not passage.date
            return None
        place = self.store.add(line)
        themes = [self._places[theme] for theme in passage.told]
        self.total.add(passage, themes)
        groups = self.grouping.groups(passage)
        self.without_zone += not groups
        for key, name in groups.items():
            group = self.groups.get(key)
            if group is None:
                group = self.groups[key] = Group(name, len(self.themes))
            group.add(passage, themes)
            for theme, told in passage.told.items():
                _keep(group, theme, told.score, place)
            _keep_amounts(group, passage, place)
        if self.whole is not None:
            self.whole.append(place)
            if len(self.whole) > MOST_WHOLE:
                self.whole = None
        return place

    def _within(self, date: str) -> bool:
        # A year lies between two months of itself: dates are compared as far as both are known.
        return bool(date) and date >= self.start[: len(date)] and (not self.end or date[: len(self.end)] <= self.end)

    def largest(self) -> list[tuple[str, Group]]:
        """Return the groups that a page shows, those with most paragraphs first."""
        return heapq.nsmallest(MOST_GROUPS, self.groups.items(), key=lambda item: (-item[1].paragraphs, item[0]))

    def passages(self) -> list[Passage]:
        """Return the paragraphs that a page holds: all, or the strongest of each cell of the groups that it shows."""
        if self._shown is not None:
            return self._shown
        if self.whole is not None:
            return list(self.store.passages(self.whole))
        strongest = (
            place
            for _, group in self.largest()
            for heap in group.heaps.values()
            for _, place in sorted(
                ((strength, -earlier) for strength, earlier in heap), key=lambda one: (-one[0], one[1])
            )
        )
        return list(self.store.passages(dict.fromkeys(strongest)))

    def close(self, *, keep: bool = False) -> None:
        """Let the stored paragraphs go; those of the page stay in memory where `keep` is set."""
        self._shown = self.passages() if keep else []
        self.store.close()

    def share_rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each group and theme: counts, share, and its interval."""
        for key, group in self._all():
            for i, theme in enumerate(self.themes):
                low, high = wilson(group.told[i], group.paragraphs)
                yield {
                    **self._named(key, group), "theme": theme, "paragraphs": group.paragraphs, "told": group.told[i],
                    "share": group.told[i] / group.paragraphs, "low": low, "high": high, "articles": group.articles,
                    "articles_told": group.articles_told[i],
                }  # fmt: skip

    def timeline_rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each group, month and theme."""
        for key, group in self._all():
            for period, counts in sorted(group.periods.items()):
                for i, theme in enumerate(self.themes, start=1):
                    yield {
                        **self._named(key, group), "period": period, "theme": theme, "paragraphs": counts[0],
                        "told": counts[i], "share": counts[i] / counts[0],
                    }  # fmt: skip

    def _named(self, key: str, group: Group) -> dict[str, Any]:
        named: dict[str, Any] = {"group": key, "name": group.name}
        if self.grouping.by == "zone":
            facts = self.grouping.facts(key, group.name)
            named |= {"kind": facts.kind, "province": facts.province, "listed": facts.listed}
        return named

    def _all(self) -> list[tuple[str, Group]]:
        return sorted(self.groups.items(), key=lambda item: (-item[1].paragraphs, item[0]))


def _keep(group: Group, cell: str, strength: float, place: int) -> None:
    heap = group.heaps.setdefault(cell, [])
    entry = (strength, -place)  # the first of those that are alike stays
    if len(heap) < KEPT:
        heapq.heappush(heap, entry)
    elif entry > heap[0]:
        heapq.heapreplace(heap, entry)


def _keep_amounts(group: Group, passage: Passage, place: int) -> None:
    money = [one["value"] for one in passage.amounts if one["unit"] == "CNY"]
    if money:
        _keep(group, MONEY, max(money), place)
    if any(one["target_year"] for one in passage.amounts):
        _keep(group, GOALS, max(told.score for told in passage.told.values()), place)
