"""Text that remembers where each of its characters stood in the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Mapped", "Segment", "concat"]

Segment = tuple[int, int, int]

_BLANK = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text and its segments ``(start in the text, start in the source, length)``, which cover it wholly.

    >>> line = Mapped.at("高新区 提速", 10)
    >>> line.cut(4, 6)
    Mapped(text='提速', segments=((0, 14, 2),))
    """

    text: str
    segments: tuple[Segment, ...]

    @classmethod
    def at(cls, text: str, start: int) -> Mapped:
        """Return `text` as it stands in the source at offset `start`."""
        return cls(text, ((0, start, len(text)),) if text else ())

    @property
    def span(self) -> tuple[int, int]:
        """The source offsets of the first character and of the place after the last one."""
        return self.source_span(0, len(self.text))

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Map the span `start`–`end` of the text to a span of the source."""
        return source_span(self.segments, start, end)

    def cut(self, start: int, end: int) -> Mapped:
        """Return the part from `start` to `end` of the text."""
        if start <= 0 and end >= len(self.text):
            return self
        parts = []
        for at, source, length in self.segments:
            low, high = max(at, start), min(at + length, end)
            if low < high:
                parts.append((low - start, source + low - at, high - low))
        return Mapped(self.text[start:end], tuple(parts))

    def strip(self) -> Mapped:
        """Return the text without white space at its ends."""
        first = _BLANK.search(self.text)
        return self.cut(first.start(), len(self.text.rstrip())) if first else Mapped("", ())

    def without(self, spans: Iterable[tuple[int, int]]) -> Mapped:
        """Return the text with ascending, disjoint `spans` of it taken out."""
        parts, last = [], 0
        for start, end in spans:
            parts.append(self.cut(last, start))
            last = end
        return concat([*parts, self.cut(last, len(self.text))]) if parts else self


def source_span(segments: tuple[Segment, ...], start: int, end: int) -> tuple[int, int]:
    """Map the span `start`–`end` of a text with `segments` to a span of the source."""
    if not segments:
        return (0, 0)
    at, source, length = segments[max(0, bisect_right(segments, start, key=_text_start) - 1)]
    low = source + min(max(start - at, 0), length)
    if end <= start:
        return (low, low)
    at, source, length = segments[max(0, bisect_right(segments, end - 1, key=_text_start) - 1)]
    return (low, source + min(end - at, length))


def _text_start(segment: Segment) -> int:
    return segment[0]


def concat(parts: Iterable[Mapped]) -> Mapped:
    """Join mapped texts end to end; neighbours in the source share a segment."""
    texts: list[str] = []
    segments: list[Segment] = []
    offset = 0
    for part in parts:
        texts.append(part.text)
        for at, source, length in part.segments:
            if segments and segments[-1][1] + segments[-1][2] == source:
                last = segments[-1]
                segments[-1] = (last[0], last[1], last[2] + length)
            else:
                segments.append((offset + at, source, length))
        offset += len(part.text)
    return Mapped("".join(texts), tuple(segments))
