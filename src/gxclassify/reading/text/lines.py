"""Lines of a text: where they stand, how wide they are set, and the letter-spacing taken out of them.

Widths are counted in ems of the body type: a Chinese character or mark is 1 wide, a Latin letter, digit or space 0.5.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any, Self, overload

from gxclassify.errors import InputError
from gxclassify.features.characters import VARIATION
from gxclassify.messages import Message
from gxclassify.reading.document import Mapped, Repair, concat
from gxclassify.reading.parsed import solid
from gxclassify.reading.text.bylines import names_apart
from gxclassify.reading.text.cues import CLOSERS, OPENERS
from gxclassify.reading.text.signs import ASCII, CLOSER, OPENER, Signs, code_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gxclassify.reading.document import Segment
    from gxclassify.reading.parsed import Box, ParsedLine

MAX_LINES = 1_000_000

_BREAKS = "\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"
_GAP = re.compile(r"\s+")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb" + VARIATION + "]"
)
_TWO = re.compile(r"\W*+\w\W*+\w")
_UNIT = re.compile(rf"[{re.escape(OPENERS)}]*(?:[A-Za-z0-9À-ɏ.,%+/&-]+|.)[{re.escape(CLOSERS)}]*", re.DOTALL)
_QUOTES = str.maketrans(dict.fromkeys("“”„〝〞＂", '"') | dict.fromkeys("‘’＇", "'"))
_QUOTED = frozenset("“”„〝〞＂\"‘’＇'")
_SITE = re.compile(r"[_|｜—–-]+[^\W\d]{2,12}[网报社]$")  # behind a page's title
_LEAST_CUT = 5  # characters of a headline that stands there again, cut off
_LONE = 3  # this many single characters in a row are letter-spacing, not words


@dataclass(slots=True)
class Line:
    """A line that holds something.

    Attributes
    ----------
    text
        Its characters without outer space and letter-spacing.
    span
        Where it stands in the source.
    indent
        The white space before it, in ems.
    gap
        The number of empty lines before it.
    width
        Its width in ems, without the indent.
    moved
        The segments of `text`, as `Mapped.segments`, where it is not as in the source.
    repairs
    signs
        Those of its characters together, `Signs.any`; set by `Lines`.
    size
        The type size in relation to the body's, or 1 where it is unknown.
    role
        What the format said of the line, as `ParsedLine.role`.
    page, box, block, begins
        As in `ParsedLine`.
    """

    text: str
    span: tuple[int, int]
    indent: float
    gap: int
    width: float
    moved: tuple[Segment, ...] | None = None
    repairs: tuple[Repair, ...] = ()
    signs: int = 0
    size: float = 1.0
    role: str = ""
    page: int | None = None
    box: Box | None = None
    block: int = 0
    frame: int = 0
    begins: str = ""

    @property
    def body(self) -> Mapped:
        """Its characters with their places in the source."""
        if self.moved is None:
            return Mapped(self.text, ((0, self.span[0], len(self.text)),))
        return Mapped(self.text, self.moved)

    def tell(self, told: ParsedLine) -> None:
        """Take over what a format knows of the line."""
        self.role, self.size, self.page, self.box = told.role, told.size, told.page, told.box
        self.block, self.frame, self.begins = told.block, told.frame, told.begins
        self.indent = self.indent if told.indent is None else told.indent
        self.width = self.width if told.width is None else told.width

    def take_off(self, end: int, note: str) -> None:
        """Take a label or mark of so many characters off its beginning; its width stays as it was set."""
        span = self.body.source_span(0, end)
        self.repairs = (*self.repairs, Repair("label", span, note, solid(self.text[:end])))
        body = self.body.cut(end, len(self.text)).strip()
        self.text, self.moved = body.text, body.segments

    def out(self, kind: str, reason: str) -> list[Repair]:
        """Return the repairs that take the line out of the text."""
        return [*self.repairs, Repair(kind, self.span, reason, solid(self.text))]


class Lines(Sequence[Line]):
    """Lines, none of them empty, and what is known of all of them as columns: arrays of one number a line.

    Attributes
    ----------
    signs
        The signs that stand in them.
    width, indent, size, gap
        As of a `Line`.
    """

    def __init__(self, lines: list[Line], signs: Signs, columns: dict[str, Any]) -> None:
        self._lines, self.signs, self._columns = lines, signs, columns
        self.width, self.indent, self.size, self.gap = (columns[name] for name in _COLUMNS)

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Self:
        """Return the lines with their columns."""
        import numpy as np

        lines = list(lines)
        signs = Signs.of([line.text for line in lines])
        columns: dict[str, Any] = {
            name: np.array([getattr(line, name) for line in lines], kind) for name, kind in _COLUMNS.items()
        }
        return cls.made(lines, signs, columns)

    @classmethod
    def made(cls, lines: list[Line], signs: Signs, columns: dict[str, Any]) -> Self:
        """Return the lines of which signs and columns are known; each is told its signs."""
        for line, found in zip(lines, signs.any.tolist(), strict=True):
            line.signs = found
        return cls(lines, signs, columns)

    @property
    def head(self) -> Any:
        """The width of the first unbreakable unit of each; ordinary text is never asked for it."""
        if "head" not in self._columns:
            self._columns["head"] = _heads(self)
        return self._columns["head"]

    def measured(self, latin: float, indent: float) -> Self:
        """Return the lines with the widths they have where a Latin sign, and an em of indent, counts so much."""
        import numpy as np

        wider = (latin - 0.5) * self.signs.count(ASCII) + (indent - 1) * np.minimum(self.indent, 2.0)
        heads = np.where(self.signs.first & ASCII != 0, 2 * latin * self.head, self.head)
        columns = {**self._columns, "width": self.width + wider, "head": heads}
        for line, width in zip(self._lines, columns["width"].tolist(), strict=True):
            line.width = width
        return type(self)(self._lines, self.signs, columns)

    def set_out(self, margin: float) -> Self:
        """Return the lines with so much less indent."""
        columns = {**self._columns, "indent": self.indent - margin}
        for line in self._lines:
            line.indent -= margin
        return type(self)(self._lines, self.signs, columns)

    @property
    def texts(self) -> list[str]:
        """The characters of each."""
        return [line.text for line in self._lines]

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines)

    @overload
    def __getitem__(self, which: int) -> Line: ...
    @overload
    def __getitem__(self, which: slice) -> Self: ...
    def __getitem__(self, which: int | slice) -> Line | Self:
        return self._part(self._lines[which], which) if isinstance(which, slice) else self._lines[which]

    def take(self, which: Sequence[int]) -> Self:
        """Return the lines of these numbers."""
        import numpy as np

        return self._part([self._lines[i] for i in which], np.fromiter(which, np.int64, len(which)))

    def replaced(self, which: Sequence[int], others: dict[int, Line]) -> Self:
        """Return the lines of these numbers, some of them replaced by others, which differ in width alone."""
        columns = {name: column[which] for name, column in self._columns.items()}
        lines = [others.get(i) or self._lines[i] for i in which]
        columns["width"][[i in others for i in which]] = [line.width for line in others.values()]
        return self.made(lines, Signs.of([line.text for line in lines]), columns)

    def _part(self, lines: list[Line], which: Any) -> Self:
        columns = {name: column[which] for name, column in self._columns.items()}
        return type(self)(lines, self.signs.part(which), columns)


_COLUMNS = {"width": float, "indent": float, "size": float, "gap": int}


def join_with(bodies: Sequence[Mapped], spaces: Sequence[str]) -> Mapped:
    """Join texts with what stands between them, which is mapped to the line break."""
    ends = [body.span[1] for body in bodies]
    between = [Mapped(space, ((0, end, len(space)),)) for space, end in zip(spaces, ends, strict=False)]
    return concat([part for pair in zip_longest(bodies, between) for part in pair if part is not None])


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


def spaced_digits(codes: Any) -> bool:
    """Tell whether code points have spaces between Chinese characters and digits (增长 23 家), but not between all."""
    import numpy as np

    codes = codes[:200_000]
    digits = ((codes >= ord("0")) & (codes <= ord("9"))).nonzero()[0]
    near, far = (codes[digits[digits >= n] - n] for n in (1, 2))
    chinese = [((code >= 0x3400) & (code <= 0x9FFF)) | (code == ord("〇")) for code in (near, far)]  # noqa: PLR2004
    if np.count_nonzero(chinese[1] & (near[-len(far) :] == ord(" "))) <= np.count_nonzero(chinese[0]):
        return False
    wide = codes >= 0x3000  # noqa: PLR2004 (Chinese characters and marks)
    apart = np.count_nonzero(wide[:-2] & (codes[1:-1] == ord(" ")) & wide[2:])
    return bool(apart <= np.count_nonzero(wide[:-1] & wide[1:]))


def split_lines(
    source: str, name: str = "<text>", longest: int = 10**9, *, codes: Any = None, spaced: bool | None = None
) -> Lines:
    """Split the source into its non-empty lines; `spaced` is what `spaced_digits` says of its code points, `codes`.

    Raises
    ------
    InputError
        There are more lines than a million, or a line is longer than `longest` characters.
    """
    codes = code_points(source) if codes is None else codes
    starts, ends, wide, gaps, indents, odd = _places(codes)
    if len(starts) > MAX_LINES:
        raise InputError(
            "{name}: the text has more than {max_lines:,} lines; split the file.", name=name, max_lines=MAX_LINES
        )
    for i in (ends - starts > longest).nonzero()[0][:1].tolist():
        raise InputError(
            "{name}: the line at character {start:,} is longer than {longest:,} characters; split it.",
            name=name,
            start=int(starts[i]),
            longest=longest,
        )
    spaced = spaced_digits(codes) if spaced is None else spaced
    clean = not odd or _INVISIBLE.search(source) is None
    spans = list(zip(starts.tolist(), ends.tolist(), strict=True))
    texts = [source[start:end] for start, end in spans]
    changed: dict[int, tuple[Mapped, tuple[Repair, ...]]] = {}
    for i in wide.nonzero()[0].tolist() if clean else range(len(texts)):
        body, repairs = _tidy(texts[i], spans[i][0], texts[i - 1] if i else "", spaced=spaced, clean=clean)
        if repairs:
            changed[i] = body, repairs
            texts[i] = body.text
    return _measured(texts, spans, gaps, indents, changed)


def _places(codes: Any) -> tuple[Any, ...]:
    """Find the lines that hold something among the code points of a source, by its white space, which is little.

    Returns
    -------
    tuple
        Arrays: of each line where it starts and ends, whether there is white space in it, the empty lines before it and
        its indent in ems. And whether the source may hold what is not seen.
    """
    import numpy as np

    kinds = _table().take(codes, mode="clip")
    white = kinds.nonzero()[0]
    odd = kinds[white] == _UNSEEN
    if odd.any():  # in hardly any text
        white = white[~odd]
    breaks, widths = kinds[white] == _BREAK, 1.0 - 0.5 * (codes[white] < 256)  # noqa: PLR2004 (also a no-break space)
    returns = (codes[white[:-1]] == ord("\r")).nonzero()[0]
    breaks[returns[codes[white[returns] + 1] == ord("\n")]] = False  # the two are one break
    # As if there were white space of no width before the source and after it.
    places = np.empty(len(white) + 2, np.int64)
    places[0], places[1:-1], places[-1] = -1, white, len(codes)
    words = (places[1:] - places[:-1] > 1).nonzero()[0]  # the white space before each
    lines, reach, edges = np.zeros((3, len(white) + 1), np.float64)
    np.cumsum(breaks, out=lines[1:])
    np.cumsum(widths, out=reach[1:])
    edges[1:] = np.where(breaks, reach[1:], 0.0)
    line = lines[words]
    begins = np.ones(len(words), bool)
    begins[1:] = line[1:] != line[:-1]
    first = begins.nonzero()[0]
    last = np.roll(first, -1) - 1  # of the last line it is the last word
    here = words[first]
    gaps = line[first].astype(np.int64)
    gaps[1:] -= gaps[:-1] + 1  # all breaks before the first line are empty lines
    indents = reach[here] - np.maximum.accumulate(edges)[here]
    wide = (last % max(1, len(words))) > first
    return places[here] + 1, places[words[last] + 1], wide, gaps, indents, bool(odd.any())


_WHITE, _BREAK, _UNSEEN = 1, 2, 3


@cache
def _table() -> Any:
    """Return of each character whether it is white space, a break, or maybe not seen; the last tells of rare planes."""
    import numpy as np

    table = np.zeros(0x10000, np.uint8)
    low = "".join(map(chr, range(0x3001)))  # to the last that is white space
    table[[found.start() for found in _INVISIBLE.finditer(low)]] = _UNSEEN
    table[[code for code, char in enumerate(low) if char.isspace()]] = _WHITE
    table[[ord(char) for char in _BREAKS]] = _BREAK
    table[0xFE00:0xFF00] = table[0xFFF9:] = _UNSEEN
    return table


def _tidy(raw: str, start: int, before: str, *, spaced: bool, clean: bool) -> tuple[Mapped, tuple[Repair, ...]]:
    """Take out of a line what is not seen and its letter-spacing; `before` is the line before it."""
    body, repairs, span = Mapped.at(raw, start), [], (start, start + len(raw))
    if not clean and _INVISIBLE.search(raw):
        unseen = [m.span() for m in _INVISIBLE.finditer(raw)]
        body = body.without(unseen).strip()
        repairs.append(Repair("invisible", span, Message("control and zero-width characters taken out"), len(unseen)))
    tight = despace(body, spaced=spaced)
    if tight is not body:
        body = _names_parted(body, tight, before)
        repairs.append(Repair("despaced", span, Message("letter-spacing taken out")))
    return body, tuple(repairs)


def _measured(
    texts: Sequence[str],
    spans: Sequence[tuple[int, int]],
    gaps: Any,
    indents: Any,
    changed: dict[int, tuple[Mapped, tuple[Repair, ...]]],
) -> Lines:
    """Return the lines of some texts, of the white space before each, and of those that are not as in the source."""
    import numpy as np

    if not texts:
        return Lines.of([])
    signs = Signs.of([text or " " for text in texts])  # a line of nothing but control characters goes out
    widths = signs.lengths - 0.5 * signs.count(ASCII)
    columns = dict(zip(_COLUMNS, (widths, indents, np.ones(len(texts)), gaps), strict=True))
    told = [columns[name].tolist() for name in ("indent", "gap", "width")]
    lines = list(map(Line, texts, spans, *told))
    for i, (body, repairs) in changed.items():
        lines[i].moved, lines[i].repairs = body.segments, repairs
    return Lines.made(lines, signs, columns)


def _heads(lines: Lines) -> Any:
    import numpy as np

    heads, signs = np.ones(len(lines)), lines.signs  # of nearly every line it is one character
    for i in ((signs.first & (ASCII | OPENER) != 0) | (signs.second & CLOSER != 0)).nonzero()[0].tolist():
        heads[i] = width(first_unit(lines[i].text)[:40])
    return heads


_THROUGHOUT = 0.9  # of a line's words that are single characters
_FIGURES = frozenset("0123456789.%")
_NONE_BEFORE, _NONE_BEHIND = "，。、；：！？”’）》】", "“‘（《【"  # no space stands there, beside Chinese
_BESIDE_MARK = re.compile(rf"[^\x00-\x7f\s]\s[{_NONE_BEFORE}]|[{_NONE_BEHIND}]\s[^\x00-\x7f\s]")


_NOTICE_FIRST = frozenset("公通启声广")
_NOTICE_APART = re.compile(r"公\s+[告示]|通\s+[知告报]|启\s+事|声\s+明|广\s+告")  # two characters may be a name, too


def despace(line: Mapped, *, spaced: bool) -> Mapped:
    """Take letter-spacing out of a line; return the same object where there is none.

    A stretch of three and more single characters is letter-spaced, figures too where nearly all of the line is, and so
    are the two over a notice, 公　告. Spaces between words of Latin letters stay, and so do spaces beside digits where
    the page sets them everywhere (`spaced`).

    >>> despace(Mapped.at("利 影 响 ，保 持 AI 优势", 0), spaced=True).text
    '利影响，保持 AI 优势'
    >>> despace(Mapped.at("到 2 0 3 0 年 增 长 8 . 5 % 左 右", 0), spaced=False).text
    '到2030年增长8.5%左右'
    """
    tokens = line.text.split()
    if not tokens[1:]:
        return line
    if line.text[0] in _NOTICE_FIRST and _NOTICE_APART.fullmatch(line.text):
        return line.without([m.span() for m in _GAP.finditer(line.text)])
    near, figures = [False] * (len(tokens) - 1), False
    if len(tokens) >= _LONE:
        lone = [not token.isascii() and (len(token) == 1 or not _TWO.match(token)) for token in tokens]
        if _has_run(lone):
            near = [one or other for one, other in pairwise(lone)]
            figures = sum(len(token) == 1 for token in tokens) >= _THROUGHOUT * len(tokens)
    if True not in near and _BESIDE_MARK.search(line.text) is None:
        return line  # as most with a space in them
    gaps = [m.span() for m in _GAP.finditer(line.text)]
    drop = [
        gap
        for gap, is_near, (left, right) in zip(gaps, near, pairwise(tokens), strict=True)
        if _is_loose(left[-1], right[0], gap[1] - gap[0], near=is_near, spaced=spaced)
        or (figures and gap[1] - gap[0] == 1 and _FIGURES.issuperset((left, right)))
    ]
    return line.without(drop) if drop else line


def _names_parted(line: Mapped, tight: Mapped, before: str) -> Mapped:
    """Return a line without its letter-spacing, but with the spaces between names that sign what stands `before`."""
    begins = names_apart(before, "".join(tight.text.split()))
    if not begins:
        return tight
    gaps = [m.span() for m in _GAP.finditer(line.text)]
    return line.without([gap for gap in gaps if len("".join(line.text[: gap[0]].split())) not in begins])


def _has_run(lone: list[bool]) -> bool:
    run = 0
    for single in lone:
        run = run + 1 if single else 0
        if run >= _LONE:
            return True
    return False


def _is_loose(before: str, after: str, size: int, *, near: bool, spaced: bool) -> bool:
    latin = before.isascii() + after.isascii()
    if size == 1 and not latin and (after in _NONE_BEFORE or before in _NONE_BEHIND):
        return True
    if not near or size > 2:  # noqa: PLR2004 (a gap of three is a cell or a byline)
        return False
    return not latin or (latin == 1 and not spaced)


# ---- Text that a mail quotes: every line behind a mark.


_QUOTE = re.compile(r"(?:[>＞][ \u3000]?)+")


def unquote(lines: Lines, *, most: float = 0.5) -> None:
    """Take the marks off lines of which a share beyond `most` are quoted; one that holds nothing else is empty.

    Where no line holds anything else, the marks are the text.
    """
    quoted = [i for i, line in enumerate(lines) if line.text[:1] in {">", "＞"}]
    if len(quoted) <= most * len(lines) or not any(line.text.strip(">＞ \u3000") for line in lines):
        return
    for i in quoted:
        line = lines[i]
        end = _QUOTE.match(line.text).end()  # type: ignore[union-attr]
        line.take_off(end, Message("mark of a quotation taken off"))
        line.width = width(line.text)
        if not line.text and i + 1 < len(lines):
            lines[i + 1].gap += line.gap + 1


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
    drop = _doubled(line.text)
    return line.without(drop).strip() if drop else None


def is_doubled(text: str) -> bool:
    """Tell whether `undouble` makes another line of this text."""
    return _doubled(text) is not None


def _doubled(text: str) -> list[tuple[int, int]] | None:
    """Return the second ones of the runs that stand twice, where a text is nothing but such runs, else None."""
    if not _MIN <= len(text) <= _MAX or (text.count(text[0]) % 2 and text[0] != " "):
        return None  # as nearly every text
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
    return [(solid[middle], solid[end - 1] + 1) for middle, end in runs]


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


def same_text(one: str, other: str) -> bool:
    """Tell whether two lines are the same but for white space and how quotes are set."""
    tight, others = "".join(one.split()), "".join(other.split())
    return tight == others or (len(tight) == len(others) and tight.translate(_QUOTES) == others.translate(_QUOTES))


def _plain(text: str) -> str:
    return "".join(text.split()).translate(_QUOTES)


def again(texts: Sequence[str]) -> tuple[set[int], set[int]]:
    """Return which lines of a headline stand there again, whole, in parts or cut off, and those that hold them.

    >>> again(["园区签约十二个项目", "园区签约", "十二个项目"]), again(["园区签约十…", "园区签约十二个项目"])
    (({1, 2}, {0}), ({0}, {1}))
    """
    out: set[int] = set()
    of: set[int] = set()
    firsts = {text[0] for text in texts}
    if len(firsts) == len(texts) and firsts.isdisjoint(_QUOTED):
        return out, of  # as nearly always: each begins with another character
    plain = list(map(_plain, texts))
    for i in sorted(range(len(plain)), key=lambda k: _SITE.search(plain[k]) is not None):
        whole = plain[i]
        found = {k for k, other in enumerate(plain) if k != i and _is_again(other, whole, after=k > i)}
        for start in range(len(plain) - 1):
            runs = (range(start, end) for end in range(start + 2, len(plain) + 1))
            found |= {k for run in runs if i not in run and "".join([plain[k] for k in run]) == whole for k in run}
        if i not in out and found - out:
            out |= found
            of.add(i)
    return out, of


def _is_again(text: str, whole: str, *, after: bool) -> bool:
    """Tell whether a line is another `whole` one again, which stands above, or cut off or with a site's name."""
    if text == whole:
        return after
    site = _SITE.search(text)
    cut = text[: site.start()] if site else text.rstrip("….")
    return len(cut) >= _LEAST_CUT and (cut == whole if site else whole.startswith(cut))
