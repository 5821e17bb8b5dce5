"""Lines of a text: where they stand, how wide they are set, and the letter-spacing taken out of them.

Widths are counted in ems of the body type: a Chinese character or mark is 1 wide, a Latin letter, digit or space 0.5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.features.characters import VARIATION
from gxclassify.reading.cues import CJK, CLOSERS, OPENERS
from gxclassify.reading.document import Mapped, Repair
from gxclassify.reading.parsed import solid

if TYPE_CHECKING:
    from gxclassify.reading.parsed import Box, ParsedLine

MAX_LINES = 1_000_000

_CONTENT = re.compile(r"\S[^\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]*")
_BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_GAP = re.compile(r"\s+")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb" + VARIATION + "]"
)
_MARKS = re.compile(r"[^\w]+")
_UNIT = re.compile(rf"[{re.escape(OPENERS)}]*(?:[A-Za-z0-9À-ɏ.,%+/&-]+|.)[{re.escape(CLOSERS)}]*", re.DOTALL)
_SPACED_DIGIT = re.compile(rf"[{CJK}] [0-9]")
_PLAIN_DIGIT = re.compile(rf"[{CJK}][0-9]")
_FIRST_CHINESE = "\u2e80"
_CLOSERS = frozenset(CLOSERS)
_LONE = 3  # this many single characters in a row are letter-spacing, not words


@dataclass(slots=True)
class Line:
    """A line that holds something.

    Attributes
    ----------
    body
        The line without outer space and letter-spacing.
    indent
        The white space before it, in ems.
    gap
        The number of empty lines before it.
    width
        Its width in ems, without the indent.
    head
        The width of its first unbreakable unit.
    size
        The type size in relation to the body's, or 1 where it is unknown.
    role
        What the format said of the line, as `ParsedLine.role`.
    page, box, block, begins
        As in `ParsedLine`.
    """

    body: Mapped
    span: tuple[int, int]
    indent: float
    gap: int
    width: float
    head: float
    size: float = 1.0
    role: str = ""
    repairs: list[Repair] = field(default_factory=list)
    page: int | None = None
    box: Box | None = None
    block: int = 0
    begins: str = ""

    @property
    def text(self) -> str:
        """The characters of the line."""
        return self.body.text

    def tell(self, told: ParsedLine) -> None:
        """Take over what a format knows of the line."""
        self.role, self.size, self.page, self.box = told.role, told.size, told.page, told.box
        self.block, self.begins = told.block, told.begins
        self.indent = self.indent if told.indent is None else told.indent
        self.width = self.width if told.width is None else told.width

    def out(self, kind: str, reason: str) -> list[Repair]:
        """Return the repairs that take the line out of the text."""
        return [*self.repairs, Repair(kind, self.span, reason, solid(self.text))]


def width(text: str) -> float:
    """Return the width of `text` in ems.

    >>> width("增长23.8%")
    4.5
    """
    return len(text) - 0.5 * len(text.encode("ascii", "ignore"))


def first_unit(text: str) -> str:
    """Return what stands unbroken at the beginning of a line: a word, or a character with the marks beside it.

    >>> first_unit("（一）发展"), first_unit("2026年")
    ('（一）', '2026')
    """
    found = _UNIT.match(text)
    return found.group() if found else text[:1]


def spaced_digits(source: str) -> bool:
    """Tell whether the source sets spaces between Chinese characters and digits (增长 23 家)."""
    sample = source[:200_000]
    return len(_SPACED_DIGIT.findall(sample)) > len(_PLAIN_DIGIT.findall(sample))


def split_lines(source: str, name: str = "<text>", longest: int = 10**9) -> list[Line]:
    """Split the source into its non-empty lines.

    Raises
    ------
    InputError
        There are more lines than a million, or a line is longer than `longest` characters.
    """
    if source.count("\n") > MAX_LINES and sum(1 for _ in _CONTENT.finditer(source)) > MAX_LINES:
        msg = f"{name}: the text has more than {MAX_LINES:,} lines; split the file."
        raise InputError(msg)
    spaced = spaced_digits(source)
    clean = _INVISIBLE.search(source) is None
    lines: list[Line] = []
    margins: dict[str, tuple[int, float]] = {"\n": (0, 0.0)}  # there are few
    last = 0
    for match in _CONTENT.finditer(source):
        start = match.start()
        if match.end() - start > longest:
            msg = f"{name}: the line at character {start:,} is longer than {longest:,} characters; split it."
            raise InputError(msg)
        between = source[last:start]
        if between not in margins:
            margins[between] = _margin(between)
        gap, indent = margins[between]
        if not lines and _BREAK.search(between):
            gap += 1  # the line before the first is none
        lines.append(_line(match.group(), start, indent, gap, spaced=spaced, clean=clean))
        last = match.end()
    return lines


def _margin(between: str) -> tuple[int, float]:
    """Return the empty lines and the indent that stand between two lines."""
    breaks = [found.end() for found in _BREAK.finditer(between)]
    indent = between[breaks[-1] :] if breaks else between
    return max(0, len(breaks) - 1), width(indent)


def _line(raw: str, start: int, indent: float, gap: int, *, spaced: bool, clean: bool) -> Line:
    raw = raw.rstrip()
    span = (start, start + len(raw))
    body, repairs = Mapped.at(raw, start), []
    if not clean and _INVISIBLE.search(raw):
        unseen = [m.span() for m in _INVISIBLE.finditer(raw)]
        body = body.without(unseen).strip()
        repairs.append(Repair("invisible", span, "control and zero-width characters taken out", len(unseen)))
    if _GAP.search(raw):
        tight = despace(body, spaced=spaced)
        if tight is not body:
            body = tight
            repairs.append(Repair("despaced", span, "letter-spacing taken out"))
    return Line(body, span, indent, gap, width(body.text), _head(body.text), repairs=repairs)


def _head(text: str) -> float:
    """Return the width of the first unbreakable unit of a line."""
    if text[:1] >= _FIRST_CHINESE and text[:1] not in OPENERS and text[1:2] not in _CLOSERS:
        return 1.0  # one character, as of nearly every line
    unit = _UNIT.match(text)
    return width(unit.group()[:40]) if unit else 0.0


def despace(line: Mapped, *, spaced: bool) -> Mapped:
    """Take letter-spacing out of a line; return the same object where there is none.

    A stretch of three and more single characters is letter-spaced. Spaces between words of Latin letters stay, and
    so do spaces beside digits where the page sets them everywhere (`spaced`).

    >>> despace(Mapped.at("利 影 响 ，保 持 AI 优势", 0), spaced=True).text
    '利影响，保持 AI 优势'
    """
    gaps = [m.span() for m in _GAP.finditer(line.text)]
    edges = [0, *[edge for gap in gaps for edge in gap], len(line.text)]
    tokens = [line.text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]
    lone = [len(_MARKS.sub("", token)) <= 1 and not token.isascii() for token in tokens]
    airy = _has_run(lone)
    drop = [
        gap
        for gap, left, right, left_lone, right_lone in zip(gaps, tokens, tokens[1:], lone, lone[1:], strict=False)
        if _is_loose(left, right, gap[1] - gap[0], near=airy and (left_lone or right_lone), spaced=spaced)
    ]
    return line.without(drop) if drop else line


def _has_run(lone: list[bool]) -> bool:
    run = 0
    for single in lone:
        run = run + 1 if single else 0
        if run >= _LONE:
            return True
    return False


def _is_loose(left: str, right: str, size: int, *, near: bool, spaced: bool) -> bool:
    before, after = left[-1], right[0]
    if size == 1 and after in "，。、；：！？”’）》】" and not before.isascii():
        return True
    if size == 1 and before in "“‘（《【" and not after.isascii():
        return True
    if not near or size > 2:  # noqa: PLR2004 (a gap of three is a cell or a byline)
        return False
    if before.isascii() and after.isascii():
        return False
    latin = before.isascii() or after.isascii()
    return not (latin and spaced)


# ---- Headlines doubled by a shadow effect: the PDF draws each run twice, and the text holds it twice.


_MIN, _MAX = 6, 200  # in characters; a shorter line doubles by chance, a longer one is no headline


def undouble(line: Mapped) -> Mapped | None:
    """Return the line with each doubled run once, or None where it is not doubled throughout.

    >>> from gxclassify.reading.document import Mapped
    >>> undouble(Mapped.at("衡阳高新区衡阳高新区““高企高企””竞速竞速", 0)).text
    '衡阳高新区“高企”竞速'
    >>> undouble(Mapped.at("高高兴兴迎新春", 0)) is None
    True
    """
    text = line.text
    if not _MIN <= len(text) <= _MAX:
        return None
    solid_text = text.replace(" ", "")
    if len(solid_text) % 2 or any(solid_text.count(char) % 2 for char in solid_text[:3]):
        return None
    sorted_text = sorted(solid_text)
    if sorted_text[::2] != sorted_text[1::2]:
        return None  # some character stands an odd number of times
    solid = [i for i, char in enumerate(text) if not char.isspace()]
    runs = _squares("".join(text[i] for i in solid))
    if runs is None:
        return None
    drop: list[tuple[int, int]] = []
    for middle, end in runs:
        drop.append((solid[middle], solid[end - 1] + 1))
    return line.without(drop).strip()


def _squares(text: str) -> list[tuple[int, int]] | None:
    """Cover `text` by the fewest runs that stand twice in a row; return the (middle, end) of each."""
    n = len(text)
    if n % 2:
        return None
    half = n // 2
    if text[:half] == text[half:]:
        return [(half, n)]
    best: list[tuple[int, int] | None] = [None] * (n + 1)  # at each end: (runs so far, half length of the last)
    best[0] = (0, 0)
    for start in range(n):
        here = best[start]
        if here is None:
            continue
        for size in range(1, (n - start) // 2 + 1):
            end = start + 2 * size
            known = best[end]
            if (known is None or known[0] > here[0] + 1) and text.startswith(text[start : start + size], start + size):
                best[end] = (here[0] + 1, size)
    if best[n] is None:
        return None
    runs, end = [], n
    while end:
        entry = best[end]
        assert entry is not None  # noqa: S101 (every end on the path was reached)
        runs.append((end - entry[1], end))
        end -= 2 * entry[1]
    return runs[::-1]


_SAME = re.compile(r"\s+")


def same_text(one: str, other: str) -> bool:
    """Tell whether two lines are the same but for white space."""
    return _SAME.sub("", one) == _SAME.sub("", other)
