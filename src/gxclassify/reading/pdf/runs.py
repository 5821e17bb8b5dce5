"""Pieces of text to runs: what goes on from each other on a baseline, parted at wide gaps and upright rules.

White between words becomes a space, and a first letter that is set large goes into the first line of its paragraph.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from dataclasses import replace
from functools import cache, partial
from itertools import islice, pairwise, takewhile
from operator import sub
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.columns import mid_sentence
from gxclassify.reading.pdf.lines import FLAT, Run, body_size, off_edge, one_above_other

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gxclassify.reading.pdf.lines import Piece, Rule

_RUN_GAP = 0.9  # ems: a wider gap in a line starts a new run, which may lie in another column
_SPACED_GAP = 1.6  # ems: and where spaces are set in the gap
_BRACKETED_GAP = 1.3  # ems: and within brackets, which a gutter does not open and close: （孔　明）
_TIGHTLY = 0.05  # ems between characters at the most where a gap stands for a space
_WALL = 0.15  # ems by which characters may reach over a ruling line that parts them
_AFTER_NUMBER = 0.5  # ems: the white between a heading and its number
_SPACE = 0.2  # ems: a gap between Latin letters or digits that stands for a space
_STOPS = frozenset("，。、；：！？")
_OPENED, _CLOSED = re.compile(r"[（(][^（(）)]{1,8}$"), re.compile(r"[^（(）)]{1,8}[）)]")
_SAME_BASELINE = 0.25  # ems: the E of TeX is lowered by less
_RAISED = 0.5  # ems: an exponent or index is no farther from the baseline
_NO_SIZE = 0.1
_INITIAL = 1.8  # so many times the size of the lines beside it is a first letter that is set large
_INITIAL_LINES = (2, 4)
_INITIAL_GAP = 1.5  # ems


def find_runs(pieces: Iterable[Piece], rules: Iterable[Rule] = ()) -> list[Run]:
    """Join pieces that go on from each other on a baseline; part them where the gap is wide or an upright rule lies."""
    walls = _UprightRules(rules)
    runs: list[Run] = []
    chain: list[Piece] = []
    for piece in walls.part(pieces):
        if chain and (not _goes_on(chain[-1], piece) or walls.between(chain[-1], piece)):
            runs += _split(chain)
            chain = []
        chain.append(piece)
    return runs + _split(chain) if chain else runs


class _UprightRules:
    """The upright rules of a page, which part what stands in cells without white between them."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = sorted((x0, y0, y1) for x0, y0, x1, y1 in rules if x1 - x0 <= FLAT < y1 - y0)
        self.top = min((y0 for _, y0, _ in self.rules), default=math.inf)
        self.bottom = max((y1 for _, _, y1 in self.rules), default=-math.inf)

    def part(self, pieces: Iterable[Piece]) -> Iterable[Piece]:
        """Return the pieces, those that go on over a rule in several parts."""
        if not self.rules:
            return pieces
        return [part for piece in pieces for part in self._parts(piece)]

    def _parts(self, piece: Piece) -> list[Piece]:
        places = {0, len(piece.text)}
        slack = _WALL * piece.size
        for x in self._across(piece.left[0], piece.right[-1], piece):
            i = bisect_left(piece.left, x - slack)
            if i < len(piece.left) and piece.right[i - 1] <= x + slack:
                places.add(i)
        if len(places) == 2:  # noqa: PLR2004 (nearly always)
            return [piece]
        return [
            replace(piece, text=piece.text[a:b], left=piece.left[a:b], right=piece.right[a:b])
            for a, b in pairwise(sorted(places))
        ]

    def between(self, last: Piece, piece: Piece) -> bool:
        """Tell whether a rule lies between two pieces of a line."""
        slack = _WALL * piece.size
        return bool(self.rules) and any(self._across(last.right[-1] - slack, piece.left[0] + slack, piece))

    def _across(self, start: float, end: float, piece: Piece) -> Iterator[float]:
        """Yield the places of rules between two places on the line of a piece."""
        y = piece.y - 0.35 * piece.size
        if not self.top <= y <= self.bottom:
            return
        for x, y0, y1 in self.rules[bisect_left(self.rules, (start,)) :]:
            if x > end:
                return
            if y0 <= y <= y1:
                yield x


def _goes_on(last: Piece, piece: Piece) -> bool:
    size, other = last.size, piece.size
    if size == other > _NO_SIZE and last.y == piece.y and last.color == piece.color:
        return -0.6 * size <= piece.left[0] - last.right[-1] <= 3 * size
    if last.color[:3] != piece.color[:3] and max(last.color[:3]) > 130 != max(piece.color[:3]) > 130:  # noqa: PLR2004
        return False
    most = max(size, other, _NO_SIZE)
    away = abs(last.y - piece.y)
    if away > (_SAME_BASELINE if abs(size - other) < 0.15 * most else _RAISED) * most:
        return False
    if min(size, other) < (0.5 if away or len(piece.text) < 4 else 0.7) * most:  # noqa: PLR2004
        return False
    return -0.6 * most <= piece.left[0] - last.right[-1] <= 3 * most


def _split(chain: Sequence[Piece]) -> list[Run]:
    """Part pieces on one baseline at wide gaps; spaces stand where words part, Chinese ones in tightly set lines."""
    main = max(chain, key=lambda piece: (len(piece.text), piece.size)) if len(chain) > 1 else chain[0]
    text, left, right = _joined(chain)
    size = max(main.size, _NO_SIZE)
    solid: Sequence[int] = range(len(text))
    if text.split() == [text]:
        gaps = tight = list(map(sub, islice(left, 1, None), right))
        if max(gaps, default=0.0) <= _SPACE * size:
            return [_run([text], left[0], right[-1], main)]
    else:
        solid = [i for i, char in enumerate(text) if not char.isspace()]
        gaps = [left[b] - right[a] for a, b in pairwise(solid)]
        tight = [gap for gap, a, b in zip(gaps, solid, solid[1:], strict=False) if b == a + 1]
    tracking = max(0.0, min(sorted(tight)[len(tight) // 2], size)) if len(tight) > 3 else 0.0  # noqa: PLR2004
    widest, word = tracking + _RUN_GAP * size, max(_SPACE * size, tracking + 0.5 * _SPACE * size)
    pitch = _pitch(text, left, size) if word < max(gaps, default=0.0) else 0.0
    tightly_set = cache(partial(_tightly_set, text, left, right, size, word))
    runs: list[Run] = []
    parts: list[str] = []
    start = done = 0
    for k, (gap, last, i) in enumerate(zip(gaps, solid, solid[1:], strict=False), 1):
        spaced = i > last + 1
        if gap <= word and not spaced:
            continue
        parts.append(text[solid[done] : last + 1])
        done = k
        wide = gap > (max(widest, _SPACED_GAP * size) if spaced else widest)
        if wide and not (gap < _BRACKETED_GAP * size and _OPENED.search(text, 0, last + 1) and _CLOSED.match(text, i)):
            runs.append(_run(parts, left[solid[start]], right[last], main))
            parts, start = [], k
        elif spaced or wide:
            if gap > 0.6 * tracking or not _mixed(text[last], text[i]):
                parts.append(" ")
        elif (
            (_word(text[last]) and _word(text[i]) and left[i] - left[last] > pitch)
            or (gap > tracking + _AFTER_NUMBER * size and "".join(parts).replace(".", "").isdecimal())
            or (_chinese(text[last]) and _chinese(text[i]) and tightly_set())
        ):
            parts.append(" ")
    if solid:
        parts.append(text[solid[done] : solid[-1] + 1])
        runs.append(_run(parts, left[solid[start]], right[solid[-1]], main))
    return runs


def _joined(chain: Sequence[Piece]) -> tuple[str, list[float], list[float]]:
    """Return the text of pieces, with the left and the right edges of its characters."""
    if len(chain) == 1:
        return chain[0].text, chain[0].left, chain[0].right
    left, right = ([x for piece in chain for x in getattr(piece, side)] for side in ("left", "right"))
    return "".join([piece.text for piece in chain]), left, right


def _pitch(text: str, left: Sequence[float], size: float) -> float:
    """Return the step from one Latin character to the next where they are set on a grid, else 0."""
    steps = sorted(
        left[i + 1] - left[i] for i in range(len(text) - 1) if "!" <= text[i] <= "~" and "!" <= text[i + 1] <= "~"
    )
    if len(steps) < 3:  # noqa: PLR2004
        return 0.0
    usual = steps[len(steps) // 2]
    return 1.2 * usual if sum(abs(step - usual) < 0.04 * size for step in steps) > 0.7 * len(steps) else 0.0


def _word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == ".")


def _tightly_set(text: str, left: Sequence[float], right: Sequence[float], size: float, word: float) -> bool:
    """Tell whether Chinese characters and marks stand close but for a few words: the line is not filled up by white."""
    apart = close = 0
    for i, (one, other) in enumerate(pairwise(text)):
        if not _chinese(one) or not (_chinese(other) or other in _STOPS):
            continue
        gap = left[i + 1] - right[i]
        if gap > word and other not in _STOPS:
            apart += 1
        elif gap > _TIGHTLY * size:
            return False
        else:
            close += 1
    return close > apart


def _chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _mixed(one: str, other: str) -> bool:
    return one.isascii() != other.isascii()


def _run(parts: Iterable[str], x0: float, x1: float, main: Piece) -> Run:
    return Run("".join(parts), x0, x1, main.y, main.size, main.style[1], main.style[0], main.color)


# ---- What is drawn twice, and first letters that are set large.


def without_shadows(runs: list[Run]) -> tuple[list[Run], list[Run]]:
    """Return the runs, and apart from them those drawn again at the same place for a shadow or for boldness."""
    kept: list[Run] = []
    twins: list[Run] = []
    places: dict[str, list[Run]] = {}
    for run in runs:
        near = 0.5 * run.size
        known = places.setdefault(run.text, [])
        if any(abs(twin.x0 - run.x0) < near and abs(twin.y - run.y) < near for twin in known[-50:]):
            twins.append(run)
            continue
        known.append(run)
        kept.append(run)
    return kept, twins


def with_initials(runs: list[Run]) -> list[Run]:
    """Put first characters that are set large over several lines into the first of these."""
    em = body_size(runs) if runs else 0.0
    large = [run for run in runs if run.size >= _INITIAL * em and len(run.text) == 1 and run.text.isalnum()]
    for initial in large:
        alone = not any(other is not initial and _stands_under(other, initial) for other in large)
        beside = _beside_initial(initial, runs, em) if alone else []
        for run in beside:
            run.x0 = initial.x0
        if beside:
            beside[0].text, beside[0].x0 = initial.text + beside[0].text, initial.x0 + 2 * em
            runs = [run for run in runs if run is not initial]
    return runs


def _beside_initial(initial: Run, runs: Sequence[Run], em: float) -> list[Run]:
    """Return the lines that begin at one edge beside a large character, if the next begins below it; else none.

    That may have an indent; at the foot of a column the last line breaks off.
    """
    near = [
        run
        for run in runs
        if 0 < run.y - initial.y0 < initial.size + 3 * em and run.x0 < initial.x1 + _INITIAL_GAP * em
    ]
    near = sorted((run for run in near if run is not initial and run.x0 > initial.x0 - em), key=lambda run: run.y)
    edge = initial.x1 - 0.5 * em
    beside = list(takewhile(lambda run: run.x0 > edge, near))
    if not _INITIAL_LINES[0] <= len(beside) <= _INITIAL_LINES[1]:
        return []
    even = max(abs(run.x0 - beside[0].x0) for run in beside) < 0.5 * em
    below = near[len(beside)] if len(near) > len(beside) else None
    goes_on = (
        mid_sentence(beside[-1].text)  # at the foot of a column
        if below is None
        else off_edge(below.x0, initial.x0, em) < 0.5 * em and below.size < _INITIAL * em
    )
    return beside if even and goes_on and beside[0].y < initial.y0 + 2 * em else []


def _stands_under(one: Run, other: Run) -> bool:
    """Tell whether two large characters stand close one below the other, as those of an upright headline do."""
    return one_above_other(one, other) and abs(one.y - other.y) < 2 * max(one.size, other.size)
